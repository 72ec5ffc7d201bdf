import { afterPackages, type Drawn, type Explained, formatMoney } from '#catalog/index.ts'
import type { Bill } from '#engine/meter/meter.ts'
import type { TraceCost } from '#engine/trace.ts'
import { fitsPattern } from '#wire/shape/pattern.ts'
import type { Target } from '#engine/target.ts'

/** A price that packages may cover, in all its lines. */
export interface Charge {
  readonly target: Target
  readonly price: Explained
  /** Unix milliseconds. */
  readonly at: number
}

/**
 * What is left of packages, as this process knows it: each begins with what the operator declared, less what a ledger
 * says was drawn, less what this process draws. Drawing is exact within the process; beside others it is not, until
 * each of them is told what was drawn.
 */
export interface PackageBook {
  /** The bill less what packages cover, which is drawn from them. */
  charge(bill: Bill): Bill
  /** Takes note of what was drawn elsewhere or earlier. */
  drawn(id: string, amount: bigint): void
  /** What is left of a package that began with so much; never less than nothing. */
  leftOf(id: string, amount: bigint): bigint
}

/** A book in which nothing was drawn yet. */
export function packageBook(): PackageBook {
  const used = new Map<string, bigint>()
  const drawn: PackageBook['drawn'] = (id, amount) => {
    used.set(id, (used.get(id) ?? 0n) + amount)
  }
  const leftOf: PackageBook['leftOf'] = (id, amount) => {
    const left = amount - (used.get(id) ?? 0n)
    return left > 0n ? left : 0n
  }
  return { charge: (bill) => chargedBy({ drawn, leftOf }, bill), drawn, leftOf }
}

function chargedBy({ drawn, leftOf }: Pick<PackageBook, 'drawn' | 'leftOf'>, bill: Bill): Bill {
  const { charges, ...rest } = bill
  if (charges === undefined || bill.money === undefined || bill.cost === undefined) return rest
  let { nanos } = bill.money
  const { currency } = bill.money
  const all: Drawn[] = []
  for (const { target, price, at } of charges) {
    if (price.currency !== currency) continue
    const packages = (target.provider.billing?.packages ?? [])
      .filter(({ models }) => models.length === 0 || models.some((each) => fitsPattern(each, target.resolved.model)))
      .map((each) => ({ package: each, left: leftOf(each.id, each.amount) }))
    const after = afterPackages(price.lines, packages, { at, currency })
    nanos -= price.nanos - after.nanos
    for (const each of after.drawn) {
      drawn(each.id, each.amount)
      all.push(each)
    }
  }
  if (all.length === 0) return rest
  const cost: TraceCost = {
    ...bill.cost,
    amount: amountOf(nanos, currency),
    rule: `${bill.cost.rule}, ${all.map((each) => drawnWords(each, currency)).join(', ')}`,
    packages: all.map((each) => drawnInTrace(each, currency)),
  }
  return { ...rest, money: { nanos, currency }, cost }
}

function amountOf(nanos: bigint, currency: string): string {
  return formatMoney(nanos, currency).split(' ')[0] ?? '0'
}

function drawnWords({ id, of, amount, covered }: Drawn, currency: string): string {
  const taken = of === 'tokens' ? `${amount} tokens` : formatMoney(amount, currency)
  return `${taken} of package ${id}${of === 'tokens' ? ` for ${formatMoney(covered, currency)}` : ''}`
}

function drawnInTrace(
  { id, of, amount, covered }: Drawn,
  currency: string,
): NonNullable<TraceCost['packages']>[number] {
  const taken = of === 'tokens' ? { tokens: String(amount) } : { amount: amountOf(amount, currency) }
  return { package: id, ...taken, covered: amountOf(covered, currency) }
}
