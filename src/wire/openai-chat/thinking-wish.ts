import type { Job } from '#wire/openai-chat/adapt.ts'
import type { Quirks } from '#wire/quirks.ts'
import { asksForNone } from '#wire/shape/effort.ts'

/** How a target is told to think, and what it does unasked. */
export interface ThinkingRules {
  readonly control: Exclude<Quirks['thinking'], 'gemini-budget' | 'gemini-level' | 'nova-effort'>
  readonly byDefault: Quirks['thinkingDefault']
  readonly efforts: Quirks['efforts']
}

export function thinkingRules({ thinking, thinkingDefault, efforts }: Quirks): ThinkingRules {
  return { control: controlOf(thinking), byDefault: thinkingDefault, efforts }
}

/** Gemini's and Nova's own controls stand in other dialects; their OpenAI layers make them of `reasoning_effort`. */
function controlOf(thinking: Quirks['thinking']): ThinkingRules['control'] {
  return thinking === 'gemini-budget' || thinking === 'gemini-level' || thinking === 'nova-effort'
    ? 'reasoning-effort'
    : thinking
}

/** Whether the model will think: by its nature, by the caller's wish, or unasked. */
export function willThink({ quirks, request: { reasoning } }: Job): boolean {
  const { control, byDefault } = thinkingRules(quirks)
  if (byDefault === 'always') return true
  if (reasoning === undefined) return byDefault === 'on'
  if (asksForNone(reasoning)) return byDefault === 'on' && control === 'none'
  return byDefault === 'on' || control !== 'none'
}
