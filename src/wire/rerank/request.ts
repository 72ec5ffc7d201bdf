import type { JsonObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'

/** A document to be ranked: its text, what is sent, and what the caller gets back. */
export interface RerankDocument {
  /** Absent where it is a picture. */
  readonly text: string | undefined
  /** `{text}` alone goes as the text that it is. */
  readonly sent: string | JsonObject
  /** As the caller gave it. */
  readonly raw: string | JsonObject
  /** Where it stood: `documents.3`. */
  readonly path: string
}

/** One request to put documents in order of how well they answer a query. Absent = the caller did not say. */
export interface RerankRequest {
  readonly source: Source
  readonly model: string
  readonly query: string
  readonly documents: readonly RerankDocument[]
  readonly topN?: number
  readonly returnDocuments: boolean
  /** What to judge by, for models that take a task in words. */
  readonly instruction?: string
  /** The caller's name of it. */
  readonly instructionField: string
  readonly user?: string
  /** Fields of the caller that have no place here. */
  readonly unread: readonly string[]
}

/** How well one document answers. */
export interface Ranked {
  /** The document's place in the request. */
  readonly index: number
  readonly score: number
}
