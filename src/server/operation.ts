import type { IncomingMessage } from 'node:http'
import { nearest } from '#catalog/index.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import type { Reply } from '#engine/reply.ts'
import type { Trace } from '#engine/trace.ts'
import type { Gateway } from '#server/http.ts'
import { list, listingAt } from '#server/models.ts'
import { labelled, mergedMetrics } from '#server/ports/merged-metrics.ts'
import { answerResponse, responsePath } from '#server/responses.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** One call that is not for a model. */
export interface Operation {
  readonly request: IncomingMessage
  readonly path: string
  readonly query: string
  readonly key: string | undefined
}

type Result = Reply | { readonly kind: 'refused'; readonly failure: Failure }

const PATHS = [
  '/livez',
  '/readyz',
  '/health',
  '/metrics',
  '/v1/models',
  '/v1/requests/{id}',
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1beta/models',
  '/v1beta/models/{model}:generateContent',
  '/model/{model}/converse',
  '/api/keys',
  '/api/usage',
]

/** Answers health, metrics, models, traces and the admin API; 404 with the nearest paths for the rest. */
export async function operate(gateway: Gateway, operation: Operation): Promise<Result> {
  const { path } = operation
  switch (path) {
    case '/':
      return json(200, { name: 'tongwen', paths: PATHS })
    case '/livez':
      return json(200, { status: 'ok' })
    case '/readyz':
      return gateway.draining ? json(503, { status: 'draining' }) : json(200, { status: 'ok' })
    case '/health':
      return json(200, health(gateway))
    case '/metrics':
      return text(await allMetrics(gateway))
  }
  const listing = listingAt(path, operation.request.headers)
  if (listing !== undefined) return admitted(gateway, operation, (caller) => list(gateway.engine, caller, listing))
  if (path.startsWith('/v1/requests/')) {
    return admitted(gateway, operation, (caller) => requestTrace(gateway, caller, path.slice('/v1/requests/'.length)))
  }
  const response = responsePath(path)
  if (response !== undefined) {
    const { request, query } = operation
    const asked = { ...response, query, method: request.method ?? 'GET' }
    return admitted(gateway, operation, (caller) => answerResponse(gateway.engine, caller, asked))
  }
  if (path.startsWith('/api/')) {
    return admitted(gateway, operation, (caller) => gateway.admin.answer(caller, operation))
  }
  return { kind: 'refused', failure: notServed(operation) }
}

function notServed({ request, path }: Operation): Failure {
  const near = nearest(path, PATHS, 3)
  const method = request.method ?? 'GET'
  if (near[0] === path)
    return failure('not-found', `${method} is not served at ${path}: use POST`, { code: 'method_not_allowed' })
  const hint = near.length > 0 ? `; the nearest are ${near.join(', ')}` : ''
  return failure('not-found', `nothing is served at ${path}${hint}`, { code: 'path_not_found' })
}

async function admitted(
  gateway: Gateway,
  { key }: Operation,
  then: (caller: Caller) => Result | Promise<Result>,
): Promise<Result> {
  const result = gateway.engine.snapshot().keyring.admit(key)
  return result.ok ? then(result.caller) : { kind: 'refused', failure: result.failure }
}

function health(gateway: Gateway): unknown {
  const { keys, snapshot } = gateway.engine
  const { config, registry } = snapshot()
  return {
    status: gateway.draining ? 'draining' : 'ok',
    openRequests: gateway.open,
    configuration: config.file ?? 'embedded defaults',
    providers: config.providers.map((provider) => {
      const { id, platform, apiKeys, credentials } = provider
      const count = apiKeys.length + (credentials === undefined ? 0 : 1)
      return { id, platform, credentials: count, keys: keys.standings(provider) }
    }),
    routes: config.routes.map(({ name, targets }) => ({ name, targets: targets.map(({ target }) => target) })),
    names: registry.names().length,
  }
}

/** The trace of one's own request; an admin sees everyone's. Others' look as if they did not exist. */
async function requestTrace(gateway: Gateway, caller: Caller, id: string): Promise<Result> {
  const { engine } = gateway
  const trace = engine.refused.find(id) ?? (await engine.ports.ledger.trace(id)) ?? (await peersTrace(gateway, id))
  if (trace === undefined || (trace.keyId !== caller.id && caller.role !== 'admin')) {
    return {
      kind: 'refused',
      failure: failure('not-found', `no request of this key is called "${id.slice(0, 80)}"`, {
        code: 'request_not_found',
      }),
    }
  }
  return json(200, trace)
}

/** A request that was refused by another process of this gateway left its trace there. */
async function peersTrace({ peers }: Gateway, id: string): Promise<Trace | undefined> {
  const [found] = await peers.ask({ kind: 'trace', id })
  return found === undefined ? undefined : JSON.parse(found)
}

/** The figures of every process of this gateway; where there are several, each has the label `worker`. */
async function allMetrics({ metrics, peers }: Gateway): Promise<string> {
  const own = await metrics.text()
  if (peers.worker === undefined) return own
  const others = await peers.ask({ kind: 'metrics' })
  return mergedMetrics([labelled(own, peers.worker), ...others])
}

/** What this process tells the others of its gateway. */
export function answerPeers({ metrics, peers, engine }: Gateway): void {
  peers.answering(async (question) => {
    if (question.kind === 'metrics') return labelled(await metrics.text(), peers.worker ?? '')
    const trace = engine.refused.find(question.id)
    return trace === undefined ? undefined : JSON.stringify(trace)
  })
}

export function json(status: number, body: unknown): Reply {
  return { kind: 'whole', status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function text(body: string): Reply {
  return { kind: 'whole', status: 200, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }, body }
}
