import type { Dialect } from '#wire/dialect.ts'
import { countTokens } from '#wire/anthropic-messages/count-tokens.ts'
import { readFailure, writeFailure } from '#wire/anthropic-messages/failure.ts'
import { readEvents, type ReadState } from '#wire/anthropic-messages/read-events.ts'
import { readRequest } from '#wire/anthropic-messages/read-request.ts'
import { restoreReasoning } from '#wire/anthropic-messages/restore-reasoning.ts'
import { rewriteSource } from '#wire/anthropic-messages/rewrite-source.ts'
import { writeEvents, type WriteState } from '#wire/anthropic-messages/write-events.ts'
import { writeRequest } from '#wire/anthropic-messages/write-request.ts'

/** Anthropic's Messages API: `POST /v1/messages` and its event-named stream. */
export const anthropicMessages: Dialect<ReadState, WriteState> = {
  id: 'anthropic-messages',
  framing: 'sse',
  readRequest,
  writeRequest,
  restoreReasoning,
  rewriteSource,
  readEvents,
  writeEvents,
  readFailure,
  writeFailure,
  countTokens,
}
