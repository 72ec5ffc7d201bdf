import { describe, expect, test } from 'vitest'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { request, target, user, write } from '#wire/openai-responses/fixture.ts'

/** What becomes of one turn. */
function turn(message: Partial<Message> & Pick<Message, 'role' | 'parts'>, quirks: Partial<Quirks> = {}): unknown {
  const { body, warnings } = write(request({ messages: [{ path: 'messages.0', ...message }] }), target(quirks))
  return [body['input'], warnings]
}

/** Some fields of the body, and the warnings. */
function fields(asked: Partial<ModelRequest>, quirks: Partial<Quirks> = {}): unknown {
  const { body, warnings } = write(request(asked, { reasoning_effort: 'x', tool_choice: 'x' }), target(quirks))
  const { model: _model, input: _input, store: _store, ...rest } = body
  return [rest, warnings]
}

const png = { kind: 'data', mediaType: 'image/png', data: 'aGk=' } as const
const TOOLS: ModelRequest['tools'] = [{ kind: 'function', name: 'f', path: 'tools.0' }]
const TOOL = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }

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

describe('fields', () => {
  const include = ['reasoning.encrypted_content']
  const efforts = { low: 'low', high: 'high' }

  test('an effort in the target’s words, with a summary and sealed thinking', () => {
    const reasoning = { effort: 'medium' } as const
    expect([
      fields({ reasoning }),
      fields({ reasoning }, { efforts }),
      fields({ reasoning: { budgetTokens: 20_000 } }, { efforts }),
      fields({ reasoning: { enabled: true } }),
      fields({ reasoning: { enabled: true } }, { thinkingDefault: 'on' }),
      fields({}, { thinkingDefault: 'on' }),
      fields({ reasoning }, { refusedFields: ['reasoning.summary', 'include'] }),
    ]).toEqual([
      [{ reasoning: { effort: 'medium', summary: 'auto' }, include }, []],
      [{ reasoning: { effort: 'high', summary: 'auto' }, include }, ['approximated:reasoning_effort']],
      [{ reasoning: { effort: 'high', summary: 'auto' }, include }, ['approximated:reasoning_effort']],
      [{ reasoning: { effort: 'medium', summary: 'auto' }, include }, []],
      [{ reasoning: { summary: 'auto' }, include }, []],
      [{ include }, []],
      [{ reasoning: { effort: 'medium' } }, []],
    ])
  })

  test('no thinking, said in the target’s words or approximated', () => {
    const reasoning = { effort: 'none' } as const
    expect([
      fields({ reasoning }),
      fields({ reasoning }, { efforts: { none: 'none' }, thinkingDefault: 'on' }),
      fields({ reasoning }, { efforts, thinkingDefault: 'on' }),
      fields({ reasoning }, { thinkingDefault: 'always' }),
      fields({ reasoning }, { thinking: 'none' }),
    ]).toEqual([
      [{}, []],
      [{ reasoning: { effort: 'none' } }, []],
      [{ reasoning: { effort: 'low' } }, ['approximated:reasoning_effort']],
      [{ include }, ['dropped:reasoning_effort']],
      [{}, []],
    ])
  })

  test.each<[Quirks['thinking'], unknown]>([
    ['none', [{}, ['dropped:reasoning_effort']]],
    ['thinking-type', [{ thinking: { type: 'enabled' } }, ['dropped:reasoning_effort']]],
    ['thinking-adaptive', [{ thinking: { type: 'adaptive' } }, ['dropped:reasoning_effort']]],
    ['enable-thinking', [{ enable_thinking: true, thinking_budget: 16_384 }, ['approximated:reasoning_effort']]],
    ['template-switch', [{ chat_template_kwargs: { enable_thinking: true } }, ['dropped:reasoning_effort']]],
    ['gemini-level', [{ reasoning: { effort: 'high' } }, []]],
  ])('thinking by %s', (thinking, expected) => {
    const quirks = { thinking, refusedFields: ['include', 'reasoning.summary'] }
    expect(fields({ reasoning: { effort: 'high' } }, quirks)).toEqual(expected)
  })

  test('tools, strict or not, and the nearest choice that is taken', () => {
    const strict = [{ ...TOOLS[0], strict: true }] as ModelRequest['tools']
    const named = { kind: 'named', name: 'f' } as const
    expect([
      fields({ tools: TOOLS }),
      fields({ tools: strict }),
      fields({ tools: strict }, { toolStrict: false }),
      fields({ tools: TOOLS, toolChoice: named }, { toolStrict: false }),
      fields({ tools: TOOLS, toolChoice: named }, { toolStrict: false, toolChoices: ['auto', 'required'] }),
      fields({ tools: TOOLS, toolChoice: { kind: 'none' } }, { toolChoices: ['auto'] }),
      fields(
        { tools: TOOLS, toolChoice: named, parallelToolCalls: false },
        {
          toolStrict: false,
          thinkingDefault: 'always',
          toolChoiceFreeOnlyWhileThinking: true,
          parallelToolCallsSwitch: false,
        },
      ),
      fields({ toolChoice: named }),
    ]).toEqual([
      [{ tools: [{ ...TOOL, strict: false }] }, []],
      [{ tools: [{ ...TOOL, strict: true }] }, []],
      [{ tools: [TOOL] }, ['dropped:tools.0.strict']],
      [{ tools: [TOOL], tool_choice: { type: 'function', name: 'f' } }, []],
      [{ tools: [TOOL], tool_choice: 'required' }, ['approximated:tool_choice']],
      [{}, ['emulated:tool_choice']],
      [{ tools: [TOOL], tool_choice: 'auto', include }, ['approximated:tool_choice', 'dropped:parallel_tool_calls']],
      [{}, ['dropped:tool_choice']],
    ])
  })

  test('the form of the answer, and words for it where there is no field', () => {
    const responseFormat = { kind: 'json-schema', schema: { type: 'object' } } as const
    const asked = request({ responseFormat, messages: [user('Hi')] })
    const shown = (quirks: Partial<Quirks>): unknown => {
      const { body, warnings } = write(asked, target(quirks))
      const items: any = body['input']
      return [
        body['text'],
        /JSON Schema/.test(String(body['instructions'])),
        items.map(({ role }: any) => role),
        warnings,
      ]
    }
    const emulated = ['emulated:response_format']
    expect([
      shown({}),
      shown({ responseFormats: ['json'] }),
      shown({ responseFormats: [] }),
      shown({ responseFormats: ['json'], jsonWord: 'required' }),
    ]).toEqual([
      [{ format: { type: 'json_schema', name: 'response', schema: { type: 'object' } } }, false, ['user'], []],
      [{ format: { type: 'json_object' } }, true, ['user'], emulated],
      [undefined, true, ['user'], emulated],
      [{ format: { type: 'json_object' } }, false, ['developer', 'user'], emulated],
    ])
  })

  test('the word "json" comes into the input where it is demanded and missing', () => {
    const input = (text: string): unknown =>
      write(request({ responseFormat: { kind: 'json' }, messages: [user(text)] }), target({ jsonWord: 'required' }))
        .body['input']
    expect([input('Hi'), input('Hi, JSON please')]).toEqual([
      [
        { role: 'developer', content: 'Answer with one JSON object.' },
        { role: 'user', content: 'Hi' },
      ],
      [{ role: 'user', content: 'Hi, JSON please' }],
    ])
  })

  test('bounds, and what has no place', () => {
    const asked = {
      maxOutputTokens: 9_000,
      temperature: 3,
      topP: 0.5,
      topK: 5,
      stop: ['a'],
      seed: 1,
      presencePenalty: 0,
      frequencyPenalty: 1,
      n: 2,
      user: 'u',
      unread: ['logit_bias'],
    }
    expect([
      fields(asked),
      fields({ topK: -1 }, { maxTokensRequired: true }),
      fields({ temperature: 1, topP: 1 }, { temperatureOrTopP: true }),
      fields({ stop: ['a', 'b'] }, { stopMax: 1 }),
    ]).toEqual([
      [
        { max_output_tokens: 8192, temperature: 2, top_p: 0.5, user: 'u' },
        [
          'clamped:temperature',
          'dropped:seed',
          'dropped:frequency_penalty',
          'dropped:top_k',
          'clamped:n',
          'dropped:logit_bias',
          'clamped:max_tokens',
          'dropped:stop',
        ],
      ],
      [{ max_output_tokens: 8192 }, ['defaulted:max_tokens']],
      [{ temperature: 1 }, ['dropped:top_p']],
      [{ stop: ['a'] }, ['dropped:stop']],
    ])
  })

  test('fields that the target refuses, renames, ignores or does not know', () => {
    const asked = { user: 'u', temperature: 1, topP: 1 }
    expect(
      fields(asked, {
        refusedFields: ['top_p', 'store'],
        renamedFields: { user: 'user_id' },
        ignoredFields: ['temperature'],
      }),
    ).toEqual([{ temperature: 1, user_id: 'u' }, ['ignored:temperature', 'dropped:top_p', 'renamed:user']])
    const { body } = write(request(), target({ knownFields: ['model', 'input'] }))
    expect(Object.keys(body)).toEqual(['model', 'input'])
  })

  test('a stream where the target gives nothing else', () => {
    const streams = (quirks: Partial<Quirks>): unknown => {
      const { body, stream } = write(request(), target(quirks))
      return [body['stream'], stream]
    }
    expect([
      streams({}),
      streams({ streamOnly: 'always' }),
      streams({ streamOnly: 'while-thinking' }),
      streams({ streamOnly: 'while-thinking', thinkingDefault: 'on' }),
    ]).toEqual([
      [undefined, false],
      [true, true],
      [undefined, false],
      [true, true],
    ])
  })
})
