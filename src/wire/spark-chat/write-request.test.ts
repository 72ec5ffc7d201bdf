import { describe, expect, test } from 'vitest'
import { asked, called, request, result, sent, talk, target, TIME, WEATHER } from '#wire/shape/plain-fixture.ts'
import { sparkChat } from '#wire/spark-chat/index.ts'

const { kind: _kind, path: _path, ...weather } = WEATHER

describe('a request', () => {
  test('is three objects, without the application, and always asks for a stream', () => {
    const full = request({
      messages: talk(['system', 'Be brief.'], ['user', 'Hi'], ['assistant', 'Hello'], ['user', 'How?']),
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 4,
      presencePenalty: 1,
      frequencyPenalty: -1,
      user: 'someone',
      tools: [WEATHER, TIME],
      toolChoice: { kind: 'auto' },
      reasoning: { enabled: false },
    })
    expect(sent(sparkChat, full, target(sparkChat, { thinking: 'thinking-type' }))).toEqual({
      body: {
        header: { uid: 'someone' },
        parameter: {
          chat: {
            domain: 'm1',
            temperature: 0.5,
            top_p: 0.9,
            max_tokens: 100,
            top_k: 4,
            presence_penalty: 1,
            frequency_penalty: -1,
            thinking: { type: 'disabled' },
          },
        },
        payload: {
          message: {
            text: [
              { role: 'system', content: 'Be brief.' },
              { role: 'user', content: 'Hi' },
              { role: 'assistant', content: 'Hello' },
              { role: 'user', content: 'How?' },
            ],
          },
          functions: { text: [weather, { name: 'time' }] },
        },
      },
      stream: true,
      warnings: [],
    })
  })

  test('without anything else has an empty header, for the application to be put into', () => {
    expect(sent(sparkChat, request())).toMatchObject({ body: { header: {}, parameter: { chat: { domain: 'm1' } } } })
  })

  test('names what it cannot say, and moves numbers to where they are taken', () => {
    const wishes = request({
      temperature: 1.5,
      topK: 40,
      user: 'x'.repeat(33),
      stop: ['END'],
      seed: 1,
      n: 3,
      toolChoice: { kind: 'required' },
      tools: [TIME],
      parallelToolCalls: true,
      responseFormat: { kind: 'json' },
    })
    expect(sent(sparkChat, wishes)).toMatchObject({
      body: { header: {}, parameter: { chat: { domain: 'm1', temperature: 1, top_k: 6 } } },
      warnings: [
        'approximated:tool_choice',
        'clamped:n',
        'clamped:temperature',
        'clamped:top_k',
        'dropped:parallel_tool_calls',
        'dropped:seed',
        'dropped:stop',
        'dropped:user',
        'emulated:response_format',
      ],
    })
  })

  test('has no tools where the model must not call any', () => {
    const { body, warnings } = sent(sparkChat, request({ tools: [WEATHER], toolChoice: { kind: 'none' } }))
    expect([body, warnings]).toEqual([
      expect.objectContaining({ payload: { message: { text: [{ role: 'user', content: 'Hi' }] } } }),
      ['emulated:tool_choice'],
    ])
  })

  test('tells calls and results of earlier turns in words, none of them lost', () => {
    const messages = talk(
      ['user', 'Weather?'],
      ['assistant', 'Let me see.', called('c1', 'weather', '{"city":"Paris"}')],
      ['tool', result('c1', 'rain')],
      ['tool', result('c9', 'nobody asked')],
    )
    expect(sent(sparkChat, request({ messages }))).toMatchObject({
      body: {
        payload: {
          message: {
            text: [
              { role: 'user', content: 'Weather?' },
              { role: 'assistant', content: 'Let me see.[called weather with {"city":"Paris"}]' },
              { role: 'user', content: '[result of weather]\n\nrain' },
              { role: 'user', content: '[result of c9]\n\nnobody asked' },
            ],
          },
        },
      },
      warnings: ['emulated:messages.1', 'emulated:messages.2', 'emulated:messages.3'],
    })
  })

  test('with an image is refused', () => {
    const image = { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const
    expect(sent(sparkChat, request({ messages: talk(['user', 'See', image]) }))).toEqual({
      refused: 'messages.0.content: m1 takes no images',
      param: 'messages.0.content',
    })
  })

  test('obeys what a row of the catalog says of its fields; only X1 can be told to think', () => {
    const quirks = { refusedFields: ['top_p'], temperature: { min: 0, max: 2 } } as const
    const wishes = request({ temperature: 1.5, topP: 0.5, reasoning: { effort: 'high' } })
    expect(sent(sparkChat, wishes, target(sparkChat, quirks))).toMatchObject({
      body: { parameter: { chat: { domain: 'm1', temperature: 1.5 } } },
      warnings: ['dropped:reasoning_effort', 'dropped:top_p'],
    })
  })
})

describe('a request of the dialect', () => {
  const payload = { message: { text: [{ role: 'user', content: 'Hi' }] } }

  test('is read in full', () => {
    const json = {
      header: { app_id: 'a', uid: 'someone', patch_id: ['p'] },
      parameter: {
        chat: {
          domain: 'generalv3.5',
          temperature: 0.5,
          max_tokens: 100,
          top_k: 4,
          chat_id: 'c',
          thinking: { type: 'auto' },
        },
      },
      payload: {
        message: {
          text: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: 'Hi', content_type: 'text' },
          ],
        },
        functions: { text: [weather] },
      },
    }
    expect(asked(sparkChat, json)).toEqual({
      model: 'generalv3.5',
      stream: true,
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }], path: 'payload.message.text.0' },
        { role: 'user', parts: [{ kind: 'text', text: 'Hi' }], path: 'payload.message.text.1' },
      ],
      tools: [{ ...WEATHER, path: 'payload.functions.text.0' }],
      maxOutputTokens: 100,
      temperature: 0.5,
      topK: 4,
      user: 'someone',
      unread: ['header.patch_id', 'parameter.chat.chat_id', 'payload.message.text.1.content_type'],
    })
  })

  test('asks for thinking or against it', () => {
    const thinking = (type: string): unknown =>
      asked(sparkChat, { parameter: { chat: { domain: 'spark-x', thinking: { type } } }, payload })['reasoning']
    expect([thinking('enabled'), thinking('disabled'), thinking('auto')]).toEqual([
      { enabled: true },
      { enabled: false },
      undefined,
    ])
  })

  test.each([
    ['parameter', { payload }],
    ['parameter.chat.domain', { parameter: { chat: {} }, payload }],
    ['payload.message', { parameter: { chat: { domain: 'm' } }, payload: {} }],
    ['payload.message.text', { parameter: { chat: { domain: 'm' } }, payload: { message: { text: [] } } }],
    [
      'payload.message.text.0.role',
      { parameter: { chat: { domain: 'm' } }, payload: { message: { text: [{ role: 'tool', content: 'x' }] } } },
    ],
  ])('is refused by the name of the field that is wrong: %s', (param, json) => {
    expect(asked(sparkChat, json)).toMatchObject({ param })
  })
})
