import type { Dialect } from '#wire/dialect.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import type { PlainWriting } from '#wire/shape/plain-writer.ts'
import { readFailure, writeFailure } from '#wire/wenxin-chat/failure.ts'
import { readEvents } from '#wire/wenxin-chat/read-events.ts'
import { readRequest } from '#wire/wenxin-chat/read-request.ts'
import { writeEvents } from '#wire/wenxin-chat/write-events.ts'
import { writeRequest } from '#wire/wenxin-chat/write-request.ts'

/**
 * Baidu's older `wenxinworkshop/chat/{name}`: the model is a name in the path, the system text stands beside the
 * messages, of which there is an odd number, and a function is called one at a time.
 */
export const wenxinChat: Dialect<PlainReading, PlainWriting> = {
  id: 'wenxin-chat',
  framing: 'sse',
  readRequest,
  writeRequest,
  readEvents,
  writeEvents,
  readFailure,
  writeFailure,
}
