import { parseMoney } from '#catalog/money.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import type { MoneyPool, Pool } from '#engine/pool.ts'
import type { KeyBudget, Scope } from '#engine/ports.ts'

/** What a request takes from a pool, and how a refusal is worded. */
export interface Wanted {
  readonly pool: Pool
  readonly takes: 'one' | 'tokens' | 'money'
  readonly amount: bigint
  /** Of a rate or of slots: the whole sentence. Of money: whose budget, `the budget of this key (100 CNY a month)`. */
  readonly words: string
  /** Of money: whether a model without a price may be used all the same. */
  readonly unpriced?: 'refuse' | 'allow'
  /** Of money: whether a request may be cut down to what is left. */
  readonly whenShort?: 'refuse' | 'cap'
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** The limits of a key, its team and its organisation. They never change for a record: another record is another caller. */
export function ratePools(caller: Caller): readonly Wanted[] {
  let known = RATES.get(caller)
  if (known === undefined) {
    known = scopesOf(caller).flatMap(limitsOf)
    RATES.set(caller, known)
  }
  return known
}

const RATES = new WeakMap<Caller, readonly Wanted[]>()

/** The budgets of a key, its team and its organisation for the running period. */
export function moneyPools(caller: Caller, now: number): readonly Wanted[] {
  if (caller.budget === undefined && caller.above === undefined) return NONE
  return scopesOf(caller).flatMap((scope) => (scope.budget === undefined ? [] : [budgetOf(scope, scope.budget, now)]))
}

const NONE: readonly Wanted[] = []

function scopesOf(caller: Caller): readonly Scope[] {
  const { id, limits, budget, above = [] } = caller
  return [{ id: `key:${id}`, words: 'this key', limits, ...(budget === undefined ? {} : { budget }) }, ...above]
}

function limitsOf({ id: scope, words, limits }: Scope): Wanted[] {
  const { requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay, concurrency } = limits
  const wanted: Wanted[] = []
  if (concurrency !== undefined) {
    const pool: Pool = { kind: 'slots', scope, count: BigInt(concurrency) }
    wanted.push({ pool, takes: 'one', amount: 1n, words: `${words} has ${concurrency} requests running, its limit` })
  }
  const rate = (of: 'requests' | 'tokens', count: number | undefined, windowMs: number): void => {
    if (count === undefined) return
    const pool: Pool = { kind: 'rate', scope, of, perWindow: BigInt(count), windowMs }
    const what = `${of === 'requests' ? 'may make' : 'may use'} ${count} ${of} a ${windowMs === DAY_MS ? 'day' : 'minute'}`
    wanted.push({ pool, takes: of === 'requests' ? 'one' : 'tokens', amount: 0n, words: `${words} ${what}` })
  }
  rate('requests', requestsPerMinute, MINUTE_MS)
  rate('requests', requestsPerDay, DAY_MS)
  rate('tokens', tokensPerMinute, MINUTE_MS)
  rate('tokens', tokensPerDay, DAY_MS)
  return wanted
}

function budgetOf({ id, words }: Scope, budget: KeyBudget, now: number): Wanted {
  const { amount, currency, period, unpriced = 'refuse', whenShort = 'refuse' } = budget
  const since = periodStart(period, now)
  const pool: MoneyPool = { kind: 'money', scope: id, currency, since, amount: parseMoney(amount) }
  const whose = `the budget of ${words} (${amount} ${currency}${period === 'total' ? ' in total' : ` a ${period}`})`
  return { pool, takes: 'money', amount: 0n, words: whose, unpriced, whenShort }
}

/** Start of the running period in Unix milliseconds: days and months are UTC's. */
export function periodStart(period: KeyBudget['period'], now: number): number {
  if (period === 'total') return 0
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), period === 'month' ? 1 : date.getUTCDate())
}
