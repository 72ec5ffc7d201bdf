import { describe, expect, test } from 'vitest'
import { jobOf, target } from '#test/support/embedding-jobs.ts'
import type { ServiceTarget } from '#wire/service.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** The vectors that a whole answer gives for two inputs, and their tokens; `undefined` where it is unreadable. */
function taken(form: ServiceTarget['form'], answer: unknown, headers: Record<string, string> = {}): unknown {
  const job = jobOf({ model: 'x', input: ['a', 'b'], encoding_format: 'float' })
  const got = job.take({ from: 0, to: 2 }, target(form), { body: JSON.stringify(answer), headers })
  if (!got.ok) return got.failure?.message
  const whole = JSON.parse(job.whole({ requestId: 'r', now: 0, usage: got.usage ?? NO_USAGE }))
  return { vectors: whole.data.map(({ embedding }: any) => embedding), tokens: got.usage?.inputFresh }
}

describe('answers', () => {
  const two = {
    vectors: [
      [1, 2],
      [3, 4],
    ],
  }
  const item = (index: number, embedding: unknown) => ({ index, embedding })

  test.each([
    { form: 'openai', answer: { data: [item(1, [3, 4]), item(0, [1, 2])], usage: { prompt_tokens: 7 } }, tokens: 7 },
    { form: 'openai', answer: { data: [item(0, 'AACAPwAAAEA='), item(1, 'AABAQAAAgEA=')] }, tokens: undefined },
    {
      form: 'gemini',
      answer: { embeddings: [{ values: [1, 2] }, { values: [3, 4] }], usageMetadata: { promptTokenCount: 3 } },
      tokens: 3,
    },
    {
      form: 'vertex-predict',
      answer: {
        predictions: [
          { embeddings: { values: [1, 2], statistics: { token_count: 2 } } },
          { embeddings: { values: [3, 4], statistics: { token_count: 3 } } },
        ],
      },
      tokens: 5,
    },
    {
      form: 'dashscope-text',
      answer: {
        output: {
          embeddings: [
            { text_index: 1, embedding: [3, 4] },
            { text_index: 0, embedding: [1, 2] },
          ],
        },
        usage: { total_tokens: 9 },
      },
      tokens: 9,
    },
    {
      form: 'dashscope-multimodal',
      answer: {
        output: { embeddings: [item(0, [1, 2]), item(1, [3, 4])] },
        usage: { input_tokens: 4, image_tokens: 896 },
      },
      tokens: 900,
    },
    {
      form: 'minimax',
      answer: {
        vectors: [
          [1, 2],
          [3, 4],
        ],
        total_tokens: 6,
        base_resp: { status_code: 0 },
      },
      tokens: 6,
    },
    {
      form: 'cohere',
      answer: {
        embeddings: {
          float: [
            [1, 2],
            [3, 4],
          ],
        },
      },
      tokens: undefined,
    },
    {
      form: 'cohere',
      answer: {
        embeddings: [
          [1, 2],
          [3, 4],
        ],
      },
      tokens: undefined,
    },
    {
      form: 'tencent',
      answer: {
        Response: {
          Data: [
            { Index: 0, Embedding: [1, 2] },
            { Index: 1, Embedding: [3, 4] },
          ],
          Usage: { TotalTokens: 8 },
        },
      },
      tokens: 8,
    },
    {
      form: 'sensenova',
      answer: { embeddings: [item(0, [1, 2]), item(1, [3, 4])], usage: [{ prompt_tokens: 2 }] },
      tokens: 2,
    },
    { form: 'sensenova', answer: { data: [item(0, [1, 2]), item(1, [3, 4])] }, tokens: undefined },
    {
      form: 'feature-extraction',
      answer: [
        [1, 2],
        [3, 4],
      ],
      tokens: undefined,
    },
  ] as const)('of $form are read', ({ form, answer, tokens }) => {
    expect(taken(form, answer)).toEqual({ ...two, tokens })
  })

  test("Bedrock counts Cohere's tokens in a header", () => {
    const headers = { 'x-amzn-bedrock-input-token-count': '11' }
    expect(
      taken(
        'cohere',
        {
          embeddings: {
            float: [
              [1, 2],
              [3, 4],
            ],
          },
        },
        headers,
      ),
    ).toEqual({ ...two, tokens: 11 })
  })

  test.each([
    { answer: { data: [item(0, [1, 2])] }, says: 'm on p gave 1 vectors for 2 inputs' },
    { answer: { data: [item(0, [1, 2]), item(1, [3, 4, 5])] }, says: 'vectors of one request differ in length: 2, 3' },
    { answer: { data: [item(0, [1, 2]), item(1, [3, null])] }, says: undefined },
    { answer: { data: [item(0, [1, 2]), item(0, [3, 4])] }, says: undefined },
    { answer: { base_resp: { status_code: 1008 }, vectors: null }, says: undefined },
    { answer: 'text', says: undefined },
  ])('that do not fit are no answer: $says', ({ answer, says }) => {
    expect(taken('openai', answer)).toBe(says)
  })

  test('a vector of another length in a later call is no answer either', () => {
    const job = jobOf({ model: 'x', input: ['a', 'b'] })
    const answer = (embedding: number[]) => ({ body: JSON.stringify({ data: [item(0, embedding)] }), headers: {} })
    const first = job.take({ from: 0, to: 1 }, target('openai'), answer([1, 2]))
    const second = job.take({ from: 1, to: 2 }, target('openai'), answer([1, 2, 3]))
    expect([first.ok, second.ok]).toEqual([true, false])
  })

  test('a length that was asked for and not given is told', () => {
    const job = jobOf({ model: 'x', input: 'a', dimensions: 256 })
    const got = job.take({ from: 0, to: 1 }, target('openai'), {
      body: JSON.stringify({ data: [item(0, [1, 2])] }),
      headers: {},
    })
    expect(got.ok && got.warnings.map(({ action, path }) => `${action}:${path}`)).toEqual(['ignored:dimensions'])
  })
})
