import { isObject, type JsonObject } from '#wire/json.ts'
import { countsOf, laneOf } from '#wire/shape/usage-extras.ts'
import { cachedTokens, inputTokens, outputTokens, type Usage } from '#wire/usage.ts'

/**
 * OpenAI's usage object in leaves that do not overlap. Cached, written, audio and image tokens stand inside
 * `prompt_tokens`, reasoning inside `completion_tokens`; figures that contradict each other never go below zero
 * (pains T24, T25). `lane` is the answer's `service_tier`.
 */
export function usageOf(raw: JsonObject, lane?: unknown): Usage {
  const input = details(raw, 'prompt_tokens_details', 'input_tokens_details')
  const output = details(raw, 'completion_tokens_details', 'output_tokens_details')
  const prompt = tokens(raw, 'prompt_tokens', 'input_tokens')
  const completion = tokens(raw, 'completion_tokens', 'output_tokens')
  const cached = Math.min(prompt, cachedOf(raw, input))
  const cacheWriteShort = Math.min(prompt - cached, writtenOf(raw, input))
  const inputAudio = Math.min(prompt - cached - cacheWriteShort, tokens(input, 'audio_tokens'))
  const inputImage = Math.min(prompt - cached - cacheWriteShort - inputAudio, picturesOf(input))
  const outputReasoning = Math.min(completion, tokens(output, 'reasoning_tokens') || tokens(raw, 'reasoning_tokens'))
  const outputAudio = Math.min(completion - outputReasoning, tokens(output, 'audio_tokens'))
  const outputImage = Math.min(completion - outputReasoning - outputAudio, tokens(output, 'image_tokens'))
  const explicit = isExplicit(raw, input) ? cached : 0
  return {
    inputFresh: prompt - cached - cacheWriteShort - inputAudio - inputImage,
    inputCached: cached - explicit,
    cacheWriteShort,
    cacheWriteLong: 0,
    inputAudio,
    ...(explicit === 0 ? {} : { inputCachedExplicit: explicit }),
    ...(inputImage === 0 ? {} : { inputImage }),
    outputText: completion - outputReasoning - outputAudio - outputImage,
    outputReasoning,
    outputAudio,
    ...(outputImage === 0 ? {} : { outputImage }),
    ...countsOf(raw),
    ...laneOf(lane),
    raw,
  }
}

const NOTHING: JsonObject = {}

function details(raw: JsonObject, key: string, other: string): JsonObject {
  const value = raw[key] ?? raw[other]
  return isObject(value) ? value : NOTHING
}

/** OpenAI, DashScope: in the details. Moonshot: at the top (older). DeepSeek: `prompt_cache_hit_tokens`. */
function cachedOf(raw: JsonObject, input: JsonObject): number {
  if (isCount(input['cached_tokens'])) return input['cached_tokens']
  return tokens(raw, 'cached_tokens', 'prompt_cache_hit_tokens')
}

/** DashScope tells hits of marked prompts, which cost less, by a word beside the counts (pain T28). */
function isExplicit(raw: JsonObject, input: JsonObject): boolean {
  return (input['cache_type'] ?? raw['cache_type']) === 'ephemeral'
}

/** DashScope counts films apart from pictures. */
function picturesOf(input: JsonObject): number {
  return tokens(input, 'image_tokens') + tokens(input, 'video_tokens')
}

/** DashScope: `cache_creation_input_tokens` in the details. OpenRouter: `cache_write_tokens`. */
function writtenOf(raw: JsonObject, input: JsonObject): number {
  return (
    tokens(input, 'cache_creation_input_tokens', 'cache_write_tokens') || tokens(raw, 'cache_creation_input_tokens')
  )
}

function tokens(object: JsonObject, key: string, other?: string): number {
  const value = object[key]
  if (isCount(value)) return value
  return other === undefined ? 0 : tokens(object, other)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

/** True for a usage object that says something: platforms send null or zeros before they know (MiniMax). */
export function saysUsage(raw: unknown): raw is JsonObject {
  if (!isObject(raw)) return false
  return (
    tokens(raw, 'prompt_tokens', 'input_tokens') > 0 ||
    tokens(raw, 'completion_tokens', 'output_tokens') > 0 ||
    tokens(raw, 'total_tokens') > 0
  )
}

/** The same figures: a running usage that did not move is no news. */
export function sameUsage(a: Usage | undefined, b: Usage): boolean {
  return (
    a !== undefined &&
    a.inputFresh === b.inputFresh &&
    a.inputCached === b.inputCached &&
    a.inputCachedExplicit === b.inputCachedExplicit &&
    a.inputImage === b.inputImage &&
    a.outputImage === b.outputImage &&
    a.lane === b.lane &&
    a.cacheWriteShort === b.cacheWriteShort &&
    a.inputAudio === b.inputAudio &&
    a.outputText === b.outputText &&
    a.outputReasoning === b.outputReasoning &&
    a.outputAudio === b.outputAudio
  )
}

/** OpenAI's usage object: cached and written tokens inside `prompt_tokens`, reasoning inside `completion_tokens`. */
export function openaiUsage(usage: Usage): object {
  const prompt = inputTokens(usage)
  const completion = outputTokens(usage)
  const written = usage.cacheWriteShort + usage.cacheWriteLong
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: cachedTokens(usage),
      ...(written > 0 ? { cache_creation_input_tokens: written } : {}),
      ...(usage.inputAudio > 0 ? { audio_tokens: usage.inputAudio } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.outputReasoning,
      ...(usage.outputAudio > 0 ? { audio_tokens: usage.outputAudio } : {}),
    },
  }
}
