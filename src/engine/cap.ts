import type { Run } from '#engine/run.ts'
import type { Dialect } from '#wire/dialect.ts'
import { callerField } from '#wire/shape/caller-field.ts'
import { capOutput } from '#wire/shape/cap-output.ts'
import type { Warning } from '#wire/warning.ts'

/** A request as it goes on after its money was reserved. */
export interface Fitted {
  readonly run: Run
  /** Tells with each written request that it was cut down. */
  readonly telling: (dialect: Dialect) => Dialect
}

/** The request as it is, or with its output cut down to what its budget has left. */
export function fitted(run: Run, maxOutputTokens: number | undefined): Fitted {
  if (maxOutputTokens === undefined) return { run, telling: (dialect) => dialect }
  const { request } = run
  const from = request.maxOutputTokens ?? 'no bound'
  const warning: Warning = {
    action: 'clamped',
    path: callerField(request, 'maxOutputTokens'),
    detail: `from ${from} to ${maxOutputTokens}: what the budget has left pays for no more`,
  }
  return {
    run: { ...run, request: capOutput(request, maxOutputTokens) },
    telling: (dialect) => ({
      ...dialect,
      writeRequest(asked, target) {
        const result = dialect.writeRequest(asked, target)
        if (!result.ok) return result
        return { ok: true, written: { ...result.written, warnings: [warning, ...result.written.warnings] } }
      },
    }),
  }
}
