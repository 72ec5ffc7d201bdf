import { type Dispatcher, errors, Pool } from 'undici'
import { BodyBroken, type Fetch, type InboundAnswer, type NoAnswer, type OutboundRequest } from '#engine/ports.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** How a body's bytes wait for whoever reads them: past this the socket is paused. */
const HIGH_WATER_BYTES = 256 * 1024

/**
 * The network by undici's dispatch handlers: no web streams, no `fetch` (measured 4 to 6 times the cost).
 * One pool an origin; connections are kept alive.
 */
export function undiciFetch(): { fetch: Fetch; close: () => Promise<void> } {
  const pools = new Map<string, Pool>()
  const splitUrl = urlSplitter()
  const poolOf = (request: OutboundRequest, origin: string): Pool => {
    const key = `${origin} ${request.timeouts.connectMs}`
    let pool = pools.get(key)
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: null,
        pipelining: 1,
        connect: { timeout: request.timeouts.connectMs },
        keepAliveTimeout: 30_000,
        bodyTimeout: 0,
        headersTimeout: 0,
      })
      pools.set(key, pool)
    }
    return pool
  }
  const fetch: Fetch = (request, signal) => {
    if (signal.aborted) return Promise.resolve({ ok: false, failure: hungUp() })
    const url = splitUrl(request.url)
    return new Promise((resolve) => {
      const exchange = new Exchange(request, signal, resolve)
      poolOf(request, url.origin).dispatch(
        { method: request.method, path: url.path, headers: request.headers, body: request.body },
        exchange,
      )
    })
  }
  return {
    fetch,
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

/** Parsing a URL costs more than the rest of the call's set-up; providers have few, so they are remembered. */
function urlSplitter(): (url: string) => { origin: string; path: string } {
  const urls = new Map<string, { origin: string; path: string }>()
  return (url) => {
    let split = urls.get(url)
    if (split === undefined) {
      const parsed = new URL(url)
      split = { origin: parsed.origin, path: parsed.pathname + parsed.search }
      if (urls.size >= 1_000) urls.clear()
      urls.set(url, split)
    }
    return split
  }
}

function hungUp(): Failure {
  return failure('cut', 'the caller hung up', { retryable: false, blame: 'caller' })
}

/** How long the rest of an answer that nobody reads any more may take to end by itself, so that its connection is kept. */
const REST_MS = 1_000

/**
 * One call: undici's handler on one side, an async iterator of bytes on the other. Written by hand and not as a
 * generator, and with one timer that only looks whether something came, since each event of each stream passes here.
 */
class Exchange implements Dispatcher.DispatchHandler, AsyncIterator<Uint8Array> {
  readonly #resolve: (answer: InboundAnswer | NoAnswer) => void
  readonly #timeouts: OutboundRequest['timeouts']
  readonly #signal: AbortSignal
  /** When the whole call must be over, by `performance.now()`. */
  readonly #deadline: number
  #controller: Dispatcher.DispatchController | undefined
  #answered = false
  #discarding = false
  /** Something came since the timer was set. */
  #heard = false
  #chunks: Uint8Array[] = []
  #waitingBytes = 0
  #done = false
  #broken: Failure | undefined
  #reader: { give: (result: IteratorResult<Uint8Array>) => void; fail: (error: Error) => void } | undefined
  #timer: NodeJS.Timeout
  readonly #onAbort = (): void => this.#stop(hungUp())
  readonly #onTimer = (): void => this.#timeUp()

  constructor(request: OutboundRequest, signal: AbortSignal, resolve: (answer: InboundAnswer | NoAnswer) => void) {
    this.#resolve = resolve
    this.#timeouts = request.timeouts
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
    const { firstByteMs, totalMs, connectMs } = request.timeouts
    this.#deadline = performance.now() + totalMs
    this.#timer = setTimeout(this.#onTimer, Math.min(firstByteMs + connectMs, totalMs))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#done) controller.abort(new Error('stopped'))
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.#done) return
    this.#controller = controller
    this.#answered = true
    clearTimeout(this.#timer)
    this.#watchSilence()
    this.#resolve({ ok: true, status, headers: flat(headers), body: { [Symbol.asyncIterator]: () => this } })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#heard = true
    if (this.#discarding) return
    const reader = this.#reader
    if (reader !== undefined) {
      this.#reader = undefined
      reader.give({ done: false, value: chunk })
      return
    }
    this.#chunks.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes > HIGH_WATER_BYTES) controller.pause()
  }

  onResponseEnd(): void {
    this.#finish(undefined)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish(this.#broken ?? networkFailure(error, this.#answered))
  }

  /** The next bytes, all that have come so far in one piece. */
  next(): Promise<IteratorResult<Uint8Array>> {
    const chunks = this.#chunks
    if (chunks.length > 0) {
      this.#chunks = []
      this.#waitingBytes = 0
      if (this.#controller?.paused === true) this.#controller.resume()
      const [only] = chunks
      return Promise.resolve({ done: false, value: chunks.length === 1 && only ? only : Buffer.concat(chunks) })
    }
    if (this.#broken !== undefined) return Promise.reject(new BodyBroken(this.#broken))
    if (this.#done) return Promise.resolve({ done: true, value: undefined })
    return new Promise((give, fail) => {
      this.#reader = { give, fail }
    })
  }

  /** Whoever read has what he wanted (an end mark comes before the last bytes). Most answers end at once now; the others are cut off. */
  return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#done && !this.#discarding) {
      this.#discarding = true
      this.#chunks = []
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#stop(hungUp()), REST_MS)
      this.#timer.unref()
      if (this.#controller?.paused === true) this.#controller.resume()
    }
    return Promise.resolve({ done: true, value: undefined })
  }

  #watchSilence(): void {
    this.#heard = false
    const leftMs = this.#deadline - performance.now()
    this.#timer = setTimeout(this.#onTimer, Math.max(1, Math.min(this.#timeouts.idleMs, leftMs)))
  }

  /** While the caller is slow the socket is paused: that silence is not the platform's fault. */
  #timeUp(): void {
    const { idleMs, firstByteMs, totalMs } = this.#timeouts
    if (performance.now() >= this.#deadline - 1) this.#stop(late(totalMs))
    else if (!this.#answered) this.#stop(failure('timeout', `the platform sent no answer within ${firstByteMs} ms`))
    else if (this.#heard || this.#controller?.paused === true) this.#watchSilence()
    else this.#stop(failure('timeout', `the platform was silent for ${idleMs} ms in the middle of its answer`))
  }

  #stop(why: Failure): void {
    if (this.#done) return
    this.#broken = why
    const controller = this.#controller
    if (controller !== undefined && !controller.aborted) controller.abort(new Error(why.message))
    this.#finish(why)
  }

  #finish(broken: Failure | undefined): void {
    if (this.#done) return
    this.#done = true
    this.#broken = broken
    clearTimeout(this.#timer)
    this.#signal.removeEventListener('abort', this.#onAbort)
    if (!this.#answered)
      this.#resolve({ ok: false, failure: broken ?? failure('cut', 'the platform closed the connection') })
    const reader = this.#reader
    this.#reader = undefined
    if (broken === undefined) reader?.give({ done: true, value: undefined })
    else reader?.fail(new BodyBroken(broken))
  }
}

function late(totalMs: number): Failure {
  return failure('timeout', `the platform did not finish within ${totalMs} ms`)
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  const out: Record<string, string | undefined> = {}
  for (const name in headers) {
    const value = headers[name]
    out[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return out
}

/** What a network error means. A connection that never stood cannot have cost anything. */
function networkFailure(error: Error, answered: boolean): Failure {
  if (error instanceof errors.ConnectTimeoutError) {
    return failure('timeout', 'the platform did not accept the connection in time', { mayHaveCost: false })
  }
  const given = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  // The HTTP client's own words mean nothing to a caller; the system's (ECONNREFUSED, ...) do.
  const code = given.startsWith('UND_ERR') ? 'the connection was closed' : given
  if (answered) return failure('cut', `the platform broke off in the middle of its answer (${code})`)
  const refused = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EHOSTUNREACH'
  return failure('upstream', `the platform cannot be reached (${code})`, { mayHaveCost: !refused })
}
