import { basicTime, canonicalHeaders, canonicalQuery, partsOf } from '#engine/send/authenticate/canonical.ts'
import { hmacHex, sha256Hex } from '#engine/send/authenticate/hash.ts'
import type { Proof, Signing } from '#engine/send/authenticate/proof.ts'

/** SDK-HMAC-SHA256 of Huawei Cloud's API gateway. Its canonical path ends in a slash, whatever the wire's does. */
export function signHuawei({ words, request, context }: Signing): Proof {
  const { accessKey = '', secretKey = '', sessionToken } = words
  const time = basicTime(context.clock.now())
  const { host, path, query } = partsOf(request.url)
  const added = {
    'x-sdk-date': time,
    ...(sessionToken === undefined ? {} : { 'x-security-token': sessionToken }),
  }
  const { 'content-type': type } = request.headers
  const { lines, names } = canonicalHeaders({ ...(type === undefined ? {} : { 'content-type': type }), host, ...added })
  const canonical = [
    request.method,
    path.endsWith('/') ? path : `${path}/`,
    canonicalQuery(query),
    lines,
    names,
    sha256Hex(request.body),
  ].join('\n')
  const signature = hmacHex(secretKey, `SDK-HMAC-SHA256\n${time}\n${sha256Hex(canonical)}`)
  const authorization = `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`
  return { ok: true, headers: { ...added, authorization } }
}
