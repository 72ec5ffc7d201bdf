import { hostname } from 'node:os'
import type { Pool } from 'pg'
import type { Log } from '#engine/ports.ts'
import { settleOpen } from '#store/postgres/close.ts'
import { inTransaction, rowsOf } from '#store/postgres/connect.ts'

/** A replica that has not been heard of for so long is taken for dead: its slots come back. */
export const DEAD_MS = 10_000

export interface WatchOptions {
  readonly pool: Pool
  readonly log: Log
  /** Our own number. */
  readonly self: number
  /** Milliseconds of death after which what a replica had drawn and not booked is let go of. */
  readonly leaseDoubtMs: number
  /** Milliseconds that never jump. */
  readonly elapsed: () => number
}

/** What replicas know of each other. */
export interface Watch {
  /** Shows that this one lives; answers whether others have let go of what it had drawn. */
  beat(): Promise<boolean>
  /** Looks for replicas that are silent. */
  look(): Promise<void>
}

interface Seen {
  readonly beat: bigint
  /** How long the beat has stayed the same while we could see it. */
  silentMs: number
  dead: boolean
}

/** The most that one look adds to a silence: a database, or we, may have stood still since the last look. */
const LOOK_MOST_MS = 2_000

/**
 * A beat is a number that grows, and its silence is measured by whoever looks, only while he can look: no clock is
 * compared with another's, and a database that was down for an hour declares nobody dead.
 */
export function openWatch({ pool, log, self, leaseDoubtMs, elapsed }: WatchOptions): Watch {
  const seen = new Map<number, Seen>()
  let lookedAt = elapsed()
  return {
    async beat() {
      const [row] = await rowsOf(
        pool,
        `WITH before AS (SELECT released_at FROM instances WHERE id = $1)
         INSERT INTO instances (id, host, beat, beat_at) VALUES ($1, $2, 1, now())
           ON CONFLICT (id) DO UPDATE SET beat = instances.beat + 1, beat_at = now(), released_at = NULL
           RETURNING (SELECT released_at IS NOT NULL FROM before) AS released`,
        [self, hostname()],
      )
      return row?.['released'] === true
    },
    async look() {
      const rows = await rowsOf(
        pool,
        `SELECT i.id, p.instance, i.host, i.beat FROM instances i JOIN journal_progress p USING (id)
           WHERE i.id <> $1 AND i.released_at IS NULL`,
        [self],
      )
      const now = elapsed()
      const passed = Math.min(LOOK_MOST_MS, now - lookedAt)
      lookedAt = now
      const here = new Set(rows.map((row) => Number(row['id'])))
      for (const id of seen.keys()) if (!here.has(id)) seen.delete(id)
      for (const row of rows) {
        const id = Number(row['id'])
        const beat = BigInt(String(row['beat']))
        const known = seen.get(id)
        if (known?.beat !== beat) {
          seen.set(id, { beat, silentMs: 0, dead: false })
          continue
        }
        known.silentMs += passed
        await judge(known, { id, beat, names: { replica: String(row['instance']), host: String(row['host']) } })
      }
    },
  }

  async function judge(known: Seen, silent: Silent): Promise<void> {
    const { id, names } = silent
    if (!known.dead && known.silentMs >= DEAD_MS) {
      known.dead = true
      await pool.query("DELETE FROM leases WHERE process = $1 AND pool LIKE 'slots %'", [id])
      log.warn(
        { ...names, leaseDoubtMs },
        'a replica is silent: what it had drawn of budgets stays blocked until its journal is booked, or until the doubt has lasted long enough',
      )
    }
    if (known.silentMs < DEAD_MS + leaseDoubtMs) return
    const released = await release(pool, silent)
    if (released !== undefined)
      log.warn(
        { ...names, ...released },
        'a replica is gone: its open requests are booked at their bound, its shares are let go of',
      )
  }
}

/** A replica that has not been heard of. */
interface Silent {
  readonly id: number
  readonly beat: bigint
  readonly names: { readonly replica: string; readonly host: string }
}

/** Lets go of what it had, once, whoever comes first; undefined when it was heard of meanwhile. */
function release(
  pool: Pool,
  { id, beat, names }: Silent,
): Promise<{ readonly leases: number; readonly unsettled: number } | undefined> {
  return inTransaction(pool, async (queries) => {
    const { rowCount } = await queries.query(
      'UPDATE instances SET released_at = now() WHERE id = $1 AND beat = $2 AND released_at IS NULL',
      [id, beat],
    )
    if (rowCount !== 1) return undefined
    const [lease] = await rowsOf(queries, 'SELECT count(*) AS count FROM leases WHERE process = $1', [id])
    const unsettled = await settleOpen(queries, id, `its replica is gone (${names.replica}, ${names.host})`)
    return { leases: Number(lease?.['count']), unsettled }
  })
}
