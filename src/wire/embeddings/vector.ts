/** A vector as it came: numbers, or the base64 text of little-endian 32-bit floats. */
export type Vector =
  | { readonly kind: 'floats'; readonly values: readonly number[] }
  | { readonly kind: 'base64'; readonly text: string }

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Two digits for each twelve bits: half the joins of one digit for six. */
const PAIRS: readonly string[] = Array.from(
  { length: 4096 },
  (_, bits) => DIGITS.charAt(bits >> 6) + DIGITS.charAt(bits & 63),
)

/** Six bits of each digit by its character code; 64 = no digit. */
const VALUES: Uint8Array = valuesOfDigits()

function valuesOfDigits(): Uint8Array {
  const values = new Uint8Array(128).fill(64)
  for (let i = 0; i < DIGITS.length; i++) values[DIGITS.charCodeAt(i)] = i
  return values
}

/** Numbers as base64 of little-endian float32: what OpenAI's SDKs ask for by themselves. */
export function base64OfFloats(values: readonly number[]): string {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i] ?? 0, true)
  return base64OfBytes(bytes)
}

function base64OfBytes(bytes: Uint8Array): string {
  const whole = bytes.length - (bytes.length % 3)
  let out = ''
  for (let i = 0; i < whole; i += 3) out += digits(threeBytes(bytes, i))
  const left = bytes.length - whole
  if (left === 0) return out
  const last = digits(threeBytes(bytes, whole))
  return left === 1 ? `${out}${last.slice(0, 2)}==` : `${out}${last.slice(0, 3)}=`
}

/** 24 bits from `at` on; zeros beyond the end. */
function threeBytes(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
}

function digits(bits: number): string {
  return (PAIRS[bits >> 12] ?? '') + (PAIRS[bits & 4095] ?? '')
}

/** The floats in a base64 text; undefined where it is no base64 or no whole number of them. */
export function floatsOfBase64(text: string): number[] | undefined {
  const bytes = bytesOfBase64(text)
  if (bytes === undefined || bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer)
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true))
}

function bytesOfBase64(text: string): Uint8Array | undefined {
  const end = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length
  if (end % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((end * 3) / 4))
  let held = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < end; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? 64
    if (value === 64) return undefined
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (held >> bits) & 255
  }
  return bytes
}

/** How many numbers a vector has. */
export function lengthOf(vector: Vector): number {
  if (vector.kind === 'floats') return vector.values.length
  const { text } = vector
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return Math.floor((text.length * 3) / 4 - padding) / 4
}

/** A vector as numbers. Those of a base64 one are the very float32 values. */
export function floatsOf(vector: Vector): readonly number[] {
  return vector.kind === 'floats' ? vector.values : (floatsOfBase64(vector.text) ?? [])
}

/** A vector as base64. Numbers with more digits than a float32 holds are rounded to the nearest one. */
export function base64Of(vector: Vector): string {
  return vector.kind === 'base64' ? vector.text : base64OfFloats(vector.values)
}
