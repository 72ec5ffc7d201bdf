import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Fault, parseFault } from '#simulator/fault.ts'
import { type SimulatorServer, type SimulatorServerOptions, startSimulator } from '#simulator/server.ts'

const running: SimulatorServer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

async function start(options: Partial<SimulatorServerOptions> = {}): Promise<SimulatorServer> {
  const server = await startSimulator({ platform: 'simulator', ...options })
  running.push(server)
  return server
}

function fault(text: string): Fault {
  const read = parseFault(text)
  if (read === undefined) throw new Error(`no fault: ${text}`)
  return read
}

/** What a socket heard, chunked coding taken off. `ending`: by the last chunk, by a closed connection, or not at all. */
interface Heard {
  readonly status: number
  readonly headers: string
  readonly body: string
  readonly ending: 'last-chunk' | 'cut' | 'open'
}

const ANSWER = { text: 'one two three four five six' }

interface Asked {
  readonly path?: string
  readonly stream?: boolean
  readonly model?: string
  readonly say?: string
  /** Give up after so long. */
  readonly waitMs?: number
  readonly more?: object
}

function requestText(url: string, asked: Asked): string {
  const { path = '/v1/chat/completions', stream = true, model = 'any', say = 'Hello', more = {} } = asked
  const body = JSON.stringify({ model, stream, max_tokens: 4000, messages: [{ role: 'user', content: say }], ...more })
  const head = [`POST ${path} HTTP/1.1`, `host: ${new URL(url).host}`, 'content-type: application/json']
  return `${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
}

/** A client that knows nothing but TCP. */
function raw(server: SimulatorServer, asked: Asked = {}): Promise<Heard> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.write(requestText(server.url, asked))
  return new Promise((resolve) => {
    const done = (open: boolean): void => {
      socket.destroy()
      resolve(dissect(Buffer.concat(chunks), open))
    }
    const timer = setTimeout(() => done(true), asked.waitMs ?? 10_000)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      done(false)
    })
  })
}

function dissect(bytes: Buffer, open: boolean): Heard {
  const border = bytes.indexOf('\r\n\r\n')
  const headers = bytes.subarray(0, Math.max(0, border)).toString('latin1')
  const parts: Buffer[] = []
  let at = border + 4
  let last = false
  if (border < 0) at = bytes.length
  while (at < bytes.length) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    if (size === 0) last = true
    if (size === 0 || Number.isNaN(size)) break
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
  return {
    status: Number(headers.split(' ')[1] ?? 0),
    headers,
    body: Buffer.concat(parts).toString('utf8'),
    ending: last ? 'last-chunk' : open ? 'open' : 'cut',
  }
}

function payloads(body: string): string[] {
  return body.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
}

function textOf(body: string): string {
  return payloads(body)
    .filter((data) => data.startsWith('{') && data.endsWith('}'))
    .map((data) => JSON.parse(data).choices?.[0]?.delta?.content ?? '')
    .join('')
}

const script = [{ match: {}, answer: ANSWER }]

describe('a fault on the wire', () => {
  it('cut:0 closes the connection before any byte', async () => {
    const server = await start({ fault: fault('cut:0') })
    expect(await raw(server)).toEqual({ status: 0, headers: '', body: '', ending: 'cut' })
    expect(server.seen.map(({ answered, ended }) => ({ answered, ended }))).toEqual([
      { answered: 'dropped', ended: undefined },
    ])
  })

  it('cut:3 destroys the connection after three tokens', async () => {
    const server = await start({ fault: fault('cut:3'), rules: script })
    const heard = await raw(server)
    expect({ text: textOf(heard.body), ending: heard.ending }).toEqual({ text: 'one two three', ending: 'cut' })
  })

  it('cut:3 destroys an unstreamed answer in its middle', async () => {
    const server = await start({ fault: fault('cut:3'), rules: script })
    const whole = await raw(await start({ rules: script }), { stream: false })
    const heard = await raw(server, { stream: false })
    expect({ length: heard.body.length, ending: heard.ending }).toEqual({
      length: Math.floor(whole.body.length / 2),
      ending: 'cut',
    })
  })

  it('cut beyond the end of the text strikes before the finish reason', async () => {
    const server = await start({ fault: fault('cut:999'), rules: script })
    const heard = await raw(server)
    expect({ text: textOf(heard.body), ending: heard.ending }).toEqual({ text: ANSWER.text, ending: 'cut' })
    expect(heard.body).not.toContain('"finish_reason":"stop"')
  })

  it('close:3 ends in good order without finish reason or end mark', async () => {
    const heard = await raw(await start({ fault: fault('close:3'), rules: script }))
    expect({ text: textOf(heard.body), ending: heard.ending }).toEqual({ text: 'one two three', ending: 'last-chunk' })
    expect(heard.body).not.toMatch(/DONE|"finish_reason":"stop"/)
  })

  it('stall:2 falls silent and keeps the connection open until the caller leaves', async () => {
    const server = await start({ fault: fault('stall:2'), rules: script })
    const heard = await raw(server, { waitMs: 300 })
    expect({ text: textOf(heard.body), ending: heard.ending }).toEqual({ text: 'one two', ending: 'open' })
    await expect.poll(() => server.seen[0]?.ended).toBe('gone')
  })

  it('stall:2:50ms goes on after its time', async () => {
    const begun = performance.now()
    const heard = await raw(await start({ fault: fault('stall:2:50ms'), rules: script }))
    expect({ text: textOf(heard.body), ending: heard.ending }).toEqual({ text: ANSWER.text, ending: 'last-chunk' })
    expect(performance.now() - begun).toBeGreaterThan(45)
  })

  it('malformed:2 puts one event that is no JSON between sound ones', async () => {
    const heard = await raw(await start({ fault: fault('malformed:2'), rules: script }))
    const broken = payloads(heard.body).filter((data) => data !== '[DONE]' && !data.endsWith('}'))
    expect({ text: textOf(heard.body), broken: broken.length, end: payloads(heard.body).at(-1) }).toEqual({
      text: ANSWER.text,
      broken: 1,
      end: '[DONE]',
    })
  })

  it.each([
    ['openai', 'gpt-4o', '/v1/chat/completions', { error: { code: null, param: null, type: 'server_error' } }],
    ['minimax', 'MiniMax-M3', '/v1/chat/completions', { base_resp: { status_code: 1000 } }],
    ['spark', 'generalv3.5', '/v1/chat/completions', { code: 10_008, message: expect.any(String) }],
    ['sensenova', 'SenseChat-5', '/v1/chat/completions', { status: { code: 13 } }],
    ['anthropic', 'claude-sonnet-5-5', '/v1/messages', { type: 'error', error: { type: 'overloaded_error' } }],
  ] as const)('error:2 ends the stream of %s with an error in its own form', async (...row) => {
    const [platform, model, path, form] = row
    const more = platform === 'openai' ? { max_tokens: undefined } : {}
    const server = await start({ platform, fault: fault('error:2'), rules: script })
    const heard = await raw(server, { model, path, more })
    expect({ status: heard.status, ending: heard.ending }).toEqual({ status: 200, ending: 'last-chunk' })
    expect(JSON.parse(payloads(heard.body).at(-1) ?? '')).toMatchObject(form)
    expect(heard.body.includes('event: error\n')).toBe(platform === 'anthropic')
  })

  it('error in an unstreamed answer is a 200 that holds nothing else', async () => {
    const server = await start({ platform: 'minimax', fault: fault('error:0:rate-limit') })
    const heard = await raw(server, { model: 'MiniMax-M3', stream: false })
    expect({ status: heard.status, body: JSON.parse(heard.body) }).toEqual({
      status: 200,
      body: { base_resp: { status_code: 1002, status_msg: 'Rate limit reached.' } },
    })
  })

  it('huge-line sends one event of ten million bytes', async () => {
    const heard = await raw(await start({ fault: fault('huge-line'), rules: script }))
    const longest = Math.max(...payloads(heard.body).map((data) => data.length))
    expect({ over: longest > 10_000_000, end: payloads(heard.body).at(-1) }).toEqual({ over: true, end: '[DONE]' })
  })

  it('endless goes on for as long as anyone reads, and no longer', async () => {
    const server = await start({ fault: fault('endless') })
    const heard = await raw(server, { waitMs: 200 })
    expect({ ending: heard.ending, much: heard.body.length > 100_000 }).toEqual({ ending: 'open', much: true })
    await expect.poll(() => server.seen[0]?.ended).toBe('gone')
  })

  it('endless without a stream never closes its body', async () => {
    const server = await start({ fault: fault('endless') })
    expect((await raw(server, { stream: false, waitMs: 200 })).ending).toBe('open')
  })

  it('empty is a 200 without a body', async () => {
    const heard = await raw(await start({ fault: fault('empty') }))
    expect({ status: heard.status, body: heard.body }).toEqual({ status: 200, body: '' })
  })

  it("html is a proxy's page in place of an answer", async () => {
    const heard = await raw(await start({ fault: fault('html') }))
    expect({ status: heard.status, page: heard.body.startsWith('<html>') }).toEqual({ status: 502, page: true })
    expect(heard.headers).toContain('content-type: text/html')
  })

  it('garbage follows a complete answer', async () => {
    const heard = await raw(await start({ fault: fault('garbage'), rules: script }))
    expect(heard.body.slice(heard.body.indexOf('[DONE]'))).toBe('[DONE]\n\n\u0000}{ trailing garbage\n')
  })

  it('slow-headers holds everything back', async () => {
    const begun = performance.now()
    const heard = await raw(await start({ fault: fault('slow-headers:80ms'), rules: script }))
    expect({ text: textOf(heard.body), slow: performance.now() - begun > 75 }).toEqual({
      text: ANSWER.text,
      slow: true,
    })
  })
})

describe('refusals on the wire', () => {
  it.each([
    ['429:2', 429, 'rate_limit_exceeded', ['retry-after: 2', 'retry-after-ms: 2000']],
    ['500', 500, null, []],
    ['503', 503, null, []],
    ['529', 529, null, []],
    ['401', 401, 'invalid_api_key', []],
    ['402', 402, 'insufficient_quota', []],
    ['403', 403, 'unsupported_country_region_territory', []],
    ['404', 404, 'model_not_found', []],
    ['overflow', 400, 'context_length_exceeded', []],
    ['filter', 400, 'content_policy_violation', []],
    ['quota', 429, 'insufficient_quota', []],
  ] as const)('%s of openai has status %i and code %s', async (...row) => {
    const [name, status, code, hints] = row
    const heard = await raw(await start({ platform: 'openai', fault: fault(name) }), { model: 'gpt-4o' })
    expect({ status: heard.status, code: JSON.parse(heard.body).error.code }).toEqual({ status, code })
    for (const hint of hints) expect(heard.headers).toContain(hint)
  })

  it('a hint to wait stands where the platform puts it', async () => {
    const heard = await raw(await start({ platform: 'moonshot', fault: fault('429:20') }), { model: 'kimi-k3' })
    expect({ status: heard.status, error: JSON.parse(heard.body).error }).toEqual({
      status: 429,
      error: { message: 'Rate limit reached. Please try again after 20 seconds.', type: 'rate_limit_reached_error' },
    })
    expect(heard.headers).not.toContain('retry-after')
  })
})

describe('a running server', () => {
  it('changes by POST /__simulate and tells its settings', async () => {
    const server = await start()
    const change = {
      script: { text: 'scripted' },
      fault: '503',
      faultRate: 0,
      split: 'byte',
      profile: { chunkTokens: 9 },
    }
    const response = await fetch(`${server.url}/__simulate`, { method: 'POST', body: JSON.stringify(change) })
    expect(await response.json()).toEqual({
      rules: [{ match: {}, answer: { text: 'scripted' } }],
      profile: { headersMs: 0, firstTokenMs: 0, tokensPerSecond: null, chunkTokens: 9, jitter: 0 },
      fault: { kind: 'refuse', says: 'overloaded', status: 503 },
      faultRate: 0,
      split: { kind: 'byte' },
    })
    expect(textOf((await raw(server)).body)).toBe('scripted')
    await fetch(`${server.url}/__simulate`, { method: 'POST', body: '{"faultRate":1}' })
    expect((await raw(server)).status).toBe(503)
    await fetch(`${server.url}/__simulate`, { method: 'POST', body: '{"fault":null,"script":null}' })
    expect(textOf((await raw(server)).body)).toBe('You said: Hello')
  })

  it('says what it does not understand in a change, and changes nothing', async () => {
    const server = await start()
    const response = await fetch(`${server.url}/__simulate`, { method: 'POST', body: '{"fault":"flood"}' })
    const { error } = (await response.json()) as { error: { message: string } }
    expect({ status: response.status, begins: error.message.slice(0, 31) }).toEqual({
      status: 400,
      begins: 'no such fault; there are cut:TO',
    })
    expect(server.simulator.settings().fault).toBeUndefined()
  })

  it('remembers what it saw, credentials masked over HTTP', async () => {
    const server = await start()
    const headers = { authorization: 'Bearer sk-secret-of-someone' }
    await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', headers, body: '{}' })
    const shown = (await (await fetch(`${server.url}/__simulate/seen`)).json()) as { headers: object }[]
    expect(shown).toMatchObject([
      { method: 'POST', path: '/v1/chat/completions', body: '{}', answered: 400, headers: { authorization: '***' } },
    ])
    expect(server.seen[0]?.headers['authorization']).toBe('Bearer sk-secret-of-someone')
  })

  it('keeps the last thousand requests', async () => {
    const server = await start()
    for (let i = 0; i < 1_005; i++) await fetch(`${server.url}/v1/models?i=${i}`)
    expect({ count: server.seen.length, first: server.seen[0]?.path }).toEqual({
      count: 1_000,
      first: '/v1/models?i=5',
    })
  })

  it('waits for a slow reader in place of piling bytes up', async () => {
    const server = await start({ fault: fault('endless'), profile: { chunkTokens: 100 } })
    const socket: Socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    const before = process.memoryUsage.rss()
    socket.write(requestText(server.url, {}))
    socket.pause()
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000)
    socket.destroy()
    await expect.poll(() => server.seen[0]?.ended).toBe('gone')
  })

  it('says that a port is taken', async () => {
    const first = await start()
    const port = Number(new URL(first.url).port)
    await expect(startSimulator({ platform: 'simulator', port })).rejects.toThrow('EADDRINUSE')
  })
})
