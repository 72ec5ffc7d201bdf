import { describe, expect, test } from 'vitest'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { request, target, user, write } from '#wire/openai-responses/fixture.ts'

/** Some fields of the body, and the warnings. */
function fields(asked: Partial<ModelRequest>, quirks: Partial<Quirks> = {}): unknown {
  const { body, warnings } = write(request(asked, { reasoning_effort: 'x', tool_choice: 'x' }), target(quirks))
  const { model: _model, input: _input, store: _store, ...rest } = body
  return [rest, warnings]
}

const TOOLS: ModelRequest['tools'] = [{ kind: 'function', name: 'f', path: 'tools.0' }]
const TOOL = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }

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
