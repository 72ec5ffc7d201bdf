import type { Pool } from 'pg'
import { inTransaction, type Queries, rowsOf } from '#store/postgres/connect.ts'

/** What is to be done once it is known what became of a change. */
export interface Remedy {
  readonly committed?: () => Promise<void>
  readonly aborted?: () => Promise<void>
}

/** A connection that breaks during COMMIT leaves open whether it happened. PostgreSQL remembers, and is asked later. */
export interface UnsureChanges {
  /** One transaction; where its commit gets no answer, the remedy is applied when the answer is known. */
  commit<T>(
    work: (queries: Queries) => Promise<{ readonly xid: string; readonly value: T }>,
    remedy: (value: T) => Remedy,
  ): Promise<T>
  clearUp(): Promise<void>
}

export function unsureChanges(pool: Pool): UnsureChanges {
  let unsure: { readonly xid: string; readonly remedy: Remedy }[] = []
  return {
    async commit(work, remedy) {
      let done: { readonly xid: string; readonly remedy: Remedy } | undefined
      try {
        return await inTransaction(pool, async (queries) => {
          const { xid, value } = await work(queries)
          done = { xid, remedy: remedy(value) }
          return value
        })
      } catch (error) {
        if (done !== undefined) unsure.push(done)
        throw error
      }
    },
    async clearUp() {
      const asked = unsure
      unsure = []
      for (const [index, one] of asked.entries()) {
        try {
          const [row] = await rowsOf(pool, 'SELECT pg_xact_status($1::text::xid8) AS status', [one.xid])
          if (row?.['status'] === 'committed') await one.remedy.committed?.()
          else if (row?.['status'] === 'aborted') await one.remedy.aborted?.()
          else if (row?.['status'] === 'in progress') unsure.push(one)
        } catch (error) {
          unsure.push(...asked.slice(index))
          throw error
        }
      }
    },
  }
}
