import { DIALECT_IDS, type DialectId } from '#wire/dialect.ts'

/**
 * A platform takes back only seals (signatures of thinking, encrypted thinking) that platforms of its own dialect made,
 * and answers 400 to others. So a seal that leaves for a caller of another dialect carries its maker's name, and comes
 * back with it: `tw.gemini.<seal>`. One that stays within its dialect travels bare.
 */
export interface Seal {
  readonly signature: string
  readonly sealedBy: DialectId
}

const MARK = 'tw.'

/** A seal as a caller of `dialect` gets it. */
export function sealFor(dialect: DialectId, signature: string, sealedBy: DialectId | undefined): string {
  return sealedBy === undefined || sealedBy === dialect ? signature : `${MARK}${sealedBy}.${signature}`
}

/** A seal as a caller of `dialect` sends it back. */
export function readSeal(dialect: DialectId, text: string): Seal {
  if (!text.startsWith(MARK)) return { signature: text, sealedBy: dialect }
  const end = text.indexOf('.', MARK.length)
  const maker = text.slice(MARK.length, end)
  const sealedBy = DIALECT_IDS.find((id) => id === maker)
  return sealedBy === undefined ? { signature: text, sealedBy: dialect } : { signature: text.slice(end + 1), sealedBy }
}

/** Whether a platform of `dialect` takes the seal back. A part without a maker was made by us: its seal counts as fitting. */
export function fits(dialect: DialectId, part: { readonly sealedBy?: DialectId }): boolean {
  return part.sealedBy === undefined || part.sealedBy === dialect
}
