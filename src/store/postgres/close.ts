import { existsSync, rmSync } from 'node:fs'
import type { Log } from '#engine/ports.ts'
import { lockPath, readJournalDirectory } from '#store/instance.ts'
import { book, type Booking, progressOf } from '#store/postgres/book.ts'
import { inTransaction, type Queries } from '#store/postgres/connect.ts'
import { tryLock } from '#store/sqlite/lock.ts'

export interface Recovery extends Booking {
  readonly log: Log
  /** Our own instance, whose lock we hold ourselves. */
  readonly self?: string
}

/**
 * Brings the books up to what all journals of this data directory say. Of a dead instance everything is booked, intents
 * without an end at their bound, its shares come back, and its files go. A living one's lines are booked when `living`
 * says so. Instances of other directories are not ours to judge: see `watch.ts`.
 */
export async function recover(recovery: Recovery, living: 'read' | 'skip'): Promise<void> {
  const { directory, self } = recovery
  const { locks, segments } = readJournalDirectory(directory)
  const instances = new Set([...locks, ...segments.map(({ instance }) => instance)])
  if (self !== undefined) instances.delete(self)
  for (const instance of instances) {
    const path = lockPath(directory, instance)
    const lock = tryLock(path)
    if (lock === undefined && existsSync(path)) {
      if (living === 'read') await book(recovery, instance, 'alive')
      continue
    }
    let finished = false
    try {
      await finish(recovery, instance, 'found after a crash')
      finished = true
    } finally {
      lock?.release(finished)
    }
  }
}

/** Books an instance that writes no more to its end, and deletes its segments. */
export async function finish(recovery: Recovery, instance: string, reason: string): Promise<void> {
  const { pool, log } = recovery
  await book(recovery, instance, 'dead')
  const unsettled = await inTransaction(pool, async (queries) => {
    const { id, ended } = await progressOf(queries, instance)
    if (ended) return 0
    const count = await settleOpen(queries, id, reason)
    await queries.query('DELETE FROM instances WHERE id = $1', [id])
    await queries.query('UPDATE journal_progress SET ended_at = $1 WHERE id = $2', [Date.now(), id])
    return count
  })
  if (unsettled > 0) log.warn({ instance, unsettled }, `intents without an end are booked at their bound: ${reason}`)
  deleteSegments(recovery.directory, instance, Number.POSITIVE_INFINITY)
}

/** Deletes an instance's segments below `before`: what they say is committed, which with PostgreSQL means on its disk. */
export function deleteSegments(directory: string, instance: string, before: number): void {
  for (const segment of readJournalDirectory(directory).segments)
    if (segment.instance === instance && segment.number < before) rmSync(segment.path, { force: true })
}

/** Books the open intents of an instance at their bound, and lets go of its shares; answers how many intents. */
export async function settleOpen(queries: Queries, id: number, reason: string): Promise<number> {
  await queries.query(
    `INSERT INTO spent (scope, currency, day, nanos)
       SELECT scope, currency, at / 86400000, sum(bound) FROM open_intents,
         LATERAL (SELECT 'key:' || key_id UNION ALL SELECT jsonb_array_elements_text(coalesce(above, '[]'))) AS s (scope)
       WHERE instance = $1 AND bound > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
     ON CONFLICT (scope, currency, day) DO UPDATE SET nanos = spent.nanos + excluded.nanos`,
    [id],
  )
  const { rowCount } = await queries.query(
    `INSERT INTO ledger (request_id, kind, at, instance, key_id, model, target, nanos, currency, estimated, above, begun_at, held,
       held_currency) SELECT request_id, 'unsettled', at, instance, key_id, model, target, coalesce(bound, 0), currency, $2, above, at,
         bound, currency FROM open_intents WHERE instance = $1 ORDER BY at, request_id`,
    [id, reason],
  )
  await queries.query('DELETE FROM open_intents WHERE instance = $1', [id])
  await queries.query('DELETE FROM leases WHERE process = $1', [id])
  return rowCount ?? 0
}
