/** Words that the tests of the plain dialects share. */
import type { Dialect, ErrorRule, ReadContext, WireTarget, WriteContext } from '#wire/dialect.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { Event, Frame } from '#wire/event.ts'
import { type Failure, failure, type FailureKind } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { FunctionTool, Message, ModelRequest, Source } from '#wire/request.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'

/** A platform of the dialect, with some quirks and a table of errors. */
export function context(
  { id }: Dialect,
  more: { readonly quirks?: Partial<Quirks>; readonly errors?: readonly ErrorRule[] } = {},
): ReadContext {
  return { platform: 'p', quirks: { ...DIALECT_QUIRKS[id], ...more.quirks }, errors: more.errors ?? [] }
}

/** What a stream says, an event after the other. Texts are frames as they are. */
export function heard(
  dialect: Dialect,
  payloads: readonly (JsonObject | string)[],
  { quirks, cut }: { readonly quirks?: Partial<Quirks>; readonly cut?: Failure } = {},
): Event[] {
  const { readEvents } = dialect
  const state = readEvents.start(context(dialect, quirks === undefined ? {} : { quirks }))
  const frames = payloads.map((each): Frame => ({ data: typeof each === 'string' ? each : JSON.stringify(each) }))
  return bare([...frames.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state, cut)])
}

/** What an answer in one piece says. */
export function heardWhole(dialect: Dialect, payload: JsonObject): Event[] {
  return bare(dialect.readEvents.whole(context(dialect), { data: JSON.stringify(payload) }))
}

/** Events without the frames that they come from and without the platforms' own figures. */
function bare(events: readonly Event[]): Event[] {
  return events.map(({ origin: _origin, ...event }) => {
    if (event.type !== 'usage') return event
    const { raw: _raw, ...usage } = event.usage
    return { ...event, usage }
  })
}

/** All that is said, by kind: for tests that do not look at the blocks. */
export function summary(events: readonly Event[]): JsonObject {
  const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
  const reasoning = events.map((event) => (event.type === 'reasoning-delta' ? event.text : '')).join('')
  const finish = events.flatMap((event) => (event.type === 'finish' ? [[event.reason, event.native]] : []))
  const last = events.at(-1)
  return { text, reasoning, finish, last: last?.type === 'failure' ? last.failure.kind : last?.type }
}

export function usage(figures: Partial<Usage>): Event {
  return { type: 'usage', usage: { ...NO_USAGE, ...figures } }
}

export const end: Event = { type: 'end' }

export function cutOff(): Failure {
  return failure('cut', 'the connection broke')
}

/** What a refused answer means. */
export function refusal(dialect: Dialect, status: number, body: unknown): FailureKind {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return dialect.readFailure({ status, headers: {}, body: text }, context(dialect)).kind
}

export function target({ id }: Dialect, quirks: Partial<Quirks> = {}, more: Partial<WireTarget> = {}): WireTarget {
  return {
    model: 'm1',
    quirks: { ...DIALECT_QUIRKS[id], ...quirks },
    maxOutputTokens: 8192,
    vision: undefined,
    tools: undefined,
    ...more,
  }
}

/** A request of an OpenAI chat caller. */
export function request(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    dialect: 'openai-chat',
    source: { text: '{}', json: {} },
    model: 'route',
    stream: false,
    streamUsage: false,
    messages: talk(['user', 'Hi']),
    tools: [],
    unread: [],
    ...more,
  }
}

type Line = readonly [role: Message['role'], ...said: (string | Part)[]]

/** A conversation, a line for each message. */
export function talk(...lines: readonly Line[]): Message[] {
  return lines.map(([role, ...said], i) => ({
    role,
    parts: said.map((each) => (typeof each === 'string' ? { kind: 'text', text: each } : each)),
    path: `messages.${i}`,
  }))
}

export function called(id: string, name: string, text = '{}'): Part {
  return { kind: 'tool-call', id, name, arguments: text }
}

export function result(callId: string, text: string): Part {
  return { kind: 'tool-result', callId, parts: [{ kind: 'text', text }] }
}

export const WEATHER: FunctionTool = {
  kind: 'function',
  name: 'weather',
  description: 'Tells the weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  path: 'tools.0',
}

export const TIME: FunctionTool = { kind: 'function', name: 'time', path: 'tools.1' }

/** The body that a target gets, whether as a stream, and the warnings as callers see them, sorted; or why it was refused. */
export function sent(dialect: Dialect, asked: ModelRequest, to: WireTarget = target(dialect)): JsonObject {
  const written = dialect.writeRequest(asked, to)
  if (!written.ok) return { refused: written.failure.message, param: written.failure.param }
  const { body, stream, warnings } = written.written
  return {
    body: JSON.parse(body),
    stream,
    warnings: warnings.map(({ action, path }) => `${action}:${path}`).toSorted(),
  }
}

/** What a request of the dialect says; or what is wrong with it. */
export function asked(dialect: Dialect, json: JsonObject, outside?: NonNullable<Source['outside']>): JsonObject {
  const source = { text: JSON.stringify(json), json, ...(outside === undefined ? {} : { outside }) }
  const read = dialect.readRequest(source)
  if (!read.ok) return { wrong: read.failure.message, param: read.failure.param }
  const { source: _source, dialect: _dialect, streamUsage: _usage, ...said } = read.request
  return { ...said }
}

/** A short answer with thinking, text, a call and figures. */
export const ANSWER: readonly Event[] = [
  { type: 'start', id: 'a1', model: 'm1', created: 1_767_225_600 },
  { type: 'reasoning-delta', block: 0, text: 'Hm' },
  { type: 'block-end', block: 0 },
  { type: 'text-delta', block: 1, text: 'Hi' },
  { type: 'block-end', block: 1 },
  { type: 'tool-call-start', block: 2, id: 'c1', name: 'weather' },
  { type: 'tool-call-delta', block: 2, arguments: '{"city":' },
  { type: 'tool-call-delta', block: 2, arguments: '"Paris"}' },
  { type: 'block-end', block: 2 },
  { type: 'finish', reason: 'tool-calls', native: 'tool_calls' },
  usage({ inputFresh: 6, inputCached: 4, outputText: 2, outputReasoning: 1 }),
  end,
]

const SHOWN: WriteContext = {
  requestId: 'r1',
  now: 0,
  model: 'shown',
  native: false,
  streamUsage: true,
  usageAdded: false,
}

/** What the dialect makes of events: payloads of a stream, and what got lost. */
export function told({ writeEvents }: Dialect, events: readonly Event[]): readonly [frames: unknown[], lost: string[]] {
  const state = writeEvents.start(SHOWN)
  const frames = [...events.flatMap((event) => writeEvents.step(state, [event])), ...writeEvents.end(state)]
  return [frames.map(({ data }) => payloadOf(data)), writeEvents.lost(state).map(({ path }) => path)]
}

/** And in one piece. */
export function toldWhole(
  { writeEvents }: Dialect,
  events: readonly Event[],
): readonly [answer: unknown, lost: string[]] {
  const { frame, lost } = writeEvents.whole(SHOWN, events)
  return [payloadOf(frame.data), lost.map(({ path }) => path)]
}

function payloadOf(data: string): unknown {
  return data.startsWith('{') ? JSON.parse(data) : data
}
