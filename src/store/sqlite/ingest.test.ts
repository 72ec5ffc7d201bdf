import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { segmentPath, type Places } from '#store/instance.ts'
import { endLine, intentLine } from '#store/line.ts'
import { ingest } from '#store/sqlite/ingest.ts'
import type { WorkerOptions } from '#store/sqlite/messages.ts'
import { sampleIngestion, sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'

function segment(places: Places, number: number): string {
  return segmentPath(places.journal, 'i', number)
}

const intent = (id: string): string => intentLine(sampleIntent(id))
const end = (id: string): string => endLine(sampleSettlement(id))

function entries(ingestion: ReturnType<typeof sampleIngestion>): string[] {
  const rows = ingestion.db.prepare('SELECT kind, request_id FROM ledger ORDER BY seq').all()
  return rows.map((row) => `${String(row['kind'])} ${String(row['request_id'])}`)
}

test('a living journal is read up to its last whole line, and on from there', () => {
  const { places } = temporaryData()
  const ingestion = sampleIngestion(places)
  const line = intent('r2')
  writeFileSync(segment(places, 1), intent('r1') + line.slice(0, 30))
  ingest(ingestion, 'i', 'alive')
  ingest(ingestion, 'i', 'alive')
  expect(entries(ingestion)).toEqual(['intent r1'])
  appendFileSync(segment(places, 1), line.slice(30) + end('r1'))
  ingest(ingestion, 'i', 'alive')
  expect(entries(ingestion)).toEqual(['intent r1', 'settled r1', 'intent r2'])
  expect(ingestion.rejects).toEqual([])
})

test('the torn last line of a dead writer is skipped, a whole one without its line feed is not', () => {
  const { places } = temporaryData()
  const ingestion = sampleIngestion(places)
  writeFileSync(segment(places, 1), intent('r1'))
  writeFileSync(segment(places, 2), intent('r2') + intent('r3').slice(0, 40))
  ingest(ingestion, 'i', 'dead')
  ingest(ingestion, 'i', 'dead')
  writeFileSync(segmentPath(places.journal, 'j', 1), intent('r4').trimEnd())
  ingest(ingestion, 'j', 'dead')
  expect(entries(ingestion)).toEqual(['intent r1', 'intent r2', 'intent r4'])
  expect(ingestion.rejects).toEqual([])
})

test('what cannot be booked is reported and kept word for word, and the rest is booked', () => {
  const { places } = temporaryData()
  const ingestion = sampleIngestion(places)
  const again = endLine(sampleSettlement('r1', { at: 1, cost: { nanos: 1n, currency: 'CNY' } }))
  writeFileSync(segment(places, 1), `${intent('r1')}rubbish\n${end('r1')}${end('r1')}${again}${intent('r2')}torn`)
  writeFileSync(segment(places, 3), intent('r3'))
  writeFileSync(segment(places, 2), `${intentLine(sampleIntent('r2', { at: 1 }))}${intent('r1')}`)
  ingest(ingestion, 'i', 'alive')
  expect(entries(ingestion)).toEqual(['intent r1', 'settled r1', 'intent r2', 'intent r3'])
  const rejected = ingestion.books.rejected().map(({ segment, line }) => [segment, line])
  expect(rejected).toEqual([
    [1, 'rubbish'],
    [1, again.trimEnd()],
    [1, 'torn'],
    [2, intentLine(sampleIntent('r2', { at: 1 })).trimEnd()],
  ])
  expect(ingestion.rejects).toEqual([
    expect.stringMatching(/^1: .*JSON/),
    '1: a second end for one request, which is settled already',
    expect.stringMatching(/^1: torn in the middle of a journal/),
    '2: a second intent for one request',
  ])
})

test('a segment that somebody took away is reported, and those after it are booked', () => {
  const { places } = temporaryData()
  const ingestion = sampleIngestion(places)
  writeFileSync(segment(places, 1), intent('r1'))
  ingest(ingestion, 'i', 'alive')
  rmSync(segment(places, 1))
  writeFileSync(segment(places, 3), intent('r3'))
  ingest(ingestion, 'i', 'alive')
  expect(entries(ingestion)).toEqual(['intent r1', 'intent r3'])
  expect(ingestion.rejects).toEqual(['1: journal segment 1 is missing'])
})

test('batches smaller than a line, and lines cut between characters, give the same books', () => {
  const lines = [intent('同文'), end('同文'), intent('r2')]
  for (const batchBytes of [1, 7, 64, 1000]) {
    const { places } = temporaryData()
    const ingestion = { ...sampleIngestion(places), batchBytes }
    writeFileSync(segment(places, 1), lines.join(''))
    ingest(ingestion, 'i', 'alive')
    expect(entries(ingestion)).toEqual(['intent 同文', 'settled 同文', 'intent r2'])
  }
})

test('a worker that is killed between and within batches books each line exactly once', async () => {
  const { places } = temporaryData()
  const ids = Array.from({ length: 1_500 }, (_, index) => `r${index}`)
  const half = ids.length / 2
  writeFileSync(
    segment(places, 1),
    ids
      .slice(0, half)
      .map((id) => intent(id) + end(id))
      .join(''),
  )
  writeFileSync(
    segment(places, 2),
    ids
      .slice(half)
      .map((id) => intent(id) + end(id))
      .join(''),
  )
  const ingestion = sampleIngestion(places)
  const count = (): number => Number(ingestion.db.prepare('SELECT count(*) AS n FROM ledger').get()?.['n'])
  const retention = { maxAgeMs: 1e15, maxCount: 1e9 }
  const workerData: WorkerOptions = {
    database: places.database,
    directory: places.journal,
    instance: 'i',
    retention,
    batchBytes: 4_000,
  }
  let kills = 0
  while (count() < ids.length * 2) {
    const before = count()
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    while (count() < ids.length * 2 && count() < before + 400 + Math.random() * 400) await sleep(1)
    await worker.terminate()
    kills += 1
  }
  expect(kills).toBeGreaterThan(2)
  expect(entries(ingestion)).toEqual(ids.flatMap((id) => [`intent ${id}`, `settled ${id}`]))
  expect(ingestion.books.spent('key-1', 'CNY', 0)).toBe(12_300_000n * BigInt(ids.length))
  expect(ingestion.books.rejected()).toEqual([])
})
