import { chatDoorAt, decoded } from '#server/chat-doors.ts'
import { serviceDoorAt } from '#server/service-doors.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import type { Dialect, Framing } from '#wire/dialect.ts'
import { gemini } from '#wire/gemini/index.ts'
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
  /** The caller wants to know how many tokens a request has, and no answer to it. */
  readonly counts?: true
}

/** The door at a path, if there is one. `query` is without its mark. */
export function doorAt(path: string, query: string): Door | undefined {
  const chat = chatDoorAt(path, query)
  if (chat !== undefined) return chat
  const found = serviceDoorAt(path)
  return found?.model === undefined ? found?.door : { ...found.door, outside: { model: decoded(found.model) } }
}

/** Paths that only Google's clients know: its versions, and Vertex AI's resources. */
const GOOGLE = /^\/v1(?:beta1?|alpha)\/|^\/v1\/(?:projects|publishers)\/|^\/v1\/[^?]+:[a-zA-Z]+$/

/** The dialect to answer in where no door was found: the headers and paths of its clients tell. */
export function dialectOfCaller(path: string, headers: Readonly<Record<string, unknown>>): Dialect {
  if (path.startsWith('/model/')) return bedrockConverse
  if (headers['x-goog-api-key'] !== undefined || GOOGLE.test(path)) return gemini
  const anthropic =
    headers['anthropic-version'] !== undefined || path.startsWith('/anthropic/') || path.startsWith('/v1/messages')
  return anthropic ? anthropicMessages : openaiChat
}
