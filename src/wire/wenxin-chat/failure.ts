import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import type { Failure } from '#wire/failure.ts'
import { codeFor, type Codes, platformFailure, rulesOf } from '#wire/shape/plain-failure.ts'
import { readWords, type Words } from '#wire/shape/platform-words.ts'

/** Our kinds in Baidu's numbers (https://ai.baidu.com/ai-doc/WENXINWORKSHOP/tlmyncueh); the rest stands in the catalog. */
const CODES: Codes = {
  'invalid-request': '336003',
  'context-length': '336007',
  'content-filter': '336104',
  credentials: '110',
  quota: '17',
  'not-found': '3',
  'rate-limit': '18',
  overloaded: '2',
  upstream: '336000',
}

const RULES: readonly ErrorRule[] = [
  ...rulesOf(CODES),
  { code: '111', kind: 'credentials' },
  { code: '336501', kind: 'rate-limit' },
  { code: '336502', kind: 'rate-limit' },
]

/** What a refused answer means; Baidu refuses with a 200 and `error_code`. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  return failureOf(readWords(answer.body), answer, context)
}

export function failureOf(words: Words, answer: RefusedAnswer, context: ReadContext): Failure {
  return platformFailure({ words, answer, context, rules: RULES })
}

/** A refusal as Baidu gives it: always a 200. */
export function writeFailure(failed: Failure, requestId: string): { readonly status: number; readonly body: string } {
  return { status: 200, body: errorBody(failed, requestId) }
}

/** `{error_code, error_msg}`, whole or in a stream. */
export function errorBody(failed: Failure, requestId: string): string {
  const code = Number(codeFor(CODES, failed.kind, '336000'))
  return JSON.stringify({ error_code: code, error_msg: failed.message, id: requestId })
}
