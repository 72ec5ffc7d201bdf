import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { Dialect, DialectId } from '#wire/dialect.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'

/** The dialects that are built, by id. */
export const DIALECTS: Readonly<Partial<Record<DialectId, Dialect>>> = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
}

/** Where a caller of a dialect comes in. */
export interface Door {
  readonly dialect: Dialect
  readonly operation: string
  /** The path says the model (Azure's deployments). */
  readonly model?: string
}

const DOORS: Readonly<Record<string, Door>> = {
  '/v1/chat/completions': { dialect: openaiChat, operation: 'chat' },
  '/chat/completions': { dialect: openaiChat, operation: 'chat' },
  '/v1/messages': { dialect: anthropicMessages, operation: 'chat' },
  '/anthropic/v1/messages': { dialect: anthropicMessages, operation: 'chat' },
}

const AZURE = '/openai/deployments/'

/** The door at a path, if there is one. */
export function doorAt(path: string): Door | undefined {
  if (Object.hasOwn(DOORS, path)) return DOORS[path]
  if (!path.startsWith(AZURE) || !path.endsWith('/chat/completions')) return undefined
  const model = path.slice(AZURE.length, -'/chat/completions'.length)
  return model === '' ? undefined : { dialect: openaiChat, operation: 'chat', model: decoded(model) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The dialect to answer in where no door was found: Anthropic's own headers and paths tell its clients. */
export function dialectOfCaller(path: string, headers: Readonly<Record<string, unknown>>): Dialect {
  const anthropic =
    headers['anthropic-version'] !== undefined || path.startsWith('/anthropic/') || path.startsWith('/v1/messages')
  return anthropic ? anthropicMessages : openaiChat
}
