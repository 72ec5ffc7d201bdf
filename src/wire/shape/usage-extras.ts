import { isObject, type JsonObject } from '#wire/json.ts'
import type { Counted, Counts, Usage } from '#wire/usage.ts'

/**
 * What a usage object counts beside tokens. OpenRouter and Anthropic: `server_tool_use`. Alibaba: `plugins.search`.
 * Ark: `tool_usage`. Perplexity: `num_search_queries`.
 */
export function countsOf(raw: JsonObject): { readonly counts?: Counts } {
  // Most answers have none of them: no object is made for those.
  const { server_tool_use: tools, plugins, tool_usage: ark, num_search_queries: queries } = raw
  if (tools === undefined && plugins === undefined && ark === undefined && queries === undefined) return {}
  const searches =
    countIn(tools, 'web_search_requests') +
    countIn(isObject(plugins) ? plugins['search'] : undefined, 'count') +
    countIn(ark, 'web_search') +
    countIn(raw, 'num_search_queries')
  return countsWith({
    'web-search': searches,
    'web-fetch': countIn(tools, 'web_fetch_requests'),
    'code-session': countIn(tools, 'code_execution_requests'),
  })
}

/** Those that are above zero; nothing at all where none is. */
export function countsWith(counts: Readonly<Partial<Record<Counted, number>>>): { readonly counts?: Counts } {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return some.length === 0 ? {} : { counts: Object.fromEntries(some) }
}

function countIn(object: unknown, key: string): number {
  const value = isObject(object) ? object[key] : undefined
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? Math.trunc(value) : 0
}

/** Words for the lane that costs what the list says. */
const STANDARD: ReadonlySet<string> = new Set(['', 'default', 'standard', 'auto', 'standard_only', 'on_demand'])

/** The lane that an answer says it was served in, in small letters; nothing for the standard one. */
export function laneOf(said: unknown): Pick<Usage, 'lane'> {
  if (typeof said !== 'string') return {}
  const lane = said.toLowerCase()
  return STANDARD.has(lane) ? {} : { lane }
}
