import { expect, test } from 'vitest'
import type { Part } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { fields, request, target, toolCall, toolResult, TOOLS, user, write } from '#wire/anthropic-messages/fixture.ts'

const system = (text: string, path: string): Message => ({ role: 'system', parts: [{ kind: 'text', text }], path })

test('instructions go to the front, as blocks only where one is marked', () => {
  const developer: Message = { role: 'developer', parts: [{ kind: 'text', text: 'B' }], path: 'messages.2' }
  expect(write(request({ messages: [system('A', 'messages.0'), user('Hi', 'messages.1'), developer] }))).toEqual({
    body: fields({ system: 'A\n\nB' }),
    warnings: ['reordered:messages.2'],
  })
  const marked: Message = {
    role: 'system',
    parts: [{ kind: 'text', text: 'A', cache: { ttl: 'long' } }],
    path: 'messages.0',
  }
  const messages = [marked, user('Hi', 'messages.1'), developer]
  expect(write(request({ messages }), target({ systemPlace: 'anywhere' }))).toEqual({
    body: fields({
      system: [{ type: 'text', text: 'A', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'system', content: 'B' },
      ],
    }),
    warnings: [],
  })
  expect(write(request({ messages: [marked, user('Hi')] }), target({ cacheMarks: false }))).toEqual({
    body: fields({ system: 'A' }),
    warnings: ['dropped:messages.0.cache_control'],
  })
})

test('instructions alone become the user’s turn', () => {
  expect(write(request({ messages: [system('A', 'messages.0')] }))).toEqual({
    body: fields({ messages: [{ role: 'user', content: 'A' }] }),
    warnings: ['emulated:messages.0'],
  })
})

test('results of calls share one user turn with what the user says next', () => {
  const messages: Message[] = [
    user('Hi'),
    {
      role: 'assistant',
      parts: [{ kind: 'text', text: '' }, toolCall('a', '{"x":1}'), toolCall('b', '')],
      path: 'messages.1',
    },
    { role: 'tool', parts: [toolResult('a', 'one')], path: 'messages.2' },
    { role: 'tool', parts: [toolResult('b', '')], path: 'messages.3' },
    user('Go on', 'messages.4'),
  ]
  expect(write(request({ messages, tools: TOOLS }))).toEqual({
    body: fields({
      tools: [{ name: 'f', input_schema: { type: 'object', properties: {} } }],
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
            { type: 'tool_use', id: 'b', name: 'f', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: 'one' },
            { type: 'tool_result', tool_use_id: 'b' },
            { type: 'text', text: 'Go on' },
          ],
        },
      ],
    }),
    warnings: [],
  })
})

test('turns alternate, begin with the user, and do not end in white space', () => {
  const messages: Message[] = [
    { role: 'assistant', parts: [{ kind: 'text', text: 'Hello' }], path: 'messages.0' },
    user('a', 'messages.1'),
    { ...user('b', 'messages.2'), name: 'Ann' },
    { role: 'assistant', parts: [{ kind: 'text', text: 'It is \n' }], path: 'messages.3' },
  ]
  expect(write(request({ messages }))).toEqual({
    body: fields({
      messages: [
        { role: 'user', content: '(continue)' },
        { role: 'assistant', content: 'Hello' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'assistant', content: 'It is' },
      ],
    }),
    warnings: [
      'dropped:messages.2.name',
      'reordered:messages.2',
      'approximated:messages.3.content',
      'emulated:messages.0',
    ],
  })
})

test('ids that the target refuses, or that come twice, are renamed alike for call and result', () => {
  const kimi = 'functions.f:0'
  const turn = (path: string): Message[] => [
    { role: 'assistant', parts: [toolCall(kimi, '{}')], path },
    { role: 'tool', parts: [toolResult(kimi, 'r')], path: `${path}r` },
  ]
  const { body, warnings } = write(
    request({ messages: [user('Hi'), ...turn('messages.1'), ...turn('messages.3')], tools: TOOLS }),
  )
  const blocks = (body as { messages: { content: { id?: string; tool_use_id?: string }[] }[] }).messages.slice(1)
  const ids = blocks.map(({ content }) => content[0]?.id ?? content[0]?.tool_use_id)
  expect(ids).toEqual([
    'functions_f_0_465b9878',
    'functions_f_0_465b9878',
    'functions_f_0_465b9878_2',
    'functions_f_0_465b9878_2',
  ])
  expect(warnings).toEqual(['renamed:messages.1.content', 'renamed:messages.3.content'])
})

test('T17: arguments that are not one object keep what can be kept', () => {
  const input = (args: string): unknown => {
    const messages: Message[] = [user('Hi'), { role: 'assistant', parts: [toolCall('a', args)], path: 'messages.1' }]
    const { body, warnings } = write(request({ messages, tools: TOOLS }))
    const [, turn] = (body as { messages: { content: { input: unknown }[] }[] }).messages
    return [turn?.content[0]?.input, warnings]
  }
  expect(input('{"x":1}{"x":2}')).toEqual([{ x: 1 }, ['approximated:messages.1.content']])
  expect(input('{"x":')).toEqual([{ arguments: '{"x":' }, ['approximated:messages.1.content']])
  expect(input('[1]')).toEqual([{ arguments: '[1]' }, ['approximated:messages.1.content']])
  expect(input('  ')).toEqual([{}, []])
})

test('parts of every kind', () => {
  const parts: Part[] = [
    { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' }, detail: 'low' },
    { kind: 'image', source: { kind: 'url', url: 'https://x' }, detail: 'auto' },
    { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'AA==' }, name: 'a.pdf' },
    { kind: 'file', source: { kind: 'data', mediaType: 'text/csv', data: 'bsOp' } },
    { kind: 'file', source: { kind: 'file', id: 'f1' } },
    { kind: 'text', text: ' \n', cache: { ttl: 'short' } },
    { kind: 'native', dialect: 'openai-chat', type: 'odd', value: {} },
    { kind: 'text', text: 'x', cache: { ttl: 'short' } },
  ]
  expect(write(request({ messages: [{ role: 'user', parts, path: 'messages.0' }] }))).toEqual({
    body: fields({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
            { type: 'image', source: { type: 'url', url: 'https://x' } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' },
              title: 'a.pdf',
            },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'né' } },
            { type: 'document', source: { type: 'file', file_id: 'f1' } },
            { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } },
          ],
        },
      ],
    }),
    warnings: ['dropped:messages.0.content', 'dropped:messages.0.content', 'dropped:messages.0.content'],
  })
})
