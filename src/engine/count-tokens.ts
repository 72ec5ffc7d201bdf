import { mayUse } from '#engine/admit/permission.ts'
import { begin } from '#engine/begin.ts'
import { estimatedInput } from '#engine/meter/estimate.ts'
import { readJsonBody } from '#engine/read-body.ts'
import { refuse } from '#engine/refuse.ts'
import { type Reply, traceHeaders } from '#engine/reply.ts'
import { plan } from '#engine/route/plan.ts'
import type { Registry } from '#engine/route/registry.ts'
import type { Call, Engine, Run } from '#engine/run.ts'
import { count, type Counted } from '#engine/send/count.ts'
import type { Target } from '#engine/target.ts'
import type { ReadRequest, TokenCounting } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'

/**
 * How many tokens a request would have: the figure of the target that would answer it, or our estimate, which says so
 * in `x-tongwen-estimated` and in the body. Costs nothing and stands in no books.
 */
export async function countTokens(engine: Engine, call: Call, counting: TokenCounting): Promise<Reply> {
  const begun = begin(engine, call)
  if (!begun.ok) return begun.reply
  const { snapshot, caller, trace } = begun

  const read = readRequest(call, counting, snapshot.config.server.limits.jsonDepth)
  if (!read.ok) return refuse({ engine, call, trace }, read.failure)
  const { request } = read
  trace.model = request.model
  const run: Run = { engine, call, caller, request, trace }

  const planned = firstTarget(run, snapshot.registry)
  if (!planned.ok) return refuse(run, planned.failure)
  const counted = await asked(run, planned.target)
  if (counted?.ok === false && isCallers(counted.failure)) return refuse(run, counted.failure)
  return answer(run, counting, counted)
}

function readRequest(call: Call, counting: TokenCounting, maxDepth: number): ReadRequest {
  const body = readJsonBody(call.body, maxDepth)
  if (!body.ok) return body
  const { outside } = call
  return counting.readRequest(outside === undefined ? body.source : { ...body.source, outside })
}

type First = { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly failure: Failure }

/** Of several targets the one that would be asked first. */
function firstTarget({ request, caller, engine, call }: Run, registry: Registry): First {
  const found = registry.find(request.model)
  if (!found.ok) return found
  const forbidden = mayUse(caller, request.model)
  if (forbidden !== undefined) return { ok: false, failure: forbidden }
  const [first] = plan(found, {
    now: engine.ports.clock.now(),
    inputTokens: found.strategy === 'cheapest' ? estimatedInput(request) : 0,
    maxOutputTokens: undefined,
    affinity: call.session ?? caller.id,
  })
  if (first !== undefined) return { ok: true, target: first.target }
  return { ok: false, failure: failure('no-target', `the route "${found.name}" has no target that can be called`) }
}

/** What the target says; undefined where it has no such question. */
async function asked({ engine, call, request, trace }: Run, target: Target): Promise<Counted | undefined> {
  trace.target = target.id
  const dialect = engine.dialects[target.resolved.dialect]
  if (dialect === undefined) return undefined
  const { ports, tokens, keys } = engine
  return await count(request, target, { ports, tokens, keys, dialect, signal: call.signal, forward: call.forward })
}

/** The request itself is wrong: an estimate would hide that. */
function isCallers({ kind }: Failure): boolean {
  return kind === 'invalid-request' || kind === 'context-length' || kind === 'content-filter' || kind === 'too-large'
}

function answer({ engine, request, trace }: Run, counting: TokenCounting, counted: Counted | undefined): Reply {
  const tokens = counted?.ok === true ? counted.tokens : estimatedInput(request)
  const estimated = counted?.ok !== true
  if (counted?.ok === true) trace.warnings.push(...counted.warnings.filter(({ path }) => !isBound(path)))
  trace.outcome = 'completed'
  trace.durationMs = engine.ports.clock.now() - trace.at
  engine.ports.metrics.requestEnded(trace)
  const headers = {
    'content-type': 'application/json',
    ...traceHeaders(trace),
    ...(estimated ? { 'x-tongwen-estimated': 'true' } : {}),
  }
  return { kind: 'whole', status: 200, headers, body: counting.writeAnswer(tokens, estimated) }
}

/** The bound of an output that there will not be. */
function isBound(path: string): boolean {
  return path === 'max_tokens'
}
