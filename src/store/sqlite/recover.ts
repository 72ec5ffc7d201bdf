import { existsSync, rmSync } from 'node:fs'
import type { Log } from '#engine/ports.ts'
import { lockPath, readJournalDirectory } from '#store/instance.ts'
import { ingest, type Ingestion } from '#store/sqlite/ingest.ts'
import { tryLock } from '#store/sqlite/lock.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'

export interface Recovery extends Ingestion {
  readonly log: Log
  /** Our own instance, whose lock we hold ourselves. */
  readonly self?: string
}

/**
 * Brings the books up to what all journals say. Of a dead instance everything is booked, intents without an end at
 * their bound, and its files go. A living one's files stay; its lines are booked when `living` says so.
 */
export function recover(recovery: Recovery, living: 'read' | 'skip'): void {
  const { directory, self } = recovery
  // The database before the directory: an instance has its lock file before its first row, and until its last.
  const instances = new Set(recovery.books.unended())
  const { locks, segments } = readJournalDirectory(directory)
  for (const instance of locks) instances.add(instance)
  for (const { instance } of segments) instances.add(instance)
  if (self !== undefined) instances.delete(self)
  for (const instance of instances) {
    const path = lockPath(directory, instance)
    const lock = tryLock(path)
    if (lock === undefined && existsSync(path)) {
      if (living === 'read') ingest(recovery, instance, 'alive')
      continue
    }
    let finished = false
    try {
      finished = finish(recovery, instance, 'found after a crash')
    } finally {
      lock?.release(finished)
    }
  }
}

/** Books an instance that writes no more to its end, and deletes its segments; false when they must stay for now. */
export function finish(recovery: Recovery, instance: string, reason: string): boolean {
  const { db, books, log } = recovery
  const { id } = ingest(recovery, instance, 'dead')
  const unsettled = inTransaction(db, () => {
    const count = books.settleOpen(id, reason)
    books.end(id, Date.now())
    return count
  })
  if (unsettled > 0) log.warn({ instance, unsettled }, `intents without an end are booked at their bound: ${reason}`)
  return deleteSegments(recovery, instance, Number.POSITIVE_INFINITY)
}

/**
 * Deletes an instance's segments below `before`. What they say must be on the disk first: a commit in WAL mode with
 * `synchronous = NORMAL` outlives the process, not the machine, until a checkpoint. False when that has to wait.
 */
export function deleteSegments(ingestion: Ingestion, instance: string, before: number): boolean {
  const done = readJournalDirectory(ingestion.directory).segments.filter(
    (segment) => segment.instance === instance && segment.number < before,
  )
  if (done.length === 0) return true
  const state = ingestion.db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
  if (state?.['busy'] !== 0 || state['log'] !== state['checkpointed']) return false
  for (const { path } of done) rmSync(path, { force: true })
  return true
}
