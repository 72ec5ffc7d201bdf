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
  /** Headers of this dialect that change what a platform does; they travel to platforms of the dialect only. */
  readonly headers: readonly string[]
  /** The path says the model (Azure's deployments). */
  readonly model?: string
}

const CHAT: Door = { dialect: openaiChat, operation: 'chat', headers: ['openai-beta'] }
const MESSAGES: Door = { dialect: anthropicMessages, operation: 'chat', headers: ['anthropic-beta'] }

const DOORS: Readonly<Record<string, Door>> = {
  '/v1/chat/completions': CHAT,
  '/chat/completions': CHAT,
  '/v1/messages': MESSAGES,
  '/anthropic/v1/messages': MESSAGES,
}

const AZURE = '/openai/deployments/'

/** The door at a path, if there is one. */
export function doorAt(path: string): Door | undefined {
  if (Object.hasOwn(DOORS, path)) return DOORS[path]
  if (!path.startsWith(AZURE) || !path.endsWith('/chat/completions')) return undefined
  const model = path.slice(AZURE.length, -'/chat/completions'.length)
  return model === '' ? undefined : { ...CHAT, model: decoded(model) }
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
