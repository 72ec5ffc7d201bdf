import type { Target } from '#catalog/compare/target.ts'
import type { Judged, Words } from '#catalog/compare/verdict.ts'

/** Something that applications use, by the words that they use for it. */
export interface Feature {
  readonly id: string
  readonly title: Words
  /**
   * What an application writes to use it, in OpenAI's words: a request field (`logit_bias`), a value of one
   * (`tool_choice.required`), a kind of content (`messages.content.image_url`), an operation (`embeddings`), a field
   * of the answer (`usage`). Each belongs to one feature.
   */
  readonly parameters: readonly string[]
  readonly judge: (target: Target) => Judged
  /** What an application has that calls the platform itself, where the gateway has a part in `judge`. */
  readonly direct?: (target: Target) => Judged
}
