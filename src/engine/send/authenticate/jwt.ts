import { sign } from 'node:crypto'
import { hmac } from '#engine/send/authenticate/hash.ts'
import { bearer, type Proof, refused, type Signing } from '#engine/send/authenticate/proof.ts'
import type { Clock } from '#engine/ports.ts'
import type { JsonObject } from '#wire/json.ts'

/** A JSON web token under HMAC-SHA256. Claims are written in their given order. */
export function jwtHs256(header: JsonObject, claims: JsonObject, secret: string): string {
  const text = unsigned(header, claims)
  return `${text}.${hmac(secret, text).toString('base64url')}`
}

/** A JSON web token under RSASSA-PKCS1-v1_5 with SHA-256. Throws where the PEM text holds no private key. */
export function jwtRs256(header: JsonObject, claims: JsonObject, privateKey: string): string {
  const text = unsigned(header, claims)
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
}

function unsigned(header: JsonObject, claims: JsonObject): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
}

/** As long as the maker's own SDK lets its tokens live. */
const ZHIPU_LIFE_MS = 210_000

/** Zhipu's way before plain keys: a token made of the two halves of the key, in milliseconds. */
export function zhipuJwt(key: string, clock: Pick<Clock, 'now'>): Proof {
  const dot = key.indexOf('.')
  if (dot <= 0 || dot === key.length - 1)
    return refused('the key must have the form {id}.{secret} to sign tokens with it')
  const at = clock.now()
  const claims = { api_key: key.slice(0, dot), exp: at + ZHIPU_LIFE_MS, timestamp: at }
  return { ok: true, headers: bearer(jwtHs256({ alg: 'HS256', sign_type: 'SIGN' }, claims, key.slice(dot + 1))) }
}

const ACCESS_KEY_LIFE_SECONDS = 1800
/** So much may our clock be ahead of theirs. */
const AHEAD_SECONDS = 5

/** SenseNova's and Kling's token of an access key, in seconds. */
export function accessKeyJwt({ words, context }: Signing): Proof {
  const { accessKey = '', secretKey = '' } = words
  const at = Math.floor(context.clock.now() / 1000)
  const claims = { iss: accessKey, exp: at + ACCESS_KEY_LIFE_SECONDS, nbf: at - AHEAD_SECONDS }
  return { ok: true, headers: bearer(jwtHs256({ alg: 'HS256', typ: 'JWT' }, claims, secretKey)) }
}
