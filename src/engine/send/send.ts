import { authenticate } from '#engine/send/authenticate.ts'
import { framerOf, framingOf } from '#engine/framing/framing.ts'
import { type AnswerLimits, readBody, readStream, readWhole } from '#engine/send/answer.ts'
import type { InboundAnswer, Ports, Random } from '#engine/ports.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { AttemptTrace, Trace } from '#engine/trace.ts'
import type { Dialect, ReadContext, WrittenRequest } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { ModelRequest } from '#wire/request.ts'
import { isLossy, type Warning } from '#wire/warning.ts'

/** An answer that has begun well: its first events are content, or it is whole. */
export interface Sent {
  readonly ok: true
  readonly target: Target
  readonly written: WrittenRequest
  /** The platform's frames are in the caller's dialect and mode, and may leave as they came. */
  readonly native: boolean
  /** One batch at once for a whole answer. */
  readonly events: AsyncIterable<readonly Event[]> | Iterable<readonly Event[]>
}

export type SendResult = Sent | { readonly ok: false; readonly failure: Failure; readonly target: Target | undefined }

/** Headers of the caller that travel on, lower-case names. */
export interface ForwardedHeaders {
  /** Whatever the target speaks: `traceparent`. */
  readonly always: Readonly<Record<string, string>>
  /** Only to a target of the caller's own dialect: `anthropic-beta`. */
  readonly dialect: Readonly<Record<string, string>>
}

export interface SendContext {
  readonly ports: Ports
  readonly dialects: (target: Target) => Dialect
  readonly trace: Trace
  readonly signal: AbortSignal
  /** Refuse instead of warn where something would be lost. */
  readonly strict: boolean
  readonly forward: ForwardedHeaders
  readonly limits: AnswerLimits
  /** Called once, right before the first byte goes upstream; a failure stops everything. */
  readonly beforeFirstByte: (target: Target) => Promise<Failure | undefined>
}

/** A native-only beginning (comments, pings) is held for so long to see whether content or a failure follows. */
const PEEK_MS = 5_000
const ERROR_BODY_BYTES = 1024 * 1024

/** The only loop over targets: until one answers, the caller hangs up, or nobody is left. */
export async function send(
  request: ModelRequest,
  targets: readonly Planned[],
  context: SendContext,
): Promise<SendResult> {
  const failures: { target: Target; failure: Failure }[] = []
  let intended = false
  for (const { target, reason } of targets) {
    if (context.signal.aborted) break
    const attempt = begin(context, target, reason)
    const prepared = prepare(request, target, context)
    if (prepared.ok && !intended) {
      intended = true
      const refusal = await context.beforeFirstByte(target)
      if (refusal !== undefined) return { ok: false, failure: refusal, target }
    }
    const result = prepared.ok ? await attemptOnce(request, prepared, { context, attempt }) : prepared
    if (result.ok) return result
    finish(context, attempt, result.failure)
    failures.push({ target, failure: result.failure })
    if (!result.failure.retryable) break
  }
  return { ok: false, ...verdict(failures, context.signal) }
}

interface Prepared {
  readonly ok: true
  readonly target: Target
  readonly dialect: Dialect
  readonly written: WrittenRequest
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

type Refusal = { readonly ok: false; readonly failure: Failure }

/** Write and authenticate: all that can be refused without asking the platform. */
function prepare(request: ModelRequest, target: Target, context: SendContext): Prepared | Refusal {
  const dialect = context.dialects(target)
  const result = dialect.writeRequest(request, target.resolved.wire)
  if (!result.ok) return result
  const same = request.dialect === dialect.id
  const written = same ? result.written : withoutHeaders(result.written, context.forward)
  const lost = written.warnings.filter(isLossy)
  if (context.strict && lost.length > 0) return { ok: false, failure: strictRefusal(target, lost) }
  const proof = authenticate(target.resolved.auth, apiKeyOf(target, context.ports.random))
  if (!proof.ok) return proof
  const { headers, endpoint } = target.resolved
  const url = written.stream ? target.resolved.streamUrl : target.resolved.url
  return {
    ok: true,
    target,
    dialect,
    written,
    url: proof.query === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${proof.query}`,
    headers: {
      'content-type': 'application/json',
      accept: written.stream ? framerOf(endpoint.framing ?? dialect.framing).contentType : 'application/json',
      ...context.forward.always,
      ...(same ? context.forward.dialect : {}),
      ...headers,
      ...target.provider.headers,
      ...written.headers,
      ...proof.headers,
    },
  }
}

/** One of the provider's keys: a pool shares the load by chance. */
function apiKeyOf({ provider }: Target, random: Random): string | undefined {
  const { apiKeys } = provider
  return apiKeys.length > 1 ? apiKeys[Math.floor(random.fraction() * apiKeys.length)] : apiKeys[0]
}

/** Across dialects a header like `anthropic-beta` has nobody to read it: said, not hidden. */
function withoutHeaders(written: WrittenRequest, { dialect }: ForwardedHeaders): WrittenRequest {
  const names = Object.keys(dialect)
  if (names.length === 0) return written
  const dropped = names.map((path): Warning => ({ action: 'dropped', path, detail: 'a header of another dialect' }))
  return { ...written, warnings: [...written.warnings, ...dropped] }
}

function strictRefusal(target: Target, lost: readonly Warning[]): Failure {
  const list = lost.map(({ action, path }) => `${action}:${path}`).join(', ')
  return failure('strict', `x-tongwen-strict is on, and ${target.id} would lose: ${list}`, {
    ...(lost[0] === undefined ? {} : { param: lost[0].path }),
    retryable: true,
  })
}

interface Attempting {
  readonly context: SendContext
  readonly attempt: AttemptTrace
}

/** Fetch, frame, read: one try at one target. */
async function attemptOnce(
  request: ModelRequest,
  prepared: Prepared,
  { context, attempt }: Attempting,
): Promise<Sent | Refusal> {
  const { target, written, dialect } = prepared
  const { timeouts } = target.provider
  const answer = await context.ports.fetch(
    { method: 'POST', url: prepared.url, headers: prepared.headers, body: written.body, timeouts },
    context.signal,
  )
  if (!answer.ok) return answer
  attempt.status = answer.status
  const reading = { ...readContextOf(target), ...context.limits }
  if (answer.status < 200 || answer.status > 299) return refusedBy(answer, dialect, reading)
  const framing = framingOf(answer.headers['content-type'])
  const streamed = framing !== undefined
  const ended = (why: Failure | undefined): void => finish(context, attempt, why)
  const events = streamed
    ? await peek(readStream(answer, dialect, { ...reading, framing, ended }), context)
    : wholeBatch(await readWhole(answer, dialect, reading), { context, attempt })
  attempt.firstByteMs = since(context)
  if (!events.ok) return events
  context.trace.warnings.push(...written.warnings)
  const native = request.dialect === dialect.id && request.stream === streamed
  return { ok: true, target, written, native, events: events.events }
}

function readContextOf(target: Target): ReadContext {
  const { platform, quirks, errors } = target.resolved
  return { platform: platform.id, quirks, errors }
}

async function refusedBy(
  answer: InboundAnswer,
  dialect: Dialect,
  context: ReadContext & AnswerLimits,
): Promise<Refusal> {
  const body = await readBody(answer, ERROR_BODY_BYTES)
  const text = body.ok ? body.bytes.toString('utf8') : ''
  return {
    ok: false,
    failure: dialect.readFailure({ status: answer.status, headers: answer.headers, body: text }, context),
  }
}

type Begun = { readonly ok: true; readonly events: Sent['events'] } | Refusal

function wholeBatch(events: readonly Event[], { context, attempt }: Attempting): Begun {
  const refusal = failureIn(events)
  if (refusal !== undefined) return { ok: false, failure: refusal }
  finish(context, attempt, undefined)
  return { ok: true, events: [events] }
}

/**
 * A 200 is not yet an answer: errors ride inside it, and some platforms raise them on the first event (pain T08).
 * Looks at the first events that mean something, so that such an error is still a failure of the attempt.
 */
async function peek(events: AsyncGenerator<readonly Event[]>, context: SendContext): Promise<Begun> {
  const head: (readonly Event[])[] = []
  const { clock } = context.ports
  const started = clock.elapsed()
  while (true) {
    const next = await events.next()
    if (next.done === true) break
    head.push(next.value)
    const refusal = failureBeforeContent(next.value)
    if (refusal !== undefined) {
      await events.return(undefined)
      return { ok: false, failure: refusal }
    }
    if (next.value.some(isContent) || clock.elapsed() - started > PEEK_MS) break
  }
  return { ok: true, events: resumed(head, events) }
}

function isContent(event: Event): boolean {
  return event.type !== 'native' && event.type !== 'start' && event.type !== 'usage'
}

function failureBeforeContent(events: readonly Event[]): Failure | undefined {
  const first = events.find(isContent)
  return first?.type === 'failure' ? first.failure : undefined
}

/** The held events and all that follow. No generator: what follows is handed on as it is. */
function resumed(
  head: readonly (readonly Event[])[],
  rest: AsyncGenerator<readonly Event[]>,
): AsyncIterable<readonly Event[]> {
  let given = 0
  const iterator: AsyncIterator<readonly Event[]> = {
    next: () => {
      const value = head[given++]
      return value === undefined ? rest.next() : Promise.resolve({ done: false, value })
    },
    return: () => rest.return(undefined),
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

function failureIn(batch: readonly Event[]): Failure | undefined {
  const last = batch.at(-1)
  return last?.type === 'failure' ? last.failure : undefined
}

function begin(context: SendContext, target: Target, reason: string): AttemptTrace {
  const attempt: AttemptTrace = { target: target.id, reason, startedMs: context.ports.clock.now() - context.trace.at }
  context.trace.attempts.push(attempt)
  return attempt
}

function finish(context: SendContext, attempt: AttemptTrace, why: Failure | undefined): void {
  attempt.endedMs = since(context)
  if (why !== undefined) attempt.failure = why
  context.ports.metrics.attemptEnded(attempt.target, why?.kind, attempt.endedMs - attempt.startedMs)
}

function since(context: SendContext): number {
  return context.ports.clock.now() - context.trace.at
}

/** What the caller is told when nobody answered: the one reason if there is one, else each target's. */
function verdict(
  failures: readonly { target: Target; failure: Failure }[],
  signal: AbortSignal,
): { failure: Failure; target: Target | undefined } {
  const last = failures.at(-1)
  if (last === undefined || signal.aborted) {
    return {
      failure: failure('cut', 'the caller hung up', { retryable: false, blame: 'caller' }),
      target: last?.target,
    }
  }
  const same = failures.every(({ failure: one }) => one.kind === last.failure.kind)
  if (same || !last.failure.retryable) return last
  const reasons = failures.map(({ target, failure: one }) => `${target.id}: ${one.message}`).join('; ')
  const waits = failures.flatMap(({ failure: one }) => one.retryAfterMs ?? [])
  const mayHaveCost = failures.some(({ failure: one }) => one.mayHaveCost)
  const message = `no target can serve this request now: ${reasons}`
  const hint = waits.length > 0 ? { retryAfterMs: Math.min(...waits) } : {}
  return { failure: failure('no-target', message, { mayHaveCost, ...hint }), target: last.target }
}
