import { test } from 'vitest'
import { expectRows } from '#test/support/openai-requests.ts'

test('a wish about thinking is said in the words of the platform', () => {
  const type = { thinking: 'thinking-type', thinkingDefault: 'on' } as const
  const efforts = { low: 'low', medium: 'high', high: 'high', max: 'max' }
  const effort = { thinking: 'reasoning-effort', efforts: { low: 'low', high: 'high' } } as const
  const enable = { thinking: 'enable-thinking' } as const
  const low = { reasoning_effort: 'low' }
  const gone = { reasoning_effort: undefined }
  const adaptive = { thinking: 'thinking-adaptive', thinkingDefault: 'on' } as const
  const on = { type: 'enabled' }
  const auto = { type: 'adaptive' }
  expectRows([
    ['nothing said', type, {}, {}, []],
    ['cannot', {}, low, gone, ['dropped:reasoning_effort']],
    ['cannot, asked not to', {}, { enable_thinking: false }, { enable_thinking: undefined }, []],
    ['effort', effort, low, {}, []],
    [
      'effort, harder',
      effort,
      { reasoning_effort: 'medium' },
      { reasoning_effort: 'high' },
      ['approximated:reasoning_effort'],
    ],
    [
      'effort, max',
      effort,
      { reasoning_effort: 'max' },
      { reasoning_effort: 'high' },
      ['approximated:reasoning_effort'],
    ],
    [
      'effort, none',
      { ...effort, thinkingDefault: 'on' },
      { reasoning_effort: 'none' },
      low,
      ['approximated:reasoning_effort'],
    ],
    [
      'effort, switch',
      effort,
      { thinking: { type: 'enabled' } },
      { thinking: undefined, reasoning_effort: 'high' },
      ['renamed:thinking'],
    ],
    ['unknown effort', effort, { reasoning_effort: 'ultra' }, {}, []],
    ['type', { ...type, efforts }, low, {}, []],
    [
      'type, map',
      { ...type, efforts },
      { reasoning_effort: 'medium' },
      { thinking: on, reasoning_effort: 'high' },
      ['renamed:reasoning_effort'],
    ],
    ['type, no degree', type, low, { ...gone, thinking: on }, ['approximated:reasoning_effort']],
    ['type, native', type, { thinking: { type: 'disabled', x: 1 } }, {}, []],
    ['adaptive', adaptive, low, { ...gone, thinking: auto }, ['approximated:reasoning_effort']],
    ['adaptive, native', adaptive, { thinking: { type: 'adaptive' } }, {}, []],
    ['adaptive, native off', adaptive, { thinking: { type: 'disabled' } }, {}, []],
    ['adaptive, in other words', adaptive, { thinking: on }, { thinking: auto }, ['renamed:thinking']],
    [
      'adaptive, from a switch',
      adaptive,
      { enable_thinking: false },
      { enable_thinking: undefined, thinking: { type: 'disabled' } },
      ['renamed:enable_thinking'],
    ],
    [
      'type, from a switch',
      type,
      { enable_thinking: false },
      { enable_thinking: undefined, thinking: { type: 'disabled' } },
      ['renamed:enable_thinking'],
    ],
    [
      'always',
      { ...type, thinkingDefault: 'always' },
      { enable_thinking: false },
      { enable_thinking: undefined },
      ['dropped:enable_thinking'],
    ],
    [
      'enable',
      enable,
      low,
      { ...gone, enable_thinking: true, thinking_budget: 2048 },
      ['approximated:reasoning_effort'],
    ],
    [
      'enable, budget',
      enable,
      { thinking: { type: 'enabled', budget_tokens: 9 } },
      { thinking: undefined, enable_thinking: true, thinking_budget: 9 },
      ['renamed:thinking'],
    ],
    ['enable, native', enable, { enable_thinking: true, thinking_budget: 9 }, {}, []],
    [
      'T21 wrong place',
      enable,
      { chat_template_kwargs: { enable_thinking: false, x: 1 } },
      { chat_template_kwargs: { x: 1 }, enable_thinking: false },
      ['renamed:chat_template_kwargs'],
    ],
    [
      'template',
      { thinking: 'template-switch' },
      { enable_thinking: true },
      { enable_thinking: undefined, chat_template_kwargs: { enable_thinking: true } },
      ['renamed:enable_thinking'],
    ],
    [
      'Anthropic',
      { thinking: 'anthropic-budget' },
      low,
      { ...gone, thinking: { type: 'enabled', budget_tokens: 2048 } },
      ['approximated:reasoning_effort'],
    ],
    [
      'Anthropic, effort',
      { thinking: 'anthropic-effort' },
      low,
      { ...gone, thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      ['renamed:reasoning_effort'],
    ],
    [
      'type, beside an effort',
      { ...type, efforts },
      { thinking: { type: 'enabled', x: 1 }, reasoning_effort: 'medium' },
      { reasoning_effort: 'high' },
      ['renamed:reasoning_effort'],
    ],
    [
      'parts of a wish',
      effort,
      { reasoning: { effort: 'low', exclude: true } },
      { reasoning: undefined, reasoning_effort: 'low' },
      ['renamed:reasoning', 'dropped:reasoning.exclude'],
    ],
    ['split', { reasoningSplit: true }, {}, { reasoning_split: true }, []],
    ['split, said', { reasoningSplit: true }, { reasoning_split: false }, {}, []],
  ])
})

test('T21 a platform that only streams is asked to, and the caller need not know', () => {
  const usage = { stream_options: { include_usage: true } }
  const qwen = { streamOnly: 'while-thinking', thinking: 'enable-thinking', thinkingDefault: 'on' } as const
  expectRows([
    ['always', { streamOnly: 'always' }, {}, { stream: true, ...usage }, []],
    ['thinking unasked', qwen, {}, { stream: true, ...usage }, []],
    ['not thinking', qwen, { enable_thinking: false }, {}, []],
  ])
})
