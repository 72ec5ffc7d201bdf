import { expect, test } from 'vitest'
import { fields, request, target, write } from '#wire/anthropic-messages/fixture.ts'

test('structured output: a schema in its own field, closed; anything else in the instructions', () => {
  const schema = { type: 'object', properties: { n: { type: 'number', minimum: 1, description: 'count' } } }
  const asked = request({ responseFormat: { kind: 'json-schema', name: 'x', schema } })
  expect(write(asked)).toEqual({
    body: fields({
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: { n: { type: 'number', description: 'count (minimum: 1)' } },
            additionalProperties: false,
          },
        },
      },
    }),
    warnings: ['approximated:response_format'],
  })
  const sentence = 'Answer with one JSON object and nothing else: no prose, no code fence.'
  expect(write(request({ responseFormat: { kind: 'json' } }))).toEqual({
    body: fields({ system: sentence }),
    warnings: ['emulated:response_format'],
  })
  expect(write(asked, target({ responseFormats: [] }))).toEqual({
    body: fields({ system: `${sentence} It must match this JSON Schema: ${JSON.stringify(schema)}` }),
    warnings: ['emulated:response_format'],
  })
  expect(write(request({ responseFormat: { kind: 'text' } }))).toEqual({ body: fields(), warnings: [] })
})

/** What is sent of thinking, with warnings. */
