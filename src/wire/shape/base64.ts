const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 of a text's UTF-8 bytes. A lone surrogate becomes U+FFFD, as everywhere in UTF-8. */
export function base64OfText(text: string): string {
  const { push, end } = encoder()
  for (const character of text) utf8(character.codePointAt(0) ?? 0, push)
  return end()
}

/** The text whose UTF-8 bytes a base64 string holds; undefined if it is no base64 or no UTF-8. */
export function textOfBase64(base64: string): string | undefined {
  let escaped = ''
  const sound = eachByte(base64, (byte) => {
    escaped += byte < 16 ? `%0${byte.toString(16)}` : `%${byte.toString(16)}`
  })
  try {
    return sound ? decodeURIComponent(escaped) : undefined
  } catch {
    return undefined
  }
}

/** Base64 of the bytes of several base64 strings, one after another; what is no base64 is joined as it is. */
export function joinBase64(pieces: readonly string[]): string {
  const last = pieces.length - 1
  if (pieces.every((piece, i) => i === last || (piece.length % 4 === 0 && !piece.endsWith('=')))) return pieces.join('')
  const { push, end } = encoder()
  return pieces.every((piece) => eachByte(piece, push)) ? end() : pieces.join('')
}

function encoder(): { push: (byte: number) => void; end: () => string } {
  let out = ''
  let held = 0
  let bits = 0
  return {
    push(byte) {
      held = (held << 8) | byte
      bits += 8
      while (bits >= 6) {
        bits -= 6
        out += DIGITS.charAt((held >> bits) & 63)
      }
      held &= (1 << bits) - 1
    },
    end() {
      if (bits > 0) out += DIGITS.charAt((held << (6 - bits)) & 63)
      return out + '='.repeat((4 - (out.length % 4)) % 4)
    },
  }
}

/** Hands over each byte; false at the first character that is no base64. */
function eachByte(base64: string, push: (byte: number) => void): boolean {
  const end = base64.endsWith('==') ? base64.length - 2 : base64.endsWith('=') ? base64.length - 1 : base64.length
  let held = 0
  let bits = 0
  for (let i = 0; i < end; i++) {
    const digit = DIGITS.indexOf(base64.charAt(i))
    if (digit < 0) return false
    held = ((held << 6) | digit) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    push((held >> bits) & 255)
  }
  return true
}

function utf8(point: number, push: (byte: number) => void): void {
  const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
  if (code < 0x80) return push(code)
  if (code < 0x800) push(0xc0 | (code >> 6))
  else {
    if (code < 0x10000) push(0xe0 | (code >> 12))
    else {
      push(0xf0 | (code >> 18))
      push(0x80 | ((code >> 12) & 63))
    }
    push(0x80 | ((code >> 6) & 63))
  }
  push(0x80 | (code & 63))
}
