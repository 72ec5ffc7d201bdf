import { expect, test } from 'vitest'
import { openaiChat } from '#wire/openai-chat/index.ts'
import type { ModelRequest, Source } from '#wire/request.ts'

function read(json: unknown, outside?: Source['outside']): ReturnType<typeof openaiChat.readRequest> {
  const text = JSON.stringify(json)
  return openaiChat.readRequest({ text, json: JSON.parse(text), ...(outside === undefined ? {} : { outside }) })
}

/** What was read, without its source. */
function request(json: object): Omit<ModelRequest, 'source'> {
  const result = read({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...json })
  if (!result.ok) throw new Error(result.failure.message)
  const { source: _source, ...rest } = result.request
  return rest
}

const plain = {
  dialect: 'openai-chat',
  model: 'm',
  stream: false,
  streamUsage: false,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }], path: 'messages.0' }],
  tools: [],
  unread: [],
}

test('every field of a request finds its place', () => {
  expect(
    request({
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 5,
      max_completion_tokens: 7,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 3,
      stop: 'x',
      seed: 2 ** 60,
      presence_penalty: 1,
      frequency_penalty: -1,
      n: 2,
      user: 'u',
      parallel_tool_calls: false,
      reasoning_effort: 'low',
      tools: [{ type: 'function', function: { name: 'f' } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' }, strict: true } },
    }),
  ).toEqual({
    ...plain,
    stream: true,
    streamUsage: true,
    maxOutputTokens: 7,
    temperature: 0.5,
    topP: 0.9,
    topK: 3,
    stop: ['x'],
    seed: 2 ** 60,
    presencePenalty: 1,
    frequencyPenalty: -1,
    n: 2,
    user: 'u',
    parallelToolCalls: false,
    reasoning: { effort: 'low' },
    tools: [{ kind: 'function', name: 'f', path: 'tools.0' }],
    toolChoice: { kind: 'named', name: 'f' },
    responseFormat: { kind: 'json-schema', name: 's', schema: { type: 'object' }, strict: true },
  })
})

test('null says nothing, and is not unread', () => {
  expect(
    request({ temperature: null, tools: null, stop: null, logit_bias: null, stream_options: null, tool_choice: null }),
  ).toEqual(plain)
})

test('what nobody names is listed with its place', () => {
  expect(
    request({
      logit_bias: { 1: 2 },
      stream_options: { include_obfuscation: false },
      tool_choice: { type: 'allowed_tools', allowed_tools: {} },
      reasoning_effort: 'ultra',
      messages: [
        {
          role: 'user',
          content: [{ type: 'text', text: 'hi', mood: 'good' }],
          weight: 1,
        },
      ],
      tools: [{ type: 'function', function: { name: 'f', cached: true }, defer: true }],
    }).unread,
  ).toEqual([
    'logit_bias',
    'stream_options.include_obfuscation',
    'messages.0.weight',
    'messages.0.content.0.mood',
    'tools.0.defer',
    'tools.0.function.cached',
    'tool_choice',
    'reasoning_effort',
  ])
})

test('content is read in every form that clients send', () => {
  const [message] = request({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
          { type: 'image_url', image_url: 'https://example.com/a.png' },
          { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
          { type: 'file', file: { file_data: 'data:application/pdf;base64,CCCC', filename: 'a.pdf' } },
          { type: 'file', file: { file_id: 'file_1' } },
          { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } },
        ],
      },
    ],
  }).messages
  expect(message?.parts).toEqual([
    { kind: 'text', text: 'a', cache: { ttl: 'long' } },
    { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'low' },
    { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
    { kind: 'audio', source: { kind: 'data', mediaType: 'audio/mp3', data: 'BBBB' } },
    { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'CCCC' }, name: 'a.pdf' },
    { kind: 'file', source: { kind: 'file', id: 'file_1' } },
    {
      kind: 'native',
      dialect: 'openai-chat',
      type: 'video_url',
      value: { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } },
    },
  ])
})

test('a tool loop is read with its reasoning, in the form of today and in that of 2023', () => {
  expect(
    request({
      messages: [
        { role: 'developer', content: 'd' },
        {
          role: 'assistant',
          content: null,
          reasoning_content: 'r',
          reasoning_details: [{ type: 'reasoning.text', signature: 's', index: 0 }],
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'f', arguments: '' } },
            { id: 'x', type: 'custom', custom: { name: 'g', input: 'i' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c', content: 'ok' },
        { role: 'assistant', function_call: { name: 'f', arguments: '{"a":1}' } },
        { role: 'function', name: 'f', content: 'ok' },
      ],
    }).messages,
  ).toEqual([
    { role: 'developer', parts: [{ kind: 'text', text: 'd' }], path: 'messages.0' },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'r', signature: 's', sealedBy: 'openai-chat' },
        { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
        {
          kind: 'native',
          dialect: 'openai-chat',
          type: 'custom',
          value: { id: 'x', type: 'custom', custom: { name: 'g', input: 'i' } },
        },
      ],
      path: 'messages.1',
    },
    {
      role: 'tool',
      parts: [{ kind: 'tool-result', callId: 'c', parts: [{ kind: 'text', text: 'ok' }] }],
      path: 'messages.2',
    },
    {
      role: 'assistant',
      parts: [{ kind: 'tool-call', id: 'call_messages_3', name: 'f', arguments: '{"a":1}' }],
      path: 'messages.3',
    },
    {
      role: 'tool',
      parts: [{ kind: 'tool-result', callId: 'call_messages_3', parts: [{ kind: 'text', text: 'ok' }] }],
      name: 'f',
      path: 'messages.4',
    },
  ])
})

test('reasoning of earlier turns is taken from the field that says most', () => {
  const parts = (message: object): unknown =>
    request({ messages: [{ role: 'assistant', content: '', ...message }] }).messages[0]?.parts.slice(0, -1)
  expect(parts({ reasoning: 'r' })).toEqual([{ kind: 'reasoning', text: 'r' }])
  expect(parts({ reasoning_content: 'r', reasoning: 'r' })).toEqual([{ kind: 'reasoning', text: 'r' }])
  expect(
    parts({
      reasoning: 'ab',
      reasoning_details: [
        { type: 'reasoning.text', text: 'a', signature: 's' },
        { type: 'reasoning.encrypted', data: 'e' },
        { type: 'reasoning.summary', summary: 'b' },
      ],
    }),
  ).toEqual([
    { kind: 'reasoning', text: 'a', signature: 's', sealedBy: 'openai-chat' },
    { kind: 'reasoning-redacted', data: 'e', sealedBy: 'openai-chat' },
    { kind: 'reasoning', text: 'b' },
  ])
})

test('T22 seals are read with their makers, wherever clients keep them', () => {
  const sealed = (thought_signature: string): object => ({ extra_content: { google: { thought_signature } } })
  const { messages, unread } = request({
    messages: [
      {
        role: 'assistant',
        content: 'a',
        reasoning_content: 'why',
        reasoning_details: [
          { type: 'reasoning.text', text: '', signature: 'tw.anthropic-messages.s', index: 0 },
          { type: 'reasoning.encrypted', data: 'tw.openai-responses.d', index: 1 },
        ],
        ...sealed('bare'),
        tool_calls: [
          { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' }, ...sealed('tw.gemini.g') },
          { id: 'd', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: { other: 1 } },
        ],
      },
    ],
  })
  expect([messages[0]?.parts, unread]).toEqual([
    [
      { kind: 'reasoning', text: 'why' },
      { kind: 'reasoning', text: '', signature: 's', sealedBy: 'anthropic-messages' },
      { kind: 'reasoning-redacted', data: 'd', sealedBy: 'openai-responses' },
      { kind: 'reasoning', text: '', signature: 'bare', sealedBy: 'openai-chat' },
      { kind: 'text', text: 'a' },
      { kind: 'reasoning', text: '', signature: 'g', sealedBy: 'gemini' },
      { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
      { kind: 'tool-call', id: 'd', name: 'f', arguments: '{}' },
    ],
    ['messages.0.tool_calls.1.extra_content'],
  ])
})

test('a wish about thinking is understood in each of its words', () => {
  const cases: [object, unknown][] = [
    [{ reasoning_effort: 'high' }, { effort: 'high' }],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, { enabled: true, budgetTokens: 2000 }],
    [{ thinking: { type: 'disabled' } }, { enabled: false }],
    [{ thinking: { type: 'auto' } }, undefined],
    [
      { enable_thinking: true, thinking_budget: 100 },
      { enabled: true, budgetTokens: 100 },
    ],
    [{ reasoning: { effort: 'low', max_tokens: 5, enabled: true } }, { effort: 'low', budgetTokens: 5, enabled: true }],
    [{ chat_template_kwargs: { enable_thinking: false } }, { enabled: false }],
  ]
  expect(cases.map(([json]) => request(json).reasoning)).toEqual(cases.map(([, reasoning]) => reasoning))
})

test('a wrong field is refused by its name', () => {
  const cases: [unknown, string][] = [
    [{ messages: [{ role: 'user', content: 'hi' }] }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [] }, 'messages'],
    [{ model: 'm', messages: [3] }, 'messages.0'],
    [{ model: 'm', messages: [{ role: 'king', content: 'hi' }] }, 'messages.0.role'],
    [{ model: 'm', messages: [{ role: 'user', content: 7 }] }, 'messages.0.content'],
    [{ model: 'm', messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages.0.content.0.text'],
    [{ model: 'm', messages: [{ role: 'tool', content: '' }] }, 'messages.0.tool_call_id'],
    [{ model: 'm', messages: [{ role: 'user', content: '' }], temperature: '1' }, 'temperature'],
    [{ model: 'm', messages: [{ role: 'user', content: '' }], max_tokens: 1.5 }, 'max_tokens'],
    [{ model: 'm', messages: [{ role: 'user', content: '' }], stop: ['a', 1] }, 'stop.1'],
    [{ model: 'm', messages: [{ role: 'user', content: '' }], tools: [{ type: 'function' }] }, 'tools.0.function'],
  ]
  const params = cases.map(([json]) => {
    const result = read(json)
    return result.ok ? 'read' : `${result.failure.kind} ${result.failure.param}`
  })
  expect(params).toEqual(cases.map(([, param]) => `invalid-request ${param}`))
})

test('model and stream may come from outside the body', () => {
  const result = read({ messages: [{ role: 'user', content: 'hi' }] }, { model: 'deployment', stream: true })
  expect(result.ok && [result.request.model, result.request.stream]).toEqual(['deployment', true])
})

test('a model outside the body counts, whatever the body says', () => {
  const messages = [{ role: 'user', content: 'hi' }]
  const models = ['body', '', null, 7].map((model) => {
    const result = read({ model, messages }, { model: 'deployment' })
    return result.ok && result.request.model
  })
  expect(models).toEqual(['deployment', 'deployment', 'deployment', 'deployment'])
})
