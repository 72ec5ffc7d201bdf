import { relevanceOf } from '#simulator/services/vectors.ts'
import type { JsonObject } from '#wire/json.ts'
import type { RerankFormId } from '#wire/service.ts'
import { inside, listIn, numberIn, textIn } from '#wire/shape/read-json.ts'

/** A call as the platform reads it. */
export interface RerankCall {
  readonly query: string
  readonly documents: readonly string[]
  readonly topN: number
}

/** A document's place and how well it answers, the best first. */
export interface Ranked {
  readonly index: number
  readonly score: number
}

export interface RerankAnswer {
  readonly model: string
  readonly results: readonly Ranked[]
  readonly tokens: number
  readonly id: string
}

interface PlayedForm {
  /** Undefined where the call is not of the form. */
  read(json: JsonObject): RerankCall | undefined
  write(answer: RerankAnswer): unknown
}

function callOf(
  query: unknown,
  documents: readonly unknown[] | undefined,
  topN: number | undefined,
): RerankCall | undefined {
  if (typeof query !== 'string' || documents === undefined || documents.length === 0) return undefined
  const texts = documents.map((each) =>
    typeof each === 'string' ? each : (textIn(each, 'text') ?? JSON.stringify(each)),
  )
  return { query, documents: texts, topN: topN ?? texts.length }
}

const common: PlayedForm = {
  read: (json) => callOf(json['query'], listIn(json, 'documents'), numberIn(json, 'top_n')),
  write: ({ model, results, tokens, id }) => ({
    id,
    model,
    results: results.map(({ index, score }) => ({ index, relevance_score: score })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }),
}

const sglang: PlayedForm = {
  read: (json) => common.read(json),
  write: ({ results, tokens }) =>
    results.map(({ index, score }, i) => ({
      score,
      document: '',
      index,
      meta_info: { prompt_tokens: i === 0 ? tokens : 0 },
    })),
}

const dashscope: PlayedForm = {
  read: (json) =>
    callOf(inside(json, 'input', 'query'), listIn(json, 'input', 'documents'), numberIn(json, 'parameters', 'top_n')),
  write: ({ results, tokens, id }) => ({
    output: { results: results.map(({ index, score }) => ({ index, relevance_score: score })) },
    usage: { total_tokens: tokens },
    request_id: id,
  }),
}

const bedrock: PlayedForm = {
  read(json) {
    const sources = listIn(json, 'sources')?.map(
      (each) =>
        inside(each, 'inlineDocumentSource', 'textDocument') ?? inside(each, 'inlineDocumentSource', 'jsonDocument'),
    )
    const configuration = inside(json, 'rerankingConfiguration', 'bedrockRerankingConfiguration')
    return callOf(
      inside(listIn(json, 'queries')?.[0], 'textQuery', 'text'),
      sources,
      numberIn(configuration, 'numberOfResults'),
    )
  },
  write: ({ results }) => ({
    results: results.map(({ index, score }) => ({ index, relevanceScore: score })),
  }),
}

/** How each form of rerank is read and answered by the platform that has it. */
export const PLAYED_RERANK: Readonly<Record<RerankFormId, PlayedForm>> = { common, sglang, dashscope, bedrock }

/** The documents in order of how well they answer. */
export function rank({ query, documents, topN }: RerankCall): readonly Ranked[] {
  return documents
    .map((document, index) => ({ index, score: relevanceOf(query, document) }))
    .toSorted((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, topN)
}

/** The model that a call names where neither path nor `model` does: Bedrock's ARN. */
export function modelInArn(json: JsonObject): string | undefined {
  const configuration = inside(json, 'rerankingConfiguration', 'bedrockRerankingConfiguration')
  return textIn(configuration, 'modelConfiguration', 'modelArn')?.split('/').at(-1)
}
