import { describe, expect, test } from 'vitest'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { gemini } from '#wire/gemini/index.ts'
import { assistant, BUDGET, OLD, request, result, target, toolCall, user, write } from '#test/support/gemini.ts'

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } }
const TOOL: ModelRequest['tools'] = [{ kind: 'function', name: 'f', parameters: SCHEMA, path: 'tools.0' }]

/** What becomes of a request with more in it. */
function fields(more: Partial<ModelRequest>, quirks: Partial<Quirks> = OLD): unknown {
  const { body, warnings } = write(request(more), target(quirks))
  const { contents: _contents, ...rest } = body
  return [rest, warnings]
}

function contents(messages: ModelRequest['messages'], quirks: Partial<Quirks> = OLD): unknown {
  const { body, warnings } = write(request({ messages }), target(quirks))
  return [body.contents, warnings]
}

test('the body has neither model nor stream: the path says them', () => {
  const written = gemini.writeRequest(request({ stream: true }), target(OLD))
  expect(written).toEqual({
    ok: true,
    written: {
      body: '{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}',
      stream: true,
      usageAdded: false,
      headers: {},
      warnings: [],
    },
  })
})

describe('turns', () => {
  test('instructions stand apart, wherever they stood', () => {
    const messages: ModelRequest['messages'] = [
      { role: 'system', parts: [{ kind: 'text', text: 'a' }], path: 'messages.0' },
      user('Hi', 'messages.1'),
      { role: 'developer', parts: [{ kind: 'text', text: 'b' }], path: 'messages.2' },
    ]
    expect(write(request({ messages }), target(OLD))).toEqual({
      body: {
        contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
        systemInstruction: { parts: [{ text: 'a' }, { text: 'b' }] },
      },
      warnings: ['reordered:messages.2'],
    })
  })

  test('results stand right after their calls, in one turn with what the user says next', () => {
    const messages = [
      user('a'),
      assistant([toolCall('x', 'f', '{"n":1}'), toolCall('y', 'g')]),
      result('y', 'sun', 'messages.2'),
      result('x', '{"temp":20}', 'messages.3'),
      user('b', 'messages.4'),
    ]
    expect(contents(messages)).toEqual([
      [
        { role: 'user', parts: [{ text: 'a' }] },
        {
          role: 'model',
          parts: [
            { functionCall: { id: 'x', name: 'f', args: { n: 1 } } },
            { functionCall: { id: 'y', name: 'g', args: {} } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'y', name: 'g', response: { output: 'sun' } } },
            { functionResponse: { id: 'x', name: 'f', response: { temp: 20 } } },
            { text: 'b' },
          ],
        },
      ],
      [],
    ])
  })

  test('neighbours of one role are merged, a first turn of the model gets one before it', () => {
    const text = (word: string): Part => ({ kind: 'text', text: word })
    const messages = [
      assistant([text('a')], 'messages.0'),
      user('b', 'messages.1'),
      user('c', 'messages.2'),
      assistant([text('d')], 'messages.3'),
      assistant([text('e')], 'messages.4'),
    ]
    expect(contents(messages)).toEqual([
      [
        { role: 'user', parts: [{ text: '(continue)' }] },
        { role: 'model', parts: [{ text: 'a' }] },
        { role: 'user', parts: [{ text: 'b' }, { text: 'c' }] },
        { role: 'model', parts: [{ text: 'd' }, { text: 'e' }] },
      ],
      ['reordered:messages.2', 'reordered:messages.4', 'emulated:messages.0'],
    ])
    expect(contents(messages.slice(1, 3), { ...OLD, turnsAlternate: false })).toEqual([
      [
        { role: 'user', parts: [{ text: 'b' }] },
        { role: 'user', parts: [{ text: 'c' }] },
      ],
      [],
    ])
  })

  test('instructions alone are the user’s turn, since contents may not be empty', () => {
    const system = { role: 'system', parts: [{ kind: 'text', text: 'a' }], path: 'messages.0' } as const
    expect(fields({ messages: [system] })).toEqual([{}, ['emulated:messages.0']])
  })

  test('an id that comes twice names the latest call; one that nobody called stands for the name', () => {
    const messages = [
      user('a'),
      assistant([toolCall('x', 'f')]),
      result('x', '1', 'messages.2'),
      assistant([toolCall('x', 'g')], 'messages.3'),
      result('x', '2', 'messages.4'),
      result('z', '3', 'messages.5'),
    ]
    const names = write(request({ messages }), target(OLD)).body.contents.flatMap((content: any) =>
      content.parts.map((part: any) => part.functionResponse?.name),
    )
    expect(names.filter((name: unknown) => name !== undefined)).toEqual(['f', 'g', 'z'])
    expect(write(request({ messages }), target(OLD)).warnings).toEqual(['approximated:messages.5.content'])
  })

  test('targets that know no ids of calls get none', () => {
    const messages = [user('a'), assistant([toolCall('x')]), result('x', '1')]
    expect(contents(messages, { ...OLD, refusedFields: ['functionCall.id'] })).toMatchObject([
      [
        {},
        { parts: [{ functionCall: { name: 'f', args: {} } }] },
        { parts: [{ functionResponse: { name: 'f', response: { output: '1' } } }] },
      ],
      [],
    ])
  })
})

describe('parts', () => {
  const parts = (list: readonly Part[], quirks: Partial<Quirks> = OLD): unknown => {
    const { body, warnings } = write(request({ messages: [{ ...user(''), parts: list }] }), target(quirks))
    return [body.contents[0].parts, warnings]
  }

  test('media goes inline or by its address, whose type is told', () => {
    expect(
      parts([
        { kind: 'text', text: '' },
        { kind: 'image', source: { kind: 'data', mediaType: 'image/webp', data: 'AA' } },
        { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'auto' },
        { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'AA' } },
        { kind: 'file', source: { kind: 'url', url: 'https://example.com/a.mp4#t=1' } },
        { kind: 'file', source: { kind: 'file', id: 'files/abc' } },
        { kind: 'file', source: { kind: 'file', id: 'abc' } },
        { kind: 'audio', source: { kind: 'data', mediaType: 'audio/wav', data: 'AA' } },
      ]),
    ).toEqual([
      [
        { inlineData: { mimeType: 'image/webp', data: 'AA' } },
        { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } },
        { inlineData: { mimeType: 'application/pdf', data: 'AA' } },
        { fileData: { mimeType: 'video/mp4', fileUri: 'https://example.com/a.mp4#t=1' } },
        { fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } },
        { fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } },
        { inlineData: { mimeType: 'audio/wav', data: 'AA' } },
      ],
      [],
    ])
  })

  test('what has no place is told', () => {
    expect(
      parts([
        { kind: 'text', text: 'a', cache: { ttl: 'short' } },
        { kind: 'image', source: { kind: 'url', url: 'https://example.com/a' }, detail: 'low' },
        { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'AA' }, name: 'a.txt' },
        { kind: 'refusal', text: 'no' },
        { kind: 'native', dialect: 'openai-chat', type: 'video_url', value: {} },
      ]),
    ).toEqual([
      [
        { text: 'a' },
        { fileData: { mimeType: 'image/jpeg', fileUri: 'https://example.com/a' } },
        { inlineData: { mimeType: 'text/plain', data: 'AA' } },
        { text: 'no' },
      ],
      [
        'dropped:messages.0.content.cache_control',
        'dropped:messages.0.content',
        'defaulted:messages.0.content',
        'dropped:messages.0.content',
        'approximated:messages.0.content',
        'dropped:messages.0.content',
      ],
    ])
  })

  test('arguments that are no object are kept in one', () => {
    const messages = [
      user('a'),
      assistant([
        toolCall('x', 'f', '{"n":12345678901234567890}'),
        toolCall('y', 'f', 'oops'),
        toolCall('z', 'f', '{}{}'),
      ]),
    ]
    const written = gemini.writeRequest(request({ messages }), target(OLD))
    expect(written.ok && written.written.body).toContain('"args":{"n":12345678901234567890}')
    expect(contents(messages)).toMatchObject([
      [{}, { parts: [{}, { functionCall: { args: { arguments: 'oops' } } }, { functionCall: { args: {} } }] }],
      ['approximated:messages.1.content', 'approximated:messages.1.content'],
    ])
  })

  const picture: Part = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA' } }
  const shown: Part = {
    kind: 'tool-result',
    callId: 'x',
    parts: [{ kind: 'text', text: 'see' }, picture],
    isError: true,
  }
  const loop: ModelRequest['messages'] = [
    user('a'),
    assistant([toolCall('x')]),
    { role: 'tool', parts: [shown], path: 'messages.2' },
  ]

  test('a picture in a result stands inside for Gemini 3, beside it for models before', () => {
    const inlineData = { mimeType: 'image/png', data: 'AA' }
    const response = { id: 'x', name: 'f', response: { error: 'see' } }
    expect(write(request({ messages: loop })).body.contents[2].parts).toEqual([
      { functionResponse: { ...response, parts: [{ inlineData }] } },
    ])
    expect(contents(loop, BUDGET)).toMatchObject([
      [{}, {}, { parts: [{ functionResponse: response }, { inlineData }] }],
      ['approximated:messages.2.content'],
    ])
  })

  test('a target without pictures refuses the request by the place of the picture', () => {
    const refused = (to: ReturnType<typeof target>): unknown => {
      const written = gemini.writeRequest(request({ messages: [{ ...user(''), parts: [picture] }] }), to)
      return written.ok ? undefined : [written.failure.kind, written.failure.param]
    }
    expect(refused(target({}, { vision: false }))).toEqual(['invalid-request', 'messages.0.content'])
    expect(refused(target({ images: 'refused' }))).toEqual(['invalid-request', 'messages.0.content'])
    expect(refused(target({ images: 'inline-only' }))).toBeUndefined()
    const written = gemini.writeRequest(request({ tools: TOOL }), target({}, { tools: false }))
    expect(written.ok ? undefined : written.failure.param).toBe('tools')
  })
})

test('models that give streams only are asked for one', () => {
  const streams = (quirks: Partial<Quirks>): boolean => {
    const written = gemini.writeRequest(request(), target(quirks))
    return written.ok && written.written.stream
  }
  expect([streams({}), streams({ streamOnly: 'always' }), streams({ streamOnly: 'while-thinking' })]).toEqual([
    false,
    true,
    true,
  ])
})
