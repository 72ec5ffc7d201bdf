import { canonicalHeaders, partsOf } from '#engine/send/authenticate/canonical.ts'
import { hmac, hmacHex, sha256Hex } from '#engine/send/authenticate/hash.ts'
import type { Proof, Signing } from '#engine/send/authenticate/proof.ts'

/**
 * Tencent Cloud's TC3-HMAC-SHA256. Action, version and region stand in the request's headers (`x-tc-action`, …);
 * the time and a token for temporary keys are added. Five minutes of difference between the clocks are let pass.
 */
export function signTc3(service: string, { words, request, context }: Signing): Proof {
  const { secretId = '', secretKey = '', sessionToken } = words
  const timestamp = String(Math.floor(context.clock.now() / 1000))
  const { host, path, query } = partsOf(request.url)
  const { 'content-type': type = '', 'x-tc-action': action = '' } = request.headers
  // The usual three; both sides compare values in lower case.
  const headers = { 'content-type': type.toLowerCase(), host: host.toLowerCase(), 'x-tc-action': action.toLowerCase() }
  const { lines, names } = canonicalHeaders(headers)
  const canonical = [request.method, path, query, lines, names, sha256Hex(request.body)].join('\n')
  // The day of the timestamp in UTC: a local one fails between midnights.
  const day = new Date(Number(timestamp) * 1000).toISOString().slice(0, 10)
  const scope = `${day}/${service}/tc3_request`
  const key = hmac(hmac(hmac(`TC3${secretKey}`, day), service), 'tc3_request')
  const signature = hmacHex(key, `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256Hex(canonical)}`)
  const authorization = `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return {
    ok: true,
    headers: {
      'x-tc-timestamp': timestamp,
      ...(sessionToken === undefined ? {} : { 'x-tc-token': sessionToken }),
      authorization,
    },
  }
}
