import { failure } from '#wire/failure.ts'
import type { Job, ReadJob } from '#wire/service.ts'
import { WrongField } from '#wire/shape/field.ts'

/** What a reader made of a caller's request, or the refusal that names the field. */
export function readOr(read: () => Job): ReadJob {
  try {
    return { ok: true, job: read() }
  } catch (error) {
    if (!(error instanceof WrongField)) throw error
    return { ok: false, failure: failure('invalid-request', error.message, { param: error.param }) }
  }
}
