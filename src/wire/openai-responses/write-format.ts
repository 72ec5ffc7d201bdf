import { isObject, type JsonObject } from '#wire/json.ts'
import type { ResponseFormat } from '#wire/request.ts'
import { type Draft, note } from '#wire/shape/draft.ts'

/** `text.format`: the nearest form of structured output that is taken. */
export function writeFormat(draft: Draft): JsonObject | undefined {
  const { responseFormat: format } = draft.request
  const { responseFormats } = draft.target.quirks
  if (format === undefined || format.kind === 'text') return format === undefined ? undefined : { type: 'text' }
  if (responseFormats.includes(format.kind)) return formatJson(format)
  if (format.kind === 'json-schema' && responseFormats.includes('json')) {
    note(draft, 'responseFormat', ['approximated', 'json_schema → json_object: any JSON'])
    return { type: 'json_object' }
  }
  note(draft, 'responseFormat', ['dropped', `the model has no ${format.kind} output`])
  return undefined
}

function formatJson(format: Exclude<ResponseFormat, { readonly kind: 'text' }>): JsonObject {
  if (format.kind === 'json') return { type: 'json_object' }
  const { name = 'response', description, schema, strict } = format
  return {
    type: 'json_schema',
    // OpenAI asks for a name.
    name,
    ...(description === undefined ? {} : { description }),
    schema,
    ...(strict === undefined ? {} : { strict }),
  }
}

/** What `json_object` platforms want to read; the application asked for something else that we said so. */
const JSON_SENTENCE = 'Answer with one JSON object.'

/**
 * An item that says "json", where `json_object` is refused without the word in the input (instructions do not count)
 * and was not the caller's own choice: who asked for it in this dialect knows the rule, and its 400.
 */
export function jsonWord(draft: Draft, format: unknown, items: readonly unknown[]): readonly JsonObject[] {
  const { request, target } = draft
  const { jsonWord: rule, systemRole } = target.quirks
  if (rule === 'free' || !isObject(format) || format['type'] !== 'json_object') return []
  if (request.dialect === 'openai-responses' && request.responseFormat?.kind === 'json') return []
  if (items.some((item) => JSON.stringify(item).toLowerCase().includes('json'))) return []
  note(draft, 'responseFormat', ['emulated', `"${JSON_SENTENCE}" was put into the input`])
  return [{ role: systemRole === 'system' ? 'system' : 'developer', content: JSON_SENTENCE }]
}
