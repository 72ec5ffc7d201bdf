/** Names of tool calls as the target takes them, the same for a call and its result. */
export interface CallIds {
  /** The latest call that the caller gave an id, by that id. */
  readonly byCaller: Map<string, string>
  readonly used: Set<string>
}

/** What Anthropic takes; anything else is a 400. Kimi's `functions.get_weather:0` is not of it. */
const TAKEN = /^[a-zA-Z0-9_-]+$/
const FOREIGN = /[^a-zA-Z0-9_-]/g

export function callIds(): CallIds {
  return { byCaller: new Map(), used: new Set() }
}

/** The id for a call. Ids must differ within a conversation, so one that comes again gets a number. */
export function idOfCall({ byCaller, used }: CallIds, id: string): string {
  const base = legal(id)
  let unique = base
  for (let n = 2; used.has(unique); n++) unique = `${base}_${n}`
  used.add(unique)
  byCaller.set(id, unique)
  return unique
}

/** The id for a result: that of the latest call with the caller's id. */
export function idOfResult({ byCaller }: CallIds, id: string): string {
  return byCaller.get(id) ?? legal(id)
}

/** Depends on the id alone, so that a conversation which goes on keeps its ids, and its prompt cache. */
function legal(id: string): string {
  return TAKEN.test(id) ? id : `${id.replace(FOREIGN, '_')}_${hashOf(id)}`
}

/** FNV-1a, 32 bits: tells `a.b` from `a:b`. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
