import type { Dialect } from '#wire/dialect.ts'
import { readEvents } from '#wire/openai-completions/read-events.ts'
import { readRequest } from '#wire/openai-completions/read-request.ts'
import { writeEvents, type WriteState } from '#wire/openai-completions/write-events.ts'
import { writeRequest } from '#wire/openai-completions/write-request.ts'
import { readFailure, writeFailure } from '#wire/shape/openai-failure.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'

/** OpenAI's older completions, and everybody who has them still: text that goes on, and text put between (FIM). */
export const openaiCompletions: Dialect<PlainReading, WriteState> = {
  id: 'openai-completions',
  framing: 'sse',
  readRequest,
  writeRequest,
  readEvents,
  writeEvents,
  readFailure,
  writeFailure,
}
