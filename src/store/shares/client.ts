import { type Pool, poolKey, type Shares } from '#engine/pool.ts'
import type { WorkerClient } from '#store/sqlite/client.ts'

/** The shares of this process, by way of the worker. What could not be given back waits for the worker's return. */
export interface StoreShares extends Shares {
  /** Another process is short of these pools. */
  scarce(keys: readonly string[]): void
  /** Tells the worker what is still to be given back. */
  flush(): void
}

export function storeShares(client: () => Pick<WorkerClient, 'call' | 'giveBack'>): StoreShares {
  const waiting = new Map<string, { readonly pool: Pool; amount: bigint }>()
  let listener: (key: string) => void = () => {}
  const flush = (): void => {
    for (const [key, { pool, amount }] of waiting) if (client().giveBack(pool, amount)) waiting.delete(key)
  }
  return {
    draw(pool, wish) {
      flush()
      return client().call('draw', { pool, wish })
    },
    giveBack(pool, amount) {
      const key = poolKey(pool)
      const kept = waiting.get(key)
      if (kept === undefined) waiting.set(key, { pool, amount })
      else kept.amount += amount
      flush()
    },
    onScarce(call) {
      listener = call
    },
    scarce(keys) {
      for (const key of keys) listener(key)
    },
    flush,
  }
}
