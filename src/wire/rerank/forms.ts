import type { JsonObject } from '#wire/json.ts'
import type { Ranked, RerankDocument, RerankRequest } from '#wire/rerank/request.ts'
import { RERANK_FORMS, type RerankFormId, type ServiceTarget } from '#wire/service.ts'
import { inputUsage } from '#wire/shape/input-usage.ts'
import { inside, listIn, numberIn, objectIn, textIn } from '#wire/shape/read-json.ts'
import type { Usage } from '#wire/usage.ts'

/** What is to be written. */
export interface RerankCall {
  readonly request: RerankRequest
  readonly documents: readonly RerankDocument[]
  /** Results wanted of these documents. */
  readonly topN: number
  readonly target: ServiceTarget
}

/** What stood in a platform's answer; places count within the call. */
export interface ReadRanking {
  readonly results: readonly Ranked[]
  readonly usage: Usage | undefined
  readonly model?: string
}

/** One way in which platforms rank. We never ask for the documents back: the caller's own are at hand. */
export interface RerankForm {
  /** Takes documents that are objects, as they are. */
  readonly objects: boolean
  /** Has a field for an instruction; `quirk` = where the platform's quirks say so. */
  readonly instruction: boolean | 'quirk'
  /** Passes on fields that we do not name, where the platform takes them. */
  readonly open: boolean
  write(call: RerankCall): JsonObject
  read(json: unknown): ReadRanking | undefined
}

/** Cohere's form of v2, which Jina, vLLM, llama.cpp, Xinference, SiliconFlow, Zhipu and others took over. */
const commonForm: RerankForm = {
  objects: true,
  instruction: 'quirk',
  open: true,
  write: ({ request, documents, topN, target }) => ({
    ...(target.quirks.openFields ? extras(request) : {}),
    model: target.model,
    query: request.query,
    documents: documents.map(({ sent }) => sent),
    ...(request.topN === undefined || !target.quirks.topN ? {} : { top_n: topN }),
    ...instructionFor(request, target),
    ...(request.user === undefined || !target.quirks.user ? {} : { user: request.user }),
  }),
  read(json) {
    const results = readResults(listIn(json, 'results') ?? listIn(json, 'data'), 'relevance_score')
    if (results === undefined) return undefined
    const model = textIn(json, 'model')
    return { results, usage: usageIn(json), ...(model === undefined ? {} : { model }) }
  },
}

/** SGLang: a bare list, with `score`; the token count of each pair stands in its `meta_info`. */
const sglangForm: RerankForm = {
  ...commonForm,
  objects: false,
  instruction: true,
  write: (call) => ({ ...commonForm.write(call), ...instructed(call.request), return_documents: false }),
  read(json) {
    const list = Array.isArray(json) ? json : undefined
    const results = readResults(list, 'score')
    if (results === undefined) return commonForm.read(json)
    const counts = (list ?? []).map((item: unknown) => numberIn(item, 'meta_info', 'prompt_tokens'))
    const tokens = counts.reduce<number | undefined>(
      (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
      0,
    )
    return { results, usage: inputUsage(tokens) }
  },
}

/** DashScope's own text-rerank. */
const dashscopeForm: RerankForm = {
  objects: true,
  instruction: true,
  open: false,
  write: ({ request, documents, topN, target }) => ({
    model: target.model,
    input: { query: request.query, documents: documents.map(({ sent }) => sent) },
    parameters: {
      return_documents: false,
      ...(request.topN === undefined ? {} : { top_n: topN }),
      ...instructed(request),
    },
  }),
  read(json) {
    const results = readResults(listIn(json, 'output', 'results'), 'relevance_score')
    return results === undefined ? undefined : { results, usage: usageIn(json) }
  },
}

/** Bedrock's Rerank of the agent runtime; the model is named by its ARN. It bills searches, not tokens. */
const bedrockForm: RerankForm = {
  objects: true,
  instruction: false,
  open: false,
  write: ({ request, documents, topN, target }) => ({
    queries: [{ type: 'TEXT', textQuery: { text: request.query } }],
    sources: documents.map(sourceOf),
    rerankingConfiguration: {
      type: 'BEDROCK_RERANKING_MODEL',
      bedrockRerankingConfiguration: {
        modelConfiguration: { modelArn: `arn:aws:bedrock:${target.region}::foundation-model/${target.model}` },
        numberOfResults: topN,
      },
    },
  }),
  read(json) {
    const results = readResults(listIn(json, 'results'), 'relevanceScore')
    return results === undefined ? undefined : { results, usage: undefined }
  },
}

function sourceOf({ sent }: RerankDocument): JsonObject {
  const inline =
    typeof sent === 'string' ? { type: 'TEXT', textDocument: { text: sent } } : { type: 'JSON', jsonDocument: sent }
  return { type: 'INLINE', inlineDocumentSource: inline }
}

/** Qwen's name for an instruction. */
function instructed({ instruction }: RerankRequest): JsonObject {
  return instruction === undefined ? {} : { instruct: instruction }
}

/** By the platform's name where one is known, else by the caller's own where unknown fields are taken. */
function instructionFor(request: RerankRequest, { quirks }: ServiceTarget): JsonObject {
  const { instruction, instructionField } = request
  if (instruction === undefined) return {}
  if (quirks.instructionField !== 'none') return { [quirks.instructionField]: instruction }
  return quirks.openFields ? { [instructionField]: instruction } : {}
}

/** Top-level fields of the caller that only he and the platform know. */
function extras({ unread, source }: RerankRequest): JsonObject {
  const { json } = source
  return Object.fromEntries(unread.filter((path) => Object.hasOwn(json, path)).map((path) => [path, json[path]]))
}

/** Undefined unless each result has a place and a score. */
function readResults(list: readonly unknown[] | undefined, score: string): readonly Ranked[] | undefined {
  const results = list?.flatMap((item) => {
    const index = numberIn(item, 'index')
    const found = numberIn(item, score)
    return index === undefined || found === undefined ? [] : [{ index, score: found }]
  })
  return results === undefined || results.length < (list?.length ?? 0) ? undefined : results
}

/** Input tokens wherever they stand: `usage` (Jina, vLLM, DashScope), `meta.tokens` (Cohere, SiliconFlow), `tokens`. */
function usageIn(json: unknown): Usage | undefined {
  const usage = objectIn(json, 'usage')
  const counted = numberIn(usage, 'prompt_tokens') ?? numberIn(usage, 'input_tokens') ?? numberIn(usage, 'total_tokens')
  const total = numberIn(usage, 'total_tokens') ?? counted
  if (total !== undefined) return inputUsage(total, usage)
  const tokens = numberIn(json, 'meta', 'tokens', 'input_tokens') ?? numberIn(inside(json, 'tokens'), 'input_tokens')
  return inputUsage(tokens, objectIn(json, 'meta'))
}

const FORMS: Readonly<Record<RerankFormId, RerankForm>> = {
  common: commonForm,
  sglang: sglangForm,
  dashscope: dashscopeForm,
  bedrock: bedrockForm,
}

/** The form of a target of rerank. Throws where the target is one of another service, which would be a bug. */
export function rerankForm({ form }: ServiceTarget): RerankForm {
  const id = RERANK_FORMS.find((each) => each === form)
  if (id === undefined) throw new Error(`"${form}" is no form of rerank`)
  return FORMS[id]
}
