import { expect, test } from 'vitest'
import { type MoneyPool, poolKey } from '#engine/pool.ts'
import { openStore } from '#store/index.ts'
import { listeningLog, outputOf, sampleIntent, sampleSettlement, spawnModule } from '#store/testing/samples.ts'
import { freshDatabase, statement } from '#store/testing/servers.ts'
import { temporaryData } from '#store/testing/temporary.ts'
import { pause, until } from '#store/testing/until.ts'

const BUDGET: MoneyPool = { kind: 'money', scope: 'key:key-1', currency: 'CNY', since: 0, amount: 100_000_000n }
const KEY = poolKey(BUDGET)

test('the ledger takes nothing back', async ({ skip }) => {
  const server = await freshDatabase()
  if ('missing' in server) return skip(server.missing)
  const store = await openStore({ dataDir: temporaryData().dataDir, database: server.url, log: listeningLog() })
  await store.ledger.intend(sampleIntent('a'))
  await store.close()
  for (const sql of ['UPDATE ledger SET nanos = 0', 'DELETE FROM ledger', 'TRUNCATE ledger CASCADE'])
    await expect(statement(server.url, sql)).rejects.toThrow('the ledger is append-only')
})

test('a newer store and a half migrated one are refused, and starts at once migrate once', async ({ skip }) => {
  const server = await freshDatabase()
  if ('missing' in server) return skip(server.missing)
  const place = (): Parameters<typeof openStore>[0] => ({
    dataDir: temporaryData().dataDir,
    database: server.url,
    log: listeningLog(),
  })
  const stores = await Promise.all([openStore(place()), openStore(place()), openStore(place())])
  await Promise.all(stores.map((store) => store.close()))
  await statement(server.url, "INSERT INTO migrations VALUES (99, '9999-future', 0, 0)")
  await expect(openStore(place())).rejects.toThrow(/another version of tongwen/)
  await statement(server.url, 'DELETE FROM migrations WHERE number = 99; UPDATE migrations SET finished_at = NULL')
  await expect(openStore(place())).rejects.toThrow(/half migrated/)
})

test('a replica that is gone for ever: blocked while in doubt, then its shares return and its intents are marked', async ({
  skip,
}) => {
  const server = await freshDatabase()
  if ('missing' in server) return skip(server.missing)
  const place = { dataDir: temporaryData().dataDir, database: server.url }
  await outputOf(
    spawnModule(
      `
      import { openStore } from '#store/index.ts'
      import { sampleIntent } from '#store/testing/samples.ts'
      const quiet = () => {}
      const store = await openStore({ ...JSON.parse(process.argv[1]), log: { info: quiet, warn: quiet, error: quiet } })
      const pool = { kind: 'money', scope: 'key:key-1', currency: 'CNY', since: 0, amount: 100_000_000n }
      await store.shares.draw(pool, { least: 40_000_000n, most: 40_000_000n })
      await store.ledger.intend(sampleIntent('open', { bound: { nanos: 30_000_000n, currency: 'CNY' } }))
      await store.flush()
      process.kill(process.pid, 'SIGKILL')
    `,
      [JSON.stringify(place)],
    ),
  )
  const log = listeningLog()
  const store = await openStore({ ...place, dataDir: temporaryData().dataDir, log, leaseDoubtMs: 2_000 })
  const left = async (): Promise<bigint> =>
    (await store.shares.draw(BUDGET, { least: 2n ** 50n, most: 2n ** 50n })).left
  expect(await left()).toBe(60_000_000n)
  await pause(9_000)
  expect(await left()).toBe(60_000_000n)
  expect(await until(async () => (await left()) === 70_000_000n, 8_000)).toBe(true)
  const [row] = await store.usage({})
  expect([row?.requests, row?.unsettled]).toEqual([1, 1])
  expect(log.lines.filter((line) => line.startsWith('warn a replica is'))).toHaveLength(2)
  await store.close()
  // It comes back after all: what the others have settled is not counted twice.
  const late = await openStore({ ...place, log: listeningLog() })
  expect((await late.usage({}))[0]?.costs).toEqual([{ nanos: 30_000_000n, currency: 'CNY' }])
  await late.close()
}, 40_000)

test('without the database the journal grows, draws are refused in time, and all is booked when it is back', async ({
  skip,
}) => {
  const server = await freshDatabase()
  if ('missing' in server) return skip(server.missing)
  const name = new URL(server.url).pathname.slice(1)
  const admin = new URL(server.url)
  admin.pathname = '/postgres'
  const away = async (): Promise<void> => {
    await statement(admin.href, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
    await statement(admin.href, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  }
  const log = listeningLog()
  const store = await openStore({ dataDir: temporaryData().dataDir, database: server.url, log })
  await store.shares.draw(BUDGET, { least: 10_000_000n, most: 10_000_000n })
  await away()
  const began = performance.now()
  for (let i = 0; i < 50; i += 1) {
    await store.ledger.intend(sampleIntent(`r${i}`))
    store.ledger.settle(sampleSettlement(`r${i}`, { cost: { nanos: 1n, currency: 'CNY' }, pools: [KEY] }))
  }
  expect(performance.now() - began).toBeLessThan(1_000)
  const asked = performance.now()
  await expect(store.shares.draw(BUDGET, { least: 1n, most: 1n })).rejects.toThrow()
  expect(performance.now() - asked).toBeLessThan(2_500)
  await statement(admin.href, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
  const back = async (): Promise<boolean> =>
    (await store.usage({}).catch(() => []))[0]?.requests === 50 &&
    (await store.shares.draw(BUDGET, { least: 2n ** 50n, most: 2n ** 50n })).left === 90_000_000n
  expect(await until(back, 10_000)).toBe(true)
  await store.close()
})
