import type { Dialect, WireTarget, WriteRequest } from '#wire/dialect.ts'
import type { ModelRequest } from '#wire/request.ts'

/**
 * A request in the words of a target's dialect. One that leaves the caller's dialect is refused, or told of in
 * warnings, as its reader has found that it must be: that a prompt becomes a question is no writer's to know.
 */
export function writeFor(dialect: Dialect, request: ModelRequest, target: WireTarget): WriteRequest {
  const { leaving } = request
  if (leaving === undefined || request.dialect === dialect.id) return dialect.writeRequest(request, target)
  if (leaving.refusal !== undefined) return { ok: false, failure: leaving.refusal }
  const result = dialect.writeRequest(request, target)
  if (!result.ok) return result
  return { ok: true, written: { ...result.written, warnings: [...leaving.warnings, ...result.written.warnings] } }
}
