/**
 * Something that all processes of a gateway draw from: the money of a budget's period, the refilling bucket of a rate,
 * the slots of a concurrency limit. Amounts are nanos of the currency, requests or tokens, and slots.
 */
export type Pool = MoneyPool | RatePool | SlotPool

/** `amount` less all that the ledger holds for the scope since `since`. */
export interface MoneyPool {
  readonly kind: 'money'
  /** Whose budget: `key:<id>`, `team:<id>`, `organisation:<id>`. */
  readonly scope: string
  readonly currency: string
  /** Start of the period, Unix milliseconds. */
  readonly since: number
  readonly amount: bigint
}

/** Full at first; refills evenly, so that an empty one is full again after a window. */
export interface RatePool {
  readonly kind: 'rate'
  readonly scope: string
  readonly of: 'requests' | 'tokens'
  readonly perWindow: bigint
  readonly windowMs: number
}

export interface SlotPool {
  readonly kind: 'slots'
  readonly scope: string
  readonly count: bigint
}

/** Names a pool among all; the same pool with another amount is the same. */
export function poolKey(pool: Pool): string {
  switch (pool.kind) {
    case 'money':
      return `money ${pool.scope} ${pool.currency} ${pool.since}`
    case 'rate':
      return `rate ${pool.scope} ${pool.of} ${pool.windowMs}`
    case 'slots':
      return `slots ${pool.scope}`
  }
}

/** What a draw gave. */
export interface Draw {
  /** 0, or from `least` to `most`. */
  readonly granted: bigint
  /** What is left for whoever draws next, what others hold not counted. */
  readonly left: bigint
  /** What other processes hold of it: some may come back. */
  readonly others: bigint
  /** There is little left: draw exact amounts, keep nothing back. */
  readonly scarce: boolean
  /** When `least` can be had, where that is a matter of time alone. */
  readonly retryAfterMs?: number
}

/** What is asked of a pool: nothing, or at least so much, and gladly so much. */
export interface Wish {
  readonly least: bigint
  readonly most: bigint
}

/**
 * The pools, shared by all processes. What a process has drawn is its own until it gives it back or dies. Money leaves
 * its share when the ledger books what was spent; requests and tokens of a rate are gone when drawn.
 */
export interface Shares {
  /** Rejects when the pools cannot be reached in time. */
  draw(pool: Pool, wish: Wish): Promise<Draw>
  /** Never throws; what cannot be given back now is tried again, or comes back when this process is known to be gone. */
  giveBack(pool: Pool, amount: bigint): void
  /** Calls with the key of a pool that another process is short of. */
  onScarce(call: (key: string) => void): void
  /** Calls when all that this process has drawn is its own no more: others had to take it for dead. */
  onLost(call: () => void): void
}
