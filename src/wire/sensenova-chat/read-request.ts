import type { ReadRequest } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import {
  EFFORTS,
  type Message,
  type ModelRequest,
  type Reasoning,
  type Source,
  type Tool,
  type ToolChoice,
} from '#wire/request.ts'
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
  'model',
  'messages',
  'stream',
  'max_new_tokens',
  'temperature',
  'top_p',
  'stop',
  'repetition_penalty',
  'n',
  'user',
  'tools',
  'tool_choice',
  'thinking',
  'reasoning_effort',
])
const MESSAGE: ReadonlySet<string> = new Set(['role', 'content', 'tool_calls', 'tool_call_id', 'reasoning_content'])
const ROLES = '"system", "user", "assistant" or "tool"'

/** Reads the body of `chat-completions`. A wrong or missing field is an `invalid-request` that names it. */
export function readRequest(source: Source): ReadRequest {
  return readingOf(() => readBody(source))
}

function readBody(source: Source): ModelRequest {
  const { json, outside } = source
  const unread = [...unreadKeys(json, REQUEST, '')]
  const list = requiredList(json, 'messages')
  if (list.length === 0) throw new WrongField('messages', 'at least one message', list)
  return {
    dialect: 'sensenova-chat',
    source,
    model: outside?.model ?? requiredText(json, 'model'),
    stream: outside?.stream ?? optionalBoolean(json, 'stream') ?? false,
    streamUsage: true,
    messages: list.map((item, i) => readMessage(objectAt(item, `messages.${i}`), `messages.${i}`, unread)),
    tools: (optionalList(json, 'tools') ?? []).map((item, i) => readTool(objectAt(item, `tools.${i}`), `tools.${i}`)),
    ...readChoice(json, unread),
    ...readSampling(json),
    ...readThinking(json, unread),
    unread,
  }
}

function readSampling(json: JsonObject): Partial<ModelRequest> {
  const maxOutputTokens = optionalInteger(json, 'max_new_tokens')
  const temperature = optionalNumber(json, 'temperature')
  const topP = optionalNumber(json, 'top_p')
  const stop = textsAt(optionalList(json, 'stop'), 'stop')
  const factor = optionalNumber(json, 'repetition_penalty')
  const n = optionalInteger(json, 'n')
  const user = optionalText(json, 'user')
  return {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop === undefined ? {} : { stop }),
    ...(factor === undefined ? {} : { frequencyPenalty: (factor - 1) * 2 }),
    ...(n === undefined ? {} : { n }),
    ...(user === undefined ? {} : { user }),
  }
}

function readThinking(json: JsonObject, unread: string[]): { reasoning?: Reasoning } {
  const thinking = optionalObject(json, 'thinking')
  const enabled = thinking === undefined ? undefined : optionalBoolean(thinking, 'enabled', 'thinking')
  const word = optionalText(json, 'reasoning_effort')
  const effort = EFFORTS.find((known) => known === word)
  if (word !== undefined && effort === undefined) unread.push('reasoning_effort')
  if (enabled === undefined && effort === undefined) return {}
  return { reasoning: { ...(enabled === undefined ? {} : { enabled }), ...(effort === undefined ? {} : { effort }) } }
}

function readMessage(message: JsonObject, path: string, unread: string[]): Message {
  unread.push(...unreadKeys(message, MESSAGE, path))
  const role = requiredText(message, 'role', path)
  switch (role) {
    case 'system':
    case 'user':
      return { role, parts: readContent(message, path, unread), path }
    case 'assistant':
      return { role, parts: readAssistant(message, path, unread), path }
    case 'tool': {
      const callId = requiredText(message, 'tool_call_id', path)
      return { role, parts: [{ kind: 'tool-result', callId, parts: readContent(message, path, unread) }], path }
    }
    default:
      throw new WrongField(at(path, 'role'), ROLES, role)
  }
}

function readContent(message: JsonObject, path: string, unread: string[]): Part[] {
  const content = message['content'] ?? undefined
  if (content === undefined || content === '') return []
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  if (!Array.isArray(content)) throw new WrongField(at(path, 'content'), 'a string or a list', content)
  return content.flatMap((item: unknown, i): Part[] => {
    const place = `${path}.content.${i}`
    const piece = objectAt(item, place)
    switch (requiredText(piece, 'type', place)) {
      case 'text':
        return [{ kind: 'text', text: requiredText(piece, 'text', place) }]
      case 'image_url':
        return [{ kind: 'image', source: { kind: 'url', url: requiredText(piece, 'image_url', place) } }]
      case 'image_base64': {
        const data = requiredText(piece, 'image_base64', place)
        return [{ kind: 'image', source: { kind: 'data', mediaType: mediaTypeOf(data), data } }]
      }
      case 'image_file_id':
        return [{ kind: 'image', source: { kind: 'file', id: requiredText(piece, 'image_file_id', place) } }]
      default:
        unread.push(place)
        return []
    }
  })
}

/** The bytes come without a word of what they are; their first ones tell. */
function mediaTypeOf(base64: string): string {
  if (base64.startsWith('iVBOR')) return 'image/png'
  if (base64.startsWith('R0lG')) return 'image/gif'
  return base64.startsWith('UklG') ? 'image/webp' : 'image/jpeg'
}

function readAssistant(message: JsonObject, path: string, unread: string[]): Part[] {
  const thought = optionalText(message, 'reasoning_content', path) ?? ''
  const calls = (optionalList(message, 'tool_calls', path) ?? []).map((item, i): Part => {
    const place = `${path}.tool_calls.${i}`
    const call = objectAt(item, place)
    const called = requiredObject(call, 'function', place)
    const text = optionalText(called, 'arguments', `${place}.function`) ?? ''
    return {
      kind: 'tool-call',
      id: requiredText(call, 'id', place),
      name: requiredText(called, 'name', `${place}.function`),
      arguments: text.trim() === '' ? '{}' : text,
    }
  })
  const said = readContent(message, path, unread)
  return [...(thought === '' ? [] : [{ kind: 'reasoning', text: thought } as const]), ...said, ...calls]
}

function readTool(tool: JsonObject, path: string): Tool {
  const type = optionalText(tool, 'type', path) ?? 'function'
  if (type !== 'function') return { kind: 'native', dialect: 'sensenova-chat', type, value: tool, path }
  const called = requiredObject(tool, 'function', path)
  const inside = `${path}.function`
  const description = optionalText(called, 'description', inside)
  const parameters = optionalObject(called, 'parameters', inside)
  return {
    kind: 'function',
    name: requiredText(called, 'name', inside),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    path,
  }
}

function readChoice(json: JsonObject, unread: string[]): { toolChoice?: ToolChoice } {
  const choice = optionalObject(json, 'tool_choice')
  if (choice === undefined) return {}
  const mode = requiredText(choice, 'mode', 'tool_choice')
  if (mode === 'auto' || mode === 'none') return { toolChoice: { kind: mode } }
  const [only] = optionalList(choice, 'tools', 'tool_choice') ?? []
  if (mode === 'manual' && only !== undefined) {
    const name = requiredText(objectAt(only, 'tool_choice.tools.0'), 'name', 'tool_choice.tools.0')
    return { toolChoice: { kind: 'named', name } }
  }
  unread.push('tool_choice')
  return {}
}
