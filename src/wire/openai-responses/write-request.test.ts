import { describe, expect, test } from 'vitest'
import type { Dialect, WireTarget } from '#wire/dialect.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'

function target(quirks: Partial<Quirks> = {}, more: Partial<WireTarget> = {}): WireTarget {
  const all = { ...DIALECT_QUIRKS['openai-responses'], ...quirks }
  return { model: 'gpt', quirks: all, maxOutputTokens: 1_000, vision: true, tools: true, ...more }
}

function read(dialect: Pick<Dialect, 'readRequest'>, json: JsonObject): ModelRequest {
  const text = JSON.stringify(json)
  const result = dialect.readRequest({ text, json })
  if (!result.ok) throw new Error(result.failure.message)
  return result.request
}

/** The body that a target gets, and the warnings as callers see them. */
function write(request: ModelRequest, to: WireTarget = target()): { body: JsonObject; warnings: readonly string[] } {
  const result = openaiResponses.writeRequest(request, to)
  if (!result.ok) throw new Error(result.failure.message)
  const { body, warnings } = result.written
  return { body: JSON.parse(body), warnings: warnings.map(({ action, path }) => `${action}:${path}`) }
}

const chat = (json: JsonObject): ModelRequest => read(openaiChat, { model: 'route', ...json })
const own = (json: JsonObject): ModelRequest => read(openaiResponses, { model: 'gpt', ...json })

describe('for a caller of chat completions', () => {
  test('a conversation with a call becomes items, and nothing is kept at the platform', () => {
    const { body, warnings } = write(
      chat({
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Weather?' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'w', arguments: '{"at":"here"}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
        ],
        tools: [{ type: 'function', function: { name: 'w', parameters: { type: 'object', properties: {} } } }],
        tool_choice: { type: 'function', function: { name: 'w' } },
        max_completion_tokens: 50,
        temperature: 0.5,
        stream: true,
      }),
    )
    expect(body).toEqual({
      model: 'gpt',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: 'Weather?' },
        { type: 'function_call', call_id: 'c1', name: 'w', arguments: '{"at":"here"}' },
        { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
      ],
      tools: [{ type: 'function', name: 'w', parameters: { type: 'object', properties: {} }, strict: false }],
      tool_choice: { type: 'function', name: 'w' },
      max_output_tokens: 50,
      temperature: 0.5,
      stream: true,
      store: false,
    })
    expect(warnings).toEqual([])
  })

  test('what has no place here is named', () => {
    const { warnings } = write(
      chat({
        messages: [{ role: 'user', content: 'Hi' }],
        seed: 1,
        stop: ['a'],
        n: 2,
        presence_penalty: 1,
        logit_bias: {},
      }),
    )
    expect([...warnings].toSorted()).toEqual([
      'clamped:n',
      'dropped:logit_bias',
      'dropped:presence_penalty',
      'dropped:seed',
      'dropped:stop',
    ])
  })

  test('a schema that says nothing of strictness is not made strict', () => {
    const format = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } }
    expect(write(chat({ messages: [{ role: 'user', content: 'Hi' }], response_format: format })).body['text']).toEqual({
      format: { type: 'json_schema', name: 'x', schema: { type: 'object' } },
    })
  })

  test('an effort asks for sealed thinking, which later turns give back', () => {
    const { body } = write(chat({ messages: [{ role: 'user', content: 'Hi' }], reasoning_effort: 'low' }))
    expect([body['reasoning'], body['include'], body['store']]).toEqual([
      { effort: 'low', summary: 'auto' },
      ['reasoning.encrypted_content'],
      false,
    ])
  })

  test('an image that the model does not take is refused by its place', () => {
    const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
    const request = chat({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, image] }] })
    const result = openaiResponses.writeRequest(request, target({}, { vision: false }))
    expect(result.ok ? undefined : [result.failure.kind, result.failure.param]).toEqual([
      'invalid-request',
      'messages.0.content.1',
    ])
  })
})

describe('for a caller of this dialect', () => {
  test('only the model changes, byte for byte', () => {
    const text = '{"model":"route", "input" : "Hi","store":true,"new_field":{"a":1.50},"previous_response_id":"resp_1"}'
    const request = { ...own({ input: 'Hi' }), source: { text, json: JSON.parse(text) } }
    const result = openaiResponses.writeRequest(request, target())
    expect(result.ok ? result.written.body : result.failure.message).toBe(text.replace('"route"', '"gpt"'))
  })

  test('more output than the model gives is clamped', () => {
    expect(write(own({ input: 'Hi', max_output_tokens: 5_000 }))).toEqual({
      body: { model: 'gpt', input: 'Hi', max_output_tokens: 1_000 },
      warnings: ['clamped:max_output_tokens'],
    })
  })

  test('a schema without a place becomes an instruction, and JSON mode where there is one', () => {
    const format = { type: 'json_schema', name: 'x', schema: { type: 'object', required: ['a'] } }
    const { body, warnings } = write(
      own({ input: 'Hi', instructions: 'Be brief.', text: { format, verbosity: 'low' } }),
      target({ responseFormats: ['json'] }),
    )
    expect(warnings).toEqual(['emulated:text.format'])
    expect(body['text']).toEqual({ verbosity: 'low', format: { type: 'json_object' } })
    expect(body['instructions']).toMatch(/^Be brief\.\n\n[^]*"required":\["a"\]/)
  })

  test('a seal of another maker and ids of ours are taken out, the rest of the items stays', () => {
    const { body, warnings } = write(
      own({
        input: [
          { type: 'reasoning', id: 'rs_tw_a_0', summary: [], encrypted_content: 'tw.gemini.abc' },
          { type: 'reasoning', id: 'rs_real', summary: [], encrypted_content: 'own' },
          { type: 'message', id: 'msg_tw_a_1', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
          { type: 'item_reference', id: 'msg_tw_a_1' },
          { role: 'user', content: 'More' },
        ],
      }),
    )
    expect(body['input']).toEqual([
      { type: 'reasoning', id: 'rs_real', summary: [], encrypted_content: 'own' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
      { role: 'user', content: 'More' },
    ])
    expect(warnings).toEqual(['dropped:input.0.encrypted_content', 'dropped:input.3'])
  })

  test('tools that demand parameters get an empty schema, and no strictness where there is none', () => {
    const { body, warnings } = write(
      own({ input: 'Hi', tools: [{ type: 'function', name: 'f', strict: true }] }),
      target({ toolStrict: false, toolParametersRequired: true }),
    )
    expect(body['tools']).toEqual([{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }])
    expect(warnings).toEqual(['dropped:tools.0.strict', 'defaulted:tools.0.parameters'])
  })

  test('background is refused, by name and with the remedy', () => {
    const json = { model: 'gpt', input: 'Hi', background: true }
    const result = openaiResponses.readRequest({ text: JSON.stringify(json), json })
    expect(result.ok ? undefined : [result.failure.kind, result.failure.param, result.failure.message]).toEqual([
      'invalid-request',
      'background',
      expect.stringContaining('stream: true'),
    ])
  })
})
