import type { ReasoningPart, RedactedReasoningPart, SealMaker } from '#wire/part.ts'
import { readSeal, sealFor } from '#wire/shape/seal.ts'

const OWN = 'openai-responses'

/**
 * `encrypted_content` of thinking that nobody sealed. Clients that keep no state at the server send only reasoning
 * items back that have some (AI SDK 7: "Reasoning parts without encrypted content are not supported when store is
 * false"), and several platforms demand their thinking back (pain T19).
 */
export const UNSEALED = 'tw.unsealed'

/** Stands before a foreign seal that is the thinking itself, and no seal of an empty one. Base64 has no colon. */
const REDACTED = 'redacted:'

/** Part of the ids of items that we made: no platform knows them. */
const OURS = '_tw_'

/** The id of an item that we make, unlike any platform's: `msg_tw_<answer>_0`. OpenAI refuses ids without its prefixes. */
export function itemId(prefix: 'msg' | 'rs' | 'fc', answer: string, index: number): string {
  return `${prefix}${OURS}${answer}_${index}`
}

/** True for the id of an item that was written by us, by `itemId`. */
export function isOurs(id: unknown): boolean {
  return typeof id === 'string' && /^(?:msg|rs|fc)_tw_/.test(id)
}

/** True for a text in which something made by us may stand: a cheap look before a thorough one. */
export function mayHoldOurs(text: string): boolean {
  return text.includes(OURS) || text.includes('"tw.')
}

/** `encrypted_content` for a signature. */
export function contentOfSignature(signature: string, sealedBy: SealMaker | undefined): string {
  return sealFor(OWN, signature, sealedBy)
}

/** `encrypted_content` for thinking that only its platform can read. */
export function contentOfRedacted(data: string, sealedBy: SealMaker | undefined): string {
  return sealedBy === undefined || sealedBy === OWN ? data : sealFor(OWN, REDACTED + data, sealedBy)
}

/** The part that a reasoning item is; undefined for one that says nothing, since its platform has what it thought. */
export function partOfReasoning(
  text: string,
  content: string | undefined,
): ReasoningPart | RedactedReasoningPart | undefined {
  if (content === undefined || content === '' || content === UNSEALED) {
    return text === '' ? undefined : { kind: 'reasoning', text }
  }
  const { signature, sealedBy } = readSeal(OWN, content)
  if (text === '' && signature.startsWith(REDACTED)) {
    return { kind: 'reasoning-redacted', data: signature.slice(REDACTED.length), sealedBy }
  }
  return { kind: 'reasoning', text, signature, sealedBy }
}

/** What an own caller's `encrypted_content` is to a platform of this dialect. */
export type Fit = { readonly is: 'own'; readonly seal: string } | { readonly is: 'foreign' | 'none' }

/** Whether a platform of this dialect made the seal, and how it looked when it came. */
export function fitsHere(content: string | undefined): Fit {
  if (content === undefined || content === '' || content === UNSEALED) return { is: 'none' }
  const { signature, sealedBy } = readSeal(OWN, content)
  return sealedBy === OWN ? { is: 'own', seal: signature } : { is: 'foreign' }
}
