import { isObject, type JsonObject } from '#wire/json.ts'
import type { CacheMark, NativePart, Part } from '#wire/part.ts'
import { readMedia } from '#wire/bedrock-converse/read-media.ts'
import { readRedacted } from '#wire/bedrock-converse/redacted.ts'
import {
  at,
  objectAt,
  optionalText,
  requiredList,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'
import { readSeal } from '#wire/shape/seal.ts'

const TOOL_USE_KEYS = new Set(['toolUseId', 'name', 'input'])
const TOOL_RESULT_KEYS = new Set(['toolUseId', 'content', 'status'])
const REASONING_KEYS = new Set(['reasoningText', 'redactedContent'])
const REASONING_TEXT_KEYS = new Set(['text', 'signature'])
const GUARD_TEXT_KEYS = new Set(['text'])
const CITATIONS_KEYS = new Set(['content'])
const CACHE_KEYS = new Set(['type', 'ttl'])

/** Where a block stands, and where its unread fields are listed. */
interface Place {
  readonly path: string
  readonly unread: string[]
}

/** Content blocks. A cache point becomes the mark of the part before it. What stays unread is added to `unread`. */
export function readContent(list: readonly unknown[], path: string, unread: string[]): Part[] {
  const parts: Part[] = []
  list.forEach((value, index) => {
    const place = { path: at(path, index), unread }
    const block = objectAt(value, place.path)
    const { key, value: inner } = memberOf(block, place)
    const cache = key === 'cachePoint' ? cacheOf(inner, { ...place, path: at(place.path, key) }) : undefined
    const last = parts.at(-1)
    if (cache === undefined) parts.push(...readBlock(block, key, place))
    else if (last !== undefined && takesMark(last) && last.cache === undefined)
      parts[parts.length - 1] = { ...last, cache }
    else parts.push(native('cachePoint', block))
  })
  return parts
}

/** A block is a union: one member says what it is. */
export function memberOf(block: JsonObject, { path, unread }: Place): { key: string; value: unknown } {
  const [key, ...others] = Object.keys(block).filter((name) => block[name] !== undefined && block[name] !== null)
  if (key === undefined) throw new WrongField(path, 'an object with one member', block)
  for (const other of others) unread.push(at(path, other))
  return { key, value: block[key] }
}

function native(type: string, value: JsonObject): NativePart {
  return { kind: 'native', dialect: 'bedrock-converse', type, value }
}

type Marked = Extract<Part, { readonly cache?: CacheMark }>

function takesMark(part: Part): part is Marked {
  return (
    part.kind !== 'audio' && part.kind !== 'refusal' && part.kind !== 'native' && !part.kind.startsWith('reasoning')
  )
}

function cacheOf(value: unknown, { path, unread }: Place): CacheMark | undefined {
  const point = objectAt(value, path)
  if (optionalText(point, 'type', path) !== 'default') return undefined
  for (const key of unreadKeys(point, CACHE_KEYS, path)) unread.push(key)
  return { ttl: optionalText(point, 'ttl', path) === '1h' ? 'long' : 'short' }
}

/** The parts that a block is: several for text with citations, the block itself where only this dialect knows it. */
function readBlock(block: JsonObject, key: string, { path, unread }: Place): readonly Part[] {
  if (key === 'text') return [{ kind: 'text', text: requiredText(block, key, path) }]
  const read = READERS.get(key)
  if (read === undefined) return [native(key, block)]
  return read(requiredObject(block, key, path), { path: at(path, key), unread }) ?? [native(key, block)]
}

type ReadBlock = (inside: JsonObject, place: Place) => readonly Part[] | undefined

function only(part: Part | undefined): readonly Part[] | undefined {
  return part === undefined ? undefined : [part]
}

const READERS: ReadonlyMap<string, ReadBlock> = new Map<string, ReadBlock>([
  ['image', (image, place) => only(readMedia('image', image, place))],
  ['document', (document, place) => only(readMedia('document', document, place))],
  ['audio', (audio, place) => only(readMedia('audio', audio, place))],
  ['toolUse', (use, place) => only(readToolUse(use, place))],
  ['toolResult', (result, place) => only(readToolResult(result, place))],
  ['reasoningContent', (reasoning, place) => only(readReasoning(reasoning, place))],
  ['guardContent', (guarded, place) => only(readGuarded(guarded, place))],
  ['citationsContent', readCited],
])

/** A call of the caller's own tool; those of tools that the platform runs have a `type`. */
function readToolUse(use: JsonObject, { path, unread }: Place): Part | undefined {
  if (typeof use['type'] === 'string') return undefined
  for (const key of unreadKeys(use, TOOL_USE_KEYS, path)) unread.push(key)
  return {
    kind: 'tool-call',
    id: requiredText(use, 'toolUseId', path),
    name: requiredText(use, 'name', path),
    arguments: JSON.stringify(requiredObject(use, 'input', path)),
  }
}

function readToolResult(result: JsonObject, { path, unread }: Place): Part | undefined {
  if (typeof result['type'] === 'string') return undefined
  for (const key of unreadKeys(result, TOOL_RESULT_KEYS, path)) unread.push(key)
  const status = optionalText(result, 'status', path)
  const content = requiredList(result, 'content', path)
  return {
    kind: 'tool-result',
    callId: requiredText(result, 'toolUseId', path),
    parts: content.flatMap((value, index) => readResultBlock(value, { path: at(at(path, 'content'), index), unread })),
    ...(status === undefined ? {} : { isError: status === 'error' }),
  }
}

/** JSON in a result is text to other dialects; to platforms of ours it goes as it came. */
function readResultBlock(value: unknown, place: Place): readonly Part[] {
  const block = objectAt(value, place.path)
  const { key, value: inner } = memberOf(block, place)
  return key === 'json' ? [{ kind: 'text', text: JSON.stringify(inner) }] : readBlock(block, key, place)
}

function readReasoning(reasoning: JsonObject, { path, unread }: Place): Part | undefined {
  for (const key of unreadKeys(reasoning, REASONING_KEYS, path)) unread.push(key)
  const redacted = optionalText(reasoning, 'redactedContent', path)
  if (redacted !== undefined) return { kind: 'reasoning-redacted', ...readRedacted(redacted) }
  if (reasoning['reasoningText'] === undefined || reasoning['reasoningText'] === null) return undefined
  const inside = requiredObject(reasoning, 'reasoningText', path)
  const insidePath = at(path, 'reasoningText')
  for (const key of unreadKeys(inside, REASONING_TEXT_KEYS, insidePath)) unread.push(key)
  const signature = optionalText(inside, 'signature', insidePath)
  const sealed = signature === undefined || signature === '' ? {} : readSeal('bedrock-converse', signature)
  return { kind: 'reasoning', text: requiredText(inside, 'text', insidePath), ...sealed }
}

/** What a guardrail has to look at is content like any other; only the mark is this dialect's own. */
function readGuarded(guarded: JsonObject, { path, unread }: Place): Part | undefined {
  const { text, image } = guarded
  if (isObject(image)) {
    unread.push(path)
    return readMedia('image', image, { path: at(path, 'image'), unread })
  }
  if (!isObject(text)) return undefined
  unread.push(path)
  for (const key of unreadKeys(text, GUARD_TEXT_KEYS, at(path, 'text'))) unread.push(key)
  return { kind: 'text', text: requiredText(text, 'text', at(path, 'text')) }
}

/** The text that an answer said with sources; the sources are this dialect's own. */
function readCited(cited: JsonObject, { path, unread }: Place): Part[] {
  for (const key of unreadKeys(cited, CITATIONS_KEYS, path)) unread.push(key)
  if (cited['content'] === undefined || cited['content'] === null) return []
  return requiredList(cited, 'content', path).map((value, index) => {
    const piecePath = at(at(path, 'content'), index)
    return { kind: 'text', text: requiredText(objectAt(value, piecePath), 'text', piecePath) }
  })
}
