import type { ReadRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { ModelRequest } from '#wire/request.ts'
import { WrongField } from '#wire/shape/field.ts'

/** What a reader of requests gives: a wrong or missing field is an `invalid-request` that names it. */
export function readingOf(read: () => ModelRequest): ReadRequest {
  try {
    return { ok: true, request: read() }
  } catch (error) {
    if (!(error instanceof WrongField)) throw error
    return { ok: false, failure: failure('invalid-request', error.message, { param: error.param }) }
  }
}

/** A list of texts. */
export function textsAt(list: readonly unknown[] | undefined, path: string): readonly string[] | undefined {
  return list?.map((item, i) => {
    if (typeof item === 'string') return item
    throw new WrongField(`${path}.${i}`, 'a string', item)
  })
}
