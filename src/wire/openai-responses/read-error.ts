import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'

/**
 * The error that a payload of a 200 is, if it is one: `{error}` of a response or alone, an `error` event, vLLM's flat
 * `{object: "error"}`, and the platform's own hiding place.
 */
export function errorIn(payload: JsonObject, quirks: Quirks): Words | undefined {
  const { error } = payload
  if ((isObject(error) && Object.keys(error).length > 0) || (typeof error === 'string' && error !== '')) {
    return wordsOf({ error })
  }
  return payload['object'] === 'error' || isHidden(payload, quirks) ? wordsOf(payload) : undefined
}

function isHidden(payload: JsonObject, quirks: Quirks): boolean {
  switch (quirks.bodyError) {
    case 'none':
      return false
    case 'code':
      return isBad(payload['code'])
    case 'base_resp':
      return isObject(payload['base_resp']) && isBad(payload['base_resp']['status_code'])
    case 'status':
      return isObject(payload['status']) && isBad(payload['status']['code'])
  }
}

function isBad(code: unknown): boolean {
  return code !== undefined && code !== null && code !== '' && code !== 0 && code !== '0'
}
