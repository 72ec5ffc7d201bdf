import { type EmbeddingForm, taskWord, textOf, textOnly } from '#wire/embeddings/form.ts'
import { readVector } from '#wire/embeddings/read-vector.ts'
import { base64OfText } from '#wire/shape/base64.ts'
import { textIn } from '#wire/shape/read-json.ts'

/**
 * iFlytek's embedding: the text as base64 of a conversation, the vector as base64 of little-endian float32. The
 * application's id comes into the header with the signature.
 */
export const sparkForm: EmbeddingForm = {
  titles: false,
  tasks: true,
  open: false,
  refuses: textOnly,
  write(call) {
    const [input] = call.inputs
    const content = input === undefined ? '' : textOf(input)
    const messages = { messages: [{ content, role: 'user' }] }
    return {
      header: { status: 3 },
      parameter: {
        emb: {
          domain: taskWord(call, { query: 'query', document: 'para' }),
          feature: { encoding: 'utf8', compress: 'raw', format: 'plain' },
        },
      },
      payload: {
        messages: {
          encoding: 'utf8',
          compress: 'raw',
          format: 'json',
          status: 3,
          text: base64OfText(JSON.stringify(messages)),
        },
      },
    }
  },
  read(json) {
    const vector = readVector(textIn(json, 'payload', 'feature', 'text'))
    return vector === undefined ? undefined : { vectors: [vector], usage: undefined }
  },
}
