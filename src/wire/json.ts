/** A JSON value as `JSON.parse` gives it, before any reader has looked at it. */
export type JsonObject = { readonly [key: string]: unknown }

/** True for a JSON object; false for null, arrays and everything else. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
