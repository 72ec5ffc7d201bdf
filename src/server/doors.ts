import { serviceDoorAt } from '#server/service-doors.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { Dialect, Framing } from '#wire/dialect.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import type { Service } from '#wire/service.ts'

/** Where a caller of a dialect comes in. */
export interface Door {
  readonly dialect: Dialect
  readonly operation: string
  /** Headers of this dialect that change what a platform does; they travel to platforms of the dialect only. */
  readonly headers: readonly string[]
  /** What the path says beside the body: the model (Azure's deployments, Gemini), the wish for a stream (its verb). */
  readonly outside?: { readonly model?: string; readonly stream?: boolean }
  /** Of its streams, where it is not the dialect's own. */
  readonly framing?: Framing
  /** Work other than chat; `dialect` says how its refusals are written. */
  readonly service?: Service
}

const CHAT: Door = { dialect: openaiChat, operation: 'chat', headers: ['openai-beta'] }
const MESSAGES: Door = { dialect: anthropicMessages, operation: 'chat', headers: ['anthropic-beta'] }

const DOORS: Readonly<Record<string, Door>> = {
  '/v1/chat/completions': CHAT,
  '/chat/completions': CHAT,
  '/openai/v1/chat/completions': CHAT,
  '/v1/messages': MESSAGES,
  '/anthropic/v1/messages': MESSAGES,
}

/** Doors behind a path that names the model. The model's own slashes may be encoded or not. */
const PATTERNS: readonly { readonly pattern: RegExp; readonly open: (model: string, query: string) => Door }[] = [
  { pattern: /^\/openai\/deployments\/(.+)\/chat\/completions$/, open: (model) => ({ ...CHAT, outside: { model } }) },
]

/** The door at a path, if there is one. `query` is without its mark. */
export function doorAt(path: string, query: string): Door | undefined {
  if (Object.hasOwn(DOORS, path)) return DOORS[path]
  for (const { pattern, open } of PATTERNS) {
    const model = pattern.exec(path)?.[1]
    if (model !== undefined) return open(decoded(model), query)
  }
  const found = serviceDoorAt(path)
  return found?.model === undefined ? found?.door : { ...found.door, outside: { model: decoded(found.model) } }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The dialect to answer in where no door was found: the headers and paths of its clients tell. */
export function dialectOfCaller(path: string, headers: Readonly<Record<string, unknown>>): Dialect {
  const anthropic =
    headers['anthropic-version'] !== undefined || path.startsWith('/anthropic/') || path.startsWith('/v1/messages')
  return anthropic ? anthropicMessages : openaiChat
}
