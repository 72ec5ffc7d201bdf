import type { TokenCounting } from '#wire/dialect.ts'
import type { Source } from '#wire/request.ts'
import { numberIn, parsed } from '#wire/shape/read-json.ts'
import { readRequest } from '#wire/anthropic-messages/read-request.ts'

/**
 * Fields of messages that counting does not take: "Extra inputs are not permitted". What it takes: the parameters of
 * `messages.countTokens` in @anthropic-ai/sdk 1.12 (2026-11).
 */
const ANSWER_ONLY: ReadonlySet<string> = new Set([
  'max_tokens',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'service_tier',
  'container',
  'inference_geo',
])

/** Room enough that no bound of output changes what is counted. */
const ROOM = 1_000_000

/** `POST /v1/messages/count_tokens`: a request of messages without what is about its answer. */
export const countTokens: TokenCounting = {
  readRequest: (source) => readRequest(withRoom(source)),
  writeRequest(body) {
    return JSON.stringify(Object.fromEntries(Object.entries(body).filter(([name]) => !ANSWER_ONLY.has(name))))
  },
  readAnswer: (body) => numberIn(parsed(body), 'input_tokens'),
  writeAnswer: (tokens, estimated) => JSON.stringify({ input_tokens: tokens, ...(estimated ? { estimated } : {}) }),
}

/** Messages want a bound of the output, which this request does not have. */
function withRoom(source: Source): Source {
  const { text, json, outside } = source
  if (json['max_tokens'] !== undefined) return source
  const first = text.indexOf('{') + 1
  const separator = Object.keys(json).length === 0 ? '' : ','
  return {
    text: `${text.slice(0, first)}"max_tokens":${ROOM}${separator}${text.slice(first)}`,
    json: { max_tokens: ROOM, ...json },
    ...(outside === undefined ? {} : { outside }),
  }
}
