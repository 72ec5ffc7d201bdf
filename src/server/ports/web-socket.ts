import type { IncomingMessage } from 'node:http'
import { type RawData, WebSocket } from 'ws'
import { WEBSOCKET_MESSAGES } from '#engine/framing/framing.ts'
import { BodyBroken, type Fetch, type InboundAnswer, type NoAnswer, type OutboundRequest } from '#engine/ports.ts'
import { type Failure, failure } from '#wire/failure.ts'

/**
 * A call over a WebSocket: the body leaves as the first message, each message that comes is one chunk of the answer's
 * body, and the platform's close is its end. A handshake that is refused is an answer with its status.
 */
export const webSocketFetch: Fetch = (request, signal) => {
  if (signal.aborted) return Promise.resolve({ ok: false, failure: hungUp() })
  return new Promise((resolve) => {
    call(request, signal, resolve)
  })
}

/** What has come and was not yet read, and how it ended. */
interface Inbox {
  readonly messages: Uint8Array[]
  ended: boolean
  broken: Failure | undefined
  wake: (() => void) | undefined
}

const MESSAGE_BYTES = 16 * 1024 * 1024
const REFUSAL_BYTES = 64 * 1024

function call(
  request: OutboundRequest,
  signal: AbortSignal,
  resolve: (answer: InboundAnswer | NoAnswer) => void,
): void {
  const { connectMs, firstByteMs, idleMs, totalMs } = request.timeouts
  const { 'content-type': _type, accept: _accept, ...headers } = request.headers
  const socket = new WebSocket(request.url, { headers, handshakeTimeout: connectMs, maxPayload: MESSAGE_BYTES })
  const inbox: Inbox = { messages: [], ended: false, broken: undefined, wake: undefined }
  const end = (broken: Failure | undefined): void => {
    if (inbox.ended) return
    inbox.ended = true
    inbox.broken = broken
    clearTimeout(silence)
    clearTimeout(total)
    signal.removeEventListener('abort', onAbort)
    socket.terminate()
    if (broken !== undefined) resolve({ ok: false, failure: broken })
    inbox.wake?.()
  }
  const onAbort = (): void => end(hungUp())
  let silence = setTimeout(
    () => end(failure('timeout', `the platform sent no answer within ${firstByteMs} ms`)),
    connectMs + firstByteMs,
  )
  const total = setTimeout(() => end(failure('timeout', `the platform did not finish within ${totalMs} ms`)), totalMs)
  signal.addEventListener('abort', onAbort, { once: true })
  socket.on('open', () => {
    socket.send(request.body)
  })
  socket.on('unexpected-response', (_request, response) => {
    resolve(refusedHandshake(response, () => end(undefined)))
  })
  socket.on('message', (data: RawData) => {
    clearTimeout(silence)
    silence = setTimeout(
      () => end(failure('timeout', `the platform was silent for ${idleMs} ms in the middle of its answer`)),
      idleMs,
    )
    inbox.messages.push(bytesOf(data))
    inbox.wake?.()
    resolve(answerOf(inbox, () => end(undefined)))
  })
  socket.on('error', (error: NodeJS.ErrnoException) => end(unreachable(error)))
  socket.on('close', () => {
    resolve(answerOf(inbox, () => undefined))
    end(undefined)
  })
}

function answerOf(inbox: Inbox, close: () => void): InboundAnswer {
  return { ok: true, status: 200, headers: { 'content-type': WEBSOCKET_MESSAGES }, body: read(inbox, close) }
}

async function* read(inbox: Inbox, close: () => void): AsyncGenerator<Uint8Array> {
  try {
    while (true) {
      const message = inbox.messages.shift()
      if (message !== undefined) {
        yield message
        continue
      }
      if (inbox.broken !== undefined) throw new BodyBroken(inbox.broken)
      if (inbox.ended) return
      await new Promise<void>((wake) => {
        inbox.wake = wake
      })
      inbox.wake = undefined
    }
  } finally {
    close()
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

/** The platform said no before it became a socket: bad signature, bad clock. */
function refusedHandshake(response: IncomingMessage, close: () => void): InboundAnswer {
  const { 'content-type': type } = response.headers
  const headers = type === undefined ? {} : { 'content-type': type }
  return { ok: true, status: response.statusCode ?? 502, headers, body: bounded(response, close) }
}

async function* bounded(response: IncomingMessage, close: () => void): AsyncGenerator<Uint8Array> {
  let size = 0
  try {
    for await (const chunk of response) {
      const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      size += bytes.length
      yield bytes
      if (size > REFUSAL_BYTES) return
    }
  } finally {
    close()
  }
}

function hungUp(): Failure {
  return failure('cut', 'the caller hung up', { retryable: false, blame: 'caller' })
}

function unreachable(error: NodeJS.ErrnoException): Failure {
  return failure('upstream', `the platform cannot be reached (${error.code ?? error.message})`, { mayHaveCost: false })
}
