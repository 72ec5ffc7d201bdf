import { describe, expect, test } from 'vitest'
import { asked, called, request, result, sent, talk, target, TIME, WEATHER } from '#wire/shape/plain-fixture.ts'
import { wenxinChat } from '#wire/wenxin-chat/index.ts'

const { kind: _kind, path: _path, ...weather } = WEATHER

describe('a request', () => {
  test('has no model, its instructions beside the messages, and the names that the interface has', () => {
    const full = request({
      stream: true,
      messages: talk(['system', 'Be brief.'], ['user', 'Hi'], ['assistant', 'Hello'], ['user', 'How?']),
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      stop: ['END'],
      user: 'someone',
      tools: [WEATHER],
      toolChoice: { kind: 'named', name: 'weather' },
      responseFormat: { kind: 'json' },
    })
    expect(sent(wenxinChat, full)).toEqual({
      body: {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello' },
          { role: 'user', content: 'How?' },
        ],
        system: 'Be brief.',
        stream: true,
        max_output_tokens: 100,
        temperature: 0.5,
        top_p: 0.9,
        stop: ['END'],
        user_id: 'someone',
        functions: [weather],
        tool_choice: { type: 'function', function: { name: 'weather' } },
        response_format: 'json_object',
      },
      stream: true,
      warnings: [],
    })
  })

  test('moves and names what it cannot say', () => {
    const wishes = request({
      maxOutputTokens: 1,
      temperature: 0,
      frequencyPenalty: -1,
      presencePenalty: 1,
      stop: ['a', 'b', '一'.repeat(21), 'c', 'd', 'e'],
      seed: 1,
      n: 2,
      topK: 5,
      tools: [TIME],
      toolChoice: { kind: 'auto' },
      parallelToolCalls: false,
      reasoning: { effort: 'low' },
    })
    expect(sent(wenxinChat, wishes)).toEqual({
      body: {
        messages: [{ role: 'user', content: 'Hi' }],
        stream: false,
        max_output_tokens: 2,
        temperature: expect.toSatisfy((value: number) => value > 0 && value < 0.1),
        penalty_score: 1,
        stop: ['a', 'b', 'c'],
        functions: [{ name: 'time', description: 'time', parameters: { type: 'object', properties: {} } }],
      },
      stream: false,
      warnings: [
        'approximated:frequency_penalty',
        'clamped:max_tokens',
        'clamped:n',
        'clamped:temperature',
        'defaulted:tools.1.description',
        'defaulted:tools.1.parameters',
        'dropped:parallel_tool_calls',
        'dropped:presence_penalty',
        'dropped:reasoning_effort',
        'dropped:seed',
        'dropped:stop',
        'dropped:stop',
        'dropped:top_k',
      ],
    })
  })

  test('says a penalty as a score', () => {
    expect(sent(wenxinChat, request({ frequencyPenalty: 1 }))).toMatchObject({
      body: { penalty_score: 1.5 },
      warnings: ['approximated:frequency_penalty'],
    })
  })

  test('has an odd number of messages that begin and end with the user', () => {
    const messages = talk(['assistant', 'Hello'], ['user', 'One'], ['user', 'Two'], ['assistant', 'And'])
    expect(sent(wenxinChat, request({ messages }))).toMatchObject({
      body: {
        messages: [
          { role: 'user', content: '(continue)' },
          { role: 'assistant', content: 'Hello' },
          { role: 'user', content: 'One\n\nTwo' },
          { role: 'assistant', content: 'And' },
          { role: 'user', content: '(continue)' },
        ],
      },
      warnings: ['approximated:messages.3', 'emulated:messages.0', 'reordered:messages.2'],
    })
  })

  test('calls one function at a time, each answered before the next, by the name of the function', () => {
    const messages = talk(
      ['user', 'Weather and time?'],
      ['assistant', 'Let me see.', called('c1', 'weather', '{"city":"Paris"}'), called('c2', 'time')],
      ['tool', result('c2', 'noon')],
      ['tool', result('c1', 'rain')],
    )
    expect(sent(wenxinChat, request({ messages }))).toMatchObject({
      body: {
        messages: [
          { role: 'user', content: 'Weather and time?' },
          {
            role: 'assistant',
            content: 'Let me see.',
            function_call: { name: 'weather', arguments: '{"city":"Paris"}' },
          },
          { role: 'function', name: 'weather', content: 'rain' },
          { role: 'assistant', content: '', function_call: { name: 'time', arguments: '{}' } },
          { role: 'function', name: 'time', content: 'noon' },
        ],
      },
      warnings: ['reordered:messages.1'],
    })
  })

  test('tells a result without its call as text', () => {
    const messages = talk(
      ['user', 'Hi'],
      ['assistant', called('c1', 'time')],
      ['tool', result('c1', 'noon'), result('c9', 'x')],
    )
    expect(sent(wenxinChat, request({ messages }))).toMatchObject({
      body: {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', function_call: { name: 'time', arguments: '{}' } },
          { role: 'function', name: 'time', content: 'noon' },
          { role: 'assistant', content: 'OK.' },
          { role: 'user', content: '[result of c9]\n\nx' },
        ],
      },
      warnings: ['emulated:messages.2', 'emulated:messages.2'],
    })
  })

  test('with an image is refused', () => {
    const image = { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const
    expect(sent(wenxinChat, request({ messages: talk(['user', 'See', image]) }))).toMatchObject({
      refused: expect.stringContaining('takes no images'),
    })
  })

  test('asks for a schema in JSON mode and in the instructions', () => {
    const json = request({ responseFormat: { kind: 'json-schema', schema: { type: 'object' } } })
    expect(sent(wenxinChat, json, target(wenxinChat))).toMatchObject({
      body: { system: expect.stringContaining('{"type":"object"}'), response_format: 'json_object' },
      warnings: ['emulated:response_format'],
    })
  })
})

describe('a request of the dialect', () => {
  const messages = [{ role: 'user', content: 'Hi' }]

  test('is read in full, the model from outside', () => {
    const json = {
      messages: [
        ...messages,
        { role: 'assistant', content: '', function_call: { name: 'time', arguments: '' } },
        { role: 'function', name: 'time', content: 'noon' },
      ],
      system: 'Be brief.',
      stream: true,
      max_output_tokens: 100,
      temperature: 0.8,
      top_p: 0.7,
      penalty_score: 1.5,
      stop: ['END'],
      disable_search: true,
      user_id: 'someone',
      functions: [weather],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      response_format: 'json_object',
    }
    expect(asked(wenxinChat, json, { model: 'completions_pro' })).toEqual({
      model: 'completions_pro',
      stream: true,
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }], path: 'system' },
        { role: 'user', parts: [{ kind: 'text', text: 'Hi' }], path: 'messages.0' },
        { role: 'assistant', parts: [called('call_messages_1', 'time')], path: 'messages.1' },
        { role: 'tool', parts: [result('call_messages_1', 'noon')], path: 'messages.2' },
      ],
      tools: [{ ...WEATHER, path: 'functions.0' }],
      toolChoice: { kind: 'named', name: 'weather' },
      maxOutputTokens: 100,
      temperature: 0.8,
      topP: 0.7,
      frequencyPenalty: 1,
      stop: ['END'],
      user: 'someone',
      responseFormat: { kind: 'json' },
      unread: ['disable_search'],
    })
  })

  test.each([
    ['messages', { system: 'x' }],
    ['messages', { messages: [] }],
    ['messages', { messages: [...messages, { role: 'assistant', content: 'Hello' }] }],
    ['messages.0.role', { messages: [{ role: 'system', content: 'x' }] }],
    ['functions.0.name', { messages, functions: [{}] }],
    ['tool_choice.function', { messages, tool_choice: {} }],
  ])('is refused by the name of the field that is wrong: %s', (param, json) => {
    expect(asked(wenxinChat, json)).toMatchObject({ param })
  })
})
