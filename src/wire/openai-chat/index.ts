import type { Dialect } from '#wire/dialect.ts'
import { readFailure, writeFailure } from '#wire/shape/openai-failure.ts'
import type { ReadState } from '#wire/openai-chat/read-blocks.ts'
import { readEvents } from '#wire/openai-chat/read-events.ts'
import { readRequest } from '#wire/openai-chat/read-request.ts'
import { restoreReasoning } from '#wire/openai-chat/restore-reasoning.ts'
import { rewriteSource } from '#wire/openai-chat/rewrite-source.ts'
import { writeEvents, type WriteState } from '#wire/openai-chat/write-events.ts'
import { writeRequest } from '#wire/openai-chat/write-request.ts'

/** OpenAI's chat completions, and everybody who speaks like them. */
export const openaiChat: Dialect<ReadState, WriteState> = {
  id: 'openai-chat',
  framing: 'sse',
  readRequest,
  writeRequest,
  restoreReasoning,
  rewriteSource,
  readEvents,
  writeEvents,
  readFailure,
  writeFailure,
}
