import { expect, test } from 'vitest'
import { openDirect, openStore } from '#store/index.ts'
import { listeningLog } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'

const OPEN = { models: [], limits: {} }
const BUDGET = { amount: '5', currency: 'CNY', period: 'month', unpriced: 'allow', whenShort: 'cap' } as const

test('teams and organisations are made, changed by parts and removed, and a running process hears of each', async () => {
  const { dataDir } = temporaryData()
  const store = await openStore({ dataDir, log: listeningLog() })
  const acme = await store.groups.create({ kind: 'organisation', name: 'acme', ...OPEN })
  const made = await store.groups.create({
    kind: 'team',
    name: 'search',
    organisation: 'acme',
    models: ['qwen/*'],
    limits: { requestsPerMinute: 5, tokensPerDay: 7 },
    budget: BUDGET,
  })
  expect(store.vault.groups()).toEqual([acme, made])
  const change = { limits: { requestsPerMinute: null, requestsPerDay: 3 }, budget: null, organisation: null }
  const { organisation: _, budget: __, ...rest } = made
  const changed = { ...rest, limits: { tokensPerDay: 7, requestsPerDay: 3 } }
  expect(await store.groups.update({ kind: 'team', name: 'search' }, change)).toEqual(changed)
  expect(store.vault.groups()).toEqual([acme, changed])
  await store.groups.remove({ kind: 'organisation', name: 'acme' })
  expect(store.vault.groups()).toEqual([changed])
  await store.close()
})

test('a name is taken once for each kind, and a group that something belongs to stays', async () => {
  const { dataDir } = temporaryData()
  const direct = await openDirect({ dataDir, log: listeningLog() })
  await direct.groups.create({ kind: 'organisation', name: 'acme', ...OPEN })
  await direct.groups.create({ kind: 'team', name: 'acme', organisation: 'acme', ...OPEN })
  const { record } = await direct.keys.create({ name: 'shop', role: 'caller', team: 'acme', ...OPEN })
  const refused = async (does: Promise<unknown>): Promise<unknown> =>
    does.catch((error: { code: string }) => error.code)
  expect([
    await refused(direct.groups.create({ kind: 'team', name: 'acme', ...OPEN })),
    await refused(direct.groups.remove({ kind: 'team', name: 'acme' })),
    await refused(direct.groups.remove({ kind: 'organisation', name: 'acme' })),
    await refused(direct.groups.remove({ kind: 'team', name: 'gone' })),
    await refused(direct.groups.update({ kind: 'team', name: 'gone' }, {})),
    await refused(direct.keys.update('gone', {})),
  ]).toEqual(['name-taken', 'in-use', 'in-use', 'no-such-group', 'no-such-group', 'no-such-key'])
  const bounds = { models: ['a'], limits: { concurrency: 2 }, budget: BUDGET }
  const { team: _, ...alone } = record
  expect(await direct.keys.update('shop', { team: null, ...bounds })).toEqual({ ...alone, ...bounds })
  expect(await direct.keys.list()).toEqual([{ ...alone, ...bounds }])
  expect((await direct.groups.remove({ kind: 'team', name: 'acme' })).name).toBe('acme')
  await direct.close()
})

test('a change by one process is in force in another within a second', async () => {
  const { dataDir } = temporaryData()
  const store = await openStore({ dataDir, log: listeningLog() })
  const direct = await openDirect({ dataDir, log: listeningLog() })
  await direct.groups.create({ kind: 'team', name: 'search', ...OPEN })
  await expect.poll(() => store.vault.groups().length, { timeout: 1_000 }).toBe(1)
  await direct.groups.update({ kind: 'team', name: 'search' }, { limits: { concurrency: 4 } })
  await expect.poll(() => store.vault.groups()[0]?.limits, { timeout: 1_000 }).toEqual({ concurrency: 4 })
  await direct.close()
  await store.close()
})
