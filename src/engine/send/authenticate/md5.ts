import { md5Hex } from '#engine/send/authenticate/hash.ts'
import { bearer, type Proof, type Signing } from '#engine/send/authenticate/proof.ts'

/** Skywork's headers of 2024: key, second, MD5 of key, secret and second. */
export function signSkywork({ words, request, context }: Signing): Proof {
  const { appKey = '', appSecret = '' } = words
  const timestamp = secondsOf(context)
  const stream = request.headers['accept']?.includes('text/event-stream') === true
  const sign = md5Hex(appKey + appSecret + timestamp)
  return { ok: true, headers: { app_key: appKey, timestamp, sign, stream: String(stream) } }
}

/** Baichuan's headers of 2023: the key as a bearer, and MD5 of secret, body and second. */
export function signBaichuan({ words, request, context }: Signing): Proof {
  const { apiKey = '', secretKey = '' } = words
  const timestamp = secondsOf(context)
  return {
    ok: true,
    headers: {
      ...bearer(apiKey),
      'x-bc-timestamp': timestamp,
      'x-bc-signature': md5Hex(secretKey + request.body + timestamp),
      'x-bc-sign-algo': 'MD5',
    },
  }
}

function secondsOf({ clock }: Signing['context']): string {
  return String(Math.floor(clock.now() / 1000))
}
