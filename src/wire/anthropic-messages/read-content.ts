import { isObject, type JsonObject } from '#wire/json.ts'
import type { CacheMark, MediaSource, NativePart, Part, TextPart } from '#wire/part.ts'
import { base64OfText } from '#wire/shape/base64.ts'
import {
  at,
  objectAt,
  optionalBoolean,
  optionalText,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'
import { readSeal } from '#wire/shape/seal.ts'

const TEXT_KEYS = new Set(['type', 'text', 'cache_control'])
const IMAGE_KEYS = new Set(['type', 'source', 'cache_control'])
const DOCUMENT_KEYS = new Set(['type', 'source', 'title', 'cache_control'])
const THINKING_KEYS = new Set(['type', 'thinking', 'signature'])
const REDACTED_KEYS = new Set(['type', 'data'])
const TOOL_USE_KEYS = new Set(['type', 'id', 'name', 'input', 'caller', 'cache_control'])
const TOOL_RESULT_KEYS = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control'])

/** `content` of a message, a tool result or `system`: a string or blocks. What stays unread is added to `unread`. */
export function readContent(value: unknown, path: string, unread: string[]): Part[] {
  if (typeof value === 'string') return [{ kind: 'text', text: value }]
  if (!Array.isArray(value)) throw new WrongField(path, 'a string or a list of content blocks', value)
  return value.map((block, index) => readBlock(block, at(path, index), unread))
}

/** Text only, as `system` allows. */
export function readTextContent(value: unknown, path: string, unread: string[]): TextPart[] {
  return readContent(value, path, unread).map((part, index) => {
    if (part.kind === 'text') return part
    throw new WrongField(at(at(path, index), 'type'), '"text"', part.kind)
  })
}

function readBlock(value: unknown, path: string, unread: string[]): Part {
  const block = objectAt(value, path)
  const type = requiredText(block, 'type', path)
  const skip = (known: ReadonlySet<string>): void => {
    for (const key of unreadKeys(block, known, path)) unread.push(key)
  }
  switch (type) {
    case 'text':
      skip(TEXT_KEYS)
      return { kind: 'text', text: requiredText(block, 'text', path), ...cacheOf(block, path) }
    case 'image':
      return readMedia(block, path, skip) ?? native(type, block)
    case 'document':
      return readMedia(block, path, skip) ?? native(type, block)
    case 'thinking':
      skip(THINKING_KEYS)
      return readThinking(block, path)
    case 'redacted_thinking':
      skip(REDACTED_KEYS)
      return readRedacted(block, path)
    case 'tool_use':
      skip(TOOL_USE_KEYS)
      return readToolUse(block, path, unread)
    case 'tool_result':
      skip(TOOL_RESULT_KEYS)
      return readToolResult(block, path, unread)
    default:
      return native(type, block)
  }
}

function native(type: string, value: JsonObject): NativePart {
  return { kind: 'native', dialect: 'anthropic-messages', type, value }
}

/** An image or a document; undefined for a source that only this dialect knows (a document made of blocks). */
function readMedia(block: JsonObject, path: string, skip: (known: ReadonlySet<string>) => void): Part | undefined {
  const source = readSource(requiredObject(block, 'source', path), at(path, 'source'))
  if (source === undefined) return undefined
  const cache = cacheOf(block, path)
  if (block['type'] === 'image') {
    skip(IMAGE_KEYS)
    return { kind: 'image', source, ...cache }
  }
  skip(DOCUMENT_KEYS)
  const name = optionalText(block, 'title', path)
  return { kind: 'file', source, ...(name === undefined ? {} : { name }), ...cache }
}

function readSource(source: JsonObject, path: string): MediaSource | undefined {
  switch (requiredText(source, 'type', path)) {
    case 'base64':
      return {
        kind: 'data',
        mediaType: requiredText(source, 'media_type', path),
        data: requiredText(source, 'data', path),
      }
    case 'text':
      return { kind: 'data', mediaType: 'text/plain', data: base64OfText(requiredText(source, 'data', path)) }
    case 'url':
      return { kind: 'url', url: requiredText(source, 'url', path) }
    case 'file':
      return { kind: 'file', id: requiredText(source, 'file_id', path) }
    default:
      return undefined
  }
}

/** An empty signature is what we write ourselves for thinking that has none: it is no signature. */
function readThinking(block: JsonObject, path: string): Part {
  const signature = optionalText(block, 'signature', path)
  const text = requiredText(block, 'thinking', path)
  const sealed = signature === undefined || signature === '' ? {} : readSeal('anthropic-messages', signature)
  return { kind: 'reasoning', text, ...sealed }
}

function readRedacted(block: JsonObject, path: string): Part {
  const { signature: data, sealedBy } = readSeal('anthropic-messages', requiredText(block, 'data', path))
  return { kind: 'reasoning-redacted', data, sealedBy }
}

function readToolUse(block: JsonObject, path: string, unread: string[]): Part {
  const caller = block['caller']
  // `{type: direct}` is what an answer says of every ordinary call.
  if (caller !== undefined && caller !== null && !(isObject(caller) && caller['type'] === 'direct')) {
    unread.push(at(path, 'caller'))
  }
  return {
    kind: 'tool-call',
    id: requiredText(block, 'id', path),
    name: requiredText(block, 'name', path),
    arguments: JSON.stringify(requiredObject(block, 'input', path)),
    ...cacheOf(block, path),
  }
}

function readToolResult(block: JsonObject, path: string, unread: string[]): Part {
  const content = block['content'] ?? undefined
  const isError = optionalBoolean(block, 'is_error', path)
  return {
    kind: 'tool-result',
    callId: requiredText(block, 'tool_use_id', path),
    parts: content === undefined ? [] : readContent(content, at(path, 'content'), unread),
    ...(isError === undefined ? {} : { isError }),
    ...cacheOf(block, path),
  }
}

function cacheOf(block: JsonObject, path: string): { cache?: CacheMark } {
  const mark = block['cache_control']
  if (mark === undefined || mark === null) return {}
  const ttl = optionalText(objectAt(mark, at(path, 'cache_control')), 'ttl', at(path, 'cache_control'))
  return { cache: { ttl: ttl === '1h' ? 'long' : 'short' } }
}
