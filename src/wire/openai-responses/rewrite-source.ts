import type { InlineMedia } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { urlOfMedia } from '#wire/shape/media-url.ts'
import { rewriteBy, type RewriteSource } from '#wire/shape/rewrite-source.ts'

/** See `Dialect`. */
export const rewriteSource: RewriteSource = rewriteBy({
  field: 'input',
  listOf: (input) =>
    typeof input === 'string' ? [{ role: 'user', content: input }] : Array.isArray(input) ? input : [],
  turnOf: ({ role, text }) => ({ role, content: text }),
  inline,
})

/** `image_url`, as a text or in the form of chat completions, and `file_url`. */
function inline(block: JsonObject, media: ReadonlyMap<string, InlineMedia>): JsonObject | undefined {
  const { image_url: image, file_url: file, ...rest } = block
  const url = isObject(image) ? image['url'] : (image ?? file)
  const found = typeof url === 'string' ? media.get(url) : undefined
  if (found === undefined) return undefined
  const data = urlOfMedia({ kind: 'data', ...found })
  return image === undefined ? { filename: 'document', ...rest, file_data: data } : { ...block, image_url: data }
}
