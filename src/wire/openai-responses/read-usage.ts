import { isObject, type JsonObject } from '#wire/json.ts'
import { numberIn } from '#wire/shape/read-json.ts'
import { countsOf, countsWith, laneOf } from '#wire/shape/usage-extras.ts'
import type { Counted, Usage } from '#wire/usage.ts'

/**
 * Leaves that do not overlap. Cached, written and audio tokens stand inside `input_tokens`, reasoning inside
 * `output_tokens`; figures that contradict each other never go below zero (pains T24, T25). Of tokens written to the
 * cache, those kept for 12 hours are the long kind. The response around it says the lane and what tools did.
 */
export function usageOf(raw: JsonObject, response?: JsonObject): Usage {
  const input = count(raw, 'input_tokens')
  const output = count(raw, 'output_tokens')
  const ins = raw['input_tokens_details']
  const outs = raw['output_tokens_details']
  const inputCached = Math.min(input, count(ins, 'cached_tokens'))
  const written = Math.min(input - inputCached, count(ins, 'cache_write_tokens'))
  const cacheWriteLong = Math.min(written, count(ins, 'cache_write_tokens_details', 'ttl_12h_tokens'))
  const inputAudio = Math.min(input - inputCached - written, count(ins, 'audio_tokens'))
  const inputImage = Math.min(input - inputCached - written - inputAudio, count(ins, 'image_tokens'))
  const outputReasoning = Math.min(output, count(outs, 'reasoning_tokens'))
  const outputAudio = Math.min(output - outputReasoning, count(outs, 'audio_tokens'))
  return {
    inputFresh: input - inputCached - written - inputAudio - inputImage,
    inputCached,
    cacheWriteShort: written - cacheWriteLong,
    cacheWriteLong,
    inputAudio,
    ...(inputImage === 0 ? {} : { inputImage }),
    outputText: output - outputReasoning - outputAudio,
    outputReasoning,
    outputAudio,
    ...toolsOf(raw, response),
    ...laneOf(response?.['service_tier']),
    raw,
  }
}

/** Items of the output that platforms charge for by the call. */
const CALLS: Readonly<Record<string, Counted>> = { web_search_call: 'web-search', file_search_call: 'file-search' }

/** Ark counts in the usage itself; OpenAI shows each call among the output. Looking at a found page is no search. */
function toolsOf(raw: JsonObject, response: JsonObject | undefined): Pick<Usage, 'counts'> {
  const counted = countsOf(raw)
  const items = response?.['output']
  if (counted.counts !== undefined || !Array.isArray(items)) return counted
  const counts: Partial<Record<Counted, number>> = {}
  for (const item of items) {
    if (!isObject(item)) continue
    const what = CALLS[String(item['type'])]
    const action = isObject(item['action']) ? item['action']['type'] : undefined
    if (what === undefined || (action !== undefined && action !== 'search')) continue
    counts[what] = (counts[what] ?? 0) + 1
  }
  return countsWith(counts)
}

/** True for a usage object with a figure in it; it is null before the answer ends. */
export function saysUsage(raw: unknown): raw is JsonObject {
  return isObject(raw) && (typeof raw['input_tokens'] === 'number' || typeof raw['output_tokens'] === 'number')
}

/** A token count: never negative, never a fraction, 0 for what is no number. */
function count(value: unknown, ...keys: readonly string[]): number {
  return Math.max(0, Math.trunc(numberIn(value, ...keys) ?? 0))
}
