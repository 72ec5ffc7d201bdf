import { describe, expect, test } from 'vitest'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message } from '#wire/request.ts'
import { request, target, user, write } from '#wire/openai-responses/fixture.ts'

/** What becomes of one turn. */
function turn(message: Partial<Message> & Pick<Message, 'role' | 'parts'>, quirks: Partial<Quirks> = {}): unknown {
  const { body, warnings } = write(request({ messages: [{ path: 'messages.0', ...message }] }), target(quirks))
  return [body['input'], warnings]
}

const png = { kind: 'data', mediaType: 'image/png', data: 'aGk=' } as const

describe('a conversation', () => {
  test('every kind of part that a user may send', () => {
    const parts: Part[] = [
      { kind: 'text', text: 'a' },
      { kind: 'image', source: png, detail: 'low' },
      { kind: 'image', source: { kind: 'url', url: 'https://x/i.png' } },
      { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'aGk=' } },
      { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'aGk=' }, name: 'a.md' },
      { kind: 'file', source: { kind: 'url', url: 'https://x/a.pdf' } },
      { kind: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', data: 'aGk=' } },
      { kind: 'native', dialect: 'anthropic-messages', type: 'search_result', value: {} },
    ]
    expect(turn({ role: 'user', parts })).toEqual([
      [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'a' },
            { type: 'input_image', image_url: 'data:image/png;base64,aGk=', detail: 'low' },
            { type: 'input_image', image_url: 'https://x/i.png', detail: 'auto' },
            { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,aGk=' },
            { type: 'input_file', filename: 'a.md', file_data: 'data:text/plain;base64,aGk=' },
            { type: 'input_file', file_url: 'https://x/a.pdf' },
            { type: 'input_audio', input_audio: { data: 'aGk=', format: 'mp3' } },
          ],
        },
      ],
      ['dropped:messages.0'],
    ])
  })

  test('what the model said, called and refused stays in its order', () => {
    const parts: Part[] = [
      { kind: 'text', text: 'a' },
      { kind: 'refusal', text: 'b' },
      { kind: 'tool-call', id: 'c', name: 'f', arguments: '' },
      { kind: 'text', text: 'd' },
      { kind: 'text', text: '' },
    ]
    expect(turn({ role: 'assistant', parts })).toEqual([
      [
        {
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'a' },
            { type: 'refusal', refusal: 'b' },
          ],
        },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { role: 'assistant', content: 'd' },
      ],
      [],
    ])
  })

  test('results hold texts, images and files; that one failed is lost', () => {
    const parts: Part[] = [
      {
        kind: 'tool-result',
        callId: 'c1',
        parts: [
          { kind: 'text', text: 'a' },
          { kind: 'image', source: png },
        ],
      },
      { kind: 'tool-result', callId: 'c2', parts: [], isError: true },
    ]
    expect(turn({ role: 'tool', parts })).toEqual([
      [
        {
          type: 'function_call_output',
          call_id: 'c1',
          output: [
            { type: 'input_text', text: 'a' },
            { type: 'input_image', image_url: 'data:image/png;base64,aGk=', detail: 'auto' },
          ],
        },
        { type: 'function_call_output', call_id: 'c2', output: '' },
      ],
      ['dropped:messages.0'],
    ])
  })

  test('ids that are too long for OpenAI are shortened alike for calls and results', () => {
    const id = 'x'.repeat(100)
    const { body, warnings } = write(
      request({
        messages: [
          { role: 'assistant', parts: [{ kind: 'tool-call', id, name: 'f', arguments: '{}' }], path: 'messages.0' },
          { role: 'tool', parts: [{ kind: 'tool-result', callId: id, parts: [] }], path: 'messages.1' },
        ],
      }),
    )
    const items: any = body['input']
    expect([items[0].call_id.length, items[0].call_id === items[1].call_id, warnings]).toEqual([
      64,
      true,
      ['renamed:messages.0'],
    ])
  })

  test('instructions stand apart, where they come first and the target takes them elsewhere too', () => {
    const messages: Message[] = [
      { role: 'system', parts: [{ kind: 'text', text: 'a' }], path: 'messages.0' },
      { role: 'developer', parts: [{ kind: 'text', text: 'b' }], path: 'messages.1' },
      user('Hi', 'messages.2'),
      { role: 'system', parts: [{ kind: 'text', text: 'c' }], path: 'messages.3' },
    ]
    const placed = (quirks: Partial<Quirks>): unknown => {
      const { body, warnings } = write(request({ messages }), target(quirks))
      return [body['instructions'], body['input'], warnings]
    }
    const hi = { role: 'user', content: 'Hi' }
    expect([placed({}), placed({ systemRole: 'developer' }), placed({ systemPlace: 'first' })]).toEqual([
      ['a', [{ role: 'developer', content: 'b' }, hi, { role: 'system', content: 'c' }], []],
      [
        'a',
        [{ role: 'developer', content: 'b' }, hi, { role: 'developer', content: 'c' }],
        ['renamed:messages.3.role'],
      ],
      ['a\n\nb\n\nc', [hi], ['reordered:messages.3']],
    ])
  })

  test('instructions alone are the input', () => {
    const { body } = write(
      request({ messages: [{ role: 'system', parts: [{ kind: 'text', text: 'Say hi.' }], path: 'messages.0' }] }),
    )
    expect([body['instructions'], body['input']]).toEqual([undefined, [{ role: 'system', content: 'Say hi.' }]])
  })

  test('cache marks become breakpoints where there are any, and are told of once elsewhere', () => {
    const parts: Part[] = [
      { kind: 'text', text: 'a', cache: { ttl: 'short' } },
      { kind: 'text', text: 'b', cache: { ttl: 'long' } },
    ]
    expect([turn({ role: 'user', parts }, { cacheMarks: true }), turn({ role: 'user', parts })]).toEqual([
      [
        [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit' } },
              { type: 'input_text', text: 'b', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } },
            ],
          },
        ],
        [],
      ],
      [
        [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'a' },
              { type: 'input_text', text: 'b' },
            ],
          },
        ],
        ['dropped:messages.0'],
      ],
    ])
  })

  test('what only another platform has, or cannot be said inline, is refused by its place', () => {
    const refused = (...parts: Part[]): unknown => {
      const json = { messages: [{ role: 'user', content: [{}, {}] }] }
      const result = openaiResponses.writeRequest(
        request(
          { messages: [{ role: 'user', parts: [{ kind: 'text', text: 'a' }, ...parts], path: 'messages.0' }] },
          json,
        ),
        target({ images: 'inline-only' }),
      )
      return result.ok ? 'sent' : result.failure.param
    }
    expect([
      refused({ kind: 'image', source: { kind: 'file', id: 'file_1' } }),
      refused({ kind: 'file', source: { kind: 'file', id: 'file_1' } }),
      refused({ kind: 'audio', source: { kind: 'url', url: 'https://x/a.wav' } }),
      refused({ kind: 'image', source: { kind: 'url', url: 'https://x/i.png' } }),
      refused({ kind: 'image', source: png }),
    ]).toEqual(['messages.0.content.1', 'messages.0.content.1', 'messages.0.content.1', 'messages.0.content.1', 'sent'])
  })
})

describe('thinking of earlier turns', () => {
  const own: Part = { kind: 'reasoning', text: 'a', signature: 's', sealedBy: 'openai-responses' }
  const hidden: Part = { kind: 'reasoning', text: '', signature: 's', sealedBy: 'openai-responses' }
  const redacted: Part = { kind: 'reasoning-redacted', data: 'd', sealedBy: 'openai-responses' }
  const foreign: Part = { kind: 'reasoning', text: 'b', signature: 't', sealedBy: 'gemini' }
  const plain: Part = { kind: 'reasoning', text: 'c' }
  const parts = [own, hidden, redacted, foreign, plain]
  const sealed = [
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'a' }], encrypted_content: 's' },
    { type: 'reasoning', summary: [], encrypted_content: 's' },
    { type: 'reasoning', summary: [], encrypted_content: 'd' },
  ]
  const open = (text: string): unknown => ({
    type: 'reasoning',
    summary: [],
    content: [{ type: 'reasoning_text', text }],
  })

  test('goes back with its platform’s seal and without an id; else only where it is demanded', () => {
    const seal = 'dropped:messages.0.reasoning_details'
    const dropped = 'dropped:messages.0'
    expect([
      turn({ role: 'assistant', parts }),
      turn({ role: 'assistant', parts }, { reasoningReturn: 'required' }),
      turn({ role: 'assistant', parts: [own, { kind: 'text', text: 'd' }] }, { reasoningReturn: 'refused' }),
    ]).toEqual([
      [sealed, [seal, dropped, dropped]],
      [[...sealed, open('b'), open('c')], [seal]],
      [[{ role: 'assistant', content: 'd' }], [dropped]],
    ])
  })
})
