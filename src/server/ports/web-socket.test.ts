import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { BodyBroken, type OutboundRequest } from '#engine/ports.ts'
import { webSocketFetch } from '#server/ports/web-socket.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A platform on a socket: what it does with a connection, or the status with which it refuses the handshake. */
async function platform(play: ((socket: WebSocket, first: string) => void) | number): Promise<string> {
  const server = createServer()
  open.push(server)
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (typeof play === 'number') {
      const body = '{"message":"HMAC signature does not match"}'
      socket.end(
        `HTTP/1.1 ${play} Refused\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
      return
    }
    sockets.handleUpgrade(request, socket, head, (peer) => {
      peer.once('message', (data: Buffer) => play(peer, data.toString('utf8')))
    })
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  return `ws://127.0.0.1:${port}/v1`
}

function request(url: string, timeouts: Partial<OutboundRequest['timeouts']> = {}): OutboundRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: '{"ask":1}',
    timeouts: { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000, totalMs: 5_000, ...timeouts },
  }
}

async function read(body: AsyncIterable<Uint8Array>): Promise<string[]> {
  const texts: string[] = []
  for await (const chunk of body) texts.push(Buffer.from(chunk).toString('utf8'))
  return texts
}

const never = new AbortController().signal

test('the body is the first message, and each message of the answer is a chunk of its own', async () => {
  const url = await platform((socket, first) => {
    socket.send(`got ${first}`)
    socket.send('你好')
    socket.close()
  })
  const answer = await webSocketFetch(request(url), never)
  if (!answer.ok) throw new Error(answer.failure.message)
  expect([answer.status, await read(answer.body)]).toEqual([200, ['got {"ask":1}', '你好']])
})

test('a refused handshake is an answer with its status and body', async () => {
  const answer = await webSocketFetch(request(await platform(401)), never)
  if (!answer.ok) throw new Error(answer.failure.message)
  expect([answer.status, await read(answer.body)]).toEqual([401, ['{"message":"HMAC signature does not match"}']])
})

test('a platform that cannot be reached is a failure that cost nothing', async () => {
  const answer = await webSocketFetch(request('ws://127.0.0.1:1/v1'), never)
  expect(answer).toMatchObject({ ok: false, failure: { kind: 'upstream', mayHaveCost: false } })
})

test('silence in the middle breaks the body off with a timeout', async () => {
  const url = await platform((socket) => socket.send('one'))
  const answer = await webSocketFetch(request(url, { idleMs: 50 }), never)
  if (!answer.ok) throw new Error(answer.failure.message)
  const error: unknown = await read(answer.body).catch((caught: unknown) => caught)
  expect(error instanceof BodyBroken ? error.failure.kind : error).toBe('timeout')
})

test('a caller that hangs up closes the socket', async () => {
  const closed = Promise.withResolvers<void>()
  const url = await platform((socket) => {
    socket.on('close', () => closed.resolve())
    socket.send('one')
  })
  const hangUp = new AbortController()
  const answer = await webSocketFetch(request(url), hangUp.signal)
  hangUp.abort()
  await closed.promise
  expect(answer.ok).toBe(true)
})
