/** Tool calls of a conversation while it is read: Gemini may name none of them, the middle form needs ids. */
export interface Calls {
  count: number
  readonly used: Set<string>
  /** Calls of the running step that no result was seen for yet, in order. */
  open: { readonly id: string; readonly name: string }[]
  /** A result came since the last call: the next call begins another step. */
  answered: boolean
}

const FOREIGN = /[^a-zA-Z0-9_-]/g
/** OpenAI takes ids up to 40 characters. */
const NAME_LENGTH = 24

export function callsOf(): Calls {
  return { count: 0, used: new Set(), open: [], answered: false }
}

/**
 * The id of a call: the caller's, or one made of its place in the conversation, so that a conversation which goes on
 * keeps its ids, and its prompt cache.
 */
export function callId(calls: Calls, given: string | undefined, name: string): string {
  if (calls.answered) {
    calls.open = []
    calls.answered = false
  }
  const id = given === undefined || given === '' ? madeUp(calls, name) : given
  calls.count++
  calls.used.add(id)
  calls.open.push({ id, name })
  return id
}

/** The id of the call that a result answers: by its id, else the first open call of that name, else the first of all. */
export function resultId(calls: Calls, given: string | undefined, name: string): string {
  calls.answered = true
  const exact = calls.open.findIndex(({ id }) => id === given)
  if (exact < 0 && given !== undefined && calls.used.has(given)) return given
  const named = exact < 0 ? calls.open.findIndex((call) => call.name === name) : exact
  const place = named < 0 && name === '' ? 0 : named
  const [answered] = place < 0 ? [] : calls.open.splice(place, 1)
  return answered?.id ?? given ?? madeUp(calls, name)
}

function madeUp({ count, used }: Calls, name: string): string {
  const base = `call_${count}_${name.replace(FOREIGN, '_').slice(0, NAME_LENGTH)}`
  let id = base
  for (let n = 2; used.has(id); n++) id = `${base}_${n}`
  used.add(id)
  return id
}
