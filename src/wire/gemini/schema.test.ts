import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { jsonSchemaOf } from '#wire/gemini/read-schema.ts'
import { projected } from '#wire/gemini/write-schema.ts'

describe('Google’s schemas as JSON Schema', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'types in lower case, at every depth',
      {
        type: 'OBJECT',
        properties: { a: { type: 'ARRAY', items: { type: 'INTEGER', format: 'int32' } }, b: { type: 'BOOLEAN' } },
        required: ['a'],
      },
      {
        type: 'object',
        properties: { a: { type: 'array', items: { type: 'integer', format: 'int32' } }, b: { type: 'boolean' } },
        required: ['a'],
      },
    ],
    [
      'null among types, values and choices',
      {
        type: 'OBJECT',
        properties: {
          a: { type: 'STRING', nullable: true, format: 'enum', enum: ['x'] },
          b: { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }], nullable: true },
          c: { nullable: false, type: 'NULL' },
        },
      },
      {
        type: 'object',
        properties: {
          a: { type: ['string', 'null'], enum: ['x', null] },
          b: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
          c: { type: 'null' },
        },
      },
    ],
    [
      'the proto’s own names, and its 64-bit counts in quotes',
      { type: 'STRING', min_length: '1', max_length: 5, any_of: [{ min_items: '2' }], property_ordering: ['a'] },
      { type: 'string', minLength: 1, maxLength: 5, anyOf: [{ minItems: 2 }] },
    ],
    [
      'an example among examples',
      { type: 'STRING', example: 'x', default: 'y' },
      { type: 'string', examples: ['x'], default: 'y' },
    ],
    ['no type at all', { type: 'TYPE_UNSPECIFIED', description: 'any' }, { description: 'any' }],
    [
      'members that have the names of keywords',
      {
        type: 'OBJECT',
        properties: { type: { type: 'STRING' }, any_of: { type: 'STRING' }, nullable: { type: 'STRING' } },
      },
      {
        type: 'object',
        properties: { type: { type: 'string' }, any_of: { type: 'string' }, nullable: { type: 'string' } },
      },
    ],
    [
      'Vertex’s references',
      { ref: '#/defs/A', defs: { A: { type: 'STRING' } } },
      { $ref: '#/$defs/A', $defs: { A: { type: 'string' } } },
    ],
  ])('%s', (_what, schema, expected) => {
    expect(jsonSchemaOf(schema)).toEqual(expected)
  })

  test('members come in their order', () => {
    const schema = { properties: { a: {}, b: {}, c: {} }, propertyOrdering: ['c', 'a', 'x'] }
    expect(Object.keys(jsonSchemaOf(schema)['properties'] as JsonObject)).toEqual(['c', 'a', 'b'])
  })
})

describe('JSON Schema as Google’s', () => {
  test.each<[string, JsonObject, JsonObject, string[]]>([
    [
      'types in upper case; what is closed stays unsaid',
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { a: { type: 'array', items: { type: 'integer' } }, b: true },
        required: ['a', 'gone'],
        additionalProperties: false,
      },
      {
        type: 'OBJECT',
        properties: { a: { type: 'ARRAY', items: { type: 'INTEGER' } }, b: {} },
        required: ['a'],
      },
      [],
    ],
    [
      'null as nullable',
      {
        type: 'object',
        properties: {
          a: { type: ['string', 'null'] },
          b: { anyOf: [{ type: 'object', properties: { x: { type: 'string' } } }, { type: 'null' }], description: 'd' },
          c: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
          d: { enum: ['x', null] },
        },
      },
      {
        type: 'OBJECT',
        properties: {
          a: { type: 'STRING', nullable: true },
          b: { type: 'OBJECT', properties: { x: { type: 'STRING' } }, description: 'd', nullable: true },
          c: { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }], nullable: true },
          d: { type: 'STRING', format: 'enum', enum: ['x'], nullable: true },
        },
      },
      [],
    ],
    [
      'references in full, those to themselves cut off',
      {
        $ref: '#/$defs/Node',
        $defs: { Node: { type: 'object', properties: { name: { $ref: '#/$defs/Name' } } }, Name: { type: 'string' } },
      },
      { type: 'OBJECT', properties: { name: { type: 'STRING' } } },
      [],
    ],
    [
      'all that it must be, in one',
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { properties: { b: { type: 'number' } }, required: ['b'] },
        ],
      },
      { type: 'OBJECT', properties: { a: { type: 'STRING' }, b: { type: 'NUMBER' } }, required: ['a', 'b'] },
      [],
    ],
    [
      'several types as choices',
      { type: ['string', 'number'] },
      { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }] },
      [],
    ],
    ['a constant as a choice of one', { const: 'x' }, { type: 'STRING', format: 'enum', enum: ['x'] }, []],
    ['lists of what', { type: 'array' }, { type: 'ARRAY', items: { type: 'STRING' } }, []],
    [
      'what it has no word for is told',
      {
        type: 'object',
        properties: {
          a: { type: 'string', format: 'uuid' },
          b: { type: 'number', exclusiveMinimum: 0, multipleOf: 2, minimum: 1 },
          c: { type: 'integer', enum: [1, 2] },
          d: { $ref: 'https://example.com/schema' },
        },
        patternProperties: {},
      },
      {
        type: 'OBJECT',
        properties: { a: { type: 'STRING' }, b: { type: 'NUMBER', minimum: 1 }, c: { type: 'INTEGER' }, d: {} },
      },
      ['$ref', 'enum', 'exclusiveMinimum', 'format', 'multipleOf', 'patternProperties'],
    ],
  ])('%s', (_what, schema, expected, lost) => {
    const { schema: written, lost: told } = projected(schema)
    expect([written, [...told].sort()]).toEqual([expected, lost])
  })

  test('a schema that never ends is cut off, and told', () => {
    const node = { type: 'object', properties: { next: { $ref: '#' } } }
    const { schema, lost } = projected(node)
    expect(JSON.stringify(schema).length).toBeLessThan(2_000)
    expect(lost).toEqual(['$ref'])
  })

  test('a reference in a circle does not hang', () => {
    expect(projected({ $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/A' } } }).schema).toEqual({})
  })

  test('what both can say survives there and back', () => {
    const leaf = fc.constantFrom<JsonObject>(
      { type: 'string', description: 'd' },
      { type: 'integer', minimum: 0 },
      { type: ['number', 'null'] },
      { type: 'boolean' },
      { type: 'string', enum: ['a', 'b'] },
    )
    const names = fc.stringMatching(/^[a-z]{1,6}$/)
    const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        leaf,
        tie('schema').map((items) => ({ type: 'array', items })),
        fc
          .dictionary(names, tie('schema'), { minKeys: 1, maxKeys: 3 })
          .map((properties) => ({ type: 'object', properties, required: Object.keys(properties).slice(0, 1) })),
      ),
    }))
    fc.assert(
      fc.property(schema, (given) => {
        const { schema: written, lost } = projected(given)
        expect([jsonSchemaOf(written), lost]).toEqual([given, []])
      }),
    )
  })
})
