import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import type { Failure } from '#wire/failure.ts'
import { codeFor, type Codes, platformFailure, rulesOf } from '#wire/shape/plain-failure.ts'
import { readWords, type Words } from '#wire/shape/platform-words.ts'

/** Our kinds in Tencent's codes (tencentcloud-sdk hunyuan v20230901 errorcodes, 2026); the rest stands in the catalog. */
const CODES: Codes = {
  'invalid-request': 'InvalidParameterValue.ParameterValueError',
  'content-filter': 'OperationDenied.TextIllegalDetected',
  credentials: 'AuthFailure.SignatureFailure',
  quota: 'FailedOperation.ServiceStopArrears',
  'not-found': 'InvalidParameterValue.Model',
  'rate-limit': 'LimitExceeded',
  overloaded: 'FailedOperation.EngineServerLimitExceeded',
  timeout: 'FailedOperation.EngineRequestTimeout',
  upstream: 'InternalError',
}

/** The families of codes that every product of Tencent Cloud shares, and the two numbers of an error inside a stream. */
const RULES: readonly ErrorRule[] = [
  ...rulesOf(CODES),
  { code: '4000', kind: 'upstream' },
  { code: '4001', kind: 'timeout' },
  { codePrefix: 'AuthFailure', kind: 'credentials' },
  { codePrefix: 'UnauthorizedOperation', kind: 'credentials' },
  { codePrefix: 'OperationDenied.', kind: 'content-filter' },
  { codePrefix: 'LimitExceeded', kind: 'rate-limit' },
  { codePrefix: 'RequestLimitExceeded', kind: 'rate-limit' },
  { codePrefix: 'ResourceUnavailable.', kind: 'quota' },
  { codePrefix: 'ResourceInsufficient', kind: 'quota' },
  { codePrefix: 'InternalError', kind: 'upstream' },
  { codePrefix: 'InvalidParameter', kind: 'invalid-request' },
  { codePrefix: 'MissingParameter', kind: 'invalid-request' },
  { codePrefix: 'UnknownParameter', kind: 'invalid-request' },
  { codePrefix: 'UnsupportedOperation', kind: 'invalid-request' },
]

/** What a refused answer means; Tencent refuses with a 200 and `Response.Error`. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  return failureOf(readWords(answer.body), answer, context)
}

export function failureOf(words: Words, answer: RefusedAnswer, context: ReadContext): Failure {
  return platformFailure({ words, answer, context, rules: RULES })
}

/** A refusal as Tencent gives it: always a 200. */
export function writeFailure(failed: Failure, requestId: string): { readonly status: number; readonly body: string } {
  return { status: 200, body: errorBody(failed, requestId) }
}

/** `{Response: {Error}}`, whole or in a stream. */
export function errorBody(failed: Failure, requestId: string): string {
  const error = { Code: codeFor(CODES, failed.kind, 'InternalError'), Message: failed.message }
  return JSON.stringify({ Response: { Error: error, RequestId: requestId } })
}
