/** Names of tool calls as the target takes them, the same for a call and its result. */
export interface CallIds {
  /** The latest call that the caller gave an id, by that id. */
  readonly byCaller: Map<string, string>
  readonly used: Set<string>
  /** Longest id that the target takes. */
  readonly longest: number
}

/** What Anthropic and Bedrock take; anything else is a 400. Kimi's `functions.get_weather:0` is not of it. */
const TAKEN = /^[a-zA-Z0-9_-]+$/
const FOREIGN = /[^a-zA-Z0-9_-]/g

export function callIds(longest: number = Number.POSITIVE_INFINITY): CallIds {
  return { byCaller: new Map(), used: new Set(), longest }
}

/** The id for a call. Ids must differ within a conversation, so one that comes again gets a number. */
export function idOfCall({ byCaller, used, longest }: CallIds, id: string): string {
  const base = legal(id, longest)
  let unique = base
  for (let n = 2; used.has(unique); n++) unique = ended(base, `_${n}`, longest)
  used.add(unique)
  byCaller.set(id, unique)
  return unique
}

/** The id for a result: that of the latest call with the caller's id. */
export function idOfResult({ byCaller, longest }: CallIds, id: string): string {
  return byCaller.get(id) ?? legal(id, longest)
}

/** Depends on the id alone, so that a conversation which goes on keeps its ids, and its prompt cache. */
function legal(id: string, longest: number): string {
  return TAKEN.test(id) && id.length <= longest ? id : ended(id.replace(FOREIGN, '_'), `_${hashOf(id)}`, longest)
}

/** A name with an ending, its own end cut off where both are too long. */
function ended(name: string, ending: string, longest: number): string {
  return name.slice(0, longest - ending.length) + ending
}

/** FNV-1a, 32 bits: tells `a.b` from `a:b`. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
