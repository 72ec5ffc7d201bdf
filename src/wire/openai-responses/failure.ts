import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, FAILURES } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { platformFailure } from '#wire/shape/plain-failure.ts'
import { readWords, type Words } from '#wire/shape/platform-words.ts'

/**
 * OpenAI's own words, after the platform's rules. Codes of responses that failed: `ResponseError` of the official SDK
 * 7.57; codes of refusals: facts of the platforms that speak OpenAI's dialects.
 */
const RULES: readonly ErrorRule[] = [
  { code: 'context_length_exceeded', kind: 'context-length' },
  { type: 'exceed_context_size_error', kind: 'context-length' },
  { code: 'insufficient_quota', kind: 'quota' },
  { type: 'insufficient_quota', kind: 'quota' },
  { code: 'billing_hard_limit_reached', kind: 'quota' },
  { code: 'content_filter', kind: 'content-filter' },
  { type: 'content_filter', kind: 'content-filter' },
  { code: 'content_policy_violation', kind: 'content-filter' },
  { code: 'moderation_blocked', kind: 'content-filter' },
  { code: 'invalid_prompt', kind: 'content-filter' },
  { code: 'bio_policy', kind: 'content-filter' },
  { code: 'misalignment_policy_violation', kind: 'content-filter' },
  { code: 'image_content_policy_violation', kind: 'content-filter' },
  { code: 'invalid_api_key', kind: 'credentials' },
  { code: 'data_residency_mismatch', kind: 'credentials' },
  { code: 'model_not_found', kind: 'not-found' },
  { code: 'DeploymentNotFound', kind: 'not-found' },
  { code: 'rate_limit_exceeded', kind: 'rate-limit' },
  { code: 'vector_store_timeout', kind: 'timeout' },
  { code: 'server_error', kind: 'upstream' },
  { codePrefix: 'invalid_image', kind: 'invalid-request' },
  { codePrefix: 'image_', kind: 'invalid-request' },
  { codePrefix: 'invalid_base64_image', kind: 'invalid-request' },
  { code: 'unsupported_image_media_type', kind: 'invalid-request' },
  { code: 'empty_image_file', kind: 'invalid-request' },
  { code: 'failed_to_download_image', kind: 'invalid-request' },
  // Inside a 200 the type is all there is to go by; elsewhere the status tells more.
  { type: 'rate_limit_error', status: 200, kind: 'rate-limit' },
  { type: 'rate_limit_exceeded', status: 200, kind: 'rate-limit' },
  { type: 'overloaded_error', status: 200, kind: 'overloaded' },
  { type: 'authentication_error', status: 200, kind: 'credentials' },
  { type: 'permission_error', status: 200, kind: 'credentials' },
  { type: 'invalid_request_error', status: 200, kind: 'invalid-request' },
  { type: 'BadRequestError', status: 200, kind: 'invalid-request' },
]

/** What a refused answer means: by the platform's rules, OpenAI's own words, the status. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  return failureOf(readWords(answer.body), answer, context)
}

/** The same for words that were read already: an error inside a stream or a whole answer has the status 200. */
export function failureOf(words: Words, answer: RefusedAnswer, context: ReadContext): Failure {
  const status = statusIn(words, answer.status)
  const found = platformFailure({ words, answer: { ...answer, status }, context, rules: RULES })
  return {
    ...found,
    ...(answer.headers['x-should-retry'] === 'false' ? { retryable: false } : {}),
    ...(found.kind === 'invalid-request' && words.param !== undefined ? { param: words.param } : {}),
  }
}

/** vLLM and others put the HTTP status into `code`, which is all that an error inside a 200 has. */
function statusIn({ code }: Words, status: number): number {
  return status < 400 && code !== undefined && /^[45]\d\d$/.test(code) ? Number(code) : status
}

/** A refusal as OpenAI gives it; the platform's own words ride along in `error.provider`. */
export function writeFailure(failed: Failure): { readonly status: number; readonly body: string } {
  const { code, message, type, param, ...more } = errorOf(failed)
  return {
    status: FAILURES[failed.kind][0],
    body: JSON.stringify({ error: { message, type, param, code, ...more } }),
  }
}

/** The error of a response that failed. OpenAI's SDKs want a text for a code. */
export function responseError(failed: Failure): JsonObject {
  const error = errorOf(failed)
  return { ...error, code: error['code'] ?? 'server_error' }
}

function errorOf(failed: Failure): JsonObject {
  const [, type, code] = FAILURES[failed.kind]
  return {
    code: failed.code ?? code ?? null,
    message: failed.message,
    type,
    param: failed.param ?? null,
    ...(failed.platform === undefined ? {} : { provider: failed.platform }),
  }
}
