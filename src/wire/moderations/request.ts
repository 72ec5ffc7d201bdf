import type { MediaSource } from '#wire/part.ts'
import type { Source } from '#wire/request.ts'

export type ModerationPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly source: MediaSource }

/** What gets one judgement: a text, or several pieces together. */
export interface ModerationInput {
  readonly parts: readonly ModerationPart[]
  readonly path: string
}

/** One request to judge content in the middle form. */
export interface ModerationRequest {
  readonly source: Source
  readonly model: string
  /** The caller named no model. */
  readonly defaulted: boolean
  readonly inputs: readonly ModerationInput[]
  /** The inputs are the pieces of one list of typed parts: one judgement. */
  readonly joined: boolean
  readonly unread: readonly string[]
}
