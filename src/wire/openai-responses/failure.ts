import { type Failure, FAILURES } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'

/** The error of a response that failed; refusals are those of all of OpenAI's dialects (`shape/openai-failure.ts`). */
export function responseError(failed: Failure): JsonObject {
  const [, type, code] = FAILURES[failed.kind]
  return {
    // OpenAI's SDKs want a text.
    code: failed.code ?? code ?? 'server_error',
    message: failed.message,
    type,
    param: failed.param ?? null,
    ...(failed.platform === undefined ? {} : { provider: failed.platform }),
  }
}
