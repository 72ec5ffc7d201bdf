import { test } from 'vitest'
import { expectRows } from '#test/support/openai-requests.ts'

test('messages stand where and as the platform takes them', () => {
  const system = { role: 'system', content: 's' }
  const developer = { role: 'developer', content: 'd' }
  const user = { role: 'user', content: 'u' }
  const assistant = { role: 'assistant', content: 'a' }
  const calling = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'f' } }],
  }
  const tool = { role: 'tool', tool_call_id: 'c', content: 'r' }
  const messages = (...list: object[]): object => ({ messages: list })
  expectRows([
    [
      'role',
      {},
      messages(developer, user),
      messages({ ...developer, role: 'system' }, user),
      ['renamed:messages.0.role'],
    ],
    ['either', { systemRole: 'either' }, messages(developer, system, user), {}, []],
    [
      'developer',
      { systemRole: 'developer' },
      messages(system, user),
      messages({ ...system, role: 'developer' }, user),
      ['renamed:messages.0.role'],
    ],
    ['place kept', { systemPlace: 'first' }, messages(system, user, assistant), {}, []],
    [
      'place',
      { systemPlace: 'first', systemRole: 'either' },
      messages(system, user, developer, user),
      messages({ role: 'system', content: 's\n\nd' }, user, user),
      ['reordered:messages.2'],
    ],
    [
      'place, from behind',
      { systemPlace: 'first' },
      messages(user, { role: 'system', content: [{ type: 'text', text: 's' }] }),
      messages({ role: 'system', content: [{ type: 'text', text: 's' }] }, user),
      ['reordered:messages.1'],
    ],
    [
      'turns',
      { turnsAlternate: true },
      messages(user, user, assistant, assistant, calling, tool, tool, user),
      messages({ role: 'user', content: 'u\n\nu' }, { ...calling, content: 'a\n\na' }, tool, tool, user),
      ['reordered:messages'],
    ],
    [
      'opening',
      { firstTurnUser: true },
      messages(system, assistant, user),
      messages(system, { role: 'user', content: '.' }, assistant, user),
      ['emulated:messages'],
    ],
    [
      'T18 tool without content',
      {},
      messages(user, calling, { role: 'tool', tool_call_id: 'c' }),
      messages(user, calling, { role: 'tool', tool_call_id: 'c', content: '' }),
      ['defaulted:messages.2.content'],
    ],
    [
      'empty content',
      { emptyContent: 'refused' },
      messages({ role: 'user', content: '' }, calling, { ...tool, content: '' }),
      messages(
        { role: 'user', content: ' ' },
        { role: 'assistant', tool_calls: calling.tool_calls },
        { ...tool, content: ' ' },
      ),
      ['defaulted:messages.0.content', 'defaulted:messages.2.content'],
    ],
  ])
})

test('images and tools that the target has not are refused, not left out', () => {
  const image = (url: string): object => ({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  })
  const tools = { tools: [{ type: 'function', function: { name: 'f' } }] }
  const refused = 'invalid-request messages.0.content.1'
  expectRows([
    ['refused', { images: 'refused' }, image('data:image/png;base64,AA'), refused, []],
    ['by URL', { images: 'inline-only' }, image('https://example.com/a.png'), refused, []],
    ['inline', { images: 'inline-only' }, image('data:image/png;base64,AA'), {}, []],
    ['accepted', {}, image('https://example.com/a.png'), {}, []],
  ])
  expectRows([['blind', {}, image('https://example.com/a.png'), refused, []]], { vision: false })
  expectRows([['no tools', {}, tools, 'invalid-request tools', []]], { tools: false })
})

test('T19 T20 thinking of earlier turns goes back as the platform takes it', () => {
  const user = { role: 'user', content: 'u' }
  const assistant = { role: 'assistant', content: 'a' }
  const tool = { role: 'tool', tool_call_id: 'c', content: 'r' }
  const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]
  const turn = (more: object): object => ({
    messages: [user, { role: 'assistant', content: 'a', tool_calls, ...more }, tool],
  })
  const required = { reasoningReturn: 'required', thinking: 'thinking-type', thinkingDefault: 'on' } as const
  const path = (action: string, field: string): string => `${action}:messages.1.${field}`
  const details = [{ type: 'reasoning.text', text: 'r', signature: 's' }]
  expectRows([
    ['accepted', {}, turn({ reasoning_content: 'r', reasoning_details: details }), {}, []],
    ['renamed', {}, turn({ reasoning: 'r' }), turn({ reasoning_content: 'r' }), [path('renamed', 'reasoning')]],
    [
      'from details',
      {},
      turn({ reasoning_details: details }),
      turn({ reasoning_content: 'r' }),
      [path('renamed', 'reasoning_details'), path('dropped', 'reasoning_details.0.signature')],
    ],
    [
      'to details',
      { reasoningField: 'reasoning_details' },
      turn({ reasoning_content: 'r' }),
      turn({ reasoning_details: [{ type: 'reasoning.text', text: 'r', index: 0 }] }),
      [path('renamed', 'reasoning_content')],
    ],
    [
      'to tags',
      { reasoningField: 'think-tags' },
      turn({ reasoning_content: 'r' }),
      turn({ content: '<think>r</think>a' }),
      [path('renamed', 'reasoning_content')],
    ],
    [
      'refused',
      { reasoningReturn: 'refused' },
      turn({ reasoning_content: 'r', reasoning: null }),
      turn({}),
      [path('dropped', 'reasoning_content')],
    ],
    ['required', required, turn({}), turn({ reasoning_content: '' }), [path('emulated', 'reasoning_content')]],
    ['required, there', required, turn({ reasoning_content: 'r' }), {}, []],
    ['required, not thinking', required, { ...turn({}), thinking: { type: 'disabled' } }, {}, []],
    [
      'required, an earlier loop',
      required,
      { messages: [user, assistant, user, { ...assistant, tool_calls }, tool, assistant, user] },
      {
        messages: [user, assistant, user, { ...assistant, tool_calls, reasoning_content: '' }, tool, assistant, user],
      },
      ['emulated:messages.3.reasoning_content'],
    ],
  ])
})

test('T22 seals that platforms of other dialects made leave the caller’s own text, what they sealed stays', () => {
  const google = (thought_signature: string): object => ({ extra_content: { google: { thought_signature } } })
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
  const turn = (more: object): object => ({
    messages: [
      { role: 'user', content: 'u' },
      { role: 'assistant', ...more },
    ],
  })
  const text = { type: 'reasoning.text', text: 'r', index: 0 }
  const dropped = (...fields: string[]): string[] => fields.map((field) => `dropped:messages.1.${field}`)
  expectRows([
    [
      "its own, bare and under its maker's name",
      {},
      turn({ reasoning_content: 'r', reasoning_details: [{ ...text, signature: 'tw.openai-chat.s' }], ...google('a') }),
      turn({ reasoning_content: 'r', reasoning_details: [{ ...text, signature: 's' }], ...google('a') }),
      [],
    ],
    [
      'of a call',
      {},
      turn({
        content: 'a',
        tool_calls: [
          { ...call, ...google('tw.gemini.s') },
          { ...call, ...google('t') },
        ],
      }),
      turn({ content: 'a', tool_calls: [call, { ...call, ...google('t') }] }),
      dropped('tool_calls.0.extra_content.google.thought_signature'),
    ],
    [
      'of a message, with what stands beside it',
      {},
      turn({ content: 'a', extra_content: { google: { thought_signature: 'tw.gemini.s', more: 1 }, other: 2 } }),
      turn({ content: 'a', extra_content: { google: { more: 1 }, other: 2 } }),
      dropped('extra_content.google.thought_signature'),
    ],
    [
      'of thinking',
      {},
      turn({
        reasoning_content: 'r',
        reasoning_details: [
          { ...text, signature: 'tw.anthropic-messages.s' },
          { type: 'reasoning.encrypted', data: 'tw.openai-responses.d', index: 1 },
          { type: 'reasoning.text', signature: 'tw.another-account.s', index: 2 },
        ],
      }),
      turn({ reasoning_content: 'r', reasoning_details: [text] }),
      dropped('reasoning_details.0.signature', 'reasoning_details.1', 'reasoning_details.2.signature'),
    ],
    [
      'that was all there was',
      {},
      turn({ content: 'a', reasoning_details: [{ type: 'reasoning.text', text: '', signature: 'tw.gemini.s' }] }),
      turn({ content: 'a' }),
      dropped('reasoning_details.0.signature'),
    ],
  ])
})
