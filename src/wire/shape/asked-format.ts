import type { ResponseFormat } from '#wire/request.ts'

/**
 * What the instructions say where a target has no field for structured output: English, which every model follows
 * whatever language it answers in, with the schema in its shortest form.
 */
export function askedFormat(format: Exclude<ResponseFormat, { readonly kind: 'text' }>): string {
  const shape = format.kind === 'json' ? '' : ` It must match this JSON Schema: ${JSON.stringify(format.schema)}`
  return `Answer with one JSON object and nothing else: no prose, no code fence.${shape}`
}
