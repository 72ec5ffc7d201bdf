import { type EmbeddingForm, partsOf, taskWord, textOf, textOnly } from '#wire/embeddings/form.ts'
import { readPlaced, readVector } from '#wire/embeddings/read-vector.ts'
import type { EmbeddingPart } from '#wire/embeddings/request.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { inputUsage } from '#wire/shape/input-usage.ts'
import { urlOfMedia } from '#wire/shape/media-url.ts'
import { inside, listIn, numberIn, objectIn, textIn } from '#wire/shape/read-json.ts'

/** MiniMax's embo: `texts` and what they are for. */
export const minimaxForm: EmbeddingForm = {
  titles: false,
  tasks: true,
  open: false,
  refuses: textOnly,
  write: (call) => ({
    model: call.target.model,
    texts: call.inputs.map(textOf),
    type: taskWord(call, { query: 'query', document: 'db' }),
  }),
  read(json) {
    const vectors = readPlaced(listIn(json, 'vectors'), (item) => ({ index: undefined, vector: item }))
    if (vectors === undefined || vectors.length === 0) return undefined
    const tokens = numberIn(json, 'total_tokens')
    return { vectors, usage: inputUsage(tokens, tokens === undefined ? undefined : { total_tokens: tokens }) }
  },
}

const ARK_MEDIA: ReadonlySet<EmbeddingPart['kind']> = new Set(['text', 'image', 'video'])

/** Ark's multimodal embedding: all pieces of a call make one vector. */
export const arkMultimodalForm: EmbeddingForm = {
  titles: false,
  tasks: false,
  open: false,
  refuses(input) {
    if (input.kind === 'tokens') return textOnly(input)
    const odd = partsOf(input).find((part) => !ARK_MEDIA.has(part.kind))
    return odd === undefined ? undefined : `takes no ${odd.kind}`
  },
  write: ({ inputs: [input], target, dimensions }) => ({
    model: target.model,
    input: input === undefined ? [] : partsOf(input).map(arkPart),
    ...(dimensions === undefined ? {} : { dimensions }),
  }),
  read(json) {
    const vector = readVector(inside(json, 'data', 'embedding') ?? inside(listIn(json, 'data')?.[0], 'embedding'))
    if (vector === undefined) return undefined
    const usage = objectIn(json, 'usage')
    const model = textIn(json, 'model')
    return {
      vectors: [vector],
      usage: inputUsage(numberIn(usage, 'prompt_tokens') ?? numberIn(usage, 'total_tokens'), usage),
      ...(model === undefined ? {} : { model }),
    }
  },
}

function arkPart(part: EmbeddingPart): JsonObject {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  return { type: `${part.kind}_url`, [`${part.kind}_url`]: { url: urlOfMedia(part.source) ?? '' } }
}

/** Tencent Cloud's GetEmbedding. */
export const tencentForm: EmbeddingForm = {
  titles: false,
  tasks: false,
  open: false,
  refuses: textOnly,
  write({ inputs }) {
    const [first, second] = inputs
    if (first !== undefined && second === undefined) return { Input: textOf(first) }
    return { InputList: inputs.map(textOf) }
  },
  read(json) {
    const vectors = readPlaced(listIn(json, 'Response', 'Data'), (item) => ({
      index: numberIn(item, 'Index'),
      vector: isObject(item) ? item['Embedding'] : undefined,
    }))
    if (vectors === undefined) return undefined
    const usage = objectIn(json, 'Response', 'Usage')
    return {
      vectors,
      usage: inputUsage(numberIn(usage, 'PromptTokens') ?? numberIn(usage, 'TotalTokens'), usage),
    }
  },
}

/** SenseNova's own embeddings. Its answer is documented with `embeddings`, and client code of others also takes `data`. */
export const sensenovaForm: EmbeddingForm = {
  titles: false,
  tasks: false,
  open: false,
  refuses: textOnly,
  write: ({ inputs, target }) => ({ model: target.model, input: inputs.map(textOf) }),
  read(json) {
    const list = listIn(json, 'embeddings') ?? listIn(json, 'data', 'embeddings') ?? listIn(json, 'data')
    const vectors = readPlaced(list, (item) => ({
      index: numberIn(item, 'index'),
      vector: isObject(item) ? item['embedding'] : undefined,
    }))
    if (vectors === undefined) return undefined
    const usage = objectIn(json, 'usage') ?? objectIn({ usage: listIn(json, 'usage')?.[0] }, 'usage')
    return { vectors, usage: inputUsage(numberIn(usage, 'prompt_tokens') ?? numberIn(usage, 'total_tokens'), usage) }
  },
}

/** Hugging Face's feature extraction: bare lists both ways, and no usage. */
export const featureExtractionForm: EmbeddingForm = {
  titles: false,
  tasks: false,
  open: false,
  refuses: textOnly,
  write: ({ inputs, dimensions }) => ({
    inputs: inputs.map(textOf),
    ...(dimensions === undefined ? {} : { dimensions }),
  }),
  read(json) {
    const list = Array.isArray(json) ? json : undefined
    const vectors = readPlaced(list, (item) => ({ index: undefined, vector: item }))
    return vectors === undefined || vectors.length === 0 ? undefined : { vectors, usage: undefined }
  },
}
