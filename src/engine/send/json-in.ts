/** JSON as a model wrote it: the text without its code fence, and its value. */
export type FoundJson =
  | { readonly ok: true; readonly json: string; readonly value: unknown }
  | { readonly ok: false; readonly problem: string }

const FENCE = '```'

/** The JSON in a model's text. Only a code fence around it is taken off: prose around it is for the model to leave out. */
export function jsonIn(text: string): FoundJson {
  const json = unfenced(text.trim())
  try {
    return { ok: true, json, value: JSON.parse(json) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, problem: `it is no JSON: ${why.slice(0, 200)}` }
  }
}

function unfenced(text: string): string {
  if (!text.startsWith(FENCE) || !text.endsWith(FENCE) || text.length < 2 * FENCE.length) return text
  const line = text.indexOf('\n')
  // ```json stands on a line of its own.
  if (line < 0 || line > 20) return text
  return text.slice(line + 1, -FENCE.length).trim()
}
