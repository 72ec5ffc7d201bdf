import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, NOW, run, runJson } from '#cli/test-world.ts'
import type { Settlement } from '#engine/ports.ts'
import { openStore, type Store } from '#store/index.ts'
import { NO_USAGE } from '#wire/usage.ts'

const QUIET = { info: () => {}, warn: () => {}, error: () => {} }

/** A folder with a configuration that declares one key, and the keys that were made in it. */
async function shop(...names: string[]): Promise<string> {
  const cwd = folderWith({
    'tongwen.yaml': 'keys: [{ name: declared, key: sk-declared-0123456789abcd }]\n',
  })
  for (const name of names) await run(['keys', 'create', name], { cwd })
  return cwd
}

test('a key is made and shown once; the list shows it masked, with its bounds', async () => {
  const cwd = await shop()
  const line = ['keys', 'create', 'shop', '--models', 'gpt-4o,qwen/*', '--requests-per-minute', '600']
  const made = await run([...line, '--budget', '100.00 CNY/month'], { cwd })
  const [words, key = ''] = made.stdout.split('\n')
  expect({ code: made.code, words }).toEqual({
    code: 0,
    words: 'Key "shop" is made. It is shown this once; only its hash is kept.',
  })
  expect(key).toMatch(/^sk-tw-[\w-]{43}$/)
  expect(await runJson(['keys', 'list'], { cwd })).toEqual({
    keys: [
      {
        id: 'config:declared',
        name: 'declared',
        role: 'caller',
        preview: 'sk-…abcd',
        owner: 'file',
        models: [],
        limits: {},
      },
      {
        id: expect.stringMatching(/^key-/) as unknown,
        name: 'shop',
        role: 'caller',
        preview: `sk-tw-…${key.slice(-4)}`,
        owner: 'store',
        models: ['gpt-4o', 'qwen/*'],
        limits: { requestsPerMinute: 600 },
        budget: { amount: '100.00', currency: 'CNY', period: 'month' },
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      },
    ],
  })
  const { stdout } = await run(['keys', 'list'], { cwd })
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /NAME ID KEY ROLE TEAM MAY USE BOUNDS declared config:declared .* shop key-[0-9a-f]+ sk-tw-….... caller - gpt-4o, 600 qwen\/\* req\/min, 100\.00/,
  )
})

test('a key made with --json is answered in full', async () => {
  expect(await runJson(['keys', 'create', 'ops', '--role', 'admin'], { cwd: await shop() })).toMatchObject({
    name: 'ops',
    role: 'admin',
    owner: 'store',
    key: expect.stringMatching(/^sk-tw-/) as unknown,
  })
})

test('what is remembered for a key is erased by its name or id, whoever owns the key', async () => {
  const cwd = await shop('shop')
  const store = await openStore({ dataDir: join(cwd, 'data'), log: QUIET })
  const [made] = await store.keys.list()
  const remember = (owner: string, key: string): void =>
    store.memory.remember({ owner, kind: 'reasoning', key, value: 'a thought', ttlMs: 60_000 })
  for (const key of ['a', 'b']) remember('config:declared', key)
  remember(made!.id, 'a')
  await store.flush()
  const declared = await run(['keys', 'forget', 'declared'], { cwd })
  expect(declared.stdout).toBe('2 thing(s) that were remembered for "declared" are erased.\n')
  expect(await runJson(['keys', 'forget', made!.id], { cwd })).toEqual({ ids: [made!.id], forgotten: 1 })
  expect(await runJson(['keys', 'forget', 'shop'], { cwd })).toEqual({ ids: [made!.id], forgotten: 0 })
  await store.close()
})

test('a revoked key leaves the list, and --all shows it', async () => {
  const cwd = await shop('shop')
  const revoked = await run(['keys', 'revoke', 'shop'], { cwd })
  expect(revoked.stdout).toMatch(/^Key "shop" \(key-[0-9a-f]+\) is revoked\.\n$/)
  expect((await run(['keys', 'list'], { cwd })).stdout).toMatch(/\n\n1 revoked; --all shows them\.\n$/)
  expect(await runJson(['keys', 'list', '--all'], { cwd })).toMatchObject({
    keys: [{ name: 'declared' }, { name: 'shop', revokedAt: expect.any(String) as unknown }],
  })
})

test.each([
  [['keys', 'create', 'shop'], "there is a key named 'shop' already; revoke it, or take another name"],
  [['keys', 'create', 'declared'], '"declared" is declared in the configuration file: take another name'],
  [['keys', 'revoke', 'nobody'], "no key has the id or name 'nobody'"],
  [['keys', 'forget', 'nobody'], "no key has the id or name 'nobody'"],
  [
    ['keys', 'revoke', 'declared'],
    'key "declared" is declared in the configuration file and read-only here: remove it there',
  ],
  [['usage', '--key', 'nobody'], 'no key has the id or name "nobody"'],
])('%j is answered with no', async (line, words) => {
  const cwd = await shop('shop')
  expect(await run(line, { cwd })).toEqual({ code: 1, stdout: '', stderr: `tongwen: ${words}\n` })
})

test.each([
  [['keys'], 'keys needs a verb: create, list, show, update, revoke or forget'],
  [['keys', 'delete', 'x'], 'keys has no verb "delete"; there are create, list, show, update, revoke and forget'],
  [['keys', 'create'], 'keys create needs a name'],
  [['keys', 'list', 'x'], '"x" is one word too many'],
  [['keys', 'revoke'], 'keys revoke needs a name or an id'],
  [['keys', 'create', 'x', '--role', 'root'], '--role must be caller or admin'],
  [['keys', 'create', 'x', '--tokens-per-minute', 'many'], '--tokens-per-minute must be a whole number'],
  [['keys', 'create', 'x', '--concurrency', '0'], '--concurrency must be at least 1'],
  [['keys', 'create', 'x', '--budget', '100'], "--budget must be like '100.00 CNY/month'"],
  [['keys', 'create', 'x', '--budget', '100 CNY/week'], '--budget must be day, month or total'],
  [
    ['usage', '--by', 'month'],
    '--by "month" is not one of key, team, organisation, model, platform, target, day, tag:NAME',
  ],
  [['usage', '--from', 'today'], '--from must be a day like 2026-11-01, or an instant like 2026-11-01T08:00:00+08:00'],
])('%j is wrong usage', async (line, words) => {
  const { code, stderr } = await run(line, { cwd: folderWith() })
  expect({ code, stderr }).toEqual({ code: 2, stderr: `tongwen: ${words}\nSee: tongwen --help\n` })
})

test('a folder without a store is no empty store', async () => {
  const cwd = folderWith()
  expect(await run(['keys', 'list'], { cwd })).toEqual({
    code: 3,
    stdout: '',
    stderr: `tongwen: there is no store in ${join(cwd, 'data')}\n`,
  })
})

test('an invalid configuration hides the data folder; with --data a key can be revoked all the same', async () => {
  const good = await shop('shop')
  const cwd = folderWith({ 'tongwen.yaml': 'keys: [{ name: a, key: ${NOT_SET} }]\n' })
  const without = await run(['keys', 'revoke', 'shop'], { cwd })
  expect(without).toEqual({
    code: 3,
    stdout: '',
    stderr:
      'tongwen: the configuration is not valid, so the data folder is unknown: give --data DIR\ntongwen.yaml:1:24: keys.0.key: environment variable NOT_SET is not set\n',
  })
  const withData = await run(['keys', 'revoke', 'shop', '--data', join(good, 'data')], { cwd })
  expect(withData.code).toBe(0)
  expect(withData.stderr).toContain('the configuration tongwen.yaml is not valid; keys that it declares are left out')
})

function settlement(id: string, more: Partial<Settlement>): Settlement {
  const usage = { ...NO_USAGE, inputFresh: 80, inputCached: 20, outputText: 50 }
  const base = { requestId: id, keyId: 'config:declared', at: NOW, model: 'fast', target: 'deepseek/deepseek-flash' }
  const tags = { team: 'a' }
  const trace = {
    id,
    keyId: base.keyId,
    keyName: 'declared',
    at: NOW,
    dialect: 'openai-chat',
    operation: 'chat',
    model: 'fast',
    stream: false,
    tags,
    attempts: [],
    warnings: [],
    usage,
  }
  return { ...base, kind: 'settled', usage, tags, trace, cost: { nanos: 1_250_000_000n, currency: 'CNY' }, ...more }
}

/** Runs beside an open store, as a command runs beside a server. */
async function besideStore(cwd: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({ dataDir: join(cwd, 'data'), log: QUIET })
  try {
    await work(store)
  } finally {
    await store.close()
  }
}

async function book(store: Store, ended: Settlement): Promise<void> {
  await store.ledger.intend({
    requestId: ended.requestId,
    keyId: ended.keyId,
    at: ended.at,
    model: ended.model,
    target: ended.target,
  })
  store.ledger.settle(ended)
}

test('usage is summed beside a running server, by key name, with exact money', async () => {
  const cwd = await shop()
  await besideStore(cwd, async (store) => {
    await book(store, settlement('r1', {}))
    await book(store, settlement('r2', { cost: { nanos: 750_000_001n, currency: 'CNY' }, estimated: 'no figures' }))
    await book(store, settlement('r3', { model: 'slow', cost: { nanos: 5n, currency: 'USD' } }))
    await store.flush()
    expect((await run(['usage'], { cwd })).stdout).toBe(
      [
        'KEY       REQUESTS  INPUT  CACHED  OUTPUT                              COST',
        'declared         3    300      60     150  2.000000001 CNY, 0.000000005 USD',
        '',
        '1 request(s) are our estimate: the platform gave no figures.',
        '',
      ].join('\n'),
    )
    expect(await runJson(['usage', '--by', 'model,day,tag:team', '--model', 'fast'], { cwd })).toMatchObject({
      rows: [
        {
          group: { model: 'fast', day: '2026-11-22', 'tag:team': 'a' },
          requests: 2,
          estimated: 1,
          tokens: { inputFresh: 160, inputCached: 40, outputText: 100 },
          costs: [{ amount: '2.000000001', currency: 'CNY' }],
        },
      ],
    })
    expect((await run(['usage', '--from', '2026-11-23'], { cwd })).stdout).toBe('Nothing was used.\n')
  })
})

test('a key made beside a running server is live there within a second', async () => {
  const cwd = await shop()
  await besideStore(cwd, async (store) => {
    await run(['keys', 'create', 'late'], { cwd })
    await expect.poll(() => store.vault.keys().map(({ name }) => name), { timeout: 5_000 }).toEqual(['late'])
    await run(['keys', 'revoke', 'late'], { cwd })
    await expect.poll(() => store.vault.keys(), { timeout: 5_000 }).toEqual([])
  })
})
