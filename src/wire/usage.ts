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
  /** Text and tool calls. */
  readonly outputText: number
  readonly outputReasoning: number
  readonly outputAudio: number
  /** The platform's own usage object, untouched; absent when `estimated`. */
  readonly raw?: JsonObject
  /** True when the platform gave no figure and we counted ourselves. */
  readonly estimated?: boolean
}

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
  return usage.inputFresh + usage.inputCached + usage.cacheWriteShort + usage.cacheWriteLong + usage.inputAudio
}

/** All output tokens, reasoning included. */
export function outputTokens(usage: Usage): number {
  return usage.outputText + usage.outputReasoning + usage.outputAudio
}
