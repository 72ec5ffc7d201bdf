import { isObject, type JsonObject } from '#wire/json.ts'
import type { Reasoning } from '#wire/request.ts'
import { type Draft, note, type Overlay } from '#wire/shape/draft.ts'
import { asksForNone } from '#wire/shape/effort.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { overlay } from '#wire/shape/overlay.ts'
import { writeMaxTokens, writeTemperature, writeTopP } from '#wire/shape/sampling.ts'
import { fieldIn, keyIn } from '#wire/gemini/proto.ts'
import { askedFor, isFormTaken, writeAnswers, writePenalty, writeStop } from '#wire/gemini/write-config.ts'
import { patchContents } from '#wire/gemini/write-history.ts'
import { budgetOf, canBeTold, levelOf, noteUntold, switchedOff } from '#wire/gemini/write-thinking.ts'
import { writeCalling } from '#wire/gemini/write-tools.ts'

/** The body for a caller of our own dialect: its own text, and only what the target would refuse written anew. */
export function overlayBody(draft: Draft): string {
  const { source } = draft.request
  const on: Overlay = { draft, json: source.json, patch: new Map() }
  // The path says it; another one in the body is refused.
  if (source.json['model'] !== undefined) on.patch.set('model', undefined)
  patchContents(on)
  patchConfig(on)
  patchCalling(on)
  patchNames(on)
  return overlay(source, on.patch)
}

/** A field inside `generationConfig`, as it is to be sent. */
type Edits = Map<string, unknown>

function patchConfig(on: Overlay): void {
  const { draft, json, patch } = on
  const key = keyIn(json, 'generationConfig')
  const config = json[key]
  if (!isObject(config)) return
  const edits: Edits = new Map()
  patchNumbers(draft, config, edits)
  patchThinking(draft, config, edits)
  patchFormat(on, config, edits)
  for (const name in config) {
    if (edits.has(name) && edits.get(name) === undefined) continue
    const { name: kept, warning } = fateOf({ ...draft.target.quirks, knownFields: 'any' }, name)
    if (warning === undefined) continue
    draft.warnings.push({ ...warning, path: `${key}.${name}` })
    if (kept === name) continue
    if (kept !== undefined) edits.set(kept, config[name])
    edits.set(name, undefined)
  }
  if (edits.size > 0) patch.set(key, edited(config, edits))
}

function edited(config: JsonObject, edits: Edits): JsonObject {
  const out: Record<string, unknown> = { ...config }
  for (const [name, value] of edits) {
    if (value === undefined) delete out[name]
    else out[name] = value
  }
  return out
}

/** Numbers and lists that are written anew only if writing them was worth a warning. */
function patchNumbers(draft: Draft, config: JsonObject, edits: Edits): void {
  const retell = (name: string, write: () => unknown): void => {
    const before = draft.warnings.length
    const value = write()
    if (draft.warnings.length > before) edits.set(keyIn(config, name), value)
  }
  const { temperature } = draft.request
  retell('maxOutputTokens', () => writeMaxTokens(draft))
  retell('temperature', () => writeTemperature(draft, false))
  retell('topP', () => writeTopP(draft, { temperature: temperature !== undefined, thinking: false }))
  retell('stopSequences', () => writeStop(draft))
  retell('candidateCount', () => writeAnswers(draft))
  retell('presencePenalty', () => writePenalty(draft, 'presencePenalty'))
  retell('frequencyPenalty', () => writePenalty(draft, 'frequencyPenalty'))
}

/** `thinkingConfig` where the target takes another form of it. What the caller said of showing thoughts stays. */
function patchThinking(draft: Draft, config: JsonObject, edits: Edits): void {
  const { reasoning = {} } = draft.request
  const key = keyIn(config, 'thinkingConfig')
  const said = config[key]
  if (!isObject(said)) return
  if (!canBeTold(draft)) {
    noteUntold(draft)
    edits.set(key, undefined)
    return
  }
  const degree = degreeAnew(draft, said, reasoning)
  if (degree === undefined) return
  const kept: Record<string, unknown> = { ...said }
  delete kept[keyIn(said, 'thinkingBudget')]
  delete kept[keyIn(said, 'thinkingLevel')]
  edits.set(key, { ...kept, ...degree })
}

/** The degree in the target's form; undefined if it takes the caller's own. */
function degreeAnew(draft: Draft, said: JsonObject, reasoning: Reasoning): JsonObject | undefined {
  const { thinking, thinkingDefault, efforts } = draft.target.quirks
  const level = fieldIn(said, 'thinkingLevel')
  if (asksForNone(reasoning)) {
    // Zero tokens: 3.x and 2.5 Pro refuse it.
    if (thinking === 'gemini-budget' && thinkingDefault !== 'always' && level === undefined) return undefined
    return switchedOff(draft) ?? {}
  }
  if (thinking === 'gemini-budget') return level === undefined ? undefined : budgetOf(draft, reasoning)
  // 3.x takes a budget for the sake of older clients.
  if (reasoning.effort === undefined || Object.keys(efforts).length === 0) return undefined
  return efforts[reasoning.effort] === undefined ? levelOf(draft, reasoning) : undefined
}

/** JSON that the target has no form for is asked for in the instructions. */
function patchFormat(on: Overlay, config: JsonObject, edits: Edits): void {
  const { draft, json, patch } = on
  const { responseFormat: format } = draft.request
  if (format === undefined || format.kind === 'text') return
  // A caller of Gemini knows which models take it beside functions.
  if (draft.target.quirks.responseFormats.includes(format.kind) || isFormTaken(draft, format.kind)) return
  for (const name of ['responseMimeType', 'responseSchema', 'responseJsonSchema', 'responseFormat']) {
    if (fieldIn(config, name) !== undefined) edits.set(keyIn(config, name), undefined)
  }
  const key = keyIn(json, 'systemInstruction')
  const system = isObject(json[key]) ? json[key] : {}
  const parts: unknown = system['parts'] ?? []
  patch.set(key, { ...system, parts: [...(Array.isArray(parts) ? parts : [parts]), askedFor(format)] })
  note(draft, 'responseFormat', ['emulated', 'asked for in the instructions'])
}

function patchCalling({ draft, json, patch }: Overlay): void {
  const { toolChoice } = draft.request
  const { toolChoices } = draft.target.quirks
  if (toolChoice === undefined || toolChoice.kind === 'auto' || toolChoices.includes(toolChoice.kind)) return
  const key = keyIn(json, 'toolConfig')
  const config = isObject(json[key]) ? json[key] : {}
  patch.set(key, { ...config, [keyIn(config, 'functionCallingConfig')]: writeCalling(draft, false) })
}

/** Top-level fields that the target refuses, ignores or names otherwise. */
function patchNames({ draft, json, patch }: Overlay): void {
  for (const key in json) {
    if (patch.has(key) && patch.get(key) === undefined) continue
    const { name, warning } = fateOf(draft.target.quirks, key)
    if (warning === undefined) continue
    draft.warnings.push({ ...warning, path: key })
    if (name === key) continue
    if (name !== undefined) patch.set(name, patch.has(key) ? patch.get(key) : json[key])
    patch.set(key, undefined)
  }
}
