import type { JsonObject } from '#wire/json.ts'
import type { ModelRequest, ResponseFormat } from '#wire/request.ts'
import { askedFormat } from '#wire/shape/asked-format.ts'
import { callerField, type NamedField } from '#wire/shape/caller-field.ts'
import { clampNumber } from '#wire/shape/clamp.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { writeMaxTokens, writeTemperature, writeTopK, writeTopP } from '#wire/shape/sampling.ts'
import { projected } from '#wire/gemini/write-schema.ts'
import { writeThinking } from '#wire/gemini/write-thinking.ts'

/** `seed` is an int32 there. */
const MOST_SEED = 2 ** 31

/** `generationConfig` for a caller of another dialect; undefined where nothing is to be said. */
export function writeConfig(draft: Draft, system: JsonObject[]): JsonObject | undefined {
  const temperature = writeTemperature(draft, false)
  const config: Record<string, unknown> = {
    maxOutputTokens: writeMaxTokens(draft),
    temperature,
    topP: writeTopP(draft, { temperature: temperature !== undefined, thinking: false }),
    topK: writeTopK(draft, false),
    stopSequences: writeStop(draft),
    seed: writeSeed(draft),
    presencePenalty: writePenalty(draft, 'presencePenalty'),
    frequencyPenalty: writePenalty(draft, 'frequencyPenalty'),
    candidateCount: writeAnswers(draft),
    ...writeFormat(draft, system),
    thinkingConfig: writeThinking(draft),
  }
  const fitted = fittedConfig(draft, config)
  return Object.keys(fitted).length === 0 ? undefined : fitted
}

/** Gemini's field names that the middle form has other names for. */
const FIELDS: Readonly<Record<string, NamedField>> = {
  maxOutputTokens: 'maxOutputTokens',
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  stopSequences: 'stop',
  seed: 'seed',
  presencePenalty: 'presencePenalty',
  frequencyPenalty: 'frequencyPenalty',
  candidateCount: 'n',
  responseMimeType: 'responseFormat',
  responseSchema: 'responseFormat',
  responseJsonSchema: 'responseFormat',
  thinkingConfig: 'reasoning',
}

/** The fields that the target takes, under its names. */
function fittedConfig(draft: Draft, config: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {}
  for (const key in config) {
    if (config[key] === undefined) continue
    const { name, warning } = fateOf({ ...draft.target.quirks, knownFields: 'any' }, key)
    if (warning !== undefined) draft.warnings.push({ ...warning, path: fieldPath(draft.request, key) })
    if (name !== undefined) kept[name] = config[key]
  }
  return kept
}

/** The caller's name of one of our fields. */
export function fieldPath(request: ModelRequest, key: string): string {
  const field = FIELDS[key]
  return field === undefined ? key : callerField(request, field)
}

/** As many stop sequences as the target takes, none of them empty. */
export function writeStop(draft: Draft): readonly string[] | undefined {
  const { stop } = draft.request
  if (stop === undefined) return undefined
  const { stopMax } = draft.target.quirks
  const kept = stop.filter((sequence) => sequence !== '').slice(0, stopMax)
  if (kept.length < stop.length) {
    note(draft, 'stop', ['dropped', `${stop.length - kept.length} of ${stop.length}, which the target refuses`])
  }
  return kept.length === 0 ? undefined : kept
}

function writeSeed(draft: Draft): number | undefined {
  const { seed } = draft.request
  if (seed === undefined || (seed >= -MOST_SEED && seed < MOST_SEED)) return seed
  note(draft, 'seed', ['dropped', 'the target takes 32 bits only'])
  return undefined
}

/** A penalty in the target's range. 0 is none. */
export function writePenalty(draft: Draft, field: 'presencePenalty' | 'frequencyPenalty'): number | undefined {
  const asked = draft.request[field]
  if (asked === undefined) return undefined
  const { value, changed } = clampNumber(asked, draft.target.quirks.penalties)
  if (changed && value === undefined && asked !== 0) note(draft, field, ['dropped', 'the target takes none'])
  else if (changed && value !== undefined) note(draft, field, ['clamped', `${asked} → ${value}`])
  return value
}

/** How many answers the target gives; one is what it does unasked. */
export function writeAnswers(draft: Draft): number | undefined {
  const { n } = draft.request
  if (n === undefined || n === 1) return undefined
  const { answersMax } = draft.target.quirks
  if (n <= answersMax) return n
  note(draft, 'n', ['clamped', `${n} → ${answersMax}`])
  return answersMax === 1 ? undefined : answersMax
}

/** The fields of structured output, or a sentence more in the instructions where the target has no such form. */
function writeFormat(draft: Draft, system: JsonObject[]): JsonObject {
  const { responseFormat: format } = draft.request
  if (format === undefined || format.kind === 'text') return {}
  if (!isFormTaken(draft, format.kind)) {
    system.push(askedFor(format))
    note(draft, 'responseFormat', ['emulated', 'asked for in the instructions'])
    return {}
  }
  const responseMimeType = 'application/json'
  if (format.kind === 'json') return { responseMimeType }
  const { schema, description } = format
  const told = description === undefined || schema['description'] !== undefined ? schema : { ...schema, description }
  if (takesJsonSchema(draft)) return { responseMimeType, responseJsonSchema: told }
  const { schema: responseSchema, lost } = projected(told)
  if (lost.length > 0) note(draft, 'responseFormat', ['approximated', `the target's schemas lack ${lost.join(', ')}`])
  return { responseMimeType, responseSchema }
}

/**
 * Before Gemini 3, structured output and functions exclude each other (400 "Function calling with a response mime type:
 * 'application/json' is unsupported"), and a forced call excludes it even there.
 */
export function isFormTaken({ request, target }: Draft, kind: 'json' | 'json-schema'): boolean {
  const { responseFormats, thinking } = target.quirks
  if (!responseFormats.includes(kind)) return false
  const functions = request.tools.some((tool) => tool.kind === 'function')
  const { toolChoice } = request
  if (!functions || toolChoice?.kind === 'none') return true
  const forced = toolChoice?.kind === 'required' || toolChoice?.kind === 'named'
  return thinking === 'gemini-level' && !forced
}

/** What the instructions say where there is no field for it. */
export function askedFor(format: Exclude<ResponseFormat, { readonly kind: 'text' }>): JsonObject {
  return { text: askedFormat(format) }
}

/** Models that can be told how hard to think (2.5 and later) take plain JSON Schema; the subset is for those before. */
export function takesJsonSchema({ target }: Draft): boolean {
  return target.quirks.thinking === 'gemini-level' || target.quirks.thinking === 'gemini-budget'
}
