import type { Job } from '#wire/openai-chat/adapt.ts'
import type { Quirks } from '#wire/quirks.ts'
import { type Effort, EFFORTS, type Reasoning } from '#wire/request.ts'

/** How a target is told to think, and what it does unasked. */
export interface ThinkingRules {
  readonly control: Quirks['thinking']
  readonly byDefault: Quirks['thinkingDefault']
  readonly efforts: Quirks['efforts']
}

export function thinkingRules(quirks: Quirks): ThinkingRules {
  return { control: quirks.thinking, byDefault: quirks.thinkingDefault, efforts: quirks.efforts }
}

/** The caller asked not to think. */
export function wantsNone({ effort, enabled }: Reasoning): boolean {
  return enabled === false || (enabled === undefined && effort === 'none')
}

/** Whether the model will think: by its nature, by the caller's wish, or unasked. */
export function willThink({ quirks, request: { reasoning } }: Job): boolean {
  const { control, byDefault } = thinkingRules(quirks)
  if (byDefault === 'always') return true
  if (reasoning === undefined) return byDefault === 'on'
  if (wantsNone(reasoning)) return byDefault === 'on' && control === 'none'
  return byDefault === 'on' || control !== 'none'
}

/** Budgets in tokens that stand for efforts, where a platform only counts; absent = as much as it likes. */
export const EFFORT_BUDGETS: Readonly<Partial<Record<Effort, number>>> = { minimal: 1024, low: 4096, medium: 16384 }

/** The effort that a budget stands for. */
export function effortOfBudget(tokens: number): Effort {
  const fitting = EFFORTS.find((effort) => tokens <= (EFFORT_BUDGETS[effort] ?? 0))
  return fitting ?? 'high'
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
