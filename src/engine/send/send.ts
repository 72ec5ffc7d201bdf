import { begin, finish, since, strictRefusal, verdict } from '#engine/send/attempt.ts'
import type { Signable } from '#engine/send/authenticate/proof.ts'
import type { Tokens } from '#engine/send/authenticate/tokens.ts'
import { type Outgoing, outgoing } from '#engine/send/outgoing.ts'
import { framerOf, framingOf } from '#engine/framing/framing.ts'
import { type AnswerLimits, readBody, readStream, readWhole } from '#engine/send/answer.ts'
import type { InboundAnswer, Ports } from '#engine/ports.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { AttemptTrace, Trace } from '#engine/trace.ts'
import type { Dialect, ReadContext, WrittenRequest } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
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
  readonly tokens: Tokens
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
  const sending: Sending = { context, intended: false }
  for (const planned of targets) {
    if (context.signal.aborted) break
    const { target } = planned
    let result = await tryOnce(request, planned, sending)
    // A token that wore out before its time: once more, with a new one.
    if (!result.ok && result.next === 'renewed')
      result = await tryOnce(request, { target, reason: 'with a new token' }, sending)
    if (result.ok) return result
    if (result.next === 'stop') return { ok: false, failure: result.failure, target }
    failures.push({ target, failure: result.failure })
    if (!result.failure.retryable) break
  }
  return { ok: false, ...verdict(failures, context.signal) }
}

interface Sending {
  readonly context: SendContext
  /** The intent is in the books. */
  intended: boolean
}

/** `stop`: nothing may go out at all. `renewed`: the target's token was worn out, and another may do. */
type Tried = Sent | (Refusal & { readonly next?: 'stop' | 'renewed' })

async function tryOnce(request: ModelRequest, { target, reason }: Planned, sending: Sending): Promise<Tried> {
  const { context } = sending
  const attempt = begin(context, target, reason)
  const preparing = prepare(request, target, context)
  const prepared = preparing instanceof Promise ? await preparing : preparing
  if (prepared.ok && !sending.intended) {
    sending.intended = true
    const refusal = await context.beforeFirstByte(target)
    if (refusal !== undefined) return { ok: false, failure: refusal, next: 'stop' }
  }
  const result = prepared.ok ? await attemptOnce(request, prepared, { context, attempt }) : prepared
  if (result.ok) return result
  finish(context, attempt, result.failure)
  const renewed = prepared.ok && prepared.request.renew?.(result.failure) === true
  return renewed ? { ...result, next: 'renewed' } : result
}

interface Prepared {
  readonly ok: true
  readonly target: Target
  readonly dialect: Dialect
  readonly written: WrittenRequest
  readonly request: Outgoing
}

type Refusal = { readonly ok: false; readonly failure: Failure }

/** Write and authenticate: all that can be refused without asking the platform. */
function prepare(
  request: ModelRequest,
  target: Target,
  context: SendContext,
): Prepared | Refusal | Promise<Prepared | Refusal> {
  const dialect = context.dialects(target)
  const result = dialect.writeRequest(request, target.resolved.wire)
  if (!result.ok) return result
  const same = request.dialect === dialect.id
  const written = same ? result.written : withoutHeaders(result.written, context.forward)
  const lost = written.warnings.filter(isLossy)
  if (context.strict && lost.length > 0) return { ok: false, failure: strictRefusal(target, lost) }
  const { headers, endpoint, url, streamUrl } = target.resolved
  const leaving: Signable = {
    method: 'POST',
    url: written.stream ? streamUrl : url,
    body: written.body,
    headers: {
      'content-type': 'application/json',
      accept: written.stream ? framerOf(endpoint.framing ?? dialect.framing).contentType : 'application/json',
      ...context.forward.always,
      ...(same ? context.forward.dialect : {}),
      ...headers,
      ...target.provider.headers,
      ...written.headers,
    },
  }
  const ready = (proven: Outgoing | Refusal): Prepared | Refusal =>
    proven.ok ? { ok: true, target, dialect, written, request: proven } : proven
  const proving = outgoing(target, leaving, context)
  return proving instanceof Promise ? proving.then(ready) : ready(proving)
}

/** Across dialects a header like `anthropic-beta` has nobody to read it: said, not hidden. */
function withoutHeaders(written: WrittenRequest, { dialect }: ForwardedHeaders): WrittenRequest {
  const names = Object.keys(dialect)
  if (names.length === 0) return written
  const dropped = names.map((path): Warning => ({ action: 'dropped', path, detail: 'a header of another dialect' }))
  return { ...written, warnings: [...written.warnings, ...dropped] }
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
  const { url, headers, body } = prepared.request
  const { timeouts } = target.provider
  const answer = await context.ports.fetch({ method: 'POST', url, headers, body, timeouts }, context.signal)
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
