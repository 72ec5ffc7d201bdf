import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { MemoryEntry } from '#engine/ports.ts'
import { openStore, type Store } from '#store/index.ts'
import { StoreMemory } from '#store/memory.ts'
import { createKey, revokeKey } from '#store/sqlite/keys.ts'
import { type KeptEntry, openMemory } from '#store/sqlite/memory.ts'
import { openDatabase } from '#store/sqlite/open.ts'
import { listeningLog } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'

const HOUR = 3_600_000

function entry(key: string, more: Partial<MemoryEntry> = {}): MemoryEntry {
  return { owner: 'key-1', kind: 'reasoning', key, value: `value of ${key}`, ttlMs: HOUR, ...more }
}

async function open(dataDir: string, maxBytes = 1_000_000): Promise<Store> {
  return openStore({ dataDir, log: listeningLog(), memoryBytes: () => maxBytes })
}

/** How many of the keys `k0`, `k1`, … are known. */
async function count(store: Store, most: number): Promise<number> {
  const keys = Array.from({ length: most }, (_, i) => `k${i}`)
  return (await store.memory.recallAll('key-1', 'reasoning', keys)).size
}

test('what was remembered is known at once, after a restart too, to its owner and under its kind only', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir)
  store.memory.remember(entry('a'))
  store.memory.remember(entry('a', { value: 'again' }))
  store.memory.remember(entry('b'))
  const known = async ({ memory }: Store): Promise<unknown[]> => [
    await memory.recall('key-1', 'reasoning', 'a'),
    await memory.recall('key-2', 'reasoning', 'a'),
    await memory.recall('key-1', 'response', 'a'),
    await memory.recallAll('key-1', 'reasoning', ['b', 'a', 'c', 'a']),
  ]
  const expected = ['again', undefined, undefined, new Map(Object.entries({ b: 'value of b', a: 'again' }))]
  expect(await known(store)).toEqual(expected)
  await store.close()
  const later = await open(dataDir)
  expect(await known(later)).toEqual(expected)
  await later.close()
})

test('what has expired is not known, in the process that kept it and in the next', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir)
  store.memory.remember(entry('a', { ttlMs: 30 }))
  expect(await store.memory.recall('key-1', 'reasoning', 'a')).toBe('value of a')
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect(await store.memory.recall('key-1', 'reasoning', 'a')).toBeUndefined()
  await store.close()
  const later = await open(dataDir)
  expect(await later.memory.recall('key-1', 'reasoning', 'a')).toBeUndefined()
  await later.close()
})

test('what has expired, was forgotten, or belonged to a revoked key does not stand in the file any more', () => {
  const { places } = temporaryData()
  const { db } = openDatabase(places.database)
  const table = openMemory(db)
  const { record } = createKey(db, { name: 'shop', role: 'caller', models: [], limits: {} })
  const kept = (owner: string, key: string, expiresAt: number): KeptEntry => {
    return { owner, kind: 'reasoning', key, value: `${key} `.repeat(2_000), expiresAt }
  }
  table.keep(
    [kept('o', 'expired', 1), kept('o', 'forgotten', 9), kept(record.id, 'revoked', 9), kept('o', 'left', 9)],
    1e9,
  )
  expect([table.sweep(5, 10), table.sweep(5, 10)]).toEqual([1, 0])
  expect([table.forget('o', 'reasoning', 'forgotten'), table.erasures()]).toEqual([true, 1])
  revokeKey(db, 'shop')
  expect(table.erasures()).toBe(2)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const file = readFileSync(places.database, 'latin1')
  const words = ['expired', 'forgotten', 'revoked', 'left']
  expect(words.filter((word) => file.includes(`${word} ${word} ${word}`))).toEqual(['left'])
  expect(db.prepare("SELECT value FROM meta WHERE name = 'memory-bytes'").get()).toEqual({ value: 10_100 })
  db.close()
})

test('over the bound the oldest go first; a value that would fill a tenth of it is not kept', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir, 100_000)
  store.memory.remember(entry('large', { value: 'x'.repeat(10_001) }))
  for (let i = 0; i < 500; i++) store.memory.remember(entry(`k${i}`, { value: 'x'.repeat(900) }))
  await store.close()
  const later = await open(dataDir)
  const { memory } = later
  expect(await memory.recall('key-1', 'reasoning', 'large')).toBeUndefined()
  expect(await memory.recall('key-1', 'reasoning', 'k499')).toBeDefined()
  expect(await memory.recall('key-1', 'reasoning', 'k399')).toBeUndefined()
  expect(await count(later, 500)).toBeLessThanOrEqual(100)
  await later.close()
})

test('what is forgotten is gone from every process on the data', async () => {
  const { dataDir } = temporaryData()
  const [one, two] = await Promise.all([open(dataDir), open(dataDir)])
  one.memory.remember(entry('a'))
  await one.flush()
  await vi.waitFor(async () => expect(await two.memory.recall('key-1', 'reasoning', 'a')).toBe('value of a'), 2_000)
  expect(await one.memory.forget('key-2', 'reasoning', 'a')).toBe(false)
  expect(await one.memory.forget('key-1', 'reasoning', 'a')).toBe(true)
  expect(await one.memory.recall('key-1', 'reasoning', 'a')).toBeUndefined()
  await vi.waitFor(async () => expect(await two.memory.recall('key-1', 'reasoning', 'a')).toBeUndefined(), 2_000)
  expect(await one.memory.forget('key-1', 'reasoning', 'a')).toBe(false)
  await Promise.all([one.close(), two.close()])
})

test('revoking a key erases what was remembered for it, and nothing of it is kept afterwards', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir)
  const { record } = await store.keys.create({ name: 'shop', role: 'caller', models: [], limits: {} })
  store.memory.remember(entry('a', { owner: record.id, value: 'a thought of the shop' }))
  store.memory.remember(entry('a'))
  await store.keys.revoke('shop')
  expect(await store.memory.recall(record.id, 'reasoning', 'a')).toBeUndefined()
  store.memory.remember(entry('late', { owner: record.id }))
  await store.close()
  const later = await open(dataDir)
  expect(await later.memory.recall(record.id, 'reasoning', 'late')).toBeUndefined()
  expect(await later.memory.recall('key-1', 'reasoning', 'a')).toBe('value of a')
  await later.close()
})

test('a store knows whether it holds anything of a kind, so that nobody has to ask', async () => {
  const { dataDir } = temporaryData()
  const [one, two] = await Promise.all([open(dataDir), open(dataDir)])
  const holds = ({ memory }: Store): boolean[] => [memory.holds('reasoning'), memory.holds('response')]
  expect([holds(one), holds(two)]).toEqual([
    [false, false],
    [false, false],
  ])
  one.memory.remember(entry('a'))
  expect(holds(one)).toEqual([true, false])
  await vi.waitFor(() => expect(holds(two)).toEqual([true, false]), 2_000)
  await Promise.all([one.close(), two.close()])
  const later = await open(dataDir)
  expect(holds(later)).toEqual([true, false])
  await later.memory.forget('key-1', 'reasoning', 'a')
  await later.close()
  const last = await open(dataDir)
  expect(holds(last)).toEqual([false, false])
  await last.close()
})

test('the cache before the store is bounded, answers without it, and lets go of what was not asked for longest', async () => {
  const asked: string[][] = []
  const memory = new StoreMemory({
    client: () => ({
      call: async (_verb: string, ask: unknown) => {
        asked.push([...(ask as { keys: string[] }).keys])
        return [] as never
      },
      remember: () => true,
    }),
    log: listeningLog(),
    maxBytes: () => 1_000_000,
    cacheBytes: 10_000,
  })
  for (const key of ['a', 'b', 'c', 'd']) memory.remember(entry(key, { value: 'x'.repeat(1_000) }))
  await memory.recall('key-1', 'reasoning', 'a')
  expect(asked).toEqual([])
  memory.remember(entry('e', { value: 'x'.repeat(1_000) }))
  const found = await memory.recallAll('key-1', 'reasoning', ['a', 'b', 'c', 'd', 'e'])
  expect([[...found.keys()], asked]).toEqual([['a', 'c', 'd', 'e'], [['b']]])
})

test('a store that cannot answer says so', async () => {
  const { dataDir } = temporaryData()
  const store = await open(dataDir)
  await store.close()
  await expect(store.memory.recall('key-1', 'reasoning', 'a')).rejects.toMatchObject({ code: 'closed' })
})
