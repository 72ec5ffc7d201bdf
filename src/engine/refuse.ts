import { type Reply, refusal } from '#engine/reply.ts'
import type { Run } from '#engine/run.ts'
import type { Outcome } from '#engine/trace.ts'
import type { Failure } from '#wire/failure.ts'

/** Ends a request with words in its caller's dialect. What the trace has not been told yet, it is told here. */
export function refuse(
  { engine, call, trace }: Pick<Run, 'engine' | 'call' | 'trace'>,
  why: Failure,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  if (trace.outcome === undefined && trace.keyId !== '') engine.refused.remember(trace)
  trace.outcome ??= 'refused'
  trace.failure ??= why
  trace.durationMs ??= engine.ports.clock.now() - trace.at
  engine.ports.metrics.requestEnded(trace)
  return refusal(why, { dialect: call.dialect, trace, headers })
}

/** How a request that went upstream is filed. */
export function outcomeOf(why: Failure | undefined): Outcome {
  if (why === undefined) return 'completed'
  return why.blame === 'caller' && why.kind === 'cut' ? 'aborted' : 'failed'
}
