import { isObject, type JsonObject } from '#wire/json.ts'
import type { Draft } from '#wire/anthropic-messages/write-draft.ts'
import { isReadable } from '#wire/anthropic-messages/write-thinking.ts'

/** What of a caller's own `system`, `messages` and `tools` the target would refuse. */
interface Edits {
  /** Thinking that is not signed: ours, made of another platform's answer. */
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
    thinking: request.messages.some(({ parts }) =>
      parts.some((part) => part.kind.startsWith('reasoning') && !isReadable(part, quirks)),
    ),
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

function noteEdits({ request, target, warnings }: Draft, { thinking, marks, hoist }: Edits): void {
  if (marks) warnings.push({ action: 'dropped', path: 'cache_control', detail: 'the target takes no cache marks' })
  for (const { role, parts, path } of request.messages) {
    if (hoist && role === 'system' && path !== 'system') {
      warnings.push({ action: 'reordered', path, detail: 'instructions can stand at the front only' })
    }
    const refused = (part: (typeof parts)[number]): boolean =>
      part.kind.startsWith('reasoning') && !isReadable(part, target.quirks)
    if (thinking && parts.some(refused)) {
      warnings.push({ action: 'dropped', path: `${path}.content`, detail: 'thinking that the target would refuse' })
    }
  }
}

/** The caller's messages without what the target refuses; one that has nothing left goes, too. */
function editMessages(draft: Draft, edits: Edits, hoisted: unknown[]): unknown[] {
  const messages = draft.request.source.json['messages']
  const kept: unknown[] = []
  for (const message of Array.isArray(messages) ? messages : []) {
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
  const edited: Record<string, unknown> = { ...block, ...inner }
  if (edits.marks) delete edited['cache_control']
  return edited
}

function isRefused({ target }: Draft, block: JsonObject): boolean {
  const { type, signature } = block
  if (type === 'redacted_thinking') return !isReadable({ kind: 'reasoning-redacted', data: '' }, target.quirks)
  if (type !== 'thinking') return false
  const signed = typeof signature === 'string' && signature !== ''
  return !isReadable({ kind: 'reasoning', text: '', ...(signed ? { signature } : {}) }, target.quirks)
}

function blocksOf(content: unknown): unknown[] {
  if (typeof content === 'string') return content.trim() === '' ? [] : [{ type: 'text', text: content }]
  return Array.isArray(content) ? content : []
}
