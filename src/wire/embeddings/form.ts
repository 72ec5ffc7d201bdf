import type { EmbeddingInput, EmbeddingPart, EmbeddingRequest } from '#wire/embeddings/request.ts'
import type { Vector } from '#wire/embeddings/vector.ts'
import type { JsonObject } from '#wire/json.ts'
import type { EmbeddingTask, ServiceTarget } from '#wire/service.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** What is to be written: inputs that the form carries, a length that the model gives. */
export interface EmbeddingCall {
  readonly inputs: readonly EmbeddingInput[]
  readonly request: EmbeddingRequest
  readonly target: ServiceTarget
  /** To be sent, where the form has a place for it. */
  readonly dimensions: number | undefined
  /** What the form cannot carry is noted here. */
  readonly warnings: Warning[]
}

/** What stood in a platform's answer. */
export interface ReadEmbeddings {
  readonly vectors: readonly Vector[]
  readonly usage: Usage | undefined
  /** The platform's name of the model, where it says one. */
  readonly model?: string
}

/** One way in which platforms take inputs and give vectors. */
export interface EmbeddingForm {
  /** Has a place for a title of each document. */
  readonly titles: boolean
  /** Has a place for what the inputs are for; `quirk` = where the platform's quirks say so. */
  readonly tasks: boolean | 'quirk'
  /** Passes on fields that we do not name, where the platform takes them. */
  readonly open: boolean
  /** Why it cannot carry an input, in the end of a sentence that begins with the target; undefined if it can. */
  refuses(input: EmbeddingInput, target: ServiceTarget): string | undefined
  write(call: EmbeddingCall): JsonObject
  /** Undefined where the answer holds no vectors. */
  read(json: unknown, headers: Readonly<Record<string, string | undefined>>): ReadEmbeddings | undefined
}

/** Forms of text alone refuse this. Several pieces of text count as one text. */
export function textOnly(input: EmbeddingInput): string | undefined {
  if (input.kind === 'tokens') return 'takes text, not token ids: they are words of one tokenizer only'
  if (input.kind === 'text') return undefined
  const odd = input.parts.find(({ kind }) => kind !== 'text')
  return odd === undefined ? undefined : `takes text only, not ${odd.kind}`
}

/** The text of an input that is text through and through. */
export function textOf(input: EmbeddingInput): string {
  if (input.kind === 'text') return input.text
  return input.kind === 'tokens' ? '' : input.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n')
}

/** An input's pieces, whatever its kind. */
export function partsOf(input: EmbeddingInput): readonly EmbeddingPart[] {
  if (input.kind === 'parts') return input.parts
  return input.kind === 'text' ? [{ kind: 'text', text: input.text }] : []
}

/**
 * The platform's word for what a call's inputs are for: they all have the same, or none. Undefined where it need not
 * be said. A task without a word here, and a word that the platform insists on, are noted.
 */
export function taskWord(
  { inputs, request, target, warnings }: EmbeddingCall,
  words: Readonly<Partial<Record<EmbeddingTask, string>>>,
): string | undefined {
  const { taskDefault } = target.quirks
  const task = inputs[0]?.task
  const path = request.taskField ?? 'task_type'
  const word = task === undefined ? undefined : words[task]
  if (task !== undefined && word === undefined) {
    warnings.push({ action: 'dropped', path, detail: `${target.name} has no word for "${task}"` })
  }
  if (word !== undefined || taskDefault === '') return word
  const detail = `${target.name} wants to be told; queries and documents get different vectors`
  warnings.push({ action: 'defaulted', path, detail: `"${taskDefault}", since ${detail}` })
  return taskDefault
}
