import { describe, expect, test } from 'vitest'
import { asked, called, request, result, sent, talk, target, TIME, WEATHER } from '#wire/shape/plain-fixture.ts'
import { tencentChat } from '#wire/tencent-chat/index.ts'

const tool = {
  Type: 'function',
  Function: {
    Name: 'weather',
    Description: 'Tells the weather',
    Parameters: '{"type":"object","properties":{"city":{"type":"string"}}}',
  },
}

describe('a request', () => {
  test('stands in PascalCase, with all that the interface has a field for', () => {
    const image = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } } as const
    const full = request({
      stream: true,
      messages: talk(['system', 'Be brief.'], ['user', 'What is this?', image]),
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      tools: [WEATHER],
      toolChoice: { kind: 'named', name: 'weather' },
      reasoning: { enabled: false },
    })
    expect(sent(tencentChat, full)).toEqual({
      body: {
        Model: 'm1',
        Messages: [
          { Role: 'system', Content: 'Be brief.' },
          {
            Role: 'user',
            Contents: [
              { Type: 'text', Text: 'What is this?' },
              { Type: 'image_url', ImageUrl: { Url: 'data:image/png;base64,AA==' } },
            ],
          },
        ],
        Stream: true,
        Temperature: 0.5,
        TopP: 0.9,
        Seed: 7,
        Tools: [tool],
        ToolChoice: 'custom',
        CustomTool: tool,
        EnableThinking: false,
      },
      stream: true,
      warnings: [],
    })
  })

  test('names every wish that it has no field for', () => {
    const wishes = request({
      maxOutputTokens: 10,
      topK: 5,
      presencePenalty: 1,
      frequencyPenalty: 1,
      n: 2,
      user: 'u',
      parallelToolCalls: false,
      tools: [WEATHER],
      toolChoice: { kind: 'auto' },
      unread: ['logit_bias'],
    })
    expect(sent(tencentChat, wishes)).toEqual({
      body: {
        Model: 'm1',
        Messages: [{ Role: 'user', Content: 'Hi' }],
        Stream: false,
        Tools: [tool],
        ToolChoice: 'auto',
      },
      stream: false,
      warnings: [
        'clamped:n',
        'dropped:frequency_penalty',
        'dropped:logit_bias',
        'dropped:max_tokens',
        'dropped:parallel_tool_calls',
        'dropped:presence_penalty',
        'dropped:top_k',
        'dropped:user',
      ],
    })
  })

  test('says that an answer ends with what it is stopped by, and keeps seeds in their range', () => {
    expect(sent(tencentChat, request({ stop: ['END'], seed: 123_456 }))).toMatchObject({
      body: { Stop: ['END'], Seed: 3457 },
      warnings: ['approximated:seed', 'approximated:stop'],
    })
  })

  test('keeps the order that Tencent wants: instructions first, turns by turns, the user before and after', () => {
    const messages = talk(
      ['assistant', 'Hello'],
      ['user', 'One'],
      ['system', 'Be brief.'],
      ['user', 'Two'],
      ['assistant', ''],
    )
    expect(sent(tencentChat, request({ messages }))).toMatchObject({
      body: {
        Messages: [
          { Role: 'system', Content: 'Be brief.' },
          { Role: 'user', Content: '(continue)' },
          { Role: 'assistant', Content: 'Hello' },
          { Role: 'user', Content: 'One\n\nTwo' },
          { Role: 'assistant', Content: '(empty)' },
          { Role: 'user', Content: '(continue)' },
        ],
      },
      warnings: [
        'approximated:messages.4',
        'defaulted:messages.4.content',
        'emulated:messages.0',
        'reordered:messages.2',
        'reordered:messages.3',
      ],
    })
  })

  test('gives calls and their results back, and lets the model speak before the user does', () => {
    const messages = talk(
      ['user', 'Weather?'],
      ['assistant', called('c1', 'weather', '{"city":"Paris"}'), called('c2', 'time')],
      ['tool', result('c1', 'rain')],
      ['tool', result('c2', '')],
      ['user', 'Thanks'],
    )
    expect(sent(tencentChat, request({ messages }))).toMatchObject({
      body: {
        Messages: [
          { Role: 'user', Content: 'Weather?' },
          {
            Role: 'assistant',
            ToolCalls: [
              { Id: 'c1', Type: 'function', Function: { Name: 'weather', Arguments: '{"city":"Paris"}' }, Index: 0 },
              { Id: 'c2', Type: 'function', Function: { Name: 'time', Arguments: '{}' }, Index: 1 },
            ],
          },
          { Role: 'tool', ToolCallId: 'c1', Content: 'rain' },
          { Role: 'tool', ToolCallId: 'c2', Content: '(empty)' },
          { Role: 'assistant', Content: 'OK.' },
          { Role: 'user', Content: 'Thanks' },
        ],
      },
      warnings: ['defaulted:messages.3.content', 'emulated:messages.4'],
    })
  })

  test('asks for JSON in the instructions, since there is no switch for it', () => {
    const json = request({ responseFormat: { kind: 'json-schema', schema: { type: 'array' } } })
    expect(sent(tencentChat, json)).toMatchObject({
      body: { Messages: [{ Role: 'system', Content: expect.stringContaining('{"type":"array"}') }, { Role: 'user' }] },
      warnings: ['emulated:response_format'],
    })
  })

  test('gives a tool without parameters an empty schema, and a single tool that must be called by its name', () => {
    expect(sent(tencentChat, request({ tools: [TIME], toolChoice: { kind: 'required' } }))).toMatchObject({
      body: {
        ToolChoice: 'custom',
        CustomTool: { Function: { Name: 'time', Parameters: '{"type":"object","properties":{}}' } },
      },
      warnings: ['defaulted:tools.1.parameters'],
    })
  })

  test('does not give thinking of earlier turns back: that is refused', () => {
    const messages = talk(['user', 'Hi'], ['assistant', { kind: 'reasoning', text: 'Hm' }, 'Yes'], ['user', 'And?'])
    expect(sent(tencentChat, request({ messages }))).toMatchObject({
      body: { Messages: [{}, { Role: 'assistant', Content: 'Yes' }, {}] },
      warnings: ['dropped:messages.1.reasoning'],
    })
  })

  test('with more messages than are taken is refused before it is sent', () => {
    const lines = Array.from({ length: 41 }, (_each, i) => [i % 2 === 0 ? 'user' : 'assistant', 'x'] as const)
    expect(sent(tencentChat, request({ messages: talk(...lines) }))).toEqual({
      refused: 'messages: m1 takes at most 40, these are 41',
      param: 'messages',
    })
  })

  test('with what would get lost is refused', () => {
    const audio = { kind: 'audio', source: { kind: 'data', mediaType: 'audio/wav', data: 'AA==' } } as const
    const image = { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const
    expect([
      sent(tencentChat, request({ messages: talk(['user', 'Hear', audio]) })),
      sent(
        tencentChat,
        request({ messages: talk(['user', 'See', image]) }),
        target(tencentChat, {}, { vision: false }),
      ),
      sent(tencentChat, request({ tools: [WEATHER] }), target(tencentChat, {}, { tools: false })),
    ]).toMatchObject([
      { refused: expect.stringContaining('takes no audio') },
      { refused: expect.stringContaining('takes no images') },
      { refused: 'm1 takes no tools', param: 'tools' },
    ])
  })

  test('obeys what a row of the catalog says of its fields', () => {
    const quirks = { refusedFields: ['TopP'], ignoredFields: ['Seed'], renamedFields: { Stop: 'StopWords' } }
    expect(sent(tencentChat, request({ topP: 0.5, seed: 1, stop: ['x'] }), target(tencentChat, quirks))).toEqual({
      body: { Model: 'm1', Messages: [{ Role: 'user', Content: 'Hi' }], Stream: false, Seed: 1, StopWords: ['x'] },
      stream: false,
      warnings: ['approximated:stop', 'dropped:top_p', 'ignored:seed', 'renamed:stop'],
    })
  })
})

describe('a request of the dialect', () => {
  test('is read in full', () => {
    const json = {
      Model: 'hunyuan-lite',
      Messages: [
        { Role: 'system', Content: 'Be brief.' },
        {
          Role: 'user',
          Contents: [
            { Type: 'text', Text: 'See' },
            { Type: 'image_url', ImageUrl: { Url: 'https://example.com/a.png' } },
            { Type: 'video_url', VideoUrl: { Url: 'https://example.com/a.mp4' } },
          ],
        },
        {
          Role: 'assistant',
          Content: '',
          ToolCalls: [{ Id: 'c1', Type: 'function', Function: { Name: 'weather', Arguments: '' } }],
        },
        { Role: 'tool', ToolCallId: 'c1', Content: 'rain', FileIDs: ['f'] },
      ],
      Stream: true,
      Temperature: 0.5,
      TopP: 0.9,
      Seed: 7,
      Stop: ['END'],
      Tools: [tool],
      ToolChoice: 'custom',
      CustomTool: tool,
      EnableThinking: true,
      EnableEnhancement: true,
    }
    expect(asked(tencentChat, json)).toEqual({
      model: 'hunyuan-lite',
      stream: true,
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }], path: 'Messages.0' },
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'See' },
            { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
          ],
          path: 'Messages.1',
        },
        { role: 'assistant', parts: [called('c1', 'weather')], path: 'Messages.2' },
        { role: 'tool', parts: [result('c1', 'rain')], path: 'Messages.3' },
      ],
      tools: [{ ...WEATHER, path: 'Tools.0' }],
      toolChoice: { kind: 'named', name: 'weather' },
      temperature: 0.5,
      topP: 0.9,
      stop: ['END'],
      seed: 7,
      reasoning: { enabled: true },
      unread: ['EnableEnhancement', 'Messages.1.Contents.2', 'Messages.3.FileIDs'],
    })
  })

  test.each([
    ['Messages', { Model: 'm', Messages: [] }],
    ['Model', { Messages: [{ Role: 'user', Content: 'Hi' }] }],
    ['Messages.0.Role', { Model: 'm', Messages: [{ Role: 'bot', Content: 'Hi' }] }],
    ['Messages.0.ToolCallId', { Model: 'm', Messages: [{ Role: 'tool', Content: 'Hi' }] }],
    [
      'Tools.0.Function.Parameters',
      {
        Model: 'm',
        Messages: [{ Role: 'user' }],
        Tools: [{ Type: 'function', Function: { Name: 'f', Parameters: '{' } }],
      },
    ],
    ['ToolChoice', { Model: 'm', Messages: [{ Role: 'user' }], ToolChoice: 'required' }],
    ['CustomTool', { Model: 'm', Messages: [{ Role: 'user' }], ToolChoice: 'custom' }],
  ])('is refused by the name of the field that is wrong: %s', (param, json) => {
    expect(asked(tencentChat, json)).toMatchObject({ param })
  })
})
