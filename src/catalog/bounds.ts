import { LEAVES } from '#catalog/leaves.ts'
import { type Decimal, ONE, overOneDivisor, parseDecimal, times } from '#catalog/money.ts'
import type { PriceLane, PriceRow, Rates } from '#catalog/schema.ts'

/** The dearest reading of a row and of each tier: the dearest rate of each side, in the dearest window and lane. */
export interface Bounds {
  /** Nanos are `tokens × rate / divisor`. The row's own first, then the tiers'; one for all in a graduated row. */
  readonly all: readonly Bound[]
  readonly divisor: number
  readonly exactDivisor: bigint
  /** For the rounding of every line; none where a token of each kind is bounded by whole nanos. */
  readonly room: number
}

export interface Bound {
  readonly inputAbove: number
  readonly outputAbove: number
  /** Without a rate for a side that is used there is no bound. */
  readonly hasInput: boolean
  readonly hasOutput: boolean
  /** As doubles, which may be inexact where they are large, and exactly; `media` where the request may carry any. */
  readonly rates: Sides<number>
  readonly media: Sides<number>
  readonly exactRates: Sides<bigint>
  readonly exactMedia: Sides<bigint>
}

/** Nanos of a token on each side, before division. */
export interface Sides<T> {
  readonly input: T
  readonly output: T
}

interface BoundsAsk {
  readonly row: PriceRow
  /** Of its windows. */
  readonly factors: readonly Decimal[]
  readonly lanes: readonly PriceLane[]
}

const ALWAYS = { inputAbove: Number.NEGATIVE_INFINITY, outputAbove: Number.NEGATIVE_INFINITY }

/** Reads the bounds of a row, the dearest of all that may come to apply. */
export function readBounds({ row, factors, lanes }: BoundsAsk): Bounds {
  const tiers = row.tiers ?? []
  const factor = dearest([ONE, ...factors])
  const own: readonly (readonly Rates[])[] = [row, ...tiers].map((rates) => [rates])
  const readings = row.graduated === true ? [own.flat()] : own
  const prices = readings.flatMap((reading) => dearestOf(reading, { row, lanes }).map((price) => times(price, factor)))
  const { numerators, divisor } = overOneDivisor(prices)
  const all = readings.map((reading, i): Bound => {
    const [input = 0n, output = 0n, mediaInput = 0n, mediaOutput = 0n] = numerators.slice(4 * i, 4 * i + 4)
    const tier = tiers[i - 1]
    return {
      ...(tier === undefined ? ALWAYS : { inputAbove: tier.inputAbove, outputAbove: tier.outputAbove ?? -1 }),
      hasInput: reading.every((rates) => rates.input !== undefined),
      hasOutput: reading.every((rates) => rates.output !== undefined),
      rates: { input: Number(input), output: Number(output) },
      media: { input: Number(mediaInput), output: Number(mediaOutput) },
      exactRates: { input, output },
      exactMedia: { input: mediaInput, output: mediaOutput },
    }
  })
  const lines = LEAVES.length * (row.graduated === true ? tiers.length + 1 : 1)
  return { all, divisor: Number(divisor), exactDivisor: divisor, room: divisor === 1n ? 0 : lines + 1 }
}

/** The dearest input and output, then both where sounds and pictures may be among them. */
function dearestOf(
  reading: readonly Rates[],
  { row, lanes }: { readonly row: PriceRow; readonly lanes: readonly PriceLane[] },
): readonly Decimal[] {
  const varied = [...reading, ...(row.variants ?? [])]
  const plain = varied.map((rates) => sidesOf(rates, ONE))
  const laned = lanes.flatMap((lane) => {
    const factor = lane.multiplier === undefined ? ONE : parseDecimal(lane.multiplier)
    return [...varied, lane].map((rates) => sidesOf(rates, factor))
  })
  return [0, 1, 2, 3].map((side) => dearest([...plain, ...laned].flatMap((sides) => sides[side] ?? [])))
}

function sidesOf(rates: Rates, factor: Decimal): readonly (readonly Decimal[])[] {
  const { input, cachedInput, cachedExplicit, cacheWriteShort, cacheWriteLong, inputAudio, inputImage } = rates
  const { output, outputReasoning, outputThinking, outputAudio, outputImage } = rates
  const inputs = [input, cachedInput, cachedExplicit, cacheWriteShort, cacheWriteLong]
  const outputs = [output, outputReasoning, outputThinking]
  const sides = [inputs, outputs, [...inputs, inputAudio, inputImage], [...outputs, outputAudio, outputImage]]
  return sides.map((texts) => texts.flatMap((text) => (text === undefined ? [] : [times(parseDecimal(text), factor)])))
}

/** The largest; zero of none. */
function dearest(prices: readonly Decimal[]): Decimal {
  let most: Decimal = { mantissa: 0n, scale: 0 }
  for (const price of prices) if (isMore(price, most)) most = price
  return most
}

function isMore(a: Decimal, b: Decimal): boolean {
  return a.mantissa * 10n ** BigInt(b.scale) > b.mantissa * 10n ** BigInt(a.scale)
}
