import { expect, test } from 'vitest'
import { checkJson } from '#server/ports/check-json.ts'

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, tags: { type: 'array', items: { $ref: '#/$defs/tag' } } },
  required: ['name'],
  additionalProperties: false,
  $defs: { tag: { enum: ['a', 'b'] } },
}

test('a value that matches has no problems, others have each with its place', () => {
  expect(checkJson(PERSON, { name: 'x', tags: ['a'] })).toEqual([])
  expect(checkJson(PERSON, { tags: ['c', 1], more: 1 })).toMatchInlineSnapshot(`
    [
      "/: Instance does not have required property "name".",
      "/tags/0: Instance does not match any of ["a","b"].",
      "/tags/1: Instance does not match any of ["a","b"].",
      "/: Property "more" does not match additional properties schema.",
      "/more: False boolean schema.",
    ]
  `)
  expect(checkJson({ type: 'object' }, [])).toMatchInlineSnapshot(`
    [
      "/: Instance type "array" is invalid. Expected "object".",
    ]
  `)
})

test('a schema that cannot be read, and one that would run for ever, are problems in bounded time', () => {
  expect(checkJson({ $ref: '#/nowhere' }, {})).toMatchInlineSnapshot(`
    [
      "the schema cannot be checked: Unresolved $ref "#/nowhere".  Absolute URI "https://github.com/cfworker#/nowhere".
    Known schemas:
    - https://github.com/cfworker",
    ]
  `)
  const started = performance.now()
  const problems = checkJson({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)
  expect(problems).toEqual(['the schema cannot be checked: it takes longer than 250 ms'])
  expect(performance.now() - started).toBeLessThan(2_000)
  expect(checkJson({ type: 'string' }, 'fine again')).toEqual([])
})
