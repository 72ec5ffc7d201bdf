import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'

/**
 * The error that a payload of a 200 is, if it is one: `{error}`, Tencent's `{Response: {Error}}`, vLLM's flat
 * `{object: "error"}`, SiliconFlow's flat `{code, message}`, and the platform's own hiding place.
 */
export function errorIn(payload: JsonObject, quirks: Quirks): Words | undefined {
  const { error } = payload
  if ((isObject(error) && Object.keys(error).length > 0) || (typeof error === 'string' && error !== '')) {
    return wordsOf(payload)
  }
  if (isTencentError(payload)) return wordsOf(payload)
  if (payload['choices'] === undefined && isFlatError(payload)) return wordsOf(payload)
  return isHiddenError(payload, quirks) ? wordsOf(payload) : undefined
}

function isFlatError(payload: JsonObject): boolean {
  if (payload['object'] === 'error') return true
  const message = payload['message'] ?? payload['msg'] ?? payload['error_msg'] ?? payload['detail']
  const code = payload['code'] ?? payload['error_code'] ?? payload['type'] ?? payload['detail']
  return typeof message === 'string' && !isNothing(code)
}

function isHiddenError(payload: JsonObject, quirks: Quirks): boolean {
  switch (quirks.bodyError) {
    case 'none':
      return false
    case 'code':
      return !isNothing(payload['code'])
    case 'base_resp':
      return isObject(payload['base_resp']) && !isNothing(payload['base_resp']['status_code'])
    case 'status': {
      const { status } = payload
      return isObject(status) && !isNothing(status['code'])
    }
  }
}

/** Tencent's native words: gateways in front of it, its own older host too, let them through whatever the dialect. */
function isTencentError({ Response: response, ErrorMsg: event }: JsonObject): boolean {
  return isObject(event) || (isObject(response) && isObject(response['Error']))
}

/** A code that says that all is well. */
function isNothing(code: unknown): boolean {
  return code === undefined || code === null || code === 0 || code === '0' || code === ''
}
