import { formatMoney, parseMoney } from '#catalog/index.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import type { Clock, Ledger, Money } from '#engine/ports.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** Money held for one request. */
export interface BudgetHold {
  /** Ends the hold, once, with what was really spent. */
  release(spent: Money | undefined): void
}

/** Budgets per key, of this process: what is settled plus what is held never exceeds the amount. */
export interface Budgets {
  /** Holds the upper bound of a request's cost. `bound` undefined = the target has no price. */
  hold(
    caller: Caller,
    bound: Money | undefined,
  ): Promise<{ readonly ok: true; readonly hold: BudgetHold } | { readonly ok: false; readonly failure: Failure }>
}

interface BudgetState {
  readonly periodStart: number
  /** What the ledger had settled for this period when the state was made, and all since. */
  spent: bigint
  held: bigint
}

const NOTHING_HELD: BudgetHold = { release: () => {} }

export function budgets(clock: Clock, ledger: Ledger): Budgets {
  const states = new Map<string, Promise<BudgetState>>()
  const stateFor = (caller: Caller, currency: string, start: number): Promise<BudgetState> => {
    const key = `${caller.id} ${currency} ${start}`
    let state = states.get(key)
    if (state === undefined) {
      state = ledger.spent(caller.id, currency, start).then((spent) => ({ periodStart: start, spent, held: 0n }))
      states.set(key, state)
    }
    return state
  }
  return {
    async hold(caller, bound) {
      const { budget } = caller
      if (budget === undefined) return { ok: true, hold: NOTHING_HELD }
      const unpriced = refuseUnpriced(budget.currency, bound)
      if (unpriced !== undefined || bound === undefined)
        return { ok: false, failure: unpriced ?? failure('budget', '') }
      const start = periodStart(budget.period, clock.now())
      const state = await stateFor(caller, budget.currency, start)
      const amount = parseMoney(budget.amount)
      if (state.spent + state.held + bound.nanos > amount) {
        const left = formatMoney(amount - state.spent - state.held, budget.currency)
        const need = formatMoney(bound.nanos, bound.currency)
        const message = `the budget of this key (${budget.amount} ${budget.currency} a ${budget.period}) has ${left} left; this request may cost up to ${need}`
        return { ok: false, failure: failure('budget', message) }
      }
      state.held += bound.nanos
      return { ok: true, hold: onceReleased(state, bound.nanos) }
    },
  }
}

function onceReleased(state: BudgetState, nanos: bigint): BudgetHold {
  let open = true
  return {
    release(spent) {
      if (!open) return
      open = false
      state.held -= nanos
      state.spent += spent?.nanos ?? 0n
    },
  }
}

function refuseUnpriced(currency: string, bound: Money | undefined): Failure | undefined {
  if (bound === undefined) {
    return failure('budget', 'this model has no price in the catalog, so it cannot be used under a budget', {
      code: 'model_without_price',
    })
  }
  if (bound.currency === currency) return undefined
  const message = `this model is billed in ${bound.currency}, the budget of this key is in ${currency}`
  return failure('budget', message, { code: 'budget_currency' })
}

/** Start of the running period in Unix milliseconds: days and months are UTC's. */
export function periodStart(period: 'day' | 'month' | 'total', now: number): number {
  if (period === 'total') return 0
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), period === 'month' ? 1 : date.getUTCDate())
}
