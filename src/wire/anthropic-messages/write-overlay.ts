import { isObject, type JsonObject } from '#wire/json.ts'
import { overlay } from '#wire/shape/overlay.ts'
import { streamOf, writeFormat, type WrittenBody } from '#wire/anthropic-messages/write-body.ts'
import type { Draft, Overlay } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { patchHistory } from '#wire/anthropic-messages/write-history.ts'
import { writeMaxTokens, writeStop, writeTemperature, writeTopP } from '#wire/shape/sampling.ts'
import { patchThinking } from '#wire/anthropic-messages/write-own-thinking.ts'
import { writeToolChoice } from '#wire/anthropic-messages/write-tools.ts'

/** The body for a caller of our own dialect: its own text, and only what the target would refuse written anew. */
export function overlayBody(draft: Draft): WrittenBody {
  const { request, target } = draft
  const { json } = request.source
  const patch = new Map<string, unknown>()
  const on: Overlay = { draft, json, patch }
  if (json['model'] !== target.model) patch.set('model', target.model)
  const maxTokens = retell(on, 'max_tokens', () => writeMaxTokens(draft))
  const temperature = retell(on, 'temperature', () => writeTemperature(draft, false))
  retell(on, 'top_p', () => writeTopP(draft, { temperature: temperature !== undefined, thinking: false }))
  retell(on, 'stop_sequences', () => writeStop(draft))
  patchThinking(on, maxTokens)
  if (json['tool_choice'] !== undefined) {
    retell(on, 'tool_choice', () => writeToolChoice(draft, target.quirks.thinkingDefault === 'always'))
  }
  patchStrict(on)
  patchHistory(draft, patch, patchFormat(on))
  const stream = streamOf(draft, patch.has('thinking') ? patch.get('thinking') : json['thinking'])
  if (stream !== (json['stream'] === true)) patch.set('stream', stream)
  patchNames(on)
  return { body: overlay(request.source, patch), stream }
}

/** Writes a field anew if writing it was worth a warning: else the caller's own spelling stays. */
function retell<T>({ draft, patch }: Overlay, key: string, write: () => T): T {
  const before = draft.warnings.length
  const value = write()
  if (draft.warnings.length > before) patch.set(key, value)
  return value
}

/** A schema that the target has no form for goes into the instructions: what is to be added to them. */
function patchFormat({ draft, json, patch }: Overlay): readonly JsonObject[] {
  const more: JsonObject[] = []
  if (draft.request.responseFormat === undefined || writeFormat(draft, more) !== undefined) return more
  const config = patch.has('output_config') ? patch.get('output_config') : json['output_config']
  if (isObject(config)) {
    const { format: _format, ...rest } = config
    patch.set('output_config', Object.keys(rest).length === 0 ? undefined : rest)
  }
  if (json['output_format'] !== undefined) patch.set('output_format', undefined)
  return more
}

function patchStrict({ draft, json, patch }: Overlay): void {
  const strict = draft.request.tools.filter((tool) => tool.kind === 'function' && tool.strict === true)
  if (strict.length === 0 || draft.target.quirks.toolStrict || !Array.isArray(json['tools'])) return
  for (const { path } of strict) {
    draft.warnings.push({ action: 'dropped', path: `${path}.strict`, detail: 'the target has no strict tools' })
  }
  const plain = json['tools'].map((tool: unknown) => {
    if (!isObject(tool)) return tool
    const { strict: _strict, ...rest } = tool
    return rest
  })
  patch.set('tools', plain)
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
