/** The stub of native/upstream.c for machines without a compiler: the same answers and knobs, some times slower. */
import { createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { headOf, nowUs, takeChunks } from './http.ts'

interface Shape {
  readonly whole: (stamp: string) => string
  readonly first: (stamp: string) => string
  readonly next: (stamp: string) => string
  readonly last: (events: number) => string
}

const TEXT = 'The quick brown fox jumps over the lazy dog.'
const sse = (value: unknown, name?: string): string => {
  const event = `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`
  return `${event.length.toString(16)}\r\n${event}\r\n`
}
const named = (value: { readonly type: string }): string => sse(value, value.type)

const openaiBase = {
  id: 'chatcmpl-BenchBenchBenchBenchBench01',
  created: 1_760_000_000,
  model: 'gpt-4o-mini-2024-07-18',
}
const chunk = {
  ...openaiBase,
  object: 'chat.completion.chunk',
  service_tier: 'default',
  system_fingerprint: 'fp_bench00001',
}
const choice = { index: 0, logprobs: null, finish_reason: null }
const openaiUsage = (events: number): object => ({
  prompt_tokens: 412,
  completion_tokens: events,
  total_tokens: 412 + events,
})

const openai: Shape = {
  whole: (stamp) =>
    JSON.stringify({
      ...openaiBase,
      object: 'chat.completion',
      choices: [
        {
          ...choice,
          message: { role: 'assistant', content: `${stamp} ${TEXT}`, refusal: null, annotations: [] },
          finish_reason: 'stop',
        },
      ],
      usage: openaiUsage(10),
      service_tier: 'default',
      system_fingerprint: 'fp_bench00001',
    }),
  first: (content) =>
    sse({ ...chunk, choices: [{ ...choice, delta: { role: 'assistant', content, refusal: null } }], usage: null }),
  next: (content) => sse({ ...chunk, choices: [{ ...choice, delta: { content } }], usage: null }),
  last: (events) =>
    sse({ ...chunk, choices: [{ ...choice, delta: {}, finish_reason: 'stop' }], usage: null }) +
    sse({ ...chunk, choices: [], usage: openaiUsage(events) }) +
    sse('[DONE]'),
}

const message = {
  id: 'msg_01BenchBenchBenchBenchBe',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  stop_sequence: null,
}
const delta = (text: string): string =>
  named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as { type: string })

const anthropic: Shape = {
  whole: (stamp) =>
    JSON.stringify({
      ...message,
      content: [{ type: 'text', text: `${stamp} ${TEXT}` }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 412, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 10 },
    }),
  first: (stamp) => {
    const usage = { input_tokens: 412, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 }
    return [
      sse({ type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } }, 'message_start'),
      sse({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, 'content_block_start'),
      named({ type: 'ping' }),
      delta(stamp),
    ].join('')
  },
  next: delta,
  last: (events) =>
    sse({ type: 'content_block_stop', index: 0 }, 'content_block_stop') +
    sse(
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: events },
      },
      'message_delta',
    ) +
    named({ type: 'message_stop' }),
}

const HEADERS =
  'x-request-id: req_0a1b2c3d4e5f60718293a4b5c6d7e8f9\r\nx-ratelimit-remaining-requests: 9999\r\n' +
  'x-ratelimit-remaining-tokens: 1999900\r\nx-content-type-options: nosniff\r\n'
const SSE_HEAD = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n${HEADERS}\r\n`

let openStreams = 0

interface Exchange {
  readonly socket: Socket
  /** Called when the answer is out: the next request may come. */
  readonly done: () => void
}

function stamp(): string {
  const [seconds, nanoseconds] = process.hrtime()
  return `T${`${seconds}${String(nanoseconds).padStart(9, '0')}`.padStart(19, '0')}`
}

function sendWhole(socket: Socket, body: string): void {
  socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${HEADERS}\r\n${body}`,
    'latin1',
  )
}

function stream({ socket, done }: Exchange, shape: Shape, knobs: { events: number; delayUs: number }): void {
  const began = nowUs()
  let sent = 1
  let timer: NodeJS.Timeout | undefined
  openStreams++
  const end = (): void => {
    openStreams--
    clearTimeout(timer)
    socket.off('close', end)
  }
  socket.on('close', end)
  socket.write(SSE_HEAD + shape.first(stamp()), 'latin1')
  const step = (): void => {
    // A timer that fires late sends all that is due, each event by itself.
    while (sent < knobs.events && began + sent * knobs.delayUs <= nowUs()) {
      socket.write(shape.next(stamp()), 'latin1')
      sent++
    }
    if (sent < knobs.events) {
      timer = setTimeout(step, Math.max(0, (began + sent * knobs.delayUs - nowUs()) / 1e3))
      return
    }
    socket.write(`${shape.last(knobs.events)}0\r\n\r\n`, 'latin1')
    end()
    done()
  }
  step()
}

function answer(exchange: Exchange, firstLine: string, body: string): void {
  const { socket, done } = exchange
  if (firstLine.startsWith('GET')) {
    sendWhole(
      socket,
      firstLine.includes('/stats') ? JSON.stringify({ open: openStreams }) : '{"object":"list","data":[]}',
    )
    done()
    return
  }
  const shape = firstLine.includes('/messages ') ? anthropic : openai
  const found = /bench-knobs events=(\d+) delay=(\d+)/.exec(body)
  const knobs = { events: Math.max(1, Number(found?.[1] ?? 64)), delayUs: Number(found?.[2] ?? 0) }
  if (body.includes('"stream":true')) {
    stream(exchange, shape, knobs)
    return
  }
  const reply = (): void => {
    sendWhole(socket, shape.whole(stamp()))
    done()
  }
  if (knobs.delayUs === 0) reply()
  else setTimeout(reply, knobs.delayUs / 1e3)
}

function serve(socket: Socket): void {
  let text = ''
  let busy = false
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  const take = (): void => {
    const head = busy ? undefined : headOf(text)
    if (head === undefined) return
    const length = head.length ?? 0
    const chunks = head.chunked ? takeChunks(text, head.end) : undefined
    if (chunks === undefined ? text.length < head.end + length : !chunks.ended) return
    const body = chunks === undefined ? text.slice(head.end, head.end + length) : chunks.body
    text = text.slice(head.end + (chunks === undefined ? length : chunks.used))
    busy = true
    const done = (): void => {
      busy = false
      if (text !== '') take()
    }
    answer({ socket, done }, head.firstLine, body)
  }
  socket.on('data', (data) => {
    text += data.toString('latin1')
    take()
  })
}

const { values } = parseArgs({ options: { port: { type: 'string', short: 'p' } } })
createServer(serve).listen(Number(values.port), '127.0.0.1', 4_096)
