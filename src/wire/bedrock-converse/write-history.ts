import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import { readRedacted } from '#wire/bedrock-converse/redacted.ts'
import { isReadable } from '#wire/shape/claude-thinking.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { fits, readSeal, sealOf } from '#wire/shape/seal.ts'

/** What of a caller's own `system`, `messages` and `toolConfig` the target would refuse. */
interface Edits {
  /** Thinking that the target did not seal: ours, made of another platform's answer. */
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
  const edits = editsOf(draft)
  noteEdits(draft, edits)
  const hoisted: unknown[] = []
  if (edits.thinking || edits.marks || edits.hoist) patch.set('messages', editMessages(draft, edits, hoisted))
  const { system, toolConfig } = draft.request.source.json
  if (hoisted.length > 0 || more.length > 0 || (edits.marks && Array.isArray(system))) {
    patch.set('system', [...listOf(editContent(draft, system, edits)), ...hoisted, ...more])
  }
  const config = patch.has('toolConfig') ? patch.get('toolConfig') : toolConfig
  if (edits.marks && isObject(config)) {
    patch.set('toolConfig', { ...config, tools: editContent(draft, config['tools'], edits) })
  }
}

function editsOf(draft: Draft): Edits {
  const { messages, source } = draft.request
  const { cacheMarks, systemPlace } = draft.target.quirks
  return {
    thinking: messages.some(({ parts }) => parts.some((part) => isRefused(draft, part))),
    marks: !cacheMarks && source.text.includes('"cachePoint"'),
    hoist: systemPlace === 'first' && messages.some(isAmong),
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isAmong({ role, path }: { readonly role: string; readonly path: string }): boolean {
  return role === 'system' && path !== 'system'
}

/** Thinking that must not be sent back as it came. */
function isRefused(draft: Draft, part: Part): boolean {
  if (part.kind !== 'reasoning' && part.kind !== 'reasoning-redacted') return false
  return !isReadable(draft, part) || (sealOf(part) !== undefined && !fits(draft.dialect, part))
}

function noteEdits(draft: Draft, { thinking, marks, hoist }: Edits): void {
  const { request, warnings } = draft
  if (marks) warnings.push({ action: 'dropped', path: 'cachePoint', detail: 'the target takes no cache marks' })
  for (const message of request.messages) {
    const { parts, path } = message
    if (hoist && isAmong(message)) {
      warnings.push({ action: 'reordered', path, detail: 'instructions can stand at the front only' })
    }
    if (thinking && parts.some((part) => isRefused(draft, part))) {
      warnings.push({ action: 'dropped', path: `${path}.content`, detail: 'thinking that the target would refuse' })
    }
  }
}

/** The caller's messages without what the target refuses; one that has nothing left goes, too. */
function editMessages(draft: Draft, edits: Edits, hoisted: unknown[]): unknown[] {
  const messages = draft.request.source.json['messages']
  const kept: unknown[] = []
  for (const message of listOf(messages)) {
    if (!isObject(message)) continue
    const content = editContent(draft, message['content'], edits)
    if (edits.hoist && message['role'] === 'system') hoisted.push(...listOf(content))
    else if (!Array.isArray(content) || content.length > 0) kept.push({ ...message, content })
  }
  return kept
}

/** Blocks without what the target refuses. */
function editContent(draft: Draft, content: unknown, edits: Edits): unknown {
  if (!Array.isArray(content)) return content
  const kept: unknown[] = []
  for (const block of content) {
    if (!isObject(block)) kept.push(block)
    else if (edits.marks && block['cachePoint'] !== undefined) continue
    else {
      const edited = edits.thinking ? editThinking(draft, block) : block
      if (edited !== undefined) kept.push(edited)
    }
  }
  return kept
}

/** A block of thinking as the target takes it; undefined for one that it does not take at all. */
function editThinking(draft: Draft, block: JsonObject): JsonObject | undefined {
  const reasoning = block['reasoningContent']
  if (!isObject(reasoning)) return block
  const part = partOf(reasoning)
  if (part === undefined || !isRefused(draft, part)) return block
  if (!isReadable(draft, part) || part.kind !== 'reasoning') return undefined
  return { reasoningContent: { reasoningText: { text: part.text } } }
}

function partOf({ reasoningText, redactedContent }: JsonObject): Part | undefined {
  if (typeof redactedContent === 'string') return { kind: 'reasoning-redacted', ...readRedacted(redactedContent) }
  if (!isObject(reasoningText)) return undefined
  const { text, signature } = reasoningText
  const sealed = typeof signature === 'string' && signature !== '' ? readSeal('bedrock-converse', signature) : {}
  return { kind: 'reasoning', text: typeof text === 'string' ? text : '', ...sealed }
}
