import { isUtf8 } from 'node:buffer'
import { type Failure, failure } from '#wire/failure.ts'
import { isObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'
import { type ScanProblem, scanObject } from '#wire/shape/scan.ts'

export type ReadBody =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly failure: Failure }

/** Bytes of a request body as checked JSON: UTF-8, an object, of bounded depth, no key twice, no `__proto__`. */
export function readJsonBody(bytes: Buffer, maxDepth: number): ReadBody {
  if (!isUtf8(bytes)) return refuse('the body is not valid UTF-8')
  const text = bytes.toString('utf8')
  if (bytes.length === 0) return refuse('the body is empty; send a JSON object')
  const scan = scanObject(text, maxDepth)
  if (!scan.ok && scan.problem !== 'malformed') return refuse(PROBLEMS[scan.problem](maxDepth), scan.path)
  try {
    const json: unknown = JSON.parse(text)
    if (isObject(json)) return { ok: true, source: scan.ok ? { text, json, members: scan.members } : { text, json } }
    return refuse(PROBLEMS['not-an-object'](maxDepth))
  } catch (error) {
    return refuse(`the body is not valid JSON: ${reason(error)}`)
  }
}

const PROBLEMS: Readonly<Record<Exclude<ScanProblem['problem'], 'malformed'>, (maxDepth: number) => string>> = {
  'too-deep': (maxDepth) => `the body is nested deeper than ${maxDepth} levels`,
  'duplicate-key': () => 'the same key stands twice in one object; readers would disagree on which one counts',
  'forbidden-key': () => 'a field may not be called "__proto__"',
  'not-an-object': () => 'the body must be a JSON object',
}

function refuse(message: string, path = ''): ReadBody {
  const where = path === '' ? message : `${path}: ${message}`
  return { ok: false, failure: failure('invalid-request', where, path === '' ? {} : { param: path }) }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unreadable'
}
