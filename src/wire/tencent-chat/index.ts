import type { Dialect } from '#wire/dialect.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import type { PlainWriting } from '#wire/shape/plain-writer.ts'
import { readFailure, writeFailure } from '#wire/tencent-chat/failure.ts'
import { readEvents } from '#wire/tencent-chat/read-events.ts'
import { readRequest } from '#wire/tencent-chat/read-request.ts'
import { writeEvents } from '#wire/tencent-chat/write-events.ts'
import { writeRequest } from '#wire/tencent-chat/write-request.ts'

/**
 * Tencent Hunyuan's own ChatCompletions of 2023-09-01: OpenAI's in PascalCase, whole answers inside `Response`, signed
 * by TC3. Which action is called stands in headers of the endpoint.
 */
export const tencentChat: Dialect<PlainReading, PlainWriting> = {
  id: 'tencent-chat',
  framing: 'sse',
  readRequest,
  writeRequest,
  readEvents,
  writeEvents,
  readFailure,
  writeFailure,
}
