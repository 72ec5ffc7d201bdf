import { mayUse } from '#engine/admit/permission.ts'
import { fitted } from '#engine/cap.ts'
import { begin } from '#engine/begin.ts'
import { boundContext, settle, writeIntent } from '#engine/books.ts'
import { countTokens } from '#engine/count-tokens.ts'
import { framerOf } from '#engine/framing/framing.ts'
import { estimatedInput, heldInput } from '#engine/meter/estimate.ts'
import { type Meter, meter, observe } from '#engine/meter/meter.ts'
import { readJsonBody } from '#engine/read-body.ts'
import { outcomeOf, refuse } from '#engine/refuse.ts'
import { type Reply, traceHeaders } from '#engine/reply.ts'
import { type Refusing, refusingOf } from '#engine/refusing.ts'
import { type Listener, listener, recall } from '#engine/remember.ts'
import { reserve } from '#engine/reserve.ts'
import { type Keeper, openThread, type Thread } from '#engine/responses-state.ts'
import { reviewAnswer, reviewRequest } from '#engine/review/review.ts'
import { plan } from '#engine/route/plan.ts'
import type { Call, Engine, Reservation, Run, Snapshot } from '#engine/run.ts'
import type { Spent } from '#engine/send/context.ts'
import { send, type Sent } from '#engine/send/send.ts'
import type { Planned, Target } from '#engine/target.ts'
import { handleUnary } from '#engine/unary.ts'
import type { Dialect, WriteContext } from '#wire/dialect.ts'
import type { Event, Frame } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'

/** One request from top to bottom: the only place that knows all rooms of the engine. Never throws for what a caller or a platform does. */
export async function handle(engine: Engine, call: Call): Promise<Reply> {
  if (call.service !== undefined) return await handleUnary(engine, call, call.service)
  const { countTokens: counting } = call.dialect
  if (call.counts === true && counting !== undefined) return await countTokens(engine, call, counting)
  const opened = await openRequest(engine, call)
  if (!opened.ok) return opened.reply
  const { snapshot, thread, asked } = opened
  const { request } = thread
  const whole: Run = { ...asked, request }

  const planned = planRequest(whole, snapshot)
  if (!planned.ok) return refuse(whole, planned.failure)

  const recalling = recall(whole, planned.targets, snapshot)
  const recalled = recalling instanceof Promise ? await recalling : recalling
  const targets = thread.ordered(recalled.targets)

  const reserving = reserve(whole, targets, {
    tokens: () => heldInput(request) + (request.maxOutputTokens ?? 0) * (request.n ?? 1),
    bound: () => boundContext(whole),
    capped: true,
  })
  const reserved = reserving instanceof Promise ? await reserving : reserving
  if (!reserved.ok) return refuse(whole, reserved.failure, reserved.headers)
  const { reservation, maxOutputTokens } = reserved
  const { run, telling } = fitted(whole, maxOutputTokens)

  const sent = await send(run.request, targets, {
    ports: engine.ports,
    tokens: engine.tokens,
    keys: engine.keys,
    caller: call.dialect,
    dialects: (target) => telling(recalled.dialectFor(thread.dialectFor(dialectOf(engine, target), target), target)),
    trace: run.trace,
    signal: call.signal,
    refusing: planned.refusing,
    forward: call.forward,
    limits: snapshot.config.server.limits,
    media: snapshot.config.media,
    beforeFirstByte: (target) => writeIntent(run, reservation, { target, context: boundContext(run) }),
  })
  if (!sent.ok) return refuseAttempted(run, reservation, sent)
  run.trace.target = sent.target.id
  const heard: Heard = {
    ...sent,
    listen: listener(run, sent.target, { targets, snapshot }),
    keep: thread.keeper(sent),
    asked: asked.request.source.json,
  }
  return request.stream ? streamReply(run, reservation, heard) : await wholeReply(run, reservation, heard)
}

type OpenedRequest =
  | { readonly ok: true; readonly snapshot: Snapshot; readonly asked: Run; readonly thread: Thread }
  | { readonly ok: false; readonly reply: Reply }

/** Who asks, for what, and going on from what. */
async function openRequest(engine: Engine, call: Call): Promise<OpenedRequest> {
  const begun = begin(engine, call)
  if (!begun.ok) return begun
  const { snapshot, caller, trace } = begun
  const read = readRequest(call, snapshot.config.server.limits.jsonDepth)
  if (!read.ok) return { ok: false, reply: refuse({ engine, call, trace }, read.failure) }
  const request = reviewRequest(read.request)
  trace.model = request.model
  trace.stream = request.stream
  const asked: Run = { engine, call, caller, request, trace }
  const opening = openThread(asked, snapshot)
  const thread = opening instanceof Promise ? await opening : opening
  return thread.ok ? { ok: true, snapshot, asked, thread } : { ok: false, reply: refuse(asked, thread.failure) }
}

/** An answer with whoever takes note of it. */
interface Heard extends Sent {
  readonly listen: Listener
  readonly keep: Keeper
  /** The caller's own words, which an answer may repeat. */
  readonly asked: JsonObject
}

function readRequest(call: Call, maxDepth: number): ReturnType<Dialect['readRequest']> {
  const body = readJsonBody(call.body, maxDepth)
  if (!body.ok) return body
  const { outside } = call
  return call.dialect.readRequest(outside === undefined ? body.source : { ...body.source, outside })
}

type Plan =
  | { readonly ok: true; readonly targets: readonly Planned[]; readonly refusing: Refusing }
  | { readonly ok: false; readonly failure: Failure }

function planRequest(run: Run, { registry, config }: Snapshot): Plan {
  const { request, caller, engine, call } = run
  const found = registry.find(request.model)
  if (!found.ok) return found
  const forbidden = mayUse(caller, request.model)
  if (forbidden !== undefined) return { ok: false, failure: forbidden }
  const read = refusingOf(call, config, found.route)
  if (!read.ok) return read
  const targets = plan(found, {
    now: engine.ports.clock.now(),
    inputTokens: found.strategy === 'cheapest' ? estimatedInput(request) : 0,
    maxOutputTokens: request.maxOutputTokens,
    affinity: call.session ?? caller.id,
  })
  if (targets.length > 0) return { ok: true, targets, refusing: read.refusing }
  return { ok: false, failure: failure('no-target', `the route "${found.name}" has no target that can be called`) }
}

function dialectOf(engine: Engine, target: Target): Dialect {
  const dialect = engine.dialects[target.resolved.dialect]
  if (dialect === undefined)
    throw new Error(`the catalog names a dialect that is not built: ${target.resolved.dialect}`)
  return dialect
}

/** A whole answer: all events are in one batch, so a failure among them is still a value. */
async function wholeReply(run: Run, reservation: Reservation, sent: Heard): Promise<Reply> {
  const { call, engine, trace } = run
  const state = meter()
  const events: Event[] = []
  for await (const batch of sent.events) {
    const reviewed = reviewAnswer(batch)
    observe(state, reviewed)
    sent.listen(reviewed)
    events.push(...reviewed)
  }
  if (state.end !== 'complete') {
    const why = state.end ?? failure('cut', 'the answer ended without an end')
    return refuseAttempted(run, reservation, { failure: why, target: sent.target, state, spent: sent.spent })
  }
  const { frame, lost } = call.dialect.writeEvents.whole(writeContext(run, sent), events)
  sent.keep([frame])
  // Named in the headers and the trace. The strict switch refuses losses of the request only: this answer is paid for.
  trace.warnings.push(...lost)
  const { target, spent } = sent
  const final = settle(run, reservation, { state, target, spent, outcome: 'completed', failure: undefined })
  const cost = final.cost === undefined ? {} : { 'x-tongwen-cost': `${final.cost.amount} ${final.cost.currency}` }
  const headers = { 'content-type': 'application/json', ...traceHeaders(trace), ...reservation.headers, ...cost }
  engine.ports.metrics.requestEnded(trace)
  return { kind: 'whole', status: 200, headers, body: frame.bytes ?? frame.data }
}

function streamReply(run: Run, reservation: Reservation, sent: Heard): Reply {
  const { framing } = run.call
  const headers = {
    'content-type': framerOf(framing).contentType,
    'cache-control': 'no-cache',
    ...traceHeaders(run.trace),
    ...reservation.headers,
  }
  return { kind: 'stream', status: 200, headers, framing, frames: streamFrames(run, reservation, sent) }
}

/** The events of a stream, reviewed, metered and written; settles on every path out of the loop. */
async function* streamFrames(run: Run, reservation: Reservation, sent: Heard): AsyncGenerator<readonly Frame[]> {
  const { call, engine, trace } = run
  const writer = call.dialect.writeEvents
  const writing = writer.start(writeContext(run, sent))
  const state = meter()
  try {
    for await (const batch of sent.events) {
      const reviewed = reviewAnswer(batch)
      observe(state, reviewed)
      sent.listen(reviewed)
      trace.firstByteMs ??= engine.ports.clock.now() - trace.at
      const frames = writer.step(writing, reviewed)
      sent.keep(frames)
      if (frames.length > 0) yield frames
    }
    const rest = writer.end(writing)
    if (rest.length > 0) yield rest
  } finally {
    trace.warnings.push(...writer.lost(writing))
    const failed = state.end === 'complete' ? undefined : (state.end ?? hungUp())
    const { target, spent } = sent
    settle(run, reservation, { state, target, spent, outcome: outcomeOf(failed), failure: failed })
    engine.ports.metrics.requestEnded(trace)
  }
}

function hungUp(): Failure {
  return failure('cut', 'the caller hung up', { blame: 'caller', retryable: false })
}

function writeContext(run: Run, sent: Heard): WriteContext {
  const { call, engine, request } = run
  return {
    requestId: call.requestId,
    now: Math.floor(engine.ports.clock.now() / 1000),
    model: request.model,
    native: sent.native,
    streamUsage: request.streamUsage,
    usageAdded: sent.written.usageAdded,
    asked: sent.asked,
  }
}

/** Refuses after targets were tried: the books get their end before the caller gets the words. */
function refuseAttempted(
  run: Run,
  reservation: Reservation,
  refused: { failure: Failure; target: Target | undefined; spent: readonly Spent[]; state?: Meter },
): Reply {
  const { target, spent, failure: why, state = meter() } = refused
  if (target === undefined) reservation.end(undefined)
  else settle(run, reservation, { state, target, spent, outcome: outcomeOf(why), failure: why })
  return refuse(run, why, reservation.headers)
}
