import type { DatabaseSync } from 'node:sqlite'
import { type Draw, type MoneyPool, type Pool, poolKey, type Wish } from '#engine/pool.ts'
import type { Money } from '#engine/ports.ts'
import { drawFrom, emptyPool, giveBackTo, type PoolState } from '#store/shares/pool-state.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'

const DAY_MS = 86_400_000
/** Whole units and the rest are summed apart: one column fails at 2^63. */
const UNIT = 1_000_000_000n
/** A pool that somebody was short of is named to the others for so long. */
const SCARCE_MS = 2_000

/** What booking does to pools: the ledger's hand on them, inside its own transaction. */
export interface PoolBooks {
  /** Adds what was spent, on the day the request began, to each scope. */
  spend(scopes: readonly string[], cost: Money, begunAt: number): void
  /** Lowers a process's shares of money pools by what it spent of them. */
  lower(process: string, pools: readonly string[], nanos: bigint): void
  /** A process is gone, and all it spent is booked: what it had drawn comes back. */
  gone(process: string): void
}

/** The pools of all processes that share a database. */
export interface PoolTable extends PoolBooks {
  draw(process: string, pool: Pool, wish: Wish): Draw
  giveBack(process: string, pool: Pool, amount: bigint): void
  /** Keys of pools that this process has a share of and another was short of lately. */
  scarce(process: string): readonly string[]
}

export function createPools(db: DatabaseSync): void {
  db.exec(`
    ALTER TABLE ledger ADD COLUMN above TEXT;
    ALTER TABLE ledger ADD COLUMN begun_at INTEGER;

    CREATE TABLE spent (
      scope TEXT NOT NULL,
      currency TEXT NOT NULL,
      day INTEGER NOT NULL,
      units INTEGER NOT NULL,
      nanos INTEGER NOT NULL,
      PRIMARY KEY (scope, currency, day)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO spent (scope, currency, day, units, nanos)
      SELECT 'key:' || key_id, currency, at / ${DAY_MS}, SUM(nanos / ${UNIT}), SUM(nanos % ${UNIT}) FROM ledger
      WHERE kind <> 'intent' AND currency IS NOT NULL GROUP BY 1, 2, 3;

    CREATE TABLE leases (
      pool TEXT NOT NULL,
      process TEXT NOT NULL,
      amount INTEGER NOT NULL,
      PRIMARY KEY (pool, process)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX leases_process ON leases (process);
    CREATE TABLE rates (pool TEXT PRIMARY KEY, level INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE scarce (pool TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `)
}

/** Prepares the statements; the database must be migrated. */
export function openPools(db: DatabaseSync, now: () => number = Date.now): PoolTable {
  const books = poolBooks(db)
  const stateOf = readState(db)
  const write = writeState(db)
  const spentOf = readSpent(db)
  const mark = db.prepare(
    'INSERT INTO scarce (pool, at) VALUES (?, ?) ON CONFLICT (pool) DO UPDATE SET at = excluded.at WHERE at < excluded.at - 200',
  )
  const marked = db.prepare(
    'SELECT pool FROM scarce JOIN leases USING (pool) WHERE process = ? AND at >= ? AND amount > 0',
  )
  return {
    ...books,
    draw: (process, pool, wish) =>
      inTransaction(db, () => {
        const at = now()
        const state = stateOf(pool, at)
        const spent = pool.kind === 'money' ? spentOf(pool) : 0n
        const draw = drawFrom(state, pool, { process, wish, now: at, spent })
        if (draw.granted > 0n) write(pool, process, state)
        if (draw.scarce && draw.others > 0n) mark.run(poolKey(pool), at)
        return draw
      }),
    giveBack(process, pool, amount) {
      inTransaction(db, () => {
        const at = now()
        const state = stateOf(pool, at)
        giveBackTo(state, pool, { process, amount, now: at })
        write(pool, process, state)
      })
    },
    scarce: (process) => marked.all(process, now() - SCARCE_MS).map((row) => String(row['pool'])),
  }
}

/** The part that booking uses; it opens no transaction. */
export function poolBooks(db: DatabaseSync): PoolBooks {
  const spend = db.prepare(`INSERT INTO spent (scope, currency, day, units, nanos) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (scope, currency, day) DO UPDATE SET units = units + excluded.units, nanos = nanos + excluded.nanos`)
  const lower = db.prepare('UPDATE leases SET amount = amount - ? WHERE pool = ? AND process = ?')
  const gone = db.prepare('DELETE FROM leases WHERE process = ?')
  return {
    spend(scopes, { nanos, currency }, begunAt) {
      if (nanos === 0n) return
      const day = Math.floor(begunAt / DAY_MS)
      for (const scope of scopes) spend.run(scope, currency, day, nanos / UNIT, nanos % UNIT)
    },
    lower(process, pools, nanos) {
      if (nanos === 0n) return
      for (const pool of pools) lower.run(nanos, pool, process)
    },
    gone(process) {
      gone.run(process)
    },
  }
}

/** What a scope has spent since the start of a period; periods begin with a day of UTC. */
function readSpent(db: DatabaseSync): (pool: MoneyPool) => bigint {
  const spent = db.prepare(
    'SELECT SUM(units) AS units, SUM(nanos) AS nanos FROM spent WHERE scope = ? AND currency = ? AND day >= ?',
  )
  spent.setReadBigInts(true)
  return ({ scope, currency, since }) => {
    const row = spent.get(scope, currency, Math.floor(since / DAY_MS))
    return bigint(row?.['units']) * UNIT + bigint(row?.['nanos'])
  }
}

function readState(db: DatabaseSync): (pool: Pool, now: number) => PoolState {
  const leases = db.prepare('SELECT process, amount FROM leases WHERE pool = ?')
  leases.setReadBigInts(true)
  const rate = db.prepare('SELECT level, at FROM rates WHERE pool = ?')
  rate.setReadBigInts(true)
  return (pool, now) => {
    const key = poolKey(pool)
    const state = emptyPool(pool, now)
    if (pool.kind !== 'rate') {
      for (const row of leases.all(key)) state.leases.set(String(row['process']), bigint(row['amount']))
      return state
    }
    const row = rate.get(key)
    return row === undefined ? state : { ...state, level: bigint(row['level']), at: Number(row['at']) }
  }
}

function writeState(db: DatabaseSync): (pool: Pool, process: string, state: PoolState) => void {
  const lease = db.prepare('INSERT OR REPLACE INTO leases (pool, process, amount) VALUES (?, ?, ?)')
  const end = db.prepare('DELETE FROM leases WHERE pool = ? AND process = ?')
  const rate = db.prepare('INSERT OR REPLACE INTO rates (pool, level, at) VALUES (?, ?, ?)')
  return (pool, process, { leases, level, at }) => {
    const key = poolKey(pool)
    const amount = leases.get(process)
    if (pool.kind === 'rate') rate.run(key, level, at)
    else if (amount === undefined) end.run(key, process)
    else lease.run(key, process, amount)
  }
}

function bigint(value: unknown): bigint {
  return typeof value === 'bigint' ? value : 0n
}
