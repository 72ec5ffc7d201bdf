/**
 * The yardstick: the least that a proxy on Node can do. node:http in front, undici's dispatch handlers behind, bytes
 * handed on as they come; no JSON is read. Usage: node bare-proxy.ts LISTEN_PORT UPSTREAM_PORT
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'

const [, , port = '', upstreamPort = ''] = process.argv
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: null, pipelining: 1 })
const HOP_BY_HOP = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
  'upgrade',
])

function endToEnd(headers: IncomingHttpHeaders, drop: ReadonlySet<string>): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {}
  for (const name in headers) if (!drop.has(name)) kept[name] = headers[name]
  return kept
}

const OWN_ANSWER_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding'])

class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse
  #status = 502
  #headers: IncomingHttpHeaders = {}
  #streamed = false
  #whole: Buffer | undefined

  constructor(response: ServerResponse) {
    this.#response = response
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) controller.abort(new Error('the caller hung up'))
    })
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = endToEnd(headers, OWN_ANSWER_HEADERS)
    this.#streamed = headers['content-type']?.startsWith('text/event-stream') === true
    if (this.#streamed) this.#response.writeHead(status, this.#headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#streamed) {
      this.#whole = this.#whole === undefined ? chunk : Buffer.concat([this.#whole, chunk])
    } else if (!this.#response.write(chunk)) {
      controller.pause()
      this.#response.once('drain', () => controller.resume())
    }
  }

  onResponseEnd(): void {
    if (!this.#streamed) this.#response.writeHead(this.#status, this.#headers)
    this.#response.end(this.#whole)
  }

  onResponseError(): void {
    if (!this.#response.headersSent) this.#response.writeHead(502)
    this.#response.end()
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const [only] = chunks
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
    const method: Dispatcher.HttpMethod = request.method === 'GET' ? 'GET' : 'POST'
    const headers = endToEnd(request.headers, HOP_BY_HOP)
    pool.dispatch(
      { method, path: request.url ?? '/', headers, ...(method === 'GET' ? {} : { body }) },
      new Relay(response),
    )
  })
})
server.listen(Number(port), '127.0.0.1', 4_096)
