import type { NumberRule, Range } from '#wire/quirks.ts'

/** `0..2`, `(0..1]`, `0..`, in the way of mathematics: a round bracket is not taken itself. */
export function rangeWords({ min, max, minOpen, maxOpen }: Range): string {
  if (minOpen !== true && maxOpen !== true) return `${min ?? ''}..${max ?? ''}`
  return `${minOpen === true ? '(' : '['}${min ?? ''}..${max ?? ''}${maxOpen === true ? ')' : ']'}`
}

/** Parts of a range that nobody misses: `top_p` from 0.01 is as good as from 0. */
const SLACK = 0.02

/** Whether a rule takes all that OpenAI takes. An open end is not counted: the nearest value there is the same to anyone. */
export function covers(rule: NumberRule, wanted: { readonly min: number; readonly max: number }): boolean {
  if (rule === 'any') return true
  if (rule === 'fixed') return false
  const slack = (wanted.max - wanted.min) * SLACK
  return (rule.min ?? wanted.min) <= wanted.min + slack && (rule.max ?? wanted.max) >= wanted.max - slack
}
