import type { Draw, Pool, RatePool, Wish } from '#engine/pool.ts'

/** What a store keeps of a pool, beside the ledger. */
export interface PoolState {
  /** What each process has drawn and neither spent nor given back. Of a rate nothing is kept: what is drawn is gone. */
  readonly leases: Map<string, bigint>
  /** Of a rate: its level times the window in milliseconds, so that refilling is exact; and when that was. */
  level: bigint
  at: number
}

export function emptyPool(pool: Pool, now: number): PoolState {
  const level = pool.kind === 'rate' ? pool.perWindow * BigInt(pool.windowMs) : 0n
  return { leases: new Map(), level, at: now }
}

/** Who asks, when, and what the ledger says has been spent of a money pool. */
export interface Asking {
  readonly process: string
  readonly now: number
  readonly spent: bigint
}

/** A part of what is left that leaves every other process something. */
const SHARE = 4n

/** Draws from a pool, and changes its state. The only arithmetic of pools: every store uses it or says the same. */
export function drawFrom(state: PoolState, pool: Pool, { wish, ...asking }: Asking & { readonly wish: Wish }): Draw {
  if (pool.kind === 'rate') return drawRate(state, pool, { wish, now: asking.now })
  const whole = pool.kind === 'money' ? pool.amount - asking.spent : pool.count
  const leased = [...state.leases.values()].reduce((sum, amount) => sum + amount, 0n)
  const own = state.leases.get(asking.process) ?? 0n
  const left = whole - leased
  const others = atLeast0(leased - own)
  const scarce = others > 0n && left < wish.most * SHARE
  const granted = grantOf(left, wish, scarce)
  if (granted > 0n) state.leases.set(asking.process, own + granted)
  return { granted, left: atLeast0(left - granted), others, scarce }
}

function drawRate(
  state: PoolState,
  pool: RatePool,
  { wish, now }: { readonly wish: Wish; readonly now: number },
): Draw {
  refill(state, pool, now)
  const window = BigInt(pool.windowMs)
  const left = state.level / window
  const granted = grantOf(left, wish, false)
  state.level -= granted * window
  const answer = { granted, left: atLeast0(left - granted), others: 0n, scarce: false }
  if (granted > 0n || wish.least > pool.perWindow) return answer
  const missing = wish.least * window - state.level
  return { ...answer, retryAfterMs: Number((missing + pool.perWindow - 1n) / pool.perWindow) }
}

function refill(state: PoolState, { perWindow, windowMs }: RatePool, now: number): void {
  const full = perWindow * BigInt(windowMs)
  const passed = BigInt(Math.max(0, Math.floor(now - state.at)))
  const level = state.level + passed * perWindow
  state.level = level > full ? full : level
  if (passed > 0n) state.at = Math.floor(now)
}

/** All that is wished for while there is plenty, only what is needed when there is little and others need it too. */
function grantOf(left: bigint, { least, most }: Wish, scarce: boolean): bigint {
  if (left < least) return 0n
  return scarce || left < most ? least : most
}

/** Takes back what a process has no use for. */
export function giveBackTo(
  state: PoolState,
  pool: Pool,
  { process, amount, now }: { readonly process: string; readonly amount: bigint; readonly now: number },
): void {
  if (pool.kind === 'rate') {
    refill(state, pool, now)
    const full = pool.perWindow * BigInt(pool.windowMs)
    const level = state.level + amount * BigInt(pool.windowMs)
    state.level = level > full ? full : level
    return
  }
  lower(state, process, amount)
}

/** Lowers a process's lease: by what it gave back, or by what the ledger has booked of its spending. */
export function lower(state: PoolState, process: string, amount: bigint): void {
  const rest = (state.leases.get(process) ?? 0n) - amount
  if (rest === 0n) state.leases.delete(process)
  else state.leases.set(process, rest)
}

function atLeast0(amount: bigint): bigint {
  return amount < 0n ? 0n : amount
}
