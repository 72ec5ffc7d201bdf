import { expect, test } from 'vitest'
import { explainConfig, maskSecret } from '#engine/config/explain.ts'
import { loadConfig } from '#engine/config/load.ts'
import { CATALOG } from '#engine/config/test-catalog.ts'

const SECRETS = {
  DASHSCOPE_API_KEY: 'sk-0123456789abcdefWXYZ',
  SECOND: 'sk-second-0123456789-2222',
  SHOP_KEY: 'sk-tw-shop-0123456789-3333',
  TOKEN: 'Bearer 0123456789abcdef-4444',
}

/** `path = value (from)` of each value, timeouts and server limits apart. */
function explained(text: string | undefined, env: Record<string, string>): string[] {
  const loaded = loadConfig({ ...(text === undefined ? {} : { text }), format: 'yaml', env, catalog: CATALOG })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return explainConfig(loaded, CATALOG)
    .filter(({ path }) => !/timeouts|server\.limits/.test(path))
    .map(({ path, value, from }) => `${path} = ${value} (${JSON.stringify(from)})`)
}

const DEFAULT = '{"kind":"default"}'
const FROM_CATALOG = '{"kind":"catalog"}'

test('tells each value of a file with its line, its variable, the catalog or the default', () => {
  const text = `server: { port: 80 }
providers:
  qwen: &qwen
    platform: dashscope
    apiKey: [\${DASHSCOPE_API_KEY}, \${SECOND}]
    headers: { X-Auth-Token: "\${TOKEN}", X-Team: blue }
    quirks: { stopMax: 4, topP: { max: 1 } }
  twin:
    <<: *qwen
    region: intl
routes:
  gpt-4.1: { targets: [qwen/a, { target: twin/b, weight: 2 }], strategy: weighted }
keys:
  - name: shop
    key: \${SHOP_KEY}
    budget: { amount: "5", currency: CNY, period: day }
`
  const lines = explained(text, SECRETS)
  expect(lines).toEqual([
    `server.host = 127.0.0.1 (${DEFAULT})`,
    'server.port = 80 ({"kind":"file","line":1,"column":17})',
    `server.keepAlive = 15s (${DEFAULT})`,
    `server.drain = 30s (${DEFAULT})`,
    `data = ./data (${DEFAULT})`,
    `memory.responses = 30d (${DEFAULT})`,
    `memory.reasoning = 24h (${DEFAULT})`,
    `memory.maxSize = 1GB (${DEFAULT})`,
    `media.maxSize = 20MB (${DEFAULT})`,
    `media.timeout = 10s (${DEFAULT})`,
    'providers.qwen.platform = dashscope ({"kind":"file","line":4,"column":15})',
    `providers.qwen.region = cn-beijing (${FROM_CATALOG})`,
    `providers.qwen.baseUrl = https://dash.example/v1 (${FROM_CATALOG})`,
    `providers.qwen.dialect = openai-chat (${FROM_CATALOG})`,
    `providers.qwen.auth = bearer (${FROM_CATALOG})`,
    'providers.qwen.apiKey.0 = sk-…WXYZ ({"kind":"environment","variables":["DASHSCOPE_API_KEY"],"line":5})',
    'providers.qwen.apiKey.1 = sk-…2222 ({"kind":"environment","variables":["SECOND"],"line":5})',
    'providers.qwen.headers.x-auth-token = Bea…4444 ({"kind":"environment","variables":["TOKEN"],"line":6})',
    'providers.qwen.headers.x-team = blue ({"kind":"file","line":6,"column":50})',
    'providers.qwen.quirks.topP = {"max":1} ({"kind":"file","line":7,"column":33})',
    'providers.qwen.quirks.stopMax = 4 ({"kind":"file","line":7,"column":24})',
    'providers.twin.platform = dashscope ({"kind":"file","line":4,"column":15})',
    'providers.twin.region = intl ({"kind":"file","line":10,"column":13})',
    `providers.twin.baseUrl = https://dash-intl.example/v1 (${FROM_CATALOG})`,
    `providers.twin.dialect = openai-chat (${FROM_CATALOG})`,
    `providers.twin.auth = bearer (${FROM_CATALOG})`,
    'providers.twin.apiKey.0 = sk-…WXYZ ({"kind":"environment","variables":["DASHSCOPE_API_KEY"],"line":5})',
    'providers.twin.apiKey.1 = sk-…2222 ({"kind":"environment","variables":["SECOND"],"line":5})',
    'providers.twin.headers.x-auth-token = Bea…4444 ({"kind":"environment","variables":["TOKEN"],"line":6})',
    'providers.twin.headers.x-team = blue ({"kind":"file","line":6,"column":50})',
    'providers.twin.quirks.topP = {"max":1} ({"kind":"file","line":7,"column":33})',
    'providers.twin.quirks.stopMax = 4 ({"kind":"file","line":7,"column":24})',
    `providers.simulator.platform = simulator (${DEFAULT})`,
    `providers.simulator.region = local (${FROM_CATALOG})`,
    `providers.simulator.baseUrl = simulator://local (${FROM_CATALOG})`,
    `providers.simulator.dialect = openai-chat (${FROM_CATALOG})`,
    `providers.simulator.auth = none (${FROM_CATALOG})`,
    `providers.simulator.apiKey = none needed (${FROM_CATALOG})`,
    'routes."gpt-4.1".targets.0 = qwen/a ({"kind":"file","line":12,"column":24})',
    'routes."gpt-4.1".targets.0.weight = 1 ({"kind":"default"})',
    'routes."gpt-4.1".targets.1 = twin/b ({"kind":"file","line":12,"column":32})',
    'routes."gpt-4.1".targets.1.weight = 2 ({"kind":"file","line":12,"column":58})',
    'routes."gpt-4.1".strategy = weighted ({"kind":"file","line":12,"column":74})',
    'keys.0.name = shop ({"kind":"file","line":14,"column":11})',
    'keys.0.key = sk-…3333 ({"kind":"environment","variables":["SHOP_KEY"],"line":15})',
    `keys.0.role = caller (${DEFAULT})`,
    `keys.0.models = every model (${DEFAULT})`,
    'keys.0.budget.amount = 5 ({"kind":"file","line":16,"column":23})',
    'keys.0.budget.currency = CNY ({"kind":"file","line":16,"column":38})',
    'keys.0.budget.period = day ({"kind":"file","line":16,"column":51})',
  ])
  expect(Object.values(SECRETS).filter((secret) => lines.join('\n').includes(secret))).toEqual([])
})

test('tells what the environment alone decided', () => {
  const lines = explained(undefined, { MOONSHOT_API_KEY: SECRETS.SECOND, PORT: '90' })
  expect(lines.filter((line) => line.includes('environment'))).toEqual([
    'server.port = 90 ({"kind":"environment","variables":["PORT"]})',
    'providers.moonshot.platform = moonshot ({"kind":"environment","variables":["MOONSHOT_API_KEY"]})',
    'providers.moonshot.apiKey = sk-…2222 ({"kind":"environment","variables":["MOONSHOT_API_KEY"]})',
  ])
})

test('durations and sizes are told in units', () => {
  const loaded = loadConfig({ format: 'yaml', env: {}, catalog: CATALOG })
  if (!loaded.ok) throw new Error('refused')
  const rows = explainConfig(loaded, CATALOG).filter(({ path }) => /timeouts|server\.limits/.test(path))
  expect(Object.fromEntries(rows.map(({ path, value }) => [path, value]))).toEqual({
    'server.limits.body': '20MB',
    'server.limits.headerTime': '10s',
    'server.limits.bodyTime': '1m',
    'server.limits.jsonDepth': '64',
    'server.limits.frame': '8MiB',
    'server.limits.answer': '64MiB',
    'server.limits.stalledCaller': '1m',
    'providers.simulator.timeouts.connect': '5s',
    'providers.simulator.timeouts.firstByte': '2m',
    'providers.simulator.timeouts.idle': '2m',
    'providers.simulator.timeouts.total': '10m',
  })
})

test('nothing of a short secret is shown', () => {
  expect(['', 'short', 'sk-0123456789abcdef', 'sk-0123456789abcdefg'].map(maskSecret)).toEqual([
    '…',
    '…',
    '…',
    'sk-…defg',
  ])
})
