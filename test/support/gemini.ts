/** Words that the tests of the dialect gemini share. */
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { ReadContext, WireTarget, WriteContext } from '#wire/dialect.ts'
import type { Event, Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { gemini } from '#wire/gemini/index.ts'

/** Quirks of models of Gemini 2.5 and of those before. */
export const BUDGET: Partial<Quirks> = { thinking: 'gemini-budget', thinkingDefault: 'on' }
export const OLD: Partial<Quirks> = { thinking: 'none', thinkingDefault: 'off' }

export function quirks(more: Partial<Quirks> = {}): Quirks {
  return { ...DIALECT_QUIRKS.gemini, ...more }
}

export function target(more: Partial<Quirks> = {}, other: Partial<WireTarget> = {}): WireTarget {
  return {
    model: 'gemini-3',
    quirks: quirks(more),
    maxOutputTokens: 65_536,
    vision: undefined,
    tools: undefined,
    ...other,
  }
}

export function context(more: Partial<ReadContext> = {}): ReadContext {
  return { platform: 'gemini', quirks: quirks(), errors: [], ...more }
}

/** What a caller's body says. */
export function readBody(json: JsonObject, text: string = JSON.stringify(json)): ModelRequest {
  const read = gemini.readRequest({ text, json, outside: { model: 'route', stream: false } })
  if (!read.ok) throw new Error(`refused: ${read.failure.message}`)
  return read.request
}

/** A body with one turn of the user, and more. */
export function body(more: JsonObject = {}): JsonObject {
  return { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], ...more }
}

/** A request of an OpenAI chat caller. */
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

export function assistant(parts: readonly Part[], path = 'messages.1'): Message {
  return { role: 'assistant', parts, path }
}

export function toolCall(id: string, name = 'f', args = '{}'): Part {
  return { kind: 'tool-call', id, name, arguments: args }
}

export function result(callId: string, text: string, path = 'messages.2'): Message {
  return { role: 'tool', parts: [{ kind: 'tool-result', callId, parts: [{ kind: 'text', text }] }], path }
}

/** The body that a target gets, and the warnings as callers see them. */
export function write(asked: ModelRequest, to: WireTarget = target()): { body: any; warnings: readonly string[] } {
  const written = gemini.writeRequest(asked, to)
  if (!written.ok) throw new Error(`refused: ${written.failure.message}`)
  const { body: text, warnings } = written.written
  return { body: JSON.parse(text), warnings: warnings.map(({ action, path }) => `${action}:${path}`) }
}

/** Events of a stream's payloads, without what ties them to their frames. */
export function read(payloads: readonly unknown[], more: Partial<ReadContext> = {}): Event[] {
  const state = gemini.readEvents.start(context(more))
  const frames = payloads.map((data): Frame => ({ data: typeof data === 'string' ? data : JSON.stringify(data) }))
  return [...frames.flatMap((frame) => gemini.readEvents.step(state, frame)), ...gemini.readEvents.end(state)].map(bare)
}

export function readWhole(answer: unknown, more: Partial<ReadContext> = {}): Event[] {
  const data = typeof answer === 'string' ? answer : JSON.stringify(answer)
  return gemini.readEvents.whole(context(more), { data }).map(bare)
}

function bare(event: Event): Event {
  const { origin: _origin, ...rest } = event
  return rest
}

/** A chunk with one candidate. */
export function chunk(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }], responseId: 'r1' }
}

export function writing(more: Partial<WriteContext> = {}): WriteContext {
  return {
    requestId: 'req_1',
    now: 1_700_000_000,
    model: 'route',
    native: false,
    streamUsage: true,
    usageAdded: false,
    ...more,
  }
}

/** The payloads that a caller gets. */
export function stream(events: readonly Event[], more: Partial<WriteContext> = {}): any[] {
  const state = gemini.writeEvents.start(writing(more))
  const frames = [...gemini.writeEvents.step(state, events), ...gemini.writeEvents.end(state)]
  return frames.map(({ data }) => JSON.parse(data) as unknown)
}
