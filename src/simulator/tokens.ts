import type { Part } from '#wire/part.ts'
import type { ModelRequest } from '#wire/request.ts'

/** A wide character, or up to five others, with the space before them: near enough to real tokens, and the same anywhere. */
const TOKEN = /\s*[⺀-鿿가-힯豈-﫿＀-￯]|\s*[^\s⺀-鿿가-힯豈-﫿＀-￯]{1,5}|\s+/gu

/** What the chat form adds to each message, and an image or file counts as. */
const MESSAGE_TOKENS = 3
const MEDIA_TOKENS = 85

/** A text in the simulator's own tokens; joined they are the text, and no character is cut in two. */
export function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? []
}

/** How many tokens the simulator says that a text has. */
export function countTokens(text: string): number {
  return tokensOf(text).length
}

/** How many tokens the simulator says that a request's input has: messages and tools, the same for the same request. */
export function promptTokens(request: ModelRequest): number {
  let sum = 0
  for (const { parts } of request.messages) {
    sum += MESSAGE_TOKENS
    for (const part of parts) sum += partTokens(part)
  }
  for (const tool of request.tools) {
    sum += countTokens(JSON.stringify(tool.kind === 'function' ? [tool.name, tool.parameters] : tool.value))
  }
  return sum
}

function partTokens(part: Part): number {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return countTokens(part.text)
    case 'reasoning-redacted':
      return countTokens(part.data)
    case 'tool-call':
      return countTokens(part.name) + countTokens(part.arguments)
    case 'tool-result':
      return part.parts.reduce((sum, inner) => sum + partTokens(inner), 0)
    case 'image':
    case 'file':
    case 'audio':
      return MEDIA_TOKENS
    case 'native':
      return countTokens(JSON.stringify(part.value))
  }
}
