import type { ReadRequest } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Message, ModelRequest, Source, Tool, ToolChoice } from '#wire/request.ts'
import {
  at,
  objectAt,
  optionalBoolean,
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
import { readingOf, textsAt } from '#wire/shape/plain-reading.ts'

const REQUEST: ReadonlySet<string> = new Set([
  'messages',
  'system',
  'stream',
  'max_output_tokens',
  'temperature',
  'top_p',
  'penalty_score',
  'stop',
  'user_id',
  'functions',
  'tool_choice',
  'response_format',
])
const MESSAGE: ReadonlySet<string> = new Set(['role', 'content', 'name', 'function_call'])
const ROLES = '"user", "assistant" or "function"'

/** Reads the body for `wenxinworkshop/chat/{name}`; the model comes from outside. */
export function readRequest(source: Source): ReadRequest {
  return readingOf(() => readBody(source))
}

function readBody(source: Source): ModelRequest {
  const { json, outside } = source
  const unread = [...unreadKeys(json, REQUEST, '')]
  const list = requiredList(json, 'messages')
  // Also if it begins and ends with the user: the number cannot be even then.
  if (list.length % 2 === 0) throw new WrongField('messages', 'an odd number of messages', list)
  const system = optionalText(json, 'system') ?? ''
  const instructions: Message[] =
    system === '' ? [] : [{ role: 'system', parts: [{ kind: 'text', text: system }], path: 'system' }]
  return {
    dialect: 'wenxin-chat',
    source,
    model: outside?.model ?? optionalText(json, 'model') ?? '',
    stream: outside?.stream ?? optionalBoolean(json, 'stream') ?? false,
    streamUsage: true,
    messages: [...instructions, ...list.map((_item, i) => readMessage(list, i, unread))],
    tools: (optionalList(json, 'functions') ?? []).map((item, i) => readFunction(item, `functions.${i}`)),
    ...readChoice(json),
    ...readSampling(json),
    unread,
  }
}

function readSampling(json: JsonObject): Partial<ModelRequest> {
  const maxOutputTokens = optionalInteger(json, 'max_output_tokens')
  const temperature = optionalNumber(json, 'temperature')
  const topP = optionalNumber(json, 'top_p')
  const score = optionalNumber(json, 'penalty_score')
  const stop = textsAt(optionalList(json, 'stop'), 'stop')
  const user = optionalText(json, 'user_id')
  const format = optionalText(json, 'response_format')
  return {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(score === undefined ? {} : { frequencyPenalty: (score - 1) * 2 }),
    ...(stop === undefined ? {} : { stop }),
    ...(user === undefined ? {} : { user }),
    ...(format === 'json_object' ? { responseFormat: { kind: 'json' } } : {}),
  }
}

function readMessage(list: readonly unknown[], index: number, unread: string[]): Message {
  const path = `messages.${index}`
  const message = objectAt(list[index], path)
  unread.push(...unreadKeys(message, MESSAGE, path))
  const role = requiredText(message, 'role', path)
  const parts = textsOf(message, path)
  switch (role) {
    case 'user':
      return { role, parts, path }
    case 'assistant': {
      const called = optionalObject(message, 'function_call', path)
      return { role, parts: called === undefined ? parts : [...parts, readCall(called, index)], path }
    }
    case 'function':
      return { role: 'tool', parts: [{ kind: 'tool-result', callId: idBefore(list, index), parts }], path }
    default:
      throw new WrongField(at(path, 'role'), ROLES, role)
  }
}

function textsOf(message: JsonObject, path: string): Part[] {
  const text = optionalText(message, 'content', path) ?? ''
  return text === '' ? [] : [{ kind: 'text', text }]
}

function readCall(called: JsonObject, index: number): Part {
  const path = `messages.${index}.function_call`
  const text = optionalText(called, 'arguments', path) ?? ''
  const name = requiredText(called, 'name', path)
  return { kind: 'tool-call', id: idAt(index), name, arguments: text.trim() === '' ? '{}' : text }
}

/** Calls have no ids here: their places stand for them. */
function idAt(index: number): string {
  return `call_messages_${index}`
}

/** A result is that of the nearest call before it. */
function idBefore(list: readonly unknown[], index: number): string {
  const before = list.slice(0, index).findLastIndex((item) => isObject(item) && isObject(item['function_call']))
  return idAt(before < 0 ? index : before)
}

function readFunction(item: unknown, path: string): Tool {
  const called = objectAt(item, path)
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

function readChoice(json: JsonObject): { toolChoice?: ToolChoice } {
  const choice = optionalObject(json, 'tool_choice')
  if (choice === undefined) return {}
  const called = requiredObject(choice, 'function', 'tool_choice')
  return { toolChoice: { kind: 'named', name: requiredText(called, 'name', 'tool_choice.function') } }
}
