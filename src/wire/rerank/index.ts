import { rerankJob } from '#wire/rerank/job.ts'
import { readRerankRequest } from '#wire/rerank/read-request.ts'
import type { Service } from '#wire/service.ts'
import { readOr } from '#wire/service-read.ts'

/** `/v1/rerank`, as clients of Cohere, Jina and vLLM call it. */
export const rerank: Service = {
  operation: 'rerank',
  read: (source) => readOr(() => rerankJob(readRerankRequest(source))),
}
