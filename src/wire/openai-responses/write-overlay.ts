import { isObject } from '#wire/json.ts'
import { type Draft, note, type Overlay } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { overlay } from '#wire/shape/overlay.ts'
import { writeMaxTokens, writeTemperature, writeTopP } from '#wire/shape/sampling.ts'
import { streamOf, type WrittenBody } from '#wire/openai-responses/write-body.ts'
import { writeFormat, type WrittenFormat } from '#wire/openai-responses/write-format.ts'
import { exactly, patchInput } from '#wire/openai-responses/write-history.ts'
import { keepsWords, writeThinking } from '#wire/openai-responses/write-reasoning.ts'
import { adaptTools, writeChoice, writeParallel } from '#wire/openai-responses/write-tools.ts'

/** The body for a caller of our own dialect: its own text, and only what the target would refuse written anew. */
export function overlayBody(draft: Draft): WrittenBody {
  const { request, target } = draft
  const { json } = request.source
  const patch = new Map<string, unknown>()
  const on: Overlay = { draft, json, patch }
  if (json['model'] !== target.model) patch.set('model', target.model)
  retell(on, 'max_output_tokens', () => writeMaxTokens(draft))
  const temperature = retell(on, 'temperature', () => writeTemperature(draft, false))
  retell(on, 'top_p', () => writeTopP(draft, { temperature: temperature !== undefined, thinking: false }))
  retell(on, 'parallel_tool_calls', () => writeParallel(draft))
  patchThinking(on)
  patchTools(on)
  patchInput(on, patchFormat(on))
  const stream = streamOf(draft)
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

/** How hard to think, where the target takes other words than the caller's. */
function patchThinking({ draft, json, patch }: Overlay): void {
  const { reasoning } = draft.request
  if (reasoning === undefined || keepsWords(draft)) return
  const before = draft.warnings.length
  const { effort, fields } = writeThinking(draft)
  const said = isObject(json['reasoning']) ? json['reasoning'] : {}
  if (said['effort'] !== effort) {
    const { effort: _said, ...rest } = said
    const next = { ...rest, ...(effort === undefined ? {} : { effort }) }
    patch.set('reasoning', Object.keys(next).length === 0 ? undefined : next)
  }
  for (const key in fields) patch.set(key, fields[key])
  if (fields === undefined || draft.warnings.length > before) return
  note(draft, 'reasoning', ['renamed', `sent as ${Object.keys(fields).join(', ')}`])
}

function patchTools(on: Overlay): void {
  const { draft, json, patch } = on
  const adapted = Array.isArray(json['tools']) ? adaptTools(draft, () => exactly(draft, 'tools')) : undefined
  if (adapted !== undefined) patch.set('tools', adapted)
  const choice = retell(on, 'tool_choice', () => writeChoice(draft))
  if (!patch.has('tool_choice')) return
  patch.set('tool_choice', choice.value)
  if (choice.withoutTools === true) patch.set('tools', undefined)
}

/** The form of the answer as it is sent. */
function patchFormat({ draft, json, patch }: Overlay): WrittenFormat {
  const text = isObject(json['text']) ? json['text'] : {}
  const before = draft.warnings.length
  const written = writeFormat(draft)
  if (draft.warnings.length === before) return written
  const { format: _format, ...rest } = text
  const next = { ...rest, ...(written.format === undefined ? {} : { format: written.format }) }
  patch.set('text', Object.keys(next).length === 0 ? undefined : next)
  return written
}

/** Top-level fields that the target refuses, ignores or names otherwise. */
function patchNames({ draft, json, patch }: Overlay): void {
  for (const key in json) {
    if ((json[key] ?? undefined) === undefined || (patch.has(key) && patch.get(key) === undefined)) continue
    const { name, warning } = fateOf(draft.target.quirks, key)
    if (warning === undefined) continue
    draft.warnings.push({ ...warning, path: key })
    if (name === key) continue
    if (name !== undefined) patch.set(name, patch.has(key) ? patch.get(key) : json[key])
    patch.set(key, undefined)
  }
}
