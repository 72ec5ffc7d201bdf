import { embeddingJob } from '#wire/embeddings/job.ts'
import { readBatchEmbedContents, readEmbedContent } from '#wire/embeddings/read-gemini.ts'
import { readOpenaiRequest } from '#wire/embeddings/read-openai.ts'
import { writeBatchEmbedContents, writeEmbedContent, writeOpenaiAnswer } from '#wire/embeddings/write-answer.ts'
import type { Service } from '#wire/service.ts'
import { readOr } from '#wire/service-read.ts'

/** `/v1/embeddings` as OpenAI's SDKs call it. */
export const openaiEmbeddings: Service = {
  operation: 'embeddings',
  read: (source) =>
    readOr(() => {
      const request = readOpenaiRequest(source)
      return embeddingJob(request, (answer) => writeOpenaiAnswer(answer, request.encoding))
    }),
}

/** Gemini's `:embedContent`. */
export const geminiEmbedContent: Service = {
  operation: 'embeddings',
  read: (source) => readOr(() => embeddingJob(readEmbedContent(source), writeEmbedContent)),
}

/** Gemini's `:batchEmbedContents`. */
export const geminiBatchEmbedContents: Service = {
  operation: 'embeddings',
  read: (source) => readOr(() => embeddingJob(readBatchEmbedContents(source), writeBatchEmbedContents)),
}
