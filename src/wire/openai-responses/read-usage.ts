import { isObject, type JsonObject } from '#wire/json.ts'
import type { Usage } from '#wire/usage.ts'
import { numberIn } from '#wire/shape/read-json.ts'

/**
 * Leaves that do not overlap. Cached, written and audio tokens stand inside `input_tokens`, reasoning inside
 * `output_tokens`; figures that contradict each other never go below zero (pains T24, T25). Of tokens written to the
 * cache, those kept for 12 hours are the long kind.
 */
export function usageOf(raw: JsonObject): Usage {
  const input = count(raw, 'input_tokens')
  const output = count(raw, 'output_tokens')
  const ins = raw['input_tokens_details']
  const outs = raw['output_tokens_details']
  const inputCached = Math.min(input, count(ins, 'cached_tokens'))
  const written = Math.min(input - inputCached, count(ins, 'cache_write_tokens'))
  const cacheWriteLong = Math.min(written, count(ins, 'cache_write_tokens_details', 'ttl_12h_tokens'))
  const inputAudio = Math.min(input - inputCached - written, count(ins, 'audio_tokens'))
  const outputReasoning = Math.min(output, count(outs, 'reasoning_tokens'))
  const outputAudio = Math.min(output - outputReasoning, count(outs, 'audio_tokens'))
  return {
    inputFresh: input - inputCached - written - inputAudio,
    inputCached,
    cacheWriteShort: written - cacheWriteLong,
    cacheWriteLong,
    inputAudio,
    outputText: output - outputReasoning - outputAudio,
    outputReasoning,
    outputAudio,
    raw,
  }
}

/** True for a usage object with a figure in it; it is null before the answer ends. */
export function saysUsage(raw: unknown): raw is JsonObject {
  return isObject(raw) && (typeof raw['input_tokens'] === 'number' || typeof raw['output_tokens'] === 'number')
}

/** A token count: never negative, never a fraction, 0 for what is no number. */
function count(value: unknown, ...keys: readonly string[]): number {
  return Math.max(0, Math.trunc(numberIn(value, ...keys) ?? 0))
}
