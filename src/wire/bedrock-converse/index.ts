import type { Dialect } from '#wire/dialect.ts'
import { countTokens } from '#wire/bedrock-converse/count-tokens.ts'
import { readFailure, writeFailure } from '#wire/bedrock-converse/failure.ts'
import { readEvents, type ReadState } from '#wire/bedrock-converse/read-events.ts'
import { readRequest } from '#wire/bedrock-converse/read-request.ts'
import { restoreReasoning } from '#wire/bedrock-converse/restore-reasoning.ts'
import { rewriteSource } from '#wire/bedrock-converse/rewrite-source.ts'
import { writeEvents, type WriteState } from '#wire/bedrock-converse/write-events.ts'
import { writeRequest } from '#wire/bedrock-converse/write-request.ts'

/** Amazon Bedrock's Converse and ConverseStream. */
export const bedrockConverse: Dialect<ReadState, WriteState> = {
  id: 'bedrock-converse',
  framing: 'aws-event-stream',
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
