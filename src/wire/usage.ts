import type { JsonObject } from '#wire/json.ts'

/**
 * Tokens of one answer in leaves that never overlap: the sum of all leaves is what the platform counted.
 * Integers, never negative. A dialect's reader subtracts what its platform counts twice (cached inside prompt,
 * reasoning inside completion), so that prices and reports never have to know (pains T24, T25).
 */
export interface Usage {
  /** Input read at full price. */
  readonly inputFresh: number
  /** Input served from a prompt cache. */
  readonly inputCached: number
  /** Input written to a cache with the platform's short time-to-live (Anthropic: 5 minutes). */
  readonly cacheWriteShort: number
  /** Input written to a cache with a long time-to-live (Anthropic: 1 hour). */
  readonly cacheWriteLong: number
  readonly inputAudio: number
  /** Input served from a cache that the request marked itself, where the platform tells it from its own (DashScope). Absent = 0. */
  readonly inputCachedExplicit?: number
  /** Pictures and films, where the platform counts them apart. Absent = 0. */
  readonly inputImage?: number
  /** Text and tool calls. */
  readonly outputText: number
  readonly outputReasoning: number
  readonly outputAudio: number
  /** Absent = 0. */
  readonly outputImage?: number
  /** What the platform counted beside tokens. */
  readonly counts?: Counts
  /** How fast the platform says that it served, where that is not its standard: `batch`, `flex`, `priority`. */
  readonly lane?: string
  /** What else a price may hang on: a clip's resolution. */
  readonly traits?: Readonly<Record<string, string | boolean>>
  /** The platform's own usage object, untouched; absent when `estimated`. */
  readonly raw?: JsonObject
  /** True when the platform gave no figure and we counted ourselves. */
  readonly estimated?: boolean
}

/** What is counted beside tokens. `search` is a ranking, `web-search` a look into the web that the platform ran. */
export const COUNTED = [
  'web-search',
  'web-fetch',
  'file-search',
  'code-session',
  'search',
  'image',
  'second',
  'video',
  'credit',
  'character',
  'page',
] as const
export type Counted = (typeof COUNTED)[number]

/** Whole numbers above zero. */
export type Counts = Readonly<Partial<Record<Counted, number>>>

export const NO_USAGE: Usage = {
  inputFresh: 0,
  inputCached: 0,
  cacheWriteShort: 0,
  cacheWriteLong: 0,
  inputAudio: 0,
  outputText: 0,
  outputReasoning: 0,
  outputAudio: 0,
}

/** All input tokens, cached and written ones included. */
export function inputTokens(usage: Usage): number {
  const { inputFresh, inputAudio, inputImage = 0 } = usage
  return inputFresh + cachedTokens(usage) + usage.cacheWriteShort + usage.cacheWriteLong + inputAudio + inputImage
}

/** Input tokens served from a cache of whatever kind. */
export function cachedTokens({ inputCached, inputCachedExplicit = 0 }: Usage): number {
  return inputCached + inputCachedExplicit
}

/** All output tokens, reasoning included. */
export function outputTokens({ outputText, outputReasoning, outputAudio, outputImage = 0 }: Usage): number {
  return outputText + outputReasoning + outputAudio + outputImage
}

/** Sums of every leaf. The platforms' own objects cannot be added up, and stay out; what else prices hang on is the first one's. */
export function addUsage(a: Usage, b: Usage): Usage {
  const { raw: _raw, ...first } = a
  const estimated = a.estimated === true || b.estimated === true
  const counts = addCounts(a.counts, b.counts)
  return {
    ...first,
    inputFresh: a.inputFresh + b.inputFresh,
    inputCached: a.inputCached + b.inputCached,
    cacheWriteShort: a.cacheWriteShort + b.cacheWriteShort,
    cacheWriteLong: a.cacheWriteLong + b.cacheWriteLong,
    inputAudio: a.inputAudio + b.inputAudio,
    outputText: a.outputText + b.outputText,
    outputReasoning: a.outputReasoning + b.outputReasoning,
    outputAudio: a.outputAudio + b.outputAudio,
    ...addOptional(a, b),
    ...(counts === undefined ? {} : { counts }),
    ...(estimated ? { estimated } : {}),
  }
}

const OPTIONAL_LEAVES = ['inputCachedExplicit', 'inputImage', 'outputImage'] as const

function addOptional(a: Usage, b: Usage): Partial<Record<(typeof OPTIONAL_LEAVES)[number], number>> {
  const there = OPTIONAL_LEAVES.filter((leaf) => a[leaf] !== undefined || b[leaf] !== undefined)
  return Object.fromEntries(there.map((leaf) => [leaf, (a[leaf] ?? 0) + (b[leaf] ?? 0)]))
}

function addCounts(a: Counts | undefined, b: Counts | undefined): Counts | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const there = COUNTED.filter((counted) => a[counted] !== undefined || b[counted] !== undefined)
  return Object.fromEntries(there.map((counted) => [counted, (a[counted] ?? 0) + (b[counted] ?? 0)]))
}

/** The same sums in the eight kinds that every usage has: for books that keep no others. */
export function inEightKinds(usage: Usage): Usage {
  const { inputCachedExplicit = 0, inputImage = 0, outputImage = 0, ...rest } = usage
  if (inputCachedExplicit + inputImage + outputImage === 0) return rest
  return {
    ...rest,
    inputFresh: rest.inputFresh + inputImage,
    inputCached: cachedTokens(usage),
    outputText: rest.outputText + outputImage,
  }
}
