import type { JsonObject } from '#wire/json.ts'
import type { Usage } from '#wire/usage.ts'

/**
 * A token count: never negative, never a fraction, 0 for what is none. Digits in quotes count: Tencent gives its cached
 * tokens as text (PromptTokensDetails of the SDK of 2026).
 */
export function count(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? Math.trunc(number) : 0
}

/** Sums as platforms count: cached tokens inside the prompt, thinking inside the completion. */
export interface TokenSums {
  readonly prompt: number
  readonly cached?: number
  readonly completion: number
  /** The platform's own object. */
  readonly raw: JsonObject
}

/** Leaves that do not overlap; undefined where the platform has counted nothing yet. */
export function usageOfSums({ prompt, cached = 0, completion, raw }: TokenSums): Usage | undefined {
  if (prompt === 0 && completion === 0) return undefined
  const inputCached = Math.min(prompt, cached)
  return {
    inputFresh: prompt - inputCached,
    inputCached,
    cacheWriteShort: 0,
    cacheWriteLong: 0,
    inputAudio: 0,
    outputText: completion,
    outputReasoning: 0,
    outputAudio: 0,
    raw,
  }
}

/** The same sums: a running usage that did not move is no news. */
export function sameSums(before: Usage | undefined, after: Usage): boolean {
  return (
    before !== undefined &&
    before.inputFresh === after.inputFresh &&
    before.inputCached === after.inputCached &&
    before.outputText === after.outputText
  )
}
