import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as the upstream saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly json: any
}

export interface Upstream {
  readonly url: string
  readonly seen: Seen[]
  /** What the next requests are answered with. */
  answer: (seen: Seen, response: ServerResponse, request: IncomingMessage) => void | Promise<void>
  close(): Promise<void>
}

/** A platform made of a plain HTTP server and a function: nothing of the product's own code stands in it. */
export async function startUpstream(answer: Upstream['answer'] = () => undefined): Promise<Upstream> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const seen: Seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        text,
        json: text.startsWith('{') ? JSON.parse(text) : undefined,
      }
      upstream.seen.push(seen)
      Promise.resolve(upstream.answer(seen, response, request)).catch(() => response.destroy())
    })
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    answer,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
  return upstream
}

/** Answers with a JSON body. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(text)
}

/** Answers with a stream, one write a piece, letting the network take each piece before the next. */
export async function sendStream(
  response: ServerResponse,
  pieces: readonly Uint8Array[],
  end: 'close' | 'cut' = 'close',
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const piece of pieces) {
    if (response.destroyed) return
    await new Promise<void>((done) => {
      response.write(piece, () => done())
    })
  }
  if (end === 'close') response.end()
  else {
    await new Promise((done) => {
      setTimeout(done, 20)
    })
    response.destroy()
  }
}

/** Objects as an OpenAI-like stream's bytes. */
export function openaiStream(chunks: readonly unknown[], end: string = 'data: [DONE]\n\n'): Buffer {
  return Buffer.from(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('') + end)
}

/** Objects as an Anthropic stream's bytes. */
export function anthropicStream(events: readonly { type: string }[]): Buffer {
  return Buffer.from(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
}
