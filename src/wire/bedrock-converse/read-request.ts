import type { ReadRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import { readContent } from '#wire/bedrock-converse/read-content.ts'
import { readFields } from '#wire/bedrock-converse/read-fields.ts'
import { readTools } from '#wire/bedrock-converse/read-tools.ts'
import type { Message, ModelRequest, Source } from '#wire/request.ts'
import { mayLoseDigits, parseExact } from '#wire/shape/exact-json.ts'
import {
  at,
  objectAt,
  optionalList,
  optionalText,
  requiredList,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'
import { listIn } from '#wire/shape/read-json.ts'

const REQUEST_KEYS = new Set([
  'modelId',
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'additionalModelRequestFields',
  'outputConfig',
])
const MESSAGE_KEYS = new Set(['role', 'content'])

/**
 * Reads the body of `POST /model/{modelId}/converse` and `/converse-stream`: the path says the model and the stream. A
 * wrong or missing field is an `invalid-request` that names it.
 */
export function readRequest(source: Source): ReadRequest {
  try {
    return { ok: true, request: readBody(source) }
  } catch (error) {
    if (!(error instanceof WrongField)) throw error
    return { ok: false, failure: failure('invalid-request', error.message, { param: error.param }) }
  }
}

function readBody(source: Source): ModelRequest {
  const { json, outside } = source
  const unread = [...unreadKeys(json, REQUEST_KEYS, '')]
  const model = outside?.model ?? optionalText(json, 'modelId')
  if (model === undefined || model === '') throw new WrongField('modelId', 'the name of a model', json['modelId'])
  const messages = readSystem(json, unread)
  messagesOf(source).forEach((value, index) => readMessage(value, { path: at('messages', index), messages, unread }))
  return {
    dialect: 'bedrock-converse',
    source,
    model,
    stream: outside?.stream ?? false,
    streamUsage: true,
    messages,
    ...readTools(json, unread),
    ...readFields(json, unread),
    unread,
  }
}

/** The messages, inputs and results of tools with every digit that the caller wrote. A managed prompt may bring all. */
function messagesOf({ json, text }: Source): readonly unknown[] {
  if (json['messages'] === undefined && json['promptVariables'] !== undefined) return []
  const list = requiredList(json, 'messages')
  if (list.length === 0) throw new WrongField('messages', 'at least one message', list)
  if (!text.includes('"toolUse"') || !mayLoseDigits(text)) return list
  return listIn(parseExact(text), 'messages') ?? list
}

function readSystem(json: JsonObject, unread: string[]): Message[] {
  const system = optionalList(json, 'system')
  if (system === undefined || system.length === 0) return []
  return [{ role: 'system', parts: readContent(system, 'system', unread), path: 'system' }]
}

interface MessageSink {
  readonly path: string
  readonly messages: Message[]
  readonly unread: string[]
}

function readMessage(value: unknown, { path, messages, unread }: MessageSink): void {
  const message = objectAt(value, path)
  const role = requiredText(message, 'role', path)
  for (const key of unreadKeys(message, MESSAGE_KEYS, path)) unread.push(key)
  const parts = readContent(requiredList(message, 'content', path), at(path, 'content'), unread)
  switch (role) {
    case 'user':
      return pushUser(parts, path, messages)
    case 'assistant':
    case 'system':
      messages.push({ role, parts, path })
      return
    default:
      throw new WrongField(at(path, 'role'), '"user", "assistant" or "system"', role)
  }
}

/** Tool results become a message of their own, before what else the user turn holds. */
function pushUser(parts: readonly Part[], path: string, messages: Message[]): void {
  const results = parts.filter((part) => part.kind === 'tool-result')
  if (results.length > 0) messages.push({ role: 'tool', parts: results, path })
  const rest = results.length === 0 ? parts : parts.filter((part) => part.kind !== 'tool-result')
  if (rest.length > 0 || results.length === 0) messages.push({ role: 'user', parts: rest, path })
}
