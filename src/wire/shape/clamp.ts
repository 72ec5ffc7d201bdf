import type { NumberRule, Range } from '#wire/quirks.ts'

/** How far inside an open end we stay: two decimals are what platforms document (`(0, 2)` → 0.01 and 1.99). */
const INSIDE = 0.01

/**
 * The nearest value that a platform takes. No `value` = leave the field out, since only the platform's own default
 * is taken. `changed` = the caller's number does not go out as it is, which is worth a warning.
 */
export function clampNumber(value: number, rule: NumberRule): { readonly value?: number; readonly changed: boolean } {
  if (rule === 'any') return { value, changed: false }
  if (rule === 'fixed') return { changed: true }
  const nearest = tooLow(value, rule) ?? tooHigh(value, rule)
  return nearest === undefined ? { value, changed: false } : { value: nearest, changed: true }
}

function tooLow(value: number, { min, minOpen = false }: Range): number | undefined {
  if (min === undefined || value > min || (value === min && !minOpen)) return undefined
  return minOpen ? hundredths(min + INSIDE) : min
}

function tooHigh(value: number, { max, maxOpen = false }: Range): number | undefined {
  if (max === undefined || value < max || (value === max && !maxOpen)) return undefined
  return maxOpen ? hundredths(max - INSIDE) : max
}

/** Without the dust of binary fractions. */
function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
