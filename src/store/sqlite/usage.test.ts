import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Money, Settlement } from '#engine/ports.ts'
import { segmentPath } from '#store/instance.ts'
import { endLine, intentLine } from '#store/line.ts'
import { ingest } from '#store/sqlite/ingest.ts'
import { readUsage } from '#store/sqlite/usage.ts'
import { sampleIngestion, sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'
import type { UsageQuery, UsageRow } from '#store/usage.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** The books after these ends, each with its intent before it. */
function booksOf(ends: readonly Settlement[]): ReturnType<typeof sampleIngestion> {
  const { places } = temporaryData()
  const ingestion = sampleIngestion(places)
  const lines = ends.map((end) => intentLine(sampleIntent(end.requestId, { keyId: end.keyId })) + endLine(end))
  writeFileSync(segmentPath(places.journal, 'i', 1), lines.join(''))
  ingest(ingestion, 'i', 'alive')
  expect(ingestion.rejects).toEqual([])
  return ingestion
}

const cny = (nanos: bigint): { readonly cost: Money } => ({ cost: { nanos, currency: 'CNY' } })

/** Midnight in China is 16:00 UTC. */
const CHINESE_NEW_DAY = Date.UTC(2026, 10, 21, 16)

const ENDS: readonly Settlement[] = [
  sampleSettlement('r1', { at: CHINESE_NEW_DAY - 1, ...cny(5n), tags: { team: 'a', 'app.x"y': 'p' } }),
  sampleSettlement('r2', { at: CHINESE_NEW_DAY, ...cny(7n), tags: { team: 'b' }, estimated: 'cut stream' }),
  sampleSettlement('r3', { at: CHINESE_NEW_DAY, cost: { nanos: 11n, currency: 'USD' }, model: 'n', tags: {} }),
  sampleSettlement('r4', {
    at: CHINESE_NEW_DAY,
    kind: 'released',
    usage: NO_USAGE,
    ...cny(0n),
    tags: {},
    keyId: 'key-2',
  }),
]

/** Group, requests and costs of each row, which is what most queries are about. */
function short(rows: readonly UsageRow[]): unknown[] {
  return rows.map(({ group, requests, costs }) => [
    ...group,
    requests,
    ...costs.map(({ nanos, currency }) => `${nanos} ${currency}`),
  ])
}

test('one row says everything about all requests', () => {
  const { cost: _, ...free } = sampleSettlement('r5', { at: CHINESE_NEW_DAY })
  const { db } = booksOf([...ENDS, free])
  expect(readUsage(db, {})).toEqual([
    {
      group: [],
      requests: 5,
      released: 1,
      estimated: 1,
      unsettled: 0,
      adjustments: 0,
      tokens: { ...NO_USAGE, inputFresh: 40, outputText: 20 },
      costs: [
        { nanos: 12n, currency: 'CNY' },
        { nanos: 11n, currency: 'USD' },
      ],
    },
  ])
})

test.each<[string, UsageQuery, unknown[]]>([
  [
    'by key',
    { by: ['key'] },
    [
      ['key-1', 3, '12 CNY', '11 USD'],
      ['key-2', 1, '0 CNY'],
    ],
  ],
  [
    'by model and target',
    { by: ['model', 'target'] },
    [
      ['m', 'p/m', 3, '12 CNY'],
      ['n', 'p/m', 1, '11 USD'],
    ],
  ],
  ['by day in UTC', { by: ['day'] }, [['2026-11-21', 4, '12 CNY', '11 USD']]],
  [
    'by day in China',
    { by: ['day'], offsetMinutes: 480 },
    [
      ['2026-11-21', 1, '5 CNY'],
      ['2026-11-22', 3, '7 CNY', '11 USD'],
    ],
  ],
  [
    'by tag',
    { by: [{ tag: 'team' }] },
    [
      [undefined, 2, '0 CNY', '11 USD'],
      ['a', 1, '5 CNY'],
      ['b', 1, '7 CNY'],
    ],
  ],
  ['by a tag with a strange name', { by: [{ tag: 'app.x"y' }], tags: { team: 'a' } }, [['p', 1, '5 CNY']]],
  ['of one tag value', { tags: { team: 'b' } }, [[1, '7 CNY']]],
  ['of one key', { keyId: 'key-2' }, [[1, '0 CNY']]],
  ['of one model', { model: 'n' }, [[1, '11 USD']]],
  ['of one target', { target: 'q/m' }, []],
  ['of a time', { since: CHINESE_NEW_DAY - 1, until: CHINESE_NEW_DAY }, [[1, '5 CNY']]],
])('usage %s', (_, query, rows) => {
  expect(short(readUsage(booksOf(ENDS).db, query))).toEqual(rows)
})

test('sums are exact beyond 64 bits', () => {
  const most = 2n ** 63n - 1n
  const { db, books } = booksOf(['r1', 'r2', 'r3'].map((id) => sampleSettlement(id, cny(most))))
  expect(short(readUsage(db, {}))).toEqual([[3, `${most * 3n} CNY`]])
  expect(books.spent('key-1', 'CNY', 0)).toBe(most * 3n)
})

test('a balance is the sum of all entries, whatever the order of intents, ends, repetitions and deaths', () => {
  const request = fc.record({
    bound: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    cost: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    currency: fc.constantFrom('CNY', 'USD'),
    fate: fc.constantFrom('settled', 'settled twice', 'released', 'open'),
  })
  fc.assert(
    fc.property(fc.array(request, { maxLength: 12 }), fc.boolean(), (requests, dies) => {
      const { places } = temporaryData()
      const ingestion = sampleIngestion(places)
      const expected = new Map<string, bigint>()
      const lines = requests.map(({ bound, cost, currency, fate }, index) => {
        const id = `r${index}`
        const kind = fate === 'released' ? 'released' : 'settled'
        const nanos = fate === 'released' ? 0n : cost
        const spent = fate === 'open' ? (dies ? bound : 0n) : nanos
        expected.set(currency, (expected.get(currency) ?? 0n) + spent)
        const end = endLine(sampleSettlement(id, { kind, cost: { nanos, currency } }))
        const ends = fate === 'open' ? '' : fate === 'settled twice' ? end + end : end
        return intentLine(sampleIntent(id, { bound: { nanos: bound, currency } })) + ends
      })
      writeFileSync(segmentPath(places.journal, 'i', 1), lines.join(''))
      const { id } = ingest(ingestion, 'i', dies ? 'dead' : 'alive')
      if (dies) ingestion.books.settleOpen(id, 'found after a crash')

      const entries = ingestion.db.prepare('SELECT nanos, currency FROM ledger')
      entries.setReadBigInts(true)
      for (const [currency, sum] of expected) {
        const ofCurrency = entries.all().filter((entry) => entry['currency'] === currency)
        expect(ofCurrency.reduce((total, { nanos }) => total + (nanos as bigint), 0n)).toBe(sum)
        expect(ingestion.books.spent('key-1', currency, 0)).toBe(sum)
      }
      ingestion.db.close()
    }),
    { numRuns: 40 },
  )
})
