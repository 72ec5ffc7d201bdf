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
  /** Its output may be cut down to what a budget has left, where the operator says so. */
  readonly capped?: true
}

export type Reserved =
  | { readonly ok: true; readonly reservation: Reservation; readonly maxOutputTokens?: number }
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
  if (!(taking instanceof Promise))
    return mayBeCut(taking, need) ? cut(run, targets, { need, taking }) : reservedBy(taking)
  return taking.then((taken) =>
    mayBeCut(taken, need) ? cut(run, targets, { need, taking: taken }) : reservedBy(taken),
  )
}

function mayBeCut(taken: Held | Refused, { capped }: Need): taken is Refused {
  return !taken.ok && capped === true && taken.mayCap === true
}

/** Other requests may take from the budget meanwhile: what is left is looked at so often. */
const TRIES = 3
/** A shorter answer is of no use to anybody, and OpenAI's newer models take no less. */
const LEAST_OUTPUT = 16

/** Takes for as long an answer as the budget has left for; the refusal where that is too short. */
async function cut(
  { engine, caller, trace }: Pick<Run, 'engine' | 'caller' | 'trace'>,
  targets: readonly Planned[],
  { need, taking }: { readonly need: Need; readonly taking: Refused },
): Promise<Reserved> {
  const whole = need.bound()
  let refused = taking
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { left } = refused
    const most = left === undefined ? undefined : longestFor(targets, whole, left)
    if (most === undefined) return refused
    const money = (): Money | undefined => largestBound(targets, { ...whole, maxOutputTokens: most })
    const taken = await engine.admission.take(caller, { tokens: need.tokens, money, at: trace.at })
    if (!mayBeCut(taken, need)) {
      const reserved = reservedBy(taken)
      return reserved.ok ? { ...reserved, maxOutputTokens: most } : reserved
    }
    refused = taken
  }
  return refused
}

/** The longest output whose bound fits at every target: the bound grows with it. */
function longestFor(targets: readonly Planned[], context: BoundContext, left: Money): number | undefined {
  const fits = (maxOutputTokens: number): boolean => {
    const bound = largestBound(targets, { ...context, maxOutputTokens })
    return bound !== undefined && bound.currency === left.currency && bound.nanos <= left.nanos
  }
  if (!fits(LEAST_OUTPUT)) return undefined
  let [low, high] = [LEAST_OUTPUT, context.maxOutputTokens ?? longestOf(targets)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/** Where a caller sets no bound, the models' own. */
function longestOf(targets: readonly Planned[]): number {
  return Math.max(LEAST_OUTPUT, ...targets.map(({ target }) => target.resolved.offer?.maxOutput ?? 8_192))
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
