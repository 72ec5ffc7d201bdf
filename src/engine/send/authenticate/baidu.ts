import { canonicalQuery, encoded, partsOf } from '#engine/send/authenticate/canonical.ts'
import {
  formOf,
  proveByToken,
  saysUnauthorized,
  secondsAsMs,
  type TokenFlow,
  tokenUrlOf,
} from '#engine/send/authenticate/fetch-token.ts'
import { hmacHex } from '#engine/send/authenticate/hash.ts'
import { bearer, type Proof, type Signing } from '#engine/send/authenticate/proof.ts'

/** `Access token invalid or no longer valid`, `Access token expired`: inside a 200. */
const WORN_OUT: ReadonlySet<string | undefined> = new Set(['110', '111'])

/** Baidu's older way: an application's two keys give a token for 30 days, which goes into the query. */
export function proveByBaiduToken(tokenUrl: string, { words, context }: Signing): Proof | Promise<Proof> {
  const { apiKey = '', secretKey = '' } = words
  const url = tokenUrlOf(tokenUrl, words)
  const flow: TokenFlow = {
    about: ['baidu-token', url],
    // The keys stand in the query, as the maker documents it: https://ai.baidu.com/ai-doc/REFERENCE/Ck3dwjhhu
    call: () => ({
      method: 'POST',
      url: `${url}?${formOf({ grant_type: 'client_credentials', client_id: apiKey, client_secret: secretKey })}`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: '',
    }),
    read: ({ json: { access_token: token, expires_in: seconds } }) => {
      const lifeMs = secondsAsMs(seconds)
      return typeof token === 'string' && lifeMs !== undefined ? { token, lifeMs } : undefined
    },
    prove: (token) => ({ headers: {}, query: `access_token=${encodeURIComponent(token)}` }),
    worn: ({ kind, platform }) => kind === 'credentials' && WORN_OUT.has(platform?.code),
  }
  return proveByToken(flow, words, context)
}

const BEARER_SECONDS = 86_400

/** Baidu's v2 API without a long-lived key: an access key signs for a bearer token that lives for a day. */
export function proveByBaiduBearer(tokenUrl: string, { words, context }: Signing): Proof | Promise<Proof> {
  const { accessKey = '', secretKey = '' } = words
  const url = `${tokenUrlOf(tokenUrl, words)}?expireInSeconds=${BEARER_SECONDS}`
  const flow: TokenFlow = {
    about: ['baidu-bearer', url],
    call: () => {
      const authorization = bceAuthorization(
        { method: 'GET', url },
        { accessKey, secretKey, at: context.clock.now(), seconds: SIGNATURE_SECONDS },
      )
      return { method: 'GET', url, headers: { accept: 'application/json', authorization }, body: '' }
    },
    read: ({ json: { token, expireTime }, at }) => {
      const until = typeof expireTime === 'string' ? Date.parse(expireTime) : Number.NaN
      const lifeMs = Math.min(BEARER_SECONDS * 1000, Number.isNaN(until) ? Number.POSITIVE_INFINITY : until - at)
      return typeof token === 'string' && token !== '' ? { token, lifeMs } : undefined
    },
    prove: (token) => ({ headers: bearer(token) }),
    worn: saysUnauthorized,
  }
  return proveByToken(flow, words, context)
}

const SIGNATURE_SECONDS = 1800

/** What a bce-auth-v1 signature covers beside method, path and query. */
export interface BceRequest {
  readonly method: string
  readonly url: string
  /** Signed beside `host`; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Whose signature, from when on and for how long. */
export interface BceScope {
  readonly accessKey: string
  readonly secretKey: string
  /** Unix milliseconds. */
  readonly at: number
  readonly seconds: number
}

/** The `Authorization` header of bce-auth-v1: https://cloud.baidu.com/doc/Reference/s/njwvz1yfu */
export function bceAuthorization({ method, url, headers = {} }: BceRequest, scope: BceScope): string {
  const { accessKey, secretKey, at, seconds } = scope
  const time = `${new Date(at).toISOString().slice(0, 19)}Z`
  const prefix = `bce-auth-v1/${accessKey}/${time}/${seconds}`
  const { host, path, query } = partsOf(url)
  const signed = { ...headers, host }
  const lines = Object.entries(signed).map(([name, value]) => `${encoded(name)}:${encoded(value.trim())}`)
  const canonical = [method, path, canonicalQuery(query), lines.toSorted().join('\n')].join('\n')
  const names = Object.keys(signed).toSorted().join(';')
  // The key of the second step is the text of the first one's digest, not its bytes.
  return `${prefix}/${names}/${hmacHex(hmacHex(secretKey, prefix), canonical)}`
}
