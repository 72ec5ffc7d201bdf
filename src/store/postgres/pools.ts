import type { Pool as Connections } from 'pg'
import { type Draw, type Pool, poolKey, type Wish } from '#engine/pool.ts'
import { drawFrom, emptyPool, giveBackTo, type PoolState } from '#store/shares/pool-state.ts'
import { clean, inTransaction, type Queries, rowsOf } from '#store/postgres/connect.ts'
import { unsureChanges } from '#store/postgres/unsure.ts'

const DAY_MS = 86_400_000
/** A pool that somebody was short of is named to the others for so long, and not more often than five times a second. */
const SCARCE_MS = 2_000
const SCARCE_AGAIN_MS = 200

/** The pools of all replicas that share a database. */
export interface PoolTable {
  draw(process: number, pool: Pool, wish: Wish): Promise<Draw>
  giveBack(process: number, pool: Pool, amount: bigint): Promise<void>
  /** Keys of pools that this process has a share of and another was short of lately. */
  scarce(process: number): Promise<readonly string[]>
  /** Asks what became of changes whose commit got no answer. */
  clearUp(): Promise<void>
}

/**
 * One draw on a pool after the other, by an advisory lock of the pool's name; booking does not take it. That is safe:
 * booking moves an amount from a lease to what is spent in one transaction, so that what is left is the same before and
 * after, and a draw reads both in one statement, hence at one moment.
 */
export function openPools(connections: Connections): PoolTable {
  const unsure = unsureChanges(connections)
  const table: PoolTable = {
    async draw(process, pool, wish) {
      const key = clean(poolKey(pool))
      return unsure.commit(
        async (queries) => {
          const { now, xid } = await lock(queries, key)
          const { state, spent } = await stateOf(queries, pool, now)
          const draw = drawFrom(state, pool, { process: String(process), wish, now, spent })
          if (pool.kind === 'rate') await writeRate(queries, key, state)
          else if (draw.granted > 0n) await addLease(queries, { key, process, amount: draw.granted })
          if (draw.scarce && draw.others > 0n) await markScarce(queries, key, now)
          return { xid, value: draw }
        },
        // Nobody was told that he has it: it goes back.
        (draw) => ({ committed: () => table.giveBack(process, pool, draw.granted) }),
      )
    },
    async giveBack(process, pool, amount) {
      if (amount === 0n) return
      const key = clean(poolKey(pool))
      await unsure.commit(
        async (queries) => {
          const { now, xid } = await lock(queries, key)
          if (pool.kind === 'rate') {
            const { state } = await stateOf(queries, pool, now)
            giveBackTo(state, pool, { process: String(process), amount, now })
            await writeRate(queries, key, state)
          } else await addLease(queries, { key, process, amount: -amount })
          return { xid, value: undefined }
        },
        () => ({ aborted: () => table.giveBack(process, pool, amount) }),
      )
    },
    async scarce(process) {
      const rows = await rowsOf(
        connections,
        `SELECT pool FROM scarce JOIN leases USING (pool) WHERE process = $1 AND amount > 0
           AND at >= extract(epoch FROM clock_timestamp()) * 1000 - $2::int`,
        [process, SCARCE_MS],
      )
      return rows.map((row) => String(row['pool']))
    },
    clearUp: () => unsure.clearUp(),
  }
  return table
}

/** The database's clock: one for all replicas. */
async function lock(queries: Queries, key: string): Promise<{ readonly now: number; readonly xid: string }> {
  const [row] = await rowsOf(
    queries,
    `SELECT pg_current_xact_id()::text AS xid, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now
       FROM pg_advisory_xact_lock(hashtextextended($1, 0))`,
    [key],
  )
  return { now: Number(row?.['now']), xid: String(row?.['xid']) }
}

async function stateOf(
  queries: Queries,
  pool: Pool,
  now: number,
): Promise<{ readonly state: PoolState; readonly spent: bigint }> {
  const state = emptyPool(pool, now)
  const key = clean(poolKey(pool))
  if (pool.kind === 'rate') {
    const [row] = await rowsOf(queries, 'SELECT level::text, at FROM rates WHERE pool = $1', [key])
    if (row === undefined) return { state, spent: 0n }
    return { state: { ...state, level: BigInt(String(row['level'])), at: Number(row['at']) }, spent: 0n }
  }
  const spent =
    pool.kind === 'money' ? [clean(pool.scope), pool.currency, Math.floor(pool.since / DAY_MS)] : ['', '', 0]
  const rows = await rowsOf(
    queries,
    `SELECT process, amount, NULL AS spent FROM leases WHERE pool = $1 UNION ALL
     SELECT NULL, NULL, coalesce(sum(nanos), 0)::text FROM spent WHERE scope = $2 AND currency = $3 AND day >= $4`,
    [key, ...spent],
  )
  let sum = 0n
  for (const { process, amount, spent: text } of rows) {
    if (typeof text === 'string') sum = BigInt(text)
    else if (typeof amount === 'bigint') state.leases.set(String(process), amount)
  }
  return { state, spent: sum }
}

async function writeRate(queries: Queries, key: string, { level, at }: PoolState): Promise<void> {
  await queries.query(
    `INSERT INTO rates (pool, level, at) VALUES ($1, $2, $3)
       ON CONFLICT (pool) DO UPDATE SET level = excluded.level, at = excluded.at`,
    [key, level, at],
  )
}

/** By a difference, never to an amount: the books may lower the same row meanwhile. */
async function addLease(
  queries: Queries,
  { key, process, amount }: { readonly key: string; readonly process: number; readonly amount: bigint },
): Promise<void> {
  await queries.query(
    `INSERT INTO leases (pool, process, amount) VALUES ($1, $2, $3)
       ON CONFLICT (pool, process) DO UPDATE SET amount = leases.amount + excluded.amount`,
    [key, process, amount],
  )
}

async function markScarce(queries: Queries, key: string, now: number): Promise<void> {
  await queries.query(
    `WITH marked AS (
       INSERT INTO scarce (pool, at) VALUES ($1, $2)
         ON CONFLICT (pool) DO UPDATE SET at = excluded.at WHERE scarce.at < excluded.at - ${SCARCE_AGAIN_MS}
         RETURNING pool)
     SELECT pg_notify('tongwen', 'scarce') FROM marked`,
    [key, now],
  )
}

/** Rows that say nothing any more: pools of periods that are over, marks that have run out. */
export async function tidyPools(connections: Connections): Promise<void> {
  await inTransaction(connections, async (queries) => {
    await queries.query('DELETE FROM leases WHERE amount = 0')
    await queries.query('DELETE FROM scarce WHERE at < extract(epoch FROM clock_timestamp()) * 1000 - 60000')
  })
}
