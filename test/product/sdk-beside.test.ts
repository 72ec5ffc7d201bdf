import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { byAnthropic, byAws, byGoogle, byOpenai, type BySdk } from '#test/support/by-sdk.ts'
import { providerAt, servedModel } from '#test/support/every-platform.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

/** Platforms called by OpenAI's newer and older API beside chat, as the operator asks for it. */
const RESPONSES = ['openai', 'azure', 'dashscope', 'ark', 'deepseek', 'hunyuan', 'stepfun', 'vllm', 'ollama'] as const
const COMPLETIONS = ['deepseek', 'dashscope', 'vllm', 'sglang', 'tgi', 'xinference'] as const
const DIALECTS = { responses: 'openai-responses', completions: 'openai-completions' } as const

/** Older interfaces of their own, with the proof that each asks for. */
const OWN = [
  {
    id: 'hunyuan',
    dialect: 'tencent-chat',
    model: 'hunyuan-turbos-latest',
    credentials: { secretId: 'AKIDtest', secretKey: 'test-secret' },
  },
  {
    id: 'spark',
    dialect: 'spark-chat',
    model: '4.0Ultra',
    credentials: { appId: 'app', apiKey: 'test-key', apiSecret: 'test-secret' },
  },
  {
    id: 'sensenova',
    dialect: 'sensenova-chat',
    model: 'SenseChat-5',
    credentials: { accessKey: 'test-key', secretKey: 'test-secret' },
  },
  {
    id: 'qianfan',
    dialect: 'wenxin-chat',
    model: 'ERNIE-4.0-8K',
    credentials: { apiKey: 'test-key', secretKey: 'test-secret' },
  },
] as const

const SDKS: readonly (readonly [string, BySdk])[] = [
  ['openai', byOpenai],
  ['@anthropic-ai/sdk', byAnthropic],
  ['@google/genai', byGoogle],
  ['@aws-sdk/client-bedrock-runtime', byAws],
]

const stages = new Map<string, SimulatorServer>()
let gateway: TestGateway
let tokens: Upstream

function providersFor(names: readonly string[], way: keyof typeof DIALECTS): [string, unknown][] {
  return names.map((id) => {
    const provider = providerAt(platforms.get(id)!, stages.get(id)!.url)
    return [`${id}-${way}`, { ...provider, dialect: DIALECTS[way] }]
  })
}

beforeAll(async () => {
  const rules = [
    { match: { contains: 'Count.' }, answer: { text: 'One, 三.', usage: { inputFresh: 7, outputText: 3 } } },
  ]
  for (const platform of new Set([...RESPONSES, ...COMPLETIONS, ...OWN.map(({ id }) => id)])) {
    stages.set(platform, await startSimulator({ platform, rules }))
  }
  const providers = [...providersFor(RESPONSES, 'responses'), ...providersFor(COMPLETIONS, 'completions')]
  tokens = await startUpstream((_seen, response) =>
    sendJson(response, { access_token: 'test-token', expires_in: 2_592_000 }),
  )
  const own = OWN.map(({ id, dialect, credentials }) => {
    const url = stages.get(id)!.url
    const baseUrl = dialect === 'spark-chat' ? url.replace('http:', 'ws:') : url
    const token = dialect === 'wenxin-chat' ? { tokenUrl: `${tokens.url}/oauth/2.0/token` } : {}
    return [`${id}-own`, { platform: id, dialect, baseUrl, credentials: { ...credentials, ...token } }] as const
  })
  gateway = await startTestGateway({ providers: Object.fromEntries([...providers, ...own]) })
})
afterAll(async () => {
  await gateway.stop()
  await tokens.close()
  await Promise.all([...stages.values()].map((stage) => stage.close()))
})

describe.each([
  ...RESPONSES.map((id) => ({ id, way: 'responses' as const })),
  ...COMPLETIONS.map((id) => ({ id, way: 'completions' as const })),
])('$id by $way', ({ id, way }) => {
  test.each(SDKS)('answers %s', async (_sdk, heardBy) => {
    const model = `${id}-${way}/${servedModel(platforms.get(id)!)}`
    expect(await heardBy(gateway, model, 'Count.')).toEqual({ text: 'One, 三.', calls: [], usage: [7, 3] })
    expect(stages.get(id)!.seen.at(-1)?.path.split('?')[0]).toMatch(new RegExp(`/${way}$`))
  })
})

describe.each(OWN)('$id in $dialect', ({ id, model }) => {
  test.each(SDKS)('answers %s', async (_sdk, heardBy) => {
    const heard = await heardBy(gateway, `${id}-own/${model}`, 'Count.')
    expect(heard).toEqual({ text: 'One, 三.', calls: [], usage: [7, 3] })
  })
})
