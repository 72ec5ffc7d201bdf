import type { Dialect } from '#wire/dialect.ts'
import { readFailure, writeFailure } from '#wire/sensenova-chat/failure.ts'
import { readEvents } from '#wire/sensenova-chat/read-events.ts'
import { readRequest } from '#wire/sensenova-chat/read-request.ts'
import { writeEvents } from '#wire/sensenova-chat/write-events.ts'
import { writeRequest } from '#wire/sensenova-chat/write-request.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import type { PlainWriting } from '#wire/shape/plain-writer.ts'

/**
 * SenseTime SenseNova's own `/v1/llm/chat-completions`: answers stand inside `data`, with a `status` beside in streams;
 * deltas and messages are plain texts.
 */
export const sensenovaChat: Dialect<PlainReading, PlainWriting> = {
  id: 'sensenova-chat',
  framing: 'sse',
  readRequest,
  writeRequest,
  readEvents,
  writeEvents,
  readFailure,
  writeFailure,
}
