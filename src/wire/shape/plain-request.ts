import type { DialectId, WireTarget, WriteRequest } from '#wire/dialect.ts'
import type { Failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { FunctionTool, ModelRequest, ToolChoice } from '#wire/request.ts'
import { askedFormat } from '#wire/shape/asked-format.ts'
import type { NamedField } from '#wire/shape/caller-field.ts'
import { callerField } from '#wire/shape/caller-field.ts'
import { clampNumber } from '#wire/shape/clamp.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { fitThinking, streams, willThink } from '#wire/shape/plain-thinking.ts'
import { fitToolChoice, fitTools } from '#wire/shape/plain-tools.ts'
import { writeMaxTokens, writeStop, writeTemperature, writeTopK, writeTopP } from '#wire/shape/sampling.ts'

/** A request on its way into one of the plain dialects. The first failure counts. */
export interface PlainDraft extends Draft {
  failure: Failure | undefined
}

/** What a request asks for beside its messages, fitted to the target; absent = not to be sent. */
export interface Fitted {
  readonly maxOutputTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  readonly topK?: number | undefined
  readonly stop?: readonly string[] | undefined
  readonly seed?: number | undefined
  readonly presencePenalty?: number | undefined
  readonly frequencyPenalty?: number | undefined
  readonly n?: number | undefined
  readonly user?: string | undefined
  readonly tools: readonly FunctionTool[]
  readonly toolChoice?: ToolChoice | undefined
  /** JSON mode is to be asked for. */
  readonly json: boolean
  /** What the instructions must say beside the caller's own. */
  readonly instruction: string | undefined
  /** The switch of thinking, and how hard. */
  readonly thinking?: boolean | undefined
  readonly effort?: string | undefined
  readonly stream: boolean
}

export function plainDraft(dialect: DialectId, request: ModelRequest, target: WireTarget): PlainDraft {
  return { dialect, request, target, warnings: [], marks: { over: 0 }, failure: undefined }
}

/** The fields of the middle form that the dialect has names for; a wish for another one is a `dropped` warning. */
export function fit(draft: PlainDraft, places: ReadonlySet<NamedField>): Fitted {
  const { request } = draft
  const taken = takenBy(draft, places)
  const temperature = taken('temperature') ? writeTemperature(draft, false) : undefined
  const tools = fitTools(draft)
  const thinking = fitThinking(draft)
  const format = fitFormat(draft)
  for (const path of request.unread) draft.warnings.push({ action: 'dropped', path, detail: 'has no counterpart here' })
  return {
    maxOutputTokens: taken('maxOutputTokens') ? writeMaxTokens(draft) : undefined,
    temperature,
    topP: taken('topP') ? writeTopP(draft, { temperature: temperature !== undefined, thinking: false }) : undefined,
    topK: taken('topK') ? writeTopK(draft, false) : undefined,
    stop: taken('stop') ? writeStop(draft) : undefined,
    seed: taken('seed') ? request.seed : undefined,
    presencePenalty: taken('presencePenalty') ? fitPenalty(draft, 'presencePenalty') : undefined,
    frequencyPenalty: taken('frequencyPenalty') ? fitPenalty(draft, 'frequencyPenalty') : undefined,
    n: fitAnswers(draft),
    user: taken('user') ? request.user : undefined,
    ...fitToolChoice(draft, { tools, thinks: willThink(draft, thinking) }),
    ...format,
    ...thinking,
    stream: streams(draft, thinking),
  }
}

/** Tells whether a field has a place, and notes a wish for one that has none. Values that wish for nothing go silently. */
function takenBy(
  draft: PlainDraft,
  places: ReadonlySet<NamedField>,
): (field: NamedField & keyof ModelRequest) => boolean {
  return (field) => {
    if (places.has(field)) return true
    const wish = draft.request[field]
    const nothing = wish === undefined || (Array.isArray(wish) && wish.length === 0) || IDLE[field] === wish
    if (!nothing) note(draft, field, ['dropped', 'there is no such field'])
    return false
  }
}

/** Values that say what holds anyway. */
const IDLE: Readonly<Partial<Record<NamedField, number>>> = {
  presencePenalty: 0,
  frequencyPenalty: 0,
  topP: 1,
  topK: 0,
}

/** A penalty in the target's range. */
export function fitPenalty(draft: Draft, field: 'presencePenalty' | 'frequencyPenalty'): number | undefined {
  const asked = draft.request[field]
  if (asked === undefined) return undefined
  const { value, changed } = clampNumber(asked, draft.target.quirks.penalties)
  if (changed && value === undefined) note(draft, field, ['dropped', 'the target takes its own default only'])
  else if (changed) note(draft, field, ['clamped', `${asked} → ${value}`])
  return value
}

/** Fewer answers where the target gives fewer; one is what all give unasked. */
export function fitAnswers(draft: Draft): number | undefined {
  const { n } = draft.request
  const { answersMax } = draft.target.quirks
  if (n === undefined || n <= answersMax) return n === 1 ? undefined : n
  note(draft, 'n', ['clamped', `${n} → ${answersMax}`])
  return answersMax === 1 ? undefined : answersMax
}

/** JSON mode where there is one; else, and for a schema, a sentence in the instructions. */
function fitFormat(draft: PlainDraft): Pick<Fitted, 'json' | 'instruction'> {
  const { responseFormat: format } = draft.request
  if (format === undefined || format.kind === 'text') return { json: false, instruction: undefined }
  const json = draft.target.quirks.responseFormats.includes('json')
  if (json && format.kind === 'json') return { json, instruction: undefined }
  note(draft, 'responseFormat', ['emulated', 'asked for in the instructions'])
  return { json, instruction: askedFormat(format) }
}

/** The fields that the target takes, under its names, those without a value left out. `named`: what they are in the middle form. */
export function fields(
  draft: PlainDraft,
  body: JsonObject,
  named: Readonly<Record<string, NamedField>>,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const key in body) {
    if (body[key] === undefined) continue
    const fate = fateOf(draft.target.quirks, key)
    const field = named[key]
    if (fate.warning !== undefined) {
      draft.warnings.push({ ...fate.warning, path: field === undefined ? key : callerField(draft.request, field) })
    }
    if (fate.name !== undefined) kept[fate.name] = body[key]
  }
  return kept
}

const NO_HEADERS = {}

/** What is sent, unless something could not be said without losing what the request is about. */
export function sent(draft: PlainDraft, body: JsonObject, stream: boolean): WriteRequest {
  if (draft.failure !== undefined) return { ok: false, failure: draft.failure }
  const { warnings } = draft
  return { ok: true, written: { body: JSON.stringify(body), stream, usageAdded: false, headers: NO_HEADERS, warnings } }
}

/** A caller's own text in the target's dialect, as it is but for what the target must see otherwise. */
export function sentAsIs(body: string, stream: boolean): WriteRequest {
  return { ok: true, written: { body, stream, usageAdded: false, headers: NO_HEADERS, warnings: [] } }
}
