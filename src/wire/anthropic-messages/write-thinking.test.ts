import { expect, test } from 'vitest'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { fields, request, target, toolCall, toolResult, TOOLS, user, write } from '#wire/anthropic-messages/fixture.ts'

function thinking(
  reasoning: ModelRequest['reasoning'],
  quirks: Partial<Quirks> = {},
  more: Partial<ModelRequest> = {},
): unknown {
  const asked = request({ maxOutputTokens: 8000, ...(reasoning === undefined ? {} : { reasoning }), ...more })
  const { body, warnings } = write(asked, target(quirks))
  const sent = body as { thinking?: unknown; output_config?: { effort?: string }; temperature?: number; top_p?: number }
  const { thinking: said, output_config: config, temperature, top_p } = sent
  return [
    said ?? config,
    config?.effort,
    ...(temperature === undefined ? [] : [temperature]),
    ...(top_p === undefined ? [] : [top_p]),
    ...warnings,
  ]
}

test('thinking with a budget: from an effort, or the caller’s own, and always below max_tokens', () => {
  const enabled = (budget: number): object => ({ type: 'enabled', budget_tokens: budget })
  expect(thinking({ effort: 'low' })).toEqual([enabled(2048), undefined, 'approximated:reasoning_effort'])
  expect(thinking({ effort: 'max' })).toEqual([enabled(5999), undefined, 'approximated:reasoning_effort'])
  expect(thinking({ enabled: true })).toEqual([enabled(5999), undefined, 'defaulted:reasoning_effort'])
  expect(thinking({ budgetTokens: 2000 })).toEqual([enabled(2000), undefined])
  expect(thinking({ budgetTokens: 10 })).toEqual([enabled(1024), undefined, 'clamped:reasoning_effort'])
  expect(thinking({ budgetTokens: 9000 })).toEqual([enabled(7999), undefined, 'clamped:reasoning_effort'])
  expect(thinking({ effort: 'high' }, {}, { maxOutputTokens: 1024 })).toEqual([
    undefined,
    undefined,
    'dropped:reasoning_effort',
  ])
})

test('thinking by effort takes the nearest one that the target knows', () => {
  const quirks: Partial<Quirks> = { thinking: 'anthropic-effort', efforts: { low: 'low', high: 'high', max: 'max' } }
  const adaptive = { type: 'adaptive' }
  expect(thinking({ effort: 'high' }, quirks)).toEqual([adaptive, 'high'])
  expect(thinking({ effort: 'minimal' }, quirks)).toEqual([adaptive, 'low', 'approximated:reasoning_effort'])
  expect(thinking({ effort: 'xhigh' }, quirks)).toEqual([adaptive, 'max', 'approximated:reasoning_effort'])
  expect(thinking({ budgetTokens: 60_000 }, quirks)).toEqual([adaptive, 'max', 'approximated:reasoning_effort'])
  expect(thinking({ enabled: true }, quirks)).toEqual([adaptive, undefined])
  expect(thinking({ effort: 'low' }, { thinking: 'anthropic-effort' })).toEqual([
    adaptive,
    undefined,
    'dropped:reasoning_effort',
  ])
})

test('thinking switched off', () => {
  const disabled = { type: 'disabled' }
  expect(thinking({ effort: 'none' })).toEqual([disabled, undefined])
  expect(thinking({ enabled: false, effort: 'high' })).toEqual([disabled, undefined])
  expect(thinking({ enabled: false }, { thinkingDefault: 'always' })).toEqual([
    undefined,
    undefined,
    'dropped:reasoning_effort',
  ])
  expect(thinking({ enabled: false }, { thinking: 'none' })).toEqual([undefined, undefined])
  expect(thinking({ effort: 'low' }, { thinking: 'none' })).toEqual([undefined, undefined, 'dropped:reasoning_effort'])
})

test('while it thinks, the target takes no sampling of the caller’s', () => {
  expect(thinking({ budgetTokens: 1024 }, {}, { temperature: 0.5, topP: 0.5, topK: 3 })).toEqual([
    { type: 'enabled', budget_tokens: 1024 },
    undefined,
    0.95,
    'dropped:temperature',
    'clamped:top_p',
    'dropped:top_k',
  ])
  expect(write(request({ temperature: 0.5, topP: 0.5 }), target({ temperatureOrTopP: true }))).toEqual({
    body: fields({ temperature: 0.5 }),
    warnings: ['dropped:top_p'],
  })
})

test('T19: a running tool loop goes on thinking only with thinking that the target can read', () => {
  const loop = (...thought: Part[]): Partial<ModelRequest> => ({
    tools: TOOLS,
    messages: [
      user('Hi'),
      { role: 'assistant', parts: [...thought, toolCall('a', '{}')], path: 'messages.1' },
      { role: 'tool', parts: [toolResult('a', 'r')], path: 'messages.2' },
    ],
  })
  const enabled = { type: 'enabled', budget_tokens: 1024 }
  const signed: Part = { kind: 'reasoning', text: 'Hm', signature: 'c2ln' }
  const unsigned: Part = { kind: 'reasoning', text: 'Hm' }
  expect(thinking({ budgetTokens: 1024 }, {}, loop(signed))).toEqual([enabled, undefined])
  expect(thinking({ budgetTokens: 1024 }, {}, loop(unsigned))).toEqual([
    undefined,
    undefined,
    'dropped:reasoning_effort',
    'dropped:messages.1.content',
  ])
  expect(thinking({ budgetTokens: 1024 }, { reasoningReturn: 'required' }, loop(unsigned))).toEqual([
    enabled,
    undefined,
  ])
  const adaptive = { thinking: 'anthropic-effort' } as const
  expect(thinking({ enabled: true }, adaptive, loop())).toEqual([{ type: 'adaptive' }, undefined])
})

test('a forced tool call is worth more than thinking, where the target refuses both together', () => {
  const quirks: Partial<Quirks> = { toolChoiceFreeOnlyWhileThinking: true }
  const asked = request({
    tools: TOOLS,
    toolChoice: { kind: 'named', name: 'f' },
    reasoning: { budgetTokens: 1024 },
    maxOutputTokens: 5000,
  })
  const toolFields = { max_tokens: 5000, tools: [{ name: 'f', input_schema: { type: 'object', properties: {} } }] }
  expect(write(asked, target(quirks))).toEqual({
    body: fields({ ...toolFields, tool_choice: { type: 'tool', name: 'f' } }),
    warnings: ['dropped:reasoning_effort'],
  })
  expect(write(asked, target({ ...quirks, thinkingDefault: 'always' }))).toEqual({
    body: fields({ ...toolFields, tool_choice: { type: 'auto' }, thinking: { type: 'enabled', budget_tokens: 1024 } }),
    warnings: ['approximated:tool_choice'],
  })
})
