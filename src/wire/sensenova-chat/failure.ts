import type { ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, FAILURES } from '#wire/failure.ts'
import { codeFor, type Codes, platformFailure, rulesOf } from '#wire/shape/plain-failure.ts'
import { readWords, type Words } from '#wire/shape/platform-words.ts'

/**
 * Our kinds in SenseNova's numbers, which are those of gRPC up to 16; 17 and 18 as opencompass reads them
 * (opencompass/models/sensetime_api.py).
 */
const CODES: Codes = {
  'invalid-request': '3',
  'not-found': '5',
  credentials: '16',
  'rate-limit': '8',
  upstream: '13',
  overloaded: '14',
  timeout: '4',
  'context-length': '17',
  'content-filter': '18',
}

const RULES = [...rulesOf(CODES), { code: '7', kind: 'credentials' } as const]

/** What a refused answer means: `{error: {code, message, details}}`. */
export function readFailure(answer: RefusedAnswer, context: ReadContext): Failure {
  return failureOf(readWords(answer.body), answer, context)
}

export function failureOf(words: Words, answer: RefusedAnswer, context: ReadContext): Failure {
  return platformFailure({ words, answer, context, rules: RULES })
}

/** A refusal as SenseNova gives it. */
export function writeFailure(failed: Failure): { readonly status: number; readonly body: string } {
  const [status] = FAILURES[failed.kind]
  return { status, body: JSON.stringify({ error: { ...wordsOf(failed), details: [] } }) }
}

/** The same in the middle of a stream. */
export function brokenBody(failed: Failure): string {
  return JSON.stringify({ data: null, status: wordsOf(failed) })
}

function wordsOf(failed: Failure): { code: number; message: string } {
  return { code: Number(codeFor(CODES, failed.kind, '13')), message: failed.message }
}
