import { expect, test } from 'vitest'
import type { Catalog } from '#catalog/catalog.ts'
import { released } from '#catalog/index.ts'
import type { Offer, Platform, PriceRow } from '#catalog/schema.ts'
import { staleRows } from '#catalog/stale.ts'

const NOW = Date.UTC(2026, 10, 22)

function catalogOf(checked: string, offers: readonly Partial<Offer>[]): Catalog {
  const platform: Platform = { ...released.platforms.get('vllm')!, id: 'p', checked, sources: ['a', 'b'] }
  const rows = offers.map((offer): Offer => ({ ...OFFER, ...offer }))
  return { ...released, platforms: new Map([['p', platform]]), offersOf: () => rows }
}

const OFFER: Offer = {
  model: 'm',
  kind: 'chat',
  input: ['text'],
  output: ['text'],
  capabilities: [],
  status: 'active',
  prices: [],
  source: 's',
}
const price = (asOf: string, more: Partial<PriceRow> = {}): PriceRow => {
  return { currency: 'CNY', unit: 'million-tokens', input: '1', source: 'list', asOf, ...more }
}

test('a date counts from the first day that it may mean, and a row of just that age is not older', () => {
  const catalog = catalogOf('2026-11-12', [{ prices: [price('2026-11'), price('2026'), price('2026-11-02')] }])
  expect(staleRows(catalog, { now: NOW, days: 20 })).toEqual({
    rows: [
      { kind: 'price', id: 'p/m', currency: 'CNY', asOf: '2026', days: 325, source: 'list' },
      { kind: 'price', id: 'p/m', currency: 'CNY', asOf: '2026-11', days: 21, source: 'list' },
    ],
    history: 0,
  })
})

test('a platform is a row with all its sources', () => {
  expect(staleRows(catalogOf('2026-11-12', []), { now: NOW, days: 9 }).rows).toEqual([
    { kind: 'platform', id: 'p', asOf: '2026-11-12', days: 10, source: 'a; b' },
  ])
})

test('prices that have ended and models that no longer answer are counted as history', () => {
  const ended = price('2025', { until: '2026-11-22T00:00:00Z' })
  const ending = price('2025', { until: '2026-11-22T00:00:01Z', overlay: 'o.yaml' })
  const catalog = catalogOf('2026-11-22', [
    { prices: [ended, ending] },
    { model: 'gone', status: 'retired', prices: [price('2024'), price('2026-11-21')] },
  ])
  expect(staleRows(catalog, { now: NOW, days: 90 })).toEqual({
    rows: [{ kind: 'price', id: 'p/m', currency: 'CNY', asOf: '2025', days: 690, source: 'list', overlay: 'o.yaml' }],
    history: 2,
  })
})
