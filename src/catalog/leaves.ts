import type { PriceUnit, Rates } from '#catalog/schema.ts'
import type { Counted, Usage } from '#wire/usage.ts'

/** A kind of token that a usage counts. */
export type Leaf = Exclude<keyof Usage, 'raw' | 'estimated' | 'counts' | 'lane' | 'traits'>

/** Every kind of token, in the order in which prices list them. */
export const LEAVES: readonly Leaf[] = [
  'inputFresh',
  'inputCached',
  'inputCachedExplicit',
  'cacheWriteShort',
  'cacheWriteLong',
  'inputAudio',
  'inputImage',
  'outputText',
  'outputReasoning',
  'outputAudio',
  'outputImage',
]

/** Which rates price a kind of token, the first one present. Guesses err upwards. */
export const RATES_OF: Readonly<Record<Leaf, readonly (keyof Rates)[]>> = {
  inputFresh: ['input'],
  inputCached: ['cachedInput', 'input'],
  inputCachedExplicit: ['cachedExplicit', 'cachedInput', 'input'],
  cacheWriteShort: ['cacheWriteShort', 'input'],
  cacheWriteLong: ['cacheWriteLong', 'cacheWriteShort', 'input'],
  inputAudio: ['inputAudio', 'input'],
  inputImage: ['inputImage', 'input'],
  outputText: ['output'],
  outputReasoning: ['outputReasoning', 'output'],
  outputAudio: ['outputAudio', 'output'],
  outputImage: ['outputImage', 'output'],
}

/** The same for an answer that thought: some makers charge its text as its thoughts (Alibaba's two output prices). */
export const RATES_WHILE_THINKING: Readonly<Record<Leaf, readonly (keyof Rates)[]>> = {
  ...RATES_OF,
  outputText: ['outputThinking', 'output'],
  outputReasoning: ['outputReasoning', 'outputThinking', 'output'],
}

/** What rows of each unit count instead of tokens, and for how many of them a rate is. */
export const UNITS: Readonly<Partial<Record<PriceUnit, { readonly what: Counted; readonly per: number }>>> = {
  'million-characters': { what: 'character', per: 1_000_000 },
  search: { what: 'search', per: 1 },
  image: { what: 'image', per: 1 },
  second: { what: 'second', per: 1 },
  video: { what: 'video', per: 1 },
  credit: { what: 'credit', per: 1 },
}

/** How many tokens of a kind. */
export function tokensOf(usage: Usage, what: Leaf): number {
  return usage[what] ?? 0
}
