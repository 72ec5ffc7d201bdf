import type { Quirks } from '#wire/quirks.ts'
import { type Effort, EFFORTS, type Reasoning } from '#wire/request.ts'

/**
 * How many tokens of thinking an effort is worth. Ours, since no platform says: each step at least doubles the one
 * before, from the least budget that Anthropic takes. Whoever goes by it warns `approximated`.
 */
const BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 65_536,
}

/** Tokens of thinking that stand for an effort, where a target only counts. */
export function budgetOfEffort(effort: Effort): number {
  return BUDGETS[effort]
}

/** The least effort that covers a budget: an effort's own budget gives that effort back. */
export function effortOfBudget(tokens: number): Effort {
  return EFFORTS.find((effort) => tokens <= BUDGETS[effort]) ?? 'max'
}

/** True if the caller asked for no thinking. */
export function asksForNone({ effort, budgetTokens, enabled }: Reasoning): boolean {
  return enabled === false || budgetTokens === 0 || (effort === 'none' && enabled === undefined)
}

/** The effort among `efforts` that is nearest to the wish; of two equally near ones the harder. Never switches off. */
export function nearestEffort(wish: Effort, efforts: Quirks['efforts']): Effort | undefined {
  const place = EFFORTS.indexOf(wish)
  let best: Effort | undefined
  let distance = Number.POSITIVE_INFINITY
  for (const [i, effort] of EFFORTS.entries()) {
    if (effort === 'none' || efforts[effort] === undefined || Math.abs(i - place) > distance) continue
    best = effort
    distance = Math.abs(i - place)
  }
  return best
}
