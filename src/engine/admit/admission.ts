import type { Allowance, Allowances, Dry } from '#engine/admit/allowance.ts'
import { moneyPools, ratePools, type Wanted } from '#engine/admit/scopes.ts'
import { formatMoney } from '#catalog/money.ts'
import { poolKey } from '#engine/pool.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import type { Money } from '#engine/ports.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** The most that a request may take, reckoned only where somebody asks. */
export interface Need {
  readonly tokens: () => number
  /** Undefined = a target has no price, so that no budget can be kept. */
  readonly money: () => Money | undefined
  /** When the request began, Unix milliseconds: it counts in that period. */
  readonly at: number
}

/** What a request holds of its caller's limits and budgets until it ends. */
export interface Held {
  readonly ok: true
  /** Truth for the `x-ratelimit-*` headers at the moment of taking. */
  readonly headers: Readonly<Record<string, string>>
  /** The money pools that the books lower by what the request costs. */
  readonly pools: readonly string[]
  /** Ends the hold, once: what was really used, absent = nothing. */
  end(used: { readonly tokens: number; readonly nanos: bigint } | undefined): void
}

export interface Refused {
  readonly ok: false
  readonly failure: Failure
  readonly headers: Readonly<Record<string, string>>
  /** The money that is left, where a budget was too small: what the request could be cut down to. */
  readonly left?: Money
  /** The operator wants it to be cut down. */
  readonly mayCap?: boolean
}

/** Lets requests through the limits and budgets of their key, its team and its organisation: all of them, or not at all. */
export interface Admission {
  take(caller: Caller, need: Need): Held | Refused | Promise<Held | Refused>
}

const FREE: Held = { ok: true, headers: {}, pools: [], end: () => {} }

export function admission(shares: Allowances): Admission {
  return {
    take(caller, need) {
      const wanted = wantedBy(caller, need)
      if ('ok' in wanted) return wanted
      if (wanted.length === 0) return FREE
      const parts = wanted.map((one): Part => ({ ...one, share: shares.of(one.pool) }))
      const taken: Part[] = []
      for (const part of parts) {
        if (!part.share.takeNow(part.amount)) return takeRest(parts, taken)
        taken.push(part)
      }
      return heldBy(parts)
    },
  }
}

interface Part extends Wanted {
  readonly share: Allowance
}

function wantedBy(caller: Caller, need: Need): Wanted[] | Refused {
  const rates = ratePools(caller)
  const budgets = moneyPools(caller, need.at)
  if (rates.length === 0 && budgets.length === 0) return []
  const tokens = rates.some(({ takes }) => takes === 'tokens') ? BigInt(Math.ceil(need.tokens())) : 0n
  const wanted = rates.map((rate): Wanted => ({ ...rate, amount: amountOf(rate, tokens) }))
  if (budgets.length === 0) return wanted
  const money = need.money()
  for (const budget of budgets) {
    const refusal = unfit(budget, money)
    if (refusal !== undefined) return { ok: false, failure: refusal, headers: {} }
    if (money !== undefined) wanted.push({ ...budget, amount: money.nanos })
  }
  return wanted
}

/** A request that may need more than a whole window's tokens waits for a full bucket, not for ever. */
function amountOf({ pool, takes }: Wanted, tokens: bigint): bigint {
  if (takes !== 'tokens' || pool.kind !== 'rate') return 1n
  return tokens < pool.perWindow ? tokens : pool.perWindow
}

function unfit({ pool, words, unpriced }: Wanted, money: Money | undefined): Failure | undefined {
  if (pool.kind !== 'money') return undefined
  if (money === undefined) {
    if (unpriced === 'allow') return undefined
    return failure('budget', `this model has no price in the catalog, so it cannot be used under ${words}`, {
      code: 'model_without_price',
    })
  }
  if (money.currency === pool.currency) return undefined
  const message = `this model is billed in ${money.currency}, ${words} is in ${pool.currency}`
  return failure('budget', message, { code: 'budget_currency' })
}

async function takeRest(parts: readonly Part[], taken: Part[]): Promise<Held | Refused> {
  for (const part of parts.slice(taken.length)) {
    const dry = await part.share.take(part.amount)
    if (dry !== undefined) {
      for (const { share, amount } of taken) share.end(amount, 0n)
      return refusedBy(parts, part, dry)
    }
    taken.push(part)
  }
  return heldBy(parts)
}

function heldBy(parts: readonly Part[]): Held {
  let open = true
  return {
    ok: true,
    headers: headersOf(parts),
    pools: parts.flatMap(({ pool }) => (pool.kind === 'money' ? [poolKey(pool)] : [])),
    end(used) {
      if (!open) return
      open = false
      for (const part of parts) part.share.end(part.amount, usedOf(part, used))
    },
  }
}

function usedOf({ pool, takes, amount }: Part, used: Parameters<Held['end']>[0]): bigint {
  if (pool.kind === 'slots') return 0n
  if (pool.kind === 'money') return used?.nanos ?? 0n
  // A request that was let in has been made, whatever came of it.
  return takes === 'tokens' ? BigInt(Math.ceil(used?.tokens ?? 0)) : amount
}

function refusedBy(parts: readonly Part[], part: Part, dry: Dry): Refused {
  const { pool, words, amount } = part
  const headers = headersOf(parts)
  if (dry.unreachable) {
    const message = 'what is left of limits and budgets cannot be asked now, so nothing was sent; tell the operator'
    return { ok: false, failure: failure('internal', message, { mayHaveCost: false }), headers }
  }
  if (pool.kind === 'money') {
    const left = formatMoney(dry.left, pool.currency)
    const need = formatMoney(amount, pool.currency)
    const message = `${words} has ${left} left; this request may cost up to ${need}`
    return {
      ok: false,
      failure: failure('budget', message),
      headers,
      left: { nanos: dry.left, currency: pool.currency },
      ...(part.whenShort === 'cap' ? { mayCap: true } : {}),
    }
  }
  const retryAfterMs = Math.max(1, dry.retryAfterMs ?? 1_000)
  return { ok: false, failure: failure('rate-limit', words, { retryAfterMs }), headers }
}

/** The tightest of the limits per minute, as OpenAI's clients read them. */
function headersOf(parts: readonly Part[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const what of ['requests', 'tokens'] as const) {
    let tightest: { left: bigint; perWindow: bigint } | undefined
    for (const { pool, share } of parts) {
      if (pool.kind !== 'rate' || pool.of !== what || pool.windowMs !== 60_000) continue
      const left = share.left() ?? pool.perWindow
      if (tightest === undefined || left < tightest.left) tightest = { left, perWindow: pool.perWindow }
    }
    if (tightest === undefined) continue
    const { left, perWindow } = tightest
    headers[`x-ratelimit-limit-${what}`] = String(perWindow)
    headers[`x-ratelimit-remaining-${what}`] = String(left < 0n ? 0n : left)
    // When the bucket is full again, in OpenAI's words: `1250ms`.
    headers[`x-ratelimit-reset-${what}`] = `${((perWindow - left) * 60_000n + perWindow - 1n) / perWindow}ms`
  }
  return headers
}
