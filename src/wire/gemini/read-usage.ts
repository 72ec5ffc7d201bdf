import { isObject, type JsonObject } from '#wire/json.ts'
import { laneOf } from '#wire/shape/usage-extras.ts'
import type { Usage } from '#wire/usage.ts'

/** Fields of `usageMetadata` that hold counts. Vertex AI sends objects that have none of them until the end. */
const COUNTS = [
  'promptTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
  'cachedContentTokenCount',
  'toolUsePromptTokenCount',
  'totalTokenCount',
] as const

/** The usage so far, with what a later frame says laid over it; undefined if it says nothing. */
export function mergeUsage(before: JsonObject | undefined, later: JsonObject): JsonObject | undefined {
  if (!COUNTS.some((key) => typeof later[key] === 'number')) return undefined
  return before === undefined ? later : { ...before, ...later }
}

/**
 * Leaves that do not overlap. Google counts cached tokens inside `promptTokenCount` and what tools brought beside it;
 * thoughts stand beside `candidatesTokenCount`, but for those endpoints whose total shows that they are inside.
 */
export function readUsage(raw: JsonObject): Usage {
  const prompt = count(raw['promptTokenCount'])
  const tools = count(raw['toolUsePromptTokenCount'])
  const cached = Math.min(prompt, count(raw['cachedContentTokenCount']))
  const audioIn = audioOf(raw['promptTokensDetails']) - audioOf(raw['cacheTokensDetails'])
  const inputAudio = Math.min(
    prompt - cached + tools,
    Math.max(0, audioIn) + audioOf(raw['toolUsePromptTokensDetails']),
  )
  const pictures = mediaOf(raw['promptTokensDetails']) - mediaOf(raw['cacheTokensDetails'])
  const inputImage = Math.min(prompt - cached + tools - inputAudio, Math.max(0, pictures))
  const thoughts = count(raw['thoughtsTokenCount'])
  const said = answered(raw, { input: prompt + tools, thoughts })
  const outputAudio = Math.min(said, audioOf(raw['candidatesTokensDetails']))
  const outputImage = Math.min(said - outputAudio, tokensOf(raw['candidatesTokensDetails'], 'IMAGE'))
  return {
    inputFresh: prompt - cached + tools - inputAudio - inputImage,
    inputCached: cached,
    cacheWriteShort: 0,
    cacheWriteLong: 0,
    inputAudio,
    ...(inputImage === 0 ? {} : { inputImage }),
    outputText: said - outputAudio - outputImage,
    outputReasoning: thoughts,
    outputAudio,
    ...(outputImage === 0 ? {} : { outputImage }),
    ...laneOf(laneWord(raw['trafficType'])),
    raw,
  }
}

/** Vertex AI: `ON_DEMAND_PRIORITY`, `ON_DEMAND_FLEX`; `PROVISIONED_THROUGHPUT` is paid for beforehand. */
function laneWord(said: unknown): unknown {
  return typeof said === 'string' ? said.replace('ON_DEMAND_', '').toLowerCase() : said
}

/** Tokens of the answer without thoughts. */
function answered(raw: JsonObject, { input, thoughts }: { readonly input: number; readonly thoughts: number }): number {
  const total = count(raw['totalTokenCount'])
  const candidates = raw['candidatesTokenCount']
  if (typeof candidates !== 'number') return Math.max(0, total - input - thoughts)
  const inside = thoughts > 0 && total === input + count(candidates)
  return Math.max(0, count(candidates) - (inside ? thoughts : 0))
}

/** Tokens of sound among those of each modality. */
function audioOf(details: unknown): number {
  return tokensOf(details, 'AUDIO')
}

/** Tokens of pictures and films. */
function mediaOf(details: unknown): number {
  return tokensOf(details, 'IMAGE') + tokensOf(details, 'VIDEO')
}

function tokensOf(details: unknown, modality: string): number {
  if (!Array.isArray(details)) return 0
  let sum = 0
  for (const detail of details) {
    if (isObject(detail) && detail['modality'] === modality) sum += count(detail['tokenCount'])
  }
  return sum
}

export function sameUsage(a: Usage | undefined, b: Usage): boolean {
  return (
    a !== undefined &&
    a.inputFresh === b.inputFresh &&
    a.inputCached === b.inputCached &&
    a.inputAudio === b.inputAudio &&
    a.inputImage === b.inputImage &&
    a.outputImage === b.outputImage &&
    a.lane === b.lane &&
    a.outputText === b.outputText &&
    a.outputReasoning === b.outputReasoning &&
    a.outputAudio === b.outputAudio
  )
}

/** A token count: never negative, never a fraction, 0 for what is no number. */
function count(value: unknown): number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? Math.trunc(value) : 0
}
