import { isObject, type JsonObject } from '#wire/json.ts'
import { REASONING_PLACES } from '#wire/openai-chat/reasoning-place.ts'
import { readContent } from '#wire/openai-chat/read-parts.ts'
import { saysMore, thoughtSignature } from '#wire/openai-chat/thought-signature.ts'
import type { Part, ReasoningPart } from '#wire/part.ts'
import {
  objectAt,
  optionalList,
  optionalObject,
  optionalText,
  requiredObject,
  requiredText,
  unreadKeys,
} from '#wire/shape/field.ts'
import { readSeal } from '#wire/shape/seal.ts'

const ASSISTANT: ReadonlySet<string> = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'tool_calls',
  'function_call',
  'reasoning_details',
  'reasoning_content',
  'reasoning',
  'extra_content',
])
const CALL: ReadonlySet<string> = new Set(['id', 'type', 'function', 'index', 'extra_content'])
const FUNCTION: ReadonlySet<string> = new Set(['name', 'arguments'])

/** An assistant turn's parts: reasoning first, then content and refusal, then tool calls. */
export function readAssistant(message: JsonObject, path: string, unread: string[]): Part[] {
  unread.push(...unreadKeys(message, ASSISTANT, path))
  const thinks = REASONING_PLACES.some((field) => message[field] !== undefined)
  const parts: Part[] = thinks ? readReasoningParts(message, path, unread) : []
  if (message['extra_content'] !== undefined) readExtraContent(message, path, { parts, unread })
  parts.push(...readContent(message, path, unread))
  const refusal = optionalText(message, 'refusal', path)
  if (refusal !== undefined) parts.push({ kind: 'refusal', text: refusal })
  const calls = optionalList(message, 'tool_calls', path) ?? []
  calls.forEach((item, i) => {
    const place = `${path}.tool_calls.${i}`
    const call = objectAt(item, place)
    if (call['extra_content'] !== undefined) readExtraContent(call, place, { parts, unread })
    parts.push(readCall(call, place, unread))
  })
  const legacy = optionalObject(message, 'function_call', path)
  if (legacy !== undefined) {
    const inside = `${path}.function_call`
    unread.push(...unreadKeys(legacy, FUNCTION, inside))
    parts.push({ kind: 'tool-call', id: `call_${path.replace('.', '_')}`, ...named(legacy, inside) })
  }
  return parts
}

/** Google's thought signature: a seal of what follows. */
function readExtraContent(holder: JsonObject, path: string, into: { parts: Part[]; unread: string[] }): void {
  const signature = thoughtSignature(holder)
  if (signature !== undefined) into.parts.push({ kind: 'reasoning', text: '', ...readSeal('openai-chat', signature) })
  if (saysMore(holder)) into.unread.push(`${path}.extra_content`)
}

function readCall(call: JsonObject, path: string, unread: string[]): Part {
  const type = optionalText(call, 'type', path) ?? 'function'
  if (type !== 'function') return { kind: 'native', dialect: 'openai-chat', type, value: call }
  unread.push(...unreadKeys(call, CALL, path))
  const inside = `${path}.function`
  const called = requiredObject(call, 'function', path)
  unread.push(...unreadKeys(called, FUNCTION, inside))
  return { kind: 'tool-call', id: requiredText(call, 'id', path), ...named(called, inside) }
}

/** Name and arguments. Some clients send the arguments as an object or leave them empty: both become JSON text. */
function named(called: JsonObject, path: string): { name: string; arguments: string } {
  const name = requiredText(called, 'name', path)
  const given = called['arguments']
  if (isObject(given)) return { name, arguments: JSON.stringify(given) }
  const text = optionalText(called, 'arguments', path) ?? ''
  return { name, arguments: text.trim() === '' ? '{}' : text }
}

/** Entries of `reasoning_details` as they are known so far; another type is left unread. */
const DETAIL_TYPES: ReadonlySet<unknown> = new Set(['reasoning.text', 'reasoning.summary', 'reasoning.encrypted'])

/**
 * The model's thinking of an earlier turn: OpenRouter's `reasoning_details` where present, since only they have
 * signatures, else `reasoning_content` or `reasoning`. A client that collected our stream has the text in
 * `reasoning_content` and an entry with nothing but the signature: these two are one part.
 */
function readReasoningParts(message: JsonObject, path: string, unread: string[]): Part[] {
  const plain = optionalText(message, 'reasoning_content', path) ?? plainReasoning(message, path)
  const parts: Part[] = []
  const waiting: ReasoningPart[] = []
  for (const [i, item] of (optionalList(message, 'reasoning_details', path) ?? []).entries()) {
    const place = `${path}.reasoning_details.${i}`
    const entry = objectAt(item, place)
    if (!DETAIL_TYPES.has(entry['type'])) unread.push(place)
    else if (entry['type'] === 'reasoning.encrypted') parts.push(readEncrypted(entry, place))
    else {
      const part = readDetail(entry, place)
      parts.push(part)
      if (entry['text'] === undefined && entry['summary'] === undefined) waiting.push(part)
    }
  }
  return plain === undefined || plain === '' ? parts : withPlain(parts, plain, { waiting, path, unread })
}

function readEncrypted(entry: JsonObject, path: string): Part {
  const { signature: data, sealedBy } = readSeal('openai-chat', requiredText(entry, 'data', path))
  return { kind: 'reasoning-redacted', data, sealedBy }
}

function readDetail(entry: JsonObject, path: string): ReasoningPart {
  const text = optionalText(entry, 'text', path) ?? optionalText(entry, 'summary', path) ?? ''
  const signature = optionalText(entry, 'signature', path)
  const sealed = signature === undefined || signature === '' ? {} : readSeal('openai-chat', signature)
  return { kind: 'reasoning', text, ...sealed }
}

interface PlainPlace {
  /** Parts whose entries have no text of their own. */
  readonly waiting: readonly ReasoningPart[]
  readonly path: string
  readonly unread: string[]
}

/**
 * Puts the plain text, which is that of all blocks, where the entries have none: into the one block that waits for its
 * own, or before them all as a block without a seal. What the entries have themselves stands at its end. With several
 * waiting, nobody can tell whose signature fits.
 */
function withPlain(parts: readonly Part[], plain: string, { waiting, path, unread }: PlainPlace): Part[] {
  const known = parts.map((part) => (part.kind === 'reasoning' ? part.text : '')).join('')
  const [only] = waiting
  if (waiting.length > 1 && known === '') {
    unread.push(`${path}.reasoning_details`)
    return [{ kind: 'reasoning', text: plain }, ...parts.filter((part) => part.kind !== 'reasoning')]
  }
  if (waiting.length > 1 || !plain.endsWith(known)) return [...parts]
  const text = plain.slice(0, plain.length - known.length)
  if (only !== undefined) return parts.map((part) => (part === only ? { ...only, text } : part))
  return text === '' ? [...parts] : [{ kind: 'reasoning', text }, ...parts]
}

/** `reasoning` is a text on messages; as an object it is somebody else's field. */
function plainReasoning(message: JsonObject, path: string): string | undefined {
  return isObject(message['reasoning']) ? undefined : optionalText(message, 'reasoning', path)
}
