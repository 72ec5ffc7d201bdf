/** Words that this dialect's tests share. */
import type { WireTarget, WriteContext } from '#wire/dialect.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { JsonObject } from '#wire/json.ts'
import { openaiCompletions } from '#wire/openai-completions/index.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'

/** A target of the dialect with some quirks. */
export function target(quirks: Partial<Quirks> = {}, more: Partial<WireTarget> = {}): WireTarget {
  return {
    model: 'davinci',
    quirks: { ...DIALECT_QUIRKS['openai-completions'], ...quirks },
    maxOutputTokens: 4096,
    vision: undefined,
    tools: undefined,
    ...more,
  }
}

/** What a caller of the dialect sends. */
export function read(json: JsonObject): ModelRequest {
  const body = { model: 'route', ...json }
  const result = openaiCompletions.readRequest({ text: JSON.stringify(body), json: body })
  if (!result.ok) throw new Error(result.failure.message)
  return result.request
}

/** What a chat caller asks. */
export function chat(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    dialect: 'openai-chat',
    source: { text: '{}', json: {} },
    model: 'route',
    stream: false,
    streamUsage: false,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }], path: 'messages.0' }],
    tools: [],
    unread: [],
    ...more,
  }
}

/** The body that a target gets, and the warnings as callers see them. */
export function write(asked: ModelRequest, to: WireTarget = target()): { body: unknown; warnings: readonly string[] } {
  const result = openaiCompletions.writeRequest(asked, to)
  if (!result.ok) throw new Error(`refused: ${result.failure.message}`)
  const { body, warnings } = result.written
  return { body: JSON.parse(body), warnings: warnings.map(({ action, path }) => `${action}:${path}`) }
}

export function writeContext(more: Partial<WriteContext> = {}): WriteContext {
  return { requestId: 'r1', now: 1, model: 'shown', native: false, streamUsage: true, usageAdded: false, ...more }
}
