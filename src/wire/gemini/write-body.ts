import type { JsonObject } from '#wire/json.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { fateOf } from '#wire/shape/field-fate.ts'
import { note } from '#wire/shape/draft.ts'
import { writeConfig } from '#wire/gemini/write-config.ts'
import { writeContents } from '#wire/gemini/write-contents.ts'
import { writeTools } from '#wire/gemini/write-tools.ts'

/** The body for a caller of another dialect, from the middle form. The model and the stream are the path's to say. */
export function buildBody(draft: Draft): string {
  const { system, contents } = writeContents(draft)
  const tools = writeTools(draft)
  const generationConfig = writeConfig(draft, system)
  noteRest(draft)
  const body: Record<string, unknown> = {
    contents,
    systemInstruction: system.length === 0 ? undefined : { parts: system },
    ...tools,
    generationConfig,
  }
  return JSON.stringify(fitted(draft, body))
}

/** What Gemini's dialect has no place for. */
function noteRest(draft: Draft): void {
  const { request } = draft
  if (request.user !== undefined) note(draft, 'user', ['dropped', 'no such field'])
  for (const path of request.unread) draft.warnings.push({ action: 'dropped', path })
}

/** The top-level fields that the target takes, under its names. */
function fitted(draft: Draft, body: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {}
  for (const key in body) {
    if (body[key] === undefined) continue
    const { name, warning } = fateOf(draft.target.quirks, key)
    if (warning !== undefined) draft.warnings.push({ ...warning, path: key })
    if (name !== undefined) kept[name] = body[key]
  }
  return kept
}
