import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, FAILURES } from '#wire/failure.ts'
import { codeFor, type Codes, platformFailure, rulesOf } from '#wire/shape/plain-failure.ts'
import { readWords, type Words } from '#wire/shape/platform-words.ts'

/** Our kinds in Spark's numbers (https://xfyun.cn/doc/spark/接口说明.html); the rest stands in the catalog. */
const CODES: Codes = {
  'invalid-request': '10005',
  'context-length': '10907',
  'content-filter': '10013',
  credentials: '10016',
  quota: '11200',
  'not-found': '10404',
  'rate-limit': '11202',
  overloaded: '10110',
  upstream: '10012',
}

/** That the answer itself was stopped is the one that comes after text. */
const RULES: readonly ErrorRule[] = [
  // The domain does not fit the path: said of an unknown model, too, and a mistake in our configuration.
  ...rulesOf(CODES),
  { code: '10014', kind: 'content-filter' },
  { code: '10019', kind: 'content-filter' },
  { code: '10021', kind: 'content-filter' },
  { code: '10006', kind: 'rate-limit' },
  { code: '10007', kind: 'rate-limit' },
  { code: '11201', kind: 'quota' },
  { code: '11203', kind: 'rate-limit' },
]

/** What a refused answer means: a frame, or the small body of a handshake that failed. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  return failureOf(readWords(answer.body), answer, context)
}

export function failureOf(words: Words, answer: RefusedAnswer, context: ReadContext): Failure {
  return platformFailure({ words, answer, context, rules: RULES })
}

/** A refusal as Spark gives it: of the handshake where the account is at fault, else a frame. */
export function writeFailure(failed: Failure, requestId: string): { readonly status: number; readonly body: string } {
  const [status] = FAILURES[failed.kind]
  if (status === 401 || status === 403) return { status, body: JSON.stringify({ message: failed.message }) }
  return { status: 200, body: errorBody(failed, requestId) }
}

/** The frame in the place of an answer, or of its rest. */
export function errorBody(failed: Failure, requestId: string): string {
  const code = Number(codeFor(CODES, failed.kind, '10012'))
  return JSON.stringify({ header: { code, message: failed.message, sid: requestId, status: 2 } })
}
