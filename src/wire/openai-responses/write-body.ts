import type { JsonObject } from '#wire/json.ts'
import { asksForNone } from '#wire/shape/effort.ts'
import { callerField, type NamedField } from '#wire/shape/caller-field.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { writeMaxTokens, writeStop, writeTemperature, writeTopP } from '#wire/shape/sampling.ts'
import { addWords, instructed, writeFormat, type WrittenFormat } from '#wire/openai-responses/write-format.ts'
import { writeInput } from '#wire/openai-responses/write-input.ts'
import { willThink, writeThinking, type WrittenThinking } from '#wire/openai-responses/write-reasoning.ts'
import { writeChoice, writeParallel, writeTools } from '#wire/openai-responses/write-tools.ts'

/** A body ready to send. */
export interface WrittenBody {
  readonly body: string
  readonly stream: boolean
}

type Body = Record<string, unknown>

/** The body for a caller of another dialect, from the middle form. */
export function buildBody(draft: Draft): WrittenBody {
  const { request, target } = draft
  const form = writeFormat(draft)
  const { instructions, input } = conversation(draft, form)
  const thinking = writeThinking(draft)
  const temperature = writeTemperature(draft, false)
  const stream = streamOf(draft)
  noteRest(draft)
  const asked: Body = {
    model: target.model,
    instructions,
    input,
    ...toolFields(draft),
    max_output_tokens: writeMaxTokens(draft),
    temperature,
    top_p: writeTopP(draft, { temperature: temperature !== undefined, thinking: false }),
    stop: writeStop(draft),
    text: form.format === undefined ? undefined : { format: form.format },
    reasoning: reasoningOf(draft, thinking),
    ...thinking.fields,
    user: request.user,
    stream: stream ? true : undefined,
  }
  return { body: JSON.stringify({ ...fitted(draft, asked), ...ours(draft) }), stream }
}

/** OpenAI demands an input: where there are instructions alone, they are it. */
function conversation(
  draft: Draft,
  form: WrittenFormat,
): { instructions: string | undefined; input: readonly JsonObject[] } {
  const written = writeInput(draft)
  const added = addWords(draft, form, written.items)
  const instructions = instructed(written.instructions, added.instruction)
  const input = [...added.items, ...written.items]
  if (input.length > 0 || instructions === undefined) return { instructions, input }
  const role = draft.target.quirks.systemRole === 'developer' ? 'developer' : 'system'
  return { instructions: undefined, input: [{ role, content: instructions }] }
}

function toolFields(draft: Draft): Body {
  const tools = writeTools(draft)
  if (tools.length === 0) {
    const { toolChoice } = draft.request
    if (toolChoice?.kind === 'required' || toolChoice?.kind === 'named') {
      note(draft, 'toolChoice', ['dropped', 'there are no tools to choose from'])
    }
    return {}
  }
  const choice = writeChoice(draft)
  if (choice.withoutTools === true) return {}
  return { tools, tool_choice: choice.value, parallel_tool_calls: writeParallel(draft) }
}

/** With a summary where the caller asked for thinking: other dialects show it unasked, OpenAI does not. */
function reasoningOf(draft: Draft, { effort }: WrittenThinking): JsonObject | undefined {
  const { reasoning } = draft.request
  const summary = reasoning !== undefined && !asksForNone(reasoning) && willThink(draft) && takes(draft, SUMMARY)
  if (effort === undefined && !summary) return undefined
  return { ...(effort === undefined ? {} : { effort }), ...(summary ? { summary: 'auto' } : {}) }
}

/** Refused by models without thinking, and for organizations that OpenAI has not verified. */
const SUMMARY = 'reasoning.summary'

/**
 * What we add of our own: nothing of a conversation is left at a platform that the caller did not choose, and sealed
 * thinking comes along instead.
 */
function ours(draft: Draft): Body {
  return {
    ...(takes(draft, 'store') ? { store: false } : {}),
    ...(willThink(draft) && takes(draft, 'include') ? { include: ['reasoning.encrypted_content'] } : {}),
  }
}

function takes({ target }: Draft, field: string): boolean {
  const { refusedFields, knownFields } = target.quirks
  const [top = field] = field.split('.')
  return (
    (knownFields === 'any' || knownFields.includes(top)) && ![top, field].some((key) => refusedFields.includes(key))
  )
}

/** Whether the target is asked for a stream: some give nothing else, some while they think (pain T21). */
export function streamOf(draft: Draft): boolean {
  const { streamOnly } = draft.target.quirks
  return draft.request.stream || streamOnly === 'always' || (streamOnly === 'while-thinking' && willThink(draft))
}

const WITHOUT_PLACE = ['seed', 'presencePenalty', 'frequencyPenalty', 'topK'] as const

/** What this dialect has no place for. Nothing is lost with a penalty of 0, and with a `top_k` that switches it off. */
function noteRest(draft: Draft): void {
  const { request } = draft
  for (const field of WITHOUT_PLACE) {
    const value = request[field]
    const idle = value === 0 ? field !== 'seed' : field === 'topK' && (value ?? 0) < 0
    if (value !== undefined && !idle) note(draft, field, ['dropped', 'no such field'])
  }
  const { answersMax } = draft.target.quirks
  if (request.n !== undefined && request.n > 1)
    note(draft, 'n', ['clamped', `${request.n} → ${Math.min(1, answersMax)}`])
  for (const path of request.unread) draft.warnings.push({ action: 'dropped', path })
}

/** What our fields are in the middle form, to name them in the caller's words. */
const FIELDS: Readonly<Record<string, NamedField>> = {
  max_output_tokens: 'maxOutputTokens',
  temperature: 'temperature',
  top_p: 'topP',
  stop: 'stop',
  tool_choice: 'toolChoice',
  parallel_tool_calls: 'parallelToolCalls',
  text: 'responseFormat',
  reasoning: 'reasoning',
  user: 'user',
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
