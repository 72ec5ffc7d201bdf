import type { Config, RouteConfig } from '#engine/config/config.ts'
import { selectorProblem } from '#engine/config/selectors.ts'
import type { Call } from '#engine/run.ts'
import type { DialectId } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { readSelector, type Selector, selects } from '#wire/selector.ts'
import { isLossy, type Warning } from '#wire/warning.ts'

/** A selector of warnings, and who set it. */
interface Switch {
  readonly selector: Selector
  readonly by: string
}

/** What rules a target out instead of being told in a warning. */
export interface Refusing {
  /** Every loss. */
  readonly strict: boolean
  readonly switches: readonly Switch[]
  /** In whose words warnings name their paths. */
  readonly dialect: DialectId
}

export type ReadRefusing =
  | { readonly ok: true; readonly refusing: Refusing }
  | { readonly ok: false; readonly failure: Failure }

const HEADER = 'x-tongwen-refuse'
const NO_SWITCHES: readonly Switch[] = []

/** All switches that hold for a request: the configuration's, its route's, its own. A word of its own that means nothing is a failure. */
export function refusingOf(
  { strict, refuse, dialect }: Pick<Call, 'strict' | 'refuse' | 'dialect'>,
  config: Pick<Config, 'refuse'>,
  route: RouteConfig | undefined,
): ReadRefusing {
  const own = refuse === undefined ? [] : refuse.split(',').filter((each) => each.trim() !== '')
  const [problem] = own.flatMap((each) => selectorProblem(each) ?? [])
  if (problem !== undefined) {
    return { ok: false, failure: failure('invalid-request', `${HEADER}: ${problem}`, { param: HEADER }) }
  }
  const switches = [
    ...switchesOf(config.refuse, '`refuse` in the configuration'),
    ...switchesOf(route?.refuse ?? [], `\`refuse\` of the route "${route?.name ?? ''}"`),
    ...switchesOf(own, HEADER),
  ]
  return {
    ok: true,
    refusing: { strict, switches: switches.length === 0 ? NO_SWITCHES : switches, dialect: dialect.id },
  }
}

function switchesOf(written: readonly string[], by: string): Switch[] {
  return written.flatMap((text) => {
    const read = readSelector(text)
    return read.ok ? [{ selector: read.selector, by }] : []
  })
}

/** Why a target that would need these warnings is passed over; undefined where it is not. */
export function refusalOf(
  { strict, switches, dialect }: Refusing,
  targetId: string,
  warnings: readonly Warning[],
): Failure | undefined {
  if (warnings.length === 0) return undefined
  const lost = strict ? warnings.filter(isLossy) : []
  if (lost.length > 0) return refused(lost, `x-tongwen-strict is on, and ${targetId} would lose: ${listed(lost)}`)
  for (const { selector, by } of switches) {
    const found = warnings.filter((warning) => selects(selector, warning, dialect))
    if (found.length > 0) {
      return refused(
        found,
        `${targetId} could do it only with ${listed(found)}, which "${selector.text}" in ${by} refuses`,
      )
    }
  }
  return undefined
}

function refused(warnings: readonly Warning[], message: string): Failure {
  const [first] = warnings
  return failure('strict', message, { ...(first === undefined ? {} : { param: first.path }), retryable: true })
}

function listed(warnings: readonly Warning[]): string {
  return warnings.map(({ action, path }) => `${action}:${path}`).join(', ')
}
