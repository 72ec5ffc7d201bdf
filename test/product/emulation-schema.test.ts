import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import type { Json } from '#test/support/callers.ts'
import { providerAt, servedModel } from '#test/support/every-platform.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { openaiStream, sendJson, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'

/** Structured output where the platform has none: told in words, checked, repaired once. */
const PLATFORMS = ['deepseek', 'zhipu', 'baichuan', 'spark']

const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
const RESPONSE_FORMAT = { type: 'json_schema', json_schema: { name: 's', strict: true, schema: SCHEMA } } as const

let upstream: Upstream
let gateway: TestGateway
const stages: SimulatorServer[] = []

beforeAll(async () => {
  upstream = await startUpstream()
  const apiKey = 'sk-upstream-0123456789'
  const plain = { platform: 'openai-compatible', apiKey }
  const providers: Record<string, Json> = {
    json: { ...plain, baseUrl: `${upstream.url}/v1`, quirks: { responseFormats: ['json'] } },
    none: { ...plain, baseUrl: `${upstream.url}/v1`, quirks: { responseFormats: [], answersMax: 4 } },
    full: { ...plain, baseUrl: `${upstream.url}/full/v1` },
    claude: { platform: 'anthropic-compatible', apiKey, baseUrl: upstream.url, quirks: { responseFormats: [] } },
  }
  for (const id of PLATFORMS) {
    const rules = [
      { match: { contains: 'does not match the JSON Schema' }, answer: { text: '{"a":"mended"}' } },
      { match: { contains: 'fenced' }, answer: { text: '```json\n{"a":"b"}\n```' } },
      { match: {}, answer: { text: 'Sure: {"b":1}' } },
    ]
    const stage = await startSimulator({ platform: id, rules })
    stages.push(stage)
    providers[id] = providerAt(platforms.get(id)!, stage.url)
  }
  gateway = await startTestGateway({ providers, routes: { both: { targets: ['json/m', 'full/m'] } } })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
  for (const stage of stages) await stage.close()
})

test.each(PLATFORMS)("OpenAI's SDK gets JSON by its schema from %s, whole and streamed", async (id) => {
  const client = gateway.openai()
  const body = { model: `${id}/${servedModel(platforms.get(id)!)}`, response_format: RESPONSE_FORMAT }
  const said = (content: string) => ({ ...body, messages: [{ role: 'user' as const, content }] })
  const fenced = await client.chat.completions.create(said('fenced')).withResponse()
  const mended = await client.chat.completions.create(said('wrong')).withResponse()
  const stream = client.chat.completions.stream(said('wrong'))
  const streamed = await stream.finalChatCompletion()
  expect([fenced.data, mended.data, streamed].map(({ choices }) => choices[0]?.message.content)).toEqual([
    '{"a":"b"}',
    '{"a":"mended"}',
    '{"a":"mended"}',
  ])
  expect([fenced, mended].map(({ response: { headers } }) => headers.get('x-tongwen-attempts'))).toEqual(['1', '2'])
  expect(mended.response.headers.get('x-tongwen-warnings')?.split(', ')).toContain('emulated:response_format')
  expect(mended.data.usage!.prompt_tokens).toBeGreaterThan(2 * fenced.data.usage!.prompt_tokens - 20)
})

function answerOf(content: string, more: Json = {}): Json {
  return {
    id: 'a',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop', ...more }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  }
}

async function whole(model: string, more: Json = {}): Promise<Json> {
  const messages = [{ role: 'user', content: 'hello' }]
  const response = await gateway.post('/v1/chat/completions', {
    model,
    messages,
    response_format: RESPONSE_FORMAT,
    ...more,
  })
  const trace: Json = await (await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)).json()
  return { status: response.status, body: await response.json(), trace }
}

test('JSON mode is asked for where there is one, the schema is told, and the repair says what was wrong', async () => {
  upstream.answer = (_seen, response) =>
    sendJson(response, answerOf(upstream.seen.length === 1 ? '{"a":1}' : '{"a":"1"}'))
  const { body, trace } = await whole('json/m')
  expect([body.choices[0].message.content, body.usage.total_tokens]).toEqual(['{"a":"1"}', 30])
  const [first, second] = upstream.seen.map(({ json }) => json)
  expect(first.response_format).toEqual({ type: 'json_object' })
  expect(first.messages[0]).toEqual({
    role: 'system',
    content: `Answer with one JSON object and nothing else: no prose, no code fence. It must match this JSON Schema: ${JSON.stringify(SCHEMA)}`,
  })
  expect(second.messages.slice(1)).toEqual([
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: '{"a":1}' },
    {
      role: 'user',
      content:
        'That does not match the JSON Schema:\n- /a: Instance type "number" is invalid. Expected "string".\nAnswer again with the corrected JSON and nothing else.',
    },
  ])
  expect(trace.attempts.map(({ reason }: Json) => reason)).toEqual([
    'only target',
    'repairs an answer that does not match the schema',
  ])
  expect([trace.usage.inputFresh, trace.usage.outputText]).toEqual([20, 10])
})

test('an answer that is wrong twice is a failure of that target, and its calls are booked', async () => {
  upstream.answer = ({ path }, response) => sendJson(response, answerOf(path.startsWith('/full') ? '{"a":"x"}' : 'no'))
  const alone = await whole('none/m')
  expect([alone.status, alone.body.error.code]).toEqual([502, 'json_schema_invalid'])
  expect([alone.trace.usage.inputFresh, alone.trace.usage.outputText]).toEqual([20, 10])
  const routed = await whole('both')
  expect([routed.status, routed.trace.target, routed.trace.usage.inputFresh]).toEqual([200, 'full/m', 30])
})

test.each([
  [
    'a call',
    {
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      finish_reason: 'tool_calls',
    },
  ],
  ['a refusal', { message: { role: 'assistant', content: null, refusal: 'No.' } }],
  ['an answer cut short', { message: { role: 'assistant', content: '{"a":"' }, finish_reason: 'length' }],
] as const)('%s is handed on as it is', async (_name, choice) => {
  upstream.answer = (_seen, response) => sendJson(response, answerOf('', choice))
  const { status, body, trace } = await whole('none/m')
  expect([status, trace.attempts.length]).toEqual([200, 1])
  expect(body.choices[0]).toMatchObject(choice)
})

test('several answers are each held to the schema', async () => {
  upstream.answer = ({ json }, response) => sendJson(response, answerOf(json.messages.length > 2 ? '{"a":"b"}' : 'no'))
  const { body, trace } = await whole('none/m', { n: 2 })
  expect(body.choices.map(({ message }: Json) => message.content)).toEqual(['{"a":"b"}', '{"a":"b"}'])
  expect([trace.attempts.length, body.usage.total_tokens]).toEqual([4, 60])
})

test('in a stream thinking goes on at once, the text when it holds', async () => {
  const chunk = (delta: Json, finish: string | null = null): Json => ({
    id: 'a',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  let release: () => void = () => undefined
  const held = new Promise<void>((done) => {
    release = done
  })
  upstream.answer = async (_seen, response) => {
    if (upstream.seen.length > 1) {
      await held
      return await sendStream(response, [openaiStream([chunk({ content: '{"a":"ok"}' }), chunk({}, 'stop')])])
    }
    const thinking = chunk({ reasoning_content: 'Hm.' })
    return await sendStream(response, [
      openaiStream([thinking, chunk({ content: '{"a":' }), chunk({ content: '1}' }), chunk({}, 'stop')]),
    ])
  }
  const stream = await gateway.openai().chat.completions.create({
    model: 'none/m',
    messages: [{ role: 'user', content: 'hello' }],
    response_format: RESPONSE_FORMAT,
    stream: true,
  })
  const heard: Json[] = []
  for await (const { choices } of stream) {
    const delta: Json = choices[0]?.delta
    if (delta?.reasoning_content !== undefined) release()
    for (const field of ['reasoning_content', 'content']) if (delta?.[field]) heard.push([field, delta[field]])
  }
  expect(heard).toEqual([
    ['reasoning_content', 'Hm.'],
    ['content', '{"a":"ok"}'],
  ])
})

test('a stream whose answer is wrong twice ends with its error', async () => {
  upstream.answer = (_seen, response) => sendJson(response, answerOf('no'))
  const asked = gateway.openai().chat.completions.create({
    model: 'none/m',
    messages: [{ role: 'user', content: 'hello' }],
    response_format: RESPONSE_FORMAT,
    stream: true,
  })
  const read = async (): Promise<void> => {
    for await (const chunk of await asked) expect(chunk.choices[0]?.delta.content ?? '').toBe('')
  }
  await expect(read()).rejects.toMatchObject({ code: 'json_schema_invalid' })
})

test("Anthropic's SDK gets the same on a platform of its own dialect", async () => {
  upstream.answer = (_seen, response) =>
    sendJson(response, {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: upstream.seen.length === 1 ? 'no' : '```\n{"a":"b"}\n```' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 5 },
    })
  const message = await gateway.anthropic().messages.create({
    model: 'claude/m',
    max_tokens: 100,
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'hello' }],
    output_config: { format: { type: 'json_schema', schema: SCHEMA } },
  })
  expect([message.content, message.usage.input_tokens]).toEqual([[{ type: 'text', text: '{"a":"b"}' }], 20])
  const [first, second] = upstream.seen.map(({ json }) => json)
  expect([first.output_config, JSON.stringify(first.system).includes('JSON Schema')]).toEqual([undefined, true])
  expect(second.messages.map(({ role }: Json) => role)).toEqual(['user', 'assistant', 'user'])
})
