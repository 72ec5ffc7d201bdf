import { expect, test } from 'vitest'
import { CATALOG } from '#engine/config/test-catalog.ts'
import { loadConfig, type Loaded, type LoadResult } from '#engine/config/load.ts'

const KEY = 'sk-0123456789abcdefWXYZ'

function load(text: string | undefined, env: Record<string, string> = {}): LoadResult {
  return loadConfig({
    ...(text === undefined ? {} : { text, file: 'tongwen.yaml' }),
    format: 'yaml',
    env,
    catalog: CATALOG,
  })
}

function loaded(text: string | undefined, env: Record<string, string> = {}): Loaded {
  const result = load(text, env)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result
}

/** `line:column path message` of each problem. */
function problems(text: string, env: Record<string, string> = {}): string[] {
  const result = load(text, env)
  if (result.ok) return []
  return result.problems.map(({ path, message, line = '-', column = '-' }) => `${line}:${column} ${path} ${message}`)
}

const TIMEOUTS = { connectMs: 5_000, firstByteMs: 120_000, idleMs: 120_000, totalMs: 600_000 }
const SIMULATOR = { id: 'simulator', platform: 'simulator', apiKeys: [], timeouts: TIMEOUTS, headers: {} }

const MEDIA = { allowHosts: [], maxBytes: 20_000_000, timeoutMs: 10_000 }
const REPLICAS = { leaseDoubtMs: 60_000, redisDeadlineMs: 50, whenUnreachable: 'refuse' }
const MEMORY = { responsesMs: 2_592_000_000, reasoningMs: 86_400_000, maxBytes: 1_000_000_000 }
const SERVER = {
  host: '127.0.0.1',
  port: 8787,
  limits: {
    bodyBytes: 20_000_000,
    jsonDepth: 64,
    headersMs: 10_000,
    bodyMs: 60_000,
    stalledCallerMs: 60_000,
    frameBytes: 8_388_608,
    answerBytes: 67_108_864,
  },
  keepAliveMs: 15_000,
  drainMs: 30_000,
}

test('without a file the defaults hold and the simulator is there', () => {
  expect(loaded(undefined)).toEqual({
    ok: true,
    config: {
      server: SERVER,
      data: './data',
      memory: MEMORY,
      media: MEDIA,
      refuse: [],
      groups: [],
      replicas: REPLICAS,
      providers: [SIMULATOR],
      routes: [],
      keys: [],
    },
    catalog: CATALOG,
    notes: [],
    origins: new Map(),
  })
})

test('without a file each hosted platform whose key is in the environment is a provider', () => {
  const env = {
    BAILIAN_API_KEY: KEY,
    VLLM_API_KEY: KEY,
    AZURE_KEY: KEY,
    SKYWORK_KEY: KEY,
    MOONSHOT_API_KEY: '',
    PORT: '9000',
    HOST: '::1',
  }
  const { config, notes, origins } = loaded(undefined, env)
  expect({ config, notes, origins: Object.fromEntries(origins) }).toEqual({
    config: {
      server: { ...SERVER, host: '::1', port: 9000 },
      data: './data',
      memory: MEMORY,
      media: MEDIA,
      refuse: [],
      providers: [{ ...SIMULATOR, id: 'dashscope', platform: 'dashscope', apiKeys: [KEY] }, SIMULATOR],
      routes: [],
      keys: [],
      groups: [],
      replicas: REPLICAS,
    },
    notes: [
      'provider "dashscope" is there because BAILIAN_API_KEY is set',
      'AZURE_KEY is set, but azure has no address of its own: declare a provider to use it',
    ],
    origins: {
      'providers.dashscope.apiKey': { kind: 'environment', variables: ['BAILIAN_API_KEY'] },
      'providers.dashscope.platform': { kind: 'environment', variables: ['BAILIAN_API_KEY'] },
      'server.host': { kind: 'environment', variables: ['HOST'] },
      'server.port': { kind: 'environment', variables: ['PORT'] },
    },
  })
})

const WHOLE = `
memory: { responses: 7d, reasoning: off, maxSize: 20GB }
media: { allowHosts: ['files.corp:8443'], maxSize: 1MB, timeout: 2s }
refuse: ['emulated:n', approximated]
server: { host: 0.0.0.0, port: 80, limits: { body: 1MiB, jsonDepth: 8 }, keepAlive: off, drain: 1h30m }
data: /var/lib/tongwen
providers:
  qwen:
    platform: dashscope
    region: intl
    apiKey: [\${DASHSCOPE_API_KEY}, "\${SECOND}"]
    baseUrl: http://127.0.0.1:9101/compatible-mode/v1/
    timeouts: { connect: 500ms, total: 1.5s }
    headers: { X-Team: "a b" }
    quirks: { stopMax: unlimited, temperature: { min: 0, max: 1 }, efforts: { low: little }, finishReasons: { error: upstream } }
  kimi: { platform: moonshot }
  local: { platform: vllm, dialect: openai-chat }
  aws: { platform: bedrock, region: eu-west-3, apiKey: \${SECOND} }
  own: { platform: openai-compatible, baseUrl: https://llm.example/v1 }
routes:
  gpt-4o:
    targets: [qwen/qwen3.8-max, { target: kimi/kimi-k3, weight: 3 }, local/org/model]
    strategy: weighted
  org/gpt-4.1: { targets: [simulator/echo] }
keys:
  - name: shop
    key: \${SHOP_KEY}
    models: [gpt-4o, qwen/*, kimi-k3]
    limits: { requestsPerMinute: 600, tokensPerMinute: 200000, concurrency: \${CONCURRENCY} }
    budget: { amount: "100.00", currency: CNY, period: month }
  - { name: boss, key: 0123456789abcdef-x, role: admin }
`
const WHOLE_ENV = {
  DASHSCOPE_API_KEY: KEY,
  SECOND: 'sk-second',
  MOONSHOT_API_KEY: 'sk-moon',
  SHOP_KEY: 'sk-tw-shop-0123456789',
  CONCURRENCY: '50',
  PORT: '1',
}

test('a whole file gives the whole configuration', () => {
  const { config, notes } = loaded(WHOLE, WHOLE_ENV)
  expect({ config, notes }).toEqual({
    config: {
      file: 'tongwen.yaml',
      server: {
        ...SERVER,
        host: '0.0.0.0',
        port: 80,
        limits: { ...SERVER.limits, bodyBytes: 1_048_576, jsonDepth: 8 },
        keepAliveMs: 0,
        drainMs: 5_400_000,
      },
      data: '/var/lib/tongwen',
      memory: { responsesMs: 604_800_000, reasoningMs: 0, maxBytes: 20_000_000_000 },
      media: { allowHosts: ['files.corp:8443'], maxBytes: 1_000_000, timeoutMs: 2_000 },
      refuse: ['emulated:n', 'approximated'],
      groups: [],
      replicas: REPLICAS,
      providers: [
        {
          id: 'qwen',
          platform: 'dashscope',
          region: 'intl',
          baseUrl: 'http://127.0.0.1:9101/compatible-mode/v1',
          apiKeys: [KEY, 'sk-second'],
          timeouts: { ...TIMEOUTS, connectMs: 500, totalMs: 1_500 },
          headers: { 'x-team': 'a b' },
          quirks: {
            stopMax: Number.POSITIVE_INFINITY,
            temperature: { min: 0, max: 1 },
            efforts: { low: 'little' },
            finishReasons: { error: 'upstream' },
          },
        },
        { ...SIMULATOR, id: 'kimi', platform: 'moonshot', apiKeys: ['sk-moon'] },
        { ...SIMULATOR, id: 'local', platform: 'vllm', dialect: 'openai-chat' },
        { ...SIMULATOR, id: 'aws', platform: 'bedrock', region: 'eu-west-3', apiKeys: ['sk-second'] },
        { ...SIMULATOR, id: 'own', platform: 'openai-compatible', baseUrl: 'https://llm.example/v1' },
        SIMULATOR,
      ],
      routes: [
        {
          name: 'gpt-4o',
          targets: [
            { target: 'qwen/qwen3.8-max', weight: 1 },
            { target: 'kimi/kimi-k3', weight: 3 },
            { target: 'local/org/model', weight: 1 },
          ],
          strategy: 'weighted',
        },
        { name: 'org/gpt-4.1', targets: [{ target: 'simulator/echo', weight: 1 }], strategy: 'priority' },
      ],
      keys: [
        {
          name: 'shop',
          key: 'sk-tw-shop-0123456789',
          role: 'caller',
          models: ['gpt-4o', 'qwen/*', 'kimi-k3'],
          limits: { requestsPerMinute: 600, tokensPerMinute: 200_000, concurrency: 50 },
          budget: { amount: '100.00', currency: 'CNY', period: 'month' },
        },
        { name: 'boss', key: '0123456789abcdef-x', role: 'admin', models: [], limits: {} },
      ],
    },
    notes: [],
  })
})

test('a configuration cannot be changed after it was read', () => {
  const { config } = loaded(WHOLE, WHOLE_ENV)
  const parts = [config, config.server.limits, config.providers[0]?.apiKeys, config.providers[0]?.quirks?.temperature]
  expect(parts.map((part) => Object.isFrozen(part))).toEqual([true, true, true, true])
})

test('JSON is read with tabs and all, and by its own rules', () => {
  const text = '{\n\t"server": {\n\t\t"port": 90\n\t},\n\t"data": "d"\n}'
  const result = loadConfig({ text, format: 'json', env: {}, catalog: CATALOG })
  expect(result).toMatchObject({ ok: true, config: { server: { ...SERVER, port: 90 }, data: 'd' } })
  expect(loadConfig({ text: '{"data": d}', file: 'a.json', env: {}, catalog: CATALOG })).toEqual({
    ok: false,
    problems: [{ path: '', message: 'Unresolved plain scalar "d"', line: 1, column: 10 }],
  })
})

test('a declared simulator takes the place of the implied one, and a providers section ends all other implying', () => {
  const { config } = loaded('providers: { simulator: { platform: vllm } }', { MOONSHOT_API_KEY: KEY })
  expect(config.providers).toEqual([{ ...SIMULATOR, platform: 'vllm' }])
  const { config: empty } = loaded('providers:\nroutes:\nserver:\nkeys:\n', { MOONSHOT_API_KEY: KEY })
  expect(empty.providers.map(({ id }) => id)).toEqual(['moonshot', 'simulator'])
})

test('anchors and merge keys work, and the place of a merged value is where it was written', () => {
  const text = `providers:
  a: &a { platform: dashscope, apiKey: one, timeouts: { connect: 1s } }
  b: { <<: *a, apiKey: two }
  c: { <<: [*a], region: here }
`
  expect(problems(text)).toEqual([
    '4:26 providers.c.region platform "dashscope" has no region "here"; there is cn-beijing, intl',
  ])
  const { config } = loaded(text.replace('here', 'intl'))
  expect(config.providers.slice(0, 3).map(({ id, apiKeys, timeouts }) => [id, apiKeys[0], timeouts.connectMs])).toEqual(
    [
      ['a', 'one', 1_000],
      ['b', 'two', 1_000],
      ['c', 'one', 1_000],
    ],
  )
})

test('what a variable holds is never structure and never looked into again', () => {
  const data = 'x}\nserver: {port: 1}\n${HOME} &a *b'
  expect(loaded('data: ${DATA}', { DATA: data }).config).toMatchObject({ data, server: SERVER })
  expect(loaded('data: a-$${HOME}-${A}${B}-$HOME', { A: '1', B: '2' }).config.data).toBe('a-${HOME}-12-$HOME')
})

test('notes tell what leads nowhere or counts once, without refusing it', () => {
  const text = `providers: { kimi: { platform: moonshot, apiKey: [one, one] } }
routes: { r: { targets: [kimi/kimi, kimi/kimi-k4, simulator/any] } }
keys: [{ name: a, key: 0123456789abcdef, models: [gpt-4o, kimi/*, kimi-k3, ki*, '*', qwen/x, 'q*', kimi/any] }]`
  const { config, notes } = loaded(text)
  expect([config.providers[0]?.apiKeys, notes]).toEqual([
    ['one'],
    [
      'providers.kimi.apiKey: a key stands twice in the pool and is used once',
      'routes.r.targets.1: the catalog does not know "kimi-k4" on moonshot, so it has no price and no limits; did you mean "kimi-k3"?',
      'keys.0.models: "gpt-4o" matches no route, provider or model',
      'keys.0.models: "qwen/x" matches no route, provider or model',
      'keys.0.models: "q*" matches no route, provider or model',
    ],
  ])
})

test('tells everything at once, in the order of the lines', () => {
  const text = `keys:
  - { name: a, key: \${NOWHERE} }
routes:
  r: { targets: [kimi/x, qwenn/y] }
providers:
  qwen: { platform: dashscope, region: moon, apiKey: k }
  kimi: { platfrom: moonshot }
`
  expect(problems(text, { PORT: 'http', HOST: 'a b' })).toEqual([
    '2:21 keys.0.key environment variable NOWHERE is not set',
    '4:26 routes.r.targets.1 no provider is called "qwenn"; did you mean "qwen"?',
    '6:40 providers.qwen.region platform "dashscope" has no region "moon"; there is cn-beijing, intl',
    '7:3 providers.kimi.platform is needed',
    '7:11 providers.kimi.platfrom unknown key "platfrom"; did you mean "platform"?',
    '-:- server.host environment variable HOST does not hold a host: it must be a host name or an IP address',
    '-:- server.port environment variable PORT does not hold a port: it must be a whole number from 0 to 65535',
  ])
})

test('no message shows what a variable holds', () => {
  const text = 'providers: { p: { platform: "${SECRET}" }, q: { platform: vllm, dialect: "${SECRET}" } }'
  expect(problems(text, { SECRET: KEY }).join('\n')).not.toContain(KEY)
  expect(problems(text, { SECRET: KEY })[0]).toBe(
    '1:29 providers.p.platform no platform is called "${SECRET}"; there is dashscope, moonshot, azure, bedrock, vllm, openai-compatible, skywork, simulator',
  )
  const broken = `data: "${KEY}" ${KEY}`
  expect(problems(broken).join('\n')).not.toContain(KEY)
})

test('a key from the environment that cannot travel in a header is refused', () => {
  expect(problems('providers: { p: { platform: moonshot } }', { MOONSHOT_API_KEY: 'sk-moon\n' })).toEqual([
    '1:14 providers.p.apiKey environment variable MOONSHOT_API_KEY must hold visible ASCII characters only, without spaces or line breaks',
  ])
})

test('a file made to explode, or to circle, is refused at once', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefgh'.split('').map((name, index) => {
      const below = 'abcdefgh'[index]
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]`
    }),
  ].join('\n')
  expect(problems(bomb).filter((problem) => !problem.includes('unknown key'))).toEqual([
    expect.stringMatching(/^3:\d+ d\.\d+\.\d+ more than 100 aliases$/),
  ])
  expect(problems('data: &a [*a]').at(0)).toMatch(/the file expands to more than can be meant$/)
  expect(problems(`data: ${'['.repeat(100_000)}`)).toHaveLength(1)
})
