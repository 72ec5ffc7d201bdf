import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainPrice, findOffer, formatMoney, offersOf, platforms, priceOf, upperBound } from '#catalog/index.ts'
import type { Leaf } from '#catalog/leaves.ts'
import type { Offer, PriceRow } from '#catalog/schema.ts'
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'

const offer = (platformId: string, model: string): Offer => {
  const found = findOffer(platformId, model)
  if (found === undefined) throw new Error(`no offer ${platformId}/${model}`)
  return found
}
/** An offer with one price row of our own. */
const priced = (...rows: Partial<PriceRow>[]): Offer => ({
  model: 'm',
  kind: 'chat',
  input: ['text'],
  output: ['text'],
  capabilities: [],
  status: 'active',
  source: 's',
  prices: rows.map((row) => ({ currency: 'CNY', unit: 'million-tokens', source: 's', asOf: '2026', ...row })),
})
const used = (leaves: Partial<Record<Leaf, number>>): Usage => ({ ...NO_USAGE, ...leaves })
const costs = (
  of: Offer,
  leaves: Partial<Record<Leaf, number>>,
  more: { at: string; region?: string; currency?: string },
): string => {
  const result = priceOf({ offer: of, usage: used(leaves), ...more, at: Date.parse(more.at) })
  return result.ok ? formatMoney(result.nanos, result.currency) : result.reason
}

const NOW = '2026-11-22T12:00:00+08:00'
const WEDNESDAY = '2026-11-18T'

test('DeepSeek pro costs twice as much in the working hours of Beijing (worked case of the facts)', () => {
  const pro = offer('deepseek', 'deepseek-v4-pro')
  const leaves = { inputFresh: 600_000, inputCached: 400_000, outputText: 100_000 }
  const at = (time: string): string => costs(pro, leaves, { at: `${time}+08:00` })
  // 600000 × 4.5 + 400000 × 0.15 + 100000 × 13.5 per million = 2.70 + 0.06 + 1.35
  expect({
    night: at(`${WEDNESDAY}08:59:59`),
    morning: at(`${WEDNESDAY}09:00:00`),
    ten: at(`${WEDNESDAY}10:00:00`),
    noon: at(`${WEDNESDAY}12:00:00`),
    afternoon: at(`${WEDNESDAY}17:59:59`),
    evening: at(`${WEDNESDAY}18:00:00`),
    sunday: at('2026-11-22T10:00:00'),
    mondayInBeijingOnly: at('2026-11-23T09:30:00'),
  }).toEqual({
    night: '4.11 CNY',
    morning: '8.22 CNY',
    ten: '8.22 CNY',
    noon: '4.11 CNY',
    afternoon: '8.22 CNY',
    evening: '4.11 CNY',
    sunday: '4.11 CNY',
    mondayInBeijingOnly: '8.22 CNY',
  })
})

test('prices are those of the day, in the currency that is asked for', () => {
  const pro = offer('deepseek', 'deepseek-v4-pro')
  const million = { inputFresh: 1_000_000 }
  expect([
    costs(pro, million, { at: '2026-08-16T23:59:59+08:00' }),
    costs(pro, million, { at: '2026-08-17T00:00:00+08:00' }),
    // Until the V4.1 change the peak held on Sundays too.
    costs(pro, million, { at: '2026-08-23T10:00:00+08:00' }),
    costs(pro, million, { at: NOW, currency: 'USD' }),
    costs(pro, million, { at: NOW, currency: 'EUR' }),
    costs(offer('gemini', 'gemini-3.8-flash'), million, { at: '2026-12-31T23:59:59Z' }),
    costs(offer('gemini', 'gemini-3.8-flash'), million, { at: '2027-01-01T00:00:00Z' }),
    costs(offer('anthropic', 'claude-sonnet-5'), million, { at: '2026-08-31T12:00:00Z' }),
    costs(offer('anthropic', 'claude-sonnet-5'), million, { at: '2026-09-01T12:00:00Z' }),
    costs(offer('moonshot', 'kimi-k3'), million, { at: NOW }),
    costs(offer('moonshot', 'kimi-k3'), million, { at: NOW, region: 'intl' }),
  ]).toEqual([
    '3 CNY',
    '4.5 CNY',
    '9 CNY',
    '0.66 USD',
    'the catalog has no price for deepseek-v4-pro in EUR at 2026-11-22T04:00:00.000Z',
    '0.75 USD',
    '1.5 USD',
    '2 USD',
    '2 USD',
    '20 CNY',
    '3 USD',
  ])
})

test('the whole request has the rates of the tier that its input reaches (worked cases of the facts)', () => {
  const sol = offer('openai', 'gpt-6-sol')
  const max = offer('dashscope', 'qwen3-max')
  expect([
    // 200000 × 4 + 100000 × 0.4 + 1000 × 15 per million
    costs(sol, { inputFresh: 200_000, inputCached: 100_000, outputText: 1000 }, { at: NOW }),
    costs(sol, { inputFresh: 172_000, inputCached: 100_000 }, { at: NOW }),
    costs(sol, { inputFresh: 172_001, inputCached: 100_000 }, { at: NOW }),
    costs(max, { inputFresh: 40_000, outputText: 1000 }, { at: NOW }),
    costs(max, { inputFresh: 32_000, outputText: 1000 }, { at: NOW }),
    // By output too: Doubao 1.6 up to 200 tokens.
    costs(offer('ark', 'doubao-seed-1-6-250615'), { inputFresh: 1000, outputText: 200 }, { at: NOW }),
    costs(offer('ark', 'doubao-seed-1-6-250615'), { inputFresh: 1000, outputText: 201 }, { at: NOW }),
  ]).toEqual(['0.855 USD', '0.364 USD', '0.728004 USD', '0.176 CNY', '0.09 CNY', '0.0012 CNY', '0.002408 CNY'])
})

test('each kind of token has its own line, and a missing rate falls back upwards', () => {
  const all = used({
    inputFresh: 1,
    inputCached: 2,
    cacheWriteShort: 3,
    cacheWriteLong: 4,
    inputAudio: 5,
    outputText: 6,
    outputReasoning: 7,
    outputAudio: 8,
  })
  const lines = (row: Partial<PriceRow>): unknown => {
    const result = explainPrice({ offer: priced(row), usage: all, at: 0 })
    return result.ok && result.lines.map(({ what, tokens, rate, nanos }) => `${what} ${tokens} ${rate} ${nanos}`)
  }
  expect(lines({ input: '1', output: '10' })).toEqual([
    'inputFresh 1 input 1000',
    'inputCached 2 input 2000',
    'cacheWriteShort 3 input 3000',
    'cacheWriteLong 4 input 4000',
    'inputAudio 5 input 5000',
    'outputText 6 output 60000',
    'outputReasoning 7 output 70000',
    'outputAudio 8 output 80000',
  ])
  const own = { cachedInput: '0.1', cacheWriteShort: '1.25', inputAudio: '3', outputReasoning: '20', outputAudio: '30' }
  expect(lines({ input: '1', output: '10', ...own })).toEqual([
    'inputFresh 1 input 1000',
    'inputCached 2 cachedInput 200',
    'cacheWriteShort 3 cacheWriteShort 3750',
    'cacheWriteLong 4 cacheWriteShort 5000',
    'inputAudio 5 inputAudio 15000',
    'outputText 6 output 60000',
    'outputReasoning 7 outputReasoning 140000',
    'outputAudio 8 outputAudio 240000',
  ])
})

test('the rule says which row, tier and window applied, and what was not applied', () => {
  const pro = priceOf({
    offer: offer('deepseek', 'deepseek-v4-pro'),
    usage: used({ inputFresh: 1 }),
    at: Date.parse(`${WEDNESDAY}10:00:00+08:00`),
  })
  const sol = priceOf({
    offer: offer('openai', 'gpt-6-sol'),
    usage: used({ inputFresh: 300_000 }),
    at: Date.parse(NOW),
  })
  expect([pro.ok && pro.rule, sol.ok && sol.rule]).toEqual([
    'CNY per million tokens as of 2026-11 from 2026-10-16T16:00:00Z, times 2 (Mon Tue Wed Thu Fri 09:00-12:00 Asia/Shanghai, no public holiday of the PRC calendar)',
    'USD per million tokens as of 2026-09-22, input above 272000 tokens',
  ])
})

test('each line is rounded once, half up, to a nano', () => {
  const of = priced({ input: '0.0005', output: '0.00049' })
  expect(costs(of, { inputFresh: 1, outputText: 1 }, { at: NOW })).toBe('0.000000001 CNY')
  expect(costs(of, { inputFresh: 3 }, { at: NOW })).toBe('0.000000002 CNY')
})

test('what cannot be priced says so: no row, another unit, a missing rate, disputed figures only', () => {
  expect([
    costs(priced(), { inputFresh: 1 }, { at: NOW }),
    costs(priced({ unit: 'second', output: '1' }), { inputFresh: 1 }, { at: NOW }),
    costs(priced({ input: '1' }), { outputText: 1 }, { at: NOW }),
    costs(priced({ input: '1', output: '1', disputed: true }), { inputFresh: 1 }, { at: NOW }),
    costs(priced({ input: '1', output: '1', from: '2027-01-01T00:00:00Z' }), { inputFresh: 1 }, { at: NOW }),
    costs(priced({ input: '1', output: '1', regions: ['far'] }), { inputFresh: 1 }, { at: NOW, region: 'near' }),
  ]).toEqual([
    'the catalog has no price for m',
    'm is not priced by tokens',
    'the price row of m has no rate for outputText',
    'the catalog has no price for m',
    'the catalog has no price for m in CNY at 2026-11-22T04:00:00.000Z',
    'the catalog has no price for m in near',
  ])
})

test('of two rows that hold the one that began last counts, then the one of the newest source', () => {
  const rows = [
    { input: '1', asOf: '2026-03' },
    { input: '2', asOf: '2026-05' },
    { input: '3', asOf: '2026-01', from: '2026-01-01T00:00:00Z' },
  ]
  expect([
    costs(priced(...rows), { inputFresh: 1_000_000 }, { at: NOW }),
    costs(priced(...rows), { inputFresh: 1_000_000 }, { at: '2025-01-01T00:00:00Z' }),
  ]).toEqual(['3 CNY', '2 CNY'])
})

const CHAT = [...platforms.keys()]
  .flatMap((id) => offersOf(id))
  .filter((each) => each.kind === 'chat' && each.prices.length > 0)

test('no usage costs more than the bound that was held for it, whatever the hour', () => {
  const tokens = fc.integer({ min: 0, max: 600_000 })
  const usage = fc.record({
    inputFresh: tokens,
    inputCached: tokens,
    cacheWriteShort: tokens,
    cacheWriteLong: tokens,
    inputAudio: fc.integer({ min: 0, max: 10_000 }),
    outputText: tokens,
    outputReasoning: tokens,
    outputAudio: fc.integer({ min: 0, max: 10_000 }),
  })
  const hour = fc.integer({ min: Date.parse('2026-11-01T00:00:00Z'), max: Date.parse('2026-12-30T00:00:00Z') })
  fc.assert(
    fc.property(fc.constantFrom(...CHAT), usage, hour, (of, leaves, at) => {
      const actual = priceOf({ offer: of, usage: leaves, at })
      const most = { inputTokens: inputTokens(leaves), maxOutputTokens: outputTokens(leaves) }
      const bound = upperBound({ offer: of, ...most, at, media: true })
      if (actual.ok) expect(bound?.nanos).toBeGreaterThanOrEqual(actual.nanos)
    }),
  )
})

test('the bound takes the dearest reading: cache writes, thinking, the peak', () => {
  const at = Date.parse(NOW)
  const bound = (of: Offer, input: number, output: number): string => {
    const found = upperBound({ offer: of, inputTokens: input, maxOutputTokens: output, at })
    return found === undefined ? 'none' : formatMoney(found.nanos, found.currency)
  }
  expect([
    bound(offer('deepseek', 'deepseek-v4-pro'), 1_000_000, 100_000),
    bound(offer('anthropic', 'claude-sonnet-5'), 1_000_000, 0),
    bound(offer('dashscope', 'qwen-plus'), 0, 1_000_000),
    bound(priced(), 1, 1),
    bound(priced({ input: '1' }), 1, 1),
  ]).toEqual(['11.7 CNY', '4 USD', '8 CNY', 'none', 'none'])
})
