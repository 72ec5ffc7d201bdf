import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findEnd, jsonEnd } from '#wire/shape/json-end.ts'

test('finds the end of the first object wherever the text is cut', () => {
  const pieces = fc.record({ value: fc.dictionary(fc.string(), fc.jsonValue()), at: fc.nat(), after: fc.string() })
  fc.assert(
    fc.property(pieces, ({ value, at, after }) => {
      const text = JSON.stringify(value)
      const whole = text + after
      const cut = at % (whole.length + 1)
      const state = jsonEnd()
      const first = findEnd(state, whole.slice(0, cut))
      const second = first >= 0 ? -1 : findEnd(state, whole.slice(cut))
      expect(first >= 0 ? first : cut + second).toBe(text.length)
      expect(findEnd(state, '{}')).toBe(0)
    }),
  )
})

test('an object that is not whole, or a scalar, has no end', () => {
  expect(findEnd(jsonEnd(), '{"a":"}')).toBe(-1)
  expect(findEnd(jsonEnd(), ' true')).toBe(-1)
})
