import { formatMoney } from '#catalog/index.ts'
import type { Bill } from '#engine/meter/meter.ts'
import { addUsage, NO_USAGE } from '#wire/usage.ts'

/** Several calls as one bill: each is priced by itself, since tiers go by the size of one call. */
export function summedBills(bills: readonly Bill[]): Bill {
  const [only, second] = bills
  if (only === undefined) return { usage: NO_USAGE }
  return second === undefined ? only : summed(bills)
}

function summed(bills: readonly Bill[]): Bill {
  const usage = bills.map((bill) => bill.usage).reduce(addUsage)
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
    ...chargesOf(bills),
  }
}

function chargesOf(bills: readonly Bill[]): Pick<Bill, 'charges'> {
  const charges = bills.flatMap((bill) => bill.charges ?? [])
  return charges.length === 0 ? {} : { charges }
}
