import { type Draw, type Pool, poolKey, type RatePool, type SlotPool, type Wish } from '#engine/pool.ts'
import { drawFrom, emptyPool, giveBackTo, type PoolState } from '#store/shares/pool-state.ts'

/** Limits by this process alone, for as long as nobody else can be asked: its part of each. */
export interface LocalPools {
  draw(pool: RatePool | SlotPool, wish: Wish, replicas: number): Draw
  /** Takes back what was drawn here; answers what was not. */
  giveBack(pool: RatePool | SlotPool, amount: bigint): bigint
}

export function localPools(process: string, now: () => number = Date.now): LocalPools {
  const states = new Map<string, PoolState>()
  return {
    draw(pool, wish, replicas) {
      const part = partOf(pool, replicas)
      const key = poolKey(pool)
      const state = states.get(key) ?? emptyPool(part, now())
      states.set(key, state)
      return drawFrom(state, part, { process, wish, now: now(), spent: 0n })
    },
    giveBack(pool, amount) {
      const state = states.get(poolKey(pool))
      if (state === undefined || pool.kind === 'rate') return amount
      const own = state.leases.get(process) ?? 0n
      const here = own < amount ? own : amount
      giveBackTo(state, pool, { process, amount: here, now: now() })
      return amount - here
    },
  }
}

/** At least one: a limit of three among four replicas stops none of them. */
function partOf(pool: RatePool | SlotPool, replicas: number): Pool {
  const share = (whole: bigint): bigint => {
    const part = whole / BigInt(replicas)
    return part > 0n ? part : 1n
  }
  return pool.kind === 'rate' ? { ...pool, perWindow: share(pool.perWindow) } : { ...pool, count: share(pool.count) }
}
