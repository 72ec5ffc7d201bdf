import type { Failure } from '#wire/failure.ts'
import type { Source } from '#wire/request.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** Work other than chat whose answer is one value. */
export type ServiceOperation = 'embeddings' | 'rerank' | 'moderations'

/** How platforms take texts to embed: the form of one call and its answer. */
export const EMBEDDING_FORMS = [
  'openai',
  'gemini',
  'vertex-predict',
  'dashscope-text',
  'dashscope-multimodal',
  'minimax',
  'ark-multimodal',
  'titan',
  'titan-image',
  'cohere',
  'tencent',
  'sensenova',
  'spark',
  'feature-extraction',
] as const
export type EmbeddingFormId = (typeof EMBEDDING_FORMS)[number]

/** How platforms take documents to put in order. */
export const RERANK_FORMS = ['common', 'sglang', 'dashscope', 'bedrock'] as const
export type RerankFormId = (typeof RERANK_FORMS)[number]

/** How platforms take content to judge. */
export const MODERATION_FORMS = ['openai', 'zhipu'] as const
export type ModerationFormId = (typeof MODERATION_FORMS)[number]

export interface ServiceForms {
  readonly embeddings: EmbeddingFormId
  readonly rerank: RerankFormId
  readonly moderations: ModerationFormId
}

/** What a text is embedded for; models that tell queries from documents give each another vector. */
export const EMBEDDING_TASKS = [
  'query',
  'document',
  'similarity',
  'classification',
  'clustering',
  'code-query',
  'question',
  'fact-check',
] as const
export type EmbeddingTask = (typeof EMBEDDING_TASKS)[number]

/** How a platform departs from the plain form of a service: closed and typed, as `Quirks` are for chat. */
export interface ServiceQuirks {
  /** Values of `encoding_format` that are taken; none = the field is left out. What the caller wanted is coded here. */
  readonly encodings: readonly ('float' | 'base64')[]
  /** `encoding_format` must be given (ModelScope). */
  readonly encodingRequired: boolean
  /** Takes lists of token ids instead of text. */
  readonly tokenInputs: boolean
  /** Takes `dimensions`. */
  readonly dimensions: boolean
  /** Where a call says what its texts are for, and in which words; `none` = nowhere. */
  readonly taskField: string
  readonly taskWords: Readonly<Partial<Record<EmbeddingTask, string>>>
  /** The word that is sent where the caller said nothing, since the platform insists; `''` = it does not. */
  readonly taskDefault: string
  /** Takes `user`. */
  readonly user: boolean
  /** Fields that we do not name travel on; false = they are refused there, and left out with a warning. */
  readonly openFields: boolean
  /** Takes the number of results wanted; false = all come back, and we cut. */
  readonly topN: boolean
  /** Where a reranker is told in words what to judge by; `none` = nowhere that is known. */
  readonly instructionField: string
}

/** What the plain form of OpenAI does, and the common form of rerank. */
export const SERVICE_QUIRKS: ServiceQuirks = {
  encodings: ['float', 'base64'],
  encodingRequired: false,
  tokenInputs: false,
  dimensions: true,
  taskField: 'none',
  taskWords: {},
  taskDefault: '',
  user: true,
  openFields: true,
  topN: true,
  instructionField: 'none',
}

/** What writing a call takes to know of the model that it goes to. Resolved and frozen by the catalog. */
export interface ServiceTarget {
  /** The platform's own model id. */
  readonly model: string
  readonly form: EmbeddingFormId | RerankFormId | ModerationFormId
  readonly quirks: ServiceQuirks
  /** Lengths of vector that the model gives, its default first; empty = unknown. */
  readonly dimensions: readonly number[]
  /** Any length up to the largest of them may be asked for. */
  readonly anyDimensions: boolean
  /** Most inputs in one call. */
  readonly batchMax: number
  /** The region, where a call has to name it. */
  readonly region: string
  /** Shown in messages: `provider/model`, or the platform's id and the model. Never compared. */
  readonly name: string
}

/** Inputs from `from` to before `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** A call in a platform's words. */
export type WriteCall =
  | { readonly ok: true; readonly body: string; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly failure: Failure }

/** A platform's answer to a call: status 2xx. */
export interface CallAnswer {
  readonly body: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** What an answer told. Without a failure nothing sensible stood in it: it may be an error inside a 200. */
export type TakeAnswer =
  | { readonly ok: true; readonly usage: Usage | undefined; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly failure: Failure | undefined }

/** What the whole answer may need beside its content. */
export interface WholeContext {
  readonly requestId: string
  /** Unix seconds. */
  readonly now: number
  /** Of the whole request. */
  readonly usage: Usage
}

/**
 * One request under way whose inputs may go out in several calls, to several platforms: it writes the calls, takes
 * their answers in any order, and puts them together. Nothing in it knows time, chance or network.
 */
export interface Job {
  /** What the caller asked for. */
  readonly model: string
  /** How many inputs it has. */
  readonly size: number
  /** What is to be said whatever the target: a model that was chosen for the caller. */
  readonly warnings: readonly Warning[]
  /** The end of a call that begins at `from` and may hold `most` inputs: earlier where neighbours cannot share a call. */
  endOf(from: number, most: number): number
  /** What is read of these inputs, for estimates. */
  texts(range: Range): readonly string[]
  write(range: Range, target: ServiceTarget): WriteCall
  take(range: Range, target: ServiceTarget, answer: CallAnswer): TakeAnswer
  /** The answer in the caller's form, once each input has its part. */
  whole(context: WholeContext): string
}

export type ReadJob = { readonly ok: true; readonly job: Job } | { readonly ok: false; readonly failure: Failure }

/** How callers ask for a service at one door. */
export interface Service {
  readonly operation: ServiceOperation
  /** Reads what a caller sent. Refuses wrong types with the name of the field. */
  read(source: Source): ReadJob
}
