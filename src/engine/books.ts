import { boundedInput } from '#engine/meter/estimate.ts'
import { type Bill, bill, boundOf, type Meter } from '#engine/meter/meter.ts'
import type { Reservation, Run } from '#engine/run.ts'
import type { Target } from '#engine/target.ts'
import type { Outcome } from '#engine/trace.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** What an upper bound of the cost is reckoned from. */
export function boundContext(run: Run): { inputTokens: number; maxOutputTokens: number | undefined; now: number } {
  const { maxOutputTokens } = run.request
  return { inputTokens: boundedInput(run.request), maxOutputTokens, now: run.engine.ports.clock.now() }
}

/** In the books before the platform hears of it: whoever finds the intent alone knows that money may have been spent. */
export async function writeIntent(run: Run, reservation: Reservation, target: Target): Promise<Failure | undefined> {
  const { engine, caller, request, call } = run
  const bound = boundOf(target, boundContext(run))
  try {
    await engine.ports.ledger.intend({
      requestId: call.requestId,
      keyId: caller.id,
      at: run.trace.at,
      model: request.model,
      target: target.id,
      ...(bound === undefined ? {} : { bound }),
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

/** How a request that went upstream ended. */
export interface Ending {
  readonly state: Meter
  readonly target: Target
  readonly outcome: Outcome
  readonly failure: Failure | undefined
}

/** Ends a request that went upstream: what was used, what it cost, what was held, in the books and in the trace. */
export function settle(run: Run, reservation: Reservation, ending: Ending): Bill {
  const { engine, request, trace, caller, call } = run
  const now = engine.ports.clock.now()
  const nothing = ending.failure !== undefined && !ending.failure.mayHaveCost && ending.state.usage === undefined
  const why = ending.failure === undefined ? 'the platform sent no usage' : ending.failure.message
  const final: Bill = nothing ? { usage: NO_USAGE } : bill(ending.state, { request, target: ending.target, now, why })
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
      kind: nothing ? 'released' : 'settled',
      model: request.model,
      target: ending.target.id,
      usage: final.usage,
      ...(final.money === undefined ? {} : { cost: final.money }),
      ...(final.price === undefined ? {} : { price: final.price }),
      ...(final.estimated === undefined ? {} : { estimated: final.estimated }),
      tags: call.tags,
      trace,
    })
  }
  return final
}
