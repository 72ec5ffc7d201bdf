import { isObject, type JsonObject } from '#wire/json.ts'

/* Tolerant readers of what platforms send: a value of another type is absent. */

/** The text as a JSON value; undefined if it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The value at the end of these keys. */
export function inside(value: unknown, ...keys: readonly string[]): unknown {
  let at = value
  for (const key of keys) at = isObject(at) ? at[key] : undefined
  return at
}

export function objectIn(value: unknown, ...keys: readonly string[]): JsonObject | undefined {
  const found = inside(value, ...keys)
  return isObject(found) ? found : undefined
}

export function listIn(value: unknown, ...keys: readonly string[]): readonly unknown[] | undefined {
  const found = inside(value, ...keys)
  return Array.isArray(found) ? found : undefined
}

export function textIn(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = inside(value, ...keys)
  return typeof found === 'string' ? found : undefined
}

export function numberIn(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = inside(value, ...keys)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}
