import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { readRequest, target } from '#test/support/openai-requests.ts'

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
const url = fc.constantFrom('https://example.com/a.png', 'data:image/png;base64,iVBORw0KGgo=')

const part = fc.oneof(
  fc.record({ type: fc.constant('image_url'), image_url: fc.record({ url, detail: fc.constantFrom('low', 'high') }) }),
  fc.record({
    type: fc.constant('input_audio'),
    input_audio: fc.record({ data: fc.constant('AAAA'), format: fc.constantFrom('wav', 'mp3') }),
  }),
  fc.record({
    type: fc.constant('file'),
    file: fc.record({ file_data: fc.constant('data:application/pdf;base64,AAAA'), filename: name }),
  }),
)
const user = fc.record({
  role: fc.constant('user'),
  content: fc.oneof(
    text,
    fc.tuple(text, part).map(([said, more]) => [{ type: 'text', text: said }, more]),
  ),
})
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
/** An assistant's turn with a call, and its result. */
const loop = fc
  .record({ said: text, called: name, given: fc.dictionary(name, fc.jsonValue()), reasoning: maybe(text) })
  .map(({ said, called, given, reasoning }) => {
    const call = {
      id: `call_${called}`,
      type: 'function',
      function: { name: called, arguments: JSON.stringify(given) },
    }
    const thought = reasoning === undefined ? {} : { reasoning_content: reasoning }
    return [
      { role: 'assistant', content: said, tool_calls: [call], ...thought },
      { role: 'tool', tool_call_id: call.id, content: said },
    ]
  })

/** A body with everything that the middle form names and OpenAI can say. */
const bodies = fc.record({
  model: fc.constant('m'),
  messages: fc
    .tuple(
      maybe(text),
      fc.array(
        fc.oneof(
          user.map((one) => [one]),
          loop,
        ),
        { minLength: 1, maxLength: 4 },
      ),
    )
    .map(([system, turns]) => [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      ...turns.flat(),
    ]),
  stream: maybe(fc.constant(true)),
  max_tokens: maybe(fc.nat(9999)),
  temperature: maybe(fc.constantFrom(0, 0.7, 2)),
  top_p: maybe(fc.constantFrom(0.1, 1)),
  stop: maybe(fc.array(name, { minLength: 1, maxLength: 4 })),
  seed: maybe(fc.integer()),
  presence_penalty: maybe(fc.constantFrom(-2, 2)),
  frequency_penalty: maybe(fc.constantFrom(-2, 2)),
  n: maybe(fc.integer({ min: 1, max: 4 })),
  user: maybe(name),
  reasoning_effort: maybe(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
  response_format: maybe(
    fc.constantFrom(
      { type: 'text' },
      { type: 'json_object' },
      { type: 'json_schema', json_schema: { name: 's', description: 'd', schema: { type: 'object' }, strict: true } },
    ),
  ),
  tools: fc.uniqueArray(
    fc.record({
      type: fc.constant('function'),
      function: fc.record({ name, parameters: fc.constant({ type: 'object' }), strict: fc.boolean() }),
    }),
    { minLength: 1, maxLength: 3, selector: (tool) => tool.function.name },
  ),
  tool_choice: maybe(fc.constantFrom('auto', 'none', 'required', { type: 'function', function: { name: 'f' } })),
  parallel_tool_calls: maybe(fc.boolean()),
})

/** A request without its source, and without usage in the stream, which every request of ours asks for. */
function meaning({ source: _source, streamUsage: _usage, ...rest }: ModelRequest): unknown {
  return { ...rest, dialect: 'any' }
}

test('what OpenAI can say is built from the middle form without loss', () => {
  const quirks = { ...OPENAI_CHAT_QUIRKS, thinking: 'reasoning-effort' } as const
  fc.assert(
    fc.property(bodies, (body) => {
      const request = readRequest(JSON.stringify(body))
      const foreign: ModelRequest = { ...request, dialect: 'gemini', source: { text: '{}', json: {} } }
      const result = openaiChat.writeRequest(foreign, target(quirks, { model: 'm' }))
      if (!result.ok) throw new Error(result.failure.message)
      expect(result.written.warnings).toEqual([])
      expect(meaning(readRequest(result.written.body))).toEqual(meaning(request))
    }),
    { numRuns: 300 },
  )
})

test('a body that needs no change leaves character by character', () => {
  fc.assert(
    fc.property(bodies, fc.integer({ min: 0, max: 3 }), (body, indent) => {
      const text = JSON.stringify({ ...body, stream: undefined }, null, indent)
      const quirks = { ...OPENAI_CHAT_QUIRKS, thinking: 'reasoning-effort' } as const
      const result = openaiChat.writeRequest(readRequest(text), target(quirks, { model: 'm' }))
      expect(result.ok && result.written.body).toBe(text)
    }),
  )
})
