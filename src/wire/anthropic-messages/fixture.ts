/** Words that this dialect's tests share. */
import type { WireTarget, WriteContext } from '#wire/dialect.ts'
import type { Event, FinishReason, Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, type Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

/** A target of the dialect with some quirks. */
export function target(quirks: Partial<Quirks> = {}, more: Partial<WireTarget> = {}): WireTarget {
  return {
    model: 'claude',
    quirks: { ...ANTHROPIC_MESSAGES_QUIRKS, ...quirks },
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
    messages: [user('Hi')],
    tools: [],
    maxOutputTokens: 100,
    unread: [],
    ...more,
  }
}

export function user(text: string, path = 'messages.0'): Message {
  return { role: 'user', parts: [{ kind: 'text', text }], path }
}

export function toolCall(id: string, args: string): Part {
  return { kind: 'tool-call', id, name: 'f', arguments: args }
}

/** What the calls of `toolCall` call. */
export const TOOLS: ModelRequest['tools'] = [{ kind: 'function', name: 'f', path: 'tools.0' }]

export function toolResult(callId: string, text: string): Part {
  return { kind: 'tool-result', callId, parts: [{ kind: 'text', text }] }
}

/** The body that a target gets, and the warnings as callers see them. */
export function write(asked: ModelRequest, to: WireTarget = target()): { body: unknown; warnings: readonly string[] } {
  const result = anthropicMessages.writeRequest(asked, to)
  if (!result.ok) throw new Error(`refused: ${result.failure.message}`)
  const { body, warnings } = result.written
  return { body: JSON.parse(body), warnings: warnings.map(({ action, path }) => `${action}:${path}`) }
}

/** The body of the shortest request, with more fields. */
export function fields(more: JsonObject = {}): JsonObject {
  return { model: 'claude', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], ...more }
}

export const start: Event = { type: 'start', id: 'chatcmpl-1', model: 'm' }
export const end: Event = { type: 'end' }

export function finish(reason: FinishReason, native = 'x'): Event {
  return { type: 'finish', reason, native }
}

export function text(block: number, words: string): Event {
  return { type: 'text-delta', block, text: words }
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

export function usage(figures: Partial<Usage>): Event {
  return { type: 'usage', usage: { ...NO_USAGE, ...figures } }
}

export function writeContext(native = false): WriteContext {
  return { requestId: 'r1', now: 0, model: 'shown', native, streamUsage: true, usageAdded: false }
}

/** All frames of an answer whose events come one by one. */
export function framesOf(events: readonly Event[], native = false): Frame[] {
  const { writeEvents } = anthropicMessages
  const state = writeEvents.start(writeContext(native))
  const frames = events.flatMap((event) => writeEvents.step(state, [event]))
  return [...frames, ...writeEvents.end(state)]
}

export function payloads(frames: readonly Frame[]): JsonObject[] {
  return frames.map(({ data }) => JSON.parse(data))
}

export const noUsage: JsonObject = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
}

/** The `message_start` that `start` gives. */
export const opened: { readonly type: string; readonly message: JsonObject } = {
  type: 'message_start',
  message: {
    id: 'chatcmpl-1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: noUsage,
  },
}

export function startBlock(index: number, block: JsonObject): JsonObject {
  return { type: 'content_block_start', index, content_block: block }
}

export function delta(index: number, inside: JsonObject): JsonObject {
  return { type: 'content_block_delta', index, delta: inside }
}

export function stopBlock(index: number): JsonObject {
  return { type: 'content_block_stop', index }
}

/** Payloads as a platform frames them. */
export function stream(...list: readonly JsonObject[]): Frame[] {
  return list.map((payload) => ({ event: String(payload['type']), data: JSON.stringify(payload) }))
}
