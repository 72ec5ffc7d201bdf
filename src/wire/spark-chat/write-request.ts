import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { FunctionTool, Message, ModelRequest } from '#wire/request.ts'
import type { NamedField } from '#wire/shape/caller-field.ts'
import { note } from '#wire/shape/draft.ts'
import { overlay } from '#wire/shape/overlay.ts'
import { fields, fit, type Fitted, type PlainDraft, plainDraft, sent, sentAsIs } from '#wire/shape/plain-request.ts'
import { fitTurns, textOf, type Turn } from '#wire/shape/plain-turns.ts'
import { callInWords, namesOf, resultInWords } from '#wire/shape/plain-words.ts'

/** Fields of `parameter.chat` in the middle form. */
const FIELDS: Readonly<Record<string, NamedField>> = {
  temperature: 'temperature',
  top_p: 'topP',
  max_tokens: 'maxOutputTokens',
  top_k: 'topK',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
  thinking: 'reasoning',
}
const PLACES: ReadonlySet<NamedField> = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
  'user',
])

/** `top_k` goes from 1 to here. */
const TOP_K_MAX = 6
/** A longer `uid` is refused. */
const USER_CHARACTERS = 32

/**
 * Writes the first message of the socket. `header.app_id` is left to whoever signs; the answer is always a stream.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  if (request.dialect === 'spark-chat') return sentAsIs(ownText(request, target), true)
  const draft = plainDraft('spark-chat', request, target)
  const fitted = fit(draft, PLACES)
  const turns = fitTurns(draft, inWords(draft), fitted.instruction)
  const user = userOf(draft, fitted)
  const chat = {
    temperature: fitted.temperature,
    top_p: fitted.topP,
    max_tokens: fitted.maxOutputTokens,
    top_k: topKOf(draft, fitted),
    presence_penalty: fitted.presencePenalty,
    frequency_penalty: fitted.frequencyPenalty,
    thinking: fitted.thinking === undefined ? undefined : { type: fitted.thinking ? 'enabled' : 'disabled' },
  }
  const body = {
    header: user === undefined ? {} : { uid: user },
    parameter: { chat: { domain: target.model, ...fields(draft, chat, FIELDS) } },
    payload: {
      message: { text: turns.map(itemOf) },
      ...(fitted.tools.length === 0 ? {} : { functions: { text: fitted.tools.map(functionOf) } }),
    },
  }
  return sent(draft, body, true)
}

/** The caller's own text for another domain. */
function ownText({ source }: ModelRequest, { model }: WireTarget): string {
  const { parameter } = source.json
  if (!isObject(parameter) || !isObject(parameter['chat'])) return source.text
  const chat = { ...parameter['chat'], domain: model }
  return overlay(source, new Map<string, unknown>([['parameter', { ...parameter, chat }]]))
}

/** Calls and results of earlier turns in words: the roles are system, user and assistant, and no other. */
function inWords(draft: PlainDraft): Message[] {
  const { messages } = draft.request
  const names = namesOf(messages)
  return messages.flatMap((message): Message[] => {
    const told = message.parts.some((part) => part.kind === 'tool-call' || part.kind === 'tool-result')
    if (!told) return [message]
    draft.warnings.push({ action: 'emulated', path: message.path, detail: 'calls and their results, as text' })
    if (message.role === 'tool') {
      return message.parts.flatMap((part) =>
        part.kind === 'tool-result' ? [resultInWords(part, names.get(part.callId), message)] : [],
      )
    }
    return [{ ...message, parts: message.parts.map((part) => (part.kind === 'tool-call' ? callInWords(part) : part)) }]
  })
}

function itemOf(turn: Turn): JsonObject {
  const thoughts = turn.parts.flatMap((part) => (part.kind === 'reasoning' ? [part.text] : []))
  return {
    role: turn.role,
    content: textOf(turn),
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n\n') }),
  }
}

function functionOf({ name, description, parameters }: FunctionTool): JsonObject {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
  }
}

function topKOf(draft: PlainDraft, { topK }: Fitted): number | undefined {
  if (topK === undefined || topK <= TOP_K_MAX) return topK
  note(draft, 'topK', ['clamped', `${topK} → ${TOP_K_MAX}`])
  return TOP_K_MAX
}

function userOf(draft: PlainDraft, { user }: Fitted): string | undefined {
  if (user === undefined || user.length <= USER_CHARACTERS) return user
  note(draft, 'user', ['dropped', `longer than ${USER_CHARACTERS} characters`])
  return undefined
}
