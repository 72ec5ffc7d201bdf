import { describe, expect, test } from 'vitest'
import { hear, play } from '#simulator/stage.test-support.ts'
import { relevanceOf, vectorFor } from '#simulator/services/vectors.ts'

async function ask(platform: string, path: string, body: Record<string, unknown>) {
  const { status, text } = await hear(play(platform), { path, body })
  const answer: any = JSON.parse(text)
  return { status, answer }
}

describe('vectors', () => {
  test('equal texts have equal vectors, others others; each is of length one and made of float32 values', () => {
    const one = vectorFor('one', 'space', 64)
    expect(
      [vectorFor('one', 'space', 64), vectorFor('one', 'other', 64), vectorFor('two', 'space', 64)].map(
        (each) => each.join() === one.join(),
      ),
    ).toEqual([true, false, false])
    expect(one.every((value) => Math.fround(value) === value)).toBe(true)
    expect(one.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5)
  })

  test('a document with more of the query’s words answers it better', () => {
    const score = (document: string) => relevanceOf('red panda', document)
    expect(score('a red panda')).toBeGreaterThan(score('a panda'))
    expect(score('a panda')).toBeGreaterThan(score('a fox'))
  })
})

describe('refusals', () => {
  test.each([
    {
      platform: 'dashscope',
      path: '/compatible-mode/v1/embeddings',
      body: { model: 'text-embedding-v4', input: Array.from({ length: 11 }, () => 'a') },
      says: [400, 'batch size is invalid, it should not be larger than 10.'],
    },
    {
      platform: 'vllm',
      path: '/v1/embeddings',
      body: { model: 'm', input: 'a', encoding_format: null },
      says: [400, 'encoding_format: Input should be a valid value, not null'],
    },
    {
      platform: 'modelscope',
      path: '/v1/embeddings',
      body: { model: 'm', input: 'a' },
      says: [400, 'encoding_format: it is required'],
    },
    {
      platform: 'dashscope',
      path: '/compatible-mode/v1/embeddings',
      body: { model: 'text-embedding-v4', input: 'a', encoding_format: 'base64' },
      says: [400, 'encoding_format: it must be float'],
    },
    {
      platform: 'huawei-maas',
      path: '/v1/embeddings',
      body: { model: 'bge-m3', input: 'a', user: 'u' },
      says: [400, 'user: Extra inputs are not permitted'],
    },
    {
      platform: 'openai',
      path: '/v1/embeddings',
      body: { model: 'nothing', input: 'a' },
      says: [404, 'The model does not exist.'],
    },
    {
      platform: 'openai',
      path: '/v1/embeddings',
      body: { model: 'text-embedding-ada-002', input: 'a', dimensions: 100 },
      says: [400, 'dimensions: the model does not give it'],
    },
  ])('$platform: $says', async ({ platform, path, body, says }) => {
    const { status, answer } = await ask(platform, path, body)
    const error = answer.error ?? answer.errors ?? answer
    expect([status, error.message]).toEqual(says)
  })

  test('MiniMax refuses inside a 200', async () => {
    const { status, answer } = await ask('minimax', '/v1/embeddings', { model: 'embo-01', texts: ['a'] })
    expect([status, answer.base_resp.status_code]).toEqual([200, 2013])
  })

  test('a platform without a service has no such path', async () => {
    expect((await ask('deepseek', '/embeddings', { model: 'm', input: 'a' })).status).toBe(404)
  })
})

test('the built-in platform embeds, ranks and judges, whatever the model is called', async () => {
  const embedded = await ask('simulator', '/v1/embeddings', { model: 'any', input: ['a', 'a'] })
  const ranked = await ask('simulator', '/v1/rerank', { model: 'any', query: 'a b', documents: ['c', 'a b'] })
  const judged = await ask('simulator', '/v1/moderations', { model: 'any', input: 'I hate it' })
  expect([
    embedded.answer.data[0].embedding.join() === embedded.answer.data[1].embedding.join(),
    ranked.answer.results[0].index,
    judged.answer.results[0].flagged,
  ]).toEqual([true, 1, true])
})

test('a fault befalls services too', async () => {
  const simulator = play('openai', { fault: { kind: 'refuse', says: 'rate-limit', status: 429 } })
  const { status } = await hear(simulator, {
    path: '/v1/embeddings',
    body: { model: 'text-embedding-3-small', input: 'a' },
  })
  expect(status).toBe(429)
})
