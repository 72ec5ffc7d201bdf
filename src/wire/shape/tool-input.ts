import { isObject, type JsonObject } from '#wire/json.ts'
import { parseExact } from '#wire/shape/exact-json.ts'
import { findEnd, jsonEnd } from '#wire/shape/json-end.ts'

/** The arguments of a call where a dialect takes an object, not its text. `exact` is false if only a part of the text could be kept. */
export interface ToolInput {
  readonly input: JsonObject | undefined
  readonly exact: boolean
}

/**
 * Reads arguments text as an object: nothing is `{}`; of two objects in a row the first counts (pain T17); undefined
 * if there is no object at all.
 */
export function readInput(text: string): ToolInput {
  if (text.trim() === '') return { input: {}, exact: true }
  const whole = parseObject(text)
  if (whole !== undefined) return { input: whole, exact: true }
  const end = findEnd(jsonEnd(), text)
  return { input: end < 0 ? undefined : parseObject(text.slice(0, end)), exact: false }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseExact(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
