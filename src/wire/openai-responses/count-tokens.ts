import type { TokenCounting } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import { readRequest } from '#wire/openai-responses/read-request.ts'
import { numberIn, parsed } from '#wire/shape/read-json.ts'

/** What is counted, of a request for an answer: the parameters of `responses.inputTokens` in openai 7.57 (2026-11). */
const COUNTED = [
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'truncation',
] as const

/** What would have to be looked up first. */
const HELD = ['previous_response_id', 'conversation'] as const

/** `POST /v1/responses/input_tokens`: the input that is sent along; one that an id stands for is refused. */
export const countTokens: TokenCounting = {
  readRequest(source) {
    const held = HELD.find((name) => (source.json[name] ?? undefined) !== undefined)
    if (held === undefined) return readRequest(source)
    const message = `${held}: what it stands for is not counted: send the whole input`
    return { ok: false, failure: failure('invalid-request', message, { param: held }) }
  },
  writeRequest: (body) => JSON.stringify(Object.fromEntries(COUNTED.map((name) => [name, body[name]]))),
  readAnswer: (body) => numberIn(parsed(body), 'input_tokens'),
  writeAnswer: (tokens, estimated) =>
    JSON.stringify({
      object: 'response.input_tokens',
      input_tokens: tokens,
      ...(estimated ? { estimated } : {}),
    }),
}
