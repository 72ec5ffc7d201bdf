import Anthropic from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import type { ErrorRule, ReadContext } from '#wire/dialect.ts'
import { type Failure, FAILURES, type FailureKind, failure } from '#wire/failure.ts'
import { ANTHROPIC_MESSAGES_QUIRKS } from '#wire/quirks.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

const context = (errors: readonly ErrorRule[] = []): ReadContext => ({
  platform: 'p',
  quirks: ANTHROPIC_MESSAGES_QUIRKS,
  errors,
})
const body = (type: string, message = 'why'): string => JSON.stringify({ type: 'error', error: { type, message } })
const kind = (status: number, text: string, errors: readonly ErrorRule[] = []): FailureKind =>
  anthropicMessages.readFailure({ status, headers: {}, body: text }, context(errors)).kind

test('a refusal tells its kind by type, by what the message says, or by status', () => {
  expect(kind(400, body('invalid_request_error'))).toBe('invalid-request')
  expect(kind(400, body('invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum'))).toBe('context-length')
  expect(kind(400, body('invalid_request_error', 'Your credit balance is too low to access'))).toBe('quota')
  expect(kind(400, body('invalid_request_error', 'Output blocked by content filtering policy'))).toBe('content-filter')
  expect(kind(402, body('billing_error'))).toBe('quota')
  expect(kind(401, body('authentication_error'))).toBe('credentials')
  expect(kind(403, '')).toBe('credentials')
  expect(kind(404, body('not_found_error'))).toBe('not-found')
  expect(kind(413, '<html><title>413 Payload Too Large</title>')).toBe('too-large')
  expect(kind(422, '{}')).toBe('invalid-request')
  expect(kind(429, body('rate_limit_error'))).toBe('rate-limit')
  expect(kind(500, body('api_error'))).toBe('upstream')
  expect(kind(500, body('overloaded_error'))).toBe('overloaded')
  expect(kind(503, '')).toBe('overloaded')
  expect(kind(529, body('overloaded_error'))).toBe('overloaded')
  expect(kind(504, body('timeout_error'))).toBe('timeout')
  expect(kind(408, '')).toBe('timeout')
  expect(kind(302, '')).toBe('upstream')
})

test('the platform’s own rules come first', () => {
  expect(kind(400, body('invalid_request_error', 'Arrearage'), [{ message: 'arrearage', kind: 'quota' }])).toBe('quota')
})

test('the platform’s words ride along without their secrets, with its hint how long to wait', () => {
  const answer = {
    status: 429,
    headers: { 'retry-after': '7' },
    body: body('rate_limit_error', 'slow down, sk-ant-REDACTED'),
  }
  expect(anthropicMessages.readFailure(answer, context())).toEqual(
    failure('rate-limit', 'slow down, sk-***', {
      retryAfterMs: 7000,
      platform: { platform: 'p', status: 429, code: 'rate_limit_error', message: 'slow down, sk-***' },
    }),
  )
  expect(
    anthropicMessages.readFailure({ status: 404, headers: { 'x-should-retry': 'false' }, body: '' }, context()),
  ).toEqual(
    failure('not-found', 'p answered 404: no reason given', {
      blame: 'operator',
      retryable: false,
      platform: { platform: 'p', status: 404 },
    }),
  )
})

test('a refusal is shown in Anthropic’s form', () => {
  const platform = { platform: 'p', status: 400, code: '1', message: 'm' }
  const written = anthropicMessages.writeFailure(failure('budget', 'spent', { param: 'model', platform }), 'r1')
  expect({ ...written, body: JSON.parse(written.body) }).toEqual({
    status: 429,
    body: {
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: 'spent',
        param: 'model',
        code: 'budget_exceeded',
        provider: platform,
      },
      request_id: 'r1',
    },
  })
})

test('the official client raises the class of each status', async () => {
  const raised = async (refusal: Failure): Promise<string> => {
    const { status, body: text } = anthropicMessages.writeFailure(refusal, 'r1')
    const fetch = async (): Promise<Response> =>
      new Response(text, { status, headers: { 'content-type': 'application/json' } })
    const client = new Anthropic({ apiKey: 'k', fetch, maxRetries: 0, logLevel: 'off' })
    const request = { model: 'm', max_tokens: 1, messages: [{ role: 'user' as const, content: 'x' }] }
    const error: unknown = await client.messages.create(request).catch((caught: unknown) => caught)
    return error instanceof Anthropic.APIError ? `${error.constructor.name} ${error.type}` : String(error)
  }
  const byStatus = new Map<number, string>()
  for (const kind of Object.keys(FAILURES) as FailureKind[]) {
    const [status] = FAILURES[kind]
    byStatus.set(status, await raised(failure(kind, 'why')))
  }
  expect(Object.fromEntries(byStatus)).toMatchObject({
    400: 'BadRequestError invalid_request_error',
    401: 'AuthenticationError authentication_error',
    403: 'PermissionDeniedError permission_error',
    404: 'NotFoundError not_found_error',
    413: 'ContentTooLargeError request_too_large',
    429: 'RateLimitError rate_limit_error',
    500: 'InternalServerError api_error',
    502: 'InternalServerError api_error',
    503: 'ServiceUnavailableError overloaded_error',
    504: 'GatewayTimeoutError api_error',
  })
})
