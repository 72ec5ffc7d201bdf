import type { ModelRequest } from '#wire/request.ts'
import type { MediaSource, Part } from '#wire/part.ts'

/** What one image, file or sound counts as, where nobody has counted: of the order of a large image on most platforms. */
const MEDIA_TOKENS = 1_500

/**
 * Tokens of a text by its length: about four Latin letters or one and a half wide characters a token, which is what
 * the tokenizers of the platforms in the catalog come to on prose. An estimate, always marked as one.
 */
/** The same in twelfths of a token, for running sums over many short fragments. Wide characters take three bytes of UTF-8. */
export function twelfthsOf(text: string): number {
  const wide = (Buffer.byteLength(text) - text.length) / 2
  return 3 * text.length + 5 * wide
}

/** Tokens of a request's input: an estimate from its text. */
export function estimatedInput(request: ModelRequest): number {
  let twelfths = 0
  for (const message of request.messages) for (const part of message.parts) twelfths += partTwelfths(part) + 12
  for (const tool of request.tools) twelfths += 3 * JSON.stringify(tool).length
  return Math.ceil(twelfths / 12)
}

function partTwelfths(part: Part): number {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return twelfthsOf(part.text)
    case 'reasoning-redacted':
      return twelfthsOf(part.data)
    case 'tool-call':
      return twelfthsOf(part.name) + twelfthsOf(part.arguments)
    case 'tool-result':
      return part.parts.reduce((sum, inner) => sum + partTwelfths(inner), 0)
    case 'image':
    case 'file':
    case 'audio':
      return MEDIA_TOKENS * 12
    case 'native':
      return 3 * JSON.stringify(part.value).length
  }
}

/** Bodies up to this size are taken as text through and through: pictures in them weigh little. */
const PLAIN_BYTES = 64 * 1024

/** Tokens to hold of a key's tokens per minute while the request runs: from the body's text, without walking it. */
export function heldInput(request: ModelRequest): number {
  const { text } = request.source
  return text.length <= PLAIN_BYTES ? Math.ceil(twelfthsOf(text) / 12) : estimatedInput(request)
}

/**
 * No tokenizer makes more tokens than bytes, so this bounds the input from above: bytes of the text, and a generous
 * figure for each picture or file instead of the bytes of its base64 form.
 */
export function boundedInput(request: ModelRequest): number {
  const bytes = Buffer.byteLength(request.source.text)
  if (bytes <= PLAIN_BYTES) return bytes
  let media = 0
  let mediaBytes = 0
  const count = (source: MediaSource): void => {
    media++
    if (source.kind === 'data') mediaBytes += source.data.length
  }
  for (const message of request.messages) for (const part of message.parts) eachMedia(part, count)
  return Math.max(0, bytes - mediaBytes) + media * MEDIA_TOKENS * 10
}

function eachMedia(part: Part, count: (source: MediaSource) => void): void {
  if (part.kind === 'image' || part.kind === 'file' || part.kind === 'audio') count(part.source)
  else if (part.kind === 'tool-result') for (const inner of part.parts) eachMedia(inner, count)
}

/** Tokens of texts by their length: an estimate. */
export function tokensOfTexts(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + twelfthsOf(text), 0) / 12)
}

/** A bound of the same from above: no tokenizer makes more tokens than bytes. */
export function bytesOfTexts(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}
