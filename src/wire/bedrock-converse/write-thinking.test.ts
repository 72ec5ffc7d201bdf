import { expect, test } from 'vitest'
import { HI, read, request, target, write } from '#wire/bedrock-converse/fixture.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest, Reasoning } from '#wire/request.ts'

const EFFORTS: Quirks['efforts'] = { low: 'low', medium: 'medium', high: 'high' }

/** What is sent of thinking and sampling, with warnings. */
function said(reasoning: Reasoning, quirks: Partial<Quirks>, more: Partial<ModelRequest> = {}): unknown {
  const { body, warnings } = write(request({ reasoning, ...more }), target(quirks))
  const { messages: _messages, ...rest } = body as JsonObject
  return { ...rest, warnings }
}

test('Claude with a budget', () => {
  const quirks: Partial<Quirks> = { thinking: 'anthropic-budget' }
  expect(said({ budgetTokens: 2048 }, quirks, { maxOutputTokens: 4096, temperature: 0.2, topK: 3 })).toEqual({
    inferenceConfig: { maxTokens: 4096 },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2048 } },
    warnings: ['dropped:top_k', 'dropped:temperature'],
  })
  expect(said({ effort: 'none' }, quirks)).toEqual({
    additionalModelRequestFields: { thinking: { type: 'disabled' } },
    warnings: [],
  })
})

test('Claude by effort', () => {
  expect(said({ effort: 'high' }, { thinking: 'anthropic-effort', efforts: EFFORTS })).toEqual({
    additionalModelRequestFields: { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    warnings: [],
  })
})

test('gpt-oss by effort', () => {
  const quirks: Partial<Quirks> = { thinking: 'reasoning-effort', efforts: EFFORTS }
  expect(said({ effort: 'low' }, quirks, { temperature: 0.2 })).toEqual({
    inferenceConfig: { temperature: 0.2 },
    additionalModelRequestFields: { reasoning_effort: 'low' },
    warnings: [],
  })
  expect(said({ effort: 'max' }, quirks)).toEqual({
    additionalModelRequestFields: { reasoning_effort: 'high' },
    warnings: ['approximated:reasoning_effort'],
  })
  expect(said({ enabled: true }, quirks)).toEqual({
    additionalModelRequestFields: { reasoning_effort: 'medium' },
    warnings: ['defaulted:reasoning_effort'],
  })
  expect(said({ enabled: false }, { ...quirks, thinkingDefault: 'always' })).toEqual({
    warnings: ['dropped:reasoning_effort'],
  })
  const named = { ...quirks, renamedFields: { reasoning_effort: 'reasoning.effort' } }
  expect(said({ effort: 'low' }, named)).toEqual({
    additionalModelRequestFields: { reasoning: { effort: 'low' } },
    warnings: [],
  })
})

test('Nova by effort, without bounds where it thinks hard', () => {
  const quirks: Partial<Quirks> = { thinking: 'nova-effort', efforts: EFFORTS }
  expect(said({ budgetTokens: 3000 }, quirks, { maxOutputTokens: 10, temperature: 0.5 })).toEqual({
    inferenceConfig: { maxTokens: 10, temperature: 0.5 },
    additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
    warnings: ['approximated:reasoning_effort'],
  })
  expect(said({ effort: 'high' }, quirks, { maxOutputTokens: 10, temperature: 0.5, stop: ['x'] })).toEqual({
    inferenceConfig: { stopSequences: ['x'] },
    additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
    warnings: ['dropped:max_tokens', 'dropped:temperature'],
  })
  expect(said({ effort: 'none' }, quirks)).toEqual({
    additionalModelRequestFields: { reasoningConfig: { type: 'disabled' } },
    warnings: [],
  })
})

test('open-weight models by their makers’ switches', () => {
  expect(said({ effort: 'low' }, { thinking: 'enable-thinking' })).toEqual({
    additionalModelRequestFields: { enable_thinking: true, thinking_budget: 2048 },
    warnings: ['approximated:reasoning_effort'],
  })
  expect(said({ enabled: false }, { thinking: 'template-switch' })).toEqual({
    additionalModelRequestFields: { chat_template_kwargs: { enable_thinking: false } },
    warnings: [],
  })
  expect(said({ effort: 'low' }, { thinking: 'thinking-adaptive' })).toEqual({
    additionalModelRequestFields: { thinking: { type: 'adaptive' } },
    warnings: ['approximated:reasoning_effort'],
  })
  expect(said({ budgetTokens: 100 }, { thinking: 'thinking-type', efforts: EFFORTS })).toEqual({
    additionalModelRequestFields: { thinking: { type: 'enabled' }, reasoning_effort: 'low' },
    warnings: ['approximated:reasoning_effort'],
  })
  expect(said({ enabled: false }, { thinking: 'thinking-type', thinkingDefault: 'always' })).toEqual({
    warnings: ['dropped:reasoning_effort'],
  })
})

test('a target that cannot be told is told nothing, and the caller is', () => {
  expect(said({ effort: 'low' }, {})).toEqual({ warnings: ['dropped:reasoning_effort'] })
})

test('a caller of this dialect keeps its own words where the target takes them', () => {
  const own = (additionalModelRequestFields: JsonObject, quirks: Partial<Quirks>): unknown =>
    write(read({ ...HI, additionalModelRequestFields }), target(quirks))
  const same = (fields: JsonObject): object => ({ body: { ...HI, additionalModelRequestFields: fields }, warnings: [] })
  const budget = { thinking: { type: 'enabled', budget_tokens: 2048 }, anthropic_beta: ['x'] }
  const nova = { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }
  expect(own(budget, {})).toEqual(same(budget))
  expect(own(budget, { thinking: 'anthropic-budget' })).toEqual(same(budget))
  expect(own(nova, { thinking: 'nova-effort', efforts: EFFORTS })).toEqual(same(nova))
  expect(own({ reasoning_effort: 'low' }, { thinking: 'reasoning-effort', efforts: EFFORTS })).toEqual(
    same({ reasoning_effort: 'low' }),
  )
  expect(own(budget, { thinking: 'nova-effort', efforts: EFFORTS })).toEqual({
    body: {
      ...HI,
      additionalModelRequestFields: {
        anthropic_beta: ['x'],
        reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
      },
    },
    warnings: ['approximated:additionalModelRequestFields'],
  })
  expect(own(nova, { thinking: 'anthropic-effort', efforts: EFFORTS })).toEqual({
    body: {
      ...HI,
      additionalModelRequestFields: { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
    },
    warnings: [],
  })
})

test('an effort in AWS’s own field is told in the field that the target takes', () => {
  const asked = read({ ...HI, outputConfig: { effort: 'high' } })
  expect(write(asked, target({ thinking: 'anthropic-effort', efforts: EFFORTS }))).toEqual({
    body: { ...HI, outputConfig: { effort: 'high' } },
    warnings: [],
  })
  expect(write(asked, target({ thinking: 'reasoning-effort', efforts: EFFORTS }))).toEqual({
    body: { ...HI, additionalModelRequestFields: { reasoning_effort: 'high' } },
    warnings: [],
  })
})
