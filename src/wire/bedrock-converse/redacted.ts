import type { SealMaker } from '#wire/part.ts'
import { base64OfText, textOfBase64 } from '#wire/shape/base64.ts'
import { readSeal, sealFor } from '#wire/shape/seal.ts'

/** How the base64 of a seal begins that carries its maker's name. */
const MARKED = base64OfText('tw.')

/** Thinking that only its platform can read, as a caller sends it back. AWS's field is bytes: a foreign seal is wrapped. */
export function readRedacted(content: string): { readonly data: string; readonly sealedBy: SealMaker } {
  const text = content.startsWith(MARKED) ? (textOfBase64(content) ?? content) : content
  const { signature, sealedBy } = readSeal('bedrock-converse', text)
  return { data: sealedBy === 'bedrock-converse' ? content : signature, sealedBy }
}

/** The same as a caller gets it: clients decode and encode it, so it has to be base64 whoever sealed it. */
export function writeRedacted(data: string, sealedBy: SealMaker | undefined): string {
  const sealed = sealFor('bedrock-converse', data, sealedBy)
  return sealed === data ? data : base64OfText(sealed)
}
