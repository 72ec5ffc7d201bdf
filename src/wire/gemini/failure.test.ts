import { describe, expect, test } from 'vitest'
import type { ErrorRule } from '#wire/dialect.ts'
import { failure, type FailureKind, FAILURES } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { gemini } from '#wire/gemini/index.ts'
import { context } from '#test/support/gemini.ts'

const RPC = 'type.googleapis.com/google.rpc.'

function google(code: number, status: string, message: string, details: readonly JsonObject[] = []): string {
  return JSON.stringify({ error: { code, message, status, ...(details.length === 0 ? {} : { details }) } })
}

function read(status: number, body: string, errors: readonly ErrorRule[] = []) {
  return gemini.readFailure({ status, headers: {}, body }, context({ errors }))
}

describe('what Google refuses', () => {
  test.each<[number, string, string, FailureKind]>([
    [400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.', 'invalid-request'],
    [400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', 'credentials'],
    [
      400,
      'INVALID_ARGUMENT',
      'The input token count (2) exceeds the maximum number of tokens allowed (1).',
      'context-length',
    ],
    [400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.', 'credentials'],
    [401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.', 'credentials'],
    [403, 'PERMISSION_DENIED', 'Permission denied.', 'credentials'],
    [404, 'NOT_FOUND', 'models/x is not found for API version v1beta.', 'not-found'],
    [413, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit.', 'too-large'],
    [429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).', 'rate-limit'],
    [429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.', 'quota'],
    [499, 'CANCELLED', 'The operation was cancelled.', 'upstream'],
    [500, 'INTERNAL', 'An internal error has occurred.', 'upstream'],
    [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.', 'overloaded'],
    [504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.', 'timeout'],
  ])('%i %s: %s', (status, word, message, kind) => {
    const { kind: read_, platform } = read(status, google(status, word, message))
    expect([read_, platform]).toEqual([kind, { platform: 'gemini', status, code: word, message }])
    // A stream that was asked for without SSE is refused in a list.
    expect(read(status, `[${google(status, word, message)}]`).kind).toBe(kind)
  })

  test('without any words the status tells', () => {
    expect([read(404, '').kind, read(429, '').kind, read(502, '<html>').kind, read(418, '').kind]).toEqual([
      'not-found',
      'rate-limit',
      'upstream',
      'invalid-request',
    ])
  })

  test('details tell more than words: a key, a quota of the day or of the minute, when to come again, which field', () => {
    const key = { '@type': `${RPC}ErrorInfo`, reason: 'API_KEY_INVALID', domain: 'googleapis.com' }
    const quota = (quotaId: string) => ({ '@type': `${RPC}QuotaFailure`, violations: [{ quotaId }] })
    const retry = (retryDelay: unknown) => ({ '@type': `${RPC}RetryInfo`, retryDelay })
    const field = { '@type': `${RPC}BadRequest`, fieldViolations: [{ field: 'contents[0]', description: 'no' }] }
    const exhausted = (...details: JsonObject[]) => {
      const message = 'You exceeded your current quota, please check your plan and billing details.'
      const rules: ErrorRule[] = [{ type: 'RESOURCE_EXHAUSTED', message: 'billing', kind: 'quota' }]
      const { kind, retryAfterMs } = read(429, google(429, 'RESOURCE_EXHAUSTED', message, details), rules)
      return [kind, retryAfterMs]
    }
    expect(read(400, google(400, 'INVALID_ARGUMENT', 'Bad key', [key])).kind).toBe('credentials')
    expect(exhausted()).toEqual(['quota', undefined])
    expect(exhausted(quota('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'), retry('34.4s'))).toEqual([
      'rate-limit',
      34_400,
    ])
    expect(exhausted(quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'), retry('34s'))).toEqual([
      'quota',
      34_000,
    ])
    expect(exhausted(retry({ seconds: '2', nanos: 500_000_000 }))).toEqual(['quota', 2_500])
    expect(exhausted(retry('soon'))).toEqual(['quota', undefined])
    expect(read(400, google(400, 'INVALID_ARGUMENT', 'no', [field])).param).toBe('contents[0]')
  })

  test('the platform’s own rules come first where they say something, and secrets stay out', () => {
    const rules: ErrorRule[] = [{ message: 'odd', kind: 'overloaded', retryable: false }]
    expect(read(400, google(400, 'INVALID_ARGUMENT', 'an odd thing'), rules)).toMatchObject({
      kind: 'overloaded',
      retryable: false,
    })
    const { message } = read(400, google(400, 'INVALID_ARGUMENT', `key=AIza${'x'.repeat(35)} is odd`))
    expect(message).not.toContain('xxxx')
  })
})

describe('what we refuse', () => {
  test.each<[FailureKind, number, string]>([
    ['invalid-request', 400, 'INVALID_ARGUMENT'],
    ['context-length', 400, 'INVALID_ARGUMENT'],
    ['authentication', 401, 'UNAUTHENTICATED'],
    ['permission', 403, 'PERMISSION_DENIED'],
    ['not-found', 404, 'NOT_FOUND'],
    ['too-large', 413, 'INVALID_ARGUMENT'],
    ['slow-caller', 408, 'DEADLINE_EXCEEDED'],
    ['rate-limit', 429, 'RESOURCE_EXHAUSTED'],
    ['budget', 429, 'RESOURCE_EXHAUSTED'],
    ['internal', 500, 'INTERNAL'],
    ['upstream', 502, 'UNAVAILABLE'],
    ['overloaded', 503, 'UNAVAILABLE'],
    ['timeout', 504, 'DEADLINE_EXCEEDED'],
  ])('%s is %i %s', (kind, status, word) => {
    const { status: written, body } = gemini.writeFailure(failure(kind, 'why'), 'req_1')
    const reason = FAILURES[kind][2] ?? FAILURES[kind][1]
    expect([written, JSON.parse(body)]).toEqual([
      status,
      {
        error: {
          code: status,
          message: 'why',
          status: word,
          details: [
            { '@type': `${RPC}ErrorInfo`, reason: reason.toUpperCase(), domain: 'tongwen', metadata: { code: reason } },
            { '@type': `${RPC}RequestInfo`, requestId: 'req_1' },
          ],
        },
      },
    ])
  })

  test('the field, the time to wait, our own code and the platform’s words ride along', () => {
    const platform = { platform: 'gemini', status: 429, code: 'RESOURCE_EXHAUSTED', message: 'slow down' }
    const more = { param: 'contents.0', retryAfterMs: 34_400, code: 'too_soon', platform }
    const { error } = JSON.parse(gemini.writeFailure(failure('rate-limit', 'why', more), 'req_1').body)
    expect([error.details, error.provider]).toEqual([
      [
        { '@type': `${RPC}ErrorInfo`, reason: 'TOO_SOON', domain: 'tongwen', metadata: { code: 'too_soon' } },
        { '@type': `${RPC}BadRequest`, fieldViolations: [{ field: 'contents.0', description: 'why' }] },
        { '@type': `${RPC}RetryInfo`, retryDelay: '34.4s' },
        { '@type': `${RPC}RequestInfo`, requestId: 'req_1' },
      ],
      platform,
    ])
  })

  test('comes back as what it was, when to come again too', () => {
    const told = gemini.writeFailure(failure('rate-limit', 'why', { retryAfterMs: 1_500 }), 'req_1')
    expect(read(told.status, told.body)).toMatchObject({ kind: 'rate-limit', retryAfterMs: 1_500 })
  })
})
