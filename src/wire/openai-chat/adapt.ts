import type { WireTarget } from '#wire/dialect.ts'
import type { Failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { REASONING_PLACES } from '#wire/openai-chat/reasoning-place.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import type { Warning } from '#wire/warning.ts'

/** What an adapt function may look at besides the body. */
export interface Job {
  readonly request: ModelRequest
  readonly target: WireTarget
  readonly quirks: Quirks
  /** Where each message of the body stood in the caller's JSON; absent where the body is the caller's own. */
  readonly paths?: readonly string[]
  readonly traits: Traits
}

/** What the messages of a body hold, looked up once: a function that would find nothing need not look. */
export interface Traits {
  /** An assistant's turn with reasoning in any of its fields. */
  readonly reasoning: boolean
  /** An assistant's turn with a place for seals. */
  readonly seals: boolean
  /** An assistant's turn with tool calls. */
  readonly calls: boolean
  /** A turn without content. */
  readonly empty: boolean
  readonly system: boolean
  readonly developer: boolean
}

/** What an adapt function wants changed: new top-level values, `undefined` for a field to take out. */
export interface Change {
  readonly set?: JsonObject
  readonly warnings?: readonly Warning[]
  readonly failure?: Failure
  /** Usage in the stream was our wish, not the caller's. */
  readonly usageAdded?: boolean
}

/** Fits one thing in an OpenAI-shaped body to the target; undefined where nothing has to change. */
export type Adapt = (body: JsonObject, job: Job) => Change | undefined

/** What to do for every request to a target with these quirks; undefined where there is never anything to do. */
export type Rule = (quirks: Quirks) => Adapt | undefined

/** True for a member that says something: neither absent nor null. */
export function has(object: JsonObject, key: string): boolean {
  const value = object[key]
  return value !== undefined && value !== null
}

/** The caller's own body, not one that we built. */
export function isOwn(job: Job): boolean {
  return job.paths === undefined
}

/** Where a message of the body stood in the caller's JSON. */
export function messagePath(job: Job, index: number): string {
  return job.paths === undefined ? `messages.${index}` : (job.paths[index] ?? 'messages')
}

export function messagesOf(body: JsonObject): readonly JsonObject[] {
  return objectsOf(body['messages'])
}

/** The objects of a list. Readers have refused everything else. */
export function objectsOf(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : []
}

export function traitsOf(body: JsonObject): Traits {
  const traits = { reasoning: false, seals: false, calls: false, empty: false, system: false, developer: false }
  const { messages } = body
  const list: readonly unknown[] = Array.isArray(messages) ? messages : []
  for (const message of list) {
    if (!isObject(message)) continue
    const { role } = message
    if (role === 'assistant') {
      for (const field of REASONING_PLACES) if (message[field] !== undefined) traits.reasoning = true
      if (has(message, 'tool_calls')) traits.calls = true
      traits.seals ||= mayHoldSeals(message)
    } else if (role === 'system') traits.system = true
    else if (role === 'developer') traits.developer = true
    if (isEmpty(message['content'])) traits.empty = true
  }
  return traits
}

function mayHoldSeals({ reasoning_details: details, extra_content: extra, tool_calls: calls }: JsonObject): boolean {
  if (details !== undefined || extra !== undefined) return true
  if (!Array.isArray(calls)) return false
  const list: readonly unknown[] = calls
  return list.some((call) => isObject(call) && call['extra_content'] !== undefined)
}

/** True for content that says nothing. */
export function isEmpty(content: unknown): boolean {
  return content === undefined || content === null || content === '' || (Array.isArray(content) && content.length === 0)
}

/** An element in a new form, and what to say of it. */
export interface Mended {
  readonly value?: JsonObject
  readonly warnings?: readonly Warning[]
}

/** A list with some elements in a new form; undefined where none changed. */
export function mend(
  list: readonly JsonObject[],
  each: (element: JsonObject, index: number) => Mended | undefined,
): { readonly list: readonly JsonObject[]; readonly warnings: readonly Warning[] } | undefined {
  let changed: JsonObject[] | undefined
  const warnings: Warning[] = []
  for (let index = 0; index < list.length; index++) {
    const element = list[index]
    const mended = element === undefined ? undefined : each(element, index)
    if (mended?.warnings !== undefined) warnings.push(...mended.warnings)
    if (mended?.value === undefined) continue
    changed ??= [...list]
    changed[index] = mended.value
  }
  return changed === undefined ? undefined : { list: changed, warnings }
}

/** `mend` over the messages of a body. */
export function mendMessages(
  body: JsonObject,
  each: (message: JsonObject, index: number) => Mended | undefined,
): Change | undefined {
  const mended = mend(messagesOf(body), each)
  return mended === undefined ? undefined : { set: { messages: mended.list }, warnings: mended.warnings }
}

/** An object without some of its members. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}
