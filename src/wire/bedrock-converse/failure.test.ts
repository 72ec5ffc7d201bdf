import { expect, test } from 'vitest'
import { readContext } from '#wire/bedrock-converse/fixture.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import { failure, type FailureKind } from '#wire/failure.ts'

function refused(status: number, message: string, more: { header?: string; body?: object } = {}): object {
  const headers = more.header === undefined ? {} : { 'x-amzn-errortype': more.header }
  const body = JSON.stringify({ message, ...more.body })
  const { kind, retryable, blame, platform } = bedrockConverse.readFailure({ status, headers, body }, readContext())
  return { kind, retryable, blame, code: platform?.code }
}

test('the exception is named in the header, or in the body', () => {
  const code = 'ThrottlingException'
  const expected = { kind: 'rate-limit', retryable: true, blame: 'caller', code }
  expect(refused(429, 'slow', { header: `${code}:http://internal.amazon.com/coral/` })).toEqual(expected)
  expect(refused(429, 'slow', { body: { __type: `com.amazon.coral.service#${code}` } })).toEqual(expected)
  expect(refused(429, 'slow', { body: { __type: code } })).toEqual(expected)
})

test.each<[number, string, string, FailureKind]>([
  [400, 'ValidationException', 'Malformed input request', 'invalid-request'],
  [400, 'ValidationException', 'Input is too long for requested model.', 'context-length'],
  [400, 'ValidationException', 'prompt is too long: 214315 tokens > 200000 maximum', 'context-length'],
  [400, 'ValidationException', 'The provided model identifier is invalid.', 'not-found'],
  [400, 'ValidationException', 'Output blocked by content filtering policy', 'content-filter'],
  [400, 'ServiceQuotaExceededException', 'quota', 'quota'],
  [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.', 'credentials'],
  [403, 'AccessDeniedException', 'no access', 'credentials'],
  [403, 'ExpiredTokenException', 'expired', 'credentials'],
  [404, 'ResourceNotFoundException', 'no model', 'not-found'],
  [408, 'ModelTimeoutException', 'slow', 'timeout'],
  [424, 'ModelErrorException', 'broken', 'upstream'],
  [429, 'ModelNotReadyException', 'loading', 'overloaded'],
  [500, 'InternalServerException', 'oops', 'upstream'],
  [503, 'ServiceUnavailableException', 'later', 'overloaded'],
])('%i %s "%s" is %s', (status, code, message, kind) => {
  expect(refused(status, message, { header: code })).toMatchObject({ kind, code })
})

test('what the model’s own host said counts where AWS says only that it failed', () => {
  const body = { originalStatusCode: 429 }
  expect(refused(424, 'oops', { header: 'ModelErrorException', body })).toMatchObject({ kind: 'rate-limit' })
})

test('without a name the status tells', () => {
  expect(refused(503, 'x')).toMatchObject({ kind: 'overloaded' })
  expect(refused(418, 'x')).toMatchObject({ kind: 'invalid-request' })
  expect(refused(500, 'x')).toMatchObject({ kind: 'upstream' })
})

test('a refusal has the type that SDKs choose their class by, and no code of ours beside it', () => {
  const refusal = failure('budget', 'spent', { param: 'p', platform: { platform: 'x', status: 400 } })
  const { status, body } = bedrockConverse.writeFailure(refusal, 'r1')
  expect([status, JSON.parse(body)]).toEqual([
    429,
    {
      __type: 'ServiceQuotaExceededException',
      message: 'spent',
      error: { param: 'p', code: 'budget_exceeded', provider: { platform: 'x', status: 400 }, requestId: 'r1' },
    },
  ])
})
