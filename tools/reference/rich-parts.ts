import type { JsonObject } from '#wire/json.ts'

/** Requests of a caller's dialect: a plain one, and what each feature adds to it or puts in place of a part. */
export interface RichRequests {
  readonly plain: JsonObject
  readonly features: Readonly<Record<string, JsonObject>>
}

/** Bytes of each kind, as short as they may be. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
export const PDF = 'JVBERi0xLjQK'
export const WAV = 'UklGRiQAAABXQVZF'
/** Arguments of a tool, and an answer that is asked for. */
export const SCHEMA: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

/** A conversation. */
export function chat(...messages: readonly JsonObject[]): JsonObject {
  return { messages }
}

/** A turn of the user. */
export function user(...content: readonly JsonObject[]): JsonObject {
  return { role: 'user', content }
}
