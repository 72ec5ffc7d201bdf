import type { Part, SealMaker } from '#wire/part.ts'
import { base64OfText, textOfBase64 } from '#wire/shape/base64.ts'
import { readSeal, sealFor } from '#wire/shape/seal.ts'

/**
 * Thought signatures as callers of Gemini get them. The field is `bytes`: Google's own clients for Go, Java and Python
 * refuse what is no base64, so a seal with its maker's name (`tw.anthropic-messages.…`) travels in base64.
 */
const MARKED = base64OfText('tw.')
/** Stands before thinking that only its platform can read, which has no place of its own in this dialect. */
const REDACTED = 'tw.redacted.'

/**
 * Google's documented signature for calls that no Gemini model made: it skips the check that Gemini 3 makes of the
 * running turn (ai.google.dev/gemini-api/docs/thought-signatures, FAQ; Vertex AI takes this one of the two, 2026-11).
 */
export const SKIP_SIGNATURE = 'skip_thought_signature_validator'
const DUMMIES: ReadonlySet<string> = new Set([SKIP_SIGNATURE, 'context_engineering_is_the_way_to_go'])

/** A seal as `thoughtSignature`. */
export function signatureFor(signature: string, sealedBy: SealMaker | undefined): string {
  const seal = sealFor('gemini', signature, sealedBy)
  return seal === signature ? seal : base64OfText(seal)
}

/** Redacted thinking as `thoughtSignature` of a thought without text. */
export function redactedFor(data: string, sealedBy: SealMaker | undefined): string {
  return base64OfText(REDACTED + sealFor('gemini', data, sealedBy))
}

/** What a caller's `thoughtSignature` says: a seal of `text`, or of what follows; undefined for one that says nothing. */
export function readSignature(signature: string, text: string): Part | undefined {
  if (signature === '' || DUMMIES.has(signature)) return undefined
  const marked = unmarked(signature)
  if (marked?.startsWith(REDACTED) === true) {
    const { signature: data, sealedBy } = readSeal('gemini', marked.slice(REDACTED.length))
    return { kind: 'reasoning-redacted', data, sealedBy }
  }
  return { kind: 'reasoning', text, ...readSeal('gemini', marked ?? signature) }
}

/** True for a signature that no Gemini made, though it is not the documented dummy. */
export function isForeign(signature: string): boolean {
  const part = readSignature(signature, '')
  return part !== undefined && (part.kind !== 'reasoning' || part.sealedBy !== 'gemini')
}

/** The seal inside base64; clients of Python write the alphabet for addresses. */
function unmarked(signature: string): string | undefined {
  if (signature.startsWith('tw.')) return signature
  if (!signature.startsWith(MARKED)) return undefined
  const text = textOfBase64(signature.replaceAll('-', '+').replaceAll('_', '/'))
  return text?.startsWith('tw.') === true ? text : undefined
}
