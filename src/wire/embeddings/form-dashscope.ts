import { type EmbeddingCall, type EmbeddingForm, partsOf, taskWord, textOf, textOnly } from '#wire/embeddings/form.ts'
import { readPlaced } from '#wire/embeddings/read-vector.ts'
import type { EmbeddingInput, EmbeddingPart } from '#wire/embeddings/request.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { inputUsage } from '#wire/shape/input-usage.ts'
import { urlOfMedia } from '#wire/shape/media-url.ts'
import { listIn, numberIn, objectIn } from '#wire/shape/read-json.ts'

/** DashScope's own text embedding, which tells queries from documents: the compatible layer does not. */
export const dashscopeTextForm: EmbeddingForm = {
  titles: false,
  tasks: true,
  open: false,
  refuses: textOnly,
  write(call) {
    const word = taskWord(call, { query: 'query', document: 'document' })
    const parameters = { ...(word === undefined ? {} : { text_type: word }), ...dimensionOf(call) }
    return {
      model: call.target.model,
      input: { texts: call.inputs.map(textOf) },
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    }
  },
  read: (json) => readOutput(json, 'text_index'),
}

const MEDIA: ReadonlySet<EmbeddingPart['kind']> = new Set(['text', 'image', 'video'])

/** DashScope's multimodal embedding: each content is one text, one image or one video, and one vector. */
export const dashscopeMultimodalForm: EmbeddingForm = {
  titles: false,
  tasks: false,
  open: false,
  refuses(input) {
    const parts = partsOf(input)
    const [only] = parts
    if (input.kind === 'tokens') return 'takes text, not token ids: they are words of one tokenizer only'
    if (parts.length !== 1 || only === undefined) return 'cannot be given several pieces that make one vector'
    return MEDIA.has(only.kind) ? undefined : `takes no ${only.kind}`
  },
  write: (call) => ({
    model: call.target.model,
    input: { contents: call.inputs.map(contentOf) },
    ...(call.dimensions === undefined ? {} : { parameters: dimensionOf(call) }),
  }),
  read: (json) => readOutput(json, 'index'),
}

function contentOf(input: EmbeddingInput): JsonObject {
  const [part] = partsOf(input)
  if (part === undefined || part.kind === 'text') return { text: textOf(input) }
  return { [part.kind]: urlOfMedia(part.source) ?? '' }
}

function dimensionOf({ dimensions }: EmbeddingCall): JsonObject {
  return dimensions === undefined ? {} : { dimension: dimensions }
}

function readOutput(json: unknown, place: string): ReturnType<EmbeddingForm['read']> {
  const vectors = readPlaced(listIn(json, 'output', 'embeddings'), (item) => ({
    index: numberIn(item, place),
    vector: isObject(item) ? item['embedding'] : undefined,
  }))
  if (vectors === undefined) return undefined
  const usage = objectIn(json, 'usage')
  const parts = (numberIn(usage, 'input_tokens') ?? 0) + (numberIn(usage, 'image_tokens') ?? 0)
  const tokens = numberIn(usage, 'total_tokens') ?? (parts > 0 ? parts : undefined)
  return { vectors, usage: inputUsage(tokens, usage) }
}
