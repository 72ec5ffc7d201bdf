import { verdict } from '#engine/send/attempt.ts'
import { ask } from '#engine/send/ask.ts'
import type { Ask, Asked, Begun, Refusal, SendContext, Sending, Spent } from '#engine/send/context.ts'
import { fanOut, fannedOut } from '#engine/send/fan-out.ts'
import { inlined } from '#engine/send/media.ts'
import { keptToSchema } from '#engine/send/schema.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { Failure } from '#wire/failure.ts'
import type { ModelRequest } from '#wire/request.ts'

/** An answer, and what was spent beside it. */
export interface Sent extends Begun {
  /** Grows while the answer is read. */
  readonly spent: readonly Spent[]
}

export type SendResult =
  | Sent
  | {
      readonly ok: false
      readonly failure: Failure
      readonly target: Target | undefined
      readonly spent: readonly Spent[]
    }

/** The only loop over targets: until one answers, the caller hangs up, or nobody is left. */
export async function send(
  request: ModelRequest,
  targets: readonly Planned[],
  context: SendContext,
): Promise<SendResult> {
  const failures: { target: Target; failure: Failure }[] = []
  const sending: Sending = { context, spent: [], intent: undefined, stopped: false }
  const { spent } = sending
  for (const planned of targets) {
    if (context.signal.aborted) break
    const { target } = planned
    const result = await sendTo(request, planned, sending)
    if (result.ok) return { ...result, spent }
    if (sending.stopped) return { ok: false, failure: result.failure, target, spent }
    failures.push({ target, failure: result.failure })
    if (!result.failure.retryable) break
  }
  return { ok: false, ...verdict(failures, context.signal), spent }
}

/** One target, with all that the gateway does itself for it: fetch what it wants inside, ask several times, hold to a schema. */
async function sendTo(request: ModelRequest, planned: Planned, sending: Sending): Promise<Begun | Refusal> {
  const { context } = sending
  const { target } = planned
  const plain: Asked = { request, warnings: [], signal: context.signal }
  const inlining = inlined(plain, target, context)
  const whole = inlining instanceof Promise ? await inlining : { ok: true as const, asked: inlining }
  if (!whole.ok) return whole
  const askOnce: Ask = (asked, reason) => ask(asked, { target, reason }, sending)
  const askWell: Ask = (asked, reason) => keptToSchema(asked, { target, reason }, { sending, ask: askOnce })
  const calls = fanOut(whole.asked, target, context)
  if (calls === undefined) return await askWell(whole.asked, planned.reason)
  return await fannedOut(calls, planned, { sending, ask: askWell })
}
