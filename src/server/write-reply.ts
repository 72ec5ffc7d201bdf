import type { ServerResponse } from 'node:http'
import { framerOf } from '#engine/framing/framing.ts'
import type { Reply } from '#engine/reply.ts'
import type { AtTurnEnd } from '#server/turn.ts'

/** How replies are written: when, and how patiently. Times in milliseconds. */
export interface Writing {
  readonly atTurnEnd: AtTurnEnd
  /** Silence after which a comment keeps a stream alive; 0 = never. */
  readonly keepAliveMs: number
  /** A caller that takes nothing for so long is hung up on. */
  readonly stalledCallerMs: number
}

/** Sends a reply; resolves when it is on its way to the socket or the caller is gone. Never throws for what a caller does. */
export async function writeReply(response: ServerResponse, reply: Reply, writing: Writing): Promise<void> {
  if (response.destroyed) {
    if (reply.kind === 'stream') await forget(reply.frames)
    return
  }
  if (reply.kind === 'stream') await writeStream(response, reply, writing)
  else writing.atTurnEnd(() => writeWhole(response, reply, writing.stalledCallerMs))
}

function writeWhole(response: ServerResponse, reply: Extract<Reply, { kind: 'whole' }>, stalledMs: number): void {
  const length = typeof reply.body === 'string' ? Buffer.byteLength(reply.body) : reply.body.length
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(length) })
  response.end(reply.body)
  if (!response.writableFinished && length > response.writableHighWaterMark) hangUpWhenStalled(response, stalledMs)
}

/** A stream that nobody will read still has to be closed, so that its upstream is aborted and its books are written. */
async function forget(frames: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of frames) break
}

async function writeStream(
  response: ServerResponse,
  reply: Extract<Reply, { kind: 'stream' }>,
  { atTurnEnd, keepAliveMs, stalledCallerMs }: Writing,
): Promise<void> {
  atTurnEnd(() => {
    response.writeHead(reply.status, reply.headers)
    response.flushHeaders()
  })
  // Pushing a timer on with every event costs more than looking now and then whether anything was written.
  let wrote = true
  const writer = framerOf(reply.framing).writer()
  const tick = (): void => {
    if (!wrote) writeChunk(response, writer.idle)
    wrote = false
  }
  const alive = keepAliveMs > 0 ? setInterval(tick, keepAliveMs) : undefined
  try {
    for await (const frames of reply.frames) {
      if (response.destroyed) break
      wrote = true
      atTurnEnd(() => writeChunk(response, writer.bytes(frames)))
      if (response.socket?.writableNeedDrain === true && !(await drained(response, stalledCallerMs))) break
    }
    atTurnEnd(() => {
      writeChunk(response, writer.end())
      response.end()
    })
  } catch (error) {
    response.destroy()
    throw error
  } finally {
    clearInterval(alive)
  }
}

/**
 * One chunk of a chunked body, as one write: Node makes four pieces of it (size, line end, bytes, line end), which
 * costs a third more of the whole relay of an event. The headers and the end stay Node's, and so does everything
 * where the body is not chunked (HTTP/1.0) or the socket is not this response's yet (pipelining).
 */
function writeChunk(response: ServerResponse, bytes: Uint8Array | string): void {
  const { socket } = response
  if (response.destroyed) return
  if (socket === null || !response.headersSent || !response.chunkedEncoding) {
    response.write(bytes)
    return
  }
  const size = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
  if (size === 0) return
  const head = `${size.toString(16)}\r\n`
  const chunk = Buffer.allocUnsafe(head.length + size + 2)
  chunk.write(head, 0, 'latin1')
  if (typeof bytes === 'string') chunk.write(bytes, head.length, 'utf8')
  else chunk.set(bytes, head.length)
  chunk.write('\r\n', head.length + size, 'latin1')
  socket.write(chunk)
}

/** Waits until the caller has taken what is buffered; false when it took nothing in time or left. Until then nothing is read from the platform. */
function drained(response: ServerResponse, stalledMs: number): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false)
  const { socket } = response
  return new Promise((resolve) => {
    const finish = (ok: boolean): void => {
      clearTimeout(timer)
      socket?.off('drain', onDrain)
      response.off('close', onClose)
      if (!ok) response.destroy()
      resolve(ok)
    }
    const onDrain = (): void => finish(true)
    const onClose = (): void => finish(false)
    const timer = setTimeout(onClose, stalledMs)
    socket?.on('drain', onDrain)
    response.on('close', onClose)
  })
}

function hangUpWhenStalled(response: ServerResponse, stalledMs: number): void {
  const { socket } = response
  if (socket === null) return
  const hangUp = (): void => {
    response.destroy()
  }
  socket.setTimeout(stalledMs, hangUp)
  response.once('finish', () => {
    socket.setTimeout(0)
    socket.off('timeout', hangUp)
  })
}
