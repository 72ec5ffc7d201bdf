import { type EmbeddingForm, partsOf, taskWord, textOf, textOnly } from '#wire/embeddings/form.ts'
import { readPlaced, readVector } from '#wire/embeddings/read-vector.ts'
import { isObject } from '#wire/json.ts'
import { inputUsage } from '#wire/shape/input-usage.ts'
import { inside, listIn, numberIn } from '#wire/shape/read-json.ts'

/** How many tokens Bedrock counted, for models whose body does not say. */
const COUNTED = 'x-amzn-bedrock-input-token-count'

/** Amazon Titan's text models by InvokeModel: one text, one vector. */
export const titanForm: EmbeddingForm = {
  titles: false,
  tasks: false,
  open: false,
  refuses: textOnly,
  write: ({ inputs: [input], dimensions }) => ({
    inputText: input === undefined ? '' : textOf(input),
    ...(dimensions === undefined ? {} : { dimensions }),
  }),
  read: readTitan,
}

/** Amazon Titan's multimodal model: a text, an image, or both, make one vector. */
export const titanImageForm: EmbeddingForm = {
  titles: false,
  tasks: false,
  open: false,
  refuses(input) {
    if (input.kind === 'tokens') return textOnly(input)
    const media = partsOf(input).filter(({ kind }) => kind !== 'text')
    if (media.some((part) => part.kind !== 'image' || part.source.kind !== 'data')) {
      return 'takes images as base64 data only'
    }
    return media.length > 1 ? 'takes one image at a time' : undefined
  },
  write({ inputs: [input], dimensions }) {
    const parts = input === undefined ? [] : partsOf(input)
    const text = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')
    const [image] = parts.flatMap((part) =>
      part.kind === 'image' && part.source.kind === 'data' ? [part.source.data] : [],
    )
    return {
      ...(text === '' ? {} : { inputText: text }),
      ...(image === undefined ? {} : { inputImage: image }),
      ...(dimensions === undefined ? {} : { embeddingConfig: { outputEmbeddingLength: dimensions } }),
    }
  },
  read: readTitan,
}

function readTitan(json: unknown): ReturnType<EmbeddingForm['read']> {
  const vector = readVector(inside(json, 'embedding'))
  if (vector === undefined) return undefined
  const raw = isObject(json) ? { inputTextTokenCount: json['inputTextTokenCount'] } : undefined
  return { vectors: [vector], usage: inputUsage(numberIn(json, 'inputTextTokenCount'), raw) }
}

/** Cohere's models by Bedrock's InvokeModel. */
export const cohereForm: EmbeddingForm = {
  titles: false,
  tasks: true,
  open: false,
  refuses: textOnly,
  write(call) {
    const { inputs, target, dimensions } = call
    const word = taskWord(call, target.quirks.taskWords)
    return {
      texts: inputs.map(textOf),
      ...(word === undefined ? {} : { input_type: word }),
      embedding_types: ['float'],
      ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
    }
  },
  read(json, headers) {
    const list = listIn(json, 'embeddings', 'float') ?? listIn(json, 'embeddings')
    const vectors = readPlaced(list, (item) => ({ index: undefined, vector: item }))
    if (vectors === undefined) return undefined
    const counted = headers[COUNTED]
    const tokens = counted === undefined ? undefined : Number(counted)
    return { vectors, usage: inputUsage(tokens) }
  },
}
