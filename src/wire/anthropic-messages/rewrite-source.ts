import type { InlineMedia } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import { rewriteBy, type RewriteSource } from '#wire/shape/rewrite-source.ts'

/** See `Dialect`. */
export const rewriteSource: RewriteSource = rewriteBy({
  field: 'messages',
  turnOf: ({ role, text }) => ({ role, content: text }),
  inline,
})

/** The `source` of an image or a document. */
function inline(block: JsonObject, media: ReadonlyMap<string, InlineMedia>): JsonObject | undefined {
  const { type, url } = block
  const found = type === 'url' && typeof url === 'string' ? media.get(url) : undefined
  return found === undefined ? undefined : { type: 'base64', media_type: found.mediaType, data: found.data }
}
