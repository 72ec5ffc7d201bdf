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
import { mediaOfUrl } from '#wire/shape/media-url.ts'
import { readingOf, textsAt } from '#wire/shape/plain-reading.ts'

const REQUEST: ReadonlySet<string> = new Set([
  'Model',
  'Messages',
  'Stream',
  'Temperature',
  'TopP',
  'Stop',
  'Seed',
  'Tools',
  'ToolChoice',
  'CustomTool',
  'EnableThinking',
])
const MESSAGE: ReadonlySet<string> = new Set([
  'Role',
  'Content',
  'Contents',
  'ToolCalls',
  'ToolCallId',
  'ReasoningContent',
])
const ROLES = '"system", "user", "assistant" or "tool"'

/** Reads the body of `ChatCompletions`. A wrong or missing field is an `invalid-request` that names it. */
export function readRequest(source: Source): ReadRequest {
  return readingOf(() => readBody(source))
}

function readBody(source: Source): ModelRequest {
  const { json, outside } = source
  const unread = [...unreadKeys(json, REQUEST, '')]
  const list = requiredList(json, 'Messages')
  if (list.length === 0) throw new WrongField('Messages', 'at least one message', list)
  return {
    dialect: 'tencent-chat',
    source,
    model: outside?.model ?? requiredText(json, 'Model'),
    stream: outside?.stream ?? optionalBoolean(json, 'Stream') ?? false,
    streamUsage: true,
    messages: list.map((item, i) => readMessage(objectAt(item, `Messages.${i}`), `Messages.${i}`, unread)),
    tools: (optionalList(json, 'Tools') ?? []).map((item, i) => readTool(objectAt(item, `Tools.${i}`), `Tools.${i}`)),
    ...readChoice(json),
    ...readSampling(json),
    unread,
  }
}

function readSampling(json: JsonObject): Partial<ModelRequest> {
  const temperature = optionalNumber(json, 'Temperature')
  const topP = optionalNumber(json, 'TopP')
  const stop = textsAt(optionalList(json, 'Stop'), 'Stop')
  const seed = optionalInteger(json, 'Seed')
  const thinking = optionalBoolean(json, 'EnableThinking')
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop === undefined ? {} : { stop }),
    ...(seed === undefined ? {} : { seed }),
    ...(thinking === undefined ? {} : { reasoning: { enabled: thinking } }),
  }
}

function readMessage(message: JsonObject, path: string, unread: string[]): Message {
  unread.push(...unreadKeys(message, MESSAGE, path))
  const role = requiredText(message, 'Role', path)
  switch (role) {
    case 'system':
    case 'user':
      return { role, parts: readContent(message, path, unread), path }
    case 'assistant':
      return { role, parts: readAssistant(message, path, unread), path }
    case 'tool': {
      const callId = requiredText(message, 'ToolCallId', path)
      return { role, parts: [{ kind: 'tool-result', callId, parts: readContent(message, path, unread) }], path }
    }
    default:
      throw new WrongField(at(path, 'Role'), ROLES, role)
  }
}

function readContent(message: JsonObject, path: string, unread: string[]): Part[] {
  const contents = optionalList(message, 'Contents', path)
  if (contents === undefined) {
    const text = optionalText(message, 'Content', path) ?? ''
    return text === '' ? [] : [{ kind: 'text', text }]
  }
  return contents.flatMap((item, i): Part[] => {
    const place = `${path}.Contents.${i}`
    const piece = objectAt(item, place)
    switch (requiredText(piece, 'Type', place)) {
      case 'text':
        return [{ kind: 'text', text: requiredText(piece, 'Text', place) }]
      case 'image_url': {
        const image = requiredObject(piece, 'ImageUrl', place)
        return [{ kind: 'image', source: mediaOfUrl(requiredText(image, 'Url', `${place}.ImageUrl`)) }]
      }
      default:
        // Videos.
        unread.push(place)
        return []
    }
  })
}

function readAssistant(message: JsonObject, path: string, unread: string[]): Part[] {
  const thought = optionalText(message, 'ReasoningContent', path) ?? ''
  const calls = (optionalList(message, 'ToolCalls', path) ?? []).map((item, i): Part => {
    const place = `${path}.ToolCalls.${i}`
    const call = objectAt(item, place)
    const called = requiredObject(call, 'Function', place)
    const text = optionalText(called, 'Arguments', `${place}.Function`) ?? ''
    return {
      kind: 'tool-call',
      id: requiredText(call, 'Id', place),
      name: requiredText(called, 'Name', `${place}.Function`),
      arguments: text.trim() === '' ? '{}' : text,
    }
  })
  const said = readContent(message, path, unread)
  return [...(thought === '' ? [] : [{ kind: 'reasoning', text: thought } as const]), ...said, ...calls]
}

function readTool(tool: JsonObject, path: string): Tool {
  const type = optionalText(tool, 'Type', path) ?? 'function'
  if (type !== 'function') return { kind: 'native', dialect: 'tencent-chat', type, value: tool, path }
  const called = requiredObject(tool, 'Function', path)
  const inside = `${path}.Function`
  const description = optionalText(called, 'Description', inside)
  return {
    kind: 'function',
    name: requiredText(called, 'Name', inside),
    ...(description === undefined ? {} : { description }),
    parameters: schemaOf(requiredText(called, 'Parameters', inside), `${inside}.Parameters`),
    path,
  }
}

function schemaOf(text: string, path: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // Refused below.
  }
  throw new WrongField(path, 'a JSON Schema as text', text)
}

function readChoice(json: JsonObject): { toolChoice?: ToolChoice } {
  const choice = optionalText(json, 'ToolChoice')
  if (choice === undefined) return {}
  if (choice === 'auto' || choice === 'none') return { toolChoice: { kind: choice } }
  if (choice !== 'custom') throw new WrongField('ToolChoice', '"none", "auto" or "custom"', choice)
  const tool = optionalObject(json, 'CustomTool')
  if (tool === undefined) throw new WrongField('CustomTool', 'the tool to call', undefined)
  const name = requiredText(requiredObject(tool, 'Function', 'CustomTool'), 'Name', 'CustomTool.Function')
  return { toolChoice: { kind: 'named', name } }
}
