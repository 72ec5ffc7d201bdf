import { expect, test } from 'vitest'
import { migrateStore, openStore } from '#store/index.ts'
import { ingest } from '#store/sqlite/ingest.ts'
import { openDatabase } from '#store/sqlite/open.ts'
import { endLine, intentLine } from '#store/line.ts'
import { writeFileSync } from 'node:fs'
import { segmentPath } from '#store/instance.ts'
import {
  listeningLog,
  outputOf,
  sampleIngestion,
  sampleIntent,
  sampleSettlement,
  spawnModule,
} from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'

test('migrating twice changes nothing the second time', async () => {
  const { dataDir } = temporaryData()
  const first = await migrateStore(dataDir)
  expect(first.length).toBeGreaterThan(0)
  expect(await migrateStore(dataDir)).toEqual([])
})

test('a store that a newer version has changed is refused by name, whoever opens it', async () => {
  const { dataDir, places } = temporaryData()
  const { db } = openDatabase(places.database)
  db.exec("INSERT INTO migrations VALUES (99, '0099-from-the-future', 1, 1)")
  db.close()
  const refusal = /another version of tongwen: it has migration '0099-from-the-future'/
  await expect(migrateStore(dataDir)).rejects.toThrow(refusal)
  const opened = openStore({ dataDir, log: listeningLog() })
  await expect(opened).rejects.toThrow(refusal)
  await expect(opened).rejects.toMatchObject({ code: 'refused' })
})

test('a half-migrated store is refused', async () => {
  const { dataDir, places } = temporaryData()
  const { db } = openDatabase(places.database)
  db.exec('UPDATE migrations SET finished_at = NULL WHERE number = (SELECT max(number) FROM migrations)')
  db.close()
  await expect(migrateStore(dataDir)).rejects.toThrow(/half migrated: '\d{4}-[a-z-]+' was broken off/)
})

test('a file that is no store is refused with the reason', async () => {
  const { dataDir, places } = temporaryData()
  writeFileSync(places.database, 'this is not a database, and long enough to look like none '.repeat(20))
  await expect(openStore({ dataDir, log: listeningLog() })).rejects.toThrow(/cannot be opened: file is not a database/)
})

test('processes that start on fresh data at once migrate it once', async () => {
  const { dataDir } = temporaryData()
  const code =
    "import { migrateStore } from '#store/index.ts'\nconsole.log((await migrateStore(process.argv[1])).length)"
  const outputs = await Promise.all(Array.from({ length: 4 }, () => outputOf(spawnModule(code, [dataDir]))))
  expect(outputs.map(Number).filter((applied) => applied > 0)).toHaveLength(1)
})

test('nobody changes or deletes an entry of the ledger', () => {
  const { places } = temporaryData()
  const ingestion = sampleIngestion(places)
  const lines = intentLine(sampleIntent('r1')) + endLine(sampleSettlement('r1'))
  writeFileSync(segmentPath(places.journal, 'i', 1), lines)
  ingest(ingestion, 'i', 'alive')
  const before = ingestion.db.prepare('SELECT * FROM ledger').all()
  expect(before).toHaveLength(2)
  expect(() => ingestion.db.exec('UPDATE ledger SET nanos = 0')).toThrow('the ledger is append-only')
  expect(() => ingestion.db.exec('DELETE FROM ledger')).toThrow('the ledger is append-only')
  expect(ingestion.db.prepare('SELECT * FROM ledger').all()).toEqual(before)
})
