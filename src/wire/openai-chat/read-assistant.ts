import { isObject, type JsonObject } from '#wire/json.ts'
import { REASONING_PLACES } from '#wire/openai-chat/reasoning-place.ts'
import { readContent } from '#wire/openai-chat/read-parts.ts'
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
])
const CALL: ReadonlySet<string> = new Set(['id', 'type', 'function', 'index'])
const FUNCTION: ReadonlySet<string> = new Set(['name', 'arguments'])

/** An assistant turn's parts: reasoning first, then content and refusal, then tool calls. */
export function readAssistant(message: JsonObject, path: string, unread: string[]): Part[] {
  unread.push(...unreadKeys(message, ASSISTANT, path))
  const thinks = REASONING_PLACES.some((field) => message[field] !== undefined)
  const parts: Part[] = thinks ? readReasoningParts(message, path, unread) : []
  parts.push(...readContent(message, path, unread))
  const refusal = optionalText(message, 'refusal', path)
  if (refusal !== undefined) parts.push({ kind: 'refusal', text: refusal })
  const calls = optionalList(message, 'tool_calls', path) ?? []
  calls.forEach((item, i) =>
    parts.push(readCall(objectAt(item, `${path}.tool_calls.${i}`), `${path}.tool_calls.${i}`, unread)),
  )
  const legacy = optionalObject(message, 'function_call', path)
  if (legacy !== undefined) {
    const inside = `${path}.function_call`
    unread.push(...unreadKeys(legacy, FUNCTION, inside))
    parts.push({ kind: 'tool-call', id: `call_${path.replace('.', '_')}`, ...named(legacy, inside) })
  }
  return parts
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
  const details = (optionalList(message, 'reasoning_details', path) ?? []).map((item, i) => ({
    entry: objectAt(item, `${path}.reasoning_details.${i}`),
    path: `${path}.reasoning_details.${i}`,
  }))
  const parts: Part[] = []
  for (const { entry, path: place } of details) {
    if (!DETAIL_TYPES.has(entry['type'])) unread.push(place)
    else if (entry['type'] === 'reasoning.encrypted') {
      parts.push({ kind: 'reasoning-redacted', data: requiredText(entry, 'data', place) })
    } else parts.push(readDetail(entry, place))
  }
  return plain === undefined || plain === '' ? parts : withPlain(parts, plain, { path, unread })
}

function readDetail(entry: JsonObject, path: string): ReasoningPart {
  const text = optionalText(entry, 'text', path) ?? optionalText(entry, 'summary', path) ?? ''
  const signature = optionalText(entry, 'signature', path)
  return { kind: 'reasoning', text, ...(signature === undefined || signature === '' ? {} : { signature }) }
}

/**
 * Puts the plain text, which is that of all blocks, into the one block that waits for its own: what the others have
 * stands after it. With several waiting, nobody can tell whose signature fits.
 */
function withPlain(parts: readonly Part[], plain: string, at: { path: string; unread: string[] }): Part[] {
  const texts = parts.filter((part) => part.kind === 'reasoning')
  const known = texts.map((part) => part.text).join('')
  const waiting = texts.filter((part) => part.text === '')
  const [only] = waiting
  if (only !== undefined && waiting.length === 1 && plain.endsWith(known)) {
    const text = plain.slice(0, plain.length - known.length)
    return parts.map((part) => (part === only ? { ...only, text } : part))
  }
  if (known !== '') return [...parts]
  if (waiting.length > 1) at.unread.push(`${at.path}.reasoning_details`)
  return [{ kind: 'reasoning', text: plain }, ...parts.filter((part) => part.kind !== 'reasoning')]
}

/** `reasoning` is a text on messages; as an object it is somebody else's field. */
function plainReasoning(message: JsonObject, path: string): string | undefined {
  return isObject(message['reasoning']) ? undefined : optionalText(message, 'reasoning', path)
}
