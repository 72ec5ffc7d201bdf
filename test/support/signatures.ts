import { createHash, createHmac } from 'node:crypto'
import type { Seen } from '#test/support/upstream.ts'

/**
 * The other side of signatures, written from the vendors' documents and from nothing of ours: what a platform does
 * with a signed request. Gives the reason of a refusal, undefined where the signature holds.
 */
export interface Verifier {
  (seen: Pick<Seen, 'method' | 'path' | 'headers' | 'text'>): string | undefined
}

interface Account {
  readonly id: string
  readonly secret: string
  /** What the platform's clock says, Unix milliseconds. */
  readonly now: () => number
}

const FIVE_MINUTES = 300_000

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function awsVerifier(account: Account & { readonly region: string; readonly service: string }): Verifier {
  return ({ method, path, headers, text }) => {
    const given =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(.+)$/.exec(
        headers.authorization ?? '',
      )
    if (given === null) return 'MissingAuthenticationToken'
    const [, id, day = '', region = '', service = '', names = '', signature] = given
    if (id !== account.id) return 'UnrecognizedClientException'
    if (region !== account.region || service !== account.service) return 'Credential should be scoped to another place'
    const time = String(headers['x-amz-date'])
    const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? []
    if (Math.abs(Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) - account.now()) > FIVE_MINUTES)
      return 'Signature expired'
    const signed = names.split(';')
    const must = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'))
    if (must.some((name) => !signed.includes(name))) return 'a header is not signed'
    const [raw = '', query = ''] = path.split('?')
    const canonical = [
      method,
      // The path as it came, each part encoded once more.
      raw.replaceAll('%', '%25'),
      query.split('&').toSorted().join('&'),
      ...signed.map((name) => `${name}:${String(headers[name]).trim()}`),
      '',
      names,
      sha256(text),
    ].join('\n')
    let key = mac(`AWS4${account.secret}`, day)
    for (const part of [region, service, 'aws4_request']) key = mac(key, part)
    const wanted = mac(key, `AWS4-HMAC-SHA256\n${time}\n${day}/${region}/${service}/aws4_request\n${sha256(canonical)}`)
    return wanted.toString('hex') === signature ? undefined : 'InvalidSignatureException'
  }
}

/** Tencent: https://cloud.tencent.com/document/api/1729/101843 */
export function tc3Verifier(account: Account & { readonly service: string }): Verifier {
  return ({ method, path, headers, text }) => {
    const given =
      /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/([^/]+)\/tc3_request, SignedHeaders=([^,]+), Signature=(.+)$/.exec(
        headers.authorization ?? '',
      )
    if (given === null) return 'AuthFailure.InvalidAuthorization'
    const [, id, day = '', service = '', names = '', signature] = given
    if (id !== account.id) return 'AuthFailure.SecretIdNotFound'
    const time = Number(headers['x-tc-timestamp']) * 1000
    if (!(Math.abs(time - account.now()) <= FIVE_MINUTES)) return 'AuthFailure.SignatureExpire'
    if (day !== new Date(time).toISOString().slice(0, 10) || service !== account.service)
      return 'AuthFailure.SignatureFailure'
    if (headers['x-tc-action'] === undefined || headers['x-tc-version'] === undefined) return 'MissingParameter'
    const [raw = '', query = ''] = path.split('?')
    const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim().toLowerCase()}`)
    const canonical = [method, raw, query, ...lines, '', names, sha256(text)].join('\n')
    const key = mac(mac(mac(`TC3${account.secret}`, day), service), 'tc3_request')
    const wanted = mac(key, `TC3-HMAC-SHA256\n${time / 1000}\n${day}/${service}/tc3_request\n${sha256(canonical)}`)
    return wanted.toString('hex') === signature ? undefined : 'AuthFailure.SignatureFailure'
  }
}
