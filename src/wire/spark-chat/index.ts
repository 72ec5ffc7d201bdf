import type { Dialect } from '#wire/dialect.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import type { PlainWriting } from '#wire/shape/plain-writer.ts'
import { readFailure, writeFailure } from '#wire/spark-chat/failure.ts'
import { readEvents } from '#wire/spark-chat/read-events.ts'
import { readRequest } from '#wire/spark-chat/read-request.ts'
import { writeEvents } from '#wire/spark-chat/write-events.ts'
import { writeRequest } from '#wire/spark-chat/write-request.ts'

/**
 * iFlytek Spark's WebSocket: one text message asks, each frame of the answer is one more, the one with status 2 is the
 * last. Requests leave here without `header.app_id`: it belongs to the account, and the engine's authentication
 * (`hmac-url`) puts it into the `header` object.
 */
export const sparkChat: Dialect<PlainReading, PlainWriting> = {
  id: 'spark-chat',
  framing: 'websocket',
  readRequest,
  writeRequest,
  readEvents,
  writeEvents,
  readFailure,
  writeFailure,
}
