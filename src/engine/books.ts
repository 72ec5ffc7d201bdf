import type { Caller } from '#engine/admit/keyring.ts'
import { boundedInput } from '#engine/meter/estimate.ts'
import { extrasOf } from '#engine/meter/extras.ts'
import { type Bill, bill, boundOf, type Meter, priced } from '#engine/meter/meter.ts'
import { summedBills } from '#engine/meter/sum.ts'
import type { Reservation, Run } from '#engine/run.ts'
import type { Spent } from '#engine/send/context.ts'
import type { Target } from '#engine/target.ts'
import type { Outcome } from '#engine/trace.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { Counts } from '#wire/usage.ts'

/** What an upper bound of the cost is reckoned from. */
export interface BoundContext {
  readonly inputTokens: number
  readonly maxOutputTokens: number | undefined
  readonly now: number
  /** Searches that it may be billed as, where it is rerank. */
  readonly searches?: number
  /** Answers that are asked for; absent = 1. */
  readonly answers?: number
  /** Its answers have to match a schema. */
  readonly schema?: boolean
  /** What it may be charged for beside its tokens. */
  readonly media?: boolean
  readonly lanes?: boolean
  readonly counts?: Counts
}

export function boundContext(run: Run): BoundContext {
  const { maxOutputTokens, n = 1, responseFormat } = run.request
  return {
    inputTokens: boundedInput(run.request),
    maxOutputTokens,
    now: run.engine.ports.clock.now(),
    answers: n,
    schema: responseFormat?.kind === 'json-schema',
    ...extrasOf(run.request),
  }
}

/** What the books need of a request under way. */
export type Booked = Omit<Run, 'request'>

/** In the books before the platform hears of it: whoever finds the intent alone knows that money may have been spent. */
export async function writeIntent(
  run: Booked,
  reservation: Reservation,
  { target, context }: { readonly target: Target; readonly context: BoundContext },
): Promise<Failure | undefined> {
  const { engine, caller, call } = run
  const bound = boundOf(target, context)
  try {
    await engine.ports.ledger.intend({
      requestId: call.requestId,
      keyId: caller.id,
      at: run.trace.at,
      model: run.trace.model,
      target: target.id,
      ...(bound === undefined ? {} : { bound }),
      ...aboveOf(caller),
    })
    reservation.intended = true
    return undefined
  } catch (error) {
    engine.ports.log.error({ requestId: call.requestId, reason: String(error) }, 'the ledger cannot be written')
    return failure('internal', 'the ledger cannot be written, so nothing was sent; tell the operator', {
      mayHaveCost: false,
    })
  }
}

function aboveOf({ above }: Caller): { readonly above?: readonly string[] } {
  return above === undefined ? {} : { above: above.map(({ id }) => id) }
}

/** How a request that went upstream ended. */
export interface Ending {
  readonly state: Meter
  readonly target: Target
  /** Calls whose answers nobody got. */
  readonly spent: readonly Spent[]
  readonly outcome: Outcome
  readonly failure: Failure | undefined
}

/** Ends a request that went upstream: what was used, what it cost, what was held, in the books and in the trace. */
export function settle(run: Run, reservation: Reservation, ending: Ending): Bill {
  const { request } = run
  const now = run.engine.ports.clock.now()
  const begunAt = run.trace.at
  const { failure: failed, state, spent } = ending
  const unused = failed !== undefined && !failed.mayHaveCost && state.usage === undefined
  const why = failed === undefined ? 'the platform sent no usage' : failed.message
  const last = unused ? [] : [bill(state, { request, target: ending.target, now, why, begunAt })]
  const final = summedBills([
    ...spent.map(({ target, usage }) => priced(usage, undefined, { target, now, begunAt })),
    ...last,
  ])
  return record(run, reservation, { ...ending, final, nothing: unused && spent.length === 0 })
}

/** The end of a request as it goes into the books. */
export interface Entry extends Omit<Ending, 'state' | 'spent'> {
  readonly final: Bill
  /** No platform can have billed anything. */
  readonly nothing: boolean
}

/** Gives back what was held and writes the end of a request that went upstream, once. */
export function record(run: Booked, reservation: Reservation, ending: Entry): Bill {
  const { engine, trace, caller, call } = run
  const final = engine.packages === undefined ? ending.final : engine.packages.charge(ending.final)
  const now = engine.ports.clock.now()
  trace.outcome = ending.outcome
  if (ending.failure !== undefined) trace.failure = ending.failure
  trace.usage = final.usage
  if (final.cost !== undefined) trace.cost = final.cost
  trace.durationMs = now - trace.at
  reservation.end(final)
  if (!reservation.intended) engine.refused.remember(trace)
  else {
    engine.ports.ledger.settle({
      requestId: call.requestId,
      keyId: caller.id,
      at: now,
      kind: ending.nothing ? 'released' : 'settled',
      model: trace.model,
      target: ending.target.id,
      usage: final.usage,
      ...(final.money === undefined ? {} : { cost: final.money }),
      ...(final.price === undefined ? {} : { price: final.price }),
      ...(final.estimated === undefined ? {} : { estimated: final.estimated }),
      tags: call.tags,
      ...aboveOf(caller),
      pools: reservation.pools,
      trace,
    })
  }
  return final
}
