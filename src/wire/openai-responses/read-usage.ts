import type { JsonObject } from '#wire/json.ts'
import { usageOf } from '#wire/shape/openai-usage.ts'
import { listIn, numberIn, objectIn, textIn } from '#wire/shape/read-json.ts'
import { countsWith } from '#wire/shape/usage-extras.ts'
import type { Usage } from '#wire/usage.ts'

/**
 * The usage of a response, if it tells any: null before it ends. Of tokens written to the cache, those kept for 12
 * hours are the long kind. What the platform's own tools did is counted beside.
 */
export function usageIn(response: JsonObject): Usage | undefined {
  const raw = objectIn(response, 'usage')
  if (numberIn(raw, 'input_tokens') === undefined && numberIn(raw, 'output_tokens') === undefined) return undefined
  const usage = usageOf(raw ?? {}, response['service_tier'])
  const written = usage.cacheWriteShort
  const long = numberIn(raw, 'input_tokens_details', 'cache_write_tokens_details', 'ttl_12h_tokens') ?? 0
  const cacheWriteLong = Math.min(written, Math.max(0, Math.trunc(long)))
  const counts = { ...toolsIn(response), ...usage.counts }
  return {
    ...usage,
    cacheWriteShort: written - cacheWriteLong,
    cacheWriteLong,
    ...(Object.keys(counts).length === 0 ? {} : { counts }),
  }
}

/** Searches that are billed: OpenAI's own figure, else the calls that it shows. Opening a page is none. */
function toolsIn(response: JsonObject): Usage['counts'] {
  const output = listIn(response, 'output') ?? []
  const ofType = (type: string): readonly unknown[] => output.filter((item) => textIn(item, 'type') === type)
  const searched = ofType('web_search_call').filter((item) => (textIn(item, 'action', 'type') ?? 'search') === 'search')
  const sessions = new Set(ofType('code_interpreter_call').map((item) => textIn(item, 'container_id')))
  return countsWith({
    'web-search': numberIn(response, 'tool_usage', 'web_search', 'num_requests') ?? searched.length,
    'file-search': ofType('file_search_call').length,
    'code-session': sessions.size,
  }).counts
}
