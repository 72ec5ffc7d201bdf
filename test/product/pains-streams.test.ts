import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { answerBoth, call, chunk, completion, everyPlatform, WAYS, type Way, type Json } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { anthropicStream, openaiStream, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'
import { complainOfAnthropicStream, complainOfOpenaiStream } from '#test/support/well-formed.ts'

let upstream: Upstream
let gateway: TestGateway
let silent: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  const providers = everyPlatform(upstream.url)
  gateway = await startTestGateway({ providers, server: { keepAlive: '50ms', drain: '1s' } })
  silent = await startTestGateway({ providers, server: { keepAlive: 'off' } })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await silent.stop()
  await upstream.close()
})

const STREAMED: readonly Way[] = WAYS.filter((way) => way.stream)
const PATHS = { openai: '/v1/chat/completions', anthropic: '/v1/messages' }
const ASK = { messages: [{ role: 'user', content: 'go' }], max_tokens: 500, stream: true }
const USAGE = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 }
const HEARD = { input: 11, cached: 0, output: 3 }
const wait = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms)
  })

async function traceOf(response: { headers: Headers }): Promise<Json> {
  return (await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)).json()
}

describe('T10', () => {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null }
  const start = {
    type: 'message_start',
    message: { ...message, stop_sequence: null, usage: { input_tokens: 11, output_tokens: 1 } },
  }
  const STREAM = anthropicStream([
    start,
    start,
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    start,
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Yes' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 3 } },
    { type: 'message_stop' },
  ] as { type: string }[])

  test.each(STREAMED)('an answer that begins twice begins once for the SDK of $door', async (way) => {
    upstream.answer = (_seen, response) => sendStream(response, [STREAM])
    const { heard } = await call(gateway, way, { model: 'claude/x' })
    expect(heard).toEqual({ text: 'Yes', reasoning: '', tools: [], finish: 'stop', usage: HEARD })
    const text = await (await gateway.post('/v1/messages', { ...ASK, model: 'claude/x' })).text()
    expect(complainOfAnthropicStream(text)).toEqual([])
  })

  test('callers that hang up never leave their bytes in the answers of others', async () => {
    upstream.answer = async (seen, response) => {
      const mark = seen.json.messages[0].content
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (let i = 0; i < 12 && !response.destroyed; i++) {
        response.write(openaiStream([chunk({ role: 'assistant', content: `${mark} ` })], ''))
        await wait(3)
      }
      response.end(openaiStream([chunk({}, 'stop')]))
    }
    const answers = Array.from({ length: 40 }, async (_, i) => {
      const path = i % 2 === 0 ? PATHS.openai : PATHS.anthropic
      const abort = new AbortController()
      const body = JSON.stringify({
        ...ASK,
        model: 'openai-compatible/m',
        messages: [{ role: 'user', content: `<${i}>` }],
      })
      const headers = { authorization: `Bearer ${gateway.openai().apiKey}` }
      const response = await fetch(gateway.url + path, { method: 'POST', headers, body, signal: abort.signal })
      if (i % 3 === 0) {
        setTimeout(() => abort.abort(), i)
        await response.text().catch(() => undefined)
        return []
      }
      const marks = [...(await response.text()).matchAll(/<\d+>/g)].map(([mark]) => mark)
      return [marks.length, ...new Set(marks)]
    })
    const expected = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? [] : [12, `<${i}>`]))
    expect(await Promise.all(answers)).toEqual(expected)
  })
})

describe('T11 comments in a stream', () => {
  const slow: Upstream['answer'] = async (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': OPENROUTER PROCESSING\n\n')
    await wait(180)
    response.write(openaiStream([chunk({ role: 'assistant', content: 'Ye' })], ''))
    await wait(180)
    response.write(': OPENROUTER PROCESSING\n\n')
    response.end(openaiStream([chunk({ content: 's' }), chunk({}, 'stop', { usage: USAGE })]))
  }
  test.each(STREAMED)("ours and the platform's are legal for the SDK of $door", async (way) => {
    upstream.answer = slow
    const { heard } = await call(gateway, way, { model: 'deepseek/deepseek-v4-pro' })
    expect(heard).toMatchObject({ text: 'Yes', finish: 'stop', usage: HEARD })
  })
  test.each(STREAMED)('ours can be switched off, at the door of $door', async ({ door }) => {
    upstream.answer = slow
    const body = { ...ASK, model: 'deepseek/deepseek-v4-pro' }
    const loud = await (await gateway.post(PATHS[door], body)).text()
    const quiet = await (await silent.post(PATHS[door], body)).text()
    expect([loud.includes(': keep-alive\n\n'), quiet.includes(': keep-alive')]).toEqual([true, false])
    const complain = door === 'openai' ? complainOfOpenaiStream : complainOfAnthropicStream
    expect([complain(loud), complain(quiet)]).toEqual([[], []])
  })
})

describe('usage, wherever a platform puts it in its stream', () => {
  const text = [chunk({ role: 'assistant', content: 'Ye' }), chunk({ content: 's' })]
  const alone = { ...(chunk({}) as object), choices: [], usage: USAGE }
  const inside = { ...(chunk({}) as object), choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: USAGE }] }
  const zeros = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
  const PLACES: [place: string, model: string, chunks: unknown[]][] = [
    ['in an extra chunk', 'openai/gpt-4o', [...text, chunk({}, 'stop'), alone]],
    ['on the finish chunk', 'deepseek/deepseek-v4-pro', [...text, chunk({}, 'stop', { usage: USAGE })]],
    [
      'in every chunk, running',
      'siliconflow/deepseek-ai/DeepSeek-V3',
      [
        chunk({ role: 'assistant', content: 'Ye' }, null, {
          usage: { prompt_tokens: 11, completion_tokens: 1, total_tokens: 12 },
        }),
        chunk({ content: 's' }, null, { usage: { prompt_tokens: 11, completion_tokens: 2, total_tokens: 13 } }),
        chunk({}, 'stop', { usage: USAGE }),
      ],
    ],
    ['inside the choice', 'moonshot/kimi-k3', [...text, inside]],
    [
      'on the last chunk of content',
      'spark/lite',
      [
        { ...(text[0] as object), code: 0 },
        { ...(chunk({ content: 's' }) as object), code: 0, message: 'Success', usage: USAGE },
      ],
    ],
    [
      'after nulls and zeros',
      'minimax/MiniMax-M2.5',
      [
        chunk({ role: 'assistant', content: 'Ye' }, null, { usage: null }),
        chunk({ content: 's' }, null, { usage: zeros }),
        chunk({}, 'stop', { usage: USAGE, base_resp: { status_code: 0, status_msg: '' } }),
      ],
    ],
  ]
  test.each(PLACES.flatMap(([place, model, chunks]) => STREAMED.map((way) => ({ place, model, chunks, ...way }))))(
    '$place ($model), for the SDK of $door',
    async ({ model, chunks, ...way }) => {
      upstream.answer = (_seen, response) => sendStream(response, [openaiStream(chunks)])
      const { heard, headers } = await call(gateway, way, { model })
      expect(heard).toEqual({ text: 'Yes', reasoning: '', tools: [], finish: 'stop', usage: HEARD })
      expect((await traceOf({ headers })).usage).toMatchObject({ inputFresh: 11, outputText: 3, raw: USAGE })
    },
  )
  test.each(PLACES)('%s (%s): who did not ask for it gets a stream as well-formed', async (_place, model, chunks) => {
    upstream.answer = (_seen, response) => sendStream(response, [openaiStream(chunks)])
    const told = await (await gateway.post(PATHS.openai, { ...ASK, model })).text()
    expect(complainOfOpenaiStream(told)).toEqual([])
    expect(told).not.toContain('"choices":[],')
  })
})

describe('chunks with empty choices', () => {
  const filter = { prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: 'safe' } } }
  const first = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [filter] }
  const annotation = {
    id: '',
    model: '',
    object: '',
    created: 0,
    choices: [
      { index: 0, finish_reason: null, content_filter_offsets: { check_offset: 1 }, content_filter_results: {} },
    ],
  }
  test.each(STREAMED)("Azure's first one and its annotations are no harm for the SDK of $door", async (way) => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [
        openaiStream([
          first,
          chunk({ role: 'assistant', content: 'Yes' }),
          chunk({}, 'stop'),
          annotation,
          { ...(chunk({}) as object), choices: [], usage: USAGE },
        ]),
      ])
    const { heard } = await call(gateway, way, { model: 'azure/gpt-4o' })
    expect(heard).toMatchObject({ text: 'Yes', finish: 'stop', usage: HEARD })
  })
})

describe('finish reasons in words of their own', () => {
  const ENDS: [model: string, word: string, finish: string][] = [
    ['zhipu/glm-4.6', 'sensitive', 'content_filter'],
    ['hunyuan/hy3', 'sensitive', 'content_filter'],
    ['siliconflow/deepseek-ai/DeepSeek-V3', 'eos', 'stop'],
    ['deepseek/deepseek-v4-pro', 'length', 'length'],
    ['deepseek/deepseek-v4-pro', 'content_filter', 'content_filter'],
  ]
  test.each(ENDS.flatMap(([model, word, finish]) => WAYS.map((way) => ({ model, word, finish, ...way }))))(
    '$word of $model is $finish for the SDK of $door (stream: $stream)',
    async ({ model, word, finish, ...way }) => {
      answerBoth(
        upstream,
        [chunk({ role: 'assistant', content: 'Ye' }), chunk({}, word)],
        completion({ content: 'Ye' }, word),
      )
      const { heard } = await call(gateway, way, { model })
      expect([heard.text, heard.finish]).toEqual(['Ye', finish])
    },
  )

  test.each([true, false])('the trace tells of the other word (stream: %s)', async (stream) => {
    answerBoth(
      upstream,
      [chunk({ role: 'assistant', content: 'Ye' }), chunk({}, 'sensitive')],
      completion({ content: 'Ye' }, 'sensitive'),
    )
    const { headers } = await call(gateway, { door: 'openai', stream }, { model: 'zhipu/glm-4.6' })
    const { warnings } = await traceOf({ headers })
    expect(warnings).toMatchObject([{ action: 'renamed', path: 'finish_reason', detail: 'sensitive → content_filter' }])
  })

  const FAILURES: [model: string, word: string, status: number, code: string][] = [
    ['zhipu/glm-4.6', 'network_error', 502, 'upstream_error'],
    ['zhipu/glm-4.6', 'model_context_window_exceeded', 400, 'context_length_exceeded'],
    ['deepseek/deepseek-v4-pro', 'insufficient_system_resource', 503, 'no_target_available'],
    ['vllm/x', 'abort', 502, 'upstream_error'],
  ]
  test.each(
    FAILURES.flatMap(([model, word, status, code]) => WAYS.map((way) => ({ model, word, status, code, ...way }))),
  )(
    '$word of $model is a failure for the SDK of $door (stream: $stream)',
    async ({ model, word, status, code, ...way }) => {
      answerBoth(
        upstream,
        [chunk({ role: 'assistant', content: '' }), chunk({}, word)],
        completion({ content: '' }, word, { usage: null }),
      )
      await expect(call(gateway, way, { model })).rejects.toMatchObject(
        way.door === 'openai' ? { status, code } : { status, error: { error: { code, provider: { code: word } } } },
      )
    },
  )
  test.each(FAILURES)('after text, %s: %s is an event, then the end', async (...[model, word, _status, code]) => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [openaiStream([chunk({ role: 'assistant', content: 'Ye' }), chunk({}, word)])])
    const openai = await (await gateway.post(PATHS.openai, { ...ASK, model })).text()
    const anthropic = await (await gateway.post(PATHS.anthropic, { ...ASK, model })).text()
    expect([complainOfOpenaiStream(openai), complainOfAnthropicStream(anthropic)]).toEqual([[], []])
    for (const told of [openai, anthropic]) {
      expect(told).toContain(`"code":"${code}"`)
      expect(told).not.toMatch(/\[DONE\]|message_stop/)
    }
  })
})

test.each(['openai-compatible/m', 'zhipu/glm-4.6', 'vllm/x'])(
  'the end mark of %s is believed although no finish reason came before it',
  async (model) => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [openaiStream([chunk({ role: 'assistant', content: 'Ye' })])])
    const openai = await (await gateway.post(PATHS.openai, { ...ASK, model })).text()
    const anthropic = await (await gateway.post(PATHS.anthropic, { ...ASK, model })).text()
    expect([complainOfOpenaiStream(openai), complainOfAnthropicStream(anthropic)]).toEqual([[], []])
    expect([openai.includes('[DONE]'), anthropic.includes('message_stop')]).toEqual([true, true])
  },
)

test('a connection that has asked nothing yet does not hold up a shutdown', async () => {
  const other = await startTestGateway({ providers: everyPlatform(upstream.url), server: { drain: '5s' } })
  const { hostname, port } = new URL(other.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const started = performance.now()
  await other.stop()
  socket.destroy()
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('what an answer loses on its way into the other dialect is named', async () => {
  const logprobs = { content: [{ token: 'Yes', logprob: -0.1, bytes: null, top_logprobs: [] }] }
  const with_logprobs = (entry: Json): unknown => ({ ...entry, choices: [{ ...entry.choices[0], logprobs }] })
  answerBoth(
    upstream,
    [with_logprobs(chunk({ role: 'assistant', content: 'Yes' })), chunk({}, 'stop')],
    with_logprobs(completion({ content: 'Yes' })),
  )
  for (const stream of [true, false]) {
    const { headers } = await call(gateway, { door: 'anthropic', stream }, { model: 'openai-compatible/m' })
    const { warnings } = await traceOf({ headers })
    expect({ stream, warnings }).toMatchObject({
      stream,
      warnings: [{ action: 'dropped', path: 'choices.0.logprobs' }],
    })
  }
})
