import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import type { Quirks } from '#wire/quirks.ts'
import { read, target, write } from '#wire/openai-responses/fixture.ts'

/** What of a caller's own body changes for a target with these quirks. */
function changes(json: JsonObject, quirks: Partial<Quirks> = {}): unknown {
  const asked = { model: 'gpt', input: 'Hi', ...json }
  const { body, warnings } = write(read(asked), target(quirks))
  const keys = new Set([...Object.keys(asked), ...Object.keys(body)])
  const before: JsonObject = asked
  const changed = [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(body[key]))
  return [Object.fromEntries(changed.map((key) => [key, body[key]])), warnings]
}

/** The same for the items of the input. */
function items(input: unknown[], quirks: Partial<Quirks> = {}): unknown {
  const { body, warnings } = write(read({ model: 'gpt', input }), target(quirks))
  return [body['input'], warnings]
}

const REASONING = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'a' }] }

test('everything that the target takes leaves as it came', () => {
  const asked = {
    input: [
      { role: 'developer', content: 'Be brief.' },
      { ...REASONING, encrypted_content: 'e' },
      { ...REASONING, id: 'rs_2' },
      { type: 'item_reference', id: 'msg_1' },
      { type: 'web_search_call', id: 'ws_1' },
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } }] },
    ],
    store: true,
    include: ['web_search_call.results'],
    previous_response_id: 'resp_1',
    conversation: 'conv_1',
    reasoning: { effort: 'of tomorrow', summary: 'auto' },
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] },
    tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }],
    metadata: { a: 'b' },
    field_of_tomorrow: 1,
  }
  expect(changes(asked)).toEqual([{}, []])
})

test('numbers that a double cannot hold keep their digits where a list is written anew', () => {
  const text =
    '{"model":"gpt","input":[{"role":"user","content":"Hi","x":12345678901234567890},{"type":"item_reference","id":"msg_tw_1_0"}],"tools":[{"type":"function","name":"f","strict":true,"parameters":{"maximum":12345678901234567891}}]}'
  const result = openaiResponses.writeRequest(
    { ...read(JSON.parse(text)), source: { text, json: JSON.parse(text) } },
    target({ toolStrict: false }),
  )
  expect(result.ok && result.written.body).toBe(
    text.replace(',{"type":"item_reference","id":"msg_tw_1_0"}', '').replace(',"strict":true', ''),
  )
})

describe('thinking in the history', () => {
  const foreign = { ...REASONING, id: 'rs_tw_1_0', encrypted_content: 'tw.gemini.s' }
  const unsealed = { ...REASONING, id: 'rs_tw_1_0', encrypted_content: 'tw.unsealed' }
  const bare = { ...REASONING, id: 'rs_tw_1_0' }
  const returned = { ...REASONING, encrypted_content: 'tw.openai-responses.s' }
  const elsewhere = { ...REASONING, encrypted_content: 'tw.another-account.s' }
  const all = [foreign, unsealed, bare, returned, elsewhere]
  const { id: _id, ...anonymous } = { ...returned, encrypted_content: 's' }
  const open = { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'a' }] }

  test('of another maker leaves its seal behind, and goes only where it is demanded', () => {
    const seals = ['dropped:input.0.encrypted_content', 'dropped:input.4.encrypted_content']
    expect([
      items(all),
      items(all, { reasoningReturn: 'required' }),
      items([REASONING, { role: 'user', content: 'Hi' }], { reasoningReturn: 'refused' }),
    ]).toEqual([
      [[anonymous], [seals[0], 'dropped:input.1', 'dropped:input.2', seals[1]]],
      [[open, open, open, anonymous, open], seals],
      [[{ role: 'user', content: 'Hi' }], ['dropped:input.0']],
    ])
  })

  test('ids of ours mean nothing to a platform', () => {
    expect(
      items([
        { type: 'message', id: 'msg_tw_1_0', role: 'assistant', content: 'a' },
        { type: 'function_call', id: 'fc_tw_1_1', call_id: 'c', name: 'f', arguments: '{}' },
        { id: 'rs_tw_1_2' },
      ]),
    ).toEqual([
      [
        { type: 'message', role: 'assistant', content: 'a' },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      ],
      ['dropped:input.2'],
    ])
  })
})

test('instructions under the role, and in the place, that the target takes', () => {
  const input = [
    { role: 'user', content: 'Hi' },
    { role: 'system', content: [{ type: 'input_text', text: 'b' }] },
  ]
  expect([
    changes({ input, instructions: 'a' }, { systemRole: 'developer' }),
    changes({ input, instructions: 'a' }, { systemPlace: 'first' }),
  ]).toEqual([
    [{ input: [input[0], { ...input[1], role: 'developer' }] }, ['renamed:input.1.role']],
    [{ input: [input[0]], instructions: 'a\n\nb' }, ['reordered:input.1']],
  ])
})

test('an effort in the words of the target', () => {
  const effort = (word: string): JsonObject => ({ reasoning: { effort: word, summary: 'auto' } })
  const efforts = { low: 'light', high: 'high' }
  expect([
    changes(effort('high'), { efforts }),
    changes(effort('low'), { efforts }),
    changes(effort('medium'), { efforts }),
    changes(effort('none'), { thinkingDefault: 'always' }),
    changes(effort('high'), { thinking: 'enable-thinking' }),
    changes(effort('none'), { thinking: 'thinking-type' }),
    changes({ reasoning: { effort: 'high' } }, { thinking: 'none' }),
  ]).toEqual([
    [{}, []],
    [{ reasoning: { summary: 'auto', effort: 'light' } }, []],
    [{ reasoning: { summary: 'auto', effort: 'high' } }, ['approximated:reasoning.effort']],
    [{ reasoning: { summary: 'auto' } }, ['dropped:reasoning.effort']],
    [
      { reasoning: { summary: 'auto' }, enable_thinking: true, thinking_budget: 16_384 },
      ['approximated:reasoning.effort'],
    ],
    [{ reasoning: { summary: 'auto' }, thinking: { type: 'disabled' } }, ['renamed:reasoning.effort']],
    [{ reasoning: undefined }, ['dropped:reasoning.effort']],
  ])
})

test('choices, tools and switches as the target takes them', () => {
  const tools = [{ type: 'function', name: 'f' }]
  const named = { tools, tool_choice: { type: 'function', name: 'f' } }
  expect([
    changes({ ...named }, { toolChoices: ['auto', 'required'] }),
    changes({ tools, tool_choice: 'none' }, { toolChoices: ['auto'] }),
    changes({ tools, parallel_tool_calls: false }, { parallelToolCallsSwitch: false }),
    changes({ temperature: 3, max_output_tokens: 9_000 }),
    changes(
      { user: 'u', service_tier: 'flex' },
      { refusedFields: ['service_tier'], renamedFields: { user: 'user_id' } },
    ),
    changes({}, { streamOnly: 'always' }),
  ]).toEqual([
    [{ tool_choice: 'required' }, ['approximated:tool_choice']],
    [{ tools: undefined, tool_choice: undefined }, ['emulated:tool_choice']],
    [{ parallel_tool_calls: undefined }, ['dropped:parallel_tool_calls']],
    [{ temperature: 2, max_output_tokens: 8192 }, ['clamped:max_output_tokens', 'clamped:temperature']],
    [{ user: undefined, user_id: 'u', service_tier: undefined }, ['renamed:user', 'dropped:service_tier']],
    [{ stream: true }, []],
  ])
})

test('JSON mode that the caller chose itself is its own matter; words of ours go where they count', () => {
  const schema = { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } }
  const { body, warnings } = write(
    read({ model: 'gpt', input: 'Hi', text: schema }),
    target({ responseFormats: ['json'], jsonWord: 'required' }),
  )
  expect([body['text'], body['input'], body['instructions'], warnings]).toEqual([
    { format: { type: 'json_object' } },
    [
      { role: 'developer', content: expect.stringContaining('JSON Schema') },
      { role: 'user', content: 'Hi' },
    ],
    undefined,
    ['emulated:text.format'],
  ])
  expect(changes({ text: { format: { type: 'json_object' } } }, { jsonWord: 'required' })).toEqual([{}, []])
})

test('media of a caller’s own that the target refuses are refused by their place', () => {
  const refused = (input: unknown[], quirks: Partial<Quirks>): unknown => {
    const result = openaiResponses.writeRequest(read({ model: 'gpt', input }), target(quirks))
    return result.ok ? 'sent' : result.failure.param
  }
  const image = { type: 'input_image', image_url: 'https://x/i.png' }
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }
  const outputs = [
    { type: 'function_call_output', call_id: 'b', output: 'a' },
    { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'a' }, image] },
  ]
  expect([
    refused([{ role: 'user', content: [{ type: 'input_text', text: 'a' }, image] }], { images: 'refused' }),
    refused([{ role: 'user', content: [image] }], { images: 'inline-only' }),
    refused([call, ...outputs], { images: 'refused' }),
    refused([{ role: 'user', content: [{ type: 'input_image', file_id: 'file_1' }] }], { images: 'inline-only' }),
  ]).toEqual(['input.0.content.1', 'input.0.content.0', 'input.2.output.1', 'sent'])
})
