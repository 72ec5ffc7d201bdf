import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, failure, type FailureKind, FAILURES } from '#wire/failure.ts'
import { isBroad, matchRule, readWords, retryHint, saysTooLong, type Words } from '#wire/shape/platform-words.ts'
import { withoutSecrets } from '#wire/shape/secrets.ts'

/** What OpenAI's own words mean, whoever speaks them: after the platform's rules, before the status. */
const DIALECT_RULES: readonly ErrorRule[] = [
  { code: 'context_length_exceeded', kind: 'context-length' },
  { type: 'exceed_context_size_error', kind: 'context-length' },
  { code: 'insufficient_quota', kind: 'quota' },
  { type: 'insufficient_quota', kind: 'quota' },
  { code: 'billing_hard_limit_reached', kind: 'quota' },
  { code: 'content_filter', kind: 'content-filter' },
  { type: 'content_filter', kind: 'content-filter' },
  { code: 'content_policy_violation', kind: 'content-filter' },
  { code: 'moderation_blocked', kind: 'content-filter' },
  { code: 'invalid_api_key', kind: 'credentials' },
  { code: 'model_not_found', kind: 'not-found' },
  { code: 'DeploymentNotFound', kind: 'not-found' },
  { code: 'rate_limit_exceeded', kind: 'rate-limit' },
  // Codes of responses that failed: `ResponseError` of the official SDK 7.57.
  { code: 'server_error', kind: 'upstream' },
  { code: 'invalid_prompt', kind: 'content-filter' },
  { code: 'bio_policy', kind: 'content-filter' },
  { code: 'misalignment_policy_violation', kind: 'content-filter' },
  { code: 'image_content_policy_violation', kind: 'content-filter' },
  { code: 'data_residency_mismatch', kind: 'credentials' },
  { code: 'vector_store_timeout', kind: 'timeout' },
  { codePrefix: 'invalid_image', kind: 'invalid-request' },
  { codePrefix: 'image_', kind: 'invalid-request' },
  { code: 'invalid_base64_image', kind: 'invalid-request' },
  { code: 'unsupported_image_media_type', kind: 'invalid-request' },
  { code: 'empty_image_file', kind: 'invalid-request' },
  { code: 'failed_to_download_image', kind: 'invalid-request' },
]

/** The same for errors inside a 200, where the type is all there is to go by. */
const TYPE_RULES: readonly ErrorRule[] = [
  { type: 'rate_limit_error', kind: 'rate-limit' },
  { type: 'rate_limit_exceeded', kind: 'rate-limit' },
  { type: 'rate_limit_reached_error', kind: 'rate-limit' },
  { type: 'overloaded_error', kind: 'overloaded' },
  { type: 'authentication_error', kind: 'credentials' },
  { type: 'invalid_authentication_error', kind: 'credentials' },
  { type: 'permission_error', kind: 'credentials' },
  { type: 'invalid_request_error', kind: 'invalid-request' },
  { type: 'BadRequestError', kind: 'invalid-request' },
]

const BY_STATUS: Readonly<Record<number, FailureKind>> = {
  401: 'credentials',
  402: 'quota',
  403: 'credentials',
  404: 'not-found',
  408: 'timeout',
  413: 'too-large',
  429: 'rate-limit',
  451: 'content-filter',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
}

/** What a refused answer means: by the platform's rules, by the dialect's words, by the status. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  return failureOf(readWords(answer.body), answer, context)
}

/** The same for words that were read already: an error inside a stream or a 200 has the status 200. */
export function failureOf(words: Words, answer: RefusedAnswer, context: ReadContext): Failure {
  const rule = matchRule(context.errors, { ...words, status: answer.status })
  const kind = rule === undefined ? kindOf(words, answer.status) : kindByRule(rule, words, answer.status)
  const said = words.message === undefined ? undefined : withoutSecrets(words.message)
  const retryAfterMs = retryHint(answer.headers, answer.body)
  return failure(kind, messageOf(kind, { said, status: answer.status, platform: context.platform }), {
    ...bearing(kind, answer, kind === rule?.kind ? rule : undefined),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(kind === 'invalid-request' && words.param !== undefined ? { param: words.param } : {}),
    platform: {
      platform: context.platform,
      status: answer.status,
      ...(words.code === undefined ? {} : { code: withoutSecrets(words.code) }),
      ...(said === undefined ? {} : { message: said }),
    },
  })
}

/** Where it departs from its kind: who has to act, and whether another try may help. */
function bearing(kind: FailureKind, answer: RefusedAnswer, rule: ErrorRule | undefined): Partial<Failure> {
  // A model that the platform does not have is a mistake in our configuration, not the caller's.
  const own: Partial<Failure> = kind === 'not-found' ? { blame: 'operator', retryable: true } : {}
  if (answer.headers['x-should-retry'] === 'false') return { ...own, retryable: false }
  return rule?.retryable === undefined ? own : { ...own, retryable: rule.retryable }
}

/** A rule that leaves much open gives way to the dialect's own words, which gateways repeat under any status. */
function kindByRule(rule: ErrorRule, words: Words, status: number): FailureKind {
  if (!isBroad(rule)) return rule.kind
  const own = matchRule(DIALECT_RULES, { ...words, status })
  if (own !== undefined) return own.kind
  return rule.kind === 'invalid-request' ? requestKind(words) : rule.kind
}

function kindOf(words: Words, status: number): FailureKind {
  const own = matchRule(DIALECT_RULES, { ...words, status })
  if (own !== undefined) return own.kind
  const spoken = status >= 400 ? status : statusIn(words)
  if (spoken !== undefined) return kindOfStatus(words, spoken)
  const typed = matchRule(TYPE_RULES, { ...words, status })?.kind ?? 'upstream'
  return typed === 'invalid-request' ? requestKind(words) : typed
}

/** vLLM, OpenRouter and Azure put the HTTP status into `code`, which is all that an error inside a 200 has. */
function statusIn({ code }: Words): number | undefined {
  return code !== undefined && /^[45]\d\d$/.test(code) ? Number(code) : undefined
}

function kindOfStatus(words: Words, status: number): FailureKind {
  if (status === 400 || status === 422) return requestKind(words)
  return BY_STATUS[status] ?? (status >= 500 ? 'upstream' : 'invalid-request')
}

function requestKind(words: Words): FailureKind {
  return saysTooLong(words) ? 'context-length' : 'invalid-request'
}

/** To a caller who can mend it, the platform's own words; to others, who said it first. */
function messageOf(kind: FailureKind, at: { said: string | undefined; status: number; platform: string }): string {
  const said = at.said === undefined || at.said === '' ? 'no reason given' : at.said
  if (said === at.said && kind !== 'not-found' && FAILURES[kind][3] === 'caller') return said
  return at.status < 400 ? `${at.platform} broke off: ${said}` : `${at.platform} answered ${at.status}: ${said}`
}

/** A refusal as OpenAI gives it; the platform's own words ride along in `error.provider`. */
export function writeFailure(failed: Failure): { readonly status: number; readonly body: string } {
  return { status: FAILURES[failed.kind][0], body: errorBody(failed) }
}

/** `{"error": {…}}`, whole or inside a stream. */
export function errorBody(failed: Failure): string {
  const [, type, code] = FAILURES[failed.kind]
  const { platform } = failed
  return JSON.stringify({
    error: {
      message: failed.message,
      type,
      param: failed.param ?? null,
      code: failed.code ?? code ?? null,
      ...(platform === undefined ? {} : { provider: platform }),
    },
  })
}
