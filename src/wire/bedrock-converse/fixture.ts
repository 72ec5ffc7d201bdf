/** Words that this dialect's tests share. */
import type { ReadContext, WireTarget, WriteContext } from '#wire/dialect.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { Event, Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'

/** A target of the dialect with some quirks. */
export function target(quirks: Partial<Quirks> = {}, more: Partial<WireTarget> = {}): WireTarget {
  return {
    model: 'nova',
    quirks: { ...DIALECT_QUIRKS['bedrock-converse'], ...quirks },
    maxOutputTokens: 8192,
    vision: undefined,
    tools: undefined,
    ...more,
  }
}

/** A request of an OpenAI chat caller. */
export function request(more: Partial<ModelRequest> = {}, json: JsonObject = {}): ModelRequest {
  return {
    dialect: 'openai-chat',
    source: { text: JSON.stringify(json), json },
    model: 'route',
    stream: false,
    streamUsage: false,
    messages: [user({ kind: 'text', text: 'Hi' })],
    tools: [],
    unread: [],
    ...more,
  }
}

export function user(...parts: readonly Part[]): Message {
  return { role: 'user', parts, path: 'messages.0' }
}

/** What a caller of the dialect sends. */
export function read(json: JsonObject, stream = false): ModelRequest {
  const outside = { model: 'route', stream }
  const result = bedrockConverse.readRequest({ text: JSON.stringify(json), json, outside })
  if (!result.ok) throw new Error(result.failure.message)
  return result.request
}

export const HI: JsonObject = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }

/** The body that a target gets, and the warnings as callers see them. */
export function write(asked: ModelRequest, to: WireTarget = target()): { body: unknown; warnings: readonly string[] } {
  const result = bedrockConverse.writeRequest(asked, to)
  if (!result.ok) throw new Error(`refused: ${result.failure.message}`)
  const { body, warnings } = result.written
  return { body: JSON.parse(body), warnings: warnings.map(({ action, path }) => `${action}:${path}`) }
}

export function readContext(quirks: Partial<Quirks> = {}): ReadContext {
  return { platform: 'bedrock', quirks: { ...DIALECT_QUIRKS['bedrock-converse'], ...quirks }, errors: [] }
}

export function writeContext(native = false): WriteContext {
  return { requestId: 'r1', now: 0, model: 'shown', native, streamUsage: true, usageAdded: false }
}

/** A message of the stream, as the framing gives it. */
export function frame(event: string, data: JsonObject): Frame {
  return { event, data: JSON.stringify(data) }
}

/** The events of a stream, without what ties them to their frames. */
export function eventsOf(frames: readonly Frame[], context: ReadContext = readContext()): Event[] {
  const { readEvents } = bedrockConverse
  const state = readEvents.start(context)
  return loose([...frames.flatMap((each) => readEvents.step(state, each)), ...readEvents.end(state)])
}

export function loose(events: readonly Event[]): Event[] {
  return events.map(({ origin: _origin, ...event }) => event)
}

/** All frames of an answer whose events come one by one. */
export function framesOf(events: readonly Event[], native = false): Frame[] {
  const { writeEvents } = bedrockConverse
  const state = writeEvents.start(writeContext(native))
  return [...events.flatMap((event) => writeEvents.step(state, [event])), ...writeEvents.end(state)]
}
