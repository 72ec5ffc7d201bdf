import { expect, test } from 'vitest'
import type { ModelRequest } from '#wire/request.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

const base = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }

function read(json: Record<string, unknown>): Omit<ModelRequest, 'source' | 'dialect'> {
  const result = anthropicMessages.readRequest({ text: JSON.stringify(json), json })
  if (!result.ok) throw new Error(`refused: ${result.failure.message}`)
  const { source: _source, dialect: _dialect, ...request } = result.request
  return request
}

function refused(json: Record<string, unknown>): unknown {
  const result = anthropicMessages.readRequest({ text: JSON.stringify(json), json })
  return result.ok ? 'taken' : [result.failure.kind, result.failure.param, result.failure.message]
}

const plain = {
  model: 'm',
  stream: false,
  streamUsage: true,
  tools: [],
  maxOutputTokens: 10,
  unread: [],
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }], path: 'messages.0' }],
}

test('the shortest request', () => {
  expect(read(base)).toEqual(plain)
})

test('every field that the middle form names', () => {
  const json = {
    ...base,
    system: [{ type: 'text', text: 'Be brief', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    stream: true,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    stop_sequences: ['###'],
    metadata: { user_id: 'u' },
    tools: [
      { name: 'f', description: 'does f', input_schema: { type: 'object' }, strict: true },
      { type: 'custom', name: 'g', input_schema: { type: 'object' } },
      { type: 'web_search_20250305', name: 'web_search' },
    ],
    tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    thinking: { type: 'enabled', budget_tokens: 2048 },
    output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
  }
  expect(read(json)).toEqual({
    ...plain,
    stream: true,
    messages: [
      {
        role: 'system',
        parts: [{ kind: 'text', text: 'Be brief', cache: { ttl: 'long' } }],
        path: 'system',
      },
      ...plain.messages,
    ],
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    stop: ['###'],
    user: 'u',
    tools: [
      {
        kind: 'function',
        name: 'f',
        description: 'does f',
        parameters: { type: 'object' },
        strict: true,
        path: 'tools.0',
      },
      { kind: 'function', name: 'g', parameters: { type: 'object' }, path: 'tools.1' },
      {
        kind: 'native',
        dialect: 'anthropic-messages',
        type: 'web_search_20250305',
        value: { type: 'web_search_20250305', name: 'web_search' },
        path: 'tools.2',
      },
    ],
    toolChoice: { kind: 'named', name: 'f' },
    parallelToolCalls: false,
    reasoning: { budgetTokens: 2048, effort: 'low' },
    responseFormat: { kind: 'json-schema', schema: { type: 'object' } },
  })
})

test('every kind of content block', () => {
  const native = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }
  const blocks = { type: 'document', source: { type: 'content', content: 'x' } }
  const json = {
    ...base,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
          { type: 'image', source: { type: 'url', url: 'https://x' }, cache_control: { type: 'ephemeral' } },
          { type: 'image', source: { type: 'file', file_id: 'f1' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'né' }, title: 'T' },
          blocks,
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
          { type: 'thinking', thinking: 'ours', signature: '' },
          { type: 'redacted_thinking', data: 'cmVk' },
          native,
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 }, caller: { type: 'direct' } },
          { type: 'tool_use', id: 'b', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'And' },
          { type: 'tool_result', tool_use_id: 'a', content: 'ok', is_error: false },
          { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'bad' }], is_error: true },
          { type: 'tool_result', tool_use_id: 'c' },
        ],
      },
    ],
  }
  expect(read(json).messages).toEqual([
    {
      role: 'user',
      path: 'messages.0',
      parts: [
        { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } },
        { kind: 'image', source: { kind: 'url', url: 'https://x' }, cache: { ttl: 'short' } },
        { kind: 'image', source: { kind: 'file', id: 'f1' } },
        { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'bsOp' }, name: 'T' },
        { kind: 'native', dialect: 'anthropic-messages', type: 'document', value: blocks },
      ],
    },
    {
      role: 'assistant',
      path: 'messages.1',
      parts: [
        { kind: 'reasoning', text: 'Hm', signature: 'c2ln', sealedBy: 'anthropic-messages' },
        { kind: 'reasoning', text: 'ours' },
        { kind: 'reasoning-redacted', data: 'cmVk', sealedBy: 'anthropic-messages' },
        { kind: 'native', dialect: 'anthropic-messages', type: 'server_tool_use', value: native },
        { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
        { kind: 'tool-call', id: 'b', name: 'f', arguments: '{}' },
      ],
    },
    {
      role: 'tool',
      path: 'messages.2',
      parts: [
        { kind: 'tool-result', callId: 'a', parts: [{ kind: 'text', text: 'ok' }], isError: false },
        { kind: 'tool-result', callId: 'b', parts: [{ kind: 'text', text: 'bad' }], isError: true },
        { kind: 'tool-result', callId: 'c', parts: [] },
      ],
    },
    { role: 'user', path: 'messages.2', parts: [{ kind: 'text', text: 'And' }] },
  ])
})

test('what is not read is named', () => {
  const json = {
    ...base,
    service_tier: 'auto',
    cache_control: { type: 'ephemeral' },
    messages: [
      {
        role: 'user',
        id: 1,
        content: [{ type: 'document', source: { type: 'url', url: 'u' }, citations: { enabled: true } }],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {}, caller: { type: 'code' } }] },
    ],
    tools: [{ name: 'f', input_schema: {}, cache_control: { type: 'ephemeral' } }],
    metadata: { team: 'x' },
    thinking: { type: 'between_tools', display: 'omitted' },
    output_config: { effort: 'heroic', format: { type: 'grammar' } },
  }
  expect(read(json).unread).toEqual([
    'service_tier',
    'cache_control',
    'messages.0.id',
    'messages.0.content.0.citations',
    'messages.1.content.0.caller',
    'tools.0.cache_control',
    'metadata.team',
    'output_config.effort',
    'thinking.display',
    'thinking',
    'output_config.format',
  ])
})

test('each way to ask for thinking', () => {
  const reasoning = (fields: object): unknown => read({ ...base, ...fields }).reasoning
  expect(reasoning({ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } })).toEqual({
    enabled: true,
    effort: 'max',
  })
  expect(reasoning({ thinking: { type: 'disabled' }, output_config: { effort: 'low' } })).toEqual({ enabled: false })
  expect(reasoning({ output_config: { effort: 'xhigh' } })).toEqual({ effort: 'xhigh' })
  expect(reasoning({ thinking: { type: 'enabled' } })).toEqual({ enabled: true })
  expect(reasoning({})).toBe(undefined)
})

test('the older place of the output format is read too', () => {
  const format = { type: 'json_schema', schema: { type: 'object' } }
  expect(read({ ...base, output_format: format }).responseFormat).toEqual({
    kind: 'json-schema',
    schema: { type: 'object' },
  })
})

test('instructions among the messages keep their place', () => {
  const json = { ...base, system: 'a', messages: [...base.messages, { role: 'system', content: 'b' }] }
  expect(read(json).messages.map(({ role, path }) => [role, path])).toEqual([
    ['system', 'system'],
    ['user', 'messages.0'],
    ['system', 'messages.1'],
  ])
})

test('model and stream may stand outside the body, and count whatever the body says', () => {
  const both = anthropicMessages.readRequest({ text: '', json: base, outside: { model: 'o', stream: true } })
  expect(both.ok && [both.request.model, both.request.stream]).toEqual(['o', true])
  const { model: _model, ...json } = base
  const result = anthropicMessages.readRequest({ text: '', json, outside: { model: 'o', stream: true } })
  expect(result.ok && [result.request.model, result.request.stream]).toEqual(['o', true])
})

test('a wrong field is refused by its name', () => {
  const { max_tokens: _bound, ...unbounded } = base
  const bad = (param: string, message: string): unknown => ['invalid-request', param, `${param}: ${message}`]
  expect(refused(unbounded)).toEqual(bad('max_tokens', 'expected a whole number, got nothing'))
  expect(refused({ ...base, model: 7 })).toEqual(bad('model', 'expected a string, got number 7'))
  expect(refused({ ...base, messages: [] })).toEqual(bad('messages', 'expected at least one message, got a list'))
  expect(refused({ ...base, messages: [{ role: 'bot', content: '' }] })).toEqual(
    bad('messages.0.role', 'expected "user", "assistant" or "system", got string "bot"'),
  )
  expect(refused({ ...base, messages: [{ role: 'user', content: [{ type: 'text' }] }] })).toEqual(
    bad('messages.0.content.0.text', 'expected a string, got nothing'),
  )
  expect(refused({ ...base, tools: [{ name: 'f' }] })).toEqual(
    bad('tools.0.input_schema', 'expected an object, got nothing'),
  )
  expect(refused({ ...base, tool_choice: { type: 'some' } })).toEqual(
    bad('tool_choice.type', 'expected "auto", "any", "tool" or "none", got string "some"'),
  )
  expect(refused({ ...base, stop_sequences: [1] })).toEqual(bad('stop_sequences.0', 'expected a string, got number 1'))
  expect(refused({ ...base, system: [{ type: 'image', source: { type: 'url', url: '' } }] })).toEqual(
    bad('system.0.type', 'expected "text", got string "image"'),
  )
})
