import { type Draw, type Pool, poolKey, type Shares } from '#engine/pool.ts'
import type { WorkerClient } from '#store/sqlite/client.ts'
import { StoreFailure } from '#store/failure.ts'

/** The shares of this process, by way of the worker. What could not be given back waits for the worker's return. */
export interface StoreShares extends Shares {
  /** Another process is short of these pools. */
  scarce(keys: readonly string[]): void
  /** Others have let go of all that this process had drawn. */
  lost(): void
  /** Tells the worker what is still to be given back. */
  flush(): void
}

/** Longer than any draw takes that will come to something. */
const DEADLINE_MS = 2_000

export function storeShares(
  client: () => Pick<WorkerClient, 'call' | 'giveBack'>,
  deadlineMs: number = DEADLINE_MS,
): StoreShares {
  const waiting = new Map<string, { readonly pool: Pool; amount: bigint }>()
  let onScarce: (key: string) => void = () => {}
  let onLost: () => void = () => {}
  /** Counts up when all is lost: what was drawn before is not given back after. */
  let era = 0
  const flush = (): void => {
    for (const [key, { pool, amount }] of waiting) if (client().giveBack(pool, amount)) waiting.delete(key)
  }
  const giveBack = (pool: Pool, amount: bigint): void => {
    if (amount === 0n) return
    const key = poolKey(pool)
    const kept = waiting.get(key)
    if (kept === undefined) waiting.set(key, { pool, amount })
    else kept.amount += amount
    flush()
  }
  return {
    draw(pool, wish) {
      flush()
      const begun = era
      const drawn = client().call('draw', { pool, wish })
      return inTime(drawn, deadlineMs, (draw) => {
        if (era === begun) giveBack(pool, draw.granted)
      })
    },
    giveBack,
    onScarce(call) {
      onScarce = call
    },
    onLost(call) {
      onLost = call
    },
    scarce(keys) {
      for (const key of keys) onScarce(key)
    },
    lost() {
      era += 1
      waiting.clear()
      onLost()
    },
    flush,
  }
}

/** The draw, or a rejection when it takes too long; one that comes after that is for `late`. */
function inTime(drawn: Promise<Draw>, deadlineMs: number, late: (draw: Draw) => void): Promise<Draw> {
  return new Promise((resolve, reject) => {
    let over = false
    const timer = setTimeout(() => {
      over = true
      reject(new StoreFailure('failed', `the pools did not answer within ${deadlineMs} ms`))
    }, deadlineMs)
    drawn.then(
      (draw) => {
        clearTimeout(timer)
        if (over) late(draw)
        else resolve(draw)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error instanceof Error ? error : new Error(String(error)))
      },
    )
  })
}
