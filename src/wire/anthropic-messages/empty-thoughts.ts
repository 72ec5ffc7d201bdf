import { restoreReasoning } from '#wire/anthropic-messages/restore-reasoning.ts'
import type { RestoredTurn, WireTarget } from '#wire/dialect.ts'
import type { Part } from '#wire/part.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { asksForNone } from '#wire/shape/effort.ts'
import { fits } from '#wire/shape/seal.ts'
import type { Warning } from '#wire/warning.ts'

/**
 * An empty thought in each turn that called tools and lost its own, for platforms that demand one: DeepSeek's and Kimi's
 * layers answer 400 without, and take an empty one (esengine/DeepSeek-Reasonix#8927, tried on 2026-08-15; pain T19).
 */
export function withEmptyThoughts(
  request: ModelRequest,
  target: WireTarget,
): { readonly request: ModelRequest; readonly warnings: readonly Warning[] } {
  const turns = thinksWithDemand(request, target) ? request.messages.flatMap(emptied) : []
  if (turns.length === 0) return { request, warnings: [] }
  const byPath = new Map(turns.map((turn) => [turn.path, turn.parts]))
  const messages = request.messages.map((message): Message => {
    const parts = message.role === 'assistant' ? byPath.get(message.path) : undefined
    return parts === undefined ? message : { ...message, parts }
  })
  const own = request.dialect === 'anthropic-messages'
  const source = own ? restoreReasoning(request.source, turns) : request.source
  const warnings = turns.map(({ path }): Warning => {
    return { action: 'emulated', path: `${path}.content`, detail: 'an empty thought in the place of what was lost' }
  })
  return { request: { ...request, messages, source }, warnings }
}

/** True if the model will think, by its nature, by the caller's wish or unasked, and its platform then demands thinking back. */
function thinksWithDemand({ reasoning }: ModelRequest, { quirks }: WireTarget): boolean {
  const { reasoningReturn, thinking, thinkingDefault } = quirks
  if (reasoningReturn !== 'required') return false
  if (thinkingDefault === 'always' || reasoning === undefined) return thinkingDefault !== 'off'
  return asksForNone(reasoning) ? thinkingDefault === 'on' && thinking === 'none' : thinking !== 'none'
}

function emptied({ role, parts, path }: Message): readonly RestoredTurn[] {
  const lacks = role === 'assistant' && parts.some(({ kind }) => kind === 'tool-call') && !parts.some(isThinking)
  if (!lacks) return []
  const thought: Part = { kind: 'reasoning', text: '' }
  return [{ path, parts: [thought, ...parts], added: new Set([thought]) }]
}

/** Thinking that will be sent: a text, or a seal that the platform takes back. */
function isThinking(part: Part): boolean {
  if (part.kind === 'reasoning-redacted') return fits('anthropic-messages', part)
  if (part.kind !== 'reasoning') return false
  return part.text !== '' || part.signature === undefined || fits('anthropic-messages', part)
}
