import type { Held, Refused } from '#engine/admit/admission.ts'
import type { BoundContext } from '#engine/books.ts'
import { type Bill, boundOf } from '#engine/meter/meter.ts'
import type { Money } from '#engine/ports.ts'
import type { Reservation, Run } from '#engine/run.ts'
import type { Planned } from '#engine/target.ts'
import type { Failure } from '#wire/failure.ts'
import { inputTokens, outputTokens } from '#wire/usage.ts'

/** The most that a request may take, reckoned only where somebody asks: keys without limits and budgets do not. */
export interface Need {
  /** Of the key's tokens per minute. */
  readonly tokens: () => number
  /** What the bound of its cost is reckoned from. */
  readonly bound: () => BoundContext
}

export type Reserved =
  | { readonly ok: true; readonly reservation: Reservation }
  | { readonly ok: false; readonly failure: Failure; readonly headers: Readonly<Record<string, string>> }

/** Takes the caller's limits and holds the most that the request can cost at any of its targets. */
export function reserve(
  run: Pick<Run, 'engine' | 'caller' | 'trace'>,
  targets: readonly Planned[],
  need: Need,
): Reserved | Promise<Reserved> {
  const { engine, caller, trace } = run
  const money = (): Money | undefined => largestBound(targets, need.bound())
  const taking = engine.admission.take(caller, { tokens: need.tokens, money, at: trace.at })
  return taking instanceof Promise ? taking.then(reservedBy) : reservedBy(taking)
}

function reservedBy(taken: Held | Refused): Reserved {
  if (!taken.ok) return taken
  const { headers, pools } = taken
  return { ok: true, reservation: { headers, pools, intended: false, end: (bill) => taken.end(usedBy(bill)) } }
}

function usedBy(bill: Bill | undefined): Parameters<Held['end']>[0] {
  if (bill === undefined) return undefined
  const { usage, money } = bill
  return { tokens: inputTokens(usage) + outputTokens(usage), nanos: money?.nanos ?? 0n }
}

/** Undefined when one of the targets has no price: a budget cannot be kept then. */
function largestBound(targets: readonly Planned[], context: BoundContext): Money | undefined {
  const bounds = targets.map(({ target }) => boundOf(target, context))
  const [first] = bounds
  if (first === undefined || bounds.some((bound) => bound?.currency !== first.currency)) return undefined
  return bounds.reduce(
    (most, bound) => (bound !== undefined && most !== undefined && bound.nanos > most.nanos ? bound : most),
    first,
  )
}
