import { type EmbeddingCall, type EmbeddingForm, partsOf, textOf, textOnly } from '#wire/embeddings/form.ts'
import { readPlaced } from '#wire/embeddings/read-vector.ts'
import type { EmbeddingInput, EmbeddingPart } from '#wire/embeddings/request.ts'
import type { JsonObject } from '#wire/json.ts'
import { inputUsage } from '#wire/shape/input-usage.ts'
import { inside, listIn, numberIn, objectIn } from '#wire/shape/read-json.ts'
import type { EmbeddingTask } from '#wire/service.ts'

/** https://ai.google.dev/api/embeddings#TaskType */
const TASK_TYPES: Readonly<Record<EmbeddingTask, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  similarity: 'SEMANTIC_SIMILARITY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  'code-query': 'CODE_RETRIEVAL_QUERY',
  question: 'QUESTION_ANSWERING',
  'fact-check': 'FACT_VERIFICATION',
}

/** Gemini's `:batchEmbedContents`: one request inside for each vector. */
export const geminiForm: EmbeddingForm = {
  titles: true,
  tasks: true,
  open: false,
  refuses(input) {
    if (input.kind === 'tokens') return 'takes text, not token ids: they are words of one tokenizer only'
    const file = partsOf(input).some((part) => part.kind !== 'text' && part.source.kind === 'file')
    return file ? 'does not know a file of another platform' : undefined
  },
  write: (call) => ({
    requests: call.inputs.map((input) => ({
      model: `models/${call.target.model}`,
      content: { parts: partsOf(input).map(partOf) },
      ...purposeOf(input),
      ...(call.dimensions === undefined ? {} : { outputDimensionality: call.dimensions }),
    })),
  }),
  read(json) {
    const vectors = readPlaced(listIn(json, 'embeddings'), (item) => ({
      index: undefined,
      vector: inside(item, 'values'),
    }))
    if (vectors === undefined) return undefined
    const usage = objectIn(json, 'usageMetadata')
    return { vectors, usage: inputUsage(numberIn(usage, 'promptTokenCount'), usage) }
  },
}

function purposeOf({ task, title }: EmbeddingInput): JsonObject {
  return {
    ...(task === undefined ? {} : { taskType: TASK_TYPES[task] }),
    ...(title === undefined ? {} : { title }),
  }
}

function partOf(part: EmbeddingPart): JsonObject {
  if (part.kind === 'text') return { text: part.text }
  const { source } = part
  if (source.kind === 'data') return { inlineData: { mimeType: source.mediaType, data: source.data } }
  return { fileData: { fileUri: source.kind === 'url' ? source.url : source.id } }
}

/** Vertex AI's `:predict` for text embedding models. */
export const vertexForm: EmbeddingForm = {
  titles: true,
  tasks: true,
  open: false,
  refuses: textOnly,
  write: ({ inputs, dimensions }: EmbeddingCall) => ({
    instances: inputs.map((input) => ({
      content: textOf(input),
      ...(input.task === undefined ? {} : { task_type: TASK_TYPES[input.task] }),
      ...(input.title === undefined ? {} : { title: input.title }),
    })),
    ...(dimensions === undefined ? {} : { parameters: { outputDimensionality: dimensions } }),
  }),
  read(json) {
    const predictions = listIn(json, 'predictions')
    const vectors = readPlaced(predictions, (item) => ({
      index: undefined,
      vector: inside(item, 'embeddings', 'values'),
    }))
    if (vectors === undefined) return undefined
    const counts = (predictions ?? []).map((item) => numberIn(item, 'embeddings', 'statistics', 'token_count'))
    const known = counts.filter((count) => count !== undefined)
    const tokens = known.length < counts.length ? undefined : known.reduce((sum, count) => sum + count, 0)
    return { vectors, usage: inputUsage(tokens, objectIn(json, 'metadata')) }
  },
}
