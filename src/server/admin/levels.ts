import type { Level, Limits } from '#contract/index.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import { moneyPools, ratePools } from '#engine/admit/scopes.ts'
import type { Pool } from '#engine/pool.ts'
import type { Scope } from '#engine/ports.ts'
import { amountOf } from '#server/admin/usage-info.ts'

/** Asks what is left of a pool, for all processes together. */
export type LeftOf = (pool: Pool) => Promise<bigint>

/** Every level that binds a key, with what is left at each. */
export async function levelsOf(caller: Caller, now: number, leftOf: LeftOf): Promise<readonly Level[]> {
  const pools = [...ratePools(caller), ...moneyPools(caller, now)].map(({ pool }) => pool)
  const left = await Promise.all(pools.map(leftOf))
  const asked = pools.map((pool, index) => ({ pool, left: left[index] ?? 0n }))
  const { id, name, limits, budget, above = [] } = caller
  const own: Scope = { id: `key:${id}`, words: name, limits, ...(budget === undefined ? {} : { budget }) }
  return [own, ...above].map((scope, index) => level(scope, index === 0 ? name : nameOf(scope), asked))
}

function nameOf({ id }: Scope): string {
  return id.slice(id.indexOf(':') + 1)
}

interface Asked {
  readonly pool: Pool
  readonly left: bigint
}

function level({ id, limits, budget }: Scope, name: string, asked: readonly Asked[]): Level {
  const own = asked.filter(({ pool }) => pool.scope === id)
  const money = own.find(({ pool }) => pool.kind === 'money')
  const left = Object.fromEntries(
    own.flatMap((each) => {
      const limit = limitOf(each.pool)
      return limit === undefined ? [] : [[limit, Math.max(0, Number(each.left))] as const]
    }),
  )
  return {
    kind: kindOf(id),
    name,
    limits,
    left,
    ...(budget === undefined ? {} : { budget }),
    ...(budget === undefined || money === undefined
      ? {}
      : { budgetLeft: amountOf({ nanos: money.left, currency: budget.currency }) }),
  }
}

function kindOf(id: string): Level['kind'] {
  if (id.startsWith('key:')) return 'key'
  return id.startsWith('team:') ? 'team' : 'organisation'
}

function limitOf(pool: Pool): keyof Limits | undefined {
  if (pool.kind === 'money') return undefined
  if (pool.kind === 'slots') return 'concurrency'
  const day = pool.windowMs > 60_000
  if (pool.of === 'requests') return day ? 'requestsPerDay' : 'requestsPerMinute'
  return day ? 'tokensPerDay' : 'tokensPerMinute'
}
