/** The load generator of native/loadgen.c for machines without a compiler: the same arguments and output. */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import type { LoadResult, Quantiles } from '../measure.ts'
import { headOf, nowUs, takeChunks } from './http.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', short: 'p' },
    path: { type: 'string', short: 'u', default: '/v1/chat/completions' },
    body: { type: 'string', short: 'b' },
    connections: { type: 'string', short: 'c', default: '1' },
    seconds: { type: 'string', short: 'd', default: '5' },
    warm: { type: 'string', short: 'w', default: '1' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    streamed: { type: 'boolean', short: 's', default: false },
    tokens: { type: 'string', short: 'n', default: '0' },
    ramp: { type: 'string', short: 'r', default: '0' },
    rate: { type: 'string', short: 'R', default: '0' },
    most: { type: 'string', short: 'x', default: '0' },
  },
})

const port = Number(values.port)
const connections = Number(values.connections)
const wantedTokens = Number(values.tokens)
const rampUs = Number(values.ramp) * 1e3
const stepUs = Number(values.rate) > 0 ? 1e6 / Number(values.rate) : 0
const { streamed } = values
const most = Number(values.most) > 0 ? Number(values.most) : Infinity
const content = readFileSync(values.body ?? '')
const request = Buffer.concat([
  Buffer.from(
    [
      `POST ${values.path} HTTP/1.1`,
      `host: 127.0.0.1:${port}`,
      'content-type: application/json',
      'accept: */*',
      'user-agent: bench/1',
      ...values.header,
      `content-length: ${content.length}`,
      '\r\n',
    ].join('\r\n'),
  ),
  content,
])

const beginUs = nowUs()
const warmUs = beginUs + Number(values.warm) * 1e6
const measureUs = warmUs + rampUs
const stopUs = measureUs + Number(values.seconds) * 1e6
const measured = (at: number): boolean => at >= measureUs && at < stopUs

const samples = { latency: [], firstToken: [], token: [], gap: [] } as Record<
  'latency' | 'firstToken' | 'token' | 'gap',
  number[]
>
const counts = { ok: 0, badStatus: 0, badBody: 0, errors: 0, reconnects: 0, openMost: 0, started: 0, done: 0 }
const statuses: Record<string, number> = {}
let open = 0
let tokensAll = 0
let tokensMeasured = 0
let nextDueUs = beginUs
const idle: Caller[] = []

/** One connection and the exchange on it. */
class Caller {
  #socket: Socket | undefined
  #text = ''
  #line = ''
  #whole = ''
  #status = 0
  #body: { left: number; chunked: boolean } | undefined
  #dueUs = 0
  #sentUs = 0
  #lastTokenUs = 0
  #tokens = 0
  #usage = false
  #ended = false
  #busy = false

  open(): void {
    if (nowUs() >= stopUs) return
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => this.#next())
    this.#socket = socket
    socket.on('data', (data) => this.#take(data.toString('latin1')))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      const waiting = idle.indexOf(this)
      if (waiting >= 0) idle.splice(waiting, 1)
      if (this.#busy) {
        open--
        counts.errors++
      }
      this.#busy = false
      counts.reconnects++
      if (nowUs() < stopUs) setTimeout(() => this.open(), 1)
    })
  }

  start(dueUs: number): void {
    this.#dueUs = dueUs
    this.#sentUs = nowUs()
    this.#text = this.#line = this.#whole = ''
    this.#status = this.#tokens = this.#lastTokenUs = 0
    this.#usage = this.#ended = false
    this.#body = undefined
    this.#busy = true
    counts.started++
    counts.openMost = Math.max(counts.openMost, ++open)
    this.#socket?.write(request)
  }

  #next(): void {
    const at = nowUs()
    if (at >= stopUs || counts.started >= most) return
    if (stepUs > 0) idle.push(this)
    else this.start(at)
  }

  #take(data: string): void {
    if (!this.#busy) return
    this.#text += data
    if (this.#body === undefined) {
      const head = headOf(this.#text)
      if (head === undefined) return
      this.#status = Number(head.firstLine.slice(9, 12))
      this.#body = { left: head.length ?? 0, chunked: head.chunked }
      this.#text = this.#text.slice(head.end)
    }
    const at = nowUs()
    if (!this.#body.chunked) {
      this.#body.left -= this.#text.length
      this.#part(this.#text, at)
      this.#text = ''
      if (this.#body.left <= 0) this.#finish(at)
      return
    }
    const { body, used, ended } = takeChunks(this.#text, 0)
    this.#text = this.#text.slice(used)
    if (body !== '') this.#part(body, at)
    if (ended) this.#finish(at)
  }

  #part(text: string, at: number): void {
    if (!streamed || this.#status !== 200) {
      this.#whole += text
      return
    }
    const lines = (this.#line + text).split('\n')
    this.#line = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data:')) this.#event(line, at)
  }

  #event(line: string, at: number): void {
    const stampUs = stampIn(line)
    if (stampUs === undefined) {
      if (line.includes('[DONE]') || line.includes('"message_stop"')) this.#ended = true
      else if (hasUsage(line)) this.#usage = true
      return
    }
    tokensAll++
    if (++this.#tokens === 1 && at > warmUs && at < stopUs) samples.firstToken.push(at - this.#sentUs)
    if (measured(at)) {
      tokensMeasured++
      samples.token.push(at - stampUs)
      if (this.#lastTokenUs > 0) samples.gap.push(at - this.#lastTokenUs)
    }
    this.#lastTokenUs = at
  }

  #finish(at: number): void {
    open--
    counts.done++
    this.#busy = false
    statuses[this.#status] = (statuses[this.#status] ?? 0) + 1
    const stampUs = streamed ? undefined : stampIn(this.#whole)
    const complete = streamed
      ? this.#ended && this.#usage && (wantedTokens === 0 || this.#tokens === wantedTokens)
      : stampUs !== undefined && hasUsage(this.#whole)
    if (measured(this.#dueUs)) {
      if (this.#status !== 200) counts.badStatus++
      else if (complete) counts.ok++
      else counts.badBody++
      samples.latency.push(at - this.#dueUs)
      if (stampUs !== undefined) samples.token.push(at - stampUs)
    }
    this.#next()
  }
}

function stampIn(text: string): number | undefined {
  const at = text.indexOf('"T0')
  const digits = at < 0 ? '' : text.slice(at + 2, at + 21)
  return /^\d{19}$/.test(digits) ? Number(digits.slice(0, 16)) + Number(digits.slice(16)) / 1e3 : undefined
}

function hasUsage(text: string): boolean {
  return text.includes('"prompt_tokens"') || text.includes('"output_tokens"')
}

function quantiles(list: number[]): Quantiles {
  list.sort((a, b) => a - b)
  const at = (q: number): number => list[Math.floor((list.length - 1) * q)] ?? 0
  return { n: list.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) }
}

function end(): void {
  const seconds = Number(values.seconds)
  const { user, system } = process.cpuUsage()
  const result: LoadResult = {
    ...counts,
    rps: counts.ok / seconds,
    tokensAll,
    tokensPerSecond: tokensMeasured / seconds,
    cpuSeconds: (user + system) / 1e6,
    latency: quantiles(samples.latency),
    firstToken: quantiles(samples.firstToken),
    token: quantiles(samples.token),
    gap: quantiles(samples.gap),
    statuses,
  }
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
}

for (let index = 0; index < connections; index++) {
  setTimeout(() => new Caller().open(), (index / connections) * (rampUs / 1e3))
}
const hardStopUs = stopUs + (streamed ? 0 : 500_000)
const tick = setInterval(() => {
  const at = nowUs()
  for (let caller: Caller | undefined; nextDueUs <= at && nextDueUs < stopUs; nextDueUs += stepUs) {
    caller = stepUs > 0 ? idle.pop() : undefined
    if (caller === undefined) break
    caller.start(nextDueUs)
  }
  if (at < hardStopUs && counts.done < most && (at < stopUs || open > 0)) return
  clearInterval(tick)
  end()
}, 1)
