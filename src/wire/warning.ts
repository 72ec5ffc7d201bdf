/**
 * What happened to something that could not travel as it was.
 *
 * - `dropped`      left out; the target never sees it
 * - `clamped`      moved to the nearest value that the target takes
 * - `approximated` said in the target's words with another meaning at the edges
 * - `emulated`     done by other means than the target's own
 * - `ignored`      sent, but the target is known to take no notice
 * - `renamed`      same meaning under another name
 * - `reordered`    messages moved or merged to fit the target's order rules
 * - `defaulted`    absent in the request, required by the target, so chosen by us
 * - `restored`     absent in the request, put back from what the gateway remembers of the conversation
 */
export const WARNING_ACTIONS = [
  'dropped',
  'clamped',
  'approximated',
  'emulated',
  'ignored',
  'renamed',
  'reordered',
  'defaulted',
  'restored',
] as const

export type WarningAction = (typeof WARNING_ACTIONS)[number]

/** One thing that changed on the way, and where. `path` is in the caller's words: `logit_bias`, `messages.3.name`. */
export interface Warning {
  readonly action: WarningAction
  readonly path: string
  /** Plain words for the trace: from what to what, and why. */
  readonly detail?: string
}

const LOSSY: ReadonlySet<WarningAction> = new Set(['dropped', 'clamped', 'approximated', 'emulated', 'ignored'])

/** True when the caller loses something: what `x-tongwen-strict: true` refuses. */
export function isLossy(warning: Warning): boolean {
  return LOSSY.has(warning.action)
}

/** The value of `x-tongwen-warnings`: `dropped:logit_bias, clamped:temperature`; printable ASCII only, each pair once. */
export function warningsHeader(warnings: readonly Warning[]): string {
  const pairs = new Set<string>()
  for (const { action, path } of warnings) {
    pairs.add(`${action}:${path.replace(/[^\x21-\x2b\x2d-\x7e]/g, '_').slice(0, 200)}`)
  }
  return [...pairs].slice(0, 64).join(', ')
}
