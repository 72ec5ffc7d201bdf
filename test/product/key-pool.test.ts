import { writeFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { startSimulator } from '#simulator/server.ts'
import { KEY, startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { type Seen, sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

const OK = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
}
const VECTORS = { data: [{ index: 0, embedding: [1, 2] }], model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } }
const ERROR = { error: { message: 'no', type: 'some_error' } }

/** How the platform treats a key: a status, and how many seconds it asks to wait. */
type Treatment = readonly [status: number, retryAfter?: number]

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

interface World {
  readonly gateway: TestGateway
  readonly upstream: Upstream
  readonly treat: Record<string, Treatment>
  readonly config: (apiKey: readonly string[]) => Record<string, unknown>
}

/** A platform that treats each key as told, `p` with its pool in front of it, and `spare` behind it on the route `both`. */
async function begin(apiKey: readonly string[], treat: Record<string, Treatment>): Promise<World> {
  const upstream = await startUpstream((seen, response) => {
    const [status, retryAfter] = treat[keyOf(seen)] ?? [200]
    const hint: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
    const well = seen.path.endsWith('/embeddings') ? VECTORS : OK
    sendJson(response, status === 200 ? well : ERROR, status, hint)
  })
  cleanups.push(() => upstream.close())
  const at = { platform: 'openai-compatible', baseUrl: `${upstream.url}/v1` }
  const config = (keys: readonly string[]): Record<string, unknown> => ({
    providers: { p: { ...at, apiKey: [...keys] }, spare: { ...at, apiKey: 'spare' } },
    routes: { both: { targets: ['p/m', 'spare/m'] } },
    keys: [{ name: 'test', key: KEY }],
  })
  const gateway = await startTestGateway(config(apiKey))
  cleanups.push(() => gateway.stop())
  return { gateway, upstream, treat, config }
}

function keyOf({ headers }: Pick<Seen, 'headers'>): string {
  return String(headers.authorization).replace('Bearer ', '')
}

interface Told {
  readonly status: number
  readonly keys: readonly string[]
  readonly json: any
  readonly id: string
  readonly retryAfter: string | null
}

/** What the caller got, and the keys that the platform saw meanwhile. */
async function ask({ gateway, upstream }: World, model = 'p/m', path = '/v1/chat/completions'): Promise<Told> {
  const from = upstream.seen.length
  const response = await gateway.post(path, { model, messages: [{ role: 'user', content: 'go' }], input: 'go' })
  const json: unknown = await response.json()
  return {
    status: response.status,
    keys: upstream.seen.slice(from).map(keyOf),
    json,
    id: String(response.headers.get('x-request-id')),
    retryAfter: response.headers.get('retry-after'),
  }
}

async function asked(world: World, times: number): Promise<string[]> {
  const keys: string[] = []
  for (let i = 0; i < times; i++) keys.push(...(await ask(world)).keys)
  return keys
}

async function standings({ gateway }: World): Promise<unknown> {
  const { providers } = (await (await gateway.get('/health')).json()) as any
  return providers.find(({ id }: { id: string }) => id === 'p').keys
}

/** Asks until the bad key was met: chance chooses the first. */
async function untilMet(world: World, key: string): Promise<Told> {
  for (let i = 0; i < 100; i++) {
    const told = await ask(world)
    if (told.keys.includes(key)) return told
  }
  throw new Error(`${key} was never used`)
}

test.each([401, 402, 403])(
  'a key that is refused with %i is out: its request and all later ones go with the other',
  async (status) => {
    const world = await begin(['sk-bad-0001', 'sk-good-0002'], { 'sk-bad-0001': [status] })
    const met = await untilMet(world, 'sk-bad-0001')
    const later = await asked(world, 12)
    const metrics = await (await world.gateway.get('/metrics')).text()
    const trace: any = await (await world.gateway.get(`/v1/requests/${met.id}`)).json()
    const kind = status === 402 ? 'quota' : 'credentials'
    expect({
      met: [met.status, met.keys],
      later: [...new Set(later)],
      standings: await standings(world),
      gauge: metrics.split('\n').filter((line) => line.startsWith('tongwen_provider_keys{provider="p"')),
      attempts: trace.attempts.map((each: any) => [each.target, each.key, each.reason, each.failure?.kind]),
      logged: world.gateway.logged.filter((line) => line.startsWith('a key of a provider')),
    }).toEqual({
      met: [200, ['sk-bad-0001', 'sk-good-0002']],
      later: ['sk-good-0002'],
      standings: { healthy: 1, cooling: 0, out: 1 },
      gauge: [
        'tongwen_provider_keys{provider="p",state="healthy"} 1',
        'tongwen_provider_keys{provider="p",state="cooling"} 0',
        'tongwen_provider_keys{provider="p",state="out"} 1',
      ],
      attempts: [
        ['p/m', 1, 'only target', kind],
        ['p/m', 2, `with key 2 of 2, since key 1 met ${kind}`, undefined],
      ],
      logged: [
        `a key of a provider is out: the platform refuses it ${JSON.stringify({ provider: 'p', key: 1, of: 2, why: kind, status })}`,
      ],
    })
    expect(world.gateway.logged.join('\n')).not.toMatch(/sk-bad|sk-good/)
  },
)

test('a key that is limited is left alone for as long as the platform asks, then used again', async () => {
  const world = await begin(['sk-1', 'sk-2'], { 'sk-1': [429, 3] })
  const met = await untilMet(world, 'sk-1')
  world.treat['sk-1'] = [200]
  const during = [await asked(world, 12), await standings(world)]
  await new Promise((done) => {
    setTimeout(done, 3_050)
  })
  const after = await asked(world, 40)
  expect([met.status, met.keys, during, new Set(after)]).toEqual([
    200,
    ['sk-1', 'sk-2'],
    [Array.from({ length: 12 }, () => 'sk-2'), { healthy: 1, cooling: 1, out: 0 }],
    new Set(['sk-1', 'sk-2']),
  ])
})

test('with every key refused each is tried once, then one at a time, and the failure says so; a key that works again is used at once', async () => {
  const world = await begin(['sk-1', 'sk-2', 'sk-3'], { 'sk-1': [401], 'sk-2': [401], 'sk-3': [401] })
  const first = await ask(world)
  const second = await ask(world)
  for (const key of Object.keys(world.treat)) world.treat[key] = [200]
  const third = await ask(world)
  expect([
    first.status,
    first.keys.toSorted(),
    first.json.error.code,
    first.json.error.message,
    second.status,
    second.keys.length,
    [third.status, third.keys.length],
    await standings(world),
  ]).toEqual([
    502,
    ['sk-1', 'sk-2', 'sk-3'],
    'upstream_credentials',
    expect.stringMatching(
      /^no key of the provider "p" can be used now \(of 3: 3 refused since 20[^)]*Z\); the last one: /,
    ),
    502,
    1,
    [200, 1],
    { healthy: 1, cooling: 0, out: 2 },
  ])
})

test('every key is tried before the next target', async () => {
  const world = await begin(['sk-1', 'sk-2'], { 'sk-1': [401], 'sk-2': [429] })
  const { status, keys } = await ask(world, 'both')
  expect([status, keys.slice(0, 2).toSorted(), keys.slice(2)]).toEqual([200, ['sk-1', 'sk-2'], ['spare']])
})

test('where a key only pauses, the caller is told to wait as long', async () => {
  const world = await begin(['sk-1', 'sk-2'], { 'sk-1': [401], 'sk-2': [429, 30] })
  const { status, retryAfter, keys } = await ask(world)
  expect([status, Number(retryAfter), keys.toSorted()]).toEqual([429, expect.closeTo(30, -1), ['sk-1', 'sk-2']])
})

test('an only key is asked with every time, however it was treated', async () => {
  const world = await begin(['sk-1'], { 'sk-1': [429, 30] })
  const limited = await ask(world)
  world.treat['sk-1'] = [401]
  const refused = await ask(world)
  world.treat['sk-1'] = [200]
  const well = await ask(world)
  const trace: any = await (await world.gateway.get(`/v1/requests/${well.id}`)).json()
  expect([limited, refused, well].map(({ status, keys }) => [status, keys])).toEqual([
    [429, ['sk-1']],
    [502, ['sk-1']],
    [200, ['sk-1']],
  ])
  expect([refused.json.error.message, 'key' in trace.attempts[0]]).toEqual([
    expect.not.stringContaining('no key of the provider'),
    false,
  ])
})

test('embeddings go through the same keys', async () => {
  const world = await begin(['sk-1', 'sk-2'], { 'sk-1': [401] })
  await untilMet(world, 'sk-1')
  const embeddings = await ask(world, 'p/m', '/v1/embeddings')
  world.treat['sk-2'] = [429, 30]
  const limited = await ask(world, 'p/m', '/v1/embeddings')
  expect([embeddings.status, embeddings.keys, limited.status, limited.keys]).toEqual([200, ['sk-2'], 429, ['sk-2']])
})

test('another key in the configuration takes the place of one that is out; the rest stays known', async () => {
  const world = await begin(['sk-1', 'sk-2'], { 'sk-1': [401] })
  await untilMet(world, 'sk-1')
  world.gateway.reload()
  const same = await standings(world)
  writeFileSync(world.gateway.configFile, stringify(world.config(['sk-3', 'sk-2'])))
  world.gateway.reload()
  expect([same, await standings(world), new Set(await asked(world, 40))]).toEqual([
    { healthy: 1, cooling: 0, out: 1 },
    { healthy: 2, cooling: 0, out: 0 },
    new Set(['sk-3', 'sk-2']),
  ])
})

test('against the simulator, which takes one key of two, every request is served', async () => {
  const simulator = await startSimulator({ platform: 'deepseek', key: 'the-right-one' })
  cleanups.push(() => simulator.close())
  const gateway = await startTestGateway({
    providers: { p: { platform: 'deepseek', baseUrl: simulator.url, apiKey: ['wrong', 'the-right-one'] } },
  })
  cleanups.push(() => gateway.stop())
  const ask = { model: 'p/deepseek-flash', messages: [{ role: 'user', content: 'go' }], stream: true }
  const statuses: number[] = []
  for (let i = 0; i < 20; i++) {
    const response = await gateway.post('/v1/chat/completions', ask)
    await response.text()
    statuses.push(response.status)
  }
  const refused = simulator.seen.filter(({ answered }) => answered === 401).length
  expect([statuses, refused]).toEqual([Array.from({ length: 20 }, () => 200), 1])
})
