import { graduatedLines } from '#catalog/graduated.ts'
import { type Leaf, tokensOf, UNITS } from '#catalog/leaves.ts'
import { costOf, type Decimal, decimalText, parseDecimal, times } from '#catalog/money.ts'
import { type PriceAt, tariffAt } from '#catalog/price-row.ts'
import { doubtOf, feeStep, ruleWords, type Step } from '#catalog/rule.ts'
import type { PriceFee, PriceRow, Rates } from '#catalog/schema.ts'
import { type Card, cardAt, type Discount, type Tariff, type UnitPrice } from '#catalog/tariff.ts'
import { COUNTED, type Counted, type Counts, type Usage } from '#wire/usage.ts'

const MILLION = 1_000_000

/** What one kind of token, or of what is counted beside tokens, cost. */
export interface PriceLine {
  readonly what: Leaf | Counted
  readonly tokens: number
  /** The rate whose price it was: not always its own (`cachedInput` missing: `input`). */
  readonly rate: keyof Rates | 'fee'
  /** All factors included, for `per` of them: a million tokens where absent. */
  readonly unitPrice: string
  readonly per?: number
  readonly nanos: bigint
}

/** An exact price in billionths of the currency unit, with how it came about. */
export interface Priced {
  readonly ok: true
  readonly currency: string
  readonly nanos: bigint
  readonly row: PriceRow
  /** One line of plain words: row, tier, window, lane, discount. */
  readonly rule: string
  /** Why it is not certain; absent = it is. */
  readonly doubt?: string
}

export interface Unpriced {
  readonly ok: false
  readonly reason: string
}

/** When, where and for what. */
export interface PriceOf extends PriceAt {
  readonly usage: Usage
  /** The operator's contract. */
  readonly discount?: Discount
}

/** A price with a line for each kind of token, and the rules that made it. */
export interface Explained extends Priced {
  readonly lines: readonly PriceLine[]
  readonly steps: readonly Step[]
}

/**
 * What a usage costs. The row that holds at the request's start is taken, or at its end where the row says so; the
 * whole request has the rates of the tier that its total input reaches; windows, lanes and discounts multiply all
 * rates. Each line is exact and rounded once, half up, to a nano.
 */
export function priceOf(wanted: PriceOf): Priced | Unpriced {
  const tariff = tariffAt(wanted, wanted.usage.counts)
  return typeof tariff === 'string' ? { ok: false, reason: tariff } : priceIn(tariff, wanted)
}

/** The same with a line for each kind of token: dearer, for people to read. */
export function explainPrice(wanted: PriceOf): Explained | Unpriced {
  const tariff = tariffAt(wanted, wanted.usage.counts)
  if (typeof tariff === 'string') return { ok: false, reason: tariff }
  const priced = priceIn(tariff, wanted)
  if (!priced.ok) return priced
  const card = cardFor(tariff, wanted)
  const steps = [...card.steps, ...feeStepsOf(tariff.row, wanted.usage.counts)]
  return { ...priced, lines: linesIn(tariff, card, wanted), steps }
}

/** The rates of a request; its window by the instant that the row counts by. */
function cardFor(tariff: Tariff, wanted: PriceOf): Card {
  return cardAt(tariff, { usage: wanted.usage, discount: wanted.discount, at: instantOf(tariff.row, wanted) })
}

function instantOf({ countedAt }: PriceRow, { at, endedAt = at }: PriceAt): number {
  return countedAt === 'end' ? endedAt : at
}

function priceIn(tariff: Tariff, wanted: PriceOf): Priced | Unpriced {
  const { row } = tariff
  const { usage, offer } = wanted
  const card = cardFor(tariff, wanted)
  const plain = usage.counts === undefined && row.graduated !== true
  const missing = row.unit === 'million-tokens' ? missingRate(card, usage) : undefined
  if (missing !== undefined) return { ok: false, reason: `the price row of ${offer.model} has no rate for ${missing}` }
  const sum = plain ? sumInDoubles(card, usage) : Number.NaN
  const nanos = Number.isSafeInteger(sum) ? BigInt(sum) : totalOf(linesIn(tariff, card, wanted))
  const certain = { ok: true, currency: row.currency, nanos, row } as const
  if (usage.counts === undefined) {
    return card.doubt === undefined
      ? { ...certain, rule: card.rule }
      : { ...certain, rule: card.rule, doubt: card.doubt }
  }
  const steps = [...card.steps, ...feeStepsOf(row, usage.counts)]
  const doubt = doubtOf(steps)
  return { ...certain, rule: ruleWords(steps), ...(doubt === undefined ? {} : { doubt }) }
}

function missingRate({ prices }: Card, usage: Usage): Leaf | undefined {
  for (const { what, price } of prices) if (price === undefined && tokensOf(usage, what) > 0) return what
  return undefined
}

function sumInDoubles({ prices }: Card, usage: Usage): number {
  let sum = 0
  for (const { what, price } of prices) {
    const tokens = tokensOf(usage, what)
    if (tokens !== 0 && price !== undefined) sum += inDoubles(price, tokens)
  }
  return sum
}

/**
 * Nanos of so many tokens, half up; NaN where doubles cannot prove them. While what is divided stays below 2^53, the
 * quotient of two whole numbers never rounds up to the next whole number, so its floor is exact.
 */
function inDoubles({ doubled, divisor }: UnitPrice, tokens: number): number {
  const product = tokens * doubled
  const divided = product + divisor
  const proven = product >= 0 && Number.isSafeInteger(divided) && Number.isSafeInteger(tokens)
  return proven ? Math.floor(divided / (2 * divisor)) : Number.NaN
}

function linesIn(tariff: Tariff, card: Card, wanted: PriceOf): readonly PriceLine[] {
  const { usage } = wanted
  const { row } = tariff
  const { counts } = usage
  const unit = UNITS[row.unit]
  const fees = counts === undefined ? [] : feeLines(row, counts, instantOf(row, wanted))
  if (unit !== undefined) return [...unitLines(card, counts?.[unit.what] ?? 0, unit), ...fees]
  if (row.graduated !== true) return [...linesOf(card, usage), ...fees]
  return [...graduatedLines(tariff, { usage, discount: wanted.discount, at: instantOf(row, wanted) }), ...fees]
}

function linesOf({ prices }: Card, usage: Usage): readonly PriceLine[] {
  return prices.flatMap(({ what, price }) => {
    const tokens = tokensOf(usage, what)
    if (tokens === 0 || price === undefined) return []
    const { rate, unit } = price
    return [{ what, tokens, rate, unitPrice: decimalText(unit), nanos: costOf(tokens, unit, MILLION) }]
  })
}

/** What is sold by the piece, by the second or by the character, where the row has a rate for it. */
function unitLines(
  { rates, factor }: Card,
  count: number,
  { what, per }: { readonly what: Counted; readonly per: number },
): readonly PriceLine[] {
  const rate = rates.output === undefined ? 'input' : 'output'
  const text = rates[rate]
  if (count === 0 || text === undefined) return []
  const unit: Decimal = times(parseDecimal(text), factor)
  return [{ what, tokens: count, rate, unitPrice: decimalText(unit), per, nanos: costOf(count, unit, per) }]
}

/** Fees are not multiplied by windows, lanes and discounts: makers list them apart. */
function feeLines({ unit, fees }: PriceRow, counts: Counts, at: number): readonly PriceLine[] {
  const apart = UNITS[unit]?.what
  return COUNTED.flatMap((what) => {
    const count = counts[what] ?? 0
    const fee = fees?.[what]
    if (count === 0 || fee === undefined || what === apart) return []
    if (fee.from !== undefined && at < Date.parse(fee.from)) return []
    return [{ what, tokens: count, rate: 'fee' as const, unitPrice: fee.price, per: fee.per, nanos: feeOf(fee, count) }]
  })
}

function feeOf({ price, per }: PriceFee, count: number): bigint {
  return costOf(count, parseDecimal(price), per)
}

function feeStepsOf(row: PriceRow, counts: Counts | undefined): readonly Step[] {
  if (counts === undefined) return []
  const apart = UNITS[row.unit]?.what
  return COUNTED.flatMap((what) => {
    const step = (counts[what] ?? 0) === 0 || what === apart ? undefined : feeStep(what, row.fees?.[what])
    return step ?? []
  })
}

function totalOf(lines: readonly PriceLine[]): bigint {
  return lines.reduce((sum, line) => sum + line.nanos, 0n)
}
