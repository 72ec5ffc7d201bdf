/** "JSON.parse source text access": V8 has it since 11.4, the compiler's library not yet. */
interface SourceTextAccess {
  parse(text: string, revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}

const exact = JSON as unknown as SourceTextAccess

/** A run of digits, or an exponent, that a double may not hold. */
const LONG = /\d{16}|\d[eE][-+]?\d/

/** True for a JSON text with numbers that may not survive `JSON.parse`. */
export function mayLoseDigits(text: string): boolean {
  return LONG.test(text)
}

/**
 * `JSON.parse`, but numbers that a double cannot hold (ids beyond 2^53) keep their digits: `JSON.stringify` writes them
 * as they came. They are no numbers to whoever looks, so this is for values that are only passed on.
 */
export function parseExact(text: string): unknown {
  if (!mayLoseDigits(text)) return JSON.parse(text) as unknown
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? exact.rawJSON(source) : value,
  )
}
