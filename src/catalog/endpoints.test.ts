import { expect, test } from 'vitest'
import { platforms, resolve, type Wanted } from '#catalog/index.ts'
import type { DialectId } from '#wire/dialect.ts'

type Ask = Omit<Wanted, 'platform' | 'model'> & { readonly model?: string }

const ask = (platformId: string, { model = 'm', ...more }: Ask = {}): ReturnType<typeof resolve> => {
  const platform = platforms.get(platformId)
  if (platform === undefined) throw new Error(`no platform ${platformId}`)
  return resolve({ platform, model, ...more })
}
const urlOf = (platformId: string, more: Ask = {}): string => {
  const resolved = ask(platformId, more)
  return resolved.ok ? resolved.value.url : resolved.reason
}

test('base URLs that were written for a layer fit every endpoint of the platform', () => {
  const layer = { dialect: 'openai-chat' } as const
  expect([
    urlOf('gemini', { baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai/' }),
    urlOf('gemini', { baseUrl: 'https://generativelanguage.googleapis.com/v1beta' }),
    urlOf('gemini', { baseUrl: 'https://proxy.example/google/v1beta/openai', ...layer }),
    urlOf('gemini', { region: 'vertex', baseUrl: 'https://p.example/v1/projects/a/locations/b/endpoints/openapi' }),
    urlOf('gemini', { region: 'vertex', variables: { project: 'a' }, ...layer }),
    urlOf('bedrock', { region: 'us-east-1', baseUrl: 'https://proxy.example/openai/v1', model: 'a.b-v1:0' }),
    urlOf('bedrock', { region: 'us-east-1', baseUrl: 'https://proxy.example/openai/v1', ...layer }),
    urlOf('deepseek', { baseUrl: 'https://api.deepseek.com/v1', dialect: 'openai-completions' }),
  ]).toEqual([
    'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent',
    'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent',
    'https://proxy.example/google/v1beta/openai/chat/completions',
    'https://p.example/v1/projects/a/locations/b/publishers/google/models/m:generateContent',
    'https://us-central1-aiplatform.googleapis.com/v1/projects/a/locations/us-central1/endpoints/openapi/chat/completions',
    'https://proxy.example/model/a.b-v1%3A0/converse',
    'https://proxy.example/openai/v1/chat/completions',
    'https://api.deepseek.com/beta/completions',
  ])
})

test('streams and counts have addresses of their own where the platform has', () => {
  const placesOf = (platformId: string, more: Ask = {}): unknown => {
    const resolved = ask(platformId, more)
    return resolved.ok ? [resolved.value.streamUrl, resolved.value.countUrl] : resolved.reason
  }
  expect([
    placesOf('gemini'),
    placesOf('bedrock', { region: 'us-east-1' }),
    placesOf('anthropic'),
    placesOf('llama-cpp', { dialect: 'anthropic-messages' }),
    placesOf('deepseek'),
  ]).toEqual([
    [
      'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse',
      'https://generativelanguage.googleapis.com/v1beta/models/m:countTokens',
    ],
    [
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse-stream',
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/count-tokens',
    ],
    ['https://api.anthropic.com/v1/messages', 'https://api.anthropic.com/v1/messages/count_tokens'],
    ['http://localhost:8080/v1/messages', 'http://localhost:8080/v1/messages/count_tokens'],
    ['https://api.deepseek.com/chat/completions', undefined],
  ])
})

test.each<[DialectId, Record<string, string>]>([
  [
    'openai-responses',
    {
      ark: 'https://ark.cn-beijing.volces.com/api/v3/responses',
      azure: 'https://mine.openai.azure.com/openai/v1/responses',
      dashscope: 'https://dashscope.aliyuncs.com/compatible-mode/v1/responses',
      deepseek: 'https://api.deepseek.com/responses',
      huggingface: 'https://router.huggingface.co/v1/responses',
      hunyuan: 'https://tokenhub.tencentmaas.com/v1/responses',
      'llama-cpp': 'http://localhost:8080/v1/responses',
      moonshot: 'https://api.moonshot.cn/v1/responses',
      ollama: 'http://localhost:11434/v1/responses',
      openai: 'https://api.openai.com/v1/responses',
      'openai-compatible': 'http://h/v1/responses',
      sglang: 'http://localhost:30000/v1/responses',
      simulator: 'http://simulator.invalid/v1/responses',
      stepfun: 'https://api.stepfun.com/v1/responses',
      vllm: 'http://localhost:8000/v1/responses',
    },
  ],
  [
    'openai-completions',
    {
      azure: 'https://mine.openai.azure.com/openai/deployments/m/completions?api-version=2024-10-21',
      dashscope: 'https://dashscope.aliyuncs.com/compatible-mode/v1/completions',
      deepseek: 'https://api.deepseek.com/beta/completions',
      'llama-cpp': 'http://localhost:8080/v1/completions',
      lmdeploy: 'http://localhost:23333/v1/completions',
      ollama: 'http://localhost:11434/v1/completions',
      openai: 'https://api.openai.com/v1/completions',
      'openai-compatible': 'http://h/v1/completions',
      sglang: 'http://localhost:30000/v1/completions',
      simulator: 'http://simulator.invalid/v1/completions',
      tgi: 'http://localhost:8080/v1/completions',
      vllm: 'http://localhost:8000/v1/completions',
      xinference: 'http://localhost:9997/v1/completions',
    },
  ],
])('platforms that speak %s beside chat are called there on request', (dialect, urls) => {
  const beside = [...platforms.values()]
    .filter((platform) => platform.endpoints.some((endpoint) => endpoint.dialect === dialect))
    .map(({ id, regions }) => {
      const baseUrl = regions[0]!.baseUrl.replace('{baseUrl}', 'http://h/v1')
      return [id, urlOf(id, { dialect, variables: { resource: 'mine' }, baseUrl })]
    })
  expect(Object.fromEntries(beside)).toEqual(urls)
})
