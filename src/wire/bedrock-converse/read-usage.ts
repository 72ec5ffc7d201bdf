import { isObject, type JsonObject } from '#wire/json.ts'
import type { Usage } from '#wire/usage.ts'

/**
 * Leaves that do not overlap. AWS counts cached input beside `inputTokens`, not inside (facts 2.8, pains T24, T25), and
 * does not tell thinking from the rest of the output.
 */
export function readUsage(raw: JsonObject): Usage {
  const written = count(raw['cacheWriteInputTokens'] ?? raw['cacheWriteInputTokenCount'])
  const cacheWriteLong = Math.min(written, longWrites(raw['cacheDetails']))
  return {
    inputFresh: count(raw['inputTokens']),
    inputCached: count(raw['cacheReadInputTokens'] ?? raw['cacheReadInputTokenCount']),
    cacheWriteShort: written - cacheWriteLong,
    cacheWriteLong,
    inputAudio: 0,
    outputText: count(raw['outputTokens']),
    outputReasoning: 0,
    outputAudio: 0,
    raw,
  }
}

/** Cache writes with the long time-to-live. */
function longWrites(details: unknown): number {
  if (!Array.isArray(details)) return 0
  let sum = 0
  for (const detail of details) {
    if (isObject(detail) && detail['ttl'] === '1h') sum += count(detail['inputTokens'])
  }
  return sum
}

/** A token count: never negative, never a fraction, 0 for what is no number. */
function count(value: unknown): number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? Math.trunc(value) : 0
}
