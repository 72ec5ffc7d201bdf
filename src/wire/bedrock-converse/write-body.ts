import type { JsonObject } from '#wire/json.ts'
import { writeMessages } from '#wire/bedrock-converse/write-messages.ts'
import { marksOver } from '#wire/bedrock-converse/write-place.ts'
import { type ConverseThinking, writeThinking } from '#wire/bedrock-converse/write-thinking.ts'
import { writeTools } from '#wire/bedrock-converse/write-tools.ts'
import { askedFormat } from '#wire/shape/asked-format.ts'
import { callerField, type NamedField } from '#wire/shape/caller-field.ts'
import { closedSchema } from '#wire/shape/closed-schema.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { writeMaxTokens, writeStop, writeTemperature, writeTopK, writeTopP } from '#wire/shape/sampling.ts'
import type { Warning } from '#wire/warning.ts'

/** A body ready to send. */
export interface WrittenBody {
  readonly body: string
  readonly stream: boolean
}

/** The body for a caller of another dialect, from the middle form. */
export function buildBody(draft: Draft): WrittenBody {
  const { request, target } = draft
  draft.marks.over = marksOver(request.messages)
  const maxTokens = writeMaxTokens(draft)
  const thinking = writeThinking(draft, maxTokens)
  const { system, messages } = writeMessages(draft)
  const textFormat = writeFormat(draft, system)
  const thinks = thinking.claude || target.quirks.thinkingDefault === 'always'
  const { toolConfig, fields } = writeTools(draft, thinks)
  const topK = writeTopK(draft, thinking.claude)
  const additional = ownFields(draft, { ...(topK === undefined ? {} : { top_k: topK }), ...thinking.fields, ...fields })
  noteRest(draft)
  const body: JsonObject = {
    messages,
    system: system.length === 0 ? undefined : system,
    inferenceConfig: filled(inferenceConfig(draft, thinking, maxTokens)),
    toolConfig,
    additionalModelRequestFields: filled(additional),
    outputConfig: textFormat === undefined ? undefined : { textFormat },
  }
  return { body: JSON.stringify(topFields(draft, body)), stream: streamOf(draft, thinking) }
}

function filled(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object
}

/** Whether the target is asked for a stream: some give nothing else, some while they think (pain T21). */
export function streamOf({ request, target }: Draft, thinking: ConverseThinking): boolean {
  const { streamOnly, thinkingDefault } = target.quirks
  if (request.stream || streamOnly !== 'while-thinking') return request.stream || streamOnly === 'always'
  return thinkingDefault !== 'off' || thinking.claude || Object.keys(thinking.fields).length > 0
}

/** The base parameters that Converse has for every model. */
export function inferenceConfig(
  draft: Draft,
  { claude, unbound }: Pick<ConverseThinking, 'claude' | 'unbound'>,
  maxTokens: number | undefined,
): JsonObject {
  const stopSequences = writeStop(draft)
  const stop = stopSequences === undefined ? {} : { stopSequences }
  if (unbound) {
    for (const field of ['maxOutputTokens', 'temperature', 'topP'] as const) {
      if (draft.request[field] !== undefined) note(draft, field, ['dropped', 'refused while the target thinks hard'])
    }
    return stop
  }
  const temperature = writeTemperature(draft, claude)
  const topP = writeTopP(draft, { temperature: temperature !== undefined, thinking: claude })
  return {
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...stop,
  }
}

/**
 * `outputConfig.textFormat`, or a sentence more in the instructions where the target has no such form: Converse has
 * none for JSON without a schema.
 */
export function writeFormat(draft: Draft, system: JsonObject[]): JsonObject | undefined {
  const { responseFormat: format } = draft.request
  if (format === undefined || format.kind === 'text') return undefined
  if (format.kind === 'json-schema' && draft.target.quirks.responseFormats.includes('json-schema')) {
    const { schema, changed } = closedSchema(format.schema)
    const detail = 'rules of the schema that the target cannot enforce are told in its descriptions'
    if (changed) note(draft, 'responseFormat', ['approximated', detail])
    const { name, description } = format
    const jsonSchema = {
      schema: JSON.stringify(schema),
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
    }
    return { type: 'json_schema', structure: { jsonSchema } }
  }
  system.push({ text: askedFormat(format) })
  note(draft, 'responseFormat', ['emulated', 'asked for in the instructions'])
  return undefined
}

/** What stands in `additionalModelRequestFields` under its maker's names: some refuse `top_k`, some have it deeper inside. */
export function ownFields(draft: Draft, fields: JsonObject): JsonObject {
  const own: Record<string, unknown> = {}
  for (const key in fields) {
    const { name, warning } = fateOf(draft.target.quirks, key)
    if (warning !== undefined) noteOwn(draft, key, warning)
    if (name !== undefined) place(own, name.split('.'), fields[key])
  }
  return own
}

/** What becomes of such a field, by the caller's own name. To callers of other dialects another name is no news. */
function noteOwn(draft: Draft, key: string, warning: Omit<Warning, 'path'>): void {
  if (draft.request.dialect === draft.dialect) {
    draft.warnings.push({ ...warning, path: `additionalModelRequestFields.${key}` })
  } else if (warning.action !== 'renamed') {
    draft.warnings.push({ ...warning, path: callerField(draft.request, NAMED[key] ?? 'reasoning') })
  }
}

/** Which field of the middle form is said with which of them; all others are about thinking. */
const NAMED: Readonly<Record<string, NamedField>> = { top_k: 'topK', tool_choice: 'parallelToolCalls' }

function place(object: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) object[first] = value
  else {
    const inner: Record<string, unknown> = {}
    place(inner, rest, value)
    object[first] = inner
  }
}

const WITHOUT_PLACE = ['seed', 'presencePenalty', 'frequencyPenalty', 'user'] as const

/** What Converse has no place for. A penalty of 0 is none. */
function noteRest(draft: Draft): void {
  const { request } = draft
  for (const field of WITHOUT_PLACE) {
    const value = request[field]
    if (value !== undefined && (field === 'seed' || value !== 0)) note(draft, field, ['dropped', 'no such field'])
  }
  if (request.n !== undefined && request.n > draft.target.quirks.answersMax) {
    note(draft, 'n', ['clamped', `${request.n} → 1`])
  }
  for (const path of request.unread) draft.warnings.push({ action: 'dropped', path })
}

/** The top-level fields that the target takes, under its names. */
function topFields(draft: Draft, body: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {}
  for (const key in body) {
    if (body[key] === undefined) continue
    const { name, warning } = fateOf(draft.target.quirks, key)
    if (warning !== undefined) draft.warnings.push({ ...warning, path: key })
    if (name !== undefined) kept[name] = body[key]
  }
  return kept
}
