import type { WrittenRequest } from '#wire/dialect.ts'
import { isObject } from '#wire/json.ts'
import { FITTED_FIELDS } from '#wire/openai-completions/write-fields.ts'
import type { Draft, Overlay } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { overlay } from '#wire/shape/overlay.ts'

/** The body for a caller of our own dialect: its own text, and only what the target would refuse written anew. */
export function overlayBody(draft: Draft): WrittenRequest {
  const { request, target, warnings } = draft
  const { source } = request
  const on: Overlay = { draft, json: source.json, patch: new Map() }
  if (source.json['model'] !== target.model) on.patch.set('model', target.model)
  for (const { key, write } of FITTED_FIELDS) {
    const before = warnings.length
    const value = write(draft)
    if (warnings.length > before) on.patch.set(key, value)
  }
  const stream = request.stream || target.quirks.streamOnly === 'always'
  if (stream !== (source.json['stream'] === true)) on.patch.set('stream', stream)
  const usageAdded = patchUsage(on, stream)
  patchNames(on)
  return { body: overlay(source, on.patch), stream, usageAdded, headers: {}, warnings }
}

/** Asks for usage in streams where it only comes when asked for. True if the caller did not. */
function patchUsage({ draft, json, patch }: Overlay, stream: boolean): boolean {
  const { quirks } = draft.target
  const refused = quirks.refusedFields.includes('stream_options')
  if (!stream || draft.request.streamUsage || quirks.usageInStream !== 'on-request' || refused) return false
  const options = isObject(json['stream_options']) ? json['stream_options'] : {}
  patch.set('stream_options', { ...options, include_usage: true })
  return true
}

/** Top-level fields that the target refuses, ignores or names otherwise. */
function patchNames({ draft, json, patch }: Overlay): void {
  for (const key in json) {
    if (json[key] === null || (patch.has(key) && patch.get(key) === undefined)) continue
    const { name, warning } = fateOf(draft.target.quirks, key)
    if (warning === undefined) continue
    draft.warnings.push({ ...warning, path: key })
    if (name === key) continue
    if (name !== undefined) patch.set(name, patch.has(key) ? patch.get(key) : json[key])
    patch.set(key, undefined)
  }
}
