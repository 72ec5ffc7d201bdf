import { type Decimal, decimalText, parseDecimal, times } from '#catalog/money.ts'
import type { PriceRow, PriceTier, PriceWindow, Rates } from '#catalog/schema.ts'
import { inputTokens, outputTokens, type Usage } from '#wire/usage.ts'

/** A kind of token that a usage counts. */
export type Leaf = Exclude<keyof Usage, 'raw' | 'estimated'>

/** A price row made ready for arithmetic, once: requests parse no text. */
export interface Tariff {
  readonly row: PriceRow
  /** Unix milliseconds, infinite where the row is open; `until` is the first instant at which it no longer holds. */
  readonly from: number
  readonly until: number
  readonly tiers: readonly PriceTier[]
  readonly windows: readonly Opening[]
  readonly bounds: Bounds
  /** Filled as they are asked for: the row's own card, each window's, then the same for each tier. */
  readonly cards: (Card | undefined)[]
}

/** What each kind of token costs in one tier and one window. */
export interface Card {
  /** Every kind of token, in the order of `LEAVES`. */
  readonly prices: readonly LeafPrice[]
  /** One line of plain words: row, tier, window. */
  readonly rule: string
}

export interface LeafPrice {
  readonly what: Leaf
  /** Absent where no rate of the row may price it. */
  readonly price: UnitPrice | undefined
}

export interface UnitPrice {
  readonly rate: keyof Rates
  /** Per million tokens, window included. */
  readonly unit: Decimal
  /** Nanos are `tokens × doubled / (2 × divisor)`, half up: as doubles, for `inDoubles` to judge. */
  readonly doubled: number
  readonly divisor: number
}

/** Which rates price a kind of token, the first one present. Guesses err upwards. */
const RATES_OF: Readonly<Record<Leaf, readonly (keyof Rates)[]>> = {
  inputFresh: ['input'],
  inputCached: ['cachedInput', 'input'],
  cacheWriteShort: ['cacheWriteShort', 'input'],
  cacheWriteLong: ['cacheWriteLong', 'cacheWriteShort', 'input'],
  inputAudio: ['inputAudio', 'input'],
  outputText: ['output'],
  outputReasoning: ['outputReasoning', 'output'],
  outputAudio: ['outputAudio', 'output'],
}

export const LEAVES: readonly Leaf[] = [
  'inputFresh',
  'inputCached',
  'cacheWriteShort',
  'cacheWriteLong',
  'inputAudio',
  'outputText',
  'outputReasoning',
  'outputAudio',
]

const ONE: Decimal = { mantissa: 1n, scale: 0 }

/** Reads a row. Throws a RangeError where a price is no decimal or a time zone is unknown. */
export function readTariff(row: PriceRow): Tariff {
  const windows = (row.windows ?? []).map(readOpening)
  return {
    row,
    ...spanOf(row),
    tiers: row.tiers ?? [],
    windows,
    bounds: readBounds(row, windows),
    cards: [],
  }
}

/** The instants between which a row holds. */
export function spanOf({ from, until }: PriceRow): { readonly from: number; readonly until: number } {
  return {
    from: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
    until: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
  }
}

/** The rates of the whole request: those of the last tier that its totals reach, in the first window that is open. */
export function cardAt(tariff: Tariff, usage: Usage, at: number): Card {
  const { tiers, windows, cards } = tariff
  const tier = tiers.length === 0 ? -1 : lastReached(tiers, inputTokens(usage), outputTokens(usage))
  const window = windows.length === 0 ? -1 : firstOpen(windows, at)
  const place = (tier + 1) * (windows.length + 1) + window + 1
  return (cards[place] ??= readCard(tariff.row, tiers[tier], windows[window]))
}

function lastReached(tiers: readonly PriceTier[], input: number, output: number): number {
  return tiers.findLastIndex((tier) => input > tier.inputAbove && output > (tier.outputAbove ?? -1))
}

function readCard(row: PriceRow, tier: PriceTier | undefined, opening: Opening | undefined): Card {
  const rates = tier ?? row
  const factor = opening?.factor ?? ONE
  return {
    prices: LEAVES.map((what) => ({ what, price: priceIn(rates, what, factor) })),
    rule: `${rowWords(row)}${tierWords(tier)}${windowWords(opening)}`,
  }
}

function priceIn(rates: Rates, what: Leaf, factor: Decimal): UnitPrice | undefined {
  for (const rate of RATES_OF[what]) {
    const text = rates[rate]
    if (text === undefined) continue
    const unit = times(parseDecimal(text), factor)
    const { numerators, divisor } = overOneDivisor([unit])
    return { rate, unit, doubled: 2 * Number(numerators[0]), divisor: Number(divisor) }
  }
  return undefined
}

/** Prices per million tokens as nanos per token, fractions of one divisor that is a power of ten, the smallest there is. */
function overOneDivisor(prices: readonly Decimal[]): { readonly numerators: bigint[]; readonly divisor: bigint } {
  const scale = Math.max(...prices.map((price) => price.scale))
  let numerators = prices.map((price) => price.mantissa * 1000n * 10n ** BigInt(scale - price.scale))
  let divisor = 10n ** BigInt(scale)
  while (divisor > 1n && numerators.every((numerator) => numerator % 10n === 0n)) {
    numerators = numerators.map((numerator) => numerator / 10n)
    divisor /= 10n
  }
  return { numerators, divisor }
}

function rowWords({ currency, asOf, from, until }: PriceRow): string {
  const dates = `${from === undefined ? '' : ` from ${from}`}${until === undefined ? '' : ` until ${until}`}`
  return `${currency} per million tokens as of ${asOf}${dates}`
}

function tierWords(tier: PriceTier | undefined): string {
  if (tier === undefined) return ''
  const above = tier.inputAbove > 0 ? [`input above ${tier.inputAbove} tokens`] : []
  if (tier.outputAbove !== undefined) above.push(`output above ${tier.outputAbove} tokens`)
  return `, ${above.join(' and ')}`
}

const DAY_NAMES = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Plain words for a window that applies: what is multiplied, when, and which exemption is not applied. */
function windowWords(opening: Opening | undefined): string {
  if (opening === undefined) return ''
  const { weekdays, from, until, timeZone, exempt } = opening.window
  const days = weekdays === undefined ? 'daily' : weekdays.map((day) => DAY_NAMES[day]).join(' ')
  const exemption = exempt === undefined ? '' : `, exemption of ${exempt} not applied`
  return `, times ${decimalText(opening.factor)} (${days} ${from}-${until} ${timeZone}${exemption})`
}

/** Minutes east of Greenwich of the zones that rows name: all without summer time, so that no time-zone table is needed. */
export const ZONE_MINUTES: Readonly<Record<string, number>> = { UTC: 0, 'Asia/Shanghai': 480 }

const MINUTE = 60_000
const DAY_MINUTES = 1440

/** A window as numbers. */
export interface Opening {
  readonly window: PriceWindow
  readonly factor: Decimal
  readonly zone: number
  /** Minutes of the day there. */
  readonly from: number
  readonly until: number
  /** By weekday, 1 = Monday. */
  readonly days: readonly boolean[]
}

function readOpening(window: PriceWindow): Opening {
  const zone = ZONE_MINUTES[window.timeZone]
  if (zone === undefined) throw new RangeError(`a price row names the unknown time zone "${window.timeZone}"`)
  return {
    window,
    factor: parseDecimal(window.multiplier),
    zone,
    from: minutesOf(window.from),
    until: minutesOf(window.until),
    days: DAY_NAMES.map((_, day) => window.weekdays?.includes(day) ?? true),
  }
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
}

function firstOpen(windows: readonly Opening[], at: number): number {
  const minutes = Math.floor(at / MINUTE)
  return windows.findIndex(({ zone, from, until, days }) => {
    const local = minutes + zone
    const day = Math.floor(local / DAY_MINUTES)
    const minute = local - day * DAY_MINUTES
    if (minute < from || minute >= until) return false
    // Day 0, 1970-01-01, was a Thursday.
    return days[((((day + 3) % 7) + 7) % 7) + 1] === true
  })
}

/** The dearest reading of a row and of each tier: the dearest rate of each side, in the dearest window. */
export interface Bounds {
  /** Nanos are `tokens × rate / divisor`. The row's own first, then the tiers'. */
  readonly all: readonly Bound[]
  readonly divisor: number
  readonly exactDivisor: bigint
}

export interface Bound {
  readonly inputAbove: number
  readonly outputAbove: number
  /** Without a rate for a side that is used there is no bound. */
  readonly hasInput: boolean
  readonly hasOutput: boolean
  /** As doubles, which may be inexact where they are large, and exactly; `audio` where the request may carry any. */
  readonly rates: Sides<number>
  readonly audio: Sides<number>
  readonly exactRates: Sides<bigint>
  readonly exactAudio: Sides<bigint>
}

/** Nanos of a token on each side, before division. */
export interface Sides<T> {
  readonly input: T
  readonly output: T
}

function readBounds(row: PriceRow, windows: readonly Opening[]): Bounds {
  const tiers = row.tiers ?? []
  const factor = dearest([ONE, ...windows.map((window) => window.factor)])
  const readings: readonly Rates[] = [row, ...tiers]
  const prices = readings.flatMap((rates) => dearestOf(rates).map((price) => times(price, factor)))
  const { numerators, divisor } = overOneDivisor(prices)
  const all = readings.map((rates, i): Bound => {
    const [input = 0n, output = 0n, audioInput = 0n, audioOutput = 0n] = numerators.slice(4 * i, 4 * i + 4)
    const tier = tiers[i - 1]
    return {
      inputAbove: tier?.inputAbove ?? Number.NEGATIVE_INFINITY,
      outputAbove: tier === undefined ? Number.NEGATIVE_INFINITY : (tier.outputAbove ?? -1),
      hasInput: rates.input !== undefined,
      hasOutput: rates.output !== undefined,
      rates: { input: Number(input), output: Number(output) },
      audio: { input: Number(audioInput), output: Number(audioOutput) },
      exactRates: { input, output },
      exactAudio: { input: audioInput, output: audioOutput },
    }
  })
  return { all, divisor: Number(divisor), exactDivisor: divisor }
}

/** The dearest input and output, then both where audio may be among them. */
function dearestOf(rates: Rates): readonly Decimal[] {
  const { input, cachedInput, cacheWriteShort, cacheWriteLong, inputAudio } = rates
  const { output, outputReasoning, outputAudio } = rates
  const inputs = [input, cachedInput, cacheWriteShort, cacheWriteLong]
  const outputs = [output, outputReasoning]
  return [inputs, outputs, [...inputs, inputAudio], [...outputs, outputAudio]].map((texts) =>
    dearest(texts.flatMap((text) => (text === undefined ? [] : [parseDecimal(text)]))),
  )
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
