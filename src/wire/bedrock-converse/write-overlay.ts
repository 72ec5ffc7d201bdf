import { isObject, type JsonObject } from '#wire/json.ts'
import {
  inferenceConfig,
  ownFields,
  streamOf,
  writeFormat,
  type WrittenBody,
} from '#wire/bedrock-converse/write-body.ts'
import { patchHistory } from '#wire/bedrock-converse/write-history.ts'
import {
  type ConverseThinking,
  takesForm,
  THINKING_FIELDS,
  writeThinking,
} from '#wire/bedrock-converse/write-thinking.ts'
import { writeCalledTools, writeChoice } from '#wire/bedrock-converse/write-tools.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { overlay } from '#wire/shape/overlay.ts'
import { writeMaxTokens } from '#wire/shape/sampling.ts'

/** What changes in the own text of a caller of this dialect. */
interface Overlay {
  readonly draft: Draft
  readonly json: JsonObject
  readonly patch: Map<string, unknown>
}

/** The body for a caller of our own dialect: its own text, and only what the target would refuse written anew. */
export function overlayBody(draft: Draft): WrittenBody {
  const { source } = draft.request
  const on: Overlay = { draft, json: source.json, patch: new Map() }
  // The path says the model; a name of ours in the body would be another's.
  if (source.json['modelId'] !== undefined) on.patch.set('modelId', undefined)
  const thinking = patchThinking(on)
  patchInference(on, thinking)
  patchTools(on, thinking)
  patchHistory(draft, on.patch, patchFormat(on))
  patchNames(on)
  return { body: overlay(source, on.patch), stream: streamOf(draft, thinking) }
}

/** Fields written anew if writing them was worth a warning: else the caller's own spelling stays. */
function retell<T>({ draft }: Overlay, write: () => T): { readonly value: T; readonly changed: boolean } {
  const before = draft.warnings.length
  const value = write()
  return { value, changed: draft.warnings.length > before }
}

function patchInference(on: Overlay, { unbound }: ConverseThinking): void {
  const { draft, json, patch } = on
  const { value, changed } = retell(on, () => {
    return inferenceConfig(draft, { claude: false, unbound }, writeMaxTokens(draft))
  })
  if (!changed) return
  const { maxTokens: _m, temperature: _t, topP: _p, stopSequences: _s, ...rest } = objectAt(json, 'inferenceConfig')
  patchObject(patch, 'inferenceConfig', { ...rest, ...value })
}

const SILENT: ConverseThinking = { fields: {}, claude: false, unbound: false }

/** How the caller asks for thinking, where the target takes another form; and fields that the model would refuse. */
function patchThinking({ draft, json, patch }: Overlay): ConverseThinking {
  const said = objectAt(json, 'additionalModelRequestFields')
  const { effort, ...output } = objectAt(json, 'outputConfig')
  const { reasoning, maxOutputTokens } = draft.request
  const { quirks } = draft.target
  const before = draft.warnings.length
  const form = effort === undefined ? said : { output_config: { effort }, ...said }
  const stays = reasoning === undefined || takesForm(quirks, form, reasoning.effort)
  const thinking = stays ? SILENT : writeThinking(draft, maxOutputTokens)
  const own = ownFields(draft, stays ? said : { ...withoutThinking(said), ...thinking.fields })
  if (stays && draft.warnings.length === before) return SILENT
  patchObject(patch, 'additionalModelRequestFields', own)
  if (!stays && effort !== undefined) patchObject(patch, 'outputConfig', output)
  return thinking
}

function withoutThinking(fields: JsonObject): JsonObject {
  const { output_config: output, ...rest } = fields
  const { effort: _effort, ...others } = isObject(output) ? output : {}
  const kept: Record<string, unknown> = Object.keys(others).length === 0 ? rest : { ...rest, output_config: others }
  for (const key of THINKING_FIELDS) delete kept[key]
  return kept
}

/** A choice, or strictness, that the target does not take; and tools that the conversation calls and nobody declares. */
function patchTools(on: Overlay, { claude }: ConverseThinking): void {
  const { draft, json, patch } = on
  const config = json['toolConfig']
  if (!isObject(config)) {
    const called = writeCalledTools(draft)
    if (called !== undefined) patch.set('toolConfig', called)
    return
  }
  const thinks = claude || draft.target.quirks.thinkingDefault === 'always'
  const choice = retell(on, () => writeChoice(draft, thinks))
  const strict = retell(on, () => plainTools(draft, config['tools']))
  if (!choice.changed && !strict.changed) return
  const { toolChoice: said, ...rest } = config
  const toolChoice = choice.changed ? choice.value : said
  patch.set('toolConfig', { ...rest, tools: strict.value, ...(toolChoice === undefined ? {} : { toolChoice }) })
}

/** The caller's tools without strictness where the target has none. */
function plainTools({ request, target, warnings }: Draft, tools: unknown): unknown {
  const strict = request.tools.filter((tool) => tool.kind === 'function' && tool.strict === true)
  if (strict.length === 0 || target.quirks.toolStrict || !Array.isArray(tools)) return tools
  for (const { path } of strict) {
    warnings.push({ action: 'dropped', path: `${path}.strict`, detail: 'the target has no strict tools' })
  }
  return tools.map((tool: unknown) => {
    if (!isObject(tool) || !isObject(tool['toolSpec'])) return tool
    const { strict: _strict, ...rest } = tool['toolSpec']
    return { ...tool, toolSpec: rest }
  })
}

/** A schema that the target has no form for goes into the instructions: what is to be added to them. */
function patchFormat({ draft, json, patch }: Overlay): readonly JsonObject[] {
  const { responseFormat } = draft.request
  if (responseFormat === undefined || draft.target.quirks.responseFormats.includes('json-schema')) return []
  const more: JsonObject[] = []
  writeFormat(draft, more)
  const config = patch.has('outputConfig') ? patch.get('outputConfig') : json['outputConfig']
  const { textFormat: _format, ...rest } = isObject(config) ? config : {}
  patchObject(patch, 'outputConfig', rest)
  return more
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

function objectAt(json: JsonObject, key: string): JsonObject {
  const value = json[key]
  return isObject(value) ? value : {}
}

/** An object that has nothing in it goes, too. */
function patchObject(patch: Map<string, unknown>, key: string, value: JsonObject): void {
  patch.set(key, Object.keys(value).length === 0 ? undefined : value)
}
