import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import { gemini } from '#wire/gemini/index.ts'
import { body, BUDGET, OLD, readBody, target, write } from '#test/support/gemini.ts'

const SKIP = 'skip_thought_signature_validator'

/** What a target gets of a caller's own body. */
function sent(json: JsonObject, quirks: Partial<Quirks> = {}): unknown {
  const { body: written, warnings } = write(readBody(json), target(quirks))
  return [written, warnings]
}

test('a caller’s own text leaves as it is: spellings, order, numbers, what nobody knows', () => {
  const text =
    '{ "generation_config": {"temperature": 0.70, "thinking_config": {"thinking_budget": -1, "include_thoughts": false}},' +
    '"safetySettings":[], "contents" : [{"parts":[{"text":"\\u0041"}]}], "of_tomorrow": 12345678901234567890.10 }'
  const written = gemini.writeRequest(readBody(JSON.parse(text), text), target())
  expect(written.ok && [written.written.body, written.written.warnings]).toEqual([text, []])
})

test('a model in the body goes: the path says it', () => {
  expect(sent(body({ model: 'models/route' }))).toEqual([body(), []])
})

test('what the target would refuse is written anew, in the caller’s spelling', () => {
  const config = {
    temperature: 5,
    top_p: 0.5,
    max_output_tokens: 70_000,
    stop_sequences: ['1', '2', '3', '4', '5', '6'],
    candidate_count: 20,
    presence_penalty: 3,
    response_logprobs: true,
  }
  expect(sent(body({ generation_config: config }))).toEqual([
    body({
      generation_config: {
        ...config,
        temperature: 2,
        max_output_tokens: 65_536,
        stop_sequences: ['1', '2', '3', '4', '5'],
        candidate_count: 8,
        presence_penalty: 1.99,
      },
    }),
    [
      'clamped:generation_config.max_output_tokens',
      'clamped:generation_config.temperature',
      'dropped:generation_config.stop_sequences',
      'clamped:generation_config.candidate_count',
      'clamped:generation_config.presence_penalty',
    ],
  ])
})

test('fields that the target refuses, ignores or names otherwise', () => {
  const quirks = { refusedFields: ['seed', 'labels'], ignoredFields: ['topK'], renamedFields: { store: 'keep' } }
  const json = body({ labels: { a: 'b' }, store: true, generationConfig: { seed: 1, topK: 2 } })
  expect(sent(json, quirks)).toEqual([
    body({ keep: true, generationConfig: { topK: 2 } }),
    ['dropped:generationConfig.seed', 'ignored:generationConfig.topK', 'dropped:labels', 'renamed:store'],
  ])
})

test.each<[JsonObject, Partial<Quirks>, JsonObject | undefined, string[]]>([
  [{ thinkingLevel: 'low' }, {}, { thinkingLevel: 'low' }, []],
  [
    { thinkingLevel: 'MINIMAL', includeThoughts: true },
    {},
    { includeThoughts: true, thinkingLevel: 'LOW' },
    ['approximated'],
  ],
  [{ thinkingBudget: 100 }, {}, { thinkingBudget: 100 }, []],
  [{ thinkingBudget: 0 }, {}, { thinkingLevel: 'LOW' }, ['approximated']],
  [{ thinkingBudget: 0 }, BUDGET, { thinkingBudget: 0 }, []],
  [{ thinking_level: 'LOW' }, BUDGET, { thinkingBudget: 2_048 }, ['approximated']],
  [{ thinkingBudget: 30_000 }, BUDGET, { thinkingBudget: 30_000 }, []],
  [{ thinkingLevel: 'LOW' }, OLD, undefined, ['dropped']],
  [{ thinkingBudget: 0, includeThoughts: false }, OLD, undefined, []],
])('thinkingConfig %j', (thinkingConfig, quirks, expected, actions) => {
  const config = expected === undefined ? {} : { thinkingConfig: expected }
  expect(sent(body({ generationConfig: { thinkingConfig } }), quirks)).toEqual([
    body({ generationConfig: config }),
    actions.map((action) => `${action}:generationConfig.thinkingConfig`),
  ])
})

test('a form of answer that the target has not is asked for in the instructions', () => {
  const json = body({
    systemInstruction: { parts: [{ text: 'a' }] },
    generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'STRING' }, seed: 1 },
  })
  expect(sent(json, { responseFormats: [] })).toEqual([
    body({
      systemInstruction: { parts: [{ text: 'a' }, { text: expect.stringContaining('{"type":"string"}') }] },
      generationConfig: { seed: 1 },
    }),
    ['emulated:generationConfig.responseSchema'],
  ])
})

test('a choice of functions that the target has not', () => {
  const json = body({
    tools: [{ functionDeclarations: [{ name: 'f' }] }],
    toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] }, retrievalConfig: {} },
  })
  expect(sent(json, { toolChoices: ['auto', 'required'] })).toEqual([
    { ...json, toolConfig: { functionCallingConfig: { mode: 'ANY' }, retrievalConfig: {} } },
    ['approximated:toolConfig.functionCallingConfig'],
  ])
})

describe('the conversation', () => {
  const foreign = Buffer.from('tw.anthropic-messages.sig').toString('base64')
  const loop = (...parts: unknown[]): JsonObject => ({
    contents: [
      { role: 'user', parts: [{ text: 'a' }] },
      { role: 'model', parts },
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] },
    ],
  })
  const call = (more: JsonObject = {}): JsonObject => ({ functionCall: { name: 'f', args: { n: 1 } }, ...more })

  test('keeps the signatures of Gemini', () => {
    const json = loop({ text: 'x', thoughtSignature: 'c2ln' }, call({ thoughtSignature: 'c2ln' }))
    expect(sent(json)).toEqual([json, []])
  })

  test('loses those of others, and gets Google’s dummy where Gemini 3 wants one', () => {
    const json = loop(
      { text: 'hm', thought: true, thoughtSignature: foreign },
      { text: '', thought_signature: foreign },
      call({ thoughtSignature: foreign }),
      call(),
    )
    expect(sent(json)).toEqual([
      loop({ text: 'hm', thought: true }, call({ thoughtSignature: SKIP }), call()),
      ['dropped:contents.1.parts', 'emulated:contents.1.parts'],
    ])
    expect(sent(json, BUDGET)).toEqual([
      loop({ text: 'hm', thought: true }, call(), call()),
      ['dropped:contents.1.parts'],
    ])
  })

  test('is looked at in the running turn only', () => {
    const json = { contents: [...(loop(call())['contents'] as unknown[]), { role: 'user', parts: [{ text: 'b' }] }] }
    expect(sent(json)).toEqual([json, []])
  })

  test('has no ids for targets that know none', () => {
    const json = (more: JsonObject): JsonObject => ({
      contents: [
        { role: 'model', parts: [{ functionCall: { name: 'f', ...more } }] },
        { role: 'user', parts: [{ function_response: { name: 'f', response: { id: 'kept' }, ...more } }] },
      ],
    })
    expect(sent(json({ id: 'x' }), { ...OLD, refusedFields: ['functionCall.id'] })).toEqual([json({}), []])
  })

  test('has no thoughts for targets that refuse them', () => {
    const json = loop({ text: 'hm', thought: true }, call({ thoughtSignature: 'c2ln' }))
    expect(sent(json, { ...BUDGET, reasoningReturn: 'refused' })).toEqual([loop(call()), ['dropped:contents.1.parts']])
  })
})
