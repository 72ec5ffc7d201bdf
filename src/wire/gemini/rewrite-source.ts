import type { InlineMedia } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { editField } from '#wire/shape/edit-source.ts'
import { rewriteBy, type RewriteSource } from '#wire/shape/rewrite-source.ts'

/** See `Dialect`. Every name may be written in either of protobuf's two spellings. */
export const rewriteSource: RewriteSource = rewriteBy({
  field: 'contents',
  listOf: (contents) => (Array.isArray(contents) ? contents : [contents]),
  turnOf: ({ role, text }) => ({ role: role === 'user' ? 'user' : 'model', parts: [{ text }] }),
  answers: (source, answers) => {
    const name = source.json['generation_config'] === undefined ? 'generationConfig' : 'generation_config'
    return editField(source, name, (config) => withAnswers(isObject(config) ? config : {}, answers))
  },
  inline,
})

function withAnswers(config: JsonObject, answers: number): JsonObject {
  const { candidateCount: _one, candidate_count: _other, ...rest } = config
  return answers === 1 ? rest : { ...rest, candidateCount: answers }
}

function inline(part: JsonObject, media: ReadonlyMap<string, InlineMedia>): JsonObject | undefined {
  const { fileData: camel, file_data: snake, ...rest } = part
  const file = camel ?? snake
  const url = isObject(file) ? (file['fileUri'] ?? file['file_uri']) : undefined
  const found = typeof url === 'string' ? media.get(url) : undefined
  if (found === undefined) return undefined
  return { ...rest, inlineData: { mimeType: found.mediaType, data: found.data } }
}
