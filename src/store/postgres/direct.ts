import { mkdirSync } from 'node:fs'
import type { Log } from '#engine/ports.ts'
import type { Direct } from '#store/direct.ts'
import { placesIn } from '#store/instance.ts'
import { adjust, verifyBooks } from '#store/postgres/adjustments.ts'
import { recover, type Recovery } from '#store/postgres/close.ts'
import { inTransaction, openPool } from '#store/postgres/connect.ts'
import { createGroup, listGroups, removeGroup, updateGroup } from '#store/postgres/groups.ts'
import { createKey, listKeys, revokeKey, updateKey } from '#store/postgres/keys.ts'
import { eraseOwner } from '#store/postgres/memory.ts'
import { openPools } from '#store/postgres/pools.ts'
import { readUsage, rejected, unsettled } from '#store/postgres/read.ts'
import { migrate } from '#store/postgres/schema.ts'

/** The store in PostgreSQL for a command that runs once; journals of this data directory are booked before it reads. */
export async function openPostgresDirect({
  dataDir,
  database,
  log,
}: {
  readonly dataDir: string
  readonly database: string
  readonly log: Log
}): Promise<Direct> {
  const places = placesIn(dataDir)
  mkdirSync(places.journal, { recursive: true, mode: 0o700 })
  const pool = openPool(database, log)
  try {
    await migrate(database, pool)
  } catch (error) {
    await pool.end()
    throw error
  }
  const recovery: Recovery = {
    pool,
    directory: places.journal,
    log,
    onReject: (reject) => log.error({ ...reject }, 'a journal line is not in the books; it is kept as rejected'),
  }
  const caughtUp = async <T>(read: () => Promise<T>): Promise<T> => {
    await recover(recovery, 'read')
    return read()
  }
  return {
    keys: {
      create: (wanted) => createKey(pool, wanted),
      list: () => listKeys(pool),
      revoke: (nameOrId) => revokeKey(pool, nameOrId),
      update: (nameOrId, change) => updateKey(pool, nameOrId, change),
    },
    groups: {
      create: (wanted) => createGroup(pool, wanted),
      list: () => listGroups(pool),
      update: (group, change) => updateGroup(pool, group, change),
      remove: (group) => removeGroup(pool, group),
    },
    usage: (query) => caughtUp(() => readUsage(pool, query)),
    forget: (keyId) => inTransaction(pool, (queries) => eraseOwner(queries, keyId)),
    left: (wanted) => caughtUp(async () => (await openPools(pool).draw(-1, wanted, { least: 0n, most: 0n })).left),
    unsettled: () => caughtUp(() => unsettled(pool)),
    adjust: (adjustment) => adjust(pool, adjustment),
    verify: () => caughtUp(() => verifyBooks(pool)),
    rejected: () => caughtUp(() => rejected(pool)),
    close: () => pool.end(),
  }
}
