import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MoneyPool, poolKey, type RatePool, type SlotPool } from '#engine/pool.ts'
import { openDirect, openStore, type Direct, type NewKey, type Store } from '#store/index.ts'
import { freshDatabase } from '#store/testing/servers.ts'
import { listeningLog, outputOf, sampleIntent, sampleSettlement, spawnModule } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'
import { pause, until } from '#store/testing/until.ts'

/** Where a store is, as a process is told. */
interface Place {
  readonly dataDir: string
  readonly database?: string
  readonly leaseDoubtMs?: number
}

/** A kind of store, and whether replicas of it have a data directory each. */
const KINDS = [
  { kind: 'SQLite', apart: false },
  { kind: 'PostgreSQL', apart: true },
] as const

const SHOP: NewKey = {
  name: 'shop',
  role: 'caller',
  models: ['gpt-4o', 'qwen/*'],
  limits: { requestsPerMinute: 600, concurrency: 50 },
  budget: { amount: '100.00', currency: 'CNY', period: 'month' },
}

const BUDGET: MoneyPool = { kind: 'money', scope: 'key:key-1', currency: 'CNY', since: 0, amount: 100_000_000n }
const KEY = poolKey(BUDGET)

describe.each(KINDS)('$kind', ({ kind, apart }) => {
  const missing: string[] = []

  beforeAll(async () => {
    if (!apart) return
    const server = await freshDatabase()
    if ('missing' in server) missing.push(server.missing)
  }, 180_000)
  afterAll(() => {
    if (missing.length > 0) process.stderr.write(`skipped on ${kind}: ${missing.join(', ')}\n`)
  })

  /** Replicas of one gateway: the first's place, and one for each more. */
  async function places(skip: (note: string) => void): Promise<() => Place> {
    const { dataDir } = temporaryData()
    if (!apart) return () => ({ dataDir })
    const server = await freshDatabase()
    if ('missing' in server) {
      skip(server.missing)
      return () => ({ dataDir })
    }
    return () => ({ dataDir: temporaryData().dataDir, database: server.url })
  }

  const open = (place: Place): Promise<Store> => openStore({ ...place, log: listeningLog() })
  const direct = (place: Place): Promise<Direct> => openDirect({ ...place, log: listeningLog() })

  test('a request leaves its intent, its end, its trace and its cost', async ({ skip }) => {
    const place = (await places(skip))()
    const store = await open(place)
    await store.ledger.intend(sampleIntent('r1'))
    const settlement = sampleSettlement('r1')
    store.ledger.settle(settlement)
    expect(await store.ledger.trace('r1')).toEqual(settlement.trace)
    expect(await store.ledger.trace('r2')).toBeUndefined()
    expect(await store.ledger.spent('key-1', 'CNY', 0)).toBe(12_300_000n)
    expect(await store.ledger.spent('key-1', 'CNY', settlement.at + 86_400_000)).toBe(0n)
    await store.close()
    const later = await open(place)
    expect(await later.ledger.trace('r1')).toEqual(settlement.trace)
    await later.close()
  })

  test('keys and groups are in force at once here, and within a second elsewhere', async ({ skip }) => {
    const next = await places(skip)
    const [one, two] = [await open(next()), await open(next())]
    const { record } = await one.keys.create(SHOP)
    expect(one.vault.keys()).toEqual([record])
    expect(await until(() => two.vault.keys().length === 1, 1_000)).toBe(true)
    expect(two.vault.keys()).toEqual([record])
    await expect(two.keys.create(SHOP)).rejects.toMatchObject({ code: 'name-taken' })
    await expect(two.keys.revoke('nobody')).rejects.toMatchObject({ code: 'no-such-key' })
    const revoked = await two.keys.revoke('shop')
    expect(await until(() => one.vault.keys().length === 0, 1_000)).toBe(true)
    expect(await one.keys.revoke(record.id)).toEqual(revoked)
    const again = await one.keys.create(SHOP)
    expect(await two.keys.list()).toEqual([revoked, again.record])
    expect(await one.keys.update('shop', { limits: { concurrency: null }, team: 'search' })).toEqual({
      ...again.record,
      limits: { requestsPerMinute: 600 },
      team: 'search',
    })
    const team = await one.groups.create({ kind: 'team', name: 'search', models: [], limits: {} })
    await expect(two.groups.create({ kind: 'team', name: 'search', models: [], limits: {} })).rejects.toMatchObject({
      code: 'name-taken',
    })
    expect(await until(() => two.vault.groups?.().length === 1, 1_000)).toBe(true)
    await expect(two.groups.remove({ kind: 'team', name: 'search' })).rejects.toMatchObject({ code: 'in-use' })
    const changed = await two.groups.update({ kind: 'team', name: 'search' }, { limits: { concurrency: 7 } })
    expect(await one.groups.list()).toEqual([{ ...team, limits: { concurrency: 7 } }])
    expect(changed).toEqual({ ...team, limits: { concurrency: 7 } })
    await one.keys.revoke('shop')
    await two.groups.remove({ kind: 'team', name: 'search' })
    expect(await one.groups.list()).toEqual([])
    await Promise.all([one.close(), two.close()])
  })

  test('usage groups and filters, with exact sums in each currency', async ({ skip }) => {
    const store = await open((await places(skip))())
    const at = Date.UTC(2026, 10, 21, 16)
    const ends = [
      sampleSettlement('r1', { at: at - 1, cost: { nanos: 5n, currency: 'CNY' }, tags: { team: 'a', 'x.y"z': 'p' } }),
      sampleSettlement('r2', { at, cost: { nanos: 7n, currency: 'CNY' }, tags: { team: 'b' }, estimated: 'cut' }),
      sampleSettlement('r3', { at, cost: { nanos: 2n ** 62n, currency: 'IRR' }, model: 'n', tags: {} }),
      sampleSettlement('r4', { at, cost: { nanos: 2n ** 62n, currency: 'IRR' }, tags: {}, keyId: 'key-2' }),
      sampleSettlement('r5', { at, cost: { nanos: 2n ** 62n, currency: 'IRR' }, tags: { team: '\0\uD800' } }),
    ]
    for (const end of ends) {
      await store.ledger.intend(sampleIntent(end.requestId, { keyId: end.keyId }))
      store.ledger.settle(end)
    }
    const short = async (query: Parameters<Store['usage']>[0]): Promise<unknown> =>
      (await store.usage(query)).map(({ group, requests, estimated, costs }) => [
        ...group,
        requests,
        estimated,
        ...costs.map(({ nanos, currency }) => `${nanos} ${currency}`),
      ])
    expect([
      await short({}),
      await short({ by: ['key'], until: at + 1 }),
      await short({ by: ['day'], offsetMinutes: 480, model: 'm', tags: { team: 'a' } }),
      await short({ by: [{ tag: 'x.y"z' }], since: at - 1, keyId: 'key-1' }),
      ((await short({ by: [{ tag: 'team' }] })) as unknown[]).length,
    ]).toEqual([
      [[5, 1, '12 CNY', `${3n * 2n ** 62n} IRR`]],
      [
        ['key-1', 4, 1, '12 CNY', `${2n ** 63n} IRR`],
        ['key-2', 1, 0, `${2n ** 62n} IRR`],
      ],
      [['2026-11-21', 1, 0, '5 CNY']],
      [
        [undefined, 3, 1, '7 CNY', `${2n ** 63n} IRR`],
        ['p', 1, 0, '5 CNY'],
      ],
      4,
    ])
    await store.close()
  })

  test('what is remembered is there for all, not for others, and goes with its key', async ({ skip }) => {
    const next = await places(skip)
    const [one, two] = [await open(next()), await open(next())]
    const { record } = await one.keys.create(SHOP)
    one.memory.remember({ owner: record.id, kind: 'response', key: 'a', value: '1', ttlMs: 60_000 })
    one.memory.remember({ owner: record.id, kind: 'response', key: 'a', value: '2\u{1F600}', ttlMs: 60_000 })
    one.memory.remember({ owner: record.id, kind: 'response', key: 'b', value: 'x', ttlMs: 0 })
    await one.flush()
    expect(await until(() => two.memory.holds('response'), 1_500)).toBe(true)
    expect(await two.memory.recallAll(record.id, 'response', ['a', 'b', 'c'])).toEqual(new Map([['a', '2\u{1F600}']]))
    expect(await two.memory.recall('key-other', 'response', 'a')).toBeUndefined()
    await one.keys.revoke('shop')
    await pause(1_000)
    expect(await two.memory.recall(record.id, 'response', 'a')).toBeUndefined()
    await Promise.all([one.close(), two.close()])
  })

  test('draws are exact whoever asks, booking moves money from the share to what is spent, and the rest goes back', async ({
    skip,
  }) => {
    const next = await places(skip)
    const [one, two] = [await open(next()), await open(next())]
    const wish = { least: 10_000_000n, most: 10_000_000n }
    const draws = await Promise.all(Array.from({ length: 16 }, (_, i) => (i % 2 ? one : two).shares.draw(BUDGET, wish)))
    expect(draws.filter(({ granted }) => granted === 10_000_000n)).toHaveLength(10)
    expect(draws.filter(({ granted }) => granted === 0n)).toHaveLength(6)
    await one.ledger.intend(sampleIntent('r1'))
    one.ledger.settle(sampleSettlement('r1', { pools: [KEY] }))
    await one.flush()
    one.shares.giveBack(BUDGET, 5_000_000n)
    const left = async (): Promise<bigint> =>
      (await two.shares.draw(BUDGET, { least: 2n ** 50n, most: 2n ** 50n })).left
    expect(await until(async () => (await left()) === 5_000_000n, 1_000)).toBe(true)
    await one.close()
    // 12.3 million are spent; the other replica still holds what it drew.
    const held = draws.filter(({ granted }, i) => i % 2 === 0 && granted > 0n).length
    expect(await left()).toBe(100_000_000n - 12_300_000n - BigInt(held) * 10_000_000n)
    await two.close()
  })

  test('whoever holds a share is told when another is short', async ({ skip }) => {
    const next = await places(skip)
    const [one, two] = [await open(next()), await open(next())]
    const told: string[] = []
    one.shares.onScarce((key) => told.push(key))
    await one.shares.draw(BUDGET, { least: 1n, most: 90_000_000n })
    const draw = await two.shares.draw(BUDGET, { least: 50_000_000n, most: 50_000_000n })
    expect(draw).toEqual({ granted: 0n, left: 10_000_000n, others: 90_000_000n, scarce: true })
    expect(await until(() => told.includes(KEY), 1_000)).toBe(true)
    await Promise.all([one.close(), two.close()])
  })

  test('a rate gives its window once, whoever asks, and refills; slots come back', async ({ skip }) => {
    const next = await places(skip)
    const [one, two] = [await open(next()), await open(next())]
    const rate: RatePool = {
      kind: 'rate',
      scope: 'key:a',
      of: 'tokens',
      perWindow: 6_000_000_000n,
      windowMs: 86_400_000,
    }
    const first = await one.shares.draw(rate, { least: 6_000_000_000n, most: 6_000_000_000n })
    expect(first).toEqual({ granted: 6_000_000_000n, left: 0n, others: 0n, scarce: false })
    const second = await two.shares.draw(rate, { least: 3_000_000_000n, most: 3_000_000_000n })
    expect([second.granted, Math.round((second.retryAfterMs ?? 0) / 100_000)]).toEqual([0n, 432])
    const slots: SlotPool = { kind: 'slots', scope: 'key:a', count: 3n }
    const all = await Promise.all([one, two, one, two].map(({ shares }) => shares.draw(slots, { least: 1n, most: 1n })))
    expect(all.map(({ granted }) => Number(granted)).toSorted((a, b) => a - b)).toEqual([0, 1, 1, 1])
    two.shares.giveBack(slots, 1n)
    const again = async (): Promise<boolean> => (await one.shares.draw(slots, { least: 1n, most: 1n })).granted === 1n
    expect(await until(again, 1_000)).toBe(true)
    await Promise.all([one.close(), two.close()])
  })

  test('a killed process leaves its open intents at their bound and its shares free, each line booked once', async ({
    skip,
  }) => {
    const next = await places(skip)
    const place = next()
    await outputOf(
      spawnModule(
        `
        import { openStore } from '#store/index.ts'
        import { sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
        const quiet = () => {}
        const place = JSON.parse(process.argv[1])
        const store = await openStore({ ...place, log: { info: quiet, warn: quiet, error: quiet } })
        const pool = { kind: 'money', scope: 'key:key-1', currency: 'CNY', since: 0, amount: 100_000_000n }
        await store.shares.draw(pool, { least: 100_000_000n, most: 100_000_000n })
        await store.ledger.intend(sampleIntent('ended', { bound: { nanos: 20_000_000n, currency: 'CNY' } }))
        await store.ledger.intend(sampleIntent('open', { bound: { nanos: 30_000_000n, currency: 'CNY' } }))
        await store.flush()
        store.ledger.settle(sampleSettlement('ended', { pools: ['${KEY}'] }))
        await store.ledger.intend(sampleIntent('late', { bound: { nanos: 7n, currency: 'CNY' } }))
        process.kill(process.pid, 'SIGKILL')
      `,
        [JSON.stringify(place)],
      ),
    )
    const [one, two] = await Promise.all([open(place), open(place)])
    const command = await direct(place)
    expect((await command.unsettled()).map(({ requestId, reason }) => `${requestId}: ${reason}`).toSorted()).toEqual([
      'late: found after a crash',
      'open: found after a crash',
    ])
    expect(await command.rejected()).toEqual([])
    const [row] = await one.usage({})
    expect([row?.requests, row?.unsettled, row?.costs]).toEqual([3, 2, [{ nanos: 42_300_007n, currency: 'CNY' }]])
    const draw = await two.shares.draw(BUDGET, { least: 57_699_993n, most: 57_699_993n })
    expect([draw.granted, draw.left, draw.others]).toEqual([57_699_993n, 0n, 0n])
    await Promise.all([command.close(), one.close(), two.close()])
  })

  test('many writers at once: every request has one end, and the sum is exact', async ({ skip }) => {
    const next = await places(skip)
    const stores = await Promise.all([open(next()), open(next()), open(next())] as const)
    await Promise.all(
      stores.flatMap((store, which) =>
        Array.from({ length: 300 }, async (_, i) => {
          const id = `w${which}-${i}`
          await store.ledger.intend(sampleIntent(id, { above: ['team:t'] }))
          store.ledger.settle(sampleSettlement(id, { above: ['team:t'], cost: { nanos: 3n, currency: 'CNY' } }))
        }),
      ),
    )
    for (const store of stores) await store.flush()
    const command = await direct(next())
    const once = { id: 'a1', at: 1_764_000_000_000, keyId: 'key-1', above: ['team:t'], model: 'm', target: 'p/m' }
    const correction = { ...once, nanos: -7n, currency: 'CNY', reason: 'billed less', actor: 'boss' }
    const booked = await command.adjust(correction)
    expect(await command.adjust({ ...correction, nanos: 1n })).toEqual(booked)
    const [corrected] = await command.usage({ by: ['team', 'platform'], team: 't' })
    expect([corrected?.group, corrected?.requests, corrected?.adjustments, corrected?.costs]).toEqual([
      ['t', 'p'],
      900,
      1,
      [{ nanos: 2_693n, currency: 'CNY' }],
    ])
    expect(await command.adjust({ ...correction, id: 'a2', nanos: 7n })).toMatchObject({ id: 'a2' })
    expect(await command.verify()).toEqual([])
    await command.close()
    const [row] = await stores[0].usage({})
    expect([row?.requests, row?.unsettled, row?.costs]).toEqual([900, 0, [{ nanos: 2_700n, currency: 'CNY' }]])
    const team = { ...BUDGET, scope: 'team:t', amount: 3_000n }
    expect((await stores[1].shares.draw(team, { least: 301n, most: 301n })).left).toBe(300n)
    await Promise.all(stores.map((store) => store.close()))
  })

  test('what the database cannot hold is kept as rejected, and what stands around it is booked', async ({ skip }) => {
    const place = (await places(skip))()
    const store = await open(place)
    await store.ledger.intend(sampleIntent('a'))
    await store.ledger.intend(sampleIntent('n\0ul'))
    store.ledger.settle(sampleSettlement('a'))
    store.ledger.settle(sampleSettlement('a', { at: 1_764_000_009_000 }))
    await store.ledger.intend(sampleIntent('b'))
    store.ledger.settle(sampleSettlement('b'))
    await store.flush()
    const command = await direct(place)
    expect((await command.rejected()).map(({ reason }) => reason)).toEqual([
      'a second end for one request, which is settled already',
    ])
    await command.close()
    const [row] = await store.usage({})
    expect(row?.requests).toBe(2)
    await store.close()
  })
})
