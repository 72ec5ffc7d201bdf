import type { Ports } from '#engine/ports.ts'
import type { LentKey } from '#engine/send/key-health.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { AttemptTrace, Trace } from '#engine/trace.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { Warning } from '#wire/warning.ts'

/** What keeping track of attempts takes. */
interface Keeping {
  readonly ports: Ports
  readonly trace: Trace
}

/** A try at a target begins: from here on the trace shows it. */
export function begin(context: Keeping, { target, reason }: Planned, key?: LentKey): AttemptTrace {
  const startedMs = context.ports.clock.now() - context.trace.at
  const shown = key !== undefined && key.of > 1 ? { key: key.number } : {}
  const attempt: AttemptTrace = { target: target.id, reason, ...shown, startedMs }
  context.trace.attempts.push(attempt)
  return attempt
}

/** A try is over, well where there is no failure. */
export function finish(context: Keeping, attempt: AttemptTrace, why: Failure | undefined): void {
  attempt.endedMs = since(context)
  if (why !== undefined) attempt.failure = why
  context.ports.metrics.attemptEnded(attempt.target, why?.kind, attempt.endedMs - attempt.startedMs)
}

/** Milliseconds since the request came in. */
export function since(context: Keeping): number {
  return context.ports.clock.now() - context.trace.at
}

/** What the caller is told when nobody answered: the one reason if there is one, else each target's. */
export function verdict(
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

/** Each warning once, however many calls it holds for. */
export function note({ warnings }: Trace, more: readonly Warning[]): void {
  const known = [...warnings]
  for (const warning of more) {
    if (!known.some(({ action, path }) => action === warning.action && path === warning.path)) warnings.push(warning)
  }
}

/** What a call ends with that was broken off since it was another's part, and not by its caller. */
export function stoppedBeside(): Failure {
  return failure('cut', 'stopped, since another call for the same request failed', { blame: 'gateway' })
}
