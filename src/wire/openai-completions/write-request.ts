import type { WireTarget, WriteRequest, WrittenRequest } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import { overlayBody } from '#wire/openai-completions/write-overlay.ts'
import { flatten, type Prompt } from '#wire/openai-completions/write-prompt.ts'
import { FITTED_FIELDS, NAMED } from '#wire/openai-completions/write-fields.ts'
import type { ModelRequest } from '#wire/request.ts'
import { callerField } from '#wire/shape/caller-field.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { asksForNone } from '#wire/shape/effort.ts'
import { fateOf } from '#wire/shape/field-fate.ts'

/**
 * Writes the body of `POST /v1/completions`: from the caller's own text where the caller speaks this dialect. Of what
 * others ask, a single text of the user can be gone on with; anything more is a failure that names it.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  const draft: Draft = { dialect: 'openai-completions', request, target, warnings: [], marks: { over: 0 } }
  if (request.dialect === draft.dialect) return { ok: true, written: overlayBody(draft) }
  const prompt = flatten(request, target)
  return prompt.ok ? { ok: true, written: buildBody(draft, prompt) } : prompt
}

function buildBody(draft: Draft, { text, path }: Prompt): WrittenRequest {
  const { request, target, warnings } = draft
  const { streamOnly, usageInStream } = target.quirks
  warnings.push({ action: 'emulated', path, detail: 'sent as a text to go on with' })
  const fitted = FITTED_FIELDS.map(({ key, write }) => [key, write(draft)])
  const stream = request.stream || streamOnly === 'always'
  const asksUsage = stream && usageInStream === 'on-request'
  const { seed, user } = request
  const body = {
    model: target.model,
    prompt: text,
    ...Object.fromEntries(fitted),
    seed,
    user,
    stream: stream ? true : undefined,
    stream_options: asksUsage ? { include_usage: true } : undefined,
  }
  noteRest(draft)
  return {
    body: JSON.stringify(taken(draft, body)),
    stream,
    usageAdded: asksUsage && !request.streamUsage,
    headers: {},
    warnings,
  }
}

/** What completions have no place for. */
function noteRest(draft: Draft): void {
  const { request, target, warnings } = draft
  const { reasoning, responseFormat, topK, unread } = request
  if (topK !== undefined && topK > 0) note(draft, 'topK', ['dropped', 'there is no such field'])
  if (responseFormat !== undefined && responseFormat.kind !== 'text') {
    note(draft, 'responseFormat', ['dropped', 'completions are plain text'])
  }
  if (reasoning !== undefined && (!asksForNone(reasoning) || target.quirks.thinkingDefault !== 'off')) {
    note(draft, 'reasoning', ['dropped', 'the target cannot be told'])
  }
  for (const path of unread) warnings.push({ action: 'dropped', path, detail: 'has no counterpart in completions' })
}

/** The fields that the target takes, under its names. */
function taken(draft: Draft, body: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {}
  for (const key in body) {
    if (body[key] === undefined) continue
    const { name, warning } = fateOf(draft.target.quirks, key)
    if (warning !== undefined && warning.action !== 'renamed') {
      const field = NAMED[key]
      draft.warnings.push({ ...warning, path: field === undefined ? key : callerField(draft.request, field) })
    }
    if (name !== undefined) kept[name] = body[key]
  }
  return kept
}
