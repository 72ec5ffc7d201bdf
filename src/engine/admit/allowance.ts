import { type Draw, type Pool, poolKey, type Shares } from '#engine/pool.ts'
import type { Clock } from '#engine/ports.ts'

/** Why a pool gave nothing. */
export interface Dry {
  /** What all processes together have left. */
  readonly left: bigint
  /** When it may have enough, as far as that can be known. */
  readonly retryAfterMs: number | undefined
  /** The pool could not be asked. */
  readonly unreachable: boolean
}

interface Waiter {
  readonly amount: bigint
  readonly since: number
  readonly done: (dry: Dry | undefined) => void
}

/** Somebody else may hold what he does not need: so long a request waits for him to give it back. */
const PATIENCE_MS = 750
const RETRY_MS = 40
/** A pool that was short is drawn from in exact amounts for so long, and nothing is kept back. */
const SCARCE_MS = 2_000
const IDLE_MS = 2_000
/** A refusal holds for requests of the same size for so long, so that a flood of them does not ask the store. */
const DRY_MS = 50
/** The largest part of a pool that is drawn ahead of need. */
const AHEAD = 32n
const SMALL = 1_000n
const PLENTY = 4n

/**
 * This process's share of a pool. Requests take from it without asking anybody; it is filled ahead of need and given
 * back when it lies idle or another process is short. What is taken never exceeds what was drawn.
 */
export class Allowance {
  /** As it counts now: an operator may change the amount of a pool that is in use. */
  pool: Pool
  readonly #shares: Shares
  readonly #clock: Clock
  /** Drawn and not taken. Below zero when answers cost more than their bound: the next draw makes up for it. */
  #free = 0n
  #held = 0n
  /** Of what is held, what is this process's no more: it does not become free when its requests end. */
  #lost = 0n
  /** Taken since the last tick, and in the second before. */
  #recent = 0n
  /** Most that was taken at one time, since the last tick and the one before. */
  #peak = 0n
  #lastPeak = 0n
  #pace = 0n
  #usedAt: number
  #scarceUntil = 0
  /** The pool had nothing: until then nothing is drawn ahead. */
  #emptyUntil = 0
  #drawing = false
  #waiters: Waiter[] = []
  #last: { readonly left: bigint; readonly at: number } | undefined
  #dry: { readonly need: bigint; readonly until: number; readonly dry: Dry } | undefined

  constructor({ pool, shares, clock }: { readonly pool: Pool; readonly shares: Shares; readonly clock: Clock }) {
    this.pool = pool
    this.#shares = shares
    this.#clock = clock
    this.#usedAt = clock.elapsed()
  }

  /** Takes from what is at hand; false when that does not suffice or others wait already. */
  takeNow(amount: bigint): boolean {
    if (this.#waiters.length > 0 || amount > this.#free) return false
    this.#take(amount)
    this.#refill()
    return true
  }

  /** Takes, after drawing what is missing; tells why not where the pool has too little. */
  take(amount: bigint): Promise<Dry | undefined> {
    return new Promise((done) => {
      this.#waiters.push({ amount, since: this.#clock.elapsed(), done })
      this.#pump()
    })
  }

  /** Ends what was taken: so much of it was used, the rest is free again. */
  end(taken: bigint, used: bigint): void {
    this.#held -= taken
    const lost = taken < this.#lost ? taken : this.#lost
    this.#lost -= lost
    this.#free += taken - used - lost
    if (taken > used) this.#dry = undefined
    if (this.#waiters.length > 0) this.#pump()
    else if (this.#isScarce()) this.#giveBack(0n)
  }

  /** What all processes together have left, as far as this one knows; undefined before it has drawn. */
  left(): bigint | undefined {
    const last = this.#last
    if (last === undefined) return undefined
    const { pool } = this
    const free = this.#free > 0n ? this.#free : 0n
    if (pool.kind !== 'rate') return last.left + free
    const refilled = (pool.perWindow * BigInt(Math.floor(this.#clock.elapsed() - last.at))) / BigInt(pool.windowMs)
    const left = last.left + free + refilled
    return left > pool.perWindow ? pool.perWindow : left
  }

  /** Somebody is short: nothing is kept that is not needed at this moment. */
  scarce(): void {
    this.#scarceUntil = this.#clock.elapsed() + SCARCE_MS
    if (this.#waiters.length === 0) this.#giveBack(0n)
  }

  /** Nothing of it is this process's any more; nothing is given back either. */
  lose(): void {
    if (this.#free > 0n) this.#free = 0n
    this.#lost = this.#held
  }

  /** Called a few times a second. True when it holds nothing, and nobody has asked for long. */
  tick(sinceMs: number): boolean {
    this.#pace = (this.#recent * 1_000n) / BigInt(Math.max(1, Math.round(sinceMs)))
    this.#recent = 0n
    this.#lastPeak = this.#peak
    this.#peak = this.#held
    const idle = this.#clock.elapsed() - this.#usedAt > IDLE_MS
    if (this.#waiters.length === 0 && !this.#drawing) this.#giveBack(idle || this.#isScarce() ? 0n : this.#kept())
    return idle && this.#free === 0n && this.#held === 0n && this.#waiters.length === 0 && !this.#drawing
  }

  /** Gives back whatever is not taken. */
  close(): void {
    this.#giveBack(0n)
  }

  #take(amount: bigint): void {
    this.#free -= amount
    this.#held += amount
    this.#recent += amount
    if (this.#held > this.#peak) this.#peak = this.#held
    this.#usedAt = this.#clock.elapsed()
  }

  #isScarce(): boolean {
    return this.#clock.elapsed() < this.#scarceUntil
  }

  /** What is not given back at a tick: what may be taken before the next one. */
  #kept(): bigint {
    if (this.pool.kind !== 'slots') return this.#ahead() * 2n
    const peak = this.#peak > this.#lastPeak ? this.#peak : this.#lastPeak
    return peak > this.#held ? peak - this.#held : 0n
  }

  /** What a second at the present pace takes, never a large part of the whole. */
  #ahead(): bigint {
    const { pool } = this
    if (pool.kind === 'slots') return 0n
    // A small rate is shared exactly: asking for each of its few requests costs nothing.
    if (pool.kind === 'rate' && pool.perWindow < SMALL) return 0n
    const most = (pool.kind === 'money' ? pool.amount : pool.perWindow) / AHEAD
    const pace = this.#recent > this.#pace ? this.#recent : this.#pace
    return pace < most ? pace : most
  }

  #pump(): void {
    let head = this.#waiters[0]
    while (head !== undefined) {
      if (head.amount <= this.#free) {
        this.#take(head.amount)
        this.#next(undefined)
      } else if (this.#drawing) return
      else {
        const dry = this.#known(head.amount - this.#free)
        if (dry === undefined) {
          const need = head.amount - this.#free
          const all = this.#waiters.reduce((sum, { amount }) => sum + amount, 0n) - this.#free
          this.#draw(need, this.#isScarce() ? need : all)
          return
        }
        this.#next(dry)
      }
      head = this.#waiters[0]
    }
    this.#refill()
  }

  /** Draws ahead of need while there is something left, so that requests need not wait. */
  #refill(): void {
    const ahead = this.#ahead()
    if (this.#drawing || this.#free * 2n >= ahead || this.#isScarce()) return
    if (this.#clock.elapsed() < this.#emptyUntil) return
    // All or nothing, and only where there is plenty: little by little would never end.
    if (this.#last !== undefined && this.#last.left < ahead * PLENTY) return
    this.#draw(ahead, ahead)
  }

  /** A refusal of the same or a smaller need that still holds. */
  #known(need: bigint): Dry | undefined {
    const known = this.#dry
    return known !== undefined && need >= known.need && this.#clock.elapsed() < known.until ? known.dry : undefined
  }

  #next(dry: Dry | undefined): void {
    this.#waiters.shift()?.done(dry)
  }

  #draw(least: bigint, most: bigint): void {
    this.#drawing = true
    this.#shares.draw(this.pool, { least, most: most > least ? most : least }).then(
      (draw) => this.#drawn(least, draw),
      // The store says so in its own log; the requests that wait are refused, and the next one asks again.
      () => this.#unreachable(),
    )
  }

  #unreachable(): void {
    this.#drawing = false
    this.#emptyUntil = this.#clock.elapsed() + DRY_MS
    const waiting = this.#waiters
    this.#waiters = []
    for (const { done } of waiting) done({ left: 0n, retryAfterMs: undefined, unreachable: true })
  }

  #drawn(least: bigint, draw: Draw): void {
    this.#drawing = false
    const now = this.#clock.elapsed()
    this.#free += draw.granted
    this.#last = { left: draw.left, at: now }
    if (draw.scarce) this.#scarceUntil = now + SCARCE_MS
    if (draw.granted === 0n) this.#emptyUntil = now + DRY_MS
    const [head] = this.#waiters
    if (draw.granted > 0n || head === undefined) return this.#pump()
    if (draw.others > 0n && now - head.since < PATIENCE_MS) {
      // Someone else's share may come back: he has been told by the store.
      this.#drawing = true
      this.#clock.after(RETRY_MS, () => {
        this.#drawing = false
        this.#pump()
      })
      return
    }
    const dry: Dry = {
      left: draw.left + (this.#free > 0n ? this.#free : 0n),
      retryAfterMs: draw.retryAfterMs,
      unreachable: false,
    }
    const forMs = Math.max(DRY_MS, Math.min(1_000, draw.retryAfterMs ?? 0))
    this.#dry = { need: least, until: now + forMs, dry }
    this.#next(dry)
    this.#pump()
  }

  #giveBack(keep: bigint): void {
    if (this.#free <= keep) return
    this.#shares.giveBack(this.pool, this.#free - keep)
    this.#free = keep
  }
}

/** The allowances of this process, by pool; those that nobody uses are forgotten. */
export interface Allowances {
  of(pool: Pool): Allowance
  /** Gives back all that is not taken, and stops looking after them. */
  close(): void
}

const TICK_MS = 200

export function allowances(shares: Shares, clock: Clock): Allowances {
  const all = new Map<string, Allowance>()
  let stop: (() => void) | undefined
  let tickedAt = 0
  const tick = (): void => {
    const now = clock.elapsed()
    for (const [key, allowance] of all) if (allowance.tick(now - tickedAt)) all.delete(key)
    tickedAt = now
    stop = all.size === 0 ? undefined : clock.after(TICK_MS, tick)
  }
  shares.onScarce((key) => all.get(key)?.scarce())
  shares.onLost(() => {
    for (const allowance of all.values()) allowance.lose()
  })
  return {
    of(pool) {
      const key = poolKey(pool)
      let allowance = all.get(key)
      if (allowance !== undefined) allowance.pool = pool
      if (allowance === undefined) {
        allowance = new Allowance({ pool, shares, clock })
        all.set(key, allowance)
        if (stop === undefined) {
          tickedAt = clock.elapsed()
          stop = clock.after(TICK_MS, tick)
        }
      }
      return allowance
    },
    close() {
      stop?.()
      for (const allowance of all.values()) allowance.close()
      all.clear()
    },
  }
}
