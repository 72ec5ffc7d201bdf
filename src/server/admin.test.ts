import { expect, test } from 'vitest'
import { reloadRefused, type RouteName, routes } from '#contract/index.ts'
import { ask, type Asked, NOW, SHOP, SHOP_INFO, TOKENS } from '#test/support/admin.ts'
import type { UsageQuery } from '#store/index.ts'

test('all keys are listed with their owner, none in full', async () => {
  const declared = {
    id: 'config:declared',
    name: 'declared',
    role: 'caller',
    preview: 'sk-…abcd',
    owner: 'file',
    models: [],
    limits: {},
  }
  expect(await ask('GET /api/keys')).toEqual({ status: 200, body: { keys: [declared, SHOP_INFO] } })
})

test('a new key is answered in full, this once', async () => {
  const body = JSON.stringify({ name: 'new', limits: { concurrency: 3 } })
  expect(await ask('POST /api/keys', { body })).toEqual({
    status: 200,
    body: {
      id: 'key-n',
      name: 'new',
      role: 'caller',
      preview: 'sk-tw-…resh',
      owner: 'store',
      models: [],
      limits: { concurrency: 3 },
      createdAt: '2026-11-22T12:00:00.000Z',
      key: 'sk-tw-fresh',
    },
  })
})

/** What is asked, with which body, and the failure: kind, code, param, message. */
const REFUSALS: readonly [line: string, body: string, failure: readonly (string | undefined)[]][] = [
  [
    'POST /api/keys',
    '{"name":"declared"}',
    [
      'invalid-request',
      'name_taken',
      'name',
      'name: "declared" is declared in the configuration file: take another name',
    ],
  ],
  [
    'POST /api/keys',
    '{"name":"shop"}',
    ['invalid-request', 'name_taken', 'name', "name: there is a key named 'shop' already"],
  ],
  [
    'POST /api/keys',
    '{"name":"x","limits":{"concurrency":"many"}}',
    ['invalid-request', undefined, 'limits.concurrency', 'limits.concurrency: must be a whole number'],
  ],
  ['POST /api/keys', '{"name":"x","limit":{}}', ['invalid-request', undefined, 'limit', 'limit: is not known here']],
  ['POST /api/keys', '{"name"', ['invalid-request', undefined, undefined, 'the body is not JSON']],
  [
    'POST /api/keys',
    JSON.stringify({ name: 'x'.repeat(300_000) }),
    ['too-large', undefined, undefined, 'the body is larger than 262144 bytes'],
  ],
  [
    'DELETE /api/keys/config%3Adeclared',
    '',
    [
      'permission',
      'declared_in_file',
      undefined,
      'key "declared" is declared in the configuration file and read-only here: change it there',
    ],
  ],
  ['DELETE /api/keys/nobody', '', ['not-found', 'key_not_found', undefined, "no key has the id or name 'nobody'"]],
  [
    'GET /api/usage?by=hour',
    '',
    [
      'invalid-request',
      undefined,
      'by',
      'by: "hour" is not one of key, team, organisation, model, platform, target, day, tag:NAME',
    ],
  ],
  ['GET /api/usage?key=nobody', '', ['invalid-request', 'key_not_found', 'key', 'key: no key has that id or name']],
  ['GET /api/usage?by=key&by=day', '', ['invalid-request', undefined, 'by', 'by: stands twice: use commas']],
  [
    'GET /api/platforms/deepsek',
    '',
    ['not-found', 'platform_not_found', undefined, 'no platform is called "deepsek"; the nearest are deepseek'],
  ],
  [
    'PUT /api/keys',
    '',
    ['not-found', 'method_not_allowed', undefined, 'PUT is not served at /api/keys: use GET or POST'],
  ],
  [
    'GET /api/kes',
    '',
    ['not-found', 'path_not_found', undefined, 'nothing is served at /api/kes; the nearest are /api/keys, /api/me'],
  ],
]

test.each(REFUSALS)('%s with %s is refused', async (line, body, refused) => {
  const [kind, code, param, message] = refused
  expect(await ask(line, { body })).toEqual({ kind, code, param, message })
})

test('a key of the store is revoked by its id', async () => {
  expect(await ask('DELETE /api/keys/key-s')).toEqual({
    status: 200,
    body: { ...SHOP_INFO, revokedAt: '2026-11-22T12:00:00.000Z' },
  })
})

test('usage is asked of the store with the id of the key that was named, and shown with exact amounts', async () => {
  const asked: UsageQuery[] = []
  const answer = await ask('GET /api/usage?key=shop&from=2026-11-01&by=key,tag:team', { world: { asked } })
  expect(asked).toEqual([
    { keyId: 'key-s', since: Date.UTC(2026, 10, 1), by: ['key', { tag: 'team' }], offsetMinutes: 0 },
  ])
  expect(answer).toEqual({
    status: 200,
    body: {
      rows: [
        {
          group: { key: 'key-s', keyName: 'shop', 'tag:team': null },
          requests: 2,
          released: 0,
          estimated: 0,
          unsettled: 0,
          adjustments: 0,
          tokens: TOKENS,
          costs: [{ amount: '1.5', currency: 'CNY' }],
        },
      ],
    },
  })
})

test('a secret in `?key=` is no filter', async () => {
  const asked: UsageQuery[] = []
  await ask('GET /api/usage?key=sk-tw-secret', { key: 'sk-tw-secret', world: { asked } })
  expect(asked).toEqual([{ by: [], offsetMinutes: 0 }])
})

test('the configuration is shown with every secret masked', async () => {
  const shown = JSON.stringify(await ask('GET /api/config'))
  expect(shown).toContain('"apiKeys":["sk-…6789"]')
  expect(shown).toContain('"headers":{"x-team":"shop","x-auth-token":"tok…6789"}')
  expect(shown).not.toMatch(/0123456789/)
})

test('a reload that fails says so with a status that scripts notice, and every problem', async () => {
  const problems = [{ path: 'server.port', message: 'must be a whole number', line: 3, column: 9 }]
  const answer = (await ask('POST /api/reload', { world: { problems } })) as { body: unknown }
  expect(reloadRefused.parse(answer.body)).toEqual({ problems })
  expect(answer).toEqual({
    status: 422,
    body: {
      error: {
        message: 'the last good configuration stays: 3:9 server.port must be a whole number',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_configuration',
      },
      problems,
    },
  })
  expect(await ask('POST /api/reload')).toEqual({ status: 200, body: { reloaded: true } })
})

test('a caller sees its own key with what is left of its budget, and nothing else', async () => {
  expect(await ask('GET /api/me', { caller: SHOP })).toEqual({
    status: 200,
    body: {
      id: 'key-s',
      name: 'shop',
      role: 'caller',
      models: ['qwen/*'],
      limits: {},
      budget: {
        amount: '100.00',
        currency: 'CNY',
        period: 'month',
        spent: { amount: '30.5', currency: 'CNY' },
        left: { amount: '69.5', currency: 'CNY' },
        periodStart: '2026-11-01T00:00:00.000Z',
      },
      levels: [
        {
          kind: 'key',
          name: 'shop',
          limits: {},
          left: {},
          budget: { amount: '100.00', currency: 'CNY', period: 'month' },
          budgetLeft: { amount: '60', currency: 'CNY' },
        },
      ],
    },
  })
  const others = Object.values(routes).filter(({ role }) => role === 'admin')
  for (const { method, path } of others) {
    expect(await ask(`${method} ${path}`, { caller: SHOP, body: '{}' })).toMatchObject({
      kind: 'permission',
      code: 'admin_only',
    })
  }
})

test('teams and organisations: one owner each, and nothing belongs to what is not there', async () => {
  const shown = { kind: 'team', owner: 'store', models: [], limits: {}, createdAt: new Date(NOW).toISOString() }
  expect(await ask('POST /api/teams', { body: '{"name":"search","organisation":"acme"}' })).toEqual({
    status: 200,
    body: { ...shown, name: 'search', organisation: 'acme' },
  })
  const refusals = await Promise.all([
    ask('POST /api/teams', { body: '{"name":"fixed"}' }),
    ask('POST /api/teams', { body: '{"name":"search","organisation":"gone"}' }),
    ask('POST /api/teams', { body: '{"name":"a b"}' }),
    ask('PATCH /api/teams/fixed', { body: '{"models":[]}' }),
    ask('DELETE /api/teams/fixed'),
    ask('DELETE /api/teams/full'),
    ask('PATCH /api/keys/key-s', { body: '{"team":"gone"}' }),
    ask('PATCH /api/keys/declared', { body: '{"team":"fixed"}' }),
    ask('PATCH /api/keys/key-x', { body: '{"models":[]}' }),
    ask('POST /api/organisations', { body: '{"name":"x","organisation":"acme"}' }),
  ])
  expect(refusals.map((refusal) => refusal as { code?: string; param?: string })).toMatchObject([
    { code: 'name_taken', param: 'name' },
    { code: 'organisation_not_found', param: 'organisation' },
    { kind: 'invalid-request', param: 'name' },
    { code: 'declared_in_file' },
    { code: 'declared_in_file' },
    { code: 'in_use' },
    { code: 'team_not_found', param: 'team' },
    { code: 'declared_in_file' },
    { code: 'key_not_found' },
    { kind: 'invalid-request', param: 'organisation' },
  ])
})

test('every answer has the shape that the contract promises', async () => {
  const calls: Record<RouteName, readonly [string, Asked]> = {
    listKeys: ['GET /api/keys', {}],
    createKey: ['POST /api/keys', { body: '{"name":"new"}' }],
    revokeKey: ['DELETE /api/keys/key-s', {}],
    updateKey: ['PATCH /api/keys/key-s', { body: '{"limits":{"requestsPerDay":5},"team":"fixed"}' }],
    listOrganisations: ['GET /api/organisations', {}],
    createOrganisation: ['POST /api/organisations', { body: '{"name":"acme"}' }],
    updateOrganisation: ['PATCH /api/organisations/acme', { body: '{"budget":null}' }],
    removeOrganisation: ['DELETE /api/organisations/acme', {}],
    listTeams: ['GET /api/teams', {}],
    createTeam: ['POST /api/teams', { body: '{"name":"search"}' }],
    updateTeam: ['PATCH /api/teams/search', { body: '{"models":["qwen/*"]}' }],
    removeTeam: ['DELETE /api/teams/search', {}],
    usage: ['GET /api/usage?by=key,model', {}],
    adjust: ['POST /api/usage/adjustments', { body: '{"amount":"-1.5","currency":"CNY","reason":"bill"}' }],
    config: ['GET /api/config', {}],
    reload: ['POST /api/reload', {}],
    platforms: ['GET /api/platforms', {}],
    platform: ['GET /api/platforms/deepseek', {}],
    me: ['GET /api/me', { caller: SHOP }],
  }
  for (const [name, route] of Object.entries(routes)) {
    const [line, asked] = calls[name as RouteName]
    const { body } = (await ask(line, asked)) as { body: unknown }
    expect({ name, answer: route.answer.parse(body) }).toEqual({ name, answer: body })
  }
})
