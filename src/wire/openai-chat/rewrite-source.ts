import type { InlineMedia } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { editField } from '#wire/shape/edit-source.ts'
import { urlOfMedia } from '#wire/shape/media-url.ts'
import { rewriteBy, type RewriteSource } from '#wire/shape/rewrite-source.ts'

/** See `Dialect`. */
export const rewriteSource: RewriteSource = rewriteBy({
  field: 'messages',
  turnOf: ({ role, text }) => ({ role, content: text }),
  answers: (source, answers) => editField(source, 'n', () => (answers === 1 ? undefined : answers)),
  inline,
})

/** `image_url: { url }`, or the address alone as some clients send it. */
function inline(block: JsonObject, media: ReadonlyMap<string, InlineMedia>): JsonObject | undefined {
  const { image_url: image } = block
  const url = isObject(image) ? image['url'] : image
  const found = typeof url === 'string' ? media.get(url) : undefined
  if (found === undefined) return undefined
  const data = urlOfMedia({ kind: 'data', ...found })
  return { ...block, image_url: isObject(image) ? { ...image, url: data } : data }
}
