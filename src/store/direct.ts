import { mkdirSync } from 'node:fs'
import type { Pool } from '#engine/pool.ts'
import type { Log } from '#engine/ports.ts'
import { placesIn } from '#store/instance.ts'
import type { Adjustment, BookedAdjustment, Discrepancy } from '#store/adjustment.ts'
import { openPools } from '#store/shares/sqlite.ts'
import { adjust } from '#store/sqlite/adjustments.ts'
import { verifyBooks } from '#store/sqlite/verify.ts'
import type { GroupAdmin } from '#store/groups.ts'
import type { KeyAdmin } from '#store/keys.ts'
import { createGroup, listGroups, removeGroup, updateGroup } from '#store/sqlite/groups.ts'
import { createKey, listKeys, revokeKey, updateKey } from '#store/sqlite/keys.ts'
import { eraseOwner } from '#store/sqlite/memory.ts'
import { openDatabase } from '#store/sqlite/open.ts'
import { recover, type Recovery } from '#store/sqlite/recover.ts'
import { openBooks } from '#store/sqlite/statements.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'
import { readUsage } from '#store/sqlite/usage.ts'
import type { RejectedLine, UnsettledEntry, UsageQuery, UsageRow } from '#store/usage.ts'

/** The store for a command that runs once, beside a server or without one: no journal, no worker. */
export interface Direct {
  readonly keys: KeyAdmin
  readonly groups: GroupAdmin
  /** Sums of everything written so far: journals that no worker has booked yet are booked first. */
  usage(query: UsageQuery): Promise<readonly UsageRow[]>
  /** Erases what is remembered for a key, by its id; answers how many things that were. */
  forget(keyId: string): Promise<number>
  /** What is left of a pool, for all processes together. */
  left(pool: Pool): Promise<bigint>
  unsettled(): Promise<readonly UnsettledEntry[]>
  /** Books a correction; one that has its id already is answered as it is. */
  adjust(adjustment: Adjustment): Promise<BookedAdjustment>
  /** Where balance, sums and entries contradict each other; reads the whole ledger. */
  verify(): Promise<readonly Discrepancy[]>
  /** Journal lines that could not be booked. */
  rejected(): Promise<readonly RejectedLine[]>
  close(): Promise<void>
}

export interface DirectOptions {
  readonly dataDir: string
  /** PostgreSQL's URL; absent = the embedded store in the data directory. */
  readonly database?: string
  readonly log: Log
}

/** Opens the store, made or migrated if need be. Rejects with `refused`. */
export async function openDirect({ dataDir, database, log }: DirectOptions): Promise<Direct> {
  if (database !== undefined) {
    // Loaded where it is used: the embedded store starts without it.
    const { openPostgresDirect } = await import('#store/postgres/direct.ts')
    return openPostgresDirect({ dataDir, database, log })
  }
  const places = placesIn(dataDir)
  mkdirSync(places.journal, { recursive: true, mode: 0o700 })
  const { db } = openDatabase(places.database)
  const books = openBooks(db)
  const recovery: Recovery = {
    db,
    books,
    directory: places.journal,
    log,
    onReject: (reject) => log.error({ ...reject }, 'a journal line is not in the books; it is kept as rejected'),
  }
  const caughtUp = <T>(read: () => T): T => {
    recover(recovery, 'read')
    return read()
  }
  return {
    keys: {
      create: async (wanted) => createKey(db, wanted),
      list: async () => listKeys(db),
      revoke: async (nameOrId) => revokeKey(db, nameOrId),
      update: async (nameOrId, change) => updateKey(db, nameOrId, change),
    },
    groups: {
      create: async (wanted) => createGroup(db, wanted),
      list: async () => listGroups(db),
      update: async (group, change) => updateGroup(db, group, change),
      remove: async (group) => removeGroup(db, group),
    },
    usage: async (query) => caughtUp(() => readUsage(db, query)),
    forget: async (keyId) => inTransaction(db, () => eraseOwner(db, keyId)),
    adjust: async (adjustment) => adjust(db, adjustment),
    verify: async () => caughtUp(() => verifyBooks(db)),
    left: async (pool) => caughtUp(() => openPools(db).draw('', pool, { least: 0n, most: 0n }).left),
    unsettled: async () => caughtUp(() => books.unsettled()),
    rejected: async () => caughtUp(() => books.rejected()),
    close: async () => db.close(),
  }
}

/** Migrates the store of a data directory; answers the names of the steps that this took. Rejects with `refused`. */
export async function migrateStore(dataDir: string): Promise<readonly string[]> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const { db, migrated } = openDatabase(placesIn(dataDir).database)
  db.close()
  return migrated
}
