import { isObject, type JsonObject } from '#wire/json.ts'
import { readAssistant } from '#wire/openai-chat/read-assistant.ts'
import { readContent } from '#wire/openai-chat/read-parts.ts'
import type { ToolResultPart } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { objectAt, optionalText, requiredList, requiredText, unreadKeys, WrongField } from '#wire/shape/field.ts'

const ROLES = 'one of system, developer, user, assistant, tool, function'

const PLAIN: ReadonlySet<string> = new Set(['role', 'content', 'name'])
const TOOL: ReadonlySet<string> = new Set(['role', 'content', 'name', 'tool_call_id'])

/** The conversation. Paths that nothing here names are added to `unread`. */
export function readMessages(json: JsonObject, unread: string[]): Message[] {
  const list = requiredList(json, 'messages')
  if (list.length === 0) throw new WrongField('messages', 'at least one message', list)
  return list.map((item, index) => readMessage(item, { list, index, path: `messages.${index}` }, unread))
}

/** A message's place in the list that holds it. */
interface Place {
  readonly list: readonly unknown[]
  readonly index: number
  readonly path: string
}

function readMessage(item: unknown, place: Place, unread: string[]): Message {
  const { path } = place
  const message = objectAt(item, path)
  const role = requiredText(message, 'role', path)
  const name = optionalText(message, 'name', path)
  const named = name === undefined ? {} : { name }
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      unread.push(...unreadKeys(message, PLAIN, path))
      return { role, parts: readContent(message, path, unread), ...named, path }
    case 'assistant':
      return { role, parts: readAssistant(message, path, unread), ...named, path }
    case 'tool': {
      unread.push(...unreadKeys(message, TOOL, path))
      const callId = requiredText(message, 'tool_call_id', path)
      return { role, parts: [result(callId, message, { path, unread })], ...named, path }
    }
    case 'function': {
      unread.push(...unreadKeys(message, PLAIN, path))
      return { role: 'tool', parts: [result(legacyCallId(place), message, { path, unread })], ...named, path }
    }
    default:
      throw new WrongField(`${path}.role`, ROLES, role)
  }
}

function result(callId: string, message: JsonObject, at: { path: string; unread: string[] }): ToolResultPart {
  return { kind: 'tool-result', callId, parts: readContent(message, at.path, at.unread) }
}

/**
 * The id of a `function_call`, which has none on the wire: the place of its message. Its answer (`role: function`)
 * refers to the nearest call before it.
 */
function legacyCallId({ list, index }: Place): string {
  for (let i = index - 1; i >= 0; i--) {
    const message = list[i]
    if (isObject(message) && isObject(message['function_call'])) return `call_messages_${i}`
  }
  return `call_messages_${index}`
}
