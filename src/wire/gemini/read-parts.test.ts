import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBody } from '#test/support/gemini.ts'

/** The parts of the one turn that the user or the model takes. */
function parts(list: readonly unknown[], role = 'model'): unknown {
  return readBody({ contents: [{ role, parts: list }] }).messages.flatMap((message) => message.parts)
}

describe('parts', () => {
  test('media is a picture, a sound or a file by its type; files of Google are told from addresses', () => {
    expect(
      parts(
        [
          { inlineData: { mimeType: 'audio/wav', data: 'AA' } },
          { inlineData: { mimeType: 'application/pdf', data: 'AA', displayName: 'a.pdf' } },
          { inlineData: { mimeType: 'video/mp4', data: 'AA' } },
          { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a' } },
          { fileData: { fileUri: 'https://example.com/a.JPG?x=1' } },
          { fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc', mimeType: 'text/csv' } },
          { fileData: { fileUri: 'files/abc', mimeType: 'audio/mp3' } },
          { fileData: { fileUri: 'gs://bucket/x.pdf' } },
        ],
        'user',
      ),
    ).toEqual([
      { kind: 'audio', source: { kind: 'data', mediaType: 'audio/wav', data: 'AA' } },
      { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'AA' }, name: 'a.pdf' },
      { kind: 'file', source: { kind: 'data', mediaType: 'video/mp4', data: 'AA' } },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a' } },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.JPG?x=1' } },
      { kind: 'file', source: { kind: 'file', id: 'files/abc' } },
      { kind: 'audio', source: { kind: 'file', id: 'files/abc' } },
      { kind: 'file', source: { kind: 'url', url: 'gs://bucket/x.pdf' } },
    ])
  })

  test('what only this dialect knows stays as it is, with its signature', () => {
    const code = { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'c2ln' }
    const result = { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }
    expect(parts([code, result, { tool_of_tomorrow: {} }])).toEqual([
      { kind: 'native', dialect: 'gemini', type: 'executableCode', value: code },
      { kind: 'native', dialect: 'gemini', type: 'codeExecutionResult', value: result },
      { kind: 'native', dialect: 'gemini', type: 'tool_of_tomorrow', value: { tool_of_tomorrow: {} } },
    ])
  })

  test('a signature seals the part that it stands on: it comes right before, on the thoughts if these are directly before', () => {
    const gem = { sealedBy: 'gemini' }
    expect(
      parts([
        { text: 'A', thought: true },
        { text: 'B', thoughtSignature: 's1' },
        { functionCall: { name: 'f', id: 'x' }, thoughtSignature: 's2' },
        { text: '', thoughtSignature: 's3' },
      ]),
    ).toEqual([
      { kind: 'reasoning', text: 'A', signature: 's1', ...gem },
      { kind: 'text', text: 'B' },
      { kind: 'reasoning', text: '', signature: 's2', ...gem },
      { kind: 'tool-call', id: 'x', name: 'f', arguments: '{}' },
      { kind: 'reasoning', text: '', signature: 's3', ...gem },
    ])
  })

  test('a signature of ours names its maker; the documented dummies say nothing', () => {
    const marked = (text: string): string => Buffer.from(text).toString('base64')
    const python = Buffer.from('tw.anthropic-messages.a+b/c~').toString('base64url')
    expect(
      parts([
        { text: 'A', thought: true, thoughtSignature: marked('tw.anthropic-messages.sig') },
        { text: '', thought: true, thoughtSignature: marked('tw.redacted.tw.anthropic-messages.data') },
        { text: 'B', thoughtSignature: python },
        { functionCall: { name: 'f', id: 'x' }, thoughtSignature: 'skip_thought_signature_validator' },
        { functionCall: { name: 'g', id: 'y' }, thoughtSignature: 'context_engineering_is_the_way_to_go' },
      ]),
    ).toEqual([
      { kind: 'reasoning', text: 'A', signature: 'sig', sealedBy: 'anthropic-messages' },
      { kind: 'reasoning-redacted', data: 'data', sealedBy: 'anthropic-messages' },
      { kind: 'reasoning', text: '', signature: 'a+b/c~', sealedBy: 'anthropic-messages' },
      { kind: 'text', text: 'B' },
      { kind: 'tool-call', id: 'x', name: 'f', arguments: '{}' },
      { kind: 'tool-call', id: 'y', name: 'g', arguments: '{}' },
    ])
  })

  test('arguments and responses keep every digit', () => {
    const text =
      '{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","id":"a","args":{"n":12345678901234567890}}}]},' +
      '{"role":"user","parts":[{"functionResponse":{"name":"f","id":"a","response":{"id":98765432109876543210}}}]}]}'
    expect(readBody(JSON.parse(text), text).messages.map((message) => message.parts[0])).toEqual([
      { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"n":12345678901234567890}' },
      { kind: 'tool-result', callId: 'a', parts: [{ kind: 'text', text: '{"id":98765432109876543210}' }] },
    ])
  })

  test.each([
    [{ output: 'sun' }, { text: 'sun' }],
    [{ output: { a: 1 } }, { text: '{"a":1}' }],
    [{ result: 'sun' }, { text: 'sun' }],
    [{ error: 'no' }, { text: 'no', isError: true }],
    [{ name: 'f', content: 'sun' }, { text: 'sun' }],
    [{ content: 'sun' }, { text: '{"content":"sun"}' }],
    [{ temp: 20, unit: 'C' }, { text: '{"temp":20,"unit":"C"}' }],
    [{ output: 'sun', more: 1 }, { text: '{"output":"sun","more":1}' }],
  ])('a function that answers %j has said that', (response, { text, isError }: { text: string; isError?: boolean }) => {
    expect(parts([{ functionResponse: { name: 'f', id: 'a', response } }], 'user')).toEqual([
      { kind: 'tool-result', callId: 'a', parts: [{ kind: 'text', text }], ...(isError ? { isError } : {}) },
    ])
  })

  test('a response may bring media', () => {
    const response = {
      name: 'f',
      id: 'a',
      response: {},
      parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' } }, { fileData: { fileUri: 'gs://a/b.pdf' } }],
    }
    expect(parts([{ functionResponse: response }], 'user')).toEqual([
      {
        kind: 'tool-result',
        callId: 'a',
        parts: [
          { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA' } },
          { kind: 'file', source: { kind: 'url', url: 'gs://a/b.pdf' } },
        ],
      },
    ])
  })
})

describe('ids of calls', () => {
  const call = (name: string, id?: string) => ({
    functionCall: { name, args: {}, ...(id === undefined ? {} : { id }) },
  })
  const answer = (name: string, id?: string) => ({
    functionResponse: { name, response: { output: name }, ...(id === undefined ? {} : { id }) },
  })
  const ids = (contents: readonly unknown[]): string[] =>
    readBody({ contents }).messages.flatMap((message) =>
      message.parts.flatMap((part) =>
        part.kind === 'tool-call' ? [part.id] : part.kind === 'tool-result' ? [part.callId] : [],
      ),
    )
  const model = (...list: unknown[]) => ({ role: 'model', parts: list })
  const func = (...list: unknown[]) => ({ role: 'function', parts: list })

  test('are made of the place in the conversation, and found again by name and order', () => {
    const contents = [
      { role: 'user', parts: [{ text: 'a' }] },
      model(call('f'), call('g.h'), call('f')),
      func(answer('g.h'), answer('f'), answer('f')),
      model(call('f')),
      func(answer('f')),
    ]
    const made = ['call_0_f', 'call_1_g_h', 'call_2_f', 'call_1_g_h', 'call_0_f', 'call_2_f', 'call_3_f', 'call_3_f']
    expect(ids(contents)).toEqual(made)
    expect(ids(contents.slice(0, 3))).toEqual(made.slice(0, 6))
  })

  test('that the caller gives are kept; an unanswered call of an earlier step takes no later result', () => {
    expect(ids([model(call('f', 'a'), call('f', 'b')), func(answer('f', 'b'), answer('f', 'a'))])).toEqual([
      'a',
      'b',
      'b',
      'a',
    ])
    expect(ids([model(call('f'), call('g')), func(answer('g')), model(call('f')), func(answer('f'))])).toEqual([
      'call_0_f',
      'call_1_g',
      'call_1_g',
      'call_2_f',
      'call_2_f',
    ])
  })

  test('a result without a call, or with a name that nobody called, still has one', () => {
    expect(ids([func(answer('f'), answer('g', 'x'))])).toEqual(['call_0_f', 'x'])
  })

  test('differ within the conversation and fit OpenAI’s 40 characters', () => {
    const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,60}$/)
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 12 }), (names) => {
        const got = ids([model(...names.map((one) => call(one))), func(...names.map((one) => answer(one)))])
        const calls = got.slice(0, names.length)
        expect(new Set(calls).size).toBe(names.length)
        expect(calls.every((id) => /^[a-zA-Z0-9_-]{1,40}$/.test(id))).toBe(true)
        expect(got.slice(names.length).toSorted()).toEqual(calls.toSorted())
      }),
    )
  })
})
