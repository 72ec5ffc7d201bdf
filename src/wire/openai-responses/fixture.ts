/** Words that this dialect's tests share. */
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { ReadContext, WireTarget, WriteContext } from '#wire/dialect.ts'
import type { Event, FinishReason, Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'

const QUIRKS: Quirks = DIALECT_QUIRKS['openai-responses']

export function readContext(quirks: Partial<Quirks> = {}): ReadContext {
  return { platform: 'there', quirks: { ...QUIRKS, ...quirks }, errors: [] }
}

export function writeContext(native: boolean = false, asked: JsonObject = {}): WriteContext {
  return { requestId: 'req_1', now: 7, model: 'shown', native, streamUsage: true, usageAdded: false, asked }
}

/** A target of the dialect with some quirks. */
export function target(quirks: Partial<Quirks> = {}, more: Partial<WireTarget> = {}): WireTarget {
  return {
    model: 'gpt',
    quirks: { ...QUIRKS, ...quirks },
    maxOutputTokens: 8192,
    vision: undefined,
    tools: undefined,
    ...more,
  }
}

/** What a caller of this dialect asks. */
export function read(json: JsonObject): ModelRequest {
  const result = openaiResponses.readRequest({ text: JSON.stringify(json), json })
  if (!result.ok) throw new Error(result.failure.message)
  return result.request
}

/** Why a caller of this dialect is refused. */
export function refusal(json: JsonObject): string | undefined {
  const result = openaiResponses.readRequest({ text: JSON.stringify(json), json })
  return result.ok ? undefined : `${result.failure.kind} ${result.failure.param}`
}

/** A request of a caller of another dialect. */
export function request(more: Partial<ModelRequest> = {}, json: JsonObject = {}): ModelRequest {
  return {
    dialect: 'openai-chat',
    source: { text: JSON.stringify(json), json },
    model: 'route',
    stream: false,
    streamUsage: false,
    messages: [user('Hi')],
    tools: [],
    unread: [],
    ...more,
  }
}

export function user(text: string, path = 'messages.0'): Message {
  return { role: 'user', parts: [{ kind: 'text', text }], path }
}

/** The body that a target gets, and the warnings as callers see them. */
export function write(
  asked: ModelRequest,
  to: WireTarget = target(),
): { body: JsonObject; warnings: readonly string[]; stream: boolean } {
  const result = openaiResponses.writeRequest(asked, to)
  if (!result.ok) throw new Error(`refused: ${result.failure.message}`)
  const { body, warnings, stream } = result.written
  return { body: JSON.parse(body), warnings: warnings.map(({ action, path }) => `${action}:${path}`), stream }
}

/** Payloads as a platform frames them. */
export function stream(...payloads: readonly JsonObject[]): Frame[] {
  return payloads.map((payload, i) => ({
    event: String(payload['type']),
    data: JSON.stringify({ ...payload, sequence_number: i }),
  }))
}

/** All events of a stream, each without its frame. */
export function eventsOf(frames: readonly Frame[], quirks: Partial<Quirks> = {}): Event[] {
  return tied(frames, quirks).map(({ origin: _origin, ...event }): Event => event)
}

/** All events of a stream. */
export function tied(frames: readonly Frame[], quirks: Partial<Quirks> = {}): Event[] {
  const { readEvents } = openaiResponses
  const state = readEvents.start(readContext(quirks))
  return [...frames.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state)]
}

/** Those that say something. */
export function said(events: readonly Event[]): Event[] {
  return events.filter(({ type }) => type !== 'native')
}

/** All frames of an answer whose events come one by one. */
export function framesOf(events: readonly Event[], native = false): Frame[] {
  const { writeEvents } = openaiResponses
  const state = writeEvents.start(writeContext(native))
  const frames = events.flatMap((event) => writeEvents.step(state, [event]))
  return [...frames, ...writeEvents.end(state)]
}

export function payloads(frames: readonly Frame[]): JsonObject[] {
  return frames.map(({ data }) => JSON.parse(data))
}

export const created: JsonObject = {
  type: 'response.created',
  response: { id: 'resp_1', model: 'm', created_at: 5, status: 'in_progress', output: [] },
}

export function completed(more: JsonObject = {}): JsonObject {
  return { type: 'response.completed', response: { id: 'resp_1', status: 'completed', ...more } }
}

export function added(index: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.added', output_index: index, item }
}

export function done(index: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.done', output_index: index, item }
}

export const MESSAGE: JsonObject = { id: 'msg_1', type: 'message', role: 'assistant', content: [] }
export const CALL: JsonObject = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'f', arguments: '' }
export const REASONING: JsonObject = { id: 'rs_1', type: 'reasoning', summary: [] }

export function delta(type: string, words: string, more: JsonObject = {}): JsonObject {
  return { type, output_index: 0, delta: words, ...more }
}

export const start: Event = { type: 'start', id: 'chatcmpl-1', model: 'm', created: 5 }
export const end: Event = { type: 'end' }

export function finish(reason: FinishReason, native = 'x'): Event {
  return { type: 'finish', reason, native }
}

export function text(block: number, words: string): Event {
  return { type: 'text-delta', block, text: words }
}

export function thought(block: number, words: string): Event {
  return { type: 'reasoning-delta', block, text: words }
}

export function call(block: number, id: string, name = 'f'): Event {
  return { type: 'tool-call-start', block, id, name }
}

export function args(block: number, json: string): Event {
  return { type: 'tool-call-delta', block, arguments: json }
}

export function blockEnd(block: number): Event {
  return { type: 'block-end', block }
}
