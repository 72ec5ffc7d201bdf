import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, failure, type FailureKind, FAILURES } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { platformFailure } from '#wire/shape/plain-failure.ts'
import { readWords } from '#wire/shape/platform-words.ts'
import { numberIn, parsed, textIn } from '#wire/shape/read-json.ts'

/**
 * AWS's exceptions, after the platform's own rules: those of the service (botocore's model, August 2026), those that
 * every AWS service has (CommonErrors), and what their messages are known to mean.
 */
const RULES: readonly ErrorRule[] = [
  { message: 'model identifier is invalid', kind: 'not-found' },
  { message: "on-demand throughput isn't supported", kind: 'not-found' },
  { message: 'on-demand throughput isn’t supported', kind: 'not-found' },
  { message: 'content filtering policy', kind: 'content-filter' },
  { message: 'too many input tokens', kind: 'context-length' },
  { code: 'AccessDeniedException', kind: 'credentials' },
  { code: 'UnrecognizedClientException', kind: 'credentials' },
  { code: 'InvalidSignatureException', kind: 'credentials' },
  { code: 'SignatureDoesNotMatch', kind: 'credentials' },
  { code: 'IncompleteSignature', kind: 'credentials' },
  { code: 'IncompleteSignatureException', kind: 'credentials' },
  { code: 'MissingAuthenticationTokenException', kind: 'credentials' },
  { code: 'InvalidClientTokenId', kind: 'credentials' },
  { code: 'ExpiredTokenException', kind: 'credentials' },
  { code: 'ExpiredToken', kind: 'credentials' },
  { code: 'NotAuthorized', kind: 'credentials' },
  { code: 'OptInRequired', kind: 'credentials' },
  { code: 'ServiceQuotaExceededException', kind: 'quota' },
  { code: 'ResourceNotFoundException', kind: 'not-found' },
  { code: 'UnknownOperationException', kind: 'not-found' },
  { code: 'ThrottlingException', kind: 'rate-limit' },
  { code: 'TooManyRequestsException', kind: 'rate-limit' },
  { code: 'ModelNotReadyException', kind: 'overloaded' },
  { code: 'ServiceUnavailableException', kind: 'overloaded' },
  { code: 'ServiceUnavailable', kind: 'overloaded' },
  { code: 'ModelTimeoutException', kind: 'timeout' },
  { code: 'ModelErrorException', kind: 'upstream' },
  { code: 'ModelStreamErrorException', kind: 'upstream' },
  { code: 'InternalServerException', kind: 'upstream' },
  { code: 'InternalFailure', kind: 'upstream' },
  { code: 'ValidationException', kind: 'invalid-request' },
  { code: 'ConflictException', kind: 'invalid-request' },
  { code: 'SerializationException', kind: 'invalid-request' },
]

/** What a refused answer means. AWS names the exception in a header, `Name:url`, or in the body, `namespace#Name`. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  const words = readWords(answer.body)
  const body = parsed(answer.body)
  const code = exceptionName(answer.headers['x-amzn-errortype']) ?? exceptionName(textIn(body, '__type')) ?? words.code
  const named = code === undefined ? words : { ...words, code }
  return byOriginal(platformFailure({ words: named, answer, context, rules: RULES }), body)
}

/** What an exception inside a stream or a 200 means. `name` is the event's, whose first letter is small. */
export function readException(name: string, payload: unknown, context: ReadContext): Failure {
  const message = textIn(payload, 'originalMessage') ?? textIn(payload, 'message') ?? textIn(payload, 'Message')
  const code = textIn(payload, 'code') ?? exceptionName(textIn(payload, '__type')) ?? capital(name)
  const words = { code, ...(message === undefined ? {} : { message }) }
  const answer = { status: 200, headers: {}, body: '' }
  return byOriginal(platformFailure({ words, answer, context, rules: RULES }), payload)
}

/** `com.amazon.coral.service#ThrottlingException`, `ThrottlingException:http://…` → `ThrottlingException`. */
function exceptionName(text: string | undefined): string | undefined {
  const name = text?.split(':')[0]?.split('#').at(-1)?.trim()
  return name === '' ? undefined : name
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

/** What the model's own host said, where AWS only says that it failed. */
const ORIGINAL: Readonly<Record<number, FailureKind>> = {
  408: 'timeout',
  429: 'rate-limit',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
}

function byOriginal(found: Failure, payload: unknown): Failure {
  const kind = ORIGINAL[numberIn(payload, 'originalStatusCode') ?? 0]
  if (kind === undefined || found.kind !== 'upstream') return found
  const { message, retryAfterMs, platform } = found
  return failure(kind, message, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(platform === undefined ? {} : { platform }),
  })
}

/** The exception that says each kind to AWS's SDKs, and the one of the stream's union that comes nearest. */
const EXCEPTIONS: Readonly<Record<FailureKind, readonly [refusal: string, inStream: string]>> = {
  'invalid-request': ['ValidationException', 'validationException'],
  'context-length': ['ValidationException', 'validationException'],
  'content-filter': ['ValidationException', 'validationException'],
  strict: ['ValidationException', 'validationException'],
  'too-large': ['ValidationException', 'validationException'],
  'slow-caller': ['RequestTimeoutException', 'validationException'],
  authentication: ['UnrecognizedClientException', 'validationException'],
  permission: ['AccessDeniedException', 'validationException'],
  'not-found': ['ResourceNotFoundException', 'validationException'],
  'rate-limit': ['ThrottlingException', 'throttlingException'],
  budget: ['ServiceQuotaExceededException', 'throttlingException'],
  upstream: ['InternalServerException', 'modelStreamErrorException'],
  cut: ['InternalServerException', 'modelStreamErrorException'],
  malformed: ['InternalServerException', 'modelStreamErrorException'],
  timeout: ['ModelTimeoutException', 'modelStreamErrorException'],
  credentials: ['InternalServerException', 'internalServerException'],
  quota: ['InternalServerException', 'internalServerException'],
  internal: ['InternalServerException', 'internalServerException'],
  overloaded: ['ServiceUnavailableException', 'serviceUnavailableException'],
  'no-target': ['ServiceUnavailableException', 'serviceUnavailableException'],
  draining: ['ServiceUnavailableException', 'serviceUnavailableException'],
}

/**
 * A refusal in AWS's form. SDKs find the class of their error by `__type` where no `x-amzn-errortype` header says it;
 * they would take a `code` beside it for the type, so ours stands in `error`.
 */
export function writeFailure(refusal: Failure, requestId: string): { readonly status: number; readonly body: string } {
  const { message, kind, param, platform } = refusal
  const [status, , code] = FAILURES[kind]
  const shown = refusal.code ?? code
  const error = {
    ...(param === undefined ? {} : { param }),
    ...(shown === undefined ? {} : { code: shown }),
    ...(platform === undefined ? {} : { provider: platform }),
    requestId,
  }
  return { status, body: JSON.stringify({ __type: EXCEPTIONS[kind][0], message, error }) }
}

/** The same inside a stream: the exception's name there, and its payload. */
export function streamException({ kind, message, platform }: Failure): {
  readonly event: string
  readonly data: string
} {
  const [, event] = EXCEPTIONS[kind]
  const original: JsonObject =
    event === 'modelStreamErrorException' && platform !== undefined
      ? {
          originalStatusCode: platform.status,
          ...(platform.message === undefined ? {} : { originalMessage: platform.message }),
        }
      : {}
  return { event, data: JSON.stringify({ message, ...original }) }
}
