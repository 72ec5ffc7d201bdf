import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clampNumber } from '#wire/shape/clamp.ts'

test('moves a number to the nearest value that is taken, and says whether it moved', () => {
  expect(clampNumber(3, 'any')).toEqual({ value: 3, changed: false })
  expect(clampNumber(1, 'fixed')).toEqual({ changed: true })
  expect(clampNumber(1.5, { min: 0, max: 1 })).toEqual({ value: 1, changed: true })
  expect(clampNumber(-1, { min: 0 })).toEqual({ value: 0, changed: true })
  expect(clampNumber(0.3, { min: 0, max: 1 })).toEqual({ value: 0.3, changed: false })
  expect(clampNumber(0, { min: 0, minOpen: true })).toEqual({ value: 0.01, changed: true })
  expect(clampNumber(-5, { min: 0, minOpen: true, max: 1 })).toEqual({ value: 0.01, changed: true })
  expect(clampNumber(2, { min: 0, max: 2, maxOpen: true })).toEqual({ value: 1.99, changed: true })
  expect(clampNumber(0.001, { min: 0, minOpen: true })).toEqual({ value: 0.001, changed: false })
})

test('what was clamped needs no second clamping', () => {
  const ends = fc.record({ minOpen: fc.boolean(), maxOpen: fc.boolean() })
  fc.assert(
    fc.property(fc.double({ noNaN: true }), ends, (value, open) => {
      const rule = { min: 0, max: 2, ...open }
      const once = clampNumber(value, rule)
      expect(clampNumber(once.value ?? 0, rule)).toEqual({ value: once.value, changed: false })
    }),
  )
})
