import { expect, test } from 'vitest'
import { convert } from '#server/admin/convert.ts'
import type { UsageRow } from '#store/index.ts'

const RATES = [
  { from: 'USD', to: 'CNY', rate: '7.2', since: '2026-11-05' },
  { from: 'USD', to: 'CNY', rate: '7.1', since: '2026-11-01' },
  { from: 'CNY', to: 'USD', rate: '0.14', since: '2026-11-01' },
]
const TOKENS = {
  inputFresh: 0,
  inputCached: 0,
  cacheWriteShort: 0,
  cacheWriteLong: 0,
  inputAudio: 0,
  outputText: 0,
  outputReasoning: 0,
  outputAudio: 0,
}

function day(name: string, nanos: bigint, currency: string): UsageRow {
  const counts = { requests: 1, released: 0, estimated: 0, unsettled: 0, adjustments: 0 }
  return { group: ['k', name], ...counts, tokens: TOKENS, costs: [{ nanos, currency }] }
}

test('each day is converted at the latest rate that began by then, its own currency is not', () => {
  const rows = [
    day('2026-11-04', 1_000_000_000n, 'USD'),
    day('2026-11-05', 1_000_000_000n, 'USD'),
    day('2026-11-09', 2_000_000_000n, 'CNY'),
  ]
  const config = { reporting: 'CNY', rates: RATES }
  expect(convert(config, rows)).toEqual({ amount: '16.3', currency: 'CNY', missing: [] })
})

test('a rate that is missing is told by currency and day, and neither guessed nor turned around', () => {
  const rows = [day('2026-10-31', 5n, 'USD'), day('2026-11-02', 5n, 'EUR'), day('2026-11-02', 7n, 'CNY')]
  const config = { reporting: 'CNY', rates: RATES }
  expect(convert(config, rows)).toEqual({
    amount: '0.000000007',
    currency: 'CNY',
    missing: ['EUR 2026-11-02', 'USD 2026-10-31'],
  })
})

test('the sum is rounded once, half away from zero', () => {
  const rows = [day('2026-11-05', 1n, 'USD'), day('2026-11-06', 1n, 'USD')]
  const half = [{ from: 'USD', to: 'CNY', rate: '0.25', since: '2026-01-01' }]
  expect(convert({ reporting: 'CNY', rates: half }, rows).amount).toBe('0.000000001')
  expect(
    convert(
      { reporting: 'CNY', rates: half },
      rows.map((row) => ({ ...row, costs: [{ nanos: -1n, currency: 'USD' }] })),
    ).amount,
  ).toBe('-0.000000001')
})
