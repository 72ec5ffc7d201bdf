import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainPrice, offersOf, platforms, priceOf, upperBound } from '#catalog/index.ts'
import type { Offer } from '#catalog/schema.ts'
import { asText, expectedBound, expectedPrice, type Most } from '#test/support/price-formula.ts'
import type { Usage } from '#wire/usage.ts'

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
const KINDS = [
  'inputFresh',
  'inputCached',
  'cacheWriteShort',
  'cacheWriteLong',
  'inputAudio',
  'outputText',
  'outputReasoning',
  'outputAudio',
] as const
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
      requiredKeys: [...KINDS],
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
