import { isObject, type JsonObject } from '#wire/json.ts'
import { exactMessages } from '#wire/anthropic-messages/exact-input.ts'
import type { Draft } from '#wire/shape/draft.ts'
import type { Part } from '#wire/part.ts'
import { isReadable } from '#wire/shape/claude-thinking.ts'
import { fits, readSeal, sealMark, sealOf } from '#wire/shape/seal.ts'

/** What of a caller's own `system`, `messages` and `tools` the target would refuse. */
interface Edits {
  /** Thinking that is not signed, or whose seal another platform made: it came with another platform's answer. */
  readonly thinking: boolean
  readonly marks: boolean
  /** Instructions among the messages. */
  readonly hoist: boolean
}

/**
 * Puts into `patch` what must change in the conversation of a caller of our own dialect; mostly nothing. `more` is
 * added to the instructions.
 */
export function patchHistory(draft: Draft, patch: Map<string, unknown>, more: readonly JsonObject[]): void {
  const { request, target } = draft
  const { json, text } = request.source
  const { quirks } = target
  const edits: Edits = {
    thinking: changesThinking(draft),
    marks: !quirks.cacheMarks && text.includes('"cache_control"'),
    hoist: quirks.systemPlace === 'first' && request.messages.some((m) => m.role === 'system' && m.path !== 'system'),
  }
  noteEdits(draft, edits)
  const hoisted: unknown[] = []
  if (edits.thinking || edits.marks || edits.hoist) patch.set('messages', editMessages(draft, edits, hoisted))
  if (hoisted.length > 0 || more.length > 0 || (edits.marks && Array.isArray(json['system']))) {
    const system = editContent(draft, json['system'] ?? [], edits)
    patch.set('system', [...blocksOf(system), ...hoisted, ...more])
  }
  if (edits.marks) patchMarks(draft, patch, edits)
}

function patchMarks(draft: Draft, patch: Map<string, unknown>, edits: Edits): void {
  const { json } = draft.request.source
  if (json['cache_control'] !== undefined) patch.set('cache_control', undefined)
  if (Array.isArray(json['tools'])) patch.set('tools', editContent(draft, json['tools'], edits))
}

function noteEdits(draft: Draft, { thinking, marks, hoist }: Edits): void {
  const { request, warnings } = draft
  if (marks) warnings.push({ action: 'dropped', path: 'cache_control', detail: 'the target takes no cache marks' })
  for (const { role, parts, path } of request.messages) {
    if (hoist && role === 'system' && path !== 'system') {
      warnings.push({ action: 'reordered', path, detail: 'instructions can stand at the front only' })
    }
    const detail = thinking ? thinkingLost(draft, parts) : undefined
    if (detail !== undefined) warnings.push({ action: 'dropped', path: `${path}.content`, detail })
  }
}

/** Looks for seals with our mark, too, that the platform itself made: answers of its own to a caller of another dialect. */
function changesThinking(draft: Draft): boolean {
  const { messages, source } = draft.request
  let thinks = false
  for (const { parts } of messages) {
    for (const part of parts) {
      if (mustChange(draft, part)) return true
      thinks ||= sealOf(part) !== undefined
    }
  }
  return thinks && source.text.includes(`"${sealMark(OWN)}`)
}

/** Thinking that the target does not take as it is. */
function mustChange(draft: Draft, part: Part): boolean {
  if (part.kind !== 'reasoning' && part.kind !== 'reasoning-redacted') return false
  return !isReadable(draft, part) || (sealOf(part) !== undefined && !fits(OWN, part))
}

function thinkingLost(draft: Draft, parts: readonly Part[]): string | undefined {
  const changed = parts.filter((part) => mustChange(draft, part))
  if (changed.length === 0) return undefined
  const left = changed.some((part) => !isReadable(draft, part))
  return left ? 'thinking that the target would refuse' : 'the signature of thinking that another platform signed'
}

/** The caller's messages without what the target refuses; one that has nothing left goes, too. */
function editMessages(draft: Draft, edits: Edits, hoisted: unknown[]): unknown[] {
  const { json, text } = draft.request.source
  const messages = Array.isArray(json['messages']) ? exactMessages(json['messages'], text) : []
  const kept: unknown[] = []
  for (const message of messages) {
    if (!isObject(message)) continue
    const content = editContent(draft, message['content'], edits)
    if (edits.hoist && message['role'] === 'system') hoisted.push(...blocksOf(content))
    else if (!Array.isArray(content) || content.length > 0) kept.push({ ...message, content })
  }
  return kept
}

/** Content blocks, of tool results too, without what the target refuses. */
function editContent(draft: Draft, content: unknown, edits: Edits): unknown {
  if (!Array.isArray(content)) return content
  const kept: unknown[] = []
  for (const block of content) {
    if (!isObject(block)) kept.push(block)
    else if (!edits.thinking || !isRefused(draft, block)) kept.push(editBlock(draft, block, edits))
  }
  return kept
}

function editBlock(draft: Draft, block: JsonObject, edits: Edits): JsonObject {
  const inner = block['type'] === 'tool_result' ? { content: editContent(draft, block['content'], edits) } : {}
  const edited: Record<string, unknown> = { ...block, ...inner, ...(edits.thinking ? resealed(block) : {}) }
  if (edits.marks) delete edited['cache_control']
  return edited
}

const OWN = 'anthropic-messages'

/** The seal as its platform made it; an empty one where another platform did, and the target demands the text alone. */
function resealed(block: JsonObject): JsonObject {
  const { type, signature, data } = block
  if (type === 'redacted_thinking' && typeof data === 'string') return { data: readSeal(OWN, data).signature }
  if (type !== 'thinking' || typeof signature !== 'string') return {}
  const seal = readSeal(OWN, signature)
  return { signature: fits(OWN, seal) ? seal.signature : '' }
}

function isRefused(draft: Draft, block: JsonObject): boolean {
  const { type, thinking, signature, data } = block
  if (type === 'redacted_thinking') {
    const { sealedBy } = readSeal(OWN, typeof data === 'string' ? data : '')
    return !isReadable(draft, { kind: 'reasoning-redacted', data: '', sealedBy })
  }
  if (type !== 'thinking') return false
  const text = typeof thinking === 'string' ? thinking : ''
  const sealed = typeof signature === 'string' && signature !== '' ? readSeal(OWN, signature) : {}
  return !isReadable(draft, { kind: 'reasoning', text, ...sealed })
}

function blocksOf(content: unknown): unknown[] {
  if (typeof content === 'string') return content.trim() === '' ? [] : [{ type: 'text', text: content }]
  return Array.isArray(content) ? content : []
}
