import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseExact } from '#wire/shape/exact-json.ts'

test('numbers that a double cannot hold keep their digits', () => {
  const text = '{"id":12345678901234567890,"list":[9007199254740993,{"small":0.12345678901234567890}],"huge":1e400}'
  expect(JSON.stringify(parseExact(text))).toBe(text)
})

test('all else is what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.stringify(JSON.parse(JSON.stringify(parseExact(text))))).toBe(JSON.stringify(JSON.parse(text)))
    }),
  )
})
