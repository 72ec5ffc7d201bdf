import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { segmentPath } from '#store/instance.ts'
import { endLine, intentLine } from '#store/line.ts'
import { adjust, listAdjustments } from '#store/sqlite/adjustments.ts'
import { ingest } from '#store/sqlite/ingest.ts'
import { readUsage } from '#store/sqlite/usage.ts'
import { verifyBooks } from '#store/sqlite/verify.ts'
import { sampleIngestion, sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'
import type { UsageQuery } from '#store/usage.ts'
import { NO_USAGE } from '#wire/usage.ts'

const START = Date.UTC(2026, 9, 31, 14, 20)
const CORRECTION = { id: 'c1', model: 'm', target: 'p/m', reason: 'bill', actor: 'ops' }

const entry = fc.record({
  end: fc.constantFrom('settled', 'released', 'open', 'left'),
  minutes: fc.integer({ min: 0, max: 4_000 }),
  keyId: fc.constantFrom('k1', 'k2'),
  above: fc.constantFrom<(readonly string[] | undefined)[]>(
    undefined,
    ['team:a'],
    ['team:a', 'organisation:o'],
    ['team:b', 'organisation:o'],
  ),
  target: fc.constantFrom('p/m', 'q/n'),
  bound: fc.option(fc.bigInt(0n, 5_000_000_000n)),
  nanos: fc.option(fc.bigInt(0n, 5_000_000_000n)),
  currency: fc.constantFrom('CNY', 'USD'),
  tags: fc.constantFrom({}, { team: 'x' }, { team: 'y', app: 'z' }),
})

type Sample = typeof entry extends fc.Arbitrary<infer Value> ? Value : never

/** The journal lines of a request, and whether they come in one batch or its end later. */
function linesOf(sample: Sample, index: number): readonly [string, string] {
  const { keyId, target, above, currency, tags } = sample
  const at = START + sample.minutes * 60_000
  const own = { keyId, target, ...(above === undefined ? {} : { above }) }
  const { bound: _, ...unpriced } = sampleIntent(`r${index}`, { ...own, at })
  const intent = sample.bound === null ? unpriced : { ...unpriced, bound: { nanos: sample.bound, currency: 'CNY' } }
  if (sample.end === 'open' || sample.end === 'left') return [intentLine(intent), '']
  const { cost: __, ...end } = sampleSettlement(`r${index}`, { ...own, at: at + 60_000, tags })
  const { nanos, end: kind } = sample
  const cost = nanos === null || kind === 'released' ? {} : { cost: { nanos, currency } }
  return [intentLine(intent), endLine({ ...end, kind, trace: { ...end.trace, at, tags }, usage: NO_USAGE, ...cost })]
}

/** Books the samples: a part of the ends in later batches, what is `left` by a process that is gone, and corrections. */
function booked(samples: readonly Sample[], corrections: readonly bigint[]): ReturnType<typeof sampleIngestion>['db'] {
  const { places } = temporaryData()
  const ingestion = sampleIngestion(places)
  const lines = samples.map(linesOf)
  const later = (index: number): boolean => index % 3 === 0
  const first = lines.map(([intent, end], index) => (later(index) ? intent : intent + end))
  const left = samples.flatMap(({ end }, index) => (end === 'left' ? [lines[index]?.[0] ?? ''] : []))
  writeFileSync(
    segmentPath(places.journal, 'i', 1),
    first.filter((_, index) => samples[index]?.end !== 'left').join(''),
  )
  writeFileSync(segmentPath(places.journal, 'gone', 1), left.join(''))
  ingest(ingestion, 'i', 'alive')
  writeFileSync(segmentPath(places.journal, 'i', 2), lines.map(([, end], index) => (later(index) ? end : '')).join(''))
  ingest(ingestion, 'i', 'alive')
  const { id } = ingest(ingestion, 'gone', 'dead')
  ingestion.books.settleOpen(id, 'found after a crash')
  for (const [index, nanos] of corrections.entries())
    adjust(ingestion.db, {
      ...CORRECTION,
      id: `c${index}`,
      at: START,
      keyId: 'k1',
      above: ['team:a'],
      nanos,
      currency: 'CNY',
    })
  expect(ingestion.rejects).toEqual([])
  return ingestion.db
}

test('whatever is booked in whatever order: postings balance, sums are the entries, held is what runs', () => {
  const amounts = fc.array(fc.bigInt(-3_000_000_000n, 3_000_000_000n), { maxLength: 4 })
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 25 }), amounts, (samples, corrections) => {
      const db = booked(samples, corrections)
      expect(verifyBooks(db)).toEqual([])
      const until = START + 3_010 * 60_000
      const scan = db.prepare(`SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(units), 0) AS units,
        coalesce(sum(nanos), 0) AS nanos FROM ledger_entries WHERE at >= ? AND at < ?`)
      for (const since of [0, START + 40 * 60_000, START + 45 * 60_000, START + 3_000 * 60_000]) {
        const { requests, units, nanos } = scan.get(since, until) ?? {}
        const ways: UsageQuery['by'][] = [['key', 'team', 'organisation', 'day'], ['platform', { tag: 'team' }], []]
        for (const by of ways) {
          const rows = readUsage(db, { since, until, offsetMinutes: 480, ...(by === undefined ? {} : { by }) })
          const costs = rows.flatMap((row) => row.costs)
          expect([
            rows.reduce((sum, row) => sum + row.requests, 0),
            costs.reduce((sum, cost) => sum + cost.nanos, 0n),
          ]).toEqual([requests, BigInt(Number(units)) * 1_000_000_000n + BigInt(Number(nanos))])
        }
      }
      db.close()
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('sums by team, organisation and platform; a provider that nobody knows stands for itself', () => {
  const sample = { minutes: 0, keyId: 'k1', bound: null, nanos: 5n, currency: 'CNY', tags: {}, end: 'settled' } as const
  const above = ['team:a', 'organisation:o']
  const db = booked(
    [
      { ...sample, above, target: 'p/m' },
      { ...sample, above: undefined, target: 'q/n' },
    ],
    [],
  )
  const rows = readUsage(db, { by: ['organisation', 'team', 'platform'], platforms: { p: 'dashscope' } })
  expect(rows.map(({ group, requests }) => [...group, requests])).toEqual([
    [undefined, undefined, 'q', 1],
    ['o', 'a', 'dashscope', 1],
  ])
  db.close()
})

test('a correction is booked once, counts in usage and in the budget, and stays', () => {
  const db = booked([], [])
  const wanted = { ...CORRECTION, at: START, keyId: 'k1', nanos: -1_500_000_000n, currency: 'CNY', reference: 'line 3' }
  const made = adjust(db, wanted)
  expect(adjust(db, { ...wanted, nanos: 9n })).toEqual(made)
  expect(listAdjustments(db, START, START + 1)).toEqual([made])
  const [row] = readUsage(db, { keyId: 'k1' })
  expect([row?.requests, row?.adjustments, row?.costs]).toEqual([0, 1, [{ nanos: -1_500_000_000n, currency: 'CNY' }]])
  const spent = db.prepare('SELECT scope, units, nanos FROM spent').all()
  expect(spent.map((each) => ({ ...each }))).toEqual([{ scope: 'key:k1', units: -1, nanos: -500_000_000 }])
  expect(() => db.exec('UPDATE adjustments SET nanos = 0')).toThrow('append-only')
  expect(() => db.exec('DELETE FROM adjustments')).toThrow('append-only')
  db.close()
})

test('books that were tampered with are told, by what contradicts what', () => {
  const sample = { minutes: 0, keyId: 'k1', above: undefined, target: 'p/m', currency: 'CNY', end: 'settled' } as const
  const db = booked([{ ...sample, bound: 7n, nanos: 5n, tags: { team: 'x' } }], [])
  db.exec('UPDATE usage_hours SET nanos = 6; UPDATE usage_tagged SET requests = 2; UPDATE spent SET nanos = 9')
  db.exec("INSERT INTO open_intents VALUES ('ghost', 1, 1)")
  expect([...new Set(verifyBooks(db).map(({ check }) => check))]).toEqual([
    'held',
    'spent',
    'sums',
    'tagged-sums',
    'open',
  ])
  db.close()
})
