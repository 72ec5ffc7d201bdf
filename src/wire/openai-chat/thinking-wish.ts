import type { Job } from '#wire/openai-chat/adapt.ts'
import type { Quirks } from '#wire/quirks.ts'
import { asksForNone } from '#wire/shape/effort.ts'

/** How a target is told to think, and what it does unasked. */
export interface ThinkingRules {
  readonly control: Quirks['thinking']
  readonly byDefault: Quirks['thinkingDefault']
  readonly efforts: Quirks['efforts']
}

export function thinkingRules(quirks: Quirks): ThinkingRules {
  return { control: quirks.thinking, byDefault: quirks.thinkingDefault, efforts: quirks.efforts }
}

/** Whether the model will think: by its nature, by the caller's wish, or unasked. */
export function willThink({ quirks, request: { reasoning } }: Job): boolean {
  const { control, byDefault } = thinkingRules(quirks)
  if (byDefault === 'always') return true
  if (reasoning === undefined) return byDefault === 'on'
  if (asksForNone(reasoning)) return byDefault === 'on' && control === 'none'
  return byDefault === 'on' || control !== 'none'
}
