import type { DialectId, WireTarget } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import type { ModelRequest } from '#wire/request.ts'
import { callerField, type NamedField } from '#wire/shape/caller-field.ts'
import type { Warning, WarningAction } from '#wire/warning.ts'

/** A request on its way into a dialect's words. */
export interface Draft {
  /** What the target speaks. */
  readonly dialect: DialectId
  readonly request: ModelRequest
  readonly target: WireTarget
  readonly warnings: Warning[]
  /** How many of the next cache marks are more than the target takes. */
  readonly marks: { over: number }
}

/** What changes in the own text of a caller of the target's dialect. */
export interface Overlay {
  readonly draft: Draft
  readonly json: JsonObject
  readonly patch: Map<string, unknown>
}

/** Notes what happened to a field of the middle form, by the caller's own name. */
export function note(draft: Draft, field: NamedField, [action, detail]: readonly [WarningAction, string]): void {
  draft.warnings.push({ action, path: callerField(draft.request, field), detail })
}
