import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  const { url } = upstream
  const apiKey = 'sk-upstream-0123456789'
  gateway = await startTestGateway({
    providers: {
      claude: { platform: 'anthropic', baseUrl: url, apiKey },
      gem: { platform: 'gemini', baseUrl: url, apiKey },
      ver: {
        platform: 'gemini',
        region: 'vertex',
        baseUrl: `${url}/v1/projects/p/locations/l`,
        apiKey,
        auth: 'bearer',
      },
      aws: { platform: 'bedrock', region: 'us-east-1', baseUrl: url, apiKey },
      oai: { platform: 'openai', dialect: 'openai-responses', baseUrl: `${url}/v1`, apiKey },
      ds: { platform: 'deepseek', baseUrl: url, apiKey },
    },
  })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

const FIGURES = { input_tokens: 41, totalTokens: 42, inputTokens: 43 }

interface Counted {
  readonly status: number
  readonly body: any
  readonly estimated: string | null
}

async function count(path: string, body: unknown): Promise<Counted> {
  const response = await gateway.post(path, body)
  return {
    status: response.status,
    body: await response.json(),
    estimated: response.headers.get('x-tongwen-estimated'),
  }
}

/** As Anthropic's callers ask. */
function messages(model: string, more: Record<string, unknown> = {}): Promise<Counted> {
  return count('/v1/messages/count_tokens', { model, messages: [{ role: 'user', content: '数一数这些词' }], ...more })
}

test('each platform is asked in its own words, whoever asks', async () => {
  upstream.answer = (_seen, response) => sendJson(response, FIGURES)
  const answers = [
    await messages('claude/claude-sonnet-5', { system: 'Be brief.' }),
    await messages('gem/gemini-3.8-flash', { system: 'Be brief.' }),
    await messages('ver/gemini-3.8-flash', { system: 'Be brief.' }),
    await messages('aws/anthropic.claude-v1:0', { system: 'Be brief.' }),
  ]
  expect(answers).toEqual(
    [41, 42, 42, 43].map((tokens) => ({ status: 200, body: { input_tokens: tokens }, estimated: null })),
  )
  const parts = [{ text: '数一数这些词' }]
  const systemInstruction = { parts: [{ text: 'Be brief.' }] }
  const generationConfig = { maxOutputTokens: expect.any(Number), thinkingConfig: expect.anything() }
  const request = { contents: [{ role: 'user', parts }], systemInstruction, generationConfig }
  expect(upstream.seen.map(({ path, json }) => [path, json])).toEqual([
    [
      '/v1/messages/count_tokens',
      { model: 'claude-sonnet-5', system: 'Be brief.', messages: [{ role: 'user', content: '数一数这些词' }] },
    ],
    [
      '/v1beta/models/gemini-3.8-flash:countTokens',
      { generateContentRequest: { model: 'models/gemini-3.8-flash', ...request } },
    ],
    ['/v1/projects/p/locations/l/publishers/google/models/gemini-3.8-flash:countTokens', request],
    [
      '/model/anthropic.claude-v1%3A0/count-tokens',
      { input: { converse: { messages: [{ role: 'user', content: parts }], system: [{ text: 'Be brief.' }] } } },
    ],
  ])
})

test('each caller is answered in its own words', async () => {
  upstream.answer = (_seen, response) => sendJson(response, FIGURES)
  const content = [{ role: 'user', parts: [{ text: 'a' }] }]
  const wrapped = { generateContentRequest: { contents: content } }
  const converse = { input: { converse: { messages: [{ role: 'user', content: [{ text: 'a' }] }] } } }
  expect([
    (await count('/v1beta/models/claude/claude-sonnet-5:countTokens', { contents: content })).body,
    (await count('/v1beta/models/gem/gemini-3.8-flash:countTokens', wrapped)).body,
    (await count('/model/claude%2Fclaude-sonnet-5/count-tokens', converse)).body,
  ]).toEqual([{ totalTokens: 41 }, { totalTokens: 42 }, { inputTokens: 41 }])
})

test('OpenAI counts what is sent along, and nothing that an id stands for', async () => {
  upstream.answer = (_seen, response) => sendJson(response, FIGURES)
  const path = '/v1/responses/input_tokens'
  const counted = await count(path, { model: 'oai/gpt-6-sol', input: 'a', instructions: 'b', store: false })
  expect(counted.body).toEqual({ object: 'response.input_tokens', input_tokens: 41 })
  expect(upstream.seen.map(({ path: at, json }) => [at, json])).toEqual([
    ['/v1/responses/input_tokens', { model: 'gpt-6-sol', input: 'a', instructions: 'b' }],
  ])
  const held = await count(path, { model: 'oai/gpt-6-sol', input: 'a', previous_response_id: 'resp_1' })
  expect([held.status, held.body.error.param]).toEqual([400, 'previous_response_id'])
})

test('where nobody counts the figure is an estimate, and says so', async () => {
  upstream.answer = (_seen, response) => sendJson(response, { error: { message: 'down' } }, 503)
  const estimate = { status: 200, body: { input_tokens: expect.any(Number), estimated: true }, estimated: 'true' }
  expect([await messages('claude/claude-sonnet-5'), await messages('ds/deepseek-flash')]).toEqual([estimate, estimate])
  expect(upstream.seen.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens'])
  const gemini = await count('/v1beta/models/ds/deepseek-flash:countTokens', {
    contents: [{ parts: [{ text: 'a b' }] }],
  })
  expect(gemini.body).toEqual({ totalTokens: expect.any(Number), estimated: true })
})

test('a request that the platform finds wrong is refused, not estimated', async () => {
  const wrong = { type: 'error', error: { type: 'invalid_request_error', message: 'messages.0: bad' } }
  upstream.answer = (_seen, response) => sendJson(response, wrong, 400)
  const answer = await messages('claude/claude-sonnet-5')
  expect([answer.status, answer.body.error.type]).toEqual([400, 'invalid_request_error'])
  const unread = await count('/v1/messages/count_tokens', { model: 'claude/claude-sonnet-5' })
  expect([unread.status, unread.body.error.message]).toEqual([400, expect.stringContaining('messages')])
  const body = await count('/model/claude%2Fclaude-sonnet-5/count-tokens', { input: { invokeModel: { body: 'x' } } })
  expect([body.status, body.body.__type]).toEqual([400, 'ValidationException'])
})

test('counting stands in no books', async () => {
  upstream.answer = (_seen, response) => sendJson(response, FIGURES)
  const response = await gateway.post('/v1/messages/count_tokens', {
    model: 'claude/claude-sonnet-5',
    messages: [{ role: 'user', content: 'a' }],
  })
  const trace = await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)
  expect([response.headers.get('x-tongwen-target'), trace.status]).toEqual(['claude/claude-sonnet-5', 404])
})
