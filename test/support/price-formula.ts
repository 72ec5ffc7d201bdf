import type { Leaf } from '#catalog/leaves.ts'
import type { PriceAt } from '#catalog/price-row.ts'
import type { PriceLane, PriceRow, PriceTier, PriceWindow, Rates } from '#catalog/schema.ts'
import type { Discount } from '#catalog/tariff.ts'
import { inputTokens, outputTokens, type Usage } from '#wire/usage.ts'

/*
 * The formula as one would write it down: text parsed each time, all sums in whole numbers of any size. What the
 * catalog reckons with tables and doubles must come to the same, reason and rule included.
 */

interface Fraction {
  readonly over: bigint
  readonly under: bigint
}

const exact = (text: string): Fraction => {
  const [whole = '', decimals = ''] = text.split('.')
  return { over: BigInt(whole + decimals), under: 10n ** BigInt(decimals.length) }
}
const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under })
const plus = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
})
const isMore = (a: Fraction, b: Fraction): boolean => a.over * b.under > b.over * a.under
const dearest = (texts: readonly (string | undefined)[]): Fraction => {
  const [first = exact('0'), ...rest] = texts.flatMap((text) => (text === undefined ? [] : [exact(text)]))
  return rest.reduce((most, each) => (isMore(each, most) ? each : most), first)
}
const nanosOf = (tokens: number, price: Fraction): Fraction => times({ over: BigInt(tokens) * 1000n, under: 1n }, price)
const halfUp = ({ over, under }: Fraction): bigint => (2n * over + under) / (2n * under)
/** Without zeros at the end. */
export const asText = ({ over, under }: Fraction): string => {
  const rest = (over % under)
    .toString()
    .padStart(under.toString().length - 1, '0')
    .replace(/0+$/, '')
  return `${over / under}${rest === '' ? '' : `.${rest}`}`
}

const holds = (row: PriceRow, at: number): boolean =>
  (row.from === undefined || Date.parse(row.from) <= at) && (row.until === undefined || at < Date.parse(row.until))

function expectedRow({ offer, at, region, currency }: PriceAt): PriceRow | string {
  const named = offer.prices.filter((row) => region !== undefined && row.regions?.includes(region))
  const home = offer.prices.filter((row) => row.regions?.join() === offer.prices[0]?.regions?.join())
  const open = offer.prices.filter((row) => row.regions === undefined)
  const there = (region === undefined ? home : named.length > 0 ? named : open).filter((row) => !row.disputed)
  const wanted = currency ?? there[0]?.currency
  if (there.length === 0) return `the catalog has no price for m${region === undefined ? '' : ` in ${region}`}`
  const holding = there.filter((row) => row.currency === wanted && holds(row, at))
  const [best] = holding
    .filter((row) => row.unit === 'million-tokens')
    .toSorted((a, b) => {
      const [begunA, begunB] = [a, b].map((row) => (row.from === undefined ? -8e15 : Date.parse(row.from)))
      return (begunB ?? 0) - (begunA ?? 0) || Number(a.asOf < b.asOf) - Number(a.asOf > b.asOf)
    })
  if (best !== undefined) return best
  if (holding.length > 0) return 'm is not priced by tokens'
  return `the catalog has no price for m in ${wanted} at ${new Date(at).toISOString()}`
}

function isOpen(window: PriceWindow, at: number): boolean {
  const local = new Date(at + (window.timeZone === 'UTC' ? 0 : 8 * 3_600_000)).toISOString()
  const day = new Date(local).getUTCDay()
  const clock = local.slice(-13, -8)
  return (window.weekdays?.includes(day === 0 ? 7 : day) ?? true) && window.from <= clock && clock < window.until
}

const DAYS = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function expectedRule(row: PriceRow, tier: PriceTier | undefined, thought: boolean): string {
  let rule = `${row.currency} per million tokens as of ${row.asOf}`
  if (row.from !== undefined) rule += ` from ${row.from}`
  if (row.until !== undefined) rule += ` until ${row.until}`
  if (tier !== undefined) {
    const input = tier.inputAbove > 0 ? `input above ${tier.inputAbove} tokens` : ''
    const output = tier.outputAbove === undefined ? '' : `output above ${tier.outputAbove} tokens`
    rule += `, ${input}${input !== '' && output !== '' ? ' and ' : ''}${output}`
  }
  return thought ? `${rule}, output of an answer that thought` : rule
}

function windowRule(window: PriceWindow | undefined): string {
  if (window === undefined) return ''
  const days = window.weekdays === undefined ? 'daily' : window.weekdays.map((day) => DAYS[day]).join(' ')
  const exempt = window.exempt === undefined ? '' : `, exemption of ${window.exempt} not applied`
  const factor = asText(exact(window.multiplier))
  return `times ${factor} (${days} ${window.from}-${window.until} ${window.timeZone}${exempt})`
}

const RATES: readonly (readonly [Leaf, readonly (keyof Rates)[]])[] = [
  ['inputFresh', ['input']],
  ['inputCached', ['cachedInput', 'input']],
  ['inputCachedExplicit', ['cachedExplicit', 'cachedInput', 'input']],
  ['cacheWriteShort', ['cacheWriteShort', 'input']],
  ['cacheWriteLong', ['cacheWriteLong', 'cacheWriteShort', 'input']],
  ['inputAudio', ['inputAudio', 'input']],
  ['inputImage', ['inputImage', 'input']],
  ['outputText', ['output']],
  ['outputReasoning', ['outputReasoning', 'output']],
  ['outputAudio', ['outputAudio', 'output']],
  ['outputImage', ['outputImage', 'output']],
]
const THINKING: readonly (keyof Rates)[] = ['outputThinking']

/** What a usage costs, its lines and its rule, or why it has no price. */
export function expectedPrice(wanted: PriceAt & { readonly usage: Usage; readonly discount?: Discount }): unknown {
  const row = expectedRow(wanted)
  if (typeof row === 'string') return { ok: false, reason: row }
  const [input, output] = [inputTokens(wanted.usage), outputTokens(wanted.usage)]
  const tier = row.tiers?.findLast((each) => input > each.inputAbove && output > (each.outputAbove ?? -1))
  const window = row.windows?.find((each) => isOpen(each, wanted.at))
  const [lane, terms] = laneOf(row, wanted.usage.lane)
  const rates: Rates = { ...(tier ?? row), ...terms }
  const thought = wanted.usage.outputReasoning > 0
  const factor = [window?.multiplier, terms?.multiplier, wanted.discount?.multiplier]
    .map((text) => exact(text ?? '1'))
    .reduce(times)
  const lines = []
  for (const [what, own] of RATES) {
    const tokens = wanted.usage[what] ?? 0
    const [first, ...rest] = own
    const names =
      thought && what === 'outputText'
        ? [...THINKING, ...own]
        : thought && what === 'outputReasoning' && first !== undefined
          ? [first, ...THINKING, ...rest]
          : own
    const rate = names.find((name) => rates[name] !== undefined)
    if (tokens === 0) continue
    if (rate === undefined) return { ok: false, reason: `the price row of m has no rate for ${what}` }
    const unit = times(exact(rates[rate] ?? ''), factor)
    lines.push({ what, tokens, rate, unitPrice: asText(unit), nanos: halfUp(nanosOf(tokens, unit)) })
  }
  const nanos = lines.reduce((sum, line) => sum + line.nanos, 0n)
  const says = [row, ...(row.tiers ?? [])].some((each) => each.outputThinking !== undefined)
  const rule = [expectedRule(row, tier, says && thought), windowRule(window), lane, discountRule(wanted.discount)]
  return { ok: true, currency: row.currency, nanos, row, rule: rule.filter((each) => each !== '').join(', '), lines }
}

/** Batch discounts are lanes too. */
function laneOf(row: PriceRow, name: string | undefined): readonly [rule: string, terms: PriceLane | undefined] {
  const { batchDiscount: off } = row
  const batch = off === undefined ? undefined : { over: exact(off).under - exact(off).over, under: exact(off).under }
  const terms =
    name === undefined
      ? undefined
      : (row.lanes?.[name] ?? (name === 'batch' && batch !== undefined ? { multiplier: asText(batch) } : undefined))
  if (name === undefined || terms === undefined) return ['', undefined]
  const { multiplier } = terms
  return [multiplier === undefined ? `rates of ${name}` : `times ${asText(exact(multiplier))} (${name})`, terms]
}

function discountRule(discount: Discount | undefined): string {
  return discount === undefined ? '' : `times ${asText(exact(discount.multiplier))} (contract discount)`
}

/** Of input, of output, and those of either that only media have. */
const everyRate = (all: Rates): readonly (readonly (string | undefined)[])[] => [
  [all.input, all.cachedInput, all.cachedExplicit, all.cacheWriteShort, all.cacheWriteLong],
  [all.output, all.outputReasoning, all.outputThinking],
  [all.inputAudio, all.inputImage],
  [all.outputAudio, all.outputImage],
]

export interface Most {
  readonly inputTokens: number
  readonly maxOutputTokens: number
  readonly media: boolean
  readonly lanes: boolean
}

/** The most that it may cost; undefined without a price. */
export function expectedBound(wanted: PriceAt & Most): unknown {
  const row = expectedRow(wanted)
  if (typeof row === 'string') return undefined
  const { inputTokens: input, maxOutputTokens: output, media } = wanted
  const reached = (row.tiers ?? []).filter((tier) => input > tier.inputAbove && output > (tier.outputAbove ?? -1))
  const readings: readonly Rates[] = [row, ...reached]
  if (readings.some((rates) => rates.input === undefined || (rates.output === undefined && output > 0))) {
    return undefined
  }
  const factor = dearest(['1', ...(row.windows ?? []).map((window) => window.multiplier)])
  const lanes: readonly PriceLane[] = wanted.lanes
    ? Object.values({ batch: laneOf(row, 'batch')[1] ?? {}, ...row.lanes })
    : []
  const ratesOf = (all: Rates): readonly (readonly (string | undefined)[])[] =>
    media ? everyRate(all) : everyRate(all).slice(0, 2)
  const costs = readings.map((rates) => {
    const most = [0, 1].map((side) =>
      [{}, ...lanes]
        .map((lane: PriceLane) => {
          const texts = [rates, lane].flatMap((all) => [
            ...(ratesOf(all)[side] ?? []),
            ...(ratesOf(all)[side + 2] ?? []),
          ])
          return times(dearest(texts), exact(lane.multiplier ?? '1'))
        })
        .reduce((dear, each) => (isMore(each, dear) ? each : dear)),
    )
    const [dearestInput = exact('0'), dearestOutput = exact('0')] = most
    return times(factor, plus(nanosOf(input, dearestInput), nanosOf(output, dearestOutput)))
  })
  const { over, under } = costs.reduce((most, each) => (isMore(each, most) ? each : most))
  const whole = [row, ...(row.tiers ?? [])].every((rates) =>
    [[0], [1], [0, 2], [1, 3]].every((sides) => {
      const most = [{}, ...lanes]
        .map((lane: PriceLane) => {
          const texts = [rates, lane].flatMap((all) => sides.flatMap((side) => everyRate(all)[side] ?? []))
          return times(dearest(texts), exact(lane.multiplier ?? '1'))
        })
        .reduce((dear, each) => (isMore(each, dear) ? each : dear))
      const { over: nanos, under: parts } = nanosOf(1, times(most, factor))
      return nanos % parts === 0n
    }),
  )
  // Not whole nanos a token: up, and room for the rounding of eleven lines.
  return { nanos: whole ? over / under : over / under + 12n, currency: row.currency, row }
}
