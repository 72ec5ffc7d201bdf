import { expect, test } from 'vitest'
import type { ErrorRule, RefusedAnswer } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS } from '#wire/quirks.ts'

const ERRORS: readonly ErrorRule[] = [
  { status: 429, code: '1113', kind: 'quota' },
  { code: '1301', kind: 'content-filter' },
]

function read(answer: Partial<RefusedAnswer>): ReturnType<typeof openaiChat.readFailure> {
  const context = { platform: 'acme', quirks: OPENAI_CHAT_QUIRKS, errors: ERRORS }
  return openaiChat.readFailure({ status: 500, headers: {}, body: '', ...answer }, context)
}

test('a refusal means what its code, its words and its status say, in this order', () => {
  const error = (fields: object): string => JSON.stringify({ error: fields })
  const cases: [number, string, string][] = [
    [429, error({ code: 1113, message: 'balance' }), 'quota'],
    [400, error({ code: '1301', message: 'unsafe' }), 'content-filter'],
    [429, error({ code: 'insufficient_quota' }), 'quota'],
    [429, error({ code: '1302' }), 'rate-limit'],
    [400, error({ message: "This model's maximum context length is 4096 tokens" }), 'context-length'],
    [422, error({ message: 'bad' }), 'invalid-request'],
    [401, '{"error":"Unauthorized"}', 'credentials'],
    [402, error({ message: 'Insufficient Balance' }), 'quota'],
    [403, '"Api key is invalid"', 'credentials'],
    [404, error({ code: 'model_not_found' }), 'not-found'],
    [408, '', 'timeout'],
    [413, '<html><title>413 Request Entity Too Large</title></html>', 'too-large'],
    [418, '', 'invalid-request'],
    [429, '', 'rate-limit'],
    [451, error({ type: 'censorship_blocked' }), 'content-filter'],
    [500, '', 'upstream'],
    [502, 'Bad Gateway', 'upstream'],
    [503, '', 'overloaded'],
    [504, '', 'timeout'],
    [529, '', 'overloaded'],
  ]
  expect(cases.map(([status, body]) => read({ status, body }).kind)).toEqual(cases.map(([, , kind]) => kind))
})

test("the platform's words ride along, without its secrets", () => {
  const body =
    '{"error":{"message":"Incorrect API key provided: sk-proj-abcdefghijkl0123456789","type":"t","code":"c"}}'
  expect(read({ status: 401, body })).toEqual({
    ...failure('credentials', 'acme answered 401: Incorrect API key provided: sk-***'),
    platform: { platform: 'acme', status: 401, code: 'c', message: 'Incorrect API key provided: sk-***' },
  })
})

test('a missing model is a mistake of the operator, and another target may have it', () => {
  const { blame, retryable } = read({ status: 404, body: '{"error":{"code":"model_not_found","message":"no"}}' })
  expect({ blame, retryable }).toEqual({ blame: 'operator', retryable: true })
})

test('the wish to wait and the wish not to retry are kept', () => {
  expect(read({ status: 429, headers: { 'retry-after': '3' } }).retryAfterMs).toBe(3000)
  expect(read({ status: 429, body: '{"error":{"message":"try again in 6.2s"}}' }).retryAfterMs).toBe(6200)
  expect(read({ status: 429, headers: { 'x-should-retry': 'false' } }).retryable).toBe(false)
})

test('a caller reads a failure in the words of OpenAI', () => {
  const written = openaiChat.writeFailure(failure('invalid-request', 'no', { param: 'stop' }), 'req_1')
  expect(written).toEqual({
    status: 400,
    body: '{"error":{"message":"no","type":"invalid_request_error","param":"stop","code":null}}',
  })
  const platform = { platform: 'acme', status: 500, message: 'boom' }
  const upstream = openaiChat.writeFailure(failure('upstream', 'acme answered 500: boom', { platform }), 'req_1')
  expect(upstream.status).toBe(502)
  expect(JSON.parse(upstream.body)).toEqual({
    error: {
      message: 'acme answered 500: boom',
      type: 'api_error',
      param: null,
      code: 'upstream_error',
      provider: { platform: 'acme', status: 500, message: 'boom' },
    },
  })
})
