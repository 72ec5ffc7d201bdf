import { readdirSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { openStore } from '#store/index.ts'
import { segmentPath } from '#store/instance.ts'
import { endLine, intentLine } from '#store/line.ts'
import { ingest } from '#store/sqlite/ingest.ts'
import type { FromWorker, ToWorker, WorkerOptions } from '#store/sqlite/messages.ts'
import { listeningLog, sampleIngestion, sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'

test('a worker that dies is started again, while intents go on', async () => {
  const posts = vi.spyOn(Worker.prototype, 'postMessage')
  const { dataDir } = temporaryData()
  const log = listeningLog()
  const store = await openStore({ dataDir, log })
  await store.flush()
  const [worker] = posts.mock.contexts
  if (!(worker instanceof Worker)) throw new Error('no worker')
  await worker.terminate()
  await store.ledger.intend(sampleIntent('r1'))
  store.ledger.settle(sampleSettlement('r1'))
  await expect(store.flush()).rejects.toMatchObject({ code: 'failed' })
  await vi.waitFor(() => store.flush(), { timeout: 5_000 })
  expect((await store.usage({}))[0]?.requests).toBe(1)
  await store.close()
  expect(log.lines.slice(-1)).toEqual(["warn the store's worker starts again"])
  posts.mockRestore()
})

/** Asks a bare worker to book what there is; resolves with its answer. */
function flushed(worker: Worker, id: number): Promise<void> {
  return new Promise((resolve) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'answer' && message.id === id) resolve()
    })
    worker.postMessage({ kind: 'call', id, call: { verb: 'flush', ask: undefined } } satisfies ToWorker, [])
  })
}

test.runIf(process.platform === 'linux')(
  'a worker that has given way and falls far behind makes room for one that has not; segments in the books go',
  async () => {
    const { places } = temporaryData()
    const retention = { maxAgeMs: 1e15, maxCount: 1e9 }
    const workerData: WorkerOptions = {
      database: places.database,
      directory: places.journal,
      instance: 'i',
      retention,
    }
    const file = new URL('./worker.ts', import.meta.url)
    const first = new Worker(file, { workerData })
    const exit = once(first, 'exit')
    // The first look at the journal comes before the second answer; having found nothing, the worker has given way.
    await flushed(first, 1)
    await flushed(first, 2)
    for (let number = 1; number <= 40; number += 1)
      writeFileSync(segmentPath(places.journal, 'i', number), intentLine(sampleIntent(`r${number}`)))
    const nudge = setInterval(() => first.postMessage({ kind: 'news' }, []), 10)
    await exit
    clearInterval(nudge)
    const ingestion = sampleIngestion(places)
    const count = (): number => Number(ingestion.db.prepare('SELECT count(*) AS n FROM ledger').get()?.['n'])
    expect(count()).toBeLessThan(40)

    const second = new Worker(file, { workerData })
    await vi.waitFor(() => expect([count(), readdirSync(places.journal)]).toEqual([40, ['i-000040.jsonl']]), 5_000)
    await second.terminate()
  },
)

test('of the traces the newest stay, as many and as old as allowed', () => {
  const { places } = temporaryData()
  const ingestion = sampleIngestion(places)
  const ids = Array.from({ length: 10 }, (_, index) => `r${index}`)
  const lines = ids.map(
    (id, index) => intentLine(sampleIntent(id)) + endLine(sampleSettlement(id, { at: 1_000 + index })),
  )
  writeFileSync(segmentPath(places.journal, 'i', 1), lines.join(''))
  ingest(ingestion, 'i', 'alive')
  const { books } = ingestion
  const kept = (): string[] => ids.filter((id) => books.trace(id) !== undefined)
  expect(books.prune({ before: 0, keep: 10, most: 100 })).toBe(0)
  expect(books.prune({ before: 1_002, keep: 10, most: 100 })).toBe(2)
  expect(kept()).toEqual(ids.slice(2))
  expect(books.prune({ before: 0, keep: 3, most: 2 })).toBe(2)
  expect(kept()).toEqual(ids.slice(4))
  expect(books.prune({ before: 0, keep: 3, most: 100 })).toBe(3)
  expect(kept()).toEqual(ids.slice(7))
})
