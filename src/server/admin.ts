import type { Caller } from '#engine/admit/keyring.ts'
import type { Reply } from '#engine/reply.ts'
import type { Operation } from '#server/operation.ts'
import type { Failure } from '#wire/failure.ts'

/** The admin API, `/api/*`. */
export interface Admin {
  answer(caller: Caller, operation: Operation): Promise<Reply | { readonly kind: 'refused'; readonly failure: Failure }>
}
