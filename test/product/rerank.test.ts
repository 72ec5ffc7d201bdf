import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestGateway } from '#test/support/gateway.ts'
import { type ServiceWorld, startServiceWorld } from '#test/support/services.ts'

let world: ServiceWorld
let gateway: TestGateway

beforeAll(async () => {
  world = await startServiceWorld()
  gateway = world.gateway
})

afterAll(() => world.stop())

const QUERY = 'where do red pandas live'
const DOCUMENTS = [
  'a stock index is a number',
  'red pandas live in the mountains',
  'pandas eat bamboo',
  'where the red pandas live there is bamboo',
]

async function rerank(body: Record<string, unknown>, path = '/v1/rerank') {
  const response = await gateway.post(path, { query: QUERY, documents: DOCUMENTS, ...body })
  return { response, answer: (await response.json()) as any }
}

const PLACES = (answer: any): readonly number[] => answer.results.map(({ index }: any) => index)

describe.each([
  { platform: 'dashscope', model: 'qwen3-rerank', path: '/compatible-api/v1/reranks' },
  { platform: 'dashscope', model: 'gte-rerank-v2', path: '/api/v1/services/rerank/text-rerank/text-rerank' },
  { platform: 'qianfan', model: 'bce-reranker-base', path: '/v2/rerank' },
  { platform: 'zhipu', model: 'rerank', path: '/api/paas/v4/rerank' },
  { platform: 'siliconflow', model: 'BAAI/bge-reranker-v2-m3', path: '/v1/rerank' },
  { platform: 'huawei-maas', model: 'bge-reranker-v2-m3', path: '/v1/rerank' },
  { platform: 'bedrock', model: 'cohere.rerank-v3-5:0', path: '/rerank' },
  { platform: 'vllm', model: 'served', path: '/v1/rerank' },
  { platform: 'sglang', model: 'served', path: '/v1/rerank' },
  { platform: 'llama-cpp', model: 'served', path: '/v1/rerank' },
  { platform: 'xinference', model: 'served', path: '/v1/rerank' },
  { platform: 'openai-compatible', model: 'served', path: '/v1/rerank' },
])('$platform/$model', ({ platform, model, path }) => {
  test('puts the best first, and gives as many as are wanted', async () => {
    const calls = world.since(platform)
    const { answer } = await rerank({ model: `${platform}/${model}`, top_n: 2 })
    expect(PLACES(answer)).toEqual([3, 1])
    expect(answer.results[0].relevance_score).toBeGreaterThan(answer.results[1].relevance_score)
    expect(calls().map((call) => call.path)).toEqual([path])
  })

  test('without a bound all come back, and no field is null', async () => {
    const calls = world.since(platform)
    const { answer } = await rerank({ model: `${platform}/${model}`, top_n: null, user: null })
    expect(PLACES(answer)).toEqual([3, 1, 2, 0])
    expect(calls().flatMap(({ body }) => Object.keys(body).filter((key) => body[key] === null))).toEqual([])
  })
})

test('every door that clients of Cohere, Jina and vLLM knock at is one', async () => {
  for (const path of ['/v1/rerank', '/v1/reranks', '/v2/rerank', '/rerank', '/reranks']) {
    const { response, answer } = await rerank({ model: 'vllm/served', top_n: 1 }, path)
    expect([path, response.status, PLACES(answer)]).toEqual([path, 200, [3]])
  }
})

test('documents come back as they were given, where they are asked for', async () => {
  const documents = ['red pandas', { text: 'bamboo', id: 7 }]
  const { answer } = await rerank({ model: 'vllm/served', documents, return_documents: true })
  expect(answer.results.map(({ index, document }: any) => [index, document])).toEqual([
    [0, { text: 'red pandas' }],
    [1, { text: 'bamboo', id: 7 }],
  ])
})

test('more documents than a call takes are ranked in several, and that is said', async () => {
  const calls = world.since('zhipu')
  const documents = Array.from({ length: 300 }, (_, i) => (i === 250 ? QUERY : `document ${i}`))
  const { response, answer } = await rerank({ model: 'zhipu/rerank', documents, top_n: 3 })
  expect(
    calls()
      .map(({ body }) => body.documents.length)
      .toSorted((a: number, b: number) => b - a),
  ).toEqual([128, 128, 44])
  expect([PLACES(answer)[0], PLACES(answer).length]).toEqual([250, 3])
  expect(response.headers.get('x-tongwen-warnings')).toBe('approximated:documents')
})

test('an instruction is said in the platform’s word', async () => {
  const calls = world.since('dashscope')
  await rerank({ model: 'dashscope/qwen3-rerank', instruction: 'find habitats' })
  expect(calls().map(({ body }) => body.instruct)).toEqual(['find habitats'])
})

test('tokens cost by tokens, searches by searches', async () => {
  const tokens = await rerank({ model: 'dashscope/gte-rerank-v2' })
  expect(tokens.answer.usage.total_tokens).toBeGreaterThan(10)
  expect(tokens.response.headers.get('x-tongwen-cost')).toMatch(/ CNY$/)
  const searches = await rerank({
    model: 'bedrock/cohere.rerank-v3-5:0',
    documents: Array.from({ length: 120 }, (_, i) => `document ${i}`),
  })
  expect(searches.response.headers.get('x-tongwen-cost')).toBe('0.004 USD')
})

test('a platform without rerank is named, not asked', async () => {
  const { response, answer } = await rerank({ model: 'minimax/embo-01' })
  expect([response.status, answer.error.code, answer.error.message]).toEqual([
    404,
    'operation_not_supported',
    '"minimax/embo-01" cannot be asked for rerank: minimax/embo-01 is on minimax, which has no API for rerank',
  ])
})

test('a body of a wrong shape is refused with the name of the field', async () => {
  const refused = async (body: Record<string, unknown>) => {
    const { response, answer } = await rerank({ model: 'vllm/served', ...body })
    return [response.status, answer.error.param]
  }
  expect([
    await refused({ query: 5 }),
    await refused({ documents: 'one' }),
    await refused({ documents: [] }),
    await refused({ documents: ['one', 2] }),
    await refused({ top_n: 0 }),
  ]).toEqual([
    [400, 'query'],
    [400, 'documents'],
    [400, 'documents'],
    [400, 'documents.1'],
    [400, 'top_n'],
  ])
})
