import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, FAILURES, type FailureKind, failure, type PlatformWords } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { isBroad, matchRule, readWords, retryHint, saysTooLong, type Words } from '#wire/shape/platform-words.ts'
import { withoutSecrets } from '#wire/shape/secrets.ts'
import { bearing, messageOf } from '#wire/shape/failure-words.ts'

/**
 * Anthropic's errors, after the platform's own rules. Types: the union `ErrorObject` of the official SDK 1.12;
 * messages: facts of platform.claude.com/docs/en/api/errors, November 2026.
 */
const RULES: readonly ErrorRule[] = [
  { message: 'prompt is too long', kind: 'context-length' },
  { message: 'exceed context limit', kind: 'context-length' },
  { message: 'credit balance is too low', kind: 'quota' },
  { message: 'specified API usage limits', kind: 'quota' },
  { message: 'content filtering policy', kind: 'content-filter' },
  { type: 'billing_error', kind: 'quota' },
  { type: 'authentication_error', kind: 'credentials' },
  { type: 'permission_error', kind: 'credentials' },
  { type: 'not_found_error', kind: 'not-found' },
  { type: 'request_too_large', kind: 'too-large' },
  { type: 'rate_limit_error', kind: 'rate-limit' },
  { type: 'overloaded_error', kind: 'overloaded' },
  { type: 'timeout_error', kind: 'timeout' },
  // Inside a 200; elsewhere the status tells more.
  { type: 'invalid_request_error', status: 200, kind: 'invalid-request' },
]

const STATUSES: Readonly<Record<number, FailureKind>> = {
  401: 'credentials',
  402: 'quota',
  403: 'credentials',
  404: 'not-found',
  408: 'timeout',
  413: 'too-large',
  429: 'rate-limit',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
}

/** What a refused answer means: the platform's own rules, then Anthropic's types and hints, then the status. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  return failureOf(readWords(answer.body), { ...answer, context })
}

/** Where an error's words were found; in a stream or a whole answer the status is 200. */
export interface Refusal {
  readonly status: number
  readonly headers: RefusedAnswer['headers']
  readonly context: ReadContext
  /** The model had begun to answer. */
  readonly begun?: boolean
}

/** The failure that a platform's words mean, secrets taken out of them. */
export function failureOf(words: Words, refusal: Refusal): Failure {
  const { status, headers, context, begun = false } = refusal
  const rule = ruleOf(words, refusal)
  const kind = kindOf(rule, words, status)
  const platform = platformWords(words, status, context)
  const retryAfterMs = retryHint(headers, words.message)
  return failure(kind, messageOf(kind, platform), {
    ...bearing(kind, refusal, kind === rule?.kind ? rule : undefined),
    ...(begun ? { mayHaveCost: true } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    platform,
  })
}

function platformWords(words: Words, status: number, { platform }: ReadContext): PlatformWords {
  const code = words.code ?? words.type
  return {
    platform,
    status,
    ...(code === undefined ? {} : { code }),
    ...(words.message === undefined ? {} : { message: withoutSecrets(words.message) }),
  }
}

/** The platform's rule; where that leaves much open, Anthropic's own words count before it. */
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

/** A refusal in Anthropic's form. Official SDKs choose their error class by the status alone. */
export function writeFailure(refusal: Failure, requestId: string): { readonly status: number; readonly body: string } {
  const [status] = FAILURES[refusal.kind]
  return { status, body: JSON.stringify(errorBody(refusal, requestId)) }
}

/** The body of a refusal, which is also the data of a stream's `error` event. */
export function errorBody(refusal: Failure, requestId: string): JsonObject {
  const [, type, code] = FAILURES[refusal.kind]
  const shown = refusal.code ?? code
  return {
    type: 'error',
    error: {
      // Anthropic has no type of its own for a spent budget: to callers it is a limit, and the code tells which.
      type: type === 'insufficient_quota' ? 'rate_limit_error' : type,
      message: refusal.message,
      ...(refusal.param === undefined ? {} : { param: refusal.param }),
      ...(shown === undefined ? {} : { code: shown }),
      ...(refusal.platform === undefined ? {} : { provider: refusal.platform }),
    },
    request_id: requestId,
  }
}
