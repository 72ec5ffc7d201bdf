/** What a model whose length nobody knows gives. */
export const DEFAULT_LENGTH = 384

/**
 * The vector of a text in a space: of length one, the same for the same text wherever the space is played, and of
 * float32 values, so that it survives either encoding exactly. A shorter one is the longer one's beginning, scaled
 * anew, as models do that can be cut.
 */
export function vectorFor(text: string, space: string, length: number): readonly number[] {
  const draw = drawsOf(`${space}\n${text}`)
  const drawn = Array.from({ length }, () => draw() * 2 - 1)
  const norm = Math.sqrt(drawn.reduce((sum, value) => sum + value * value, 0))
  return drawn.map((value) => Math.fround(value / norm))
}

/** Numbers in [0, 1) that hang on the text alone: FNV-1a as a seed, then mulberry32. */
function drawsOf(text: string): () => number {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Little-endian float32 as base64. */
export function base64Of(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, i * 4)
  return bytes.toString('base64')
}

/** How well a document answers a query: the part of the query's words that it has, a little less for a longer text. */
export function relevanceOf(query: string, document: string): number {
  const words = wordsOf(query)
  const has = new Set(wordsOf(document))
  const found = words.filter((word) => has.has(word)).length
  return Math.round(((found / Math.max(1, words.length)) * 0.9 + 0.1 / (1 + document.length / 100)) * 1e6) / 1e6
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

const RISKS: Readonly<Record<string, readonly string[]>> = {
  violence: ['kill', 'attack', '杀'],
  hate: ['hate'],
  'self-harm': ['suicide'],
}

/** Kinds of risk in a text, by a few words. */
export function risksIn(text: string): readonly string[] {
  const lower = text.toLowerCase()
  return Object.entries(RISKS).flatMap(([risk, words]) => (words.some((word) => lower.includes(word)) ? [risk] : []))
}
