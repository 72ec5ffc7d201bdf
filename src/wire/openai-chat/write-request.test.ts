import { expect, test } from 'vitest'
import { openaiChat } from '#wire/openai-chat/index.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { expectRows, HELLO, readRequest, target } from '#test/support/openai-requests.ts'

test('within the dialect every character travels but the model', () => {
  const text =
    '{ "model" : "asked", "messages":[{"role":"user","content":"hi","x":1.0}] ,"seed":12345678901234567890,"new":{"k":null}}'
  const result = openaiChat.writeRequest(readRequest(text), target())
  expect(result).toEqual({
    ok: true,
    written: { body: text.replace('"asked"', '"t"'), stream: false, usageAdded: false, headers: {}, warnings: [] },
  })
})

test('model and stream from outside the body are written into it', () => {
  const request = readRequest('{"messages":[{"role":"user","content":"hi"}]}', { model: 'deployment', stream: true })
  const result = openaiChat.writeRequest(request, target({ usageInStream: 'always' }))
  expect(result.ok && JSON.parse(result.written.body)).toEqual({ model: 't', messages: HELLO, stream: true })
})

test('usage is asked for in every stream, unless it comes unasked', () => {
  const stream = { stream: true }
  const usage = { stream_options: { include_usage: true } }
  const always = { usageInStream: 'always' } as const
  expectRows([
    ['added', {}, stream, usage, []],
    [
      'added beside',
      {},
      { ...stream, stream_options: { x: 1 } },
      { stream_options: { x: 1, include_usage: true } },
      [],
    ],
    ['there', {}, { ...stream, ...usage }, {}, []],
    ['always', always, { ...stream, ...usage }, {}, []],
    [
      'always, refused',
      { ...always, refusedFields: ['stream_options'] },
      { ...stream, stream_options: { include_usage: true, x: 1 } },
      { stream_options: undefined },
      ['dropped:stream_options.x'],
    ],
  ])
  const added = (json: object): unknown => {
    const result = openaiChat.writeRequest(
      readRequest(JSON.stringify({ model: 't', messages: HELLO, ...json })),
      target(),
    )
    return result.ok && [result.written.stream, result.written.usageAdded]
  }
  expect([added({}), added(stream), added({ ...stream, ...usage })]).toEqual([
    [false, false],
    [true, true],
    [true, false],
  ])
})

/** A request of a caller of Anthropic, as its reader would give it. */
const FOREIGN: ModelRequest = {
  dialect: 'anthropic-messages',
  source: { text: '{}', json: {} },
  model: 'asked',
  stream: true,
  streamUsage: true,
  messages: [
    {
      role: 'system',
      parts: [
        { kind: 'text', text: 'a' },
        { kind: 'text', text: 'b', cache: { ttl: 'long' } },
      ],
      path: 'system',
    },
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'look' },
        { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA' } },
        { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'aGk=' }, name: 'n.txt' },
      ],
      path: 'messages.0',
    },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'why', signature: 'sig' },
        { kind: 'reasoning-redacted', data: 'enc' },
        { kind: 'tool-call', id: 'toolu_1', name: 'f', arguments: '{}' },
        { kind: 'native', dialect: 'anthropic-messages', type: 'server_tool_use', value: {} },
      ],
      path: 'messages.1',
    },
    {
      role: 'tool',
      parts: [
        {
          kind: 'tool-result',
          callId: 'toolu_1',
          isError: true,
          parts: [
            { kind: 'text', text: 'r' },
            { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
          ],
        },
      ],
      path: 'messages.2',
    },
  ],
  tools: [
    { kind: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, path: 'tools.0' },
    { kind: 'native', dialect: 'anthropic-messages', type: 'web_search', value: {}, path: 'tools.1' },
  ],
  toolChoice: { kind: 'named', name: 'f' },
  maxOutputTokens: 9,
  temperature: 3,
  topK: 4,
  stop: ['a', 'b', 'c', 'd', 'e'],
  reasoning: { budgetTokens: 2000, enabled: true },
  user: 'u',
  unread: ['container'],
}

function foreign(quirks: Partial<Quirks>, more: Partial<ModelRequest> = {}): { body: unknown; warnings: string[] } {
  const result = openaiChat.writeRequest({ ...FOREIGN, ...more }, target(quirks))
  if (!result.ok) return { body: `${result.failure.kind} ${result.failure.param}`, warnings: [] }
  const warnings = result.written.warnings.map(({ action, path }) => `${action}:${path}`)
  return { body: JSON.parse(result.written.body), warnings }
}

test('a request of another dialect is built anew, and every loss is told in its own words', () => {
  const image = (url: string): object => ({ type: 'image_url', image_url: { url } })
  expect(foreign({ thinking: 'enable-thinking' })).toEqual({
    body: {
      model: 't',
      messages: [
        { role: 'system', content: 'a\n\nb' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            image('data:image/png;base64,AA'),
            { type: 'text', text: 'n.txt:\nhi' },
          ],
        },
        {
          role: 'assistant',
          content: '',
          reasoning_content: 'why',
          tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'r' },
        {
          role: 'user',
          content: [{ type: 'text', text: 'Images in the result of toolu_1:' }, image('https://example.com/a.png')],
        },
      ],
      stream: true,
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      max_tokens: 9,
      temperature: 2,
      stop: ['a', 'b', 'c', 'd'],
      user: 'u',
      enable_thinking: true,
      thinking_budget: 2000,
      stream_options: { include_usage: true },
    },
    warnings: [
      'dropped:system',
      'emulated:messages.0',
      'dropped:messages.1',
      'dropped:messages.1',
      'dropped:messages.1',
      'dropped:messages.2',
      'emulated:messages.2',
      'dropped:container',
      'dropped:tools.1',
      'dropped:top_k',
      'clamped:temperature',
      'dropped:stop_sequences.4',
    ],
  })
})

test('marks, signatures and redacted thinking travel where the platform has a place for them', () => {
  const { body } = foreign({ cacheMarks: true, reasoningField: 'reasoning_details' })
  const { messages } = body as { messages: { content: unknown; reasoning_details: unknown }[] }
  expect(messages[0]?.content).toEqual([
    { type: 'text', text: 'a' },
    { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } },
  ])
  expect(messages[2]?.reasoning_details).toEqual([
    { type: 'reasoning.text', text: 'why', signature: 'sig', index: 0 },
    { type: 'reasoning.encrypted', data: 'enc', index: 1 },
  ])
})

test('what would change the answer by its absence is refused', () => {
  const user = (part: ModelRequest['messages'][number]['parts'][number]): Partial<ModelRequest> => ({
    messages: [{ role: 'user', parts: [part], path: 'messages.0' }],
  })
  const refused = 'invalid-request messages.0.content'
  expect(foreign({}, user({ kind: 'file', source: { kind: 'url', url: 'https://example.com/a.pdf' } })).body).toBe(
    refused,
  )
  expect(foreign({}, user({ kind: 'image', source: { kind: 'file', id: 'file_1' } })).body).toBe(refused)
  expect(foreign({}, user({ kind: 'audio', source: { kind: 'url', url: 'https://example.com/a.mp3' } })).body).toBe(
    refused,
  )
})
