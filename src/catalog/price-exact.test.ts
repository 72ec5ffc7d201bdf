import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainPrice, offersOf, platforms, priceOf, upperBound } from '#catalog/index.ts'
import type { PriceAt } from '#catalog/price-row.ts'
import type { Offer, PriceLane, PriceRow, PriceTier, PriceWindow, Rates } from '#catalog/schema.ts'
import type { Discount } from '#catalog/tariff.ts'
import type { Leaf } from '#catalog/leaves.ts'
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
const asText = ({ over, under }: Fraction): string => {
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

function expectedPrice(wanted: PriceAt & { readonly usage: Usage; readonly discount?: Discount }): unknown {
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

interface Most {
  readonly inputTokens: number
  readonly maxOutputTokens: number
  readonly media: boolean
  readonly lanes: boolean
}

function expectedBound(wanted: PriceAt & Most): unknown {
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
  const ratesOf = (all: Rates): readonly (readonly (string | undefined)[])[] => [
    [all.input, all.cachedInput, all.cachedExplicit, all.cacheWriteShort, all.cacheWriteLong],
    [all.output, all.outputReasoning, all.outputThinking],
    media ? [all.inputAudio, all.inputImage] : [],
    media ? [all.outputAudio, all.outputImage] : [],
  ]
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
  // Not exact: up, and room for the rounding of eleven lines.
  return { nanos: over % under === 0n ? over / under : over / under + 12n, currency: row.currency, row }
}

/** What the plain formula does not know; told by tests of its own. */
const SPECIAL = ['variants', 'graduated', 'countedAt'] as const

/** Mostly such as makers ask; some so long that doubles cannot hold them. */
const price = fc
  .oneof(
    { weight: 80, arbitrary: fc.tuple(fc.nat(9999), fc.nat(4)) },
    { weight: 20, arbitrary: fc.tuple(fc.nat(9_999_999), fc.nat(9)) },
    { weight: 1, arbitrary: fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.nat(14)) },
  )
  .map(([digits, scale]) => asText({ over: BigInt(digits), under: 10n ** BigInt(scale) }))
const rates = {
  input: price,
  cachedInput: price,
  cachedExplicit: price,
  cacheWriteShort: price,
  cacheWriteLong: price,
  inputAudio: price,
  inputImage: price,
  output: price,
  outputReasoning: price,
  outputThinking: price,
  outputAudio: price,
  outputImage: price,
}
const lane = fc.record(
  { multiplier: fc.constantFrom('2', '0.5', '1.75'), input: price, output: price },
  { requiredKeys: [] },
)
const window = fc.record(
  {
    multiplier: fc.oneof(fc.constantFrom('2', '0.5', '1.25'), price),
    weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    from: fc.constantFrom('00:00', '08:30', '09:00', '12:00'),
    until: fc.constantFrom('12:01', '18:00', '23:59', '24:00'),
    timeZone: fc.constantFrom('UTC', 'Asia/Shanghai'),
    exempt: fc.constant('holidays'),
  },
  { requiredKeys: ['multiplier', 'from', 'until', 'timeZone'] },
)
const THRESHOLDS = [0, 200, 32_000, 128_000]
const tier = fc.record(
  { ...rates, inputAbove: fc.constantFrom(...THRESHOLDS), outputAbove: fc.constantFrom(200, 4000) },
  { requiredKeys: ['inputAbove', 'input', 'output'] },
)
const LONG_AGO = '2020-01-01T00:00:00Z'
const FAR_OFF = '2055-01-01T00:00:00Z'
const INSTANTS = ['2026-08-16T16:00:00Z', '2026-10-16T16:00:00Z', '2026-11-18T01:00:00Z', '2027-01-01T00:00:00Z']
const common = {
  ...rates,
  currency: fc.constantFrom('CNY', 'CNY', 'CNY', 'USD'),
  unit: fc.constantFrom(...Array<'million-tokens'>(5).fill('million-tokens'), 'second'),
  from: fc.constantFrom(...Array<string>(6).fill(LONG_AGO), ...INSTANTS.slice(0, 3)),
  until: fc.constantFrom(...Array<string>(6).fill(FAR_OFF), ...INSTANTS.slice(1)),
  tiers: fc.array(tier, { maxLength: 3 }),
  windows: fc.array(window, { maxLength: 3 }),
  batchDiscount: fc.constantFrom('0.5', '0.4'),
  lanes: fc.record({ flex: lane, priority: lane }, { requiredKeys: ['flex'] }),
  disputed: fc.constantFrom(false, false, false, true),
  source: fc.constant('s'),
  asOf: fc.constantFrom('2026', '2026-07', '2026-11'),
}
const REQUIRED = ['currency', 'unit', 'source', 'asOf'] as const
const row = fc.oneof(
  { weight: 3, arbitrary: fc.record(common, { requiredKeys: [...REQUIRED] }) },
  {
    weight: 1,
    arbitrary: fc.record(
      { ...common, regions: fc.constantFrom(['here'], ['here', 'there']) },
      { requiredKeys: [...REQUIRED, 'input', 'output', 'regions'] },
    ),
  },
)
const offer = fc.array(row, { minLength: 1, maxLength: 4, size: 'max' }).map((prices): Offer => ({
  model: 'm',
  kind: 'chat',
  status: 'active',
  source: 's',
  capabilities: [],
  input: ['text'],
  output: ['text'],
  prices,
}))
const tokens = fc.oneof(
  fc.constant(0),
  fc.nat(300),
  fc.nat(600_000),
  fc.constantFrom(...THRESHOLDS).chain((at) => fc.constantFrom(at, at + 1)),
)
const used = (count: fc.Arbitrary<number>): fc.Arbitrary<Usage> =>
  fc.record(
    {
      inputFresh: count,
      inputCached: count,
      cacheWriteShort: count,
      cacheWriteLong: count,
      inputAudio: count,
      outputText: count,
      outputReasoning: count,
      outputAudio: count,
      inputCachedExplicit: count,
      inputImage: count,
      outputImage: count,
      // A lane that no row names is told by its own test.
      lane: fc.constant('flex'),
    },
    {
      requiredKeys: [
        'inputFresh',
        'inputCached',
        'cacheWriteShort',
        'cacheWriteLong',
        'inputAudio',
        'outputText',
        'outputReasoning',
        'outputAudio',
      ],
    },
  )
const usage = fc.oneof({ weight: 4, arbitrary: used(tokens) }, { weight: 1, arbitrary: used(fc.maxSafeNat()) })
const between = (from: string, until: string): fc.Arbitrary<number> =>
  fc.integer({ min: Date.parse(from), max: Date.parse(until) })
const at = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...INSTANTS).map((instant) => Date.parse(instant)) },
  { weight: 3, arbitrary: fc.constantFrom(...INSTANTS).map((instant) => Date.parse(instant) - 1) },
  { weight: 6, arbitrary: between('2026-11-16T00:00:00Z', '2026-11-30T00:00:00Z') },
  { weight: 1, arbitrary: between('1960-01-01T00:00:00Z', '2060-01-01T00:00:00Z') },
)
const terms = fc.record(
  { discount: fc.record({ multiplier: fc.constantFrom('0.85', '0.3', '1') }) },
  { requiredKeys: [] },
)
const place = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record(
      { region: fc.constantFrom('here', 'there'), currency: fc.constantFrom('CNY', 'USD') },
      { requiredKeys: [] },
    ),
  },
)
const bounded = fc.oneof({ weight: 6, arbitrary: tokens }, { weight: 1, arbitrary: fc.maxSafeNat() })
const most: fc.Arbitrary<Most> = fc.record({
  inputTokens: bounded,
  maxOutputTokens: bounded,
  media: fc.boolean(),
  lanes: fc.boolean(),
})

/** The usage without a lane that some row of the offer does not name. */
const laneKnown = (of: Offer, { lane: name, ...rest }: Usage): Usage =>
  name !== undefined && of.prices.every((each) => each.lanes?.[name] !== undefined) ? { ...rest, lane: name } : rest

test('every cost is that of the formula written down plainly, with its lines, its rule or its reason', () => {
  fc.assert(
    fc.property(offer, fc.array(fc.tuple(usage, at, place, terms), { minLength: 1, maxLength: 5 }), (of, questions) => {
      // Several questions of one offer: what is kept from the first must not colour the next.
      for (const [asked, when, where, contract] of questions) {
        const leaves = laneKnown(of, asked)
        const wanted = { offer: of, usage: leaves, at: when, ...where, ...contract }
        const expected = expectedPrice(wanted)
        const explained = explainPrice(wanted)
        const { steps: _steps, ...told } = { steps: undefined, ...explained }
        expect(told).toEqual(expected)
        const { lines: _lines, ...short } = { lines: undefined, ...told }
        expect(priceOf(wanted)).toEqual(short)
      }
    }),
    { numRuns: 1000 },
  )
})

test('every bound is that of the formula written down plainly', () => {
  fc.assert(
    fc.property(offer, fc.array(fc.tuple(most, at, place), { minLength: 1, maxLength: 5 }), (of, questions) => {
      for (const [counts, when, where] of questions) {
        const wanted = { offer: of, at: when, ...where, ...counts }
        expect(upperBound(wanted)).toEqual(expectedBound(wanted))
      }
    }),
    { numRuns: 1000 },
  )
})

test('the catalog’s own rows cost and bind as the formula says', () => {
  const catalog = [...platforms.keys()]
    .flatMap((id) => offersOf(id))
    .filter(
      ({ prices }) =>
        prices.length > 0 &&
        prices.every(
          (row) =>
            !SPECIAL.some((name) => name in row) && row.windows?.every((each) => each.holidays === undefined) !== false,
        ),
    )
  fc.assert(
    fc.property(fc.constantFrom(...catalog), fc.tuple(usage, most), at, (of, [leaves, counts], when) => {
      const wanted = { offer: { ...of, model: 'm' }, at: when }
      const usage = laneKnown(of, leaves)
      const { steps: _, ...told } = { steps: undefined, ...explainPrice({ ...wanted, usage }) }
      expect([told, upperBound({ ...wanted, ...counts })]).toEqual([
        expectedPrice({ ...wanted, usage }),
        expectedBound({ ...wanted, ...counts }),
      ])
    }),
    { numRuns: 1000 },
  )
})
