import type { Dialect } from '#wire/dialect.ts'
import { countTokens } from '#wire/openai-responses/count-tokens.ts'
import { readFailure, writeFailure } from '#wire/shape/openai-failure.ts'
import { readEvents, type ReadState } from '#wire/openai-responses/read-events.ts'
import { readRequest } from '#wire/openai-responses/read-request.ts'
import { rewriteSource } from '#wire/openai-responses/rewrite-source.ts'
import { restoreReasoning } from '#wire/openai-responses/restore-reasoning.ts'
import { threads } from '#wire/openai-responses/threads.ts'
import { writeEvents, type WriteState } from '#wire/openai-responses/write-events.ts'
import { writeRequest } from '#wire/openai-responses/write-request.ts'

/** OpenAI's Responses API: `POST /v1/responses` and its event-named stream. */
export const openaiResponses: Dialect<ReadState, WriteState> = {
  id: 'openai-responses',
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
  threads,
}
