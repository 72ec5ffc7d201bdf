import { isObject } from '#wire/json.ts'
import type { ModelRequest, Source } from '#wire/request.ts'
import { outputFields } from '#wire/shape/caller-field.ts'
import { editField } from '#wire/shape/edit-source.ts'

/**
 * The request as its caller would have sent it with a smaller bound on its output: in the middle form, and in the
 * caller's own text, from which a writer of the same dialect starts.
 */
export function capOutput(request: ModelRequest, maxOutputTokens: number): ModelRequest {
  const source = outputFields(request).reduce((edited: Source, path) => {
    const [field = path, ...inner] = path.split('.')
    return editField(edited, field, (value) => withValue(value, inner, maxOutputTokens))
  }, request.source)
  return { ...request, source, maxOutputTokens }
}

/** The value with what stands under the steps replaced. */
function withValue(value: unknown, [step, ...rest]: readonly string[], replaced: number): unknown {
  if (step === undefined) return replaced
  const object = isObject(value) ? value : {}
  return { ...object, [step]: withValue(object[step], rest, replaced) }
}
