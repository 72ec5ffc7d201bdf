const QUOTE = 34
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/** Looks for the end of the first JSON object or list in a text that comes in pieces. */
export interface JsonEnd {
  depth: number
  inString: boolean
  escaped: boolean
  /** The value is complete. */
  ended: boolean
}

export function jsonEnd(): JsonEnd {
  return { depth: 0, inString: false, escaped: false, ended: false }
}

/**
 * Reads on in `text` and gives the offset after the value's last character if it ends there, else -1. After the end
 * nothing belongs to the value: 0. Scalars never end, since more may always come.
 */
export function findEnd(state: JsonEnd, text: string): number {
  if (state.ended) return 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (state.inString) {
      inString(state, code)
      continue
    }
    if (code === QUOTE) state.inString = true
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) state.depth++
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --state.depth <= 0) {
      state.ended = true
      return i + 1
    }
  }
  return -1
}

function inString(state: JsonEnd, code: number): void {
  if (state.escaped) state.escaped = false
  else if (code === BACKSLASH) state.escaped = true
  else if (code === QUOTE) state.inString = false
}
