import { describe, expect, test } from 'vitest'
import {
  commonSpace,
  offersOf,
  type Platform,
  platforms,
  priceOfSearches,
  resolve,
  spacesPromised,
  vectorSpaceOf,
} from '#catalog/index.ts'
import { released } from '#catalog/catalog.ts'
import type { ServiceOperation } from '#wire/service.ts'

const OPERATIONS: readonly ServiceOperation[] = ['embeddings', 'rerank', 'moderations']
const KINDS = { embeddings: 'embedding', rerank: 'rerank', moderations: 'moderation' } as const

function servicesAt(id: string, model: string, more: { baseUrl?: string; region?: string } = {}) {
  const resolved = resolve({ platform: platforms.get(id)!, model, ...more })
  if (!resolved.ok) throw new Error(resolved.reason)
  return resolved.value.services
}

function urlOf(id: string, model: string, more: { baseUrl?: string; region?: string } = {}): string[] {
  const services = servicesAt(id, model, more)
  return OPERATIONS.flatMap((operation) => {
    const service = services[operation]
    return service.ok ? [`${operation} ${service.target.form} ${service.url}`] : []
  })
}

describe('rows', () => {
  test('a row names regions of its platform, and only what it has to', () => {
    const wrong = [...platforms.values()].flatMap((platform) =>
      OPERATIONS.flatMap((operation) =>
        (platform.services?.[operation] ?? []).flatMap(({ regions = [], path }) => [
          ...regions.filter((id) => !platform.regions.some((region) => region.id === id)),
          ...(path.startsWith('/') ? [] : [path]),
        ]),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('an offer names a form of a service that its platform has', () => {
    const wrong = [...platforms.values()].flatMap((platform: Platform) =>
      offersOf(platform.id).flatMap(({ model, kind, service }) => {
        if (service === undefined) return []
        const operation = OPERATIONS.find((each) => KINDS[each] === kind)
        const forms =
          operation === undefined ? [] : (platform.services?.[operation] ?? []).map(({ form }) => form as string)
        return forms.includes(service) ? [] : [`${platform.id}/${model}: ${service}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  test('a model that embeds stands on a platform that embeds, with few exceptions that the facts leave open', () => {
    const alone = [...platforms.values()].flatMap((platform: Platform) =>
      OPERATIONS.flatMap((operation) =>
        offersOf(platform.id)
          .filter(({ kind }) => kind === KINDS[operation] && platform.services?.[operation] === undefined)
          .map(({ model }) => `${platform.id}/${model}`),
      ),
    )
    expect(alone).toEqual([])
  })
})

describe('addresses', () => {
  test('a service is at the base URL, or at the root of its host', () => {
    expect([
      ...urlOf('openai', 'text-embedding-3-small'),
      ...urlOf('dashscope', 'text-embedding-v4'),
      ...urlOf('dashscope', 'qwen3-vl-embedding'),
      ...urlOf('dashscope', 'qwen3-rerank'),
      ...urlOf('zhipu', 'moderation'),
      ...urlOf('huggingface', 'Qwen/Qwen3-Embedding-8B'),
      ...urlOf('bedrock', 'cohere.embed-v4:0', { region: 'us-east-1' }),
      ...urlOf('bedrock', 'amazon.rerank-v1:0', { region: 'us-east-1' }),
    ]).toEqual([
      'embeddings openai https://api.openai.com/v1/embeddings',
      'embeddings openai https://dashscope.aliyuncs.com/compatible-mode/v1/embeddings',
      'embeddings dashscope-multimodal https://dashscope.aliyuncs.com/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding',
      'rerank common https://dashscope.aliyuncs.com/compatible-api/v1/reranks',
      'moderations zhipu https://open.bigmodel.cn/api/paas/v4/moderations',
      'embeddings feature-extraction https://router.huggingface.co/hf-inference/models/Qwen/Qwen3-Embedding-8B/pipeline/feature-extraction',
      'embeddings cohere https://bedrock-runtime.us-east-1.amazonaws.com/model/cohere.embed-v4%3A0/invoke',
      'rerank bedrock https://bedrock-agent-runtime.us-east-1.amazonaws.com/rerank',
    ])
  })

  test("an operator's base URL stands for the platform's, with or without its path", () => {
    expect([
      ...urlOf('dashscope', 'qwen3-rerank', { baseUrl: 'http://127.0.0.1:9101/compatible-mode/v1' }),
      ...urlOf('dashscope', 'qwen3-rerank', { baseUrl: 'http://127.0.0.1:9101' }),
      ...urlOf('gemini', 'gemini-embedding-001', { baseUrl: 'http://127.0.0.1:9101/v1beta' }),
    ]).toEqual([
      'rerank common http://127.0.0.1:9101/compatible-api/v1/reranks',
      'rerank common http://127.0.0.1:9101/compatible-api/v1/reranks',
      'embeddings gemini http://127.0.0.1:9101/v1beta/models/gemini-embedding-001:batchEmbedContents',
    ])
  })

  test('what a model cannot be asked for is told in words', () => {
    const reasonOf = (id: string, model: string, operation: ServiceOperation) => {
      const service = servicesAt(id, model)[operation]
      return service.ok ? 'served' : service.reason
    }
    expect([
      reasonOf('deepseek', 'deepseek-v4', 'moderations'),
      reasonOf('openai', 'gpt-4o', 'embeddings'),
      reasonOf('openai', 'text-embedding-3-small', 'rerank'),
    ]).toEqual([
      'is on deepseek, which has no API for moderations',
      'is a model for chat, not for embeddings',
      'is on openai, which has no API for rerank',
    ])
  })
})

describe('vector spaces', () => {
  const spaceOf = (id: string): string =>
    vectorSpaceOf(released, id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1))
  const target = (id: string) => ({ id, space: spaceOf(id) })
  const none = { declared: undefined, promised: new Set<string>() }

  test("a model's own id is its space; a row may name one that several share", () => {
    expect(
      [
        'openai/text-embedding-3-small',
        'azure/text-embedding-3-small',
        'huawei-maas/bge-m3',
        'siliconflow/BAAI/bge-m3',
        'vllm/BAAI/bge-m3',
        'vllm/mine',
      ].map(spaceOf),
    ).toEqual(['text-embedding-3-small', 'text-embedding-3-small', 'bge-m3', 'bge-m3', 'bge-m3', 'mine'])
  })

  test('targets of one space have it in common, those of two have none', () => {
    expect(commonSpace([target('huawei-maas/bge-m3'), target('siliconflow/BAAI/bge-m3')], none)).toEqual({
      ok: true,
      space: 'bge-m3',
    })
    expect(commonSpace([target('openai/text-embedding-3-small'), target('dashscope/text-embedding-v4')], none)).toEqual(
      {
        ok: false,
        message: expect.stringContaining(
          'leads to different vector spaces (openai/text-embedding-3-small in "text-embedding-3-small", dashscope/text-embedding-v4 in "text-embedding-v4")',
        ),
      },
    )
  })

  test('a name that promises one model does not lead to another', () => {
    const promised = spacesPromised(released, 'openai/text-embedding-ada-002')
    expect(commonSpace([target('dashscope/text-embedding-v4')], { declared: undefined, promised })).toEqual({
      ok: false,
      message: expect.stringContaining(
        'bears the name of one embedding model and leads to another (dashscope/text-embedding-v4)',
      ),
    })
    expect(commonSpace([target('azure/text-embedding-ada-002')], { declared: undefined, promised })).toEqual({
      ok: true,
      space: 'text-embedding-ada-002',
    })
  })

  test("the operator's word counts", () => {
    const promised = spacesPromised(released, 'text-embedding-ada-002')
    const targets = [target('openai/text-embedding-3-small'), target('dashscope/text-embedding-v4')]
    expect(commonSpace(targets, { declared: 'embedded-anew-2026', promised })).toEqual({
      ok: true,
      space: 'embedded-anew-2026',
    })
  })
})

test('searches are priced one by one, to the nano', () => {
  const offer = offersOf('bedrock').find(({ model }) => model === 'cohere.rerank-v3-5:0')!
  const price = priceOfSearches({ offer, searches: 3, at: Date.UTC(2026, 10, 22) })
  expect(price).toMatchObject({ ok: true, currency: 'USD', nanos: 6_000_000n, rule: 'USD per search as of 2026-08' })
})
