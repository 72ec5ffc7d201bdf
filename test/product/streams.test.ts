import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { gatewayTo, KEY, type TestGateway } from '#test/support/gateway.ts'
import {
  anthropicStream,
  openaiStream,
  sendJson,
  sendStream,
  startUpstream,
  type Upstream,
} from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await gatewayTo(upstream.url, {
    server: { keepAlive: '150ms' },
    providers: {
      o: {
        platform: 'openai-compatible',
        baseUrl: `${upstream.url}/v1`,
        apiKey: 'sk-upstream-openai',
        timeouts: { idle: '600ms', firstByte: '700ms' },
      },
      a: {
        platform: 'anthropic-compatible',
        baseUrl: upstream.url,
        apiKey: 'sk-upstream-anthropic',
        timeouts: { idle: '600ms', firstByte: '700ms' },
      },
      o2: { platform: 'openai-compatible', baseUrl: `${upstream.url}/second/v1`, apiKey: 'sk-upstream-second' },
    },
    routes: {
      'openai-like': { targets: ['o/some-model'] },
      'anthropic-like': { targets: ['a/some-claude'] },
      two: { targets: ['o/some-model', 'o2/other-model'] },
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

const ASK = { messages: [{ role: 'user' as const, content: 'go' }] }
const chunk = (delta: unknown, finish_reason: string | null = null): unknown => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
})
const OPENAI = openaiStream([
  chunk({ role: 'assistant', content: 'Hello ' }),
  chunk({ content: '世界' }),
  chunk({ content: '!' }),
  chunk({}, 'stop'),
])
const ANTHROPIC = anthropicStream([
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 5, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello 世界!' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 4 } },
  { type: 'message_stop' },
] as { type: string }[])

/** What the caller got as text, and whether it looks complete in its dialect. */
async function taken(
  path: string,
  model: string,
): Promise<{ status: number; text: string; complete: boolean; error: boolean }> {
  const response = await gateway.post(path, { ...ASK, model, max_tokens: 50, stream: true })
  const text = await response.text()
  const complete = path.endsWith('messages') ? text.includes('event: message_stop') : text.includes('data: [DONE]')
  return { status: response.status, text, complete, error: text.includes('"error"') }
}

describe('T01 a stream that breaks off never looks complete', () => {
  const SOURCES: [string, Buffer, string][] = [
    ['openai-like', OPENAI, '/v1/chat/completions'],
    ['openai-like', OPENAI, '/v1/messages'],
    ['anthropic-like', ANTHROPIC, '/v1/messages'],
    ['anthropic-like', ANTHROPIC, '/v1/chat/completions'],
  ]
  test.each(SOURCES)('%s cut anywhere (%#), for a caller at %s', async (model, bytes, path) => {
    for (let cut = 1; cut < bytes.length; cut += 13) {
      // A stream that stops after the finish reason and is closed in good order is complete on OpenAI-like platforms.
      upstream.answer = (_seen, response) => sendStream(response, [bytes.subarray(0, cut)], 'cut')
      const got = await taken(path, model)
      expect({ cut, complete: got.complete, error: got.error }).toEqual({ cut, complete: false, error: true })
    }
  })

  test('closed in good order but without a finish reason is broken too', async () => {
    upstream.answer = (_seen, response) => sendStream(response, [openaiStream([chunk({ content: 'half' })], '')])
    const got = await taken('/v1/chat/completions', 'openai-like')
    expect([got.complete, got.error]).toEqual([false, true])
  })

  test('closed in good order after the finish reason, without [DONE], is complete', async () => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [openaiStream([chunk({ content: 'all' }), chunk({}, 'stop')], '')])
    const got = await taken('/v1/chat/completions', 'openai-like')
    expect([got.complete, got.error]).toEqual([true, false])
  })

  test('a malformed line in the middle is an error, not an end', async () => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [
        openaiStream([chunk({ content: 'a' })], ''),
        Buffer.from('data: {"choices":[{"del\n\n'),
        OPENAI,
      ])
    const got = await taken('/v1/chat/completions', 'openai-like')
    expect([got.complete, got.error, got.text.includes('"a"')]).toEqual([false, true, true])
  })

  test('a platform that falls silent is an upstream_timeout, before and after the first byte', async () => {
    upstream.answer = () => undefined
    const before = await gateway.post('/v1/chat/completions', { ...ASK, model: 'openai-like', stream: true })
    expect([before.status, ((await before.json()) as any).error.code]).toEqual([504, 'upstream_timeout'])
    upstream.answer = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(openaiStream([chunk({ content: 'a' })], ''))
    }
    const after = await taken('/v1/chat/completions', 'openai-like')
    expect([after.status, after.complete, after.text.includes('upstream_timeout')]).toEqual([200, false, true])
  })
})

describe('T08 an error inside a 200', () => {
  test('on the first event is a failure of the attempt, and the next target answers', async () => {
    upstream.answer = (seen, response) =>
      seen.path.startsWith('/second')
        ? sendStream(response, [OPENAI])
        : sendStream(response, [
            Buffer.from('data: {"error":{"message":"engine overloaded","type":"server_error","code":"429"}}\n\n'),
          ])
    const response = await gateway.post('/v1/chat/completions', { ...ASK, model: 'two', stream: true })
    expect([
      response.status,
      response.headers.get('x-tongwen-target'),
      response.headers.get('x-tongwen-attempts'),
    ]).toEqual([200, 'o2/other-model', '2'])
    expect(await response.text()).toBe(OPENAI.toString())
  })

  test("Anthropic's overloaded event before content is a 5xx that the SDK may retry", async () => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [
        Buffer.from(
          'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
        ),
      ])
    const response = await gateway.post('/v1/messages', {
      ...ASK,
      model: 'anthropic-like',
      max_tokens: 5,
      stream: true,
    })
    expect([response.status, ((await response.json()) as any).error.type, response.headers.get('retry-after')]).toEqual(
      [503, 'overloaded_error', '1'],
    )
  })

  test('after content it is an error event in the words of the caller, then the end', async () => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [
        openaiStream([chunk({ content: 'a' })], ''),
        Buffer.from(
          'data: {"error":{"message":"boom sk-abcdefghijklmnopqrstuvwxyz123456","code":500}}\n\ndata: [DONE]\n\n',
        ),
      ])
    const openai = await taken('/v1/chat/completions', 'openai-like')
    expect([openai.complete, openai.error, openai.text.includes('sk-abcdefghij')]).toEqual([false, true, false])
    const anthropic = await taken('/v1/messages', 'openai-like')
    expect([anthropic.complete, anthropic.text.includes('event: error')]).toEqual([false, true])
  })
})

test('T09 every delta is forwarded when it comes, and an idle stream is kept alive by comments', async () => {
  let release: (() => void) | undefined
  upstream.answer = async (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(openaiStream([chunk({ content: 'first' })], ''))
    await new Promise<void>((done) => {
      release = done
    })
    response.end(openaiStream([chunk({}, 'stop')]))
  }
  const response = await gateway.post('/v1/chat/completions', { ...ASK, model: 'openai-like', stream: true })
  const reader = response.body!.getReader()
  const first = Buffer.from((await reader.read()).value ?? []).toString()
  expect(first).toContain('first')
  const idle = Buffer.from((await reader.read()).value ?? []).toString()
  expect(idle).toBe(': keep-alive\n\n')
  release?.()
  let rest = ''
  for (let next = await reader.read(); !next.done; next = await reader.read())
    rest += Buffer.from(next.value).toString()
  expect(rest.endsWith('data: [DONE]\n\n')).toBe(true)
})

describe('T29 a caller that hangs up', () => {
  async function hangUp(model: string, path: string, begin: Buffer): Promise<any> {
    let closed = false
    upstream.answer = (_seen, response) => {
      response.on('close', () => (closed = true))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(begin)
    }
    const abort = new AbortController()
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify({ ...ASK, model, max_tokens: 50, stream: true }),
      signal: abort.signal,
    })
    const reader = response.body!.getReader()
    await reader.read()
    abort.abort()
    await expect.poll(() => closed).toBe(true)
    const id = response.headers.get('x-request-id')
    await expect.poll(async () => (await gateway.get(`/v1/requests/${id}`)).status).toBe(200)
    return (await gateway.get(`/v1/requests/${id}`)).json()
  }

  test('the upstream is aborted at once; what was used is recorded and marked as an estimate', async () => {
    const trace = await hangUp(
      'openai-like',
      '/v1/chat/completions',
      openaiStream([chunk({ content: 'four words of text' })], ''),
    )
    expect(trace).toMatchObject({ outcome: 'aborted', target: 'o/some-model', usage: { estimated: true } })
    expect(trace.usage.outputText).toBeGreaterThan(2)
    expect(trace.usage.inputFresh).toBeGreaterThan(0)
  })

  test("the platform's own input figure is kept where it came; only the output is estimated", async () => {
    const trace = await hangUp(
      'anthropic-like',
      '/v1/messages',
      ANTHROPIC.subarray(0, ANTHROPIC.indexOf('event: content_block_stop')),
    )
    expect(trace.usage).toMatchObject({ inputFresh: 5, estimated: true })
  })

  test("an upstream's error text is never counted as output", async () => {
    upstream.answer = (_seen, response) =>
      sendJson(response, { error: { message: 'long words '.repeat(500), code: 'boom' } }, 500)
    const response = await gateway.post('/v1/chat/completions', { ...ASK, model: 'openai-like' })
    const trace = (await (await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)).json()) as any
    expect([response.status, trace.outcome, trace.usage.outputText]).toEqual([502, 'failed', 0])
  })
})

describe('T36 usage is found however frames are cut', () => {
  test('across reads, in the last chunk, and the caller that did not ask for it is not shown the extra chunk', async () => {
    const usage = { id: 'c', choices: [], usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 } }
    const bytes = openaiStream([chunk({ content: 'x' }), chunk({}, 'stop'), usage])
    upstream.answer = (_seen, response) =>
      sendStream(
        response,
        [...bytes].map((byte) => Uint8Array.of(byte)),
      )
    const response = await gateway.post('/v1/chat/completions', { ...ASK, model: 'openai-like', stream: true })
    const text = await response.text()
    expect(text).toBe(openaiStream([chunk({ content: 'x' }), chunk({}, 'stop')]).toString())
    const trace = (await (await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)).json()) as any
    expect(trace.usage).toMatchObject({ inputFresh: 11, outputText: 3, raw: usage.usage })
    expect(trace.usage.estimated).toBeUndefined()
  })
})
