import { isObject } from '#wire/json.ts'
import { mayLoseDigits, parseExact } from '#wire/shape/exact-json.ts'

/** The messages of a request, the inputs of calls in them with every digit that `text`, the whole request, has. */
export function exactMessages(messages: readonly unknown[], text: string): readonly unknown[] {
  const calls = messages.some((message) => isObject(message) && hasCalls(message['content']))
  if (!calls || !mayLoseDigits(text)) return messages
  const exact = memberOf(parseExact(text), 'messages')
  return messages.map((message, i) => {
    const content = isObject(message) ? message['content'] : undefined
    if (!isObject(message) || !Array.isArray(content)) return message
    return { ...message, content: exactInputs(content, memberOf(elementOf(exact, i), 'content')) }
  })
}

/** The same for the content of a whole answer. */
export function exactContent(content: readonly unknown[], text: string): readonly unknown[] {
  if (!hasCalls(content) || !mayLoseDigits(text)) return content
  return exactInputs(content, memberOf(parseExact(text), 'content'))
}

function hasCalls(content: unknown): boolean {
  return Array.isArray(content) && content.some((block) => isObject(block) && block['type'] === 'tool_use')
}

function exactInputs(content: readonly unknown[], exact: unknown): readonly unknown[] {
  return content.map((block, i) => {
    if (!isObject(block) || block['type'] !== 'tool_use' || !isObject(block['input'])) return block
    return { ...block, input: memberOf(elementOf(exact, i), 'input') }
  })
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined
}

function elementOf(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : undefined
}
