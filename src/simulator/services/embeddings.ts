import { base64Of } from '#simulator/services/vectors.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { EmbeddingFormId } from '#wire/service.ts'
import { inside, listIn, numberIn, objectIn, textIn } from '#wire/shape/read-json.ts'

/** A call as the platform reads it. */
export interface EmbeddingCall {
  /** What identifies each input: its text, or its JSON. */
  readonly inputs: readonly string[]
  readonly dimensions?: number | undefined
  readonly encoding?: string | undefined
}

/** What is to be answered. */
export interface EmbeddingAnswer {
  readonly model: string
  readonly vectors: readonly (readonly number[])[]
  readonly encoding: string
  readonly tokens: number
  readonly id: string
}

interface PlayedForm {
  /** Undefined where the call is not of the form. */
  read(json: JsonObject): EmbeddingCall | undefined
  write(answer: EmbeddingAnswer): unknown
}

function identity(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** OpenAI's inputs: one text, one list of token ids, or a list of either. */
function inputsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return isObject(value) ? [identity(value)] : undefined
  return value.every((each) => typeof each === 'number') ? [identity(value)] : value.map(identity)
}

function texts(list: readonly unknown[] | undefined): readonly string[] | undefined {
  return list !== undefined && list.every((each) => typeof each === 'string') ? list : undefined
}

const openai: PlayedForm = {
  read(json) {
    const inputs = inputsOf(json['input'])
    if (inputs === undefined) return undefined
    return { inputs, dimensions: numberIn(json, 'dimensions'), encoding: textIn(json, 'encoding_format') }
  },
  write: ({ model, vectors, encoding, tokens }) => ({
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? base64Of(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }),
}

function partsText(content: unknown): string | undefined {
  const parts = listIn(content, 'parts')
  if (parts === undefined || parts.length === 0) return undefined
  const said = parts.map((part) => textIn(part, 'text') ?? JSON.stringify(part))
  return said.join('\n')
}

const gemini: PlayedForm = {
  read(json) {
    const requests = listIn(json, 'requests')
    const inputs = requests?.map((each) => partsText(inside(each, 'content')))
    if (inputs === undefined || !inputs.every((input) => input !== undefined)) return undefined
    return { inputs, dimensions: numberIn(requests?.[0], 'outputDimensionality') }
  },
  write: ({ vectors, tokens }) => ({
    embeddings: vectors.map((values) => ({ values })),
    usageMetadata: { promptTokenCount: tokens },
  }),
}

const vertex: PlayedForm = {
  read(json) {
    const inputs = texts(listIn(json, 'instances')?.map((each) => inside(each, 'content')))
    return inputs && { inputs, dimensions: numberIn(json, 'parameters', 'outputDimensionality') }
  },
  write: ({ vectors, tokens }) => ({
    predictions: vectors.map((values, i) => ({
      embeddings: { values, statistics: { truncated: false, token_count: i === 0 ? tokens : 0 } },
    })),
  }),
}

const dashscopeText: PlayedForm = {
  read(json) {
    const inputs = texts(listIn(json, 'input', 'texts'))
    return inputs && { inputs, dimensions: numberIn(json, 'parameters', 'dimension') }
  },
  write: ({ vectors, tokens, id }) => ({
    output: { embeddings: vectors.map((embedding, index) => ({ text_index: index, embedding })) },
    usage: { total_tokens: tokens },
    request_id: id,
  }),
}

const dashscopeMultimodal: PlayedForm = {
  read(json) {
    const contents = listIn(json, 'input', 'contents')
    const inputs = contents?.map((each) => textIn(each, 'text') ?? JSON.stringify(each))
    return inputs && { inputs, dimensions: numberIn(json, 'parameters', 'dimension') }
  },
  write: ({ vectors, tokens, id }) => ({
    output: { embeddings: vectors.map((embedding, index) => ({ index, embedding, type: 'text' })) },
    usage: { input_tokens: tokens, image_tokens: 0 },
    request_id: id,
  }),
}

const minimax: PlayedForm = {
  read(json) {
    const inputs = texts(listIn(json, 'texts'))
    const type = textIn(json, 'type')
    return inputs !== undefined && (type === 'db' || type === 'query') ? { inputs } : undefined
  },
  write: ({ vectors, tokens }) => ({
    vectors,
    total_tokens: tokens,
    base_resp: { status_code: 0, status_msg: 'success' },
  }),
}

const arkMultimodal: PlayedForm = {
  read(json) {
    const parts = listIn(json, 'input')
    if (parts === undefined || parts.length === 0) return undefined
    const said = parts.map((part) => textIn(part, 'text') ?? JSON.stringify(part))
    return { inputs: [said.join('\n')], dimensions: numberIn(json, 'dimensions') }
  },
  write: ({ model, vectors, tokens, id }) => ({
    id,
    model,
    object: 'list',
    created: 0,
    data: { object: 'embedding', embedding: vectors[0] },
    usage: {
      prompt_tokens: tokens,
      total_tokens: tokens,
      prompt_tokens_details: { text_tokens: tokens, image_tokens: 0 },
    },
  }),
}

const titan: PlayedForm = {
  read(json) {
    const text = textIn(json, 'inputText')
    return text === undefined ? undefined : { inputs: [text], dimensions: numberIn(json, 'dimensions') }
  },
  write: ({ vectors, tokens }) => ({ embedding: vectors[0], inputTextTokenCount: tokens }),
}

const titanImage: PlayedForm = {
  read(json) {
    const said = [textIn(json, 'inputText'), textIn(json, 'inputImage')].filter((each) => each !== undefined)
    if (said.length === 0) return undefined
    return { inputs: [said.join('\n')], dimensions: numberIn(json, 'embeddingConfig', 'outputEmbeddingLength') }
  },
  write: (answer) => titan.write(answer),
}

const COHERE_TYPES: ReadonlySet<unknown> = new Set(['search_document', 'search_query', 'classification', 'clustering'])

const cohere: PlayedForm = {
  read(json) {
    const inputs = texts(listIn(json, 'texts'))
    if (inputs === undefined || !COHERE_TYPES.has(json['input_type'])) return undefined
    return { inputs, dimensions: numberIn(json, 'output_dimension') }
  },
  write: ({ vectors, id }) => ({ id, response_type: 'embeddings_by_type', embeddings: { float: vectors } }),
}

const tencent: PlayedForm = {
  read(json) {
    const single = textIn(json, 'Input')
    const inputs = single === undefined ? texts(listIn(json, 'InputList')) : [single]
    return inputs && { inputs }
  },
  write: ({ vectors, tokens, id }) => ({
    Response: {
      Data: vectors.map((vector, index) => ({ Embedding: vector, Index: index, Object: 'embedding' })),
      Usage: { PromptTokens: tokens, TotalTokens: tokens },
      RequestId: id,
    },
  }),
}

const sensenova: PlayedForm = {
  read(json) {
    const inputs = texts(listIn(json, 'input'))
    return inputs && { inputs }
  },
  write: ({ vectors, tokens }) => ({
    embeddings: vectors.map((embedding, index) => ({ index, embedding, status_code: 0, status_message: '' })),
    usage: [{ prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens }],
  }),
}

const spark: PlayedForm = {
  read(json) {
    const text = textIn(json, 'payload', 'messages', 'text')
    if (text === undefined || objectIn(json, 'parameter', 'emb') === undefined) return undefined
    const said: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
    const content = textIn(listIn(said, 'messages')?.[0], 'content')
    return content === undefined ? undefined : { inputs: [content] }
  },
  write: ({ vectors, id }) => ({
    header: { code: 0, message: 'success', sid: id },
    payload: { feature: { encoding: 'utf8', compress: 'raw', format: 'plain', text: base64Of(vectors[0] ?? []) } },
  }),
}

const featureExtraction: PlayedForm = {
  read(json) {
    const inputs = texts(listIn(json, 'inputs'))
    return inputs && { inputs, dimensions: numberIn(json, 'dimensions') }
  },
  write: ({ vectors }) => vectors,
}

/** How each form of embeddings is read and answered by the platform that has it. Written apart from our own reader of it. */
export const PLAYED_EMBEDDINGS: Readonly<Record<EmbeddingFormId, PlayedForm>> = {
  openai,
  gemini,
  'vertex-predict': vertex,
  'dashscope-text': dashscopeText,
  'dashscope-multimodal': dashscopeMultimodal,
  minimax,
  'ark-multimodal': arkMultimodal,
  titan,
  'titan-image': titanImage,
  cohere,
  tencent,
  sensenova,
  spark,
  'feature-extraction': featureExtraction,
}
