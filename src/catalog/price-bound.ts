import type { Bound, Bounds } from '#catalog/bounds.ts'
import { UNITS } from '#catalog/leaves.ts'
import { costOf, parseDecimal } from '#catalog/money.ts'
import { type PriceAt, tariffsWithin } from '#catalog/price-row.ts'
import type { PriceRow } from '#catalog/schema.ts'
import type { Tariff } from '#catalog/tariff.ts'
import { COUNTED, type Counts } from '#wire/usage.ts'

/** What a bound is asked for. */
export interface Most extends PriceAt {
  readonly inputTokens: number
  readonly maxOutputTokens: number
  /** The request may carry, or ask for, sounds, pictures or films. */
  readonly media?: boolean
  /** It may be served in another lane than the standard one. */
  readonly lanes?: boolean
  /** The most that may be counted beside tokens. */
  readonly counts?: Counts
}

export interface UpperBound {
  readonly nanos: bigint
  readonly currency: string
  readonly row: PriceRow
}

/**
 * The most that a request with so many tokens can cost then: every tier that it may reach, the dearest rate of each
 * side, the dearest window of the row, since a request may run into it, and all fees. A discount is not counted on.
 * Undefined where there is no price.
 */
export function upperBound(wanted: Most): UpperBound | undefined {
  const tariffs = tariffsWithin(wanted, wanted.counts)
  let most: UpperBound | undefined
  for (const tariff of tariffs) {
    const nanos = boundIn(tariff, wanted)
    if (nanos === undefined) return undefined
    if (most === undefined || nanos > most.nanos) most = { nanos, currency: tariff.row.currency, row: tariff.row }
  }
  return most
}

function boundIn(tariff: Tariff, wanted: Most): bigint | undefined {
  const { row } = tariff
  const { counts } = wanted
  const bounds = wanted.lanes === true ? tariff.laneBounds : tariff.bounds
  const tokens = UNITS[row.unit] === undefined ? tokenBound(bounds, wanted) : 0n
  if (tokens === undefined || counts === undefined) return tokens
  return tokens + unitBound(row, bounds, counts) + feeBound(row, counts)
}

function tokenBound(bounds: Bounds, wanted: Most): bigint | undefined {
  const { divisor, room } = bounds
  let most = 0
  for (const bound of bounds.all) {
    if (!reaches(wanted, bound)) continue
    if (!bound.hasInput || (!bound.hasOutput && wanted.maxOutputTokens > 0)) return undefined
    const { input, output } = wanted.media === true ? bound.media : bound.rates
    most = Math.max(most, wanted.inputTokens * input + wanted.maxOutputTokens * output)
  }
  const proven = Number.isSafeInteger(most) && isCount(wanted.inputTokens) && isCount(wanted.maxOutputTokens)
  return proven ? BigInt((most - (most % divisor)) / divisor + room) : exactBound(wanted, bounds)
}

function reaches({ inputTokens, maxOutputTokens }: Most, { inputAbove, outputAbove }: Bound): boolean {
  return inputTokens > inputAbove && maxOutputTokens > outputAbove
}

function isCount(tokens: number): boolean {
  return tokens >= 0 && Number.isSafeInteger(tokens)
}

function exactBound(wanted: Most, { all, exactDivisor, room }: Bounds): bigint {
  const [input, output] = [BigInt(wanted.inputTokens), BigInt(wanted.maxOutputTokens)]
  let most = 0n
  for (const bound of all) {
    const rates = wanted.media === true ? bound.exactMedia : bound.exactRates
    const cost = input * rates.input + output * rates.output
    if (reaches(wanted, bound) && cost > most) most = cost
  }
  return most / exactDivisor + BigInt(room)
}

/** What is sold by the piece, at the dearest rate there is; a row says its rates per million tokens or per unit alike. */
function unitBound({ unit }: PriceRow, { all, exactDivisor }: Bounds, counts: Counts): bigint {
  const sold = UNITS[unit]
  if (sold === undefined) return 0n
  let most = 0n
  for (const { exactMedia } of all) {
    for (const rate of [exactMedia.input, exactMedia.output]) if (rate > most) most = rate
  }
  // Bounds are thousandths of nanos a token for each unit of the currency: here a rate is for `per`, not for a million.
  const count = BigInt(counts[sold.what] ?? 0)
  return ceiling(count * most * 1_000_000n, exactDivisor * BigInt(sold.per))
}

function feeBound({ unit, fees }: PriceRow, counts: Counts): bigint {
  let sum = 0n
  for (const what of COUNTED) {
    const fee = fees?.[what]
    const count = counts[what] ?? 0
    if (fee !== undefined && count > 0 && what !== UNITS[unit]?.what) {
      sum += costOf(count, parseDecimal(fee.price), fee.per)
    }
  }
  return sum
}

function ceiling(over: bigint, under: bigint): bigint {
  return (over + under - 1n) / under
}
