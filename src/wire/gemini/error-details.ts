import type { FailureKind } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** What `error.details` says beyond the words. */
export interface Details {
  readonly kind?: FailureKind
  readonly retryAfterMs?: number
  /** The field at fault, in the platform's words. */
  readonly field?: string
}

/** A quota of a day is as good as none for whoever waits: another account may have one. */
const DAILY = /per_?day/i

/** What each type of google.rpc's error details tells. */
const READERS: Readonly<Record<string, (detail: JsonObject) => Details>> = {
  RetryInfo({ retryDelay }) {
    const retryAfterMs = durationMs(retryDelay)
    return retryAfterMs === undefined ? {} : { retryAfterMs }
  },
  QuotaFailure({ violations }) {
    const quotas = objectsIn(violations).map(({ quotaId, quotaMetric }) => `${String(quotaId)} ${String(quotaMetric)}`)
    if (quotas.length === 0) return {}
    return { kind: quotas.some((quota) => DAILY.test(quota)) ? 'quota' : 'rate-limit' }
  },
  ErrorInfo({ reason }) {
    const key = typeof reason === 'string' && (reason.startsWith('API_KEY_') || reason === 'ACCESS_TOKEN_EXPIRED')
    return key ? { kind: 'credentials' } : {}
  },
  BadRequest({ fieldViolations }) {
    const field = objectsIn(fieldViolations)[0]?.['field']
    return typeof field === 'string' && field !== '' ? { field } : {}
  },
}

/** The details of an error body; Google wraps it into a list of one where a stream was asked for without SSE. */
export function detailsOf(body: unknown): Details {
  const first: unknown = Array.isArray(body) ? body[0] : body
  const error = isObject(first) ? first['error'] : undefined
  const list: unknown = isObject(error) ? error['details'] : undefined
  let found: Details = {}
  for (const detail of objectsIn(list)) {
    const type = typeof detail['@type'] === 'string' ? detail['@type'] : ''
    const name = type.slice(type.lastIndexOf('.') + 1)
    if (Object.hasOwn(READERS, name)) found = { ...found, ...READERS[name]?.(detail) }
  }
  return found
}

function objectsIn(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : []
}

/** Proto's Duration: seconds as a text (`34.4s`), or as an object. */
function durationMs(duration: unknown): number | undefined {
  if (isObject(duration)) {
    const [seconds, nanos] = [Number(duration['seconds'] ?? 0), Number(duration['nanos'] ?? 0)]
    return Number.isFinite(seconds + nanos) ? Math.ceil(seconds * 1000 + nanos / 1e6) : undefined
  }
  const seconds = typeof duration === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(duration.trim())?.[1] : undefined
  // Without the dust of binary fractions: 34.4 * 1000 is a little less than 34400.
  return seconds === undefined ? undefined : Math.ceil(Number((Number(seconds) * 1000).toFixed(3)))
}
