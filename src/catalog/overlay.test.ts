import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  explainPrice,
  formatMoney,
  type ModelOverlay,
  type Overlay,
  type PlatformOverlay,
  released,
  withOverlay,
} from '#catalog/index.ts'
import type { Catalog } from '#catalog/catalog.ts'
import type { Offer } from '#catalog/schema.ts'
import { NO_USAGE } from '#wire/usage.ts'

const EVIDENCE = { source: 'our contract of 2026', asOf: '2026-12-01' }
const FILE = './overlay.yaml'

function over(said: {
  platforms?: Record<string, Partial<PlatformOverlay>>
  models?: Record<string, Record<string, Partial<ModelOverlay>>>
}): Catalog {
  const filled = <Row>(rows: Record<string, Row> = {}): Record<string, Row & typeof EVIDENCE> =>
    Object.fromEntries(Object.entries(rows).map(([id, row]) => [id, { ...EVIDENCE, ...row }]))
  const models = Object.entries(said.models ?? {}).map(([id, rows]) => [id, filled(rows)] as const)
  const overlay: Overlay = { file: FILE, platforms: filled(said.platforms), models: Object.fromEntries(models) }
  return withOverlay(released, overlay)
}

function offer(catalog: Catalog, platform: string, model: string): Offer {
  const found = catalog.findOffer(platform, model)
  if (found === undefined) throw new Error(`no ${platform}/${model}`)
  return found
}

/** A million tokens in and out, at a moment. */
function cost(of: Offer, at: string, more: { region?: string; currency?: string } = {}): string {
  const usage = { ...NO_USAGE, inputFresh: 1_000_000, outputText: 1_000_000 }
  const price = explainPrice({ offer: of, usage, at: Date.parse(at), ...more })
  return price.ok ? formatMoney(price.nanos, price.currency) : price.reason
}

const price = (row: object): NonNullable<ModelOverlay['prices']>[number] => ({
  currency: 'CNY',
  unit: 'million-tokens',
  ...EVIDENCE,
  ...row,
})

test('what an overlay does not name stays the very row that was released', () => {
  const catalog = over({ models: { deepseek: { 'deepseek-flash': { maxOutput: 1000 } } } })
  expect(catalog.platforms.get('deepseek')).toBe(released.platforms.get('deepseek'))
  expect(catalog.findOffer('deepseek', 'deepseek-v4-pro')).toBe(released.findOffer('deepseek', 'deepseek-v4-pro'))
  expect(catalog.offersOf('openai')).toBe(released.offersOf('openai'))
  expect(released.findOffer('deepseek', 'deepseek-flash')?.maxOutput).toBe(384_000)
})

test('a corrected model keeps what is not said, in its place, and tells its file, source and date', () => {
  const catalog = over({
    models: { deepseek: { 'deepseek-flash': { maxOutput: 1000, capabilities: ['tools'], quirks: { stopMax: 2 } } } },
  })
  const before = offer(released, 'deepseek', 'deepseek-flash')
  expect(offer(catalog, 'deepseek', 'deepseek-flash')).toEqual({
    ...before,
    maxOutput: 1000,
    capabilities: ['tools'],
    quirks: { ...before.quirks, stopMax: 2 },
    ...EVIDENCE,
    overlay: FILE,
  })
  const ids = (of: Catalog): string[] => of.offersOf('deepseek').map(({ model }) => model)
  expect(ids(catalog)).toEqual(ids(released))
})

test('an added model is found by its names and can be sent to; of what is not said nothing is known', () => {
  const catalog = over({
    models: { deepseek: { 'deepseek-v5': { aliases: ['v5'], context: 2_000_000, maxOutput: 9, sentAs: 'ds-v5' } } },
  })
  expect(offer(catalog, 'deepseek', 'v5')).toEqual({
    model: 'deepseek-v5',
    aliases: ['v5'],
    sentAs: 'ds-v5',
    context: 2_000_000,
    maxOutput: 9,
    kind: 'chat',
    input: ['text'],
    output: ['text'],
    capabilities: [],
    capabilitiesOpen: true,
    status: 'active',
    prices: [],
    ...EVIDENCE,
    overlay: FILE,
  })
  const platform = catalog.platforms.get('deepseek')!
  const resolved = catalog.resolve({ platform, model: 'v5' })
  expect(resolved.ok && resolved.value.wire).toMatchObject({
    model: 'ds-v5',
    maxOutputTokens: 9,
    vision: undefined,
    tools: undefined,
  })
  const unknown = released.resolve({ platform, model: 'v5' })
  expect(unknown.ok && unknown.value.offer).toBe(undefined)
})

test('a platform is corrected: a base URL, quirks key by key, a new region; the rest stays', () => {
  const catalog = over({
    platforms: {
      minimax: {
        regions: { cn: { baseUrl: 'https://proxy.example/v1' }, lab: { baseUrl: 'https://lab.example/v1' } },
        quirks: { answersMax: 3, finishReasons: { done: 'stop' } },
        endpoints: { 'anthropic-messages': { quirks: { stopMax: 1 } }, 'openai-responses': { path: '/responses' } },
      },
    },
  })
  const before = released.platforms.get('minimax')!
  const after = catalog.platforms.get('minimax')!
  expect(after).toMatchObject({ checked: EVIDENCE.asOf, overlay: FILE, errors: before.errors, auth: before.auth })
  expect(after.sources).toEqual([EVIDENCE.source, ...before.sources])
  expect(after.regions.map(({ id }) => id)).toEqual([...before.regions.map(({ id }) => id), 'lab'])
  expect(after.quirks).toEqual({
    ...before.quirks,
    answersMax: 3,
    finishReasons: { ...before.quirks.finishReasons, done: 'stop' },
  })
  const url = (region: string, dialect: 'openai-chat' | 'openai-responses'): unknown => {
    const resolved = catalog.resolve({ platform: after, model: 'm', region, dialect })
    return resolved.ok ? resolved.value.url : resolved.reason
  }
  expect([url('cn', 'openai-chat'), url('lab', 'openai-responses')]).toEqual([
    expect.stringMatching(/^https:\/\/proxy\.example\/v1\//),
    'https://lab.example/v1/responses',
  ])
})

test('a new platform has the ways of the one that it is like, its own sites, and nothing of its facts', () => {
  const catalog = over({
    platforms: {
      house: {
        like: 'vllm',
        name: 'Our servers',
        regions: { rack: { baseUrl: 'https://llm.example/v1' } },
        keyVariables: ['HOUSE_KEY'],
        auth: { kind: 'bearer' },
      },
    },
    models: { house: { 'house-1': { prices: [price({ input: '1', output: '2' })] } } },
  })
  const vllm = released.platforms.get('vllm')!
  expect(catalog.platforms.get('house')).toEqual({
    id: 'house',
    name: 'Our servers',
    kind: 'self-hosted',
    regions: [{ id: 'rack', baseUrl: 'https://llm.example/v1' }],
    keyVariables: ['HOUSE_KEY'],
    auth: { kind: 'bearer' },
    endpoints: vllm.endpoints,
    quirks: vllm.quirks,
    errors: vllm.errors,
    services: vllm.services,
    residency: { mainlandChina: 'not stated', restOfWorld: 'not stated' },
    unverified: [],
    sources: [EVIDENCE.source],
    checked: EVIDENCE.asOf,
    overlay: FILE,
  })
  expect(cost(offer(catalog, 'house', 'house-1'), '2026-12-02T00:00:00Z')).toBe('3 CNY')
  expect([...catalog.platforms.keys()].at(-1)).toBe('house')
})

const SUNDAY = '2026-11-22T12:00:00Z'

test('a price without a beginning takes the place of all rows of its currency; the others stay', () => {
  const row = price({ input: '0.5', output: '1' })
  const catalog = over({ models: { deepseek: { 'deepseek-v4-pro': { prices: [row] } } } })
  const pro = offer(catalog, 'deepseek', 'deepseek-v4-pro')
  const before = offer(released, 'deepseek', 'deepseek-v4-pro')
  expect(pro.prices).toEqual([{ ...row, overlay: FILE }, ...before.prices.filter(({ currency }) => currency !== 'CNY')])
  expect([cost(before, SUNDAY), cost(pro, SUNDAY), cost(pro, '2026-06-01T00:00:00Z')]).toEqual([
    '18 CNY',
    '1.5 CNY',
    '1.5 CNY',
  ])
  expect(cost(pro, SUNDAY, { currency: 'USD' })).toBe(cost(before, SUNDAY, { currency: 'USD' }))
})

test('a price of a day to come follows on the one that holds until then', () => {
  const row = price({ from: '2026-12-01T00:00:00+08:00', input: '100', output: '200' })
  const catalog = over({ models: { deepseek: { 'deepseek-v4-pro': { prices: [row] } } } })
  const pro = offer(catalog, 'deepseek', 'deepseek-v4-pro')
  expect([
    cost(pro, '2026-06-01T00:00:00Z'),
    cost(pro, '2026-11-29T15:59:59Z'),
    cost(pro, '2026-11-30T16:00:00Z'),
  ]).toEqual(['9 CNY', '18 CNY', '300 CNY'])
})

test("the operator's currency is the one that is charged", () => {
  const catalog = over({
    models: { deepseek: { 'deepseek-flash': { prices: [price({ currency: 'EUR', input: '1', output: '1' })] } } },
  })
  const flash = offer(catalog, 'deepseek', 'deepseek-flash')
  expect([cost(flash, SUNDAY), cost(flash, SUNDAY, { currency: 'CNY' })]).toEqual(['2 EUR', '5 CNY'])
})

test('a price for one region leaves the others alone', () => {
  const row = price({ regions: ['cn-beijing'], from: '2026-12-01T00:00:00Z', input: '100', output: '200' })
  const catalog = over({ models: { dashscope: { 'qwen3.8-max': { prices: [row] } } } })
  const before = offer(released, 'dashscope', 'qwen3.8-max')
  const max = offer(catalog, 'dashscope', 'qwen3.8-max')
  const at = (region: string, of: Offer): string[] =>
    [SUNDAY, '2026-12-02T00:00:00Z'].map((time) => cost(of, time, { region }))
  expect(at('cn-beijing', max)).toEqual([cost(before, SUNDAY, { region: 'cn-beijing' }), '300 CNY'])
  for (const region of ['ap-southeast-1', 'us-east-1']) expect(at(region, max)).toEqual(at(region, before))
})

test('whatever rows there are, one for all regions and times to come is the price everywhere from then on', () => {
  const regions = released.platforms.get('dashscope')!.regions.map(({ id }) => id)
  const instants = ['2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', '2026-12-01T00:00:00Z']
  const rows = fc.array(
    fc.record(
      {
        input: fc.integer({ min: 1, max: 9 }).map(String),
        regions: fc.subarray(regions, { minLength: 1 }),
        from: fc.constantFrom(...instants),
        until: fc.constantFrom(...instants),
      },
      { requiredKeys: ['input'] },
    ),
    { maxLength: 5 },
  )
  fc.assert(
    fc.property(rows, fc.constantFrom(...instants), fc.constantFrom(...regions), (below, from, region) => {
      const base: Catalog = withOverlay(released, {
        file: 'below',
        platforms: {},
        models: { dashscope: { m: { ...EVIDENCE, prices: below.map(price) } } },
      })
      const said = { ...EVIDENCE, prices: [price({ from, input: '77' })] }
      const catalog = withOverlay(base, { file: FILE, platforms: {}, models: { dashscope: { m: said } } })
      const rate = (of: Catalog, at: number): string => {
        const usage = { ...NO_USAGE, inputFresh: 1_000_000 }
        const found = explainPrice({ offer: offer(of, 'dashscope', 'm'), usage, at, region })
        return found.ok ? (found.lines[0]?.unitPrice ?? '') : 'none'
      }
      const at = Date.parse(from)
      // A region whose own rows are all over falls back on the rows for everywhere: better than no price.
      const before = rate(base, at - 1)
      expect([rate(catalog, at), rate(catalog, at + 1e11)]).toEqual(['77', '77'])
      if (before !== 'none') expect(rate(catalog, at - 1)).toBe(before)
    }),
  )
})
