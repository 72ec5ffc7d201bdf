import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { handle } from '#engine/flow.ts'
import { refusal, type Reply } from '#engine/reply.ts'
import type { Call, Engine } from '#engine/run.ts'
import { newTrace } from '#engine/trace.ts'
import type { Admin } from '#server/admin.ts'
import { dialectOfCaller, type Door, doorAt } from '#server/doors.ts'
import { operate } from '#server/operation.ts'
import type { PrometheusMetrics } from '#server/ports/metrics.ts'
import { headerText, keyOf, picked, readBytes, tagsOf } from '#server/read-call.ts'
import type { Peers } from '#server/peers.ts'
import type { AtTurnEnd } from '#server/turn.ts'
import { writeReply } from '#server/write-reply.ts'
import type { Store } from '#store/index.ts'
import type { Dialect } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** All that the HTTP side needs; made by the composition root. */
export interface Gateway {
  readonly engine: Engine
  readonly store: Store
  readonly metrics: PrometheusMetrics
  readonly admin: Admin
  readonly atTurnEnd: AtTurnEnd
  readonly peers: Peers
  /** True from SIGTERM on: no new requests are taken. */
  draining: boolean
  /**
   * Requests under way, so that draining knows when to stop. A number and not a set of them: a set's discarded tables
   * kept finished requests alive from one young collection to the next, which tripled the cost of collecting.
   */
  open: number
}

/** The gateway on a socket. Slow headers are cut off by Node; everything else by us, in the caller's dialect. */
export function httpServer(gateway: Gateway): Server {
  const { limits } = gateway.engine.snapshot().config.server
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: 0,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 32 * 1024,
      noDelay: true,
    },
    (request, response) => {
      serve(gateway, request, response).catch((error: unknown) => {
        gateway.engine.ports.log.error({ reason: String(error) }, 'a request failed by a bug of ours')
        response.destroy()
      })
    },
  )
  server.on('clientError', refuseRaw)
  return server
}

/** What Node could not parse has no dialect yet: OpenAI's form, and the connection ends. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return
  const slow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const large = error.code === 'HPE_HEADER_OVERFLOW'
  const [status, message] = slow
    ? ['408 Request Timeout', 'the headers did not arrive in time']
    : large
      ? ['431 Request Header Fields Too Large', 'the headers are too large']
      : ['400 Bad Request', 'this is not HTTP as we understand it']
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } })
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

async function serve(gateway: Gateway, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '/' } = request
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = mark < 0 ? '' : url.slice(mark + 1)
  const door = request.method === 'POST' ? doorAt(path, query) : undefined
  if (door === undefined) {
    await serveOther(gateway, { request, response, path, query })
    return
  }
  // A response closes when its last byte was handed over or its caller is gone; the books may take a moment longer.
  const closed = new Promise((done) => {
    response.once('close', done)
  })
  gateway.open++
  try {
    await serveDoor(gateway, door, { request, response, query })
    await closed
  } finally {
    gateway.open--
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: string
}

async function serveDoor(gateway: Gateway, door: Door, exchange: Exchange): Promise<void> {
  const { engine } = gateway
  const { request, response, query } = exchange
  const { server } = engine.snapshot().config
  const requestId = `req_${engine.ports.random.id()}`
  const hangUp = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) hangUp.abort()
  })
  const body = await readBytes(request, server.limits.bodyBytes, server.limits.bodyMs)
  const refused = gateway.draining
    ? failure('draining', 'this gateway is shutting down')
    : body.ok
      ? undefined
      : body.failure
  const reply =
    refused === undefined && body.ok
      ? await handle(engine, callOf(door, request, { requestId, query, body: body.bytes, signal: hangUp.signal }))
      : refuseEarly(engine, refused ?? failure('internal', 'unreachable'), { dialect: door.dialect, requestId })
  if (refused !== undefined) response.setHeader('connection', 'close')
  await writeReply(response, reply, {
    atTurnEnd: gateway.atTurnEnd,
    keepAliveMs: server.keepAliveMs,
    stalledCallerMs: server.limits.stalledCallerMs,
  })
}

function callOf(
  door: Door,
  request: IncomingMessage,
  more: { requestId: string; query: string; body: Buffer; signal: AbortSignal },
): Call {
  const { headers } = request
  const { query, ...rest } = more
  return {
    ...rest,
    dialect: door.dialect,
    operation: door.operation,
    ...(door.outside === undefined ? {} : { outside: door.outside }),
    framing: door.framing ?? door.dialect.framing,
    ...(door.service === undefined ? {} : { service: door.service }),
    ...(door.counts === undefined ? {} : { counts: door.counts }),
    key: keyOf(headers, query),
    tags: tagsOf(headers['x-tongwen-tags']),
    session: headerText(headers['x-tongwen-session']),
    strict: headers['x-tongwen-strict'] === 'true',
    ...refuseOf(headers['x-tongwen-refuse']),
    forward: { always: picked(headers, TRACE_HEADERS), dialect: picked(headers, door.headers) },
  }
}

/** Unbounded: cut off, a switch would be off. The server bounds all headers together. */
function refuseOf(header: string | string[] | undefined): Pick<Call, 'refuse'> {
  return typeof header === 'string' && header !== '' ? { refuse: header } : {}
}

/** W3C trace context: it belongs to the caller's own tracing, whoever answers. */
const TRACE_HEADERS = ['traceparent', 'tracestate'] as const

/** A refusal before anything is known of the request but its door. */
function refuseEarly(engine: Engine, why: Failure, asked: { dialect: Dialect; requestId: string }): Reply {
  const { dialect, requestId } = asked
  const trace = newTrace({
    id: requestId,
    at: engine.ports.clock.now(),
    dialect: dialect.id,
    operation: 'none',
    tags: {},
  })
  return refusal(why, { dialect, trace })
}

/** Everything that is not a model call: operation, models, traces, the admin API, and clear words for what is not there. */
async function serveOther(gateway: Gateway, exchange: Exchange & { readonly path: string }): Promise<void> {
  const { request, response, path, query } = exchange
  const { engine } = gateway
  const dialect = dialectOfCaller(path, request.headers)
  const requestId = `req_${engine.ports.random.id()}`
  const result = await operate(gateway, { request, path, query, key: keyOf(request.headers, query) })
  request.resume()
  const reply: Reply =
    'kind' in result && result.kind === 'refused' ? refuseEarly(engine, result.failure, { dialect, requestId }) : result
  await writeReply(response, reply, {
    atTurnEnd: gateway.atTurnEnd,
    keepAliveMs: 0,
    stalledCallerMs: engine.snapshot().config.server.limits.stalledCallerMs,
  })
}
