import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64OfText, joinBase64, textOfBase64 } from '#wire/shape/base64.ts'

test('agrees with Node on every text, and gives the text back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const base64 = Buffer.from(text).toString('base64')
      expect(base64OfText(text)).toBe(base64)
      expect(textOfBase64(base64)).toBe(Buffer.from(text).toString())
    }),
  )
})

test('tells what is no text', () => {
  expect(textOfBase64('!')).toBe(undefined)
  expect(textOfBase64(Buffer.from([0xff, 0xfe]).toString('base64'))).toBe(undefined)
})

test('joins the bytes of several, padded or not', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 7 }), { maxLength: 5 }), (pieces) => {
      const joined = joinBase64(pieces.map((piece) => Buffer.from(piece).toString('base64')))
      expect(joined).toBe(Buffer.concat(pieces).toString('base64'))
    }),
  )
  expect(joinBase64(['a!', 'b='])).toBe('a!b=')
})
