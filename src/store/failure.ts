/**
 * - `refused`     the store cannot be opened: newer than this program, half migrated, unreadable
 * - `unwritable`  the journal cannot take the line now (disk full, I/O error)
 * - `name-taken`  a live key has that name
 * - `no-such-key` no key has that name or id
 * - `no-such-group` no team or organisation of the store has that name
 * - `in-use`      keys or teams belong to it
 * - `closed`      used after `close()`
 * - `failed`      the database answered with an error; the message has its words
 */
export type StoreFailureCode =
  | 'refused'
  | 'unwritable'
  | 'name-taken'
  | 'no-such-key'
  | 'no-such-group'
  | 'in-use'
  | 'closed'
  | 'failed'

/** The one error that the store throws or rejects with; the message is fit for an operator. */
export class StoreFailure extends Error {
  readonly code: StoreFailureCode
  constructor(code: StoreFailureCode, message: string) {
    super(message)
    this.name = 'StoreFailure'
    this.code = code
  }
}

/** Plain words of whatever was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
