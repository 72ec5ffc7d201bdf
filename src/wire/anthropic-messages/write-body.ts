import { isObject, type JsonObject } from '#wire/json.ts'
import { askedFormat } from '#wire/shape/asked-format.ts'
import { callerField, type NamedField } from '#wire/shape/caller-field.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { writeMessages } from '#wire/anthropic-messages/write-messages.ts'
import { marksOver } from '#wire/anthropic-messages/write-parts.ts'
import { writeMaxTokens, writeStop, writeTemperature, writeTopK, writeTopP } from '#wire/shape/sampling.ts'
import { closedSchema } from '#wire/shape/closed-schema.ts'
import { writeThinking } from '#wire/shape/claude-thinking.ts'
import { writeCalledTools, writeToolChoice, writeTools } from '#wire/anthropic-messages/write-tools.ts'

/** A body ready to send. */
export interface WrittenBody {
  readonly body: string
  readonly stream: boolean
}

type Body = Record<string, unknown>

/** The body for a caller of another dialect, from the middle form. */
export function buildBody(draft: Draft): WrittenBody {
  const { request, target } = draft
  draft.marks.over = marksOver(request.messages)
  const maxTokens = writeMaxTokens(draft)
  const thinking = writeThinking(draft, maxTokens)
  const { system, messages } = writeMessages(draft)
  const format = writeFormat(draft, system)
  const thinks = thinking.on || target.quirks.thinkingDefault === 'always'
  const temperature = writeTemperature(draft, thinking.on)
  const stream = streamOf(draft, thinking.thinking)
  noteRest(draft)
  const body: Body = {
    model: target.model,
    max_tokens: maxTokens,
    system: systemOf(system),
    messages,
    ...toolFields(draft, thinks),
    temperature,
    top_p: writeTopP(draft, { temperature: temperature !== undefined, thinking: thinking.on }),
    top_k: writeTopK(draft, thinking.on),
    stop_sequences: writeStop(draft),
    metadata: request.user === undefined ? undefined : { user_id: request.user },
    thinking: thinking.thinking,
    output_config: outputConfig(thinking.effort, format),
    stream: stream ? true : undefined,
  }
  return { body: JSON.stringify(fitted(draft, body)), stream }
}

/**
 * Whether the target is asked for a stream: some give nothing else, some while they think (pain T21), which they may
 * do unasked. `thinking` is the field as it is sent.
 */
export function streamOf({ request, target }: Draft, thinking: unknown): boolean {
  const { streamOnly, thinkingDefault } = target.quirks
  if (request.stream || streamOnly !== 'while-thinking') return request.stream || streamOnly === 'always'
  if (thinkingDefault === 'always') return true
  return isObject(thinking) ? thinking['type'] !== 'disabled' : thinkingDefault === 'on'
}

/** A string where no block has a cache mark. */
export function systemOf(system: readonly JsonObject[]): string | readonly JsonObject[] | undefined {
  if (system.length === 0) return undefined
  if (system.some((block) => block['cache_control'] !== undefined)) return system
  return system.map((block) => block['text']).join('\n\n')
}

export function outputConfig(effort: string | undefined, format: JsonObject | undefined): JsonObject | undefined {
  if (effort === undefined && format === undefined) return undefined
  return { ...(effort === undefined ? {} : { effort }), ...(format === undefined ? {} : { format }) }
}

/**
 * `output_config.format`, or a sentence more in the instructions where the target has no such form: Anthropic has
 * none for JSON without a schema.
 */
export function writeFormat(draft: Draft, system: JsonObject[]): JsonObject | undefined {
  const { responseFormat: format } = draft.request
  if (format === undefined || format.kind === 'text') return undefined
  if (format.kind === 'json-schema' && draft.target.quirks.responseFormats.includes('json-schema')) {
    if (draft.request.dialect === 'anthropic-messages') return { type: 'json_schema', schema: format.schema }
    if (format.description !== undefined) note(draft, 'responseFormat', ['dropped', 'the description of the schema'])
    const { schema, changed } = closedSchema(format.schema)
    const detail = 'rules of the schema that the target cannot enforce are told in its descriptions'
    if (changed) note(draft, 'responseFormat', ['approximated', detail])
    return { type: 'json_schema', schema }
  }
  system.push({ type: 'text', text: askedFormat(format) })
  note(draft, 'responseFormat', ['emulated', 'asked for in the instructions'])
  return undefined
}

function toolFields(draft: Draft, thinks: boolean): Body {
  const { target } = draft
  const tools = writeTools(draft)
  if (tools.length > 0) return { tools, tool_choice: writeToolChoice(draft, thinks) }
  const called = writeCalledTools(draft)
  const { toolChoice } = draft.request
  if (toolChoice !== undefined && toolChoice.kind !== 'none' && toolChoice.kind !== 'auto') {
    note(draft, 'toolChoice', ['dropped', 'there are no tools to choose from'])
  }
  if (called.length === 0) return {}
  const none = target.quirks.toolChoices.includes('none')
  return { tools: called, tool_choice: none ? { type: 'none' } : undefined }
}

const WITHOUT_PLACE = ['seed', 'presencePenalty', 'frequencyPenalty'] as const

/** What Anthropic's dialect has no place for. A penalty of 0 is none. */
function noteRest(draft: Draft): void {
  const { request } = draft
  for (const field of WITHOUT_PLACE) {
    const value = request[field]
    if (value !== undefined && (field === 'seed' || value !== 0)) note(draft, field, ['dropped', 'no such field'])
  }
  if (request.n !== undefined && request.n > 1) note(draft, 'n', ['clamped', `${request.n} → 1`])
  for (const path of request.unread) draft.warnings.push({ action: 'dropped', path })
}

/** What our fields are in the middle form, to name them in the caller's words. */
const FIELDS: Readonly<Record<string, NamedField>> = {
  max_tokens: 'maxOutputTokens',
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  stop_sequences: 'stop',
  tool_choice: 'toolChoice',
  metadata: 'user',
  thinking: 'reasoning',
}

/** The fields that the target takes, under its names. */
function fitted(draft: Draft, body: Body): Body {
  const kept: Body = {}
  for (const key in body) {
    if (body[key] === undefined) continue
    const fate = fateOf(draft.target.quirks, key)
    if (fate.warning !== undefined) {
      const field = FIELDS[key]
      draft.warnings.push({ ...fate.warning, path: field === undefined ? key : callerField(draft.request, field) })
    }
    if (fate.name !== undefined) kept[fate.name] = body[key]
  }
  return kept
}
