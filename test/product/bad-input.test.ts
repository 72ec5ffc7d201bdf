import { connect } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { gatewayTo, KEY, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
}

beforeAll(async () => {
  upstream = await startUpstream((_seen, response) => sendJson(response, ANSWER))
  gateway = await gatewayTo(upstream.url, {
    server: {
      limits: {
        body: '1MB',
        bodyTime: '700ms',
        headerTime: '1s',
        stalledCaller: '500ms',
        frame: '256KiB',
        answer: '1MB',
      },
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

const GOOD = { model: 'openai-like', messages: [{ role: 'user', content: 'x' }] }

describe('a body that is not what it must be is refused with the field and the remedy', () => {
  const CASES: [name: string, body: string, param: string | null, words: RegExp][] = [
    ['broken JSON', '{"model": "m", ', null, /not valid JSON/],
    ['nothing', '', null, /empty/],
    ['a list', '[1]', null, /must be a JSON object/],
    ['no messages', '{"model":"openai-like"}', 'messages', /list/],
    ['no model', '{"messages":[]}', 'model', /name of a model/],
    ['messages of a wrong type', '{"model":"openai-like","messages":"hi"}', 'messages', /list/],
    ['an empty list of messages', '{"model":"openai-like","messages":[]}', 'messages', /./],
    ['a wrong role', '{"model":"openai-like","messages":[{"role":"boss","content":"x"}]}', 'messages.0.role', /boss/],
    [
      'a wrong number',
      '{"model":"openai-like","messages":[{"role":"user","content":"x"}],"temperature":"hot"}',
      'temperature',
      /number/,
    ],
    ['a key twice', '{"model":"openai-like","model":"other","messages":[]}', 'model', /twice/],
    [
      'a key twice, deep',
      '{"model":"openai-like","messages":[{"role":"user","role":"system","content":"x"}]}',
      'messages.0.role',
      /twice/,
    ],
    ['__proto__', '{"model":"openai-like","__proto__":{"admin":true},"messages":[]}', '__proto__', /__proto__/],
    [
      'a million levels',
      `{"model":"openai-like","messages":${'['.repeat(400_000)}${']'.repeat(400_000)}}`,
      expect.stringMatching(/^messages/),
      /deeper/,
    ],
  ]
  test.each(CASES)('%s', async (_name, body, param, words) => {
    const openai = await gateway.post('/v1/chat/completions', body)
    const { error } = (await openai.json()) as any
    expect([openai.status, error.type, error.param]).toEqual([400, 'invalid_request_error', param])
    expect(error.message).toMatch(words)
    const anthropic = await gateway.post('/v1/messages', body)
    const said = (await anthropic.json()) as any
    expect([anthropic.status, said.type, said.error.type]).toEqual([400, 'error', 'invalid_request_error'])
    expect(upstream.seen).toEqual([])
    expect(({} as any).admin).toBeUndefined()
  })

  test('bytes that are not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body,
    })
    expect([response.status, ((await response.json()) as any).error.message]).toEqual([
      400,
      expect.stringMatching(/UTF-8/),
    ])
  })
})

describe('the official SDKs raise their own classes', () => {
  const openaiCall = (model: string, apiKey = KEY): Promise<unknown> =>
    gateway.openai({ apiKey }).chat.completions.create({ ...GOOD, model } as any)
  const anthropicCall = (model: string, apiKey = KEY): Promise<unknown> =>
    gateway.anthropic({ apiKey }).messages.create({ ...GOOD, model, max_tokens: 5 } as any)

  test('401 for an unknown key', async () => {
    await expect(openaiCall('openai-like', 'sk-tw-wrong')).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    await expect(openaiCall('openai-like', 'sk-tw-wrong')).rejects.toMatchObject({
      code: 'invalid_api_key',
      type: 'authentication_error',
    })
    await expect(anthropicCall('openai-like', 'sk-tw-wrong')).rejects.toBeInstanceOf(Anthropic.AuthenticationError)
  })
  test('404 for an unknown model, with the nearest names', async () => {
    await expect(openaiCall('openai-lik')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await expect(openaiCall('openai-lik')).rejects.toMatchObject({
      code: 'model_not_found',
      param: 'model',
      message: expect.stringContaining('openai-like'),
    })
    await expect(anthropicCall('antropic-like')).rejects.toBeInstanceOf(Anthropic.NotFoundError)
    await expect(anthropicCall('antropic-like')).rejects.toThrow(/anthropic-like/)
  })
  test('400 for a wrong field', async () => {
    await expect(gateway.openai().chat.completions.create({ ...GOOD, top_p: 'x' } as any)).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    )
    await expect(gateway.anthropic().messages.create({ ...GOOD, max_tokens: 'x' } as any)).rejects.toBeInstanceOf(
      Anthropic.BadRequestError,
    )
  })
  test('a body of 100 MB is refused while it is sent, and memory stays where it was', async () => {
    const before = process.memoryUsage().rss
    const content = 'x'.repeat(100 * 1024 * 1024)
    await expect(
      gateway.openai().chat.completions.create({ model: 'openai-like', messages: [{ role: 'user', content }] }),
    ).rejects.toMatchObject({ status: 413 })
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(1 << 16))
        if (++sent > 200) controller.close()
      },
    })
    const request = { method: 'POST', headers: { 'x-api-key': KEY }, duplex: 'half' as const, body: endless }
    const chunked = await fetch(`${gateway.url}/v1/messages`, request)
    expect([chunked.status, ((await chunked.json()) as any).error.type]).toEqual([413, 'request_too_large'])
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024)
  })
})

test('a path that is not served says which are near', async () => {
  const response = await gateway.post('/v1/chat/completion', GOOD)
  expect([response.status, ((await response.json()) as any).error.message]).toEqual([
    404,
    expect.stringContaining('/v1/chat/completions'),
  ])
})

/** Sends raw bytes and gives what comes back until the other side closes. */
function raw(pieces: readonly string[], pauseMs: number, options: { read?: boolean } = {}): Promise<string> {
  return new Promise((done) => {
    const { port, hostname } = new URL(gateway.url)
    const socket = connect(Number(port), hostname)
    let got = ''
    if (options.read !== false) socket.on('data', (data) => (got += data.toString()))
    socket.on('close', () => done(got))
    socket.on('error', () => done(got))
    let i = 0
    const timer = setInterval(() => {
      const piece = pieces[i++]
      if (piece === undefined || socket.destroyed) clearInterval(timer)
      else socket.write(piece)
    }, pauseMs)
  })
}

const HEAD = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\n`

test('a caller that sends one byte at a time is told so when the time is over', async () => {
  const got = await raw([`${HEAD}content-length: 500\r\n\r\n`, ...'{"model":"openai-like",'.split('')], 60)
  expect(got).toMatch(/^HTTP\/1\.1 408 /)
  expect(got).toContain('did not arrive within 700 ms')
})

test('headers that never end are cut off', async () => {
  const got = await raw(['POST /v1/chat/completions HTTP/1.1\r\n', 'x-a: 1\r\n', 'x-b: 1\r\n'], 100)
  expect(got).toMatch(/^HTTP\/1\.1 408 /)
})

test('a caller that never reads is hung up on, its upstream is aborted, and others do not notice', async () => {
  let aborted = false
  let sent = 0
  upstream.answer = (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.on('close', () => (aborted = true))
    const line = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'y'.repeat(60_000) } }] })}\n\n`
    const more = (): void => {
      while (!response.destroyed && response.write(line)) sent += line.length
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  }
  const { port, hostname } = new URL(gateway.url)
  const body = JSON.stringify({ ...GOOD, stream: true })
  const socket = connect(Number(port), hostname)
  socket.pause()
  socket.write(`${HEAD}content-length: ${body.length}\r\n\r\n${body}`)
  await expect.poll(() => aborted, { timeout: 8_000 }).toBe(true)
  socket.destroy()
  expect(sent).toBeLessThan(40 * 1024 * 1024)
  upstream.answer = (_seen, response) => sendJson(response, ANSWER)
  expect((await gateway.post('/v1/chat/completions', GOOD)).status).toBe(200)
})

describe('an upstream that misbehaves', () => {
  test('ten megabytes on one line end in a clear error, not in memory', async () => {
    upstream.answer = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'hello' } }] })}\n\n`)
      response.end(`data: ${'z'.repeat(10 * 1024 * 1024)}\n\n`)
    }
    const stream = await gateway.openai().chat.completions.create({ ...GOOD, stream: true } as any)
    const texts: string[] = []
    const reading = (async () => {
      for await (const chunk of stream as any) texts.push(chunk.choices[0]?.delta?.content ?? '')
    })()
    await expect(reading).rejects.toThrow(/more than 262144 bytes/)
    expect(texts).toEqual(['hello'])
  })

  test('a whole answer that never ends is cut at the limit', async () => {
    upstream.answer = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    const response = await gateway.post('/v1/chat/completions', GOOD)
    expect([response.status, ((await response.json()) as any).error]).toEqual([
      502,
      expect.objectContaining({ type: 'api_error', code: 'upstream_error' }),
    ])
  })

  test('HTML, an empty body and half a JSON are upstream errors in the dialect of the caller', async () => {
    for (const body of ['<html>bad gateway</html>', '', '{"choices":[{"mess']) {
      upstream.answer = (_seen, response) => sendJson(response, body)
      await expect(gateway.openai().chat.completions.create(GOOD as any)).rejects.toMatchObject({
        status: 502,
        code: 'upstream_error',
      })
      await expect(gateway.anthropic().messages.create({ ...GOOD, max_tokens: 5 } as any)).rejects.toBeInstanceOf(
        Anthropic.InternalServerError,
      )
    }
  })
})
