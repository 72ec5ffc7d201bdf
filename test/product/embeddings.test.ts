import type OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { KEY, startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { startSimulator } from '#simulator/server.ts'
import { print, type SeenCall, type ServiceWorld, startServiceWorld, vectorFor } from '#test/support/services.ts'

let world: ServiceWorld
let gateway: TestGateway
let openai: OpenAI

beforeAll(async () => {
  world = await startServiceWorld({
    bge: { targets: ['huawei-maas/bge-m3', 'siliconflow/BAAI/bge-m3'] },
    mine: { targets: ['vllm/one-model', 'sglang/another-model'] },
    declared: { targets: ['vllm/one-model', 'sglang/another-model'], vectorSpace: 'ours' },
    'text-embedding-ada-002': { targets: ['dashscope/text-embedding-v4'], vectorSpace: 'embedded-anew' },
    small: { targets: ['azure/text-embedding-3-small', 'openai/text-embedding-3-small'] },
  })
  gateway = world.gateway
  openai = gateway.openai()
})

afterEach(() => world.mend())
afterAll(() => world.stop())

const TEXTS = ['one', 'two', 'three', '四']
const since = (platform: string) => world.since(platform)

describe('batching', () => {
  test('calls are cut at the platform’s bound, usage is summed, one entry stands in the books', async () => {
    const calls = since('dashscope')
    const input = Array.from({ length: 23 }, (_, i) => `word${i}`)
    const { data: answer, response } = await openai.embeddings
      .create({ model: 'dashscope/text-embedding-v4', input, encoding_format: 'float' })
      .withResponse()
    expect(
      calls()
        .map(({ body }) => body.input.length)
        .toSorted((a, b) => b - a),
    ).toEqual([10, 10, 3])
    expect(response.headers.get('x-tongwen-attempts')).toBe('3')
    expect(response.headers.get('x-tongwen-vector-space')).toBe('text-embedding-v4')
    const trace: any = await (await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)).json()
    expect({
      usage: trace.usage,
      cost: trace.cost,
      targets: trace.attempts.map((each: any) => each.target),
    }).toMatchObject({
      usage: { inputFresh: answer.usage.prompt_tokens },
      cost: { currency: 'CNY' },
      targets: Array.from({ length: 3 }, () => 'dashscope/text-embedding-v4'),
    })
    expect(answer.usage.prompt_tokens).toBeGreaterThan(23)
  })

  test('an input that the model cannot read is refused in the platform’s words', async () => {
    const input = ['short', 'word '.repeat(600)]
    const asked = openai.embeddings.create({ model: 'baichuan/Baichuan-Text-Embedding', input })
    await expect(asked).rejects.toMatchObject({ status: 400, message: expect.stringContaining('512 tokens') })
  })
})

describe('what a model gives', () => {
  test('a length that it has is asked for', async () => {
    const { data } = await openai.embeddings.create({
      model: 'dashscope/text-embedding-v4',
      input: 'one',
      dimensions: 256,
    })
    expect(print(data[0]!.embedding)).toEqual(vectorFor('one', 'text-embedding-v4', 256))
  })

  test('a length that it does not have is refused before anything is spent', async () => {
    const calls = since('dashscope')
    const asked = openai.embeddings.create({ model: 'dashscope/text-embedding-v4', input: 'one', dimensions: 300 })
    await expect(asked).rejects.toMatchObject({ status: 400, param: 'dimensions' })
    expect(calls()).toEqual([])
  })

  test('its own length is not asked for where it has no other', async () => {
    const calls = since('baichuan')
    await openai.embeddings.create({ model: 'baichuan/Baichuan-Text-Embedding', input: 'one', dimensions: 1024 })
    expect(calls().map(({ body }) => body)).toEqual([{ model: 'Baichuan-Text-Embedding', input: 'one' }])
  })

  test('token ids go where they are understood, and nowhere else', async () => {
    const calls = since('vllm')
    await openai.embeddings.create({ model: 'vllm/served', input: [[1, 2, 3], [4]] })
    expect(calls().map(({ body }) => body.input)).toEqual([[[1, 2, 3], [4]]])
    const asked = openai.embeddings.create({ model: 'dashscope/text-embedding-v4', input: [1, 2, 3] })
    await expect(asked).rejects.toMatchObject({
      status: 400,
      param: 'input',
      message: expect.stringContaining('token ids'),
    })
  })

  test('what a text is for is said in the platform’s words, or named as lost', async () => {
    const said = async (model: string, platform: string) => {
      const calls = since(platform)
      const response = await gateway.post('/v1/embeddings', { model, input: 'one', input_type: 'query', user: 'u1' })
      return { warnings: response.headers.get('x-tongwen-warnings'), body: calls()[0]!.body }
    }
    expect(await said('minimax/embo-01', 'minimax')).toEqual({
      warnings: 'dropped:user',
      body: { model: 'embo-01', texts: ['one'], type: 'query' },
    })
    expect(await said('bedrock/cohere.embed-v4:0', 'bedrock')).toEqual({
      warnings: 'dropped:user',
      body: { texts: ['one'], input_type: 'search_query', embedding_types: ['float'] },
    })
    expect(await said('dashscope/text-embedding-v4', 'dashscope')).toEqual({
      warnings: 'dropped:input_type, dropped:user',
      body: { model: 'text-embedding-v4', input: 'one' },
    })
    expect(await said('vllm/served', 'vllm')).toEqual({
      warnings: null,
      body: { model: 'served', input: 'one', input_type: 'query', user: 'u1' },
    })
  })

  test('under the strict switch a loss is a refusal', async () => {
    const body = { model: 'minimax/embo-01', input: 'one', user: 'u1' }
    const response = await gateway.post('/v1/embeddings', body, { 'x-tongwen-strict': 'true' })
    expect([response.status, ((await response.json()) as any).error.code]).toEqual([400, 'lossy_translation'])
  })

  test('pictures go to models that see them', async () => {
    const calls = since('dashscope')
    const input = [{ text: 'a cat' }, { image: 'https://example.com/cat.png' }]
    const response = await gateway.post('/v1/embeddings', { model: 'dashscope/qwen3-vl-embedding', input })
    expect(response.status).toBe(200)
    expect(calls()[0]!.body.input).toEqual({ contents: [{ text: 'a cat' }, { image: 'https://example.com/cat.png' }] })
    const refused = await gateway.post('/v1/embeddings', { model: 'minimax/embo-01', input })
    expect([refused.status, ((await refused.json()) as any).error.param]).toEqual([400, 'input.1'])
  })
})

describe('failover', () => {
  test('stays in one space: the second target gives the same vectors', async () => {
    world.simulator('huawei-maas').simulator.change({ fault: { kind: 'refuse', says: 'overloaded', status: 503 } })
    const { data, response } = await openai.embeddings.create({ model: 'bge', input: TEXTS }).withResponse()
    expect(data.data.map(({ embedding }) => print(embedding))).toEqual(
      TEXTS.map((text) => vectorFor(text, 'bge-m3', 1024)),
    )
    expect([response.headers.get('x-tongwen-target'), response.headers.get('x-tongwen-vector-space')]).toEqual([
      'siliconflow/BAAI/bge-m3',
      'bge-m3',
    ])
  })

  test('what one target has answered is not asked of the next one', async () => {
    const { simulator } = world.simulator('azure')
    const calls = since('openai')
    simulator.change({ fault: { kind: 'refuse', says: 'rate-limit', status: 429 } })
    const input = Array.from({ length: 3 }, (_, i) => `t${i}`)
    const { data } = await openai.embeddings.create({ model: 'small', input })
    expect(data.map(({ embedding }) => print(embedding))).toEqual(
      input.map((text) => vectorFor(text, 'text-embedding-3-small', 1536)),
    )
    expect(calls().length).toBe(1)
  })

  test('when nobody answers, the refusal says so', async () => {
    for (const id of ['huawei-maas', 'siliconflow']) {
      world.simulator(id).simulator.change({ fault: { kind: 'refuse', says: 'overloaded', status: 503 } })
    }
    const asked = openai.embeddings.create({ model: 'bge', input: 'one' })
    await expect(asked).rejects.toMatchObject({ status: 503, code: 'no_target_available' })
  })
})

describe('vector spaces', () => {
  test('a route over two spaces is refused at run time, where the catalog does not know its models', async () => {
    const asked = openai.embeddings.create({ model: 'mine', input: 'one' })
    await expect(asked).rejects.toMatchObject({
      status: 400,
      code: 'vector_space_mismatch',
      message: expect.stringContaining('the route "mine" leads to different vector spaces'),
    })
  })

  test("the operator's word makes them one", async () => {
    const { response } = await openai.embeddings.create({ model: 'declared', input: 'one' }).withResponse()
    expect(response.headers.get('x-tongwen-vector-space')).toBe('ours')
  })

  test('a name that promises another model works by his word alone', async () => {
    const { data, response } = await openai.embeddings
      .create({ model: 'text-embedding-ada-002', input: 'one' })
      .withResponse()
    expect(print(data.data[0]!.embedding)).toEqual(vectorFor('one', 'text-embedding-v4', 1024))
    expect(response.headers.get('x-tongwen-vector-space')).toBe('embedded-anew')
  })

  test.each([
    {
      routes: { embed: { targets: ['openai/text-embedding-3-small', 'dashscope/text-embedding-v4'] } },
      says: 'leads to different vector spaces',
    },
    {
      routes: { 'text-embedding-3-small': { targets: ['dashscope/text-embedding-v4'] } },
      says: 'bears the name of one embedding model and leads to another (dashscope/text-embedding-v4)',
    },
  ])('a configuration that aliases one model to another is refused: $says', async ({ routes, says }) => {
    const providers = {
      openai: { platform: 'openai', apiKey: 'sk-upstream-1234' },
      dashscope: { platform: 'dashscope', apiKey: 'sk-upstream-1234' },
    }
    await expect(startTestGateway({ providers, routes })).rejects.toThrow(says)
  })
})

describe('signed calls', () => {
  test.each([
    {
      platform: 'hunyuan',
      credentials: { secretId: 'AKIDsimulated', secretKey: 'simulated-secret' },
      model: 'hunyuan-embedding',
      length: 1024,
      proof: (call: SeenCall) => call.headers['authorization']?.startsWith('TC3-HMAC-SHA256 '),
      said: { InputList: ['one', 'two'] },
    },
    {
      platform: 'sensenova',
      credentials: { accessKey: 'ak', secretKey: 'sk' },
      model: 'nova-embedding-stable',
      length: 384,
      proof: (call: SeenCall) => call.headers['authorization']?.split('.').length === 3,
      said: { model: 'nova-embedding-stable', input: ['one', 'two'] },
    },
    {
      platform: 'bedrock',
      credentials: { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'simulated-secret' },
      model: 'cohere.embed-v4:0',
      length: 1536,
      proof: (call: SeenCall) => call.headers['authorization']?.startsWith('AWS4-HMAC-SHA256 '),
      said: { texts: ['one', 'two'], input_type: 'search_document', embedding_types: ['float'] },
    },
  ])('$platform', async ({ platform, credentials, model, length, proof, said }) => {
    const { url } = world.simulator(platform)
    const region = platform === 'bedrock' ? { region: 'us-east-1' } : {}
    const signed = await startTestGateway({ providers: { p: { platform, ...region, baseUrl: url, credentials } } })
    const calls = world.since(platform)
    try {
      const { data } = await signed.openai().embeddings.create({ model: `p/${model}`, input: ['one', 'two'] })
      const space = model === 'cohere.embed-v4:0' ? 'cohere-embed-v4' : model
      // Tencent's call names no model: the simulator cannot know it.
      const spaces = platform === 'hunyuan' ? '' : space
      expect(data.map(({ embedding }) => print(embedding))).toEqual(
        ['one', 'two'].map((text) => vectorFor(text, spaces, platform === 'hunyuan' ? 384 : length)),
      )
      expect(calls().map((call) => [call.body, proof(call)])).toEqual([[said, true]])
    } finally {
      await signed.stop()
    }
  })

  test('iFlytek, whose vectors come as base64 anyway, one text a call', async () => {
    const spark = await startSimulator({ platform: 'spark' })
    const credentials = { appId: 'app1', apiKey: 'key', apiSecret: 'secret' }
    const signed = await startTestGateway({ providers: { p: { platform: 'spark', baseUrl: spark.url, credentials } } })
    try {
      const { data } = await signed.openai().embeddings.create({ model: 'p/llm-embedding', input: ['one', 'two'] })
      expect(data.map(({ embedding }) => print(embedding))).toEqual(
        ['one', 'two'].map((text) => vectorFor(text, '', 384)),
      )
      const seen = spark.seen.map(({ path, body }) => [
        new URL(path, spark.url).searchParams.has('authorization'),
        JSON.parse(body).header,
      ])
      expect(seen).toEqual([
        [true, { status: 3, app_id: 'app1' }],
        [true, { status: 3, app_id: 'app1' }],
      ])
    } finally {
      await signed.stop()
      await spark.close()
    }
  })
})

describe('doors', () => {
  test('Azure’s path names the deployment', async () => {
    const path = '/openai/deployments/openai%2Ftext-embedding-3-small/embeddings?api-version=2024-10-21'
    const response = await gateway.post(path, { input: 'one', encoding_format: 'float' }, { 'api-key': KEY })
    const answer: any = await response.json()
    expect(print(answer.data[0].embedding)).toEqual(vectorFor('one', 'text-embedding-3-small', 1536))
  })

  test('Gemini’s callers get Gemini’s form, whatever the platform', async () => {
    const content = { parts: [{ text: 'one' }] }
    const single = await gateway.post('/v1beta/models/dashscope/text-embedding-v4:embedContent', { content })
    const one: any = await single.json()
    expect([print(one.embedding.values), one.usageMetadata]).toEqual([
      vectorFor('one', 'text-embedding-v4', 1024),
      { promptTokenCount: expect.any(Number) },
    ])
    const requests = [
      { model: 'models/gemini/gemini-embedding-001', content, taskType: 'RETRIEVAL_QUERY', outputDimensionality: 768 },
      {
        model: 'models/gemini/gemini-embedding-001',
        content: { parts: [{ text: 'two' }] },
        title: 'T',
        outputDimensionality: 768,
      },
    ]
    const calls = since('gemini')
    const batch = await gateway.post('/v1beta/models/gemini/gemini-embedding-001:batchEmbedContents', { requests })
    expect(((await batch.json()) as any).embeddings.map(({ values }: any) => print(values))).toEqual(
      ['one', 'two'].map((text) => vectorFor(text, 'gemini-embedding-001', 768)),
    )
    expect(
      calls()
        .flatMap(({ body }) => body.requests)
        .toSorted((a) => (a.title === undefined ? -1 : 1)),
    ).toEqual([
      { model: 'models/gemini-embedding-001', content, taskType: 'RETRIEVAL_QUERY', outputDimensionality: 768 },
      {
        model: 'models/gemini-embedding-001',
        content: { parts: [{ text: 'two' }] },
        title: 'T',
        outputDimensionality: 768,
      },
    ])
  })

  test('Gemini’s callers are refused in Google’s form', async () => {
    const response = await gateway.post('/v1beta/models/deepseek/deepseek-chat:embedContent', {
      content: { parts: [{ text: 'one' }] },
    })
    const { error }: any = await response.json()
    expect([response.status, error.code, error.status, error.message]).toEqual([
      404,
      404,
      'NOT_FOUND',
      '"deepseek/deepseek-chat" cannot be asked for embeddings: deepseek/deepseek-chat is on deepseek, which has no API for embeddings',
    ])
  })

  test('a platform without embeddings is named, not asked', async () => {
    const calls = since('deepseek')
    const asked = openai.embeddings.create({ model: 'deepseek/deepseek-chat', input: 'one' })
    await expect(asked).rejects.toMatchObject({ status: 404, code: 'operation_not_supported' })
    const chat = openai.embeddings.create({ model: 'openai/gpt-4o', input: 'one' })
    await expect(chat).rejects.toMatchObject({
      message: expect.stringContaining('is a model for chat, not for embeddings'),
    })
    expect(calls()).toEqual([])
  })

  test('a body of a wrong shape is refused with the name of the field', async () => {
    const refused = async (body: unknown) => {
      const response = await gateway.post('/v1/embeddings', body)
      const { error }: any = await response.json()
      return [response.status, error.param]
    }
    expect([
      await refused({ model: 'vllm/served' }),
      await refused({ model: 'vllm/served', input: [] }),
      await refused({ model: 'vllm/served', input: ['a', 3.5] }),
      await refused({ model: 'vllm/served', input: 'a', encoding_format: 'int8' }),
      await refused({ model: 'vllm/served', input: 'a', dimensions: 0 }),
      await refused({ input: 'a' }),
    ]).toEqual([
      [400, 'input'],
      [400, 'input'],
      [400, 'input.1'],
      [400, 'encoding_format'],
      [400, 'dimensions'],
      [400, 'model'],
    ])
  })
})
