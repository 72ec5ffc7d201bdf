import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { adminPath, answerAdmin } from '#simulator/admin.ts'
import type { Answered, SimulatedRequest } from '#simulator/answered.ts'
import { ConnectionCut } from '#simulator/play.ts'
import { createSimulator, type Simulator, type SimulatorOptions } from '#simulator/simulator.ts'

export interface SimulatorServerOptions extends SimulatorOptions {
  /** Default 127.0.0.1: the simulator has no keys of its own to guard it. */
  readonly host?: string
  /** 0 or absent = any free one. */
  readonly port?: number
}

/** A request as it came, and how it was answered. */
export interface Seen extends SimulatedRequest {
  /** Unix milliseconds. */
  readonly at: number
  /** The status; `dropped` = no answer; absent while none has begun. */
  answered?: number | 'dropped'
  /** How the answer's body ended; absent while it goes on. `gone` = the caller left. */
  ended?: 'whole' | 'cut' | 'gone'
}

export interface SimulatorServer {
  /** `http://127.0.0.1:4100`, without a path. */
  readonly url: string
  readonly simulator: Simulator
  /** The last 1000 requests, oldest first, admin calls left out. */
  readonly seen: readonly Seen[]
  /** Ends every connection. */
  close(): Promise<void>
}

const SEEN_LIMIT = 1_000
const BODY_LIMIT = 256 * 1024 * 1024

/** Plays a platform on a port. */
export function startSimulator(options: SimulatorServerOptions): Promise<SimulatorServer> {
  const { host = '127.0.0.1', port = 0 } = options
  const simulator = createSimulator(options)
  const seen: Seen[] = []
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer((request, response) => {
    serve({ simulator, seen, request, response }).catch((error: unknown) => {
      response.destroy()
      // A caller who leaves while he speaks is no bug of ours.
      if (!request.destroyed || request.complete) process.emitWarning(String(error), 'SimulatorWarning')
    })
  })
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (peer) => {
      peer.once('message', (data: Buffer) => {
        const call = callOf(request, data.toString('utf8'))
        talk({ simulator, seen, call, peer }).catch(() => peer.terminate())
      })
    })
  })
  // Answers may stall for as long as a test wants.
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve({ url: urlOf(server, host), simulator, seen, close: () => closed(server) })
    })
  })
}

function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

interface Exchange {
  readonly simulator: Simulator
  readonly seen: Seen[]
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function serve({ simulator, seen, request, response }: Exchange): Promise<void> {
  const body = await readBody(request)
  if (body === undefined) {
    response.writeHead(413, { 'content-type': 'application/json' }).end('{"error":{"message":"the body is too large"}}')
    return
  }
  const call = callOf(request, body)
  if (adminPath(call.path) !== undefined) {
    const { status, text } = answerAdmin(call, simulator, seen)
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
    return
  }
  const entry: Seen = { ...call, at: Date.now() }
  seen.push(entry)
  if (seen.length > SEEN_LIMIT) seen.shift()
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const answer = await simulator.answer(call, gone.signal)
  if (gone.signal.aborted) {
    entry.ended = 'gone'
    return
  }
  entry.answered = answer.kind === 'dropped' ? 'dropped' : answer.status
  if (answer.kind === 'dropped') {
    request.socket.destroy()
    return
  }
  entry.ended = await send(answer, response, gone.signal)
}

interface Talk {
  readonly simulator: Simulator
  readonly seen: Seen[]
  readonly call: SimulatedRequest
  readonly peer: WebSocket
}

/** The same over a WebSocket: the caller's first message is the body, each line of the answer is a message. */
async function talk({ simulator, seen, call, peer }: Talk): Promise<void> {
  const entry: Seen = { ...call, method: 'POST', at: Date.now() }
  seen.push(entry)
  const gone = new AbortController()
  peer.once('close', () => gone.abort())
  const answer = await simulator.answer({ ...call, method: 'POST' }, gone.signal)
  entry.answered = answer.kind === 'dropped' ? 'dropped' : answer.status
  if (answer.kind === 'dropped') {
    peer.terminate()
    return
  }
  try {
    for await (const chunk of answer.body) {
      for (const line of Buffer.from(chunk).toString('utf8').split('\n')) if (line !== '') peer.send(line)
    }
  } catch (error) {
    if (!(error instanceof ConnectionCut)) throw error
    entry.ended = 'cut'
    peer.terminate()
    return
  }
  entry.ended = gone.signal.aborted ? 'gone' : 'whole'
  peer.close()
}

function callOf(request: IncomingMessage, body: string): SimulatedRequest {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return { method: request.method ?? 'GET', path: request.url ?? '/', headers, body }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > BODY_LIMIT) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Writes an answer as fast as the reader takes it. Each chunk is one write. */
async function send(
  answer: Answered,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<'whole' | 'cut' | 'gone'> {
  response.socket?.setNoDelay(true)
  response.writeHead(answer.status, answer.headers)
  response.flushHeaders()
  try {
    for await (const chunk of answer.body) {
      if (signal.aborted) return 'gone'
      if (!response.write(chunk)) await drained(response)
    }
  } catch (error) {
    if (!(error instanceof ConnectionCut)) throw error
    await flushed(response)
    response.socket?.destroy()
    return 'cut'
  }
  if (signal.aborted) return 'gone'
  response.end()
  return 'whole'
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
}

/** What was written has gone to the system, so that a cut comes after it and not instead of it. */
function flushed(response: ServerResponse): Promise<void> {
  const { socket } = response
  return new Promise((resolve) => {
    if (socket === null || socket.destroyed) return resolve()
    socket.once('close', resolve)
    // The response hands its last chunk to the socket on the next turn; an empty write then waits behind it.
    setImmediate(() => socket.write('', () => resolve()))
  })
}
