import { createHash, createHmac } from 'node:crypto'

/** SHA-256 of a text's UTF-8 bytes, lower-case hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** MD5 of a text's UTF-8 bytes, lower-case hex: only for platforms that sign with it. */
export function md5Hex(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

/** HMAC-SHA256 as bytes: the next key of a chain. */
export function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** HMAC-SHA256, lower-case hex. */
export function hmacHex(key: string | Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}
