import type { DatabaseSync } from 'node:sqlite'
import type { MemoryKind } from '#engine/ports.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'

/** A text as it is kept. */
export interface KeptEntry {
  readonly owner: string
  readonly kind: MemoryKind
  readonly key: string
  readonly value: string
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/** What is asked for: several keys of one owner and kind. */
export interface RecallQuery {
  readonly owner: string
  readonly kind: MemoryKind
  readonly keys: readonly string[]
}

/** A text that was found. */
export interface Recalled {
  readonly key: string
  readonly value: string
  readonly expiresAt: number
}

/** The table of what callers are remembered for. Times in Unix milliseconds. */
export interface MemoryTable {
  recall(query: RecallQuery, now: number): readonly Recalled[]
  /** Keeps them all, each in place of what had its key; what is over the bound goes, oldest first. */
  keep(entries: readonly KeptEntry[], maxBytes: number): void
  forget(owner: string, kind: MemoryKind, key: string): boolean
  /** Deletes up to `most` entries that have expired; answers how many. */
  sweep(now: number, most: number): number
  /** Counts up with each erasure before its time, by whatever process. */
  erasures(): number
  /** The kinds of which there is anything, in the order of the alphabet. */
  kinds(): readonly string[]
}

/** How many of the oldest go at a time where room is needed. */
const OLDEST = 64
/** What a row costs beside its value. */
const ROW_BYTES = 100

/** Prepares the statements; the database must be migrated. */
export function openMemory(db: DatabaseSync): MemoryTable {
  const recall = db.prepare(`SELECT key, value, expires_at FROM memory
    WHERE owner = ? AND kind = ? AND key IN (SELECT value FROM json_each(?)) AND expires_at > ?`)
  const replace = db.prepare('DELETE FROM memory WHERE owner = ? AND kind = ? AND key = ?')
  // A request may outlive its key: nothing is kept for one that was revoked meanwhile.
  const insert = db.prepare(`INSERT INTO memory (owner, kind, key, expires_at, bytes, value) SELECT ?1, ?, ?, ?, ?, ?
    WHERE NOT EXISTS (SELECT 1 FROM keys WHERE id = ?1 AND revoked_at IS NOT NULL)`)
  const size = db.prepare("SELECT value FROM meta WHERE name = 'memory-bytes'")
  const oldest = db.prepare('DELETE FROM memory WHERE id IN (SELECT id FROM memory ORDER BY id LIMIT ?)')
  const sweep = db.prepare(
    'DELETE FROM memory WHERE id IN (SELECT id FROM memory WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
  )
  const kinds = db.prepare(
    "SELECT substr(name, 13) AS kind FROM meta WHERE name GLOB 'memory-rows-*' AND value > 0 ORDER BY name",
  )
  const erasures = db.prepare("SELECT value FROM meta WHERE name = 'memory-erasures'")
  return {
    recall({ owner, kind, keys }, now) {
      return recall.all(owner, kind, JSON.stringify(keys), now).map((row) => ({
        key: String(row['key']),
        value: String(row['value']),
        expiresAt: Number(row['expires_at']),
      }))
    },
    keep(entries, maxBytes) {
      inTransaction(db, () => {
        for (const { owner, kind, key, value, expiresAt } of entries) {
          replace.run(owner, kind, key)
          insert.run(owner, kind, key, expiresAt, Buffer.byteLength(value) + ROW_BYTES, value)
        }
        while (Number(size.get()?.['value']) > maxBytes && Number(oldest.run(OLDEST).changes) > 0);
      })
    },
    forget(owner, kind, key) {
      return inTransaction(db, () => counted(db, Number(replace.run(owner, kind, key).changes))) > 0
    },
    sweep(now, most) {
      return Number(sweep.run(now, most).changes)
    },
    erasures() {
      return Number(erasures.get()?.['value'])
    },
    kinds() {
      return kinds.all().map((row) => String(row['kind']))
    },
  }
}

/** Erases all that is kept for an owner, inside the caller's transaction; answers how many things that were. */
export function eraseOwner(db: DatabaseSync, owner: string): number {
  return counted(db, Number(db.prepare('DELETE FROM memory WHERE owner = ?').run(owner).changes))
}

/** Tells other processes, whose caches may have what was erased. */
function counted(db: DatabaseSync, erased: number): number {
  if (erased > 0) db.exec("UPDATE meta SET value = value + 1 WHERE name = 'memory-erasures'")
  return erased
}
