import { describe, expect, test } from 'vitest'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { BUDGET, OLD, request, target, write } from '#test/support/gemini.ts'

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } }
const TOOL: ModelRequest['tools'] = [{ kind: 'function', name: 'f', parameters: SCHEMA, path: 'tools.0' }]
const SHOWN = { includeThoughts: true }

/** What becomes of a request with more in it. */
function fields(more: Partial<ModelRequest>, quirks: Partial<Quirks> = OLD): unknown {
  const { body, warnings } = write(request(more), target(quirks))
  const { contents: _contents, ...rest } = body
  return [rest, warnings]
}

describe('tools', () => {
  const declaration = { name: 'f', parametersJsonSchema: SCHEMA }
  const declared = { tools: [{ functionDeclarations: [declaration] }] }

  test.each<[ModelRequest['toolChoice'], unknown]>([
    [undefined, undefined],
    [{ kind: 'auto' }, { mode: 'AUTO' }],
    [{ kind: 'none' }, { mode: 'NONE' }],
    [{ kind: 'required' }, { mode: 'ANY' }],
    [
      { kind: 'named', name: 'f' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ])('a choice %j', (toolChoice, functionCallingConfig) => {
    expect(fields({ tools: TOOL, ...(toolChoice === undefined ? {} : { toolChoice }) }, BUDGET)).toEqual([
      {
        ...declared,
        ...(functionCallingConfig === undefined ? {} : { toolConfig: { functionCallingConfig } }),
        generationConfig: { thinkingConfig: SHOWN },
      },
      [],
    ])
  })

  test('a choice that the target does not take is the nearest one', () => {
    const asked = { tools: TOOL, toolChoice: { kind: 'named', name: 'f' } } as const
    expect(fields(asked, { ...OLD, toolChoices: ['auto'] })).toMatchObject([
      { toolConfig: { functionCallingConfig: { mode: 'AUTO' } } },
      ['approximated:tool_choice'],
    ])
    expect(fields({ toolChoice: { kind: 'required' } })).toEqual([{}, ['dropped:tool_choice']])
  })

  test('strict functions are validated', () => {
    const tools = TOOL.map((tool) => ({ ...tool, strict: true }))
    const validated = { toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } } }
    expect(fields({ tools })).toMatchObject([validated, []])
    expect(fields({ tools, toolChoice: { kind: 'auto' } })).toMatchObject([validated, []])
    expect(fields({ tools }, { ...OLD, toolStrict: false })).toMatchObject([{}, ['dropped:tools.0.strict']])
  })

  test('parallel calls cannot be switched off', () => {
    expect(fields({ tools: TOOL, parallelToolCalls: false })).toMatchObject([{}, ['dropped:parallel_tool_calls']])
  })

  test('models before 2.5 get Google’s own schemas, and a word for what these cannot say', () => {
    const parameters = { type: 'object', properties: { a: { type: 'string', format: 'uuid' } } }
    const tools: ModelRequest['tools'] = [
      { kind: 'function', name: 'f', description: 'd', parameters, path: 'tools.0' },
      { kind: 'function', name: 'g', parameters: { type: 'object', properties: {} }, path: 'tools.1' },
      { kind: 'function', name: 'h', path: 'tools.2' },
      { kind: 'native', dialect: 'openai-responses', type: 'web_search', value: {}, path: 'tools.3' },
    ]
    expect(fields({ tools })).toEqual([
      {
        tools: [
          {
            functionDeclarations: [
              { name: 'f', description: 'd', parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } } },
              { name: 'g' },
              { name: 'h' },
            ],
          },
        ],
      },
      ['approximated:tools.0', 'dropped:tools.3'],
    ])
    expect(fields({ tools: tools.slice(2, 3) }, { ...BUDGET, toolParametersRequired: true })).toMatchObject([
      { tools: [{ functionDeclarations: [{ parametersJsonSchema: { type: 'object', properties: {} } }] }] },
      [],
    ])
  })
})

describe('generationConfig', () => {
  test('says what the caller says', () => {
    const asked = {
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      stop: ['a', 'b'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: -0.1,
      n: 3,
    }
    const { n, stop, ...same } = asked
    expect(fields(asked)).toEqual([{ generationConfig: { ...same, stopSequences: stop, candidateCount: n } }, []])
  })

  test('keeps to what the target takes, and tells', () => {
    const asked = {
      maxOutputTokens: 100_000,
      temperature: 3,
      topP: 2,
      topK: 0,
      stop: ['1', '', '2', '3', '4', '5', '6'],
      seed: 2 ** 40,
      presencePenalty: 2,
      frequencyPenalty: 0,
      n: 9,
      user: 'u',
      unread: ['logit_bias'],
    }
    expect(fields(asked)).toEqual([
      {
        generationConfig: {
          maxOutputTokens: 65_536,
          temperature: 2,
          topP: 1,
          stopSequences: ['1', '2', '3', '4', '5'],
          presencePenalty: 1.99,
          frequencyPenalty: 0,
          candidateCount: 8,
        },
      },
      [
        'clamped:temperature',
        'clamped:max_tokens',
        'clamped:top_p',
        'dropped:stop',
        'dropped:seed',
        'clamped:presence_penalty',
        'clamped:n',
        'dropped:user',
        'dropped:logit_bias',
      ],
    ])
  })

  test('fields that the target refuses, ignores or names otherwise', () => {
    const quirks = { refusedFields: ['seed'], ignoredFields: ['topK'], renamedFields: { topP: 'nucleus' } }
    expect(fields({ seed: 1, topK: 2, topP: 0.5 }, { ...OLD, ...quirks })).toEqual([
      { generationConfig: { topK: 2, nucleus: 0.5 } },
      ['renamed:top_p', 'ignored:top_k', 'dropped:seed'],
    ])
  })

  test.each<[string, ModelRequest['reasoning'], Partial<Quirks>, unknown, string[]]>([
    ['nothing asked of a model that thinks', undefined, {}, SHOWN, []],
    ['nothing asked of one that does not', undefined, OLD, undefined, []],
    ['an effort by level', { effort: 'low' }, {}, { thinkingLevel: 'LOW', ...SHOWN }, []],
    [
      'a level in the row’s own case',
      { effort: 'low' },
      { efforts: { low: 'low' } },
      { thinkingLevel: 'LOW', ...SHOWN },
      [],
    ],
    [
      'an effort that is no level',
      { effort: 'max' },
      {},
      { thinkingLevel: 'HIGH', ...SHOWN },
      ['approximated:reasoning_effort'],
    ],
    [
      'a budget by level',
      { budgetTokens: 2_000 },
      {},
      { thinkingLevel: 'LOW', ...SHOWN },
      ['approximated:reasoning_effort'],
    ],
    ['on, by level', { enabled: true }, {}, SHOWN, []],
    ['off, by level', { effort: 'none' }, {}, { thinkingLevel: 'LOW' }, ['approximated:reasoning_effort']],
    ['off, by a level that is', { effort: 'none' }, { efforts: { none: 'minimal' } }, { thinkingLevel: 'MINIMAL' }, []],
    ['a budget', { budgetTokens: 2_000 }, BUDGET, { thinkingBudget: 2_000, ...SHOWN }, []],
    [
      'too large a budget',
      { budgetTokens: 50_000 },
      BUDGET,
      { thinkingBudget: 24_576, ...SHOWN },
      ['clamped:reasoning_effort'],
    ],
    [
      'an effort by budget',
      { effort: 'medium' },
      BUDGET,
      { thinkingBudget: 8_192, ...SHOWN },
      ['approximated:reasoning_effort'],
    ],
    ['on, by budget', { enabled: true }, BUDGET, { thinkingBudget: -1, ...SHOWN }, []],
    ['off, by budget', { enabled: false }, BUDGET, { thinkingBudget: 0 }, []],
    [
      'off, by budget, of a model that always thinks',
      { enabled: false },
      { ...BUDGET, thinkingDefault: 'always' },
      { thinkingBudget: 128 },
      ['approximated:reasoning_effort'],
    ],
    ['an effort of a model that cannot', { effort: 'high' }, OLD, undefined, ['dropped:reasoning_effort']],
    ['off, of a model that cannot', { effort: 'none' }, OLD, undefined, []],
  ])('thinking: %s', (_what, reasoning, quirks, thinkingConfig, warnings) => {
    const config = thinkingConfig === undefined ? {} : { generationConfig: { thinkingConfig } }
    expect(fields(reasoning === undefined ? {} : { reasoning }, quirks)).toEqual([config, warnings])
  })

  test('callers of completions have no place for thoughts', () => {
    expect(fields({ dialect: 'openai-completions' }, {})).toEqual([{}, []])
  })

  const schema = { kind: 'json-schema', name: 'n', description: 'd', schema: SCHEMA, strict: true } as const
  const mime = { responseMimeType: 'application/json' }
  test.each<[string, Partial<ModelRequest>, Partial<Quirks>, unknown, string[]]>([
    ['text', { responseFormat: { kind: 'text' } }, OLD, {}, []],
    ['JSON', { responseFormat: { kind: 'json' } }, OLD, { generationConfig: mime }, []],
    [
      'a schema',
      { responseFormat: schema },
      BUDGET,
      { generationConfig: { ...mime, responseJsonSchema: { ...SCHEMA, description: 'd' }, thinkingConfig: SHOWN } },
      [],
    ],
    [
      'a schema for models before 2.5',
      { responseFormat: { ...schema, schema: { ...SCHEMA, patternProperties: {} } } },
      OLD,
      {
        generationConfig: {
          ...mime,
          responseSchema: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, description: 'd' },
        },
      },
      ['approximated:response_format'],
    ],
  ])('an answer in %s', (_what, more, quirks, config, warnings) => {
    expect(fields(more, quirks)).toEqual([config, warnings])
  })

  test('where structured output and functions exclude each other, it is asked for in the instructions', () => {
    const asked = { responseFormat: { kind: 'json' }, tools: TOOL } as const
    expect(fields(asked, {})).toMatchObject([{ generationConfig: mime }, []])
    expect(fields(asked, BUDGET)).toMatchObject([
      { systemInstruction: { parts: [{ text: expect.stringContaining('JSON object') }] } },
      ['emulated:response_format'],
    ])
    expect(fields({ ...asked, toolChoice: { kind: 'required' } }, {})).toMatchObject([
      { systemInstruction: {} },
      ['emulated:response_format'],
    ])
    expect(fields({ responseFormat: schema }, { ...OLD, responseFormats: [] })).toMatchObject([
      { systemInstruction: { parts: [{ text: expect.stringContaining('"city"') }] } },
      ['emulated:response_format'],
    ])
  })
})
