import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { at, objectAt, optionalList, optionalText, requiredText, unreadKeys, WrongField } from '#wire/shape/field.ts'
import { readContent } from '#wire/openai-responses/read-content.ts'
import { partOfReasoning } from '#wire/openai-responses/seals.ts'

const MESSAGE: ReadonlySet<string> = new Set(['type', 'role', 'content', 'id', 'status'])
const CALL: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'name', 'arguments', 'status', 'caller', 'async'])
const OUTPUT: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'name', 'output', 'status', 'caller'])
const REASONING: ReadonlySet<string> = new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status'])

/** The conversation while it is read. */
interface Reading {
  readonly messages: Message[]
  readonly unread: string[]
  run: Run | undefined
}

/** Neighbouring items that are one turn: what the model said and called, or what its calls gave. */
interface Run {
  readonly role: 'assistant' | 'tool'
  readonly path: string
  readonly parts: Part[]
  /** Of the items that only this dialect knows. */
  readonly natives: string[]
}

/**
 * `input`: a text, or items. Items of one turn become one message, since other dialects have turns: what the model
 * thought, said and called in a row, and the results of calls in a row.
 */
export function readInput(json: JsonObject, unread: string[]): Message[] {
  const input = json['input'] ?? undefined
  if (typeof input === 'string') return [{ role: 'user', parts: [{ kind: 'text', text: input }], path: 'input' }]
  const list = optionalInput(json, input)
  const reading: Reading = { messages: [], unread, run: undefined }
  list.forEach((item, i) => readItem(reading, objectAt(item, `input.${i}`), `input.${i}`))
  endRun(reading)
  return reading.messages
}

/** What stands for the input at OpenAI: the state that it keeps. */
const STATE = ['prompt', 'conversation', 'previous_response_id']

function optionalInput(json: JsonObject, input: unknown): readonly unknown[] {
  if (input !== undefined && !Array.isArray(input)) throw new WrongField('input', 'a string or a list of items', input)
  const list: readonly unknown[] = input ?? []
  if (list.length === 0 && STATE.every((key) => (json[key] ?? undefined) === undefined)) {
    throw new WrongField('input', 'a string or at least one item', json['input'])
  }
  return list
}

function readItem(reading: Reading, item: JsonObject, path: string): void {
  const type = optionalText(item, 'type', path) ?? untyped(item, path)
  switch (type) {
    case 'message':
      return readMessage(reading, item, path)
    case 'reasoning':
      return readReasoning(reading, item, path)
    case 'function_call':
      return readCall(reading, item, path)
    case 'function_call_output':
      return readOutput(reading, item, path)
    default:
      return readNative(reading, item, { type, path })
  }
}

/** Messages may leave their type out, and so may references. */
function untyped(item: JsonObject, path: string): string {
  if (item['role'] !== undefined) return 'message'
  if (typeof item['id'] === 'string') return 'item_reference'
  throw new WrongField(at(path, 'type'), 'the type of an item', item['type'])
}

function readMessage(reading: Reading, item: JsonObject, path: string): void {
  const role = requiredText(item, 'role', path)
  reading.unread.push(...unreadKeys(item, MESSAGE, path))
  const parts = readContent(item['content'], at(path, 'content'), reading.unread)
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      endRun(reading)
      reading.messages.push({ role, parts, path })
      return
    case 'assistant':
      beginSaying(reading, path)
      add(reading, { role, parts, path })
      return
    default:
      throw new WrongField(at(path, 'role'), '"user", "assistant", "system" or "developer"', role)
  }
}

/**
 * A second message without a call between is a turn of its own: else two texts would be one. What was thought just
 * before goes with it.
 */
function beginSaying(reading: Reading, path: string): void {
  const { run } = reading
  if (run?.role !== 'assistant' || !run.parts.some(isSaid) || run.parts.some((part) => part.kind === 'tool-call'))
    return
  const thought = run.parts.splice(run.parts.findLastIndex(isSaid) + 1)
  endRun(reading)
  if (thought.length > 0) add(reading, { role: 'assistant', parts: thought, path })
}

function isSaid({ kind }: Part): boolean {
  return kind === 'text' || kind === 'refusal'
}

function readReasoning(reading: Reading, item: JsonObject, path: string): void {
  reading.unread.push(...unreadKeys(item, REASONING, path))
  const whole = textsOf(item, 'content', path)
  const text = (whole.length > 0 ? whole : textsOf(item, 'summary', path)).join('\n\n')
  const part = partOfReasoning(text, optionalText(item, 'encrypted_content', path))
  if (part === undefined) reading.unread.push(path)
  else add(reading, { role: 'assistant', parts: [part], path })
}

function textsOf(item: JsonObject, key: 'content' | 'summary', path: string): readonly string[] {
  const list = optionalList(item, key, path) ?? []
  return list.map((entry, i) => requiredText(objectAt(entry, at(at(path, key), i)), 'text', at(at(path, key), i)))
}

function readCall(reading: Reading, item: JsonObject, path: string): void {
  reading.unread.push(...unreadKeys(item, CALL, path), ...callerOf(item, path))
  if (item['async'] === true) reading.unread.push(at(path, 'async'))
  const text = optionalText(item, 'arguments', path) ?? ''
  const part: Part = {
    kind: 'tool-call',
    id: requiredText(item, 'call_id', path),
    name: requiredText(item, 'name', path),
    arguments: text.trim() === '' ? '{}' : text,
  }
  add(reading, { role: 'assistant', parts: [part], path })
}

function readOutput(reading: Reading, item: JsonObject, path: string): void {
  reading.unread.push(...unreadKeys(item, OUTPUT, path), ...callerOf(item, path))
  const callId = requiredText(item, 'call_id', path)
  const parts = readContent(item['output'], at(path, 'output'), reading.unread)
  add(reading, { role: 'tool', parts: [{ kind: 'tool-result', callId, parts }], path })
}

/** `{type: direct}` is what an answer says of every ordinary call. */
function callerOf(item: JsonObject, path: string): readonly string[] {
  const caller = item['caller'] ?? undefined
  return caller === undefined || (isObject(caller) && caller['type'] === 'direct') ? [] : [at(path, 'caller')]
}

/** Calls of tools that the platform runs, and their results, stay in their turn; the rest is no turn of anybody. */
function readNative(reading: Reading, item: JsonObject, { type, path }: { type: string; path: string }): void {
  const role = type.endsWith('_output') ? 'tool' : type.endsWith('_call') ? 'assistant' : undefined
  if (role === undefined) {
    reading.unread.push(path)
    return
  }
  add(reading, { role, parts: [{ kind: 'native', dialect: 'openai-responses', type, value: item }], path })
  reading.run?.natives.push(path)
}

interface Piece {
  readonly role: Run['role']
  readonly parts: readonly Part[]
  readonly path: string
}

function add(reading: Reading, { role, parts, path }: Piece): void {
  if (reading.run?.role !== role) endRun(reading)
  reading.run ??= { role, path, parts: [], natives: [] }
  reading.run.parts.push(...parts)
}

/** A turn of nothing but native items would be an empty one elsewhere: it is left unread. */
function endRun(reading: Reading): void {
  const { run } = reading
  reading.run = undefined
  if (run === undefined) return
  const { role, parts, path, natives } = run
  if (natives.length > 0 && natives.length === parts.length) reading.unread.push(...natives)
  else reading.messages.push({ role, parts, path })
}
