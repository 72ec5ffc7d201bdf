import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overlay } from '#wire/shape/overlay.ts'
import { scanObject } from '#wire/shape/scan.ts'

const text = '{ "model" : "a", "n":1.50, "seed":12345678901234567890, "x":[1, 2] ,"user":null }'

test('a field is replaced in its place, and nothing else changes a character', () => {
  expect(overlay({ text }, new Map([['model', 'b']]))).toBe(text.replace('"a"', '"b"'))
  expect(overlay({ text }, new Map())).toBe(text)
})

test('a field is added at the end, also to an object without any', () => {
  expect(overlay({ text }, new Map([['top', 1]]))).toBe(text.replace('}', ',"top":1}'))
  expect(overlay({ text: '{}' }, new Map([['a', 1]]))).toBe('{"a":1}')
})

test('a field is taken out, and one that is not there is no matter', () => {
  const patch = new Map<string, unknown>([
    ['x', undefined],
    ['y', undefined],
    ['z', { deep: true }],
  ])
  expect(overlay({ text }, patch)).toBe(
    '{"model" : "a","n":1.50,"seed":12345678901234567890,"user":null,"z":{"deep":true}}',
  )
})

test('it makes what an object would be with the same fields set, whether the members are known or not', () => {
  const keys = fc.constantFrom('a', 'b', 'c', '"', '\\u0000')
  const objects = fc.dictionary(keys, fc.jsonValue({ maxDepth: 2 }))
  const patches = fc.dictionary(keys, fc.option(fc.jsonValue({ maxDepth: 1 }), { nil: undefined }))
  fc.assert(
    fc.property(objects, patches, fc.constantFrom(undefined, 2), (json, changes, indent) => {
      const source = JSON.stringify(json, undefined, indent)
      const scan = scanObject(source, 64)
      // `__proto__` inside a value is refused before anything is written.
      fc.pre(scan.ok)
      const patch = new Map(Object.entries(changes))
      const plain = overlay({ text: source }, patch)
      const removed = Object.keys(changes).filter((key) => changes[key] === undefined)
      const expected = Object.entries({ ...json, ...changes }).filter(([key]) => !removed.includes(key))
      expect(JSON.parse(plain)).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(expected))))
      expect(overlay({ text: source, members: scan.members }, patch)).toBe(plain)
    }),
  )
})
