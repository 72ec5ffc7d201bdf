import { type Decimal, decimalText } from '#catalog/money.ts'
import { type PriceAt, tariffAt } from '#catalog/price-row.ts'
import type { PriceRow, Rates } from '#catalog/schema.ts'
import {
  type Bound,
  type Bounds,
  type Card,
  cardAt,
  type Leaf,
  LEAVES,
  type Tariff,
  type UnitPrice,
} from '#catalog/tariff.ts'
import type { Usage } from '#wire/usage.ts'

/** What one kind of token cost. */
export interface PriceLine {
  readonly what: Leaf
  readonly tokens: number
  /** The rate whose price it was: not always its own (`cachedInput` missing: `input`). */
  readonly rate: keyof Rates
  /** Per million tokens, window included. */
  readonly unitPrice: string
  readonly nanos: bigint
}

/** An exact price in billionths of the currency unit, with how it came about. */
export interface Priced {
  readonly ok: true
  readonly currency: string
  readonly nanos: bigint
  readonly row: PriceRow
  /** One line of plain words: row, tier, window. */
  readonly rule: string
}

export interface Unpriced {
  readonly ok: false
  readonly reason: string
}

/** When, where and for what. */
export interface PriceOf extends PriceAt {
  readonly usage: Usage
}

/**
 * What a usage costs. The row that holds at that instant is taken, the whole request has the rates of the tier that
 * its total input reaches, a window multiplies all rates. Each line is exact and rounded once, half up, to a nano.
 */
export function priceOf(wanted: PriceOf): Priced | Unpriced {
  const tariff = tariffAt(wanted)
  return typeof tariff === 'string' ? { ok: false, reason: tariff } : priceIn(tariff, wanted)
}

/** The same with a line for each kind of token: dearer, for people to read. */
export function explainPrice(wanted: PriceOf): (Priced & { readonly lines: readonly PriceLine[] }) | Unpriced {
  const tariff = tariffAt(wanted)
  if (typeof tariff === 'string') return { ok: false, reason: tariff }
  const priced = priceIn(tariff, wanted)
  return priced.ok ? { ...priced, lines: linesOf(cardAt(tariff, wanted.usage, wanted.at), wanted.usage) } : priced
}

function priceIn(tariff: Tariff, { offer, usage, at }: PriceOf): Priced | Unpriced {
  const card = cardAt(tariff, usage, at)
  let sum = 0
  for (const { what, price } of card.prices) {
    const tokens = usage[what]
    if (tokens === 0) continue
    if (price === undefined) return { ok: false, reason: `the price row of ${offer.model} has no rate for ${what}` }
    sum += inDoubles(price, tokens)
  }
  const nanos = Number.isSafeInteger(sum) ? BigInt(sum) : totalOf(linesOf(card, usage))
  const { row } = tariff
  return { ok: true, currency: row.currency, nanos, row, rule: card.rule }
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

function linesOf({ prices }: Card, usage: Usage): readonly PriceLine[] {
  return prices.flatMap(({ what, price }) => {
    const tokens = usage[what]
    if (tokens === 0 || price === undefined) return []
    const { rate, unit } = price
    return [{ what, tokens, rate, unitPrice: decimalText(unit), nanos: costOf(tokens, unit) }]
  })
}

function totalOf(lines: readonly PriceLine[]): bigint {
  return lines.reduce((sum, line) => sum + line.nanos, 0n)
}

/** Nanos of so many tokens at a price per million, a thousand nanos a token for each whole unit: half up. */
function costOf(tokens: number, { mantissa, scale }: Decimal): bigint {
  const unit = 10n ** BigInt(scale)
  return (2n * BigInt(tokens) * mantissa * 1000n + unit) / (2n * unit)
}

/** What a bound is asked for: audio counts only where the caller says that the request may carry any. */
interface Most extends PriceAt {
  readonly inputTokens: number
  readonly maxOutputTokens: number
  readonly audio?: boolean
}

/** A bound that is not exact leaves room for the rounding of every line. */
const ROOM = LEAVES.length + 1

/**
 * The most that a request with so many tokens can cost then: every tier that it may reach, the dearest rate of each
 * side, the dearest window of the row, since a request may run into it. Undefined where there is no price.
 */
export function upperBound(
  wanted: Most,
): { readonly nanos: bigint; readonly currency: string; readonly row: PriceRow } | undefined {
  const tariff = tariffAt(wanted)
  if (typeof tariff === 'string') return undefined
  const { row, bounds } = tariff
  const { divisor } = bounds
  let most = 0
  for (const bound of bounds.all) {
    if (!reaches(wanted, bound)) continue
    if (!bound.hasInput || (!bound.hasOutput && wanted.maxOutputTokens > 0)) return undefined
    const { input, output } = wanted.audio === true ? bound.audio : bound.rates
    most = Math.max(most, wanted.inputTokens * input + wanted.maxOutputTokens * output)
  }
  const proven = Number.isSafeInteger(most) && isCount(wanted.inputTokens) && isCount(wanted.maxOutputTokens)
  const rest = most % divisor
  const nanos = proven ? BigInt((most - rest) / divisor + (rest === 0 ? 0 : ROOM)) : exactBound(wanted, bounds)
  return { nanos, currency: row.currency, row }
}

function reaches({ inputTokens, maxOutputTokens }: Most, { inputAbove, outputAbove }: Bound): boolean {
  return inputTokens > inputAbove && maxOutputTokens > outputAbove
}

function isCount(tokens: number): boolean {
  return tokens >= 0 && Number.isSafeInteger(tokens)
}

function exactBound(wanted: Most, { all, exactDivisor }: Bounds): bigint {
  const [input, output] = [BigInt(wanted.inputTokens), BigInt(wanted.maxOutputTokens)]
  let most = 0n
  for (const bound of all) {
    const rates = wanted.audio === true ? bound.exactAudio : bound.exactRates
    const cost = input * rates.input + output * rates.output
    if (reaches(wanted, bound) && cost > most) most = cost
  }
  const whole = most / exactDivisor
  return most % exactDivisor === 0n ? whole : whole + BigInt(ROOM)
}
