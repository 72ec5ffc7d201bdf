import type { Door } from '#server/doors.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import { gemini } from '#wire/gemini/index.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { openaiCompletions } from '#wire/openai-completions/index.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'

const CHAT: Door = { dialect: openaiChat, operation: 'chat', headers: ['openai-beta'] }
const RESPONSES: Door = { dialect: openaiResponses, operation: 'chat', headers: ['openai-beta'] }
const COMPLETIONS: Door = { dialect: openaiCompletions, operation: 'chat', headers: ['openai-beta'] }
const MESSAGES: Door = { dialect: anthropicMessages, operation: 'chat', headers: ['anthropic-beta'] }
const GEMINI: Door = { dialect: gemini, operation: 'chat', headers: [] }
const CONVERSE: Door = { dialect: bedrockConverse, operation: 'chat', headers: [] }

/** The same door for callers who want figures only. */
function counting(door: Door): Door {
  return { ...door, operation: 'count-tokens', counts: true }
}

const DOORS: Readonly<Record<string, Door>> = {
  '/v1/chat/completions': CHAT,
  '/chat/completions': CHAT,
  '/openai/v1/chat/completions': CHAT,
  '/v1/responses': RESPONSES,
  '/responses': RESPONSES,
  '/openai/v1/responses': RESPONSES,
  '/openai/responses': RESPONSES,
  '/v1/responses/input_tokens': counting(RESPONSES),
  '/responses/input_tokens': counting(RESPONSES),
  '/openai/v1/responses/input_tokens': counting(RESPONSES),
  '/v1/completions': COMPLETIONS,
  '/completions': COMPLETIONS,
  '/openai/v1/completions': COMPLETIONS,
  '/v1/messages': MESSAGES,
  '/anthropic/v1/messages': MESSAGES,
  '/v1/messages/count_tokens': counting(MESSAGES),
  '/anthropic/v1/messages/count_tokens': counting(MESSAGES),
}

interface Pattern {
  readonly pattern: RegExp
  /** The door for what the pattern's groups found. */
  readonly open: (found: readonly string[], query: string) => Door
}

/** Doors behind a path that names the model. The model's own slashes may be encoded or not. */
const PATTERNS: readonly Pattern[] = [
  {
    pattern: /^\/openai\/deployments\/(.+)\/chat\/completions$/,
    open: ([model = '']) => ({ ...CHAT, outside: { model: decoded(model) } }),
  },
  {
    pattern: /^\/openai\/deployments\/(.+)\/completions$/,
    open: ([model = '']) => ({ ...COMPLETIONS, outside: { model: decoded(model) } }),
  },
  {
    pattern: /^\/v1(?:beta1?|alpha)?\/(.+):(generateContent|streamGenerateContent|countTokens)$/,
    open: ([name = '', verb], query) => geminiDoor(modelOf(name), verb, query),
  },
  {
    pattern: /^\/model\/(.+)\/(converse|converse-stream|count-tokens)$/,
    open: ([name = '', verb]) => {
      const outside = { model: decoded(name), stream: verb === 'converse-stream' }
      return { ...(verb === 'count-tokens' ? counting(CONVERSE) : CONVERSE), outside }
    },
  },
]

/** Without `alt=sse` Google streams one array of JSON. */
function geminiDoor(model: string, verb: string | undefined, query: string): Door {
  if (verb === 'countTokens') return { ...counting(GEMINI), outside: { model } }
  if (verb === 'generateContent') return { ...GEMINI, outside: { model, stream: false } }
  const framing = new URLSearchParams(query).get('alt') === 'sse' ? 'sse' : 'json-array'
  return { ...GEMINI, outside: { model, stream: true }, framing }
}

const RESOURCE = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/([^/]+)\/)?(?:models|tunedModels)\/(.+)$/

/**
 * The model in a resource name: `models/m`, Vertex AI's `projects/p/locations/l/publishers/google/models/m`, or the
 * bare name. Google's SDK makes `publishers/a/models/b` of a model `a/b`, so a publisher other than Google is part of it.
 */
function modelOf(resource: string): string {
  const [, publisher, model] = RESOURCE.exec(resource) ?? []
  if (model === undefined) return decoded(resource)
  return decoded(publisher === undefined || publisher === 'google' ? model : `${publisher}/${model}`)
}

/** The door of chat and of its counting at a path, if there is one. `query` is without its mark. */
export function chatDoorAt(path: string, query: string): Door | undefined {
  if (Object.hasOwn(DOORS, path)) return DOORS[path]
  for (const { pattern, open } of PATTERNS) {
    const found = pattern.exec(path)
    if (found !== null) return open(found.slice(1), query)
  }
  return undefined
}

/** A part of a path as its caller meant it. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
