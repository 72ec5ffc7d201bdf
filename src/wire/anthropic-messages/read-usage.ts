import { isObject, type JsonObject } from '#wire/json.ts'
import { countsOf, laneOf } from '#wire/shape/usage-extras.ts'
import type { Usage } from '#wire/usage.ts'

/** The three counts that together are the input; a message speaks of all of them or of none. */
const INPUT_KEYS = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const

/**
 * The usage so far, with what a later frame says laid over it: counts are cumulative, null says nothing. Later input
 * counts that are all zero say nothing either: some platforms count input in `message_start` only and fill
 * `message_delta` with zeros. Pain T27: the later, larger cache counts of server tools must not be lost.
 */
export function mergeUsage(before: JsonObject | undefined, later: JsonObject): JsonObject {
  if (before === undefined) return later
  const silent = INPUT_KEYS.every((key) => count(later[key]) === 0)
  const merged: Record<string, unknown> = { ...before }
  for (const key in later) {
    const value = later[key]
    if (value === null || value === undefined) continue
    if (silent && before[key] !== undefined && INPUT_KEYS.some((name) => name === key)) continue
    merged[key] = value
  }
  return merged
}

/**
 * Leaves that do not overlap. Anthropic counts cached input beside `input_tokens`, not inside (pains T24, T25), and
 * thinking inside `output_tokens`.
 */
export function readUsage(raw: JsonObject): Usage {
  const written = readWrites(raw)
  const output = count(raw['output_tokens'])
  const outputReasoning = Math.min(output, thinkingTokens(raw))
  return {
    inputFresh: count(raw['input_tokens']),
    inputCached: count(raw['cache_read_input_tokens']),
    cacheWriteShort: written.short,
    cacheWriteLong: written.long,
    inputAudio: 0,
    outputText: output - outputReasoning,
    outputReasoning,
    outputAudio: 0,
    ...countsOf(raw),
    // Fast mode is told apart from the service tier.
    ...laneOf(raw['speed'] === 'fast' ? 'fast' : raw['service_tier']),
    raw,
  }
}

/**
 * Cache writes by time-to-live. The breakdown stands in `message_start` only, while the sum goes on growing (pain T27):
 * what the sum has beyond the breakdown is of the long kind only if all that was broken down is.
 */
function readWrites(raw: JsonObject): { short: number; long: number } {
  const sum = count(raw['cache_creation_input_tokens'])
  const parts = raw['cache_creation']
  if (!isObject(parts)) return { short: sum, long: 0 }
  const short = count(parts['ephemeral_5m_input_tokens'])
  const long = count(parts['ephemeral_1h_input_tokens'])
  const more = Math.max(0, sum - short - long)
  return short === 0 && long > 0 ? { short, long: long + more } : { short: short + more, long }
}

function thinkingTokens(raw: JsonObject): number {
  const details = raw['output_tokens_details']
  return isObject(details) ? count(details['thinking_tokens'] ?? details['reasoning_tokens']) : 0
}

/** A token count: never negative, never a fraction, 0 for what is no number. */
function count(value: unknown): number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? Math.trunc(value) : 0
}
