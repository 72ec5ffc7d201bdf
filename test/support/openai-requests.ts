import { expect } from 'vitest'
import type { WireTarget } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'
import type { ModelRequest, Source } from '#wire/request.ts'

/** A plain target with these departures. */
export function target(quirks: Partial<Quirks> = {}, more: Partial<WireTarget> = {}): WireTarget {
  return {
    model: 't',
    quirks: { ...OPENAI_CHAT_QUIRKS, ...quirks },
    maxOutputTokens: undefined,
    vision: undefined,
    tools: undefined,
    ...more,
  }
}

/** What the dialect reads. */
export function readRequest(text: string, outside?: Source['outside']): ModelRequest {
  const source = { text, json: JSON.parse(text), ...(outside === undefined ? {} : { outside }) }
  const result = openaiChat.readRequest(source)
  if (!result.ok) throw new Error(result.failure.message)
  return result.request
}

export const HELLO: readonly object[] = [{ role: 'user', content: 'hi' }]

/** A caller's body sent on to a target: what changed in it (`undefined` = taken out), and the warnings. */
function sent(json: object, to: WireTarget): { changed: unknown; warnings: string[] } {
  const body: JsonObject = { model: 't', messages: HELLO, ...json }
  const result = openaiChat.writeRequest(readRequest(JSON.stringify(body)), to)
  if (!result.ok) return { changed: `${result.failure.kind} ${result.failure.param}`, warnings: [] }
  const after: JsonObject = JSON.parse(result.written.body)
  const keys = [...new Set([...Object.keys(body), ...Object.keys(after)])]
  const changed = keys.filter((key) => JSON.stringify(body[key]) !== JSON.stringify(after[key]))
  return {
    changed: Object.fromEntries(changed.map((key) => [key, after[key]])),
    warnings: result.written.warnings.map(({ action, path }) => `${action}:${path}`),
  }
}

/** A case: quirks, what the caller sent, what of it changed (`undefined` = taken out), and the warnings. */
export type Row = readonly [name: string, quirks: Partial<Quirks>, json: object, changed: unknown, warnings: string[]]

/** Sends each case and compares all of them at once. */
export function expectRows(rows: readonly Row[], more: Partial<WireTarget> = {}): void {
  const got = rows.map(([name, quirks, json]) => ({ name, ...sent(json, target(quirks, more)) }))
  expect(got).toStrictEqual(rows.map(([name, , , changed, warnings]) => ({ name, changed, warnings })))
}
