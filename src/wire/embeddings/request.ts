import type { MediaSource } from '#wire/part.ts'
import type { Source } from '#wire/request.ts'
import type { EmbeddingTask } from '#wire/service.ts'

/** A piece of an input that has several. */
export type EmbeddingPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'audio' | 'video' | 'file'; readonly source: MediaSource }

interface Common {
  /** Where it stood in the caller's JSON: `input.3`. */
  readonly path: string
  readonly task?: EmbeddingTask
  /** Of the document that the text is from (Gemini). */
  readonly title?: string
}

/** What becomes one vector. */
export type EmbeddingInput =
  | (Common & { readonly kind: 'text'; readonly text: string })
  /** Ids of the model's own tokenizer. */
  | (Common & { readonly kind: 'tokens'; readonly tokens: readonly number[] })
  /** All pieces together give one vector. `raw` is the caller's own value, for platforms that are spoken to as he spoke. */
  | (Common & { readonly kind: 'parts'; readonly parts: readonly EmbeddingPart[]; readonly raw?: unknown })

/** One request for vectors in the middle form. Absent = the caller did not say. */
export interface EmbeddingRequest {
  readonly source: Source
  readonly model: string
  readonly inputs: readonly EmbeddingInput[]
  /** The caller gave one input and no list. */
  readonly single: boolean
  readonly dimensions?: number
  /** The caller's name of `dimensions`, for warnings and refusals. */
  readonly dimensionsField: string
  /** How the caller wants each vector. */
  readonly encoding: 'float' | 'base64'
  readonly user?: string
  /** The field that said what the inputs are for, if one did. */
  readonly taskField?: string
  /** Fields of the caller that have no place here; they travel to platforms of OpenAI's form. */
  readonly unread: readonly string[]
}
