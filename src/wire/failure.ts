/**
 * What went wrong, as data. The first group is the caller's to mend, the second the operator's or the platform's.
 * `design: interfaces §5` fixes how each kind is shown.
 */
export type FailureKind =
  | 'invalid-request'
  | 'context-length'
  | 'content-filter'
  | 'authentication'
  | 'permission'
  | 'not-found'
  | 'too-large'
  | 'slow-caller'
  | 'rate-limit'
  | 'budget'
  | 'strict'
  | 'upstream'
  | 'cut'
  | 'malformed'
  | 'overloaded'
  | 'credentials'
  | 'quota'
  | 'timeout'
  | 'no-target'
  | 'draining'
  | 'internal'

/** Who has to act. */
export type Blame = 'caller' | 'operator' | 'platform' | 'gateway'

/** The platform's own words, secrets removed. Rides along as `error.provider`. */
export interface PlatformWords {
  readonly platform: string
  readonly status: number
  readonly code?: string
  readonly message?: string
}

export interface Failure {
  readonly kind: FailureKind
  readonly message: string
  /** May the same request succeed elsewhere or later? */
  readonly retryable: boolean
  /** May the platform bill for this attempt? */
  readonly mayHaveCost: boolean
  readonly blame: Blame
  /** The field at fault, in the caller's words: `messages.0.content`. */
  readonly param?: string
  /** A narrower code than the kind's own: `model_not_allowed`, `method_not_allowed`. */
  readonly code?: string
  /** How long to wait before the next try, milliseconds. */
  readonly retryAfterMs?: number
  readonly platform?: PlatformWords
}

/** HTTP status, `type` and `code` in OpenAI's words, and who has to act. */
type FailureRow = readonly [status: number, type: string, code: string | undefined, blame: Blame]

/** How each kind is shown; other dialects map the type (their `failure.ts`). */
export const FAILURES: Readonly<Record<FailureKind, FailureRow>> = {
  'invalid-request': [400, 'invalid_request_error', undefined, 'caller'],
  'context-length': [400, 'invalid_request_error', 'context_length_exceeded', 'caller'],
  'content-filter': [400, 'invalid_request_error', 'content_filter', 'caller'],
  strict: [400, 'invalid_request_error', 'lossy_translation', 'caller'],
  authentication: [401, 'authentication_error', 'invalid_api_key', 'caller'],
  permission: [403, 'permission_error', 'model_not_allowed', 'caller'],
  'not-found': [404, 'not_found_error', 'model_not_found', 'caller'],
  'too-large': [413, 'request_too_large', 'request_too_large', 'caller'],
  'slow-caller': [408, 'invalid_request_error', 'request_timeout', 'caller'],
  'rate-limit': [429, 'rate_limit_error', 'rate_limit_exceeded', 'caller'],
  budget: [429, 'insufficient_quota', 'budget_exceeded', 'caller'],
  upstream: [502, 'api_error', 'upstream_error', 'platform'],
  cut: [502, 'api_error', 'upstream_error', 'platform'],
  malformed: [502, 'api_error', 'upstream_error', 'platform'],
  credentials: [502, 'api_error', 'upstream_credentials', 'operator'],
  quota: [502, 'api_error', 'upstream_credentials', 'operator'],
  overloaded: [503, 'overloaded_error', 'no_target_available', 'platform'],
  'no-target': [503, 'overloaded_error', 'no_target_available', 'platform'],
  draining: [503, 'overloaded_error', 'no_target_available', 'gateway'],
  timeout: [504, 'api_error', 'upstream_timeout', 'platform'],
  internal: [500, 'api_error', 'internal_error', 'gateway'],
}

/** The same request may succeed elsewhere or later. */
const RETRYABLE: ReadonlySet<FailureKind> = new Set([
  'rate-limit',
  'upstream',
  'cut',
  'malformed',
  'credentials',
  'quota',
  'overloaded',
  'no-target',
  'draining',
  'timeout',
  'internal',
])

/** The platform may have begun to work, and to bill. */
const MAY_COST: ReadonlySet<FailureKind> = new Set(['upstream', 'cut', 'malformed', 'timeout', 'internal'])

/** A failure with the defaults of its kind; `more` overrides. */
export function failure(
  kind: FailureKind,
  message: string,
  more: Partial<Omit<Failure, 'kind' | 'message'>> = {},
): Failure {
  const blame = FAILURES[kind][3]
  return { kind, message, retryable: RETRYABLE.has(kind), blame, mayHaveCost: MAY_COST.has(kind), ...more }
}
