import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterPackages, explainPrice, offersOf, type Package, platforms, upperBound } from '#catalog/index.ts'
import { LEAVES, type Leaf } from '#catalog/leaves.ts'
import type { Offer, PriceRow, Rates } from '#catalog/schema.ts'
import { COUNTED, type Counts, inputTokens, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'

const HOUR = 3_600_000

const price = fc.tuple(fc.nat(9999), fc.nat(4)).map(([digits, scale]) => {
  const text = String(digits).padStart(scale + 1, '0')
  return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`
})
const RATE_NAMES = [
  'cachedInput',
  'cachedExplicit',
  'cacheWriteShort',
  'cacheWriteLong',
  'inputAudio',
  'inputImage',
  'outputReasoning',
  'outputThinking',
  'outputAudio',
  'outputImage',
] as const satisfies readonly (keyof Rates)[]
const more: fc.Arbitrary<Rates> = fc
  .dictionary(fc.constantFrom(...RATE_NAMES), price, { maxKeys: 6 })
  .map((rates) => ({ ...rates }))
const both = fc.tuple(price, price).map(([input, output]) => ({ input, output }))
const rates = fc.tuple(both, more).map(([base, others]) => ({ ...base, ...others }))
const tiers = fc.array(
  fc
    .tuple(rates, fc.constantFrom(0, 100, 1000, 32_000), fc.constantFrom(undefined, 100, 2000))
    .map(([own, inputAbove, outputAbove]) => ({
      ...own,
      inputAbove,
      ...(outputAbove === undefined ? {} : { outputAbove }),
    })),
  { maxLength: 3 },
)
const window = fc.record({
  multiplier: fc.constantFrom('2', '0.5', '1.5'),
  weekdays: fc.constant([1, 2, 3, 4, 5]),
  from: fc.constant('09:00'),
  until: fc.constantFrom('12:00', '18:00'),
  timeZone: fc.constant('Asia/Shanghai'),
  holidays: fc.constant('PRC' as const),
})
const row: fc.Arbitrary<PriceRow> = fc
  .tuple(
    rates,
    fc.record(
      {
        tiers,
        windows: fc.array(window, { maxLength: 2 }),
        graduated: fc.constant(true as const),
        countedAt: fc.constant('end' as const),
        variants: fc.array(
          fc
            .tuple(
              fc.constantFrom(
                { thinking: true },
                { inputMedia: true },
                { outputAudio: false },
                { resolution: '1080p' },
              ),
              more,
            )
            .map(([when, own]) => ({ when, ...own })),
          { maxLength: 2 },
        ),
        batchDiscount: fc.constantFrom('0.5', '0.4'),
        lanes: fc.constant({ flex: { multiplier: '0.5' }, priority: { multiplier: '2.5' }, slow: { input: '7' } }),
        fees: fc.constant({ 'web-search': { price: '10', per: 1000 }, page: { price: '1.5', per: 7 } }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([own, rules]) => ({ currency: 'CNY', unit: 'million-tokens', source: 's', asOf: '2026', ...own, ...rules }))
/** A row, then another one from the middle of November on. */
const made = fc.tuple(row, row).map(([first, second]): Offer => ({
  model: 'm',
  kind: 'chat',
  status: 'active',
  source: 's',
  capabilities: [],
  input: ['text'],
  output: ['text'],
  prices: [
    { ...first, until: '2026-11-16T02:00:00Z' },
    { ...second, from: '2026-11-16T02:00:00Z' },
  ],
}))
const own = [...platforms.keys()].flatMap((id) => offersOf(id)).filter(({ prices }) => prices.length > 0)
const offer = fc.oneof({ weight: 3, arbitrary: made }, { weight: 1, arbitrary: fc.constantFrom(...own) })

const counts: fc.Arbitrary<Counts> = fc.dictionary(fc.constantFrom(...COUNTED), fc.integer({ min: 1, max: 50 }))
const usage: fc.Arbitrary<Usage> = fc
  .tuple(
    fc.tuple(...LEAVES.map(() => fc.oneof(fc.constant(0), fc.nat(300), fc.nat(60_000)))),
    fc.record(
      {
        counts,
        lane: fc.constantFrom('batch', 'flex', 'priority', 'slow', 'nobody-knows'),
        traits: fc.constant({ resolution: '1080p' }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([tokens, extras]) => ({
    ...NO_USAGE,
    ...Object.fromEntries(LEAVES.map((leaf, index) => [leaf, tokens[index] ?? 0])),
    ...extras,
  }))
const moment = fc.integer({ min: Date.parse('2026-11-15T22:00:00Z'), max: Date.parse('2026-11-18T12:00:00Z') })
const length = fc.integer({ min: 0, max: HOUR })
const discount = fc.option(fc.constantFrom({ multiplier: '0.85' }, { multiplier: '1' }), { nil: undefined })

/** Either of them may be absent. */
const asked = (
  of: Offer,
  leaves: Usage,
  at: number,
  terms: { lasts?: number; off?: { multiplier: string } | undefined } = {},
) =>
  explainPrice({
    offer: of,
    usage: leaves,
    at,
    endedAt: at + (terms.lasts ?? 0),
    ...(terms.off === undefined ? {} : { discount: terms.off }),
  })

test('the lines of a price add up to it, whatever rules made it', () => {
  fc.assert(
    fc.property(offer, usage, moment, length, discount, (of, leaves, at, lasts, off) => {
      const priced = asked(of, leaves, at, { lasts, off })
      if (!priced.ok) return
      expect(priced.lines.reduce((sum, line) => sum + line.nanos, 0n)).toBe(priced.nanos)
      expect(priced.nanos).toBeGreaterThanOrEqual(0n)
    }),
    { numRuns: 1000 },
  )
})

test('no usage within a bound costs more than it: tiers, hours, lanes, media, fees, a row that begins meanwhile', () => {
  fc.assert(
    fc.property(offer, usage, moment, length, discount, (of, leaves, at, lasts, off) => {
      const priced = asked(of, leaves, at, { lasts, off })
      const bound = upperBound({
        offer: of,
        at,
        inputTokens: inputTokens(leaves),
        maxOutputTokens: outputTokens(leaves),
        media: true,
        lanes: true,
        ...(leaves.counts === undefined ? {} : { counts: leaves.counts }),
      })
      if (!priced.ok || bound === undefined) return
      expect(bound.nanos).toBeGreaterThanOrEqual(priced.nanos)
    }),
    { numRuns: 2000 },
  )
})

test('a bound holds for what is smaller, too', () => {
  fc.assert(
    fc.property(offer, usage, usage, moment, (of, leaves, larger, at) => {
      const most = {
        inputTokens: Math.max(inputTokens(leaves), inputTokens(larger)),
        maxOutputTokens: Math.max(outputTokens(leaves), outputTokens(larger)),
      }
      const { counts: _, ...plain } = leaves
      const priced = asked(of, plain, at)
      const bound = upperBound({ offer: of, at, ...most, media: true, lanes: true })
      if (priced.ok && bound !== undefined) expect(bound.nanos).toBeGreaterThanOrEqual(priced.nanos)
    }),
    { numRuns: 1000 },
  )
})

test('within a tier one token more never costs less', () => {
  const tierOf = (priced: ReturnType<typeof asked>): unknown =>
    priced.ok ? priced.steps.filter(({ kind }) => kind === 'tier' || kind === 'variant' || kind === 'thinking') : priced
  fc.assert(
    fc.property(offer, usage, fc.constantFrom<Leaf>(...LEAVES), fc.integer({ min: 1, max: 5000 }), moment, (...all) => {
      const [of, leaves, leaf, extra, at] = all
      const [before, after] = [leaves, { ...leaves, [leaf]: (leaves[leaf] ?? 0) + extra }].map((each) =>
        asked(of, each, at),
      )
      if (before?.ok !== true || after?.ok !== true) return
      if (JSON.stringify(tierOf(before)) !== JSON.stringify(tierOf(after))) return
      // A leaf that goes before others moves them into other tiers of a graduated row.
      if (before.row.graduated === true) return
      expect(after.nanos).toBeGreaterThanOrEqual(before.nanos)
    }),
    { numRuns: 1000 },
  )
})

test('a graduated row charges each part at its own tier', () => {
  const graduated: Offer = {
    ...(own[0] as Offer),
    model: 'm',
    prices: [
      {
        currency: 'CNY',
        unit: 'million-tokens',
        source: 's',
        asOf: '2026',
        input: '1',
        cachedInput: '0.5',
        output: '10',
        graduated: true,
        tiers: [
          { inputAbove: 1000, input: '2', cachedInput: '1', output: '10' },
          { inputAbove: 0, outputAbove: 100, input: '1', output: '20' },
        ],
      },
    ],
  }
  const priced = asked(graduated, { ...NO_USAGE, inputCached: 400, inputFresh: 1000, outputText: 150 }, 0)
  // What the cache serves stands first: 400 × 0.5, then 600 × 1, then 400 × 2; 100 × 10, then 50 × 20.
  expect(
    priced.ok && priced.lines.map(({ what, tokens, unitPrice, nanos }) => `${what} ${tokens} ${unitPrice} ${nanos}`),
  ).toEqual([
    'inputCached 400 0.5 200000',
    'inputFresh 600 1 600000',
    'inputFresh 400 2 800000',
    'outputText 100 10 1000000',
    'outputText 50 20 1000000',
  ])
})

test('a lane that nobody knows costs what the list says, and is doubted', () => {
  const [of] = own.filter(({ model }) => model === 'gpt-6-sol')
  if (of === undefined) throw new Error('no offer')
  const priced = asked(of, { ...NO_USAGE, inputFresh: 1000, lane: 'scale' }, Date.parse('2026-11-18T00:00:00Z'))
  expect(priced.ok && [priced.nanos, priced.doubt, priced.rule]).toEqual([
    2_000_000n,
    'no price is known for service tier scale: the standard one is taken',
    'USD per million tokens as of 2026-09-22, no price is known for service tier scale: the standard one is taken',
  ])
})

const OPEN = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }
const left = fc.record({
  package: fc.record(
    {
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      of: fc.constantFrom<Package['of']>('tokens', 'money'),
      amount: fc.constant(0n),
      currency: fc.constantFrom('CNY', 'USD'),
      counts: fc.constantFrom('input' as const, 'output' as const),
      from: fc.constantFrom(OPEN.from, 0, 2000),
      until: fc.constantFrom(OPEN.until, 500, 5000),
    },
    { requiredKeys: ['id', 'of', 'amount', 'from', 'until'] },
  ),
  left: fc.oneof(fc.bigInt({ min: 0n, max: 100_000n }), fc.bigInt({ min: 0n, max: 10n ** 9n })),
})
const packages = fc.uniqueArray(left, { selector: (each) => each.package.id, maxLength: 5 })

test('packages cover a price in the order of their ends, whatever order they are listed in', () => {
  fc.assert(
    fc.property(made, usage, packages, fc.nat(), (of, leaves, given, seed) => {
      const priced = asked(of, leaves, 1000)
      if (!priced.ok) return
      const terms = { at: 1000, currency: priced.currency }
      const shuffled = given.toSorted(
        (a, b) => ((a.package.id.charCodeAt(0) * seed) % 7) - ((b.package.id.charCodeAt(0) * seed) % 7),
      )
      const after = afterPackages(priced.lines, given, terms)
      expect(afterPackages(priced.lines, shuffled, terms)).toEqual(after)
      expect(after.drawn.reduce((sum, { covered }) => sum + covered, after.nanos)).toBe(priced.nanos)
      for (const { id, amount, covered } of after.drawn) {
        const had = given.find((each) => each.package.id === id)
        expect([amount > 0n, amount <= (had?.left ?? 0n), covered >= 0n]).toEqual([true, true, true])
      }
    }),
    { numRuns: 1000 },
  )
})

test('the package that ends first goes first, then tokens, then money; what is over is paid at the list price', () => {
  const [of] = own.filter(({ model }) => model === 'deepseek-v3')
  if (of === undefined) throw new Error('no offer')
  const priced = asked(of, { ...NO_USAGE, inputFresh: 1000, outputText: 1000 }, Date.parse('2026-11-18T00:00:00Z'))
  if (!priced.ok) throw new Error(priced.reason)
  const at = Date.parse('2026-11-18T00:00:00Z')
  const soon = at + HOUR
  const given: readonly { readonly package: Package; readonly left: bigint }[] = [
    { package: { id: 'money', of: 'money', amount: 10n ** 9n, currency: priced.currency, ...OPEN }, left: 1_000_000n },
    { package: { id: 'late', of: 'tokens', amount: 500n, ...OPEN }, left: 500n },
    { package: { id: 'soon', of: 'tokens', amount: 700n, from: 0, until: soon }, left: 700n },
    { package: { id: 'over', of: 'tokens', amount: 700n, from: 0, until: at }, left: 700n },
    { package: { id: 'foreign', of: 'money', amount: 700n, currency: 'EUR', ...OPEN }, left: 700n },
  ]
  const { drawn, nanos } = afterPackages(priced.lines, given, { at, currency: priced.currency })
  expect(drawn.map(({ id, amount }) => `${id} ${amount}`)).toEqual(['soon 700', 'late 500', 'money 1000000'])
  expect(nanos).toBe(priced.nanos - drawn.reduce((sum, { covered }) => sum + covered, 0n))
})
