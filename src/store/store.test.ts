import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openDirect, openStore, StoreFailure, type NewKey, type Store } from '#store/index.ts'
import { listeningLog, outputOf, sampleIntent, sampleSettlement, spawnModule } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'

const SHOP: NewKey = {
  name: 'shop',
  role: 'caller',
  models: ['gpt-4o', 'qwen/*'],
  limits: { requestsPerMinute: 600, concurrency: 50 },
  budget: { amount: '100.00', currency: 'CNY', period: 'month' },
}

async function open(dataDir: string): Promise<Store> {
  return openStore({ dataDir, log: listeningLog() })
}

async function until(condition: () => boolean, ms: number): Promise<boolean> {
  const end = performance.now() + ms
  while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
  return condition()
}

test('a request leaves its intent, its end and its trace, and closing leaves no journal', async () => {
  const { dataDir, places } = temporaryData()
  const store = await open(dataDir)
  await store.ledger.intend(sampleIntent('r1'))
  const settlement = sampleSettlement('r1')
  store.ledger.settle(settlement)
  expect(await store.ledger.trace('r1')).toEqual(settlement.trace)
  expect(await store.ledger.trace('r2')).toBeUndefined()
  expect(await store.ledger.spent('key-1', 'CNY', 0)).toBe(12_300_000n)
  expect(await store.ledger.spent('key-1', 'CNY', settlement.at + 86_400_000)).toBe(0n)
  expect(await store.ledger.spent('key-1', 'USD', 0)).toBe(0n)
  await store.close()
  expect(readdirSync(places.journal)).toEqual([])

  const later = await open(dataDir)
  expect(await later.ledger.trace('r1')).toEqual(settlement.trace)
  await later.close()
})

test('intents still open when the store closes are booked at their bound', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir)
  await store.ledger.intend(sampleIntent('r1'))
  await store.close()
  await expect(store.ledger.intend(sampleIntent('r2'))).rejects.toThrow(
    new StoreFailure('closed', 'the ledger is closed'),
  )
  const direct = await openDirect({ dataDir, log: listeningLog() })
  expect((await direct.unsettled()).map(({ requestId, reason }) => [requestId, reason])).toEqual([
    ['r1', 'still open at shutdown'],
  ])
  await direct.close()
})

test('an amount that the books cannot hold is refused before the request leaves', async () => {
  const store = await open(temporaryData().dataDir)
  const bound = { nanos: 2n ** 63n, currency: 'IRR' }
  await expect(store.ledger.intend(sampleIntent('r1', { bound }))).rejects.toThrow(/cannot hold/)
  await store.close()
})

test('a key is shown once, stored as a hash, in force at once, and gone when revoked', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir)
  const { key, record } = await store.keys.create(SHOP)
  expect(key).toMatch(/^sk-tw-[\w-]{43}$/)
  const { id, createdAt } = record
  const hash = new Uint8Array(createHash('sha256').update(key).digest())
  expect(record).toEqual({ ...SHOP, id, createdAt, hash, preview: `sk-tw-…${key.slice(-4)}` })
  expect(store.vault.keys()).toEqual([record])

  const clash = store.keys.create(SHOP)
  await expect(clash).rejects.toThrow(/there is a key named 'shop' already/)
  await expect(clash).rejects.toMatchObject({ code: 'name-taken' })
  await expect(store.keys.revoke('nobody')).rejects.toMatchObject({ code: 'no-such-key' })

  const before = store.vault.revision()
  const revoked = await store.keys.revoke('shop')
  expect(store.vault.keys()).toEqual([])
  expect(store.vault.revision()).toBeGreaterThan(before)
  expect(await store.keys.revoke(id)).toEqual(revoked)
  const again = await store.keys.create(SHOP)
  expect(await store.keys.list()).toEqual([revoked, again.record])
  await store.close()
})

test('another process makes and revokes keys, and this one knows within a second', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir)
  const run = (line: string): Promise<string> =>
    outputOf(
      spawnModule(
        `
        import { openDirect } from '#store/index.ts'
        const quiet = () => {}
        const { keys, close } = await openDirect({ dataDir: process.argv[1], log: { info: quiet, warn: quiet, error: quiet } })
        ${line}
        await close()
      `,
        [dataDir],
      ),
    )
  const made = await run(
    "console.log((await keys.create({ name: 'shop', role: 'admin', models: [], limits: {} })).record.id)",
  )
  expect(await until(() => store.vault.keys().length === 1, 1_000)).toBe(true)
  expect(store.vault.keys().map(({ id, role }) => [id, role])).toEqual([[made.trim(), 'admin']])
  await run("await keys.revoke('shop')")
  expect(await until(() => store.vault.keys().length === 0, 1_000)).toBe(true)
  await store.close()
})

test('a command beside a running server sees the request that has just ended', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir)
  const direct = await openDirect({ dataDir, log: listeningLog() })
  for (let count = 1; count <= 20; count += 1) {
    await store.ledger.intend(sampleIntent(`r${count}`))
    store.ledger.settle(sampleSettlement(`r${count}`))
    await new Promise((resolve) => setImmediate(resolve))
    const [row] = await direct.usage({})
    expect(row?.requests).toBe(count)
  }
  await store.flush()
  expect(await store.usage({})).toEqual(await direct.usage({}))
  await direct.close()
  await store.close()
})

test('several stores share the data: each sees all spending, none touches the journal of another that lives', async () => {
  const { dataDir, places } = temporaryData()
  const [one, two] = await Promise.all([open(dataDir), open(dataDir)])
  await one.ledger.intend(sampleIntent('r1'))
  await two.ledger.intend(sampleIntent('r2'))
  two.ledger.settle(sampleSettlement('r2'))
  expect(await one.ledger.spent('key-1', 'CNY', 0)).toBe(12_300_000n)
  expect(await one.ledger.trace('r2')).toMatchObject({ id: 'r2' })
  expect(readdirSync(places.journal).filter((name) => name.endsWith('.jsonl'))).toHaveLength(2)
  await one.close()
  const [row] = await two.usage({})
  expect({ requests: row?.requests, unsettled: row?.unsettled }).toEqual({ requests: 2, unsettled: 1 })
  await two.close()
})
