import { searchesOf } from '#catalog/index.ts'
import { tokensOfTexts } from '#engine/meter/estimate.ts'
import { type Bill, priced } from '#engine/meter/meter.ts'
import { summedBills } from '#engine/meter/sum.ts'
import type { Booked } from '#engine/books.ts'
import type { Spent } from '#engine/send/calls.ts'
import type { Failure } from '#wire/failure.ts'
import type { Job, ServiceOperation } from '#wire/service.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** What the calls of one request used and cost together: the platforms' figures, estimates where they gave none. */
export function billOfCalls(
  run: Pick<Booked, 'engine'> &
    Partial<Pick<Booked, 'trace'>> & { readonly job: Job; readonly operation: ServiceOperation },
  spent: readonly Spent[],
  why?: Failure,
): Bill {
  const now = run.engine.ports.clock.now()
  const begun = run.trace === undefined ? {} : { begunAt: run.trace.at }
  const bills = spent.map(({ target, range, usage }) => {
    const searches = run.operation === 'rerank' ? { searches: searchesOf(range.to - range.from) } : {}
    const context = { target, now, ...begun, ...searches }
    if (usage !== undefined) return priced(usage, undefined, context)
    const estimate = { ...NO_USAGE, inputFresh: tokensOfTexts(run.job.texts(range)), estimated: true }
    return priced(estimate, why?.message ?? 'the platform sent no usage', context)
  })
  return summedBills(bills)
}
