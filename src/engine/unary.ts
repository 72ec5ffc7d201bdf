import { commonSpace, searchesOf, spacesPromised, vectorSpaceOf } from '#catalog/index.ts'
import { mayUse } from '#engine/admit/permission.ts'
import { begin } from '#engine/begin.ts'
import { type Booked, type BoundContext, record, writeIntent } from '#engine/books.ts'
import { bytesOfTexts, tokensOfTexts } from '#engine/meter/estimate.ts'
import type { Bill } from '#engine/meter/meter.ts'
import { readJsonBody } from '#engine/read-body.ts'
import { outcomeOf, refuse } from '#engine/refuse.ts'
import { type Refusing, refusingOf } from '#engine/refusing.ts'
import { type Reply, traceHeaders } from '#engine/reply.ts'
import { reserve } from '#engine/reserve.ts'
import { plan } from '#engine/route/plan.ts'
import type { Found } from '#engine/route/registry.ts'
import type { Call, Engine, Reservation, Snapshot } from '#engine/run.ts'
import { type CallsResult, sendCalls, type Spent } from '#engine/send/calls.ts'
import type { Planned, Target } from '#engine/target.ts'
import { billOfCalls } from '#engine/unary-bill.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { Job, ReadJob, Service, ServiceOperation } from '#wire/service.ts'

/** A request whose answer is one value, under way. */
interface Unary extends Booked {
  readonly snapshot: Snapshot
  readonly operation: ServiceOperation
  readonly job: Job
}

/**
 * One request of embeddings, rerank or moderations from top to bottom: the same walk as a chat's, but its inputs may go
 * out in several calls, and its answer is one value. Never throws for what a caller or a platform does.
 */
export async function handleUnary(engine: Engine, call: Call, service: Service): Promise<Reply> {
  const begun = begin(engine, call)
  if (!begun.ok) return begun.reply
  const { snapshot, caller, trace } = begun

  const read = readJob(call, service, snapshot.config.server.limits.jsonDepth)
  if (!read.ok) return refuse({ engine, call, trace }, read.failure)
  const { job } = read
  trace.model = job.model
  trace.warnings.push(...job.warnings)
  const run: Unary = { engine, call, caller, trace, snapshot, operation: service.operation, job }

  const planned = planUnary(run)
  if (!planned.ok) return refuse(run, planned.failure)

  const bound = boundOfJob(run)
  const texts = (): readonly string[] => job.texts({ from: 0, to: job.size })
  const reserved = await reserve(run, planned.targets, { tokens: () => tokensOfTexts(texts()), bound: () => bound })
  if (!reserved.ok) return refuse(run, reserved.failure, reserved.headers)
  const { reservation } = reserved

  const result = await sendCalls(job, planned.targets, {
    ports: engine.ports,
    tokens: engine.tokens,
    keys: engine.keys,
    operation: run.operation,
    dialects: (target) => dialectOf(run, target),
    trace,
    signal: call.signal,
    refusing: planned.refusing,
    forward: call.forward,
    limits: snapshot.config.server.limits,
    tokensOf: tokensOfTexts,
    beforeFirstByte: (target) => writeIntent(run, reservation, { target, context: bound }),
  })
  return result.ok
    ? reply(run, reservation, { ...result, space: planned.space })
    : refuseTried(run, reservation, result)
}

function readJob(call: Call, service: Service, maxDepth: number): ReadJob {
  const body = readJsonBody(call.body, maxDepth)
  if (!body.ok) return body
  const { outside } = call
  return service.read(outside === undefined ? body.source : { ...body.source, outside })
}

type Plan =
  | {
      readonly ok: true
      readonly targets: readonly Planned[]
      readonly space: string | undefined
      readonly refusing: Refusing
    }
  | { readonly ok: false; readonly failure: Failure }

/** The targets that do such work, in their order. Vectors come from one space only, or not at all. */
function planUnary(run: Unary): Plan {
  const { job, caller, engine, call, operation } = run
  const found = run.snapshot.registry.find(job.model)
  if (!found.ok) return found
  const forbidden = mayUse(caller, job.model)
  if (forbidden !== undefined) return { ok: false, failure: forbidden }
  const read = refusingOf(call, run.snapshot.config, found.route)
  if (!read.ok) return read
  const able = found.targets.filter(({ resolved }) => resolved.services[operation].ok)
  if (able.length === 0) return { ok: false, failure: unable(run, found) }
  const space = operation === 'embeddings' ? spaceOf(run, found, able) : undefined
  if (space?.ok === false) return { ok: false, failure: space.failure }
  const targets = plan(
    { ...found, targets: able },
    {
      now: engine.ports.clock.now(),
      inputTokens: found.strategy === 'cheapest' ? tokensOfTexts(job.texts({ from: 0, to: job.size })) : 0,
      maxOutputTokens: 0,
      affinity: call.session ?? caller.id,
    },
  )
  return { ok: true, targets, space: space?.space, refusing: read.refusing }
}

/** Nobody behind the name does such work: said, never faked. */
function unable({ operation, job }: Unary, { targets }: Found): Failure {
  if (targets.length === 0) return failure('no-target', `the route "${job.model}" has no target that can be called`)
  const reasons = targets.map(({ id, resolved }) => {
    const service = resolved.services[operation]
    return `${id} ${service.ok ? '' : service.reason}`
  })
  return failure('not-found', `"${job.model}" cannot be asked for ${operation}: ${reasons.join('; ')}`, {
    param: 'model',
    code: 'operation_not_supported',
  })
}

type Space = { readonly ok: true; readonly space: string } | { readonly ok: false; readonly failure: Failure }

/** The one vector space of a route's targets. The configuration's check sees the same, but not models that no catalog knows. */
function spaceOf({ snapshot }: Unary, { route, name }: Found, able: readonly Target[]): Space {
  const { catalog } = snapshot
  const targets = able.map(({ id, resolved }) => ({
    id,
    space: vectorSpaceOf(catalog, resolved.platform.id, resolved.offer?.model ?? resolved.model),
  }))
  const common = commonSpace(targets, {
    declared: route?.vectorSpace,
    promised: route === undefined ? new Set() : spacesPromised(catalog, name),
  })
  if (common.ok) return common
  const message = `the route "${name}" ${common.message}`
  const more = { param: 'model', code: 'vector_space_mismatch', blame: 'operator' } as const
  return { ok: false, failure: failure('invalid-request', message, more) }
}

/** The most that it can come to, whatever its target. */
function boundOfJob({ engine, job, operation }: Unary): BoundContext {
  const now = engine.ports.clock.now()
  const inputTokens = bytesOfTexts(job.texts({ from: 0, to: job.size }))
  // Cut into calls of fewer documents than a search covers, each call is a search.
  return { inputTokens, maxOutputTokens: 0, now, ...(operation === 'rerank' ? { searches: searchesOf(job.size) } : {}) }
}

function dialectOf({ engine, call }: Unary, target: Target): Call['dialect'] {
  return engine.dialects[target.resolved.dialect] ?? call.dialect
}

interface Answered {
  readonly target: Target
  readonly spent: readonly Spent[]
  readonly space: string | undefined
}

function reply(run: Unary, reservation: Reservation, { target, spent, space }: Answered): Reply {
  const { call, engine, trace, job } = run
  trace.target = target.id
  const final = billOfCalls(run, spent)
  record(run, reservation, { target, outcome: 'completed', failure: undefined, final, nothing: false })
  const now = Math.floor(engine.ports.clock.now() / 1000)
  const headers = {
    'content-type': 'application/json',
    ...traceHeaders(trace),
    ...reservation.headers,
    ...(space === undefined ? {} : { 'x-tongwen-vector-space': space.replace(/[^\x20-\x7e]/g, '_') }),
    ...costHeader(final),
  }
  engine.ports.metrics.requestEnded(trace)
  const body = job.whole({ requestId: call.requestId, now, usage: final.usage })
  return { kind: 'whole', status: 200, headers, body }
}

function costHeader({ cost }: Bill): Record<string, string> {
  return cost === undefined ? {} : { 'x-tongwen-cost': `${cost.amount} ${cost.currency}` }
}

/** Refuses after targets were tried. Calls that were answered until then are paid for, and stand in the books. */
function refuseTried(run: Unary, reservation: Reservation, result: Extract<CallsResult, { ok: false }>): Reply {
  const { failure: why, target, spent } = result
  if (target === undefined) reservation.end(undefined)
  else {
    const nothing = spent.length === 0
    const final = billOfCalls(run, spent, why)
    record(run, reservation, { target, outcome: outcomeOf(why), failure: why, final, nothing })
  }
  return refuse(run, why, reservation.headers)
}
