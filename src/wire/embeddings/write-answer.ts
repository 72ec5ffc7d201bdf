import { base64Of, floatsOf, type Vector } from '#wire/embeddings/vector.ts'
import { inputTokens, type Usage } from '#wire/usage.ts'

/** A request's vectors, in the order of its inputs. */
export interface EmbeddingAnswer {
  readonly vectors: readonly Vector[]
  /** The platform's name of the model. */
  readonly model: string
  readonly usage: Usage
}

/** OpenAI's form, with each vector as the caller wants it. */
export function writeOpenaiAnswer(answer: EmbeddingAnswer, encoding: 'float' | 'base64'): string {
  const tokens = inputTokens(answer.usage)
  return JSON.stringify({
    object: 'list',
    data: answer.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? base64Of(vector) : floatsOf(vector),
    })),
    model: answer.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  })
}

/** The answer of `:embedContent`: one vector. */
export function writeEmbedContent(answer: EmbeddingAnswer): string {
  const [vector] = answer.vectors
  return JSON.stringify({ embedding: valuesOf(vector), usageMetadata: usageMetadata(answer.usage) })
}

/** The answer of `:batchEmbedContents`. */
export function writeBatchEmbedContents(answer: EmbeddingAnswer): string {
  return JSON.stringify({ embeddings: answer.vectors.map(valuesOf), usageMetadata: usageMetadata(answer.usage) })
}

function valuesOf(vector: Vector | undefined): { readonly values: readonly number[] } {
  return { values: vector === undefined ? [] : floatsOf(vector) }
}

function usageMetadata(usage: Usage): { readonly promptTokenCount: number } {
  return { promptTokenCount: inputTokens(usage) }
}
