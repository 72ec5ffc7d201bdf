import { formatMoney, searchesOf } from '#catalog/index.ts'
import { tokensOfTexts } from '#engine/meter/estimate.ts'
import { type Bill, priced } from '#engine/meter/meter.ts'
import type { Booked } from '#engine/books.ts'
import type { Spent } from '#engine/send/calls.ts'
import type { Failure } from '#wire/failure.ts'
import type { Job, ServiceOperation } from '#wire/service.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'

/** What the calls of one request used and cost together: the platforms' figures, estimates where they gave none. */
export function billOfCalls(
  run: Pick<Booked, 'engine'> & { readonly job: Job; readonly operation: ServiceOperation },
  spent: readonly Spent[],
  why?: Failure,
): Bill {
  const now = run.engine.ports.clock.now()
  const bills = spent.map(({ target, range, usage }) => {
    const searches = run.operation === 'rerank' ? { searches: searchesOf(range.to - range.from) } : {}
    const context = { target, now, ...searches }
    if (usage !== undefined) return priced(usage, undefined, context)
    const estimate = { ...NO_USAGE, inputFresh: tokensOfTexts(run.job.texts(range)), estimated: true }
    return priced(estimate, why?.message ?? 'the platform sent no usage', context)
  })
  const [only, second] = bills
  if (only === undefined) return { usage: NO_USAGE }
  return second === undefined ? only : summed(bills)
}

function summed(bills: readonly Bill[]): Bill {
  const usage = bills.map((bill) => bill.usage).reduce(added)
  const last = bills.findLast((bill) => bill.cost !== undefined)
  const currency = last?.money?.currency
  const same = bills.filter(({ money }) => money?.currency === currency)
  const nanos = same.reduce((sum, { money }) => sum + (money?.nanos ?? 0n), 0n)
  const estimated = bills.find((bill) => bill.estimated !== undefined)?.estimated
  const apart = same.length < bills.length ? 'a part of it was billed in another currency, or has no price' : undefined
  const why = estimated ?? apart
  const marked = why === undefined ? {} : { estimated: why }
  if (last?.cost === undefined || currency === undefined) return { usage, ...marked }
  return {
    usage,
    ...marked,
    money: { nanos, currency },
    cost: { amount: formatMoney(nanos, currency).split(' ')[0] ?? '0', currency, rule: last.cost.rule, ...marked },
    ...(last.price === undefined ? {} : { price: last.price }),
  }
}

/** Sums of every leaf. The platforms' own objects cannot be added up, and stay out. */
function added(a: Usage, b: Usage): Usage {
  const estimated = a.estimated === true || b.estimated === true
  return {
    inputFresh: a.inputFresh + b.inputFresh,
    inputCached: a.inputCached + b.inputCached,
    cacheWriteShort: a.cacheWriteShort + b.cacheWriteShort,
    cacheWriteLong: a.cacheWriteLong + b.cacheWriteLong,
    inputAudio: a.inputAudio + b.inputAudio,
    outputText: a.outputText + b.outputText,
    outputReasoning: a.outputReasoning + b.outputReasoning,
    outputAudio: a.outputAudio + b.outputAudio,
    ...(estimated ? { estimated } : {}),
  }
}
