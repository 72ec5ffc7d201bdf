import { type Pool, poolKey, type Shares } from '#engine/pool.ts'
import { drawFrom, emptyPool, giveBackTo, lower, type PoolState } from '#store/shares/pool-state.ts'

/** Pools in this process's memory, for several "processes" that live in it: the reference of the other stores. */
export interface MemoryPools {
  /** The shares of one process. */
  of(process: string): Shares
  /** The ledger has booked so much spending of a process on money pools. */
  book(process: string, keys: readonly string[], amount: bigint): void
  /** A process is gone, and all it spent is booked: what it had drawn comes back. */
  gone(process: string): void
  /** What was spent of a money pool, and what is drawn and not spent. */
  spent(key: string): bigint
  leased(key: string): bigint
}

export function memoryPools(now: () => number): MemoryPools {
  const states = new Map<string, PoolState>()
  const spent = new Map<string, bigint>()
  const listeners = new Map<string, (key: string) => void>()
  const stateOf = (pool: Pool): PoolState => {
    const key = poolKey(pool)
    const state = states.get(key) ?? emptyPool(pool, now())
    states.set(key, state)
    return state
  }
  return {
    of: (process) => ({
      async draw(pool, wish) {
        await Promise.resolve()
        const key = poolKey(pool)
        const state = stateOf(pool)
        const draw = drawFrom(state, pool, { process, wish, now: now(), spent: spent.get(key) ?? 0n })
        if (draw.scarce) for (const other of state.leases.keys()) if (other !== process) listeners.get(other)?.(key)
        return draw
      },
      giveBack(pool, amount) {
        giveBackTo(stateOf(pool), pool, { process, amount, now: now() })
      },
      onLost() {},
      onScarce(call) {
        listeners.set(process, call)
      },
    }),
    book(process, keys, amount) {
      for (const key of keys) {
        spent.set(key, (spent.get(key) ?? 0n) + amount)
        const state = states.get(key)
        if (state !== undefined) lower(state, process, amount)
      }
    },
    gone(process) {
      listeners.delete(process)
      for (const state of states.values()) state.leases.delete(process)
    },
    spent: (key) => spent.get(key) ?? 0n,
    leased: (key) => [...(states.get(key)?.leases.values() ?? [])].reduce((sum, amount) => sum + amount, 0n),
  }
}
