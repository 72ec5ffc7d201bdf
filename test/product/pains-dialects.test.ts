import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { awsEventStreamBytes } from '#engine/framing/aws-event-stream.ts'
import { call, completion, type Json, WAYS } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { anthropicStream, sendJson, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'

/* Pains that are about platforms with a dialect of their own. */

let upstream: Upstream
let gateway: TestGateway

const apiKey = 'sk-upstream-0123456789abcdef'
/** The same prices all day, so that a sum is a sum. */
const TIERED = 'qwen3-max'

beforeAll(async () => {
  upstream = await startUpstream()
  const responses = { platform: 'openai', dialect: 'openai-responses', apiKey }
  gateway = await startTestGateway({
    providers: {
      gem: { platform: 'gemini', dialect: 'gemini', baseUrl: upstream.url, apiKey },
      aws: { platform: 'bedrock', dialect: 'bedrock-converse', region: 'us-east-1', baseUrl: upstream.url, apiKey },
      ant: { platform: 'anthropic', baseUrl: upstream.url, apiKey },
      qwen: { platform: 'dashscope', region: 'cn-beijing', baseUrl: upstream.url, apiKey },
      vec: { platform: 'vllm', baseUrl: `${upstream.url}/v1`, apiKey },
      one: { ...responses, baseUrl: `${upstream.url}/one` },
      two: { ...responses, baseUrl: `${upstream.url}/two` },
    },
    routes: { accounts: { targets: ['one/gpt-6.2-astra', 'two/gpt-6.2-astra'] } },
  })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

async function traceOf(response: { readonly headers: Headers }): Promise<Json> {
  return (await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)).json()
}

const BONN = { name: 'weather', input: { city: 'Bonn' } }

describe('T15 a call of Gemini', () => {
  const parts = [{ functionCall: { name: 'weather', args: { city: 'Bonn' } } }]
  const answer = {
    candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts } }],
    usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 6, totalTokenCount: 10 },
    modelVersion: 'gemini-3-pro',
    responseId: 'abcdefghijklmnop',
  }

  test.each(WAYS)('has its arguments, by the SDK of $door (stream: $stream)', async (way) => {
    upstream.answer = (seen, response) =>
      seen.path.includes('streamGenerateContent')
        ? sendStream(response, [Buffer.from(`data: ${JSON.stringify(answer)}\n\n`)])
        : sendJson(response, answer)
    const { heard } = await call(gateway, way, { model: 'gem/gemini-3-pro' })
    expect(heard.tools).toMatchObject([BONN])
  })

  test('comes to /v1/messages in deltas, not in a block that is empty', async () => {
    upstream.answer = (_seen, response) => sendStream(response, [Buffer.from(`data: ${JSON.stringify(answer)}\n\n`)])
    const body = {
      model: 'gem/gemini-3-pro',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'go' }],
      stream: true,
    }
    const text = await (await gateway.post('/v1/messages', body)).text()
    const deltas = [...text.matchAll(/"partial_json":("(?:[^"\\]|\\.)*")/g)].map(([, json = '']) => JSON.parse(json))
    expect(JSON.parse(deltas.join(''))).toEqual({ city: 'Bonn' })
  })
})

describe('T17 two objects in one string of arguments, by Bedrock', () => {
  const two = '{"city":"Bonn"}{"city":"Rome"}'
  const frames = [
    { event: 'messageStart', data: { role: 'assistant' } },
    {
      event: 'contentBlockStart',
      data: { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } } },
    },
    { event: 'contentBlockDelta', data: { contentBlockIndex: 0, delta: { toolUse: { input: two } } } },
    { event: 'contentBlockStop', data: { contentBlockIndex: 0 } },
    { event: 'messageStop', data: { stopReason: 'tool_use' } },
    {
      event: 'metadata',
      data: { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 }, metrics: { latencyMs: 1 } },
    },
  ].map(({ event, data }) => ({ event, data: JSON.stringify(data) }))

  function stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
    response.end(awsEventStreamBytes(frames))
  }

  test.each(WAYS.filter((way) => way.stream))('the first one counts, and the loss is told ($door)', async (way) => {
    upstream.answer = (_seen, response) => stream(response)
    const { heard, headers } = await call(gateway, way, { model: 'aws/anthropic.claude-sonnet-5-v1:0' })
    expect(heard.tools).toMatchObject([BONN])
    expect(JSON.stringify((await traceOf({ headers })).warnings)).toContain('dropped')
  })
})

describe('T22 sealed thinking of one account', () => {
  const sealed = { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'c2VhbC1vZi1vbmU=' }
  const said = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [] }
  const answer = {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'm',
    output: [sealed, { ...said, content: [{ type: 'output_text', text: 'Hi', annotations: [] }] }],
    usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
  }

  test('goes back to that account, and to no other one, where its caller keeps the conversation', async () => {
    const busy = new Set<string>(['one'])
    upstream.answer = ({ path }, response) =>
      busy.has(path.split('/')[1] ?? '')
        ? sendJson(response, { error: { message: 'busy', type: 'server_error', param: null, code: null } }, 503)
        : sendJson(response, answer)
    const asked = { model: 'accounts', store: false, include: ['reasoning.encrypted_content'] }
    const question = { role: 'user', content: 'Hello' }
    const first: Json = await (await gateway.post('/v1/responses', { ...asked, input: [question] })).json()
    busy.clear()
    upstream.seen.length = 0
    const next = { ...asked, input: [question, ...first.output, { role: 'user', content: 'Go on' }] }
    await gateway.post('/v1/responses', next)
    busy.add('two')
    const other = await gateway.post('/v1/responses', next)
    expect(
      upstream.seen.map(({ path, text }) => [path.split('/')[1], text.includes(sealed.encrypted_content)]),
    ).toEqual([
      ['two', true],
      ['two', true],
      ['one', false],
    ])
    expect([other.status, other.headers.get('x-tongwen-warnings')]).toEqual([200, 'dropped:input.1.encrypted_content'])
  })
})

test('T23 an embedding is asked for without nulls, whatever the caller left empty', async () => {
  const vector = { object: 'embedding', index: 0, embedding: [0.5, 0.25] }
  upstream.answer = (_seen, response) =>
    sendJson(response, { object: 'list', model: 'bge', data: [vector], usage: { prompt_tokens: 1, total_tokens: 1 } })
  const empty = { encoding_format: null, dimensions: null, user: null }
  const answer = await gateway.post('/v1/embeddings', { model: 'vec/bge', input: 'hi', ...empty })
  expect([answer.status, upstream.seen.map(({ text }) => text.includes('null'))]).toEqual([200, [false]])
  await gateway.openai().embeddings.create({ model: 'vec/bge', input: 'hi' })
  expect(upstream.seen.at(-1)?.text).not.toContain('null')
})

describe('T27 tools that the platform runs', () => {
  const opening = {
    input_tokens: 100,
    cache_creation_input_tokens: 1_000,
    cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 0 },
    output_tokens: 1,
  }
  // Each search adds to what is written into the cache: the closing figures are the sums.
  const closing = { input_tokens: 300, cache_creation_input_tokens: 9_000, output_tokens: 50 }
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null }

  test.each(['/v1/messages', '/v1/chat/completions'])(
    'the cache writes of all their rounds are paid for (%s)',
    async (path) => {
      upstream.answer = (_seen, response) =>
        sendStream(response, [
          anthropicStream([
            { type: 'message_start', message: { ...message, stop_sequence: null, usage: opening } },
            { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
            { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ok' } },
            { type: 'content_block_stop', index: 0 },
            { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: closing },
            { type: 'message_stop' },
          ] as { type: string }[]),
        ])
      const body = { model: 'ant/claude-sonnet-4-5', max_tokens: 100, stream: true }
      const answer = await gateway.post(path, { ...body, messages: [{ role: 'user', content: 'go' }] })
      await answer.text()
      const { usage, cost } = await traceOf(answer)
      expect(usage).toMatchObject({ inputFresh: 300, cacheWriteShort: 9_000, cacheWriteLong: 0, outputText: 50 })
      // USD a million: 3 fresh, 3.75 written for five minutes, 15 out.
      expect(Number(cost.amount)).toBeCloseTo((300 * 3 + 9_000 * 3.75 + 50 * 15) / 1e6, 9)
    },
  )
})

describe('T28 tiers of DashScope', () => {
  async function costOf(usage: Json): Promise<number> {
    upstream.answer = (_seen, response) => sendJson(response, completion({ content: 'ok' }, 'stop', { usage }))
    const body = { model: `qwen/${TIERED}`, messages: [{ role: 'user', content: 'go' }] }
    const { cost } = await traceOf(await gateway.post('/v1/chat/completions', body))
    expect(cost.currency).toBe('CNY')
    return Number(cost.amount)
  }

  test.each([
    { input: 32_000, price: [2.5, 10] },
    { input: 32_001, price: [4, 16] },
    { input: 200_000, price: [7, 28] },
  ] as const)('$input tokens are all billed at one tier, not in slices', async ({ input, price: [into, out] }) => {
    const usage = { prompt_tokens: input, completion_tokens: 1_000, total_tokens: input + 1_000 }
    expect(await costOf(usage)).toBeCloseTo((input * into + 1_000 * out) / 1e6, 9)
  })

  test('a hit of the cache that was asked for has another price than one that was not, both by the tier of all input', async () => {
    const counts = { prompt_tokens: 50_000, completion_tokens: 0, total_tokens: 50_000 }
    const implicit = await costOf({ ...counts, prompt_tokens_details: { cached_tokens: 40_000 } })
    const explicit = await costOf({
      ...counts,
      prompt_tokens_details: { cached_tokens: 40_000, cache_creation_input_tokens: 0, cache_type: 'ephemeral' },
    })
    expect(implicit).toBeCloseTo((10_000 * 4 + 40_000 * 0.8) / 1e6, 9)
    expect(explicit).toBeCloseTo((10_000 * 4 + 40_000 * 0.4) / 1e6, 9)
  })
})
