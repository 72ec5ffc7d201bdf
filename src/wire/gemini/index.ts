import type { Dialect } from '#wire/dialect.ts'
import { countTokens } from '#wire/gemini/count-tokens.ts'
import { readFailure, writeFailure } from '#wire/gemini/failure.ts'
import { readEvents } from '#wire/gemini/read-events.ts'
import { readRequest } from '#wire/gemini/read-request.ts'
import type { ReadState } from '#wire/gemini/read-state.ts'
import { restoreReasoning } from '#wire/gemini/restore-reasoning.ts'
import { rewriteSource } from '#wire/gemini/rewrite-source.ts'
import { writeEvents, type WriteState } from '#wire/gemini/write-events.ts'
import { writeRequest } from '#wire/gemini/write-request.ts'

/** Google's generateContent API: `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`. */
export const gemini: Dialect<ReadState, WriteState> = {
  id: 'gemini',
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
