import type { JsonObject } from '#wire/json.ts'
import type { ResponseFormat } from '#wire/request.ts'
import { askedFormat } from '#wire/shape/asked-format.ts'
import { type Draft, note } from '#wire/shape/draft.ts'

/** The form of the answer as it is sent: what `text.format` says of it, and what has to be said in words. */
export interface WrittenFormat {
  readonly format?: JsonObject
  readonly words?: string
}

/** `text.format`, or words in the instructions where the target has no field for what was asked. */
export function writeFormat(draft: Draft): WrittenFormat {
  const { responseFormat: format } = draft.request
  const { responseFormats } = draft.target.quirks
  if (format === undefined) return {}
  if (format.kind === 'text') return { format: { type: 'text' } }
  if (responseFormats.includes(format.kind)) return { format: formatJson(format) }
  const mode = responseFormats.includes('json')
  note(draft, 'responseFormat', ['emulated', `asked for in the instructions${mode ? ', in JSON mode' : ''}`])
  return { words: askedFormat(format), ...(mode ? { format: { type: 'json_object' } } : {}) }
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

/** What is added to a conversation for the form of its answer. */
interface Added {
  readonly instruction?: string
  readonly items: readonly JsonObject[]
}

/**
 * Words for the form of the answer. They are instructions; but `json_object` may be refused without the word "json" in
 * the input, where instructions do not count. Who asked for it in this dialect knows the rule, and its 400.
 */
export function addWords(draft: Draft, { format, words }: WrittenFormat, items: readonly unknown[]): Added {
  const { request, target } = draft
  const { jsonWord, systemRole } = target.quirks
  const missing =
    jsonWord === 'required' &&
    format?.['type'] === 'json_object' &&
    !items.some((item) => JSON.stringify(item).toLowerCase().includes('json'))
  if (!missing) return words === undefined ? NOTHING : { instruction: words, items: [] }
  if (words === undefined) {
    if (request.dialect === 'openai-responses' && request.responseFormat?.kind === 'json') return NOTHING
    note(draft, 'responseFormat', ['emulated', `"${JSON_SENTENCE}" was put into the input`])
  }
  const role = systemRole === 'system' ? 'system' : 'developer'
  return { items: [{ role, content: words ?? JSON_SENTENCE }] }
}

const NOTHING: Added = { items: [] }

/** Instructions with more of them. */
export function instructed(said: unknown, ...more: readonly (string | undefined)[]): string | undefined {
  const all = [typeof said === 'string' ? said : '', ...more].filter((text) => text !== undefined && text !== '')
  return all.length === 0 ? undefined : all.join('\n\n')
}
