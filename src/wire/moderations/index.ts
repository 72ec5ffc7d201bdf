import { moderationJob } from '#wire/moderations/job.ts'
import { readModerationRequest } from '#wire/moderations/read-request.ts'
import type { Service } from '#wire/service.ts'
import { readOr } from '#wire/service-read.ts'

/** `/v1/moderations` as OpenAI's SDKs call it. */
export const moderations: Service = {
  operation: 'moderations',
  read: (source) => readOr(() => moderationJob(readModerationRequest(source))),
}
