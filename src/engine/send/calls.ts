import { begin, finish, note, since, verdict } from '#engine/send/attempt.ts'
import { acrossKeys } from '#engine/send/across-keys.ts'
import type { KeyHealth, LentKey } from '#engine/send/key-health.ts'
import { type Outgoing, outgoing } from '#engine/send/outgoing.ts'
import type { Tokens } from '#engine/send/authenticate/tokens.ts'
import { type AnswerLimits, readBody } from '#engine/send/answer.ts'
import type { Ports } from '#engine/ports.ts'
import { refusalOf, type Refusing } from '#engine/refusing.ts'
import type { ForwardedHeaders } from '#engine/send/context.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { AttemptTrace, Trace } from '#engine/trace.ts'
import type { ResolvedService } from '#catalog/index.ts'
import type { Dialect } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { CallAnswer, Job, Range, ServiceOperation } from '#wire/service.ts'
import { readWords } from '#wire/shape/platform-words.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** What one call used, as far as its platform said. */
export interface Spent {
  readonly target: Target
  readonly range: Range
  /** Undefined where it said nothing. */
  readonly usage: Usage | undefined
}

/** A job whose inputs all have their part; or why not, and what was spent until then. */
export type CallsResult =
  | { readonly ok: true; readonly target: Target; readonly spent: readonly Spent[] }
  | {
      readonly ok: false
      readonly failure: Failure
      readonly target: Target | undefined
      readonly spent: readonly Spent[]
    }

export interface CallsContext {
  readonly ports: Ports
  readonly tokens: Tokens
  readonly keys: KeyHealth
  readonly operation: ServiceOperation
  /** Reads what a refused call says. */
  readonly dialects: (target: Target) => Dialect
  readonly trace: Trace
  readonly signal: AbortSignal
  /** What rules a target out instead of being told in a warning. */
  readonly refusing: Refusing
  readonly forward: ForwardedHeaders
  readonly limits: AnswerLimits
  /** Reckons the tokens of texts, for bounds of whole calls. */
  readonly tokensOf: (texts: readonly string[]) => number
  /** Called once, right before the first byte goes upstream; a failure stops everything. */
  readonly beforeFirstByte: (target: Target) => Promise<Failure | undefined>
}

/** Calls of one request that run at once. */
const AT_ONCE = 4

const ERROR_BODY_BYTES = 1024 * 1024

/** A job under way. */
interface Running {
  readonly job: Job
  readonly context: CallsContext
  readonly spent: Spent[]
  /** Calls without an answer that may be billed all the same. */
  readonly lost: Spent[]
  /** Asked for once, by whichever call is the first. */
  intent: Promise<Failure | undefined> | undefined
  /** The target that a call has left for last: the books wait for its end. */
  touched: Target | undefined
}

/**
 * Sends a job's inputs in as many calls as the target needs; what is left when a target fails goes to the next one.
 * That mixes answers of several targets, so whoever plans gives targets whose answers may be mixed.
 */
export async function sendCalls(job: Job, targets: readonly Planned[], context: CallsContext): Promise<CallsResult> {
  const running: Running = { job, context, spent: [], lost: [], intent: undefined, touched: undefined }
  const failures: { target: Target; failure: Failure }[] = []
  let pending: readonly Range[] = [{ from: 0, to: job.size }]
  for (const { target, reason } of targets) {
    if (context.signal.aborted) break
    const turn = await turnAt(running, { target, reason, pending })
    pending = turn.pending
    if (pending.length === 0) return { ok: true, target, spent: running.spent }
    if (turn.failure === undefined) continue
    failures.push({ target, failure: turn.failure })
    if (!turn.failure.retryable) break
  }
  const { failure: why, target = running.touched } = verdict(failures, context.signal)
  return { ok: false, failure: why, target, spent: [...running.spent, ...running.lost] }
}

interface Turn {
  readonly target: Target
  readonly reason: string
  readonly pending: readonly Range[]
}

interface TurnEnd {
  /** What still has no answer. */
  readonly pending: readonly Range[]
  readonly failure: Failure | undefined
}

/** One target's turn: every call is written before the first is sent, so that what it cannot carry costs nothing. */
async function turnAt(running: Running, turn: Turn): Promise<TurnEnd> {
  const { context } = running
  const service = turn.target.resolved.services[context.operation]
  if (!service.ok) throw new Error(`${turn.target.id} was planned without a service for ${context.operation}`)
  const draft = writeAll(running, turn, service)
  if (!draft.ok) {
    finish(context, begin(context, turn), draft.failure)
    return { pending: turn.pending, failure: draft.failure }
  }
  return await sendAll(running, { ...turn, service }, draft.calls)
}

/** A call that is ready to leave. */
interface Call {
  readonly range: Range
  readonly body: string
  readonly warnings: readonly Warning[]
}

interface KeyedCall extends Call {
  readonly key: LentKey
}

type Draft = { readonly ok: true; readonly calls: readonly Call[] } | { readonly ok: false; readonly failure: Failure }

function writeAll({ job, context }: Running, { target, pending }: Turn, service: ResolvedService): Draft {
  const calls: Call[] = []
  for (const range of pending.flatMap((each) => cut(job, each, { service, tokensOf: context.tokensOf }))) {
    const written = job.write(range, service.target)
    if (!written.ok) return written
    const refusal = refusalOf(context.refusing, target.id, written.warnings)
    if (refusal !== undefined) return { ok: false, failure: refusal }
    calls.push({ range, body: written.body, warnings: written.warnings })
  }
  return { ok: true, calls }
}

/** A range in pieces that the platform takes in one call: so many inputs, so many tokens. */
function cut(
  job: Job,
  { from, to }: Range,
  { service, tokensOf }: { readonly service: ResolvedService; readonly tokensOf: CallsContext['tokensOf'] },
): readonly Range[] {
  const pieces: Range[] = []
  for (let at = from; at < to;) {
    const most = Math.min(to, job.endOf(at, service.target.batchMax))
    let end = most
    while (end > at + 1 && tokensOf(job.texts({ from: at, to: end })) > service.tokensMax) {
      end = at + Math.ceil((end - at) / 2)
    }
    pieces.push({ from: at, to: end })
    at = end
  }
  return pieces
}

interface Sending extends Turn {
  readonly service: ResolvedService
}

/** The calls in their order, a few at once. After the first that fails no other is begun; those under way are awaited. */
async function sendAll(running: Running, sending: Sending, calls: readonly Call[]): Promise<TurnEnd> {
  const open = new Set(calls)
  let failed: Failure | undefined
  let next = 0
  const worker = async (): Promise<void> => {
    while (failed === undefined && !running.context.signal.aborted) {
      const call = calls[next++]
      if (call === undefined) return
      const why = await sendOne(running, sending, call)
      if (why === undefined) open.delete(call)
      else failed ??= why
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, calls.length) }, worker))
  return { pending: [...open].map(({ range }) => range), failure: failed }
}

/** One call, from its intent to its part in the answer; again where a key of several is refused. */
async function sendOne(running: Running, sending: Sending, call: Call): Promise<Failure | undefined> {
  const { keys, signal } = running.context
  const { target } = sending
  const result = await acrossKeys({ keys, provider: target.provider, signal }, async (key, again) => {
    const why = await sendWith(running, { ...sending, reason: again ?? sending.reason }, { ...call, key })
    return why === undefined ? { ok: true as const } : { ok: false as const, failure: why }
  })
  return result.ok ? undefined : result.failure
}

/** A token that wore out before its time is renewed once. */
async function sendWith(running: Running, sending: Sending, call: KeyedCall): Promise<Failure | undefined> {
  const { context } = running
  const { target } = sending
  let why: Failure | undefined
  for (const reason of [sending.reason, 'with a new token']) {
    const attempt = begin(context, { target, reason }, call.key)
    const request = await readyToLeave(context, sending, call)
    why = request.ok ? await leave(running, sending, { call, attempt, request }) : request.failure
    finish(context, attempt, why)
    if (why === undefined || !request.ok || request.renew?.(why) !== true) return why
  }
  return why
}

/** Nothing leaves before the books have the intent. */
async function leave(running: Running, sending: Sending, trying: Trying): Promise<Failure | undefined> {
  running.intent ??= running.context.beforeFirstByte(sending.target)
  const refusal = await running.intent
  if (refusal !== undefined) return refusal
  running.touched = sending.target
  const why = await exchange(running, sending, trying)
  if (why?.mayHaveCost === true)
    running.lost.push({ target: sending.target, range: trying.call.range, usage: undefined })
  return why
}

async function readyToLeave(
  context: CallsContext,
  sending: Sending,
  call: KeyedCall,
): Promise<Outgoing | { readonly ok: false; readonly failure: Failure }> {
  const { target, service } = sending
  const { ports, tokens } = context
  const headers = headersOf(context, sending)
  const leaving = { method: 'POST', url: service.url, headers, body: call.body } as const
  return await outgoing(target, leaving, { ports, tokens, apiKey: call.key.apiKey, auth: service.auth })
}

interface Trying {
  readonly call: Call
  readonly attempt: AttemptTrace
  readonly request: Outgoing
}

async function exchange(
  running: Running,
  sending: Sending,
  { call, attempt, request }: Trying,
): Promise<Failure | undefined> {
  const { context } = running
  const { url, headers: sent, body: written } = request
  const { timeouts } = sending.target.provider
  const answer = await context.ports.fetch(
    { method: 'POST', url, headers: sent, body: written, timeouts },
    context.signal,
  )
  if (!answer.ok) return answer.failure
  attempt.status = answer.status
  const well = answer.status >= 200 && answer.status <= 299
  const body = await readBody(answer, well ? context.limits.answerBytes : ERROR_BODY_BYTES)
  attempt.firstByteMs = since(context)
  if (!body.ok && well) return body.failure
  const text = body.ok ? body.bytes.toString('utf8') : ''
  const { headers, status } = answer
  if (!well) return refusedBy(running, sending, { status, headers, body: text })
  return takeAnswer(running, sending, { call, answer: { body: text, headers } })
}

function headersOf({ forward }: CallsContext, { target, service }: Sending): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    ...forward.always,
    ...service.headers,
    ...target.provider.headers,
  }
}

function refusedBy(
  { context }: Running,
  { target }: Sending,
  answer: CallAnswer & { readonly status: number },
): Failure {
  const { platform, quirks, errors } = target.resolved
  return context.dialects(target).readFailure(answer, { platform: platform.id, quirks, errors })
}

/** A 200 is not yet an answer: several platforms put their errors into it. */
function takeAnswer(
  running: Running,
  sending: Sending,
  { call, answer }: { readonly call: Call; readonly answer: CallAnswer },
): Failure | undefined {
  const { job, context, spent } = running
  const { target, service } = sending
  const taken = job.take(call.range, service.target, answer)
  if (!taken.ok) {
    if (taken.failure !== undefined) return taken.failure
    const { code, message } = readWords(answer.body)
    if (code !== undefined || message !== undefined) return refusedBy(running, sending, { ...answer, status: 200 })
    return failure('malformed', `${service.target.name} answered without a word of what it was asked for`)
  }
  spent.push({ target, range: call.range, usage: taken.usage })
  note(context.trace, [...call.warnings, ...taken.warnings])
  return undefined
}
