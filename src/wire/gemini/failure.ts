import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, FAILURES, failure, type FailureKind, type PlatformWords } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import {
  isBroad,
  matchRule,
  readWords,
  retryHint,
  saysTooLong,
  type Words,
  wordsOf,
} from '#wire/shape/platform-words.ts'
import { parsed } from '#wire/shape/read-json.ts'
import { withoutSecrets } from '#wire/shape/secrets.ts'
import { type Details, detailsOf } from '#wire/gemini/error-details.ts'
import { bearing, messageOf } from '#wire/shape/failure-words.ts'

/**
 * Google's errors, after the platform's own rules: `error.status` is a word of google.rpc.Code
 * (ai.google.dev/gemini-api/docs/generate-content/api-errors, November 2026).
 */
const RULES: readonly ErrorRule[] = [
  { message: 'API key not valid', kind: 'credentials' },
  { message: 'API key expired', kind: 'credentials' },
  { message: 'API key not found', kind: 'credentials' },
  { message: 'User location is not supported', kind: 'credentials' },
  { message: 'exceeds the maximum number of tokens', kind: 'context-length' },
  { message: 'input token count', kind: 'context-length' },
  { message: 'prepay', kind: 'quota' },
  { message: 'billing account', kind: 'quota' },
  { message: 'content filter', kind: 'content-filter' },
  { type: 'UNAUTHENTICATED', kind: 'credentials' },
  { type: 'PERMISSION_DENIED', kind: 'credentials' },
  { type: 'NOT_FOUND', kind: 'not-found' },
  { type: 'RESOURCE_EXHAUSTED', kind: 'rate-limit' },
  { type: 'UNAVAILABLE', kind: 'overloaded' },
  { type: 'DEADLINE_EXCEEDED', kind: 'timeout' },
  { type: 'CANCELLED', kind: 'upstream' },
  { type: 'ABORTED', kind: 'upstream' },
  { type: 'INTERNAL', kind: 'upstream' },
  { type: 'UNKNOWN', kind: 'upstream' },
  { type: 'DATA_LOSS', kind: 'upstream' },
  // Inside a 200; elsewhere the status tells more.
  { type: 'INVALID_ARGUMENT', status: 200, kind: 'invalid-request' },
  { type: 'FAILED_PRECONDITION', status: 200, kind: 'invalid-request' },
]

const STATUSES: Readonly<Record<number, FailureKind>> = {
  401: 'credentials',
  402: 'quota',
  403: 'credentials',
  404: 'not-found',
  408: 'timeout',
  413: 'too-large',
  429: 'rate-limit',
  499: 'upstream',
  503: 'overloaded',
  504: 'timeout',
}

/** What a refused answer means: Google's details, the platform's rules, Google's words, the status. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  const body = parsed(answer.body)
  return failureOf(readWords(answer.body), { ...answer, context, details: detailsOf(body) })
}

/** The failure that an error inside a stream or a 200 tells of: its status is in its own words. */
export function failureIn(data: JsonObject, context: ReadContext): Failure {
  const words = wordsOf(data)
  const code = Number(words.code)
  const status = Number.isInteger(code) && code >= 400 && code < 600 ? code : 200
  return failureOf(words, { status, headers: {}, context, details: detailsOf(data) })
}

interface Refusal {
  readonly status: number
  readonly headers: RefusedAnswer['headers']
  readonly context: ReadContext
  readonly details: Details
}

function failureOf(words: Words, refusal: Refusal): Failure {
  const { status, headers, context, details } = refusal
  const rule = ruleOf(words, refusal)
  const kind = details.kind ?? kindOf(rule, words, status)
  const platform = platformWords(words, status, context)
  const retryAfterMs = details.retryAfterMs ?? retryHint(headers, words.message)
  return failure(kind, messageOf(kind, platform), {
    ...bearing(kind, refusal, kind === rule?.kind ? rule : undefined),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(kind === 'invalid-request' && details.field !== undefined ? { param: details.field } : {}),
    platform,
  })
}

/** Google's word tells more than its `code`, which repeats the status. */
function platformWords(words: Words, status: number, { platform }: ReadContext): PlatformWords {
  const code = words.type ?? words.code
  return {
    platform,
    status,
    ...(code === undefined ? {} : { code: withoutSecrets(code) }),
    ...(words.message === undefined ? {} : { message: withoutSecrets(words.message) }),
  }
}

/** The platform's rule; where that leaves much open, Google's own words count before it. */
function ruleOf(words: Words, { status, context }: Refusal): ErrorRule | undefined {
  const facts = { ...words, status }
  const theirs = matchRule(context.errors, facts)
  return theirs === undefined || isBroad(theirs) ? (matchRule(RULES, facts) ?? theirs) : theirs
}

function kindOf(rule: ErrorRule | undefined, words: Words, status: number): FailureKind {
  const kind = rule?.kind ?? kindOfStatus(status)
  const broad = rule === undefined || isBroad(rule)
  return kind === 'invalid-request' && broad && saysTooLong(words) ? 'context-length' : kind
}

function kindOfStatus(status: number): FailureKind {
  return STATUSES[status] ?? (status >= 400 && status < 500 ? 'invalid-request' : 'upstream')
}

/** google.rpc.Code by HTTP status. */
const WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}
const RPC = 'type.googleapis.com/google.rpc.'

/** A refusal in Google's form. */
export function writeFailure(refusal: Failure, requestId: string): { readonly status: number; readonly body: string } {
  return { status: FAILURES[refusal.kind][0], body: JSON.stringify(errorBody(refusal, requestId)) }
}

/** The body of a refusal, which is also the last chunk of a stream that fails. */
export function errorBody(refusal: Failure, requestId: string): JsonObject {
  const [status, type, code] = FAILURES[refusal.kind]
  return {
    error: {
      code: status,
      message: refusal.message,
      status: WORDS[status] ?? 'UNKNOWN',
      details: writeDetails(refusal, { reason: refusal.code ?? code ?? type, requestId }),
      ...(refusal.platform === undefined ? {} : { provider: refusal.platform }),
    },
  }
}

function writeDetails(
  { message, param, retryAfterMs }: Failure,
  { reason, requestId }: { readonly reason: string; readonly requestId: string },
): readonly JsonObject[] {
  return [
    // A reason is written in upper case there; our own code stands beside it.
    { '@type': `${RPC}ErrorInfo`, reason: reason.toUpperCase(), domain: 'tongwen', metadata: { code: reason } },
    ...(param === undefined
      ? []
      : [{ '@type': `${RPC}BadRequest`, fieldViolations: [{ field: param, description: message }] }]),
    ...(retryAfterMs === undefined ? [] : [{ '@type': `${RPC}RetryInfo`, retryDelay: `${retryAfterMs / 1000}s` }]),
    { '@type': `${RPC}RequestInfo`, requestId },
  ]
}
