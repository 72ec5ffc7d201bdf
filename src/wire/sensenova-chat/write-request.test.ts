import { describe, expect, test } from 'vitest'
import type { MediaSource, Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import { asked, called, request, result, sent, talk, target, TIME, WEATHER } from '#wire/shape/plain-fixture.ts'
import { sensenovaChat } from '#wire/sensenova-chat/index.ts'

const { kind: _kind, path: _path, ...weather } = WEATHER

function image(source: MediaSource): Part {
  return { kind: 'image', source }
}

describe('a request', () => {
  test('has the names that the interface has', () => {
    const full = request({
      stream: true,
      messages: talk(
        ['system', 'Be brief.'],
        [
          'user',
          'See',
          image({ kind: 'url', url: 'https://example.com/a.png' }),
          image({ kind: 'data', mediaType: 'image/png', data: 'iVBORw0KGgo=' }),
        ],
        ['assistant', called('c1', 'weather', '{"city":"Paris"}')],
        ['tool', result('c1', 'rain')],
        ['user', 'And?'],
      ),
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      n: 2,
      user: 'someone',
      tools: [WEATHER, TIME],
      toolChoice: { kind: 'named', name: 'weather' },
      reasoning: { enabled: true },
    })
    expect(sent(sensenovaChat, full)).toEqual({
      body: {
        model: 'm1',
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'See' },
              { type: 'image_url', image_url: 'https://example.com/a.png' },
              { type: 'image_base64', image_base64: 'iVBORw0KGgo=' },
            ],
          },
          {
            role: 'assistant',
            content: '',
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'rain' },
          { role: 'user', content: 'And?' },
        ],
        stream: true,
        max_new_tokens: 100,
        temperature: 0.5,
        top_p: 0.9,
        n: 2,
        user: 'someone',
        tools: [
          { type: 'function', function: weather },
          { type: 'function', function: { name: 'time' } },
        ],
        tool_choice: { mode: 'manual', tools: [{ type: 'function', name: 'weather' }] },
        thinking: { enabled: true },
      },
      stream: true,
      warnings: [],
    })
  })

  test('moves numbers into ranges with open ends, and says a penalty as a factor', () => {
    expect(sent(sensenovaChat, request({ temperature: 0, topP: 1, frequencyPenalty: 1 }))).toMatchObject({
      body: { temperature: expect.toSatisfy((value: number) => value > 0), repetition_penalty: 1.5 },
      warnings: ['approximated:frequency_penalty', 'clamped:temperature', 'clamped:top_p'],
    })
  })

  test('names what it cannot say', () => {
    const wishes = request({
      stop: ['END'],
      seed: 1,
      presencePenalty: 1,
      topK: 5,
      n: 9,
      tools: [TIME],
      toolChoice: { kind: 'required' },
      parallelToolCalls: false,
      responseFormat: { kind: 'json' },
      reasoning: { effort: 'high' },
    })
    expect(sent(sensenovaChat, wishes)).toMatchObject({
      body: { n: 4, tool_choice: { mode: 'manual', tools: [{ name: 'time' }] }, thinking: { enabled: true } },
      warnings: [
        'approximated:reasoning_effort',
        'clamped:n',
        'dropped:parallel_tool_calls',
        'dropped:presence_penalty',
        'dropped:seed',
        'dropped:stop',
        'dropped:top_k',
        'emulated:response_format',
      ],
    })
  })

  test('asks newer models by effort, where a row of the catalog says so', () => {
    const quirks = { thinking: 'reasoning-effort', efforts: { low: 'low', high: 'high' } } as const
    const at = (effort: 'none' | 'high', more: Partial<Quirks> = {}): unknown =>
      sent(sensenovaChat, request({ reasoning: { effort } }), target(sensenovaChat, { ...quirks, ...more }))
    const plain = { model: 'm1', messages: [{ role: 'user', content: 'Hi' }], stream: false }
    expect([
      at('high'),
      at('none'),
      at('none', { thinkingDefault: 'on' }),
      at('none', { thinkingDefault: 'on', efforts: { none: 'none' } }),
    ]).toEqual([
      { body: { ...plain, reasoning_effort: 'high' }, stream: false, warnings: [] },
      { body: plain, stream: false, warnings: [] },
      { body: plain, stream: false, warnings: ['dropped:reasoning_effort'] },
      { body: { ...plain, reasoning_effort: 'none' }, stream: false, warnings: [] },
    ])
  })
})

describe('a request of the dialect', () => {
  const messages = [{ role: 'user', content: 'Hi' }]

  test('is read in full', () => {
    const json = {
      model: 'SenseChat-5',
      messages: [
        ...messages,
        {
          role: 'user',
          content: [
            { type: 'text', text: 'See' },
            { type: 'image_base64', image_base64: 'R0lGODlh' },
            { type: 'image_file_id', image_file_id: 'f1' },
          ],
        },
        { role: 'assistant', content: '', tool_calls: [{ id: 'c1', function: { name: 'time', arguments: '' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'noon' },
      ],
      max_new_tokens: 100,
      temperature: 0.8,
      top_p: 0.7,
      repetition_penalty: 1.5,
      n: 2,
      know_ids: ['k'],
      plugins: { associated_knowledge: {} },
      tools: [{ type: 'function', function: weather }],
      tool_choice: { mode: 'auto', tools: [] },
      thinking: { enabled: false },
      user: 'someone',
    }
    expect(asked(sensenovaChat, json)).toEqual({
      model: 'SenseChat-5',
      stream: false,
      messages: [
        { role: 'user', parts: [{ kind: 'text', text: 'Hi' }], path: 'messages.0' },
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'See' },
            image({ kind: 'data', mediaType: 'image/gif', data: 'R0lGODlh' }),
            image({ kind: 'file', id: 'f1' }),
          ],
          path: 'messages.1',
        },
        { role: 'assistant', parts: [called('c1', 'time')], path: 'messages.2' },
        { role: 'tool', parts: [result('c1', 'noon')], path: 'messages.3' },
      ],
      tools: [{ ...WEATHER, path: 'tools.0' }],
      toolChoice: { kind: 'auto' },
      maxOutputTokens: 100,
      temperature: 0.8,
      topP: 0.7,
      frequencyPenalty: 1,
      n: 2,
      user: 'someone',
      reasoning: { enabled: false },
      unread: ['know_ids', 'plugins'],
    })
  })

  test.each([
    ['model', { messages }],
    ['messages', { model: 'm', messages: [] }],
    ['messages.0.role', { model: 'm', messages: [{ role: 'bot', content: 'x' }] }],
    ['messages.0.content', { model: 'm', messages: [{ role: 'user', content: 5 }] }],
    ['messages.0.tool_call_id', { model: 'm', messages: [{ role: 'tool', content: 'x' }] }],
    ['tool_choice.mode', { model: 'm', messages, tool_choice: {} }],
    ['stop.0', { model: 'm', messages, stop: [1] }],
  ])('is refused by the name of the field that is wrong: %s', (param, json) => {
    expect(asked(sensenovaChat, json)).toMatchObject({ param })
  })
})
