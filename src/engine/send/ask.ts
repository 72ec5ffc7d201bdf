import { begin, finish, note, since, stoppedBeside } from '#engine/send/attempt.ts'
import { type AnswerLimits, readBody, readStream, readWhole } from '#engine/send/answer.ts'
import { acrossKeys } from '#engine/send/across-keys.ts'
import type { Signable } from '#engine/send/authenticate/proof.ts'
import type { Asked, Begun, ForwardedHeaders, Refusal, SendContext, Sending } from '#engine/send/context.ts'
import { type Outgoing, outgoing } from '#engine/send/outgoing.ts'
import type { LentKey } from '#engine/send/key-health.ts'
import { framerOf, framingOf } from '#engine/framing/framing.ts'
import type { InboundAnswer } from '#engine/ports.ts'
import { refusalOf } from '#engine/refusing.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { AttemptTrace } from '#engine/trace.ts'
import type { Dialect, ReadContext, WrittenRequest } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import { writeFor } from '#wire/write-for.ts'
import type { Warning } from '#wire/warning.ts'

/** A native-only beginning (comments, pings) is held for so long to see whether content or a failure follows. */
const PEEK_MS = 5_000
const ERROR_BODY_BYTES = 1024 * 1024

/** One call to one target; a second one where the token had worn out before its time, or a key of several is refused. */
export async function ask(asked: Asked, planned: Planned, sending: Sending): Promise<Begun | Refusal> {
  const { target } = planned
  const { keys } = sending.context
  return await acrossKeys<Begun>({ keys, provider: target.provider, signal: asked.signal }, async (key, again) => {
    const tried = await tryOnce(asked, { target, reason: again ?? planned.reason, key }, sending)
    if (tried.ok || !tried.renewed) return tried
    return await tryOnce(asked, { target, reason: 'with a new token', key }, sending)
  })
}

/** A target in its place, to be called with this key. */
interface Keyed extends Planned {
  readonly key: LentKey
}

type Tried = Begun | (Refusal & { readonly renewed: boolean })

async function tryOnce(asked: Asked, planned: Keyed, sending: Sending): Promise<Tried> {
  const { context } = sending
  const { target, key } = planned
  const attempt = begin(context, planned, key)
  const preparing = prepare(asked, planned, context)
  const prepared = preparing instanceof Promise ? await preparing : preparing
  const unwritten = prepared.ok ? await intend(target, sending) : undefined
  if (unwritten !== undefined) return { ok: false, failure: unwritten, renewed: false }
  const result = prepared.ok ? await attemptOnce(asked, prepared, { context, attempt }) : prepared
  if (result.ok) return result
  const failure = asked.signal.aborted && !context.signal.aborted ? stoppedBeside() : result.failure
  finish(context, attempt, failure)
  return { ok: false, failure, renewed: prepared.ok && prepared.request.renew?.(result.failure) === true }
}

/** Nothing leaves before the books have the intent, which is written once however many calls a request takes. */
function intend(target: Target, sending: Sending): Promise<Failure | undefined> | undefined {
  if (sending.intent !== undefined && !sending.stopped) return sending.intent
  sending.intent = sending.context.beforeFirstByte(target).then((refusal) => {
    sending.stopped = refusal !== undefined
    return refusal
  })
  return sending.intent
}

interface Prepared {
  readonly ok: true
  readonly target: Target
  readonly dialect: Dialect
  readonly written: WrittenRequest
  readonly request: Outgoing
}

/** Write and authenticate: all that can be refused without asking the platform. */
function prepare(
  asked: Asked,
  { target, key: { apiKey } }: Keyed,
  context: SendContext,
): Prepared | Refusal | Promise<Prepared | Refusal> {
  const dialect = context.dialects(target)
  const result = writeFor(dialect, asked.request, target.resolved.wire)
  if (!result.ok) return result
  const same = asked.request.dialect === dialect.id
  const whole = same ? result.written : withoutHeaders(result.written, context.forward)
  const written = asked.warnings.length === 0 ? whole : { ...whole, warnings: [...asked.warnings, ...whole.warnings] }
  const refusal = refusalOf(context.refusing, target.id, written.warnings)
  if (refusal !== undefined) return { ok: false, failure: refusal }
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
  const proving = outgoing(target, leaving, { ports: context.ports, tokens: context.tokens, apiKey })
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
  { request, signal }: Asked,
  prepared: Prepared,
  { context, attempt }: Attempting,
): Promise<Begun | Refusal> {
  const { target, written, dialect } = prepared
  const { url, headers, body } = prepared.request
  const { timeouts } = target.provider
  const answer = await context.ports.fetch({ method: 'POST', url, headers, body, timeouts }, signal)
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
  note(context.trace, written.warnings)
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

type Opened = { readonly ok: true; readonly events: Begun['events'] } | Refusal

function wholeBatch(events: readonly Event[], { context, attempt }: Attempting): Opened {
  const refusal = failureIn(events)
  if (refusal !== undefined) return { ok: false, failure: refusal }
  finish(context, attempt, undefined)
  return { ok: true, events: [events] }
}

/**
 * A 200 is not yet an answer: errors ride inside it, and some platforms raise them on the first event (pain T08).
 * Looks at the first events that mean something, so that such an error is still a failure of the attempt.
 */
async function peek(events: AsyncGenerator<readonly Event[]>, context: SendContext): Promise<Opened> {
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
