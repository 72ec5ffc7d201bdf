import type { Dialect, Framing } from '#wire/dialect.ts'
import type { Frame } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import type { Trace } from '#engine/trace.ts'
import { FAILURES } from '#wire/failure.ts'
import { warningsHeader } from '#wire/warning.ts'

/** What goes back to the caller. A stream's frames end by themselves; leaving their loop early aborts the upstream. */
export type Reply =
  | {
      readonly kind: 'whole'
      readonly status: number
      readonly headers: Record<string, string>
      readonly body: Uint8Array | string
    }
  | {
      readonly kind: 'stream'
      readonly status: number
      readonly headers: Record<string, string>
      readonly frames: AsyncIterable<readonly Frame[]>
      readonly framing: Framing
    }

/** Headers that every answer of a request carries. */
export function traceHeaders(trace: Trace): Record<string, string> {
  const headers: Record<string, string> = { 'x-request-id': trace.id }
  if (trace.target !== undefined) headers['x-tongwen-target'] = headerText(trace.target)
  if (trace.attempts.length > 0) headers['x-tongwen-attempts'] = String(trace.attempts.length)
  if (trace.warnings.length > 0) headers['x-tongwen-warnings'] = warningsHeader(trace.warnings)
  return headers
}

/** A header value may hold printable ASCII only. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '_')
}

/** A failure in the caller's dialect, with the hints that the official SDKs obey. */
export function refusal(
  failure: Failure,
  context: { dialect: Dialect; trace: Trace; headers?: Record<string, string> },
): Reply {
  const { status, body } = context.dialect.writeFailure(failure, context.trace.id)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...traceHeaders(context.trace),
    ...context.headers,
    ...retryHeaders(failure),
  }
  return { kind: 'whole', status, headers, body }
}

function retryHeaders(failure: Failure): Record<string, string> {
  const status = FAILURES[failure.kind][0]
  if (!failure.retryable) return status === 429 || status >= 500 ? { 'x-should-retry': 'false' } : {}
  if (status !== 429 && status !== 503) return {}
  const waitMs = failure.retryAfterMs ?? 1_000
  return { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))), 'retry-after-ms': String(Math.ceil(waitMs)) }
}
