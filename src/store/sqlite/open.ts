import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreFailure, wordsOf } from '#store/failure.ts'
import { migrate } from '#store/sqlite/schema.ts'

/** Longer than any transaction of ours: a batch of the journal takes some 30 ms. */
const BUSY_MS = 5_000

/**
 * `wal_autocheckpoint` in pages: 16 MB of log. At SQLite's default of 4 MB each entry costs a sixth more. Deleted content
 * is overwritten, not only let go of: conversations are kept here for a while.
 */
const SETTINGS = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
  PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000; PRAGMA secure_delete = ON`

/** A database open, up to date, and the migrations that this took. */
export interface Opened {
  readonly db: DatabaseSync
  readonly migrated: readonly string[]
}

/** Opens, creates or migrates the store. Throws `refused` with an operator's words. */
export function openDatabase(path: string): Opened {
  let db: DatabaseSync | undefined
  try {
    // For the owner's eyes: SQLite gives its other files the mode of this one.
    closeSync(openSync(path, 'a', 0o600))
    db = new DatabaseSync(path, { timeout: BUSY_MS })
    db.exec(SETTINGS)
    return { db, migrated: migrate(db) }
  } catch (error) {
    db?.close()
    if (error instanceof StoreFailure) throw error
    throw new StoreFailure('refused', `the store ${path} cannot be opened: ${wordsOf(error)}`)
  }
}
