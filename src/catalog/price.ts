import { type Decimal, decimalText, parseDecimal, times } from '#catalog/money.ts'
import { type PriceAt, rowAt, tierOf, windowAt, windowWords } from '#catalog/price-row.ts'
import type { PriceRow, Rates } from '#catalog/schema.ts'
import { inputTokens as allInput, outputTokens as allOutput, type Usage } from '#wire/usage.ts'

/** A kind of token that a usage counts. */
export type Leaf = Exclude<keyof Usage, 'raw' | 'estimated'>

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
  readonly lines: readonly PriceLine[]
  /** One line of plain words: row, tier, window. */
  readonly rule: string
}

export interface Unpriced {
  readonly ok: false
  readonly reason: string
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

const LEAVES = Object.keys(RATES_OF) as readonly Leaf[]

const ONE: Decimal = { mantissa: 1n, scale: 0 }
const ZERO: Decimal = { mantissa: 0n, scale: 0 }

/**
 * What a usage costs. The row that holds at that instant is taken, the whole request has the rates of the tier that
 * its total input reaches, a window multiplies all rates. Each line is exact and rounded once, half up, to a nano.
 */
export function priceOf(wanted: PriceAt & { readonly usage: Usage }): Priced | Unpriced {
  const row = rowAt(wanted)
  if (typeof row === 'string') return { ok: false, reason: row }
  const { usage, at } = wanted
  const tier = tierOf(row, allInput(usage), allOutput(usage))
  const window = windowAt(row, at)
  const factor = window === undefined ? ONE : parseDecimal(window.multiplier)
  const lines: PriceLine[] = []
  for (const what of LEAVES) {
    const tokens = usage[what]
    if (tokens === 0) continue
    const rate = RATES_OF[what].find((each) => tier.rates[each] !== undefined)
    const price = rate === undefined ? undefined : tier.rates[rate]
    if (rate === undefined || price === undefined) {
      return { ok: false, reason: `the price row of ${wanted.offer.model} has no rate for ${what}` }
    }
    const unit = times(parseDecimal(price), factor)
    lines.push({ what, tokens, rate, unitPrice: decimalText(unit), nanos: rounded(costOf(tokens, unit)) })
  }
  const nanos = lines.reduce((sum, line) => sum + line.nanos, 0n)
  const words = window === undefined ? '' : windowWords(window)
  return { ok: true, currency: row.currency, nanos, row, lines, rule: `${rowWords(row)}${tier.words}${words}` }
}

function rowWords(row: PriceRow): string {
  const dates = `${row.from === undefined ? '' : ` from ${row.from}`}${row.until === undefined ? '' : ` until ${row.until}`}`
  return `${row.currency} per million tokens as of ${row.asOf}${dates}`
}

/**
 * The most that a request with so many tokens can cost then: every tier that it may reach, the dearest rate of each
 * side, the dearest window of the row, since a request may run into it. Undefined where there is no price. Audio
 * counts only where the caller says that the request may carry any.
 */
export function upperBound(
  wanted: PriceAt & { readonly inputTokens: number; readonly maxOutputTokens: number; readonly audio?: boolean },
): { readonly nanos: bigint; readonly currency: string; readonly row: PriceRow } | undefined {
  const row = rowAt(wanted)
  if (typeof row === 'string') return undefined
  const { inputTokens, maxOutputTokens, audio } = wanted
  const reached = (row.tiers ?? []).filter(
    (tier) => inputTokens > tier.inputAbove && maxOutputTokens > (tier.outputAbove ?? -1),
  )
  const factor = dearest(['1', ...(row.windows ?? []).map((window) => window.multiplier)])
  let most: Decimal | undefined
  for (const rates of [row, ...reached]) {
    const bound = boundOf(rates, { inputTokens, maxOutputTokens, audio: audio === true })
    if (bound === undefined) return undefined
    if (most === undefined || isMore(bound, most)) most = bound
  }
  if (most === undefined) return undefined
  const exact = times(most, factor)
  return { nanos: ceiling(exact), currency: row.currency, row }
}

/** Cost in nanos of the dearest reading of these rates; undefined where a side that may be used has no rate. */
function boundOf(
  rates: Rates,
  of: { inputTokens: number; maxOutputTokens: number; audio: boolean },
): Decimal | undefined {
  const { input, cachedInput, cacheWriteShort, cacheWriteLong, output, outputReasoning } = rates
  if (input === undefined || (output === undefined && of.maxOutputTokens > 0)) return undefined
  const inputs = [input, cachedInput, cacheWriteShort, cacheWriteLong, of.audio ? rates.inputAudio : undefined]
  const outputs = [output, outputReasoning, of.audio ? rates.outputAudio : undefined]
  return plus(costOf(of.inputTokens, dearest(inputs)), costOf(of.maxOutputTokens, dearest(outputs)))
}

/** The largest of the prices that are there; zero of none. */
function dearest(texts: readonly (string | undefined)[]): Decimal {
  let most = ZERO
  for (const text of texts) {
    const value = text === undefined ? ZERO : parseDecimal(text)
    if (isMore(value, most)) most = value
  }
  return most
}

/** Nanos of so many tokens at a price per million: a thousand nanos a token for each whole unit. */
function costOf(tokens: number, perMillion: Decimal): Decimal {
  return { mantissa: BigInt(tokens) * perMillion.mantissa * 1000n, scale: perMillion.scale }
}

function isMore(a: Decimal, b: Decimal): boolean {
  return a.mantissa * 10n ** BigInt(b.scale) > b.mantissa * 10n ** BigInt(a.scale)
}

function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  const lifted = (value: Decimal): bigint => value.mantissa * 10n ** BigInt(scale - value.scale)
  return { mantissa: lifted(a) + lifted(b), scale }
}

/** Half up to a whole nano. */
function rounded({ mantissa, scale }: Decimal): bigint {
  const unit = 10n ** BigInt(scale)
  return (2n * mantissa + unit) / (2n * unit)
}

/** Up to a whole nano; where that is not exact, with room for the rounding of every line. */
function ceiling({ mantissa, scale }: Decimal): bigint {
  const unit = 10n ** BigInt(scale)
  return mantissa % unit === 0n ? mantissa / unit : mantissa / unit + 1n + BigInt(LEAVES.length)
}
