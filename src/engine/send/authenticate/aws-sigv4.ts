import { basicTime, canonicalHeaders, canonicalQuery, encoded, partsOf } from '#engine/send/authenticate/canonical.ts'
import { hmac, hmacHex, sha256Hex } from '#engine/send/authenticate/hash.ts'
import type { Proof, Signing } from '#engine/send/authenticate/proof.ts'

/** What a signature is made of, as it goes over the wire. */
export interface AwsRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  /** All that are signed, `host` and `x-amz-date` among them; lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Whose signature, for what, and when. */
export interface AwsScope {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
  /** `20260101T000000Z` */
  readonly time: string
}

/** AWS Signature Version 4 in headers, a session token among them where there is one. */
export function signAws(service: string, { words, request, context }: Signing): Proof {
  const { accessKeyId = '', secretAccessKey = '', sessionToken } = words
  const time = basicTime(context.clock.now())
  const { host, path, query } = partsOf(request.url)
  const added = {
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  }
  const authorization = awsAuthorization(
    {
      method: request.method,
      path,
      query,
      headers: { ...signedOf(request.headers), ...added, host },
      body: request.body,
    },
    { accessKeyId, secretAccessKey, region: context.region, service, time },
  )
  return { ok: true, headers: { ...added, authorization } }
}

/** Every `x-amz…` header must be signed, and the body's type should be; what proxies may add or change must not. */
function signedOf(headers: Signing['request']['headers']): Record<string, string> {
  const signed: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && (name === 'content-type' || name.startsWith('x-amz'))) signed[name] = value
  }
  return signed
}

/** The `Authorization` header: the request's canonical form, hashed, under a key of the day, region and service. */
export function awsAuthorization(request: AwsRequest, scope: AwsScope): string {
  const { accessKeyId, secretAccessKey, region, service, time } = scope
  const { lines, names } = canonicalHeaders(request.headers)
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    lines,
    names,
    sha256Hex(request.body),
  ].join('\n')
  const day = time.slice(0, 8)
  const place = `${day}/${region}/${service}/aws4_request`
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), service), 'aws4_request')
  const signature = hmacHex(key, `AWS4-HMAC-SHA256\n${time}\n${place}\n${sha256Hex(canonical)}`)
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${place}, SignedHeaders=${names}, Signature=${signature}`
}

/** Services other than S3 sign the path that goes over the wire encoded once more: `%3A` becomes `%253A`. */
function canonicalPath(path: string): string {
  return path.split('/').map(encoded).join('/')
}
