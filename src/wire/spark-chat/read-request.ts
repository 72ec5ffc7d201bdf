import type { ReadRequest } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Message, ModelRequest, Reasoning, Source, Tool } from '#wire/request.ts'
import {
  at,
  objectAt,
  optionalInteger,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
  requiredList,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'
import { readingOf } from '#wire/shape/plain-reading.ts'

const REQUEST: ReadonlySet<string> = new Set(['header', 'parameter', 'payload'])
const HEADER: ReadonlySet<string> = new Set(['app_id', 'uid'])
const CHAT: ReadonlySet<string> = new Set([
  'domain',
  'temperature',
  'top_p',
  'max_tokens',
  'top_k',
  'presence_penalty',
  'frequency_penalty',
  'thinking',
])
const PAYLOAD: ReadonlySet<string> = new Set(['message', 'functions'])
const ITEM: ReadonlySet<string> = new Set(['role', 'content', 'reasoning_content'])
const ROLES = '"system", "user" or "assistant"'
const CHAT_PATH = 'parameter.chat'
const TEXT_PATH = 'payload.message.text'

/** Reads the first message of the socket. A wrong or missing field is an `invalid-request` that names it. */
export function readRequest(source: Source): ReadRequest {
  return readingOf(() => readBody(source))
}

function readBody(source: Source): ModelRequest {
  const { json, outside } = source
  const header = optionalObject(json, 'header') ?? {}
  const chat = requiredObject(requiredObject(json, 'parameter'), 'chat', 'parameter')
  const payload = requiredObject(json, 'payload')
  const list = requiredList(requiredObject(payload, 'message', 'payload'), 'text', 'payload.message')
  if (list.length === 0) throw new WrongField(TEXT_PATH, 'at least one text', list)
  const functions = optionalObject(payload, 'functions', 'payload')
  const unread = [
    ...unreadKeys(json, REQUEST, ''),
    ...unreadKeys(header, HEADER, 'header'),
    ...unreadKeys(chat, CHAT, CHAT_PATH),
    ...unreadKeys(payload, PAYLOAD, 'payload'),
  ]
  const user = optionalText(header, 'uid', 'header')
  const tools = functions === undefined ? [] : (optionalList(functions, 'text', 'payload.functions') ?? [])
  return {
    dialect: 'spark-chat',
    source,
    model: outside?.model ?? requiredText(chat, 'domain', CHAT_PATH),
    stream: true,
    streamUsage: true,
    messages: list.map((item, i) => readItem(objectAt(item, `${TEXT_PATH}.${i}`), `${TEXT_PATH}.${i}`, unread)),
    tools: tools.map((item, i) => readFunction(item, `payload.functions.text.${i}`)),
    ...readSampling(chat),
    ...readThinking(chat, unread),
    ...(user === undefined ? {} : { user }),
    unread,
  }
}

function readSampling(chat: JsonObject): Partial<ModelRequest> {
  const maxOutputTokens = optionalInteger(chat, 'max_tokens', CHAT_PATH)
  const temperature = optionalNumber(chat, 'temperature', CHAT_PATH)
  const topP = optionalNumber(chat, 'top_p', CHAT_PATH)
  const topK = optionalInteger(chat, 'top_k', CHAT_PATH)
  const presencePenalty = optionalNumber(chat, 'presence_penalty', CHAT_PATH)
  const frequencyPenalty = optionalNumber(chat, 'frequency_penalty', CHAT_PATH)
  return {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(presencePenalty === undefined ? {} : { presencePenalty }),
    ...(frequencyPenalty === undefined ? {} : { frequencyPenalty }),
  }
}

function readThinking(chat: JsonObject, unread: string[]): { reasoning?: Reasoning } {
  const thinking = optionalObject(chat, 'thinking', CHAT_PATH)
  if (thinking === undefined) return {}
  const type = optionalText(thinking, 'type', `${CHAT_PATH}.thinking`)
  if (type === 'enabled' || type === 'disabled') return { reasoning: { enabled: type === 'enabled' } }
  // `auto` leaves it to the model.
  if (type !== 'auto') unread.push(`${CHAT_PATH}.thinking`)
  return {}
}

function readItem(item: JsonObject, path: string, unread: string[]): Message {
  unread.push(...unreadKeys(item, ITEM, path))
  const role = requiredText(item, 'role', path)
  if (role !== 'system' && role !== 'user' && role !== 'assistant') throw new WrongField(at(path, 'role'), ROLES, role)
  const text = requiredText(item, 'content', path)
  const thought = optionalText(item, 'reasoning_content', path) ?? ''
  const parts: Part[] = thought === '' ? [] : [{ kind: 'reasoning', text: thought }]
  if (text !== '') parts.push({ kind: 'text', text })
  return { role, parts, path }
}

function readFunction(value: unknown, path: string): Tool {
  const called = objectAt(value, path)
  const description = optionalText(called, 'description', path)
  const parameters = optionalObject(called, 'parameters', path)
  return {
    kind: 'function',
    name: requiredText(called, 'name', path),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    path,
  }
}
