import { expect, test } from 'vitest'
import { scanObject } from '#wire/shape/scan.ts'

const problem = (text: string, depth = 8): string => {
  const scan = scanObject(text, depth)
  return scan.ok ? 'ok' : `${scan.problem} at ${scan.path}`
}

test('tells what a second reader of the text might read otherwise', () => {
  expect(problem('{"a":1,"b":{"a":2}}')).toBe('ok')
  expect(problem('{"a":1,"a":2}')).toBe('duplicate-key at a')
  expect(problem('{"m":[{"r":1},{"r":1,"\\u0072":2}]}')).toBe('duplicate-key at m.1.r')
  expect(problem('{"m":{"__proto__":{}}}')).toBe('forbidden-key at m.__proto__')
  expect(problem('[1]')).toBe('not-an-object at ')
  expect(problem('{"a":"b')).toBe('malformed at a')
  expect(problem('{"a":1} {"b":2}')).toBe('malformed at ')
  expect(problem('{"a":{"a":{"a":{"a":1}}}}', 3)).toBe('too-deep at a.a.a')
})

test('a key that stands twice is found among few keys and among many', () => {
  const members = (count: number): string[] => Array.from({ length: count }, (_, i) => `"k${i}":${i}`)
  const twice = [1, 2, 15, 16, 17, 18, 40].map((count) => problem(`{${[...members(count), '"k0":0'].join()}}`))
  expect(new Set(twice)).toEqual(new Set(['duplicate-key at k0']))
  expect([16, 17, 40].map((count) => problem(`{${members(count).join()}}`))).toEqual(['ok', 'ok', 'ok'])
})

test('a million levels are refused without a deep stack', () => {
  expect(problem(`{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`, 64)).toMatch(/^too-deep at a\.0/)
})
