import type { JsonObject } from '#wire/json.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'

/** The usage of work that reads and writes no text: input tokens, with the platform's own object beside. */
export function inputUsage(tokens: number | undefined, raw?: JsonObject): Usage | undefined {
  if (tokens === undefined || !Number.isSafeInteger(tokens) || tokens < 0) return undefined
  return { ...NO_USAGE, inputFresh: tokens, ...(raw === undefined ? {} : { raw }) }
}
