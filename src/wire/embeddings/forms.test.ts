import { describe, expect, test } from 'vitest'
import { jobOf, target } from '#test/support/embedding-jobs.ts'
import { geminiBatchEmbedContents } from '#wire/embeddings/index.ts'
import type { JsonObject } from '#wire/json.ts'
import type { ServiceQuirks, ServiceTarget } from '#wire/service.ts'

/** What a call of all inputs says, and what was lost on the way; a refusal's message where there is none. */
function written(json: JsonObject, to: ServiceTarget): unknown {
  const job = jobOf({ model: 'x', ...json })
  const call = job.write({ from: 0, to: job.size }, to)
  if (!call.ok) return call.failure.message
  const lost = call.warnings.map(({ action, path }) => `${action}:${path}`)
  return lost.length === 0 ? JSON.parse(call.body) : { lost, body: JSON.parse(call.body) }
}

describe('calls', () => {
  test.each([
    { form: 'openai', body: { model: 'm', input: ['a', 'b'] } },
    {
      form: 'gemini',
      body: {
        requests: [
          { model: 'models/m', content: { parts: [{ text: 'a' }] } },
          { model: 'models/m', content: { parts: [{ text: 'b' }] } },
        ],
      },
    },
    { form: 'vertex-predict', body: { instances: [{ content: 'a' }, { content: 'b' }] } },
    { form: 'dashscope-text', body: { model: 'm', input: { texts: ['a', 'b'] } } },
    { form: 'dashscope-multimodal', body: { model: 'm', input: { contents: [{ text: 'a' }, { text: 'b' }] } } },
    { form: 'minimax', body: { model: 'm', texts: ['a', 'b'] } },
    { form: 'cohere', body: { texts: ['a', 'b'], embedding_types: ['float'] } },
    { form: 'tencent', body: { InputList: ['a', 'b'] } },
    { form: 'sensenova', body: { model: 'm', input: ['a', 'b'] } },
    { form: 'feature-extraction', body: { inputs: ['a', 'b'] } },
  ] as const)('$form', ({ form, body }) => {
    expect(written({ input: ['a', 'b'] }, target(form))).toEqual(body)
  })

  test.each([
    { form: 'ark-multimodal', body: { model: 'm', input: [{ type: 'text', text: 'a' }] } },
    { form: 'titan', body: { inputText: 'a' } },
    { form: 'titan-image', body: { inputText: 'a' } },
    { form: 'tencent', body: { Input: 'a' } },
  ] as const)('$form of one input', ({ form, body }) => {
    expect(written({ input: 'a' }, target(form))).toEqual(body)
  })

  test('iFlytek takes a conversation as base64, and is told what it is for', () => {
    const spark = target('spark', {}, { taskDefault: 'para' })
    const { lost, body } = written({ input: '你好' }, spark) as { lost: string[]; body: any }
    const { text, ...rest } = body.payload.messages
    expect(lost).toEqual(['defaulted:task_type'])
    expect(JSON.parse(Buffer.from(text, 'base64').toString('utf8'))).toEqual({
      messages: [{ content: '你好', role: 'user' }],
    })
    expect({ ...body, payload: rest }).toEqual({
      header: { status: 3 },
      parameter: { emb: { domain: 'para', feature: { encoding: 'utf8', compress: 'raw', format: 'plain' } } },
      payload: { encoding: 'utf8', compress: 'raw', format: 'json', status: 3 },
    })
  })

  test('a length is said in each form’s own place', () => {
    const said = (form: ServiceTarget['form']) => written({ input: 'a', dimensions: 256 }, target(form))
    expect([
      said('openai'),
      said('dashscope-text'),
      said('cohere'),
      said('titan-image'),
      said('vertex-predict'),
    ]).toEqual([
      { model: 'm', input: 'a', dimensions: 256 },
      { model: 'm', input: { texts: ['a'] }, parameters: { dimension: 256 } },
      { texts: ['a'], embedding_types: ['float'], output_dimension: 256 },
      { inputText: 'a', embeddingConfig: { outputEmbeddingLength: 256 } },
      { instances: [{ content: 'a' }], parameters: { outputDimensionality: 256 } },
    ])
  })

  test.each([
    { more: { dimensions: [1024, 512] }, quirks: {}, says: 'm on p gives vectors of 1024, 512 dimensions, not 256' },
    {
      more: { dimensions: [200], anyDimensions: true },
      quirks: {},
      says: 'm on p gives vectors of up to 200 dimensions, not 256',
    },
    { more: { dimensions: [256] }, quirks: {}, says: { model: 'm', input: 'a' } },
    { more: { dimensions: [512, 256] }, quirks: {}, says: { model: 'm', input: 'a', dimensions: 256 } },
    {
      more: { dimensions: [3072], anyDimensions: true },
      quirks: {},
      says: { model: 'm', input: 'a', dimensions: 256 },
    },
    {
      more: {},
      quirks: { dimensions: false },
      says: { lost: ['dropped:dimensions'], body: { model: 'm', input: 'a' } },
    },
  ])('256 of a model that gives $more.dimensions: $says', ({ more, quirks, says }) => {
    expect(written({ input: 'a', dimensions: 256 }, target('openai', more, quirks))).toEqual(says)
  })

  test('base64 is asked for where it is taken, and floats are named where the platform insists', () => {
    const said = (quirks: Partial<ServiceQuirks>, encoding: string) =>
      written({ input: 'a', encoding_format: encoding }, target('openai', {}, quirks))
    expect([
      said({}, 'base64'),
      said({}, 'float'),
      said({ encodings: ['float'] }, 'base64'),
      said({ encodings: ['float'], encodingRequired: true }, 'base64'),
    ]).toEqual([
      { model: 'm', input: 'a', encoding_format: 'base64' },
      { model: 'm', input: 'a' },
      { model: 'm', input: 'a' },
      { model: 'm', input: 'a', encoding_format: 'float' },
    ])
  })

  test('fields that nobody here knows travel to platforms of the form, nulls nowhere (T23)', () => {
    const json = { input: 'a', encoding_format: null, dimensions: null, user: null, truncate_prompt_tokens: 5, x: null }
    expect([written(json, target('openai')), written(json, target('openai', {}, { openFields: false }))]).toEqual([
      { truncate_prompt_tokens: 5, model: 'm', input: 'a' },
      { lost: ['dropped:truncate_prompt_tokens'], body: { model: 'm', input: 'a' } },
    ])
  })

  test('what an input is for has its own word on each platform', () => {
    const said = (form: ServiceTarget['form'], word: string, quirks: Partial<ServiceQuirks> = {}) =>
      written({ input: 'a', task: word }, target(form, {}, quirks))
    expect([
      said('minimax', 'retrieval.query', { taskDefault: 'db' }),
      said('minimax', 'clustering', { taskDefault: 'db' }),
      said('dashscope-text', 'retrieval.passage'),
      said('openai', 'retrieval.query', { taskField: 'input_type', taskWords: { query: 'search' } }),
      said('sensenova', 'retrieval.query'),
    ]).toEqual([
      { model: 'm', texts: ['a'], type: 'query' },
      { lost: ['dropped:task', 'defaulted:task'], body: { model: 'm', texts: ['a'], type: 'db' } },
      { model: 'm', input: { texts: ['a'] }, parameters: { text_type: 'document' } },
      { model: 'm', input: 'a', input_type: 'search', task: 'retrieval.query' },
      { lost: ['dropped:task'], body: { model: 'm', input: ['a'] } },
    ])
  })

  test.each([
    {
      form: 'openai',
      input: [1, 2],
      says: 'input: m on p takes text, not token ids: they are words of one tokenizer only',
    },
    {
      form: 'gemini',
      input: [[1]],
      says: 'input.0: m on p takes text, not token ids: they are words of one tokenizer only',
    },
    { form: 'minimax', input: ['a', { image: 'https://x/a.png' }], says: 'input.1: m on p takes text only, not image' },
    {
      form: 'titan-image',
      input: { image: 'https://x/a.png' },
      says: 'input: m on p takes images as base64 data only',
    },
    { form: 'ark-multimodal', input: { audio: 'https://x/a.mp3' }, says: 'input: m on p takes no audio' },
    {
      form: 'dashscope-multimodal',
      input: { content: [{ text: 'a' }, { image: 'https://x/a.png' }] },
      says: 'input: m on p cannot be given several pieces that make one vector',
    },
  ] as const)('$form refuses what it cannot carry: $says', ({ form, input, says }) => {
    expect(written({ input }, target(form))).toBe(says)
  })

  test('pictures and texts become one vector where the platform joins them', () => {
    const input = {
      content: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      ],
    }
    expect([
      written({ input }, target('ark-multimodal')),
      written({ input }, target('titan-image')),
      written({ input }, target('openai')),
    ]).toEqual([
      {
        model: 'm',
        input: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      { inputText: 'a', inputImage: 'AAAA' },
      { model: 'm', input },
    ])
  })

  test('inputs for different purposes do not share a call, since most platforms are told once a call', () => {
    const json = {
      requests: ['RETRIEVAL_QUERY', 'RETRIEVAL_QUERY', 'RETRIEVAL_DOCUMENT', 'RETRIEVAL_QUERY'].map((taskType) => ({
        content: { parts: [{ text: 'a' }] },
        taskType,
      })),
    }
    const read = geminiBatchEmbedContents.read({ text: '', json, outside: { model: 'm' } })
    const job = read.ok ? read.job : undefined
    expect([0, 1, 2, 3].map((from) => job?.endOf(from, 10))).toEqual([2, 2, 3, 4])
  })
})
