import { partsOf } from '#engine/send/authenticate/canonical.ts'
import { hmac } from '#engine/send/authenticate/hash.ts'
import type { Proof, Signing } from '#engine/send/authenticate/proof.ts'
import { isObject } from '#wire/json.ts'
import { overlay } from '#wire/shape/overlay.ts'

/**
 * iFlytek's signed URL, for WebSockets and for plain calls: host, date and request line under HMAC-SHA256, in the query. The id of the
 * application travels in the body, as `header.app_id`. 300 seconds of difference between the clocks are let pass.
 */
export function signUrl({ words, request, context }: Signing): Proof {
  const { appId = '', apiKey = '', apiSecret = '' } = words
  const { host, path } = partsOf(request.url)
  const date = new Date(context.clock.now()).toUTCString()
  // A handshake is a GET, whatever it carries afterwards.
  const method = request.url.startsWith('ws') ? 'GET' : request.method
  const signature = hmac(apiSecret, `host: ${host}\ndate: ${date}\n${method} ${path} HTTP/1.1`).toString('base64')
  const origin = `api_key="${apiKey}", algorithm="hmac-sha256", headers="host date request-line", signature="${signature}"`
  const query = new URLSearchParams({ authorization: Buffer.from(origin).toString('base64'), date, host })
  const mark = request.url.includes('?') ? '&' : '?'
  return {
    ok: true,
    headers: {},
    url: `${request.url}${mark}${query.toString()}`,
    body: withAppId(request.body, appId),
  }
}

/** The body with the application's id in its header, the rest of it as it was written. */
function withAppId(body: string, appId: string): string {
  const json: unknown = JSON.parse(body)
  if (!isObject(json)) return body
  const header = isObject(json['header']) ? json['header'] : {}
  return overlay({ text: body }, new Map([['header', { ...header, app_id: appId }]]))
}
