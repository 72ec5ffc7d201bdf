import type { Part } from '#wire/part.ts'
import type { ModelRequest, Tool } from '#wire/request.ts'
import type { Counted, Counts } from '#wire/usage.ts'

/** What a request may be charged for beside its tokens. Errs upwards. */
export interface Extras {
  readonly media: boolean
  readonly lanes: boolean
  readonly counts?: Counts
}

/** Members of bodies: in a message's own text their quotes are escaped, so that these are never found there. */
const LANE = ['"service_tier":', '"serviceTier":', '"speed":']
const SPOKEN = ['"modalities":', '"responseModalities":', '"audio":']
const SEARCH = ['"enable_search":', '"web_search_options":', '"web_search":']
/** Tools that platforms run themselves, by words in their types. */
const TOOLS: readonly (readonly [Counted, RegExp])[] = [
  ['web-search', /web_?search|google_?search|grounding/i],
  ['web-fetch', /web_?fetch|url_?context/i],
  ['file-search', /file_?search|retrieval/i],
  ['code-session', /code_?(?:interpreter|execution)/i],
]
/** A tool that says no bound of its own is taken to run at most so often. */
const MOST_CALLS = 20

/** Reads them off the request, without walking its text more than by plain searches. */
export function extrasOf(request: Pick<ModelRequest, 'source' | 'messages' | 'tools'>): Extras {
  const { text } = request.source
  const says = (words: readonly string[]): boolean => words.some((word) => text.includes(word))
  const counts: Partial<Record<Counted, number>> = says(SEARCH) ? { 'web-search': MOST_CALLS } : {}
  for (const tool of request.tools) addCalls(counts, tool)
  return {
    media: request.messages.some(({ parts }) => parts.some(isMedia)) || says(SPOKEN),
    lanes: says(LANE),
    ...(Object.keys(counts).length === 0 ? {} : { counts }),
  }
}

function isMedia(part: Part): boolean {
  switch (part.kind) {
    case 'image':
    case 'file':
    case 'audio':
    case 'native':
      return true
    case 'tool-result':
      return part.parts.some(isMedia)
    default:
      return false
  }
}

function addCalls(counts: Partial<Record<Counted, number>>, tool: Tool): void {
  if (tool.kind !== 'native') return
  const { name } = tool.value
  const words = typeof name === 'string' ? `${tool.type} ${name}` : `${tool.type} ${Object.keys(tool.value).join(' ')}`
  const most = tool.value['max_uses']
  for (const [what, fits] of TOOLS) {
    if (!fits.test(words)) continue
    const calls = typeof most === 'number' && Number.isSafeInteger(most) && most >= 0 ? most : MOST_CALLS
    counts[what] = (counts[what] ?? 0) + calls
  }
}
