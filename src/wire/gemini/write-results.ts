import { isObject, type JsonObject } from '#wire/json.ts'
import type { ToolResultPart } from '#wire/part.ts'
import { parseExact } from '#wire/shape/exact-json.ts'
import { idOf, type MediaPart, type PartPlace, warn, writeMedia } from '#wire/gemini/write-place.ts'

/** Keys of a response that say what the rest is. */
const WORDS: ReadonlySet<string> = new Set(['output', 'error', 'result'])

/** What a `functionResponse` may hold beside its text: Gemini 3 looks at these (docs/function-calling, 2026-11). */
const IN_RESPONSE = /^(?:image\/(?:png|jpeg|webp)|application\/pdf|text\/plain)$/

/** A result, and what of it can only stand beside: pictures for models that look for none inside. */
export function writeResult(part: ToolResultPart, place: PartPlace): JsonObject[] {
  const texts: string[] = []
  const inside: JsonObject[] = []
  const beside: JsonObject[] = []
  for (const one of part.parts) {
    if (one.kind === 'text' || one.kind === 'refusal') texts.push(one.text)
    else if (one.kind === 'image' || one.kind === 'file' || one.kind === 'audio') {
      const list = isInside(one, place) ? inside : beside
      list.push(writeMedia(one, place))
    } else warn(place, 'dropped', `${one.kind} inside a result`)
  }
  if (beside.length > 0) warn(place, 'approximated', 'what the function gave beside text stands after its result')
  const response = {
    ...idOf(place, part.callId),
    name: nameOf(part, place),
    response: responseOf(texts.join('\n'), part.isError === true),
    ...(inside.length === 0 ? {} : { parts: inside }),
  }
  return [{ functionResponse: response }, ...beside]
}

/** Thinking by levels came with Gemini 3, and so did responses with parts. */
function isInside({ source }: MediaPart, { draft }: PartPlace): boolean {
  return draft.target.quirks.thinking === 'gemini-level' && source.kind === 'data' && IN_RESPONSE.test(source.mediaType)
}

function nameOf({ callId }: ToolResultPart, place: PartPlace): string {
  const name = place.names.get(callId)
  if (name !== undefined) return name
  warn(place, 'approximated', `no call has the id ${callId}: it stands for the function's name`)
  return callId
}

/** A JSON object as itself, everything else under the word that Google has for it. */
function responseOf(text: string, failed: boolean): JsonObject {
  if (failed) return { error: text }
  return objectIn(text) ?? { output: text }
}

function objectIn(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    const value = parseExact(text)
    if (!isObject(value)) return undefined
    const keys = Object.keys(value)
    return keys.length === 0 || keys.some((key) => WORDS.has(key)) ? undefined : value
  } catch {
    return undefined
  }
}
