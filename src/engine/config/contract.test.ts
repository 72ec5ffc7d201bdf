import { expect, test } from 'vitest'
import * as catalog from '#catalog/index.ts'
import { explainConfig } from '#engine/config/explain.ts'
import { loadConfig } from '#engine/config/load.ts'

/** The example that the contract prints, line for line, but for values of the environment. */
const EXAMPLE = `server:
  host: 127.0.0.1
  port: 8787
data: ./data                        # embedded store. Or, for several replicas:
# database: postgres://user:pw@host/tongwen
# redis: redis://host:6379
providers:                          # an account on a platform of the catalog
  qwen:
    platform: dashscope           # ids: the catalog's
    region: cn-beijing              # one of the platform's regions
    apiKey: \${DASHSCOPE_API_KEY}    # a list makes a key pool
    baseUrl: http://127.0.0.1:9101/compatible-mode/v1   # optional: instead of the catalog's
    timeouts: { connect: 5s, firstByte: 60s, idle: 120s, total: 600s }
  kimi: { platform: moonshot, apiKey: \${MOONSHOT_API_KEY} }
  local: { platform: vllm, baseUrl: http://127.0.0.1:8000/v1 }
routes:                             # what callers ask for, and where it goes
  gpt-4o:
    targets: [qwen/qwen3.8-max, { target: kimi/kimi-k3, weight: 1 }]
    strategy: priority              # priority | weighted | cheapest | fastest
keys:                               # declared callers; more are made by \`keys create\` or the admin API
  - name: shop
    key: \${SHOP_KEY}
    models: [gpt-4o, qwen/*]
    limits: { requestsPerMinute: 600, tokensPerMinute: 200000, concurrency: 50 }
    budget: { amount: "100.00", currency: CNY, period: month }
`

test('the example of the contract holds against the real catalog, without a note', () => {
  const env = { DASHSCOPE_API_KEY: 'sk-one', MOONSHOT_API_KEY: 'sk-two', SHOP_KEY: 'sk-tw-0123456789' }
  const loaded = loadConfig({ text: EXAMPLE, format: 'yaml', env, catalog })
  expect(loaded.ok ? loaded.notes : loaded.problems).toEqual([])
})

test('every platform of the real catalog that can be called is implied by its first variable or says why not', () => {
  const hosted = [...catalog.platforms.values()].filter(({ keyVariables }) => keyVariables.length > 0)
  const env = Object.fromEntries(hosted.map(({ keyVariables }) => [keyVariables[0], 'sk-0123456789abcdefghij']))
  const loaded = loadConfig({ format: 'yaml', env, catalog })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const callable = hosted.filter(({ unavailable }) => unavailable === undefined).map(({ id }) => id)
  const implied = loaded.config.providers.map(({ id }) => id)
  const notes = loaded.notes.filter((note) => note.includes('has no address of its own'))
  expect(
    callable.filter((id) => !implied.includes(id) && !notes.some((note) => note.includes(`but ${id} has`))),
  ).toEqual([])
  const addresses = explainConfig(loaded, catalog).filter(({ path }) => path.endsWith('.baseUrl'))
  expect(addresses.length).toBe(implied.length)
})
