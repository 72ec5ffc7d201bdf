import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  answerBoth,
  answerOk,
  call,
  chunk,
  completion,
  everyPlatform,
  lastSeen,
  WAYS,
  type Json,
} from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import {
  anthropicStream,
  openaiStream,
  sendJson,
  sendStream,
  startUpstream,
  type Upstream,
} from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startTestGateway({ providers: everyPlatform(upstream.url) })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

const OPENAI = { door: 'openai', stream: false } as const
const ANTHROPIC = { door: 'anthropic', stream: false } as const
const CONTROLS = [
  'reasoning_effort',
  'thinking',
  'enable_thinking',
  'thinking_budget',
  'chat_template_kwargs',
  'output_config',
  'reasoning_split',
  'stream',
]

/** What of a body is about thinking. */
function controls(body: Json): Record<string, unknown> {
  return Object.fromEntries(CONTROLS.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]))
}

type Case = [model: string, asked: unknown, seen: Record<string, unknown>, warnings: string[]]
const on = { type: 'enabled' }
const off = { type: 'disabled' }

describe('thinking switches, from reasoning_effort of an OpenAI application', () => {
  const CASES: Case[] = [
    ['deepseek/deepseek-v4-pro', 'low', { reasoning_effort: 'low' }, []],
    ['deepseek/deepseek-v4-pro', 'medium', { thinking: on, reasoning_effort: 'high' }, ['renamed:reasoning_effort']],
    ['deepseek/deepseek-v4-pro', 'none', { thinking: off }, ['renamed:reasoning_effort']],
    ['zhipu/glm-5.3', 'low', { thinking: on, reasoning_effort: 'high' }, ['approximated:reasoning_effort']],
    ['zhipu/glm-5.3', 'max', { reasoning_effort: 'max' }, []],
    ['zhipu/glm-4.6', 'low', { thinking: on }, ['approximated:reasoning_effort']],
    ['zhipu/glm-4.6', 'none', { thinking: off }, ['renamed:reasoning_effort']],
    ['zhipu/glm-z1-air', 'none', {}, ['dropped:reasoning_effort']],
    [
      'dashscope/qwen3.6-plus',
      'low',
      { enable_thinking: true, thinking_budget: 2048 },
      ['approximated:reasoning_effort'],
    ],
    ['dashscope/qwen3.6-plus', 'none', { enable_thinking: false }, ['renamed:reasoning_effort']],
    ['dashscope/qwen3.8-max', 'medium', { reasoning_effort: 'medium' }, []],
    ['dashscope/qwen3.8-max', 'none', { reasoning_effort: 'none' }, []],
    ['dashscope/qwen3.8-max', 'max', { reasoning_effort: 'xhigh' }, ['approximated:reasoning_effort']],
    ['moonshot/kimi-k2.6', 'none', { thinking: off }, ['renamed:reasoning_effort']],
    ['moonshot/kimi-k3', 'high', { reasoning_effort: 'high' }, []],
    ['moonshot/kimi-k3', 'medium', { reasoning_effort: 'high' }, ['approximated:reasoning_effort']],
    ['moonshot/kimi-k3', 'none', { reasoning_effort: 'low' }, ['approximated:reasoning_effort']],
    ['moonshot/kimi-k2.7-code', 'high', {}, ['dropped:reasoning_effort']],
    ['minimax/MiniMax-M2.5', 'high', { reasoning_split: true }, ['dropped:reasoning_effort']],
    ['minimax/MiniMax-M3', 'none', { thinking: off, reasoning_split: true }, ['renamed:reasoning_effort']],
    [
      'minimax/MiniMax-M3',
      'high',
      { thinking: { type: 'adaptive' }, reasoning_split: true },
      ['approximated:reasoning_effort'],
    ],
    ['siliconflow/Qwen/Qwen3.5-27B', 'none', { enable_thinking: false }, ['renamed:reasoning_effort']],
    ['ark/doubao-seed-2-1-pro-260915', 'none', { thinking: off }, ['renamed:reasoning_effort']],
    ['stepfun/step-3.7-flash', 'high', { reasoning_effort: 'high' }, []],
    ['openai/gpt-6-sol', 'none', { reasoning_effort: 'none' }, []],
    ['openai/gpt-6-astra', 'none', { reasoning_effort: 'low' }, ['approximated:reasoning_effort']],
    ['openai/gpt-4o', 'low', {}, ['dropped:reasoning_effort']],
    ['vllm/x', 'low', { reasoning_effort: 'low' }, []],
    [
      'qwenvllm/Qwen/Qwen3-8B',
      'none',
      { chat_template_kwargs: { enable_thinking: false } },
      ['renamed:reasoning_effort'],
    ],
    [
      'qwenvllm/Qwen/Qwen3-8B',
      'high',
      { chat_template_kwargs: { enable_thinking: true } },
      ['approximated:reasoning_effort'],
    ],
    [
      'anthropic/claude-sonnet-4-5',
      'medium',
      { thinking: { type: 'enabled', budget_tokens: 6749 } },
      ['approximated:reasoning_effort'],
    ],
    ['anthropic/claude-sonnet-5', 'high', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }, []],
    ['anthropic/claude-sonnet-5', 'none', { thinking: off }, []],
  ]
  test.each(CASES)('%s: %j is sent as %j', async (...[model, reasoning_effort, seen, warnings]) => {
    answerOk(upstream)
    const body = { model, reasoning_effort, ...(model.startsWith('anthropic') ? { max_tokens: 9000 } : {}) }
    const told = await call(gateway, OPENAI, body)
    expect([controls(lastSeen(upstream)), told.warnings]).toEqual([seen, warnings])
  })
})

describe('thinking switches, from thinking of an Anthropic application', () => {
  const budget = { type: 'enabled', budget_tokens: 2048 }
  const CASES: Case[] = [
    ['deepseek/deepseek-v4-pro', budget, { thinking: on, reasoning_effort: 'low' }, ['approximated:thinking']],
    ['deepseek/deepseek-v4-pro', off, { thinking: off }, []],
    ['deepseek/deepseek-v4-pro', { type: 'adaptive' }, { thinking: on }, []],
    ['zhipu/glm-4.6', budget, { thinking: on }, ['approximated:thinking']],
    ['dashscope/qwen3.6-plus', budget, { enable_thinking: true, thinking_budget: 2048 }, []],
    ['dashscope/qwen3.6-plus', off, { enable_thinking: false }, []],
    ['dashscope/qwen3.8-max', off, { reasoning_effort: 'none' }, []],
    ['moonshot/kimi-k3', budget, { reasoning_effort: 'low' }, ['approximated:thinking']],
    ['moonshot/kimi-k2.7-code', off, {}, ['dropped:thinking']],
    ['minimax/MiniMax-M2.5', budget, { reasoning_split: true }, ['dropped:thinking']],
    ['minimax/MiniMax-M3', off, { thinking: off, reasoning_split: true }, []],
    ['minimax/MiniMax-M3', { type: 'adaptive' }, { thinking: { type: 'adaptive' }, reasoning_split: true }, []],
    ['openai/gpt-6-sol', off, { reasoning_effort: 'none' }, []],
    ['openai/gpt-4o', budget, {}, ['dropped:thinking']],
    ['qwenvllm/Qwen/Qwen3-8B', off, { chat_template_kwargs: { enable_thinking: false } }, []],
    ['anthropic/claude-sonnet-4-5', budget, { thinking: budget }, []],
    [
      'anthropic/claude-sonnet-5',
      budget,
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      ['approximated:thinking'],
    ],
  ]
  test.each(CASES)('%s: %j is sent as %j', async (...[model, thinking, seen, warnings]) => {
    answerOk(upstream)
    const told = await call(gateway, ANTHROPIC, { model, thinking, max_tokens: 9000 })
    expect([controls(lastSeen(upstream)), told.warnings]).toEqual([seen, warnings])
  })
})

describe('T21 the same wish for Qwen without thinking, where each host wants it', () => {
  const CASES: [model: string, asked: Record<string, unknown>, seen: Record<string, unknown>][] = [
    ['dashscope/qwen3-32b', { enable_thinking: false }, { enable_thinking: false }],
    ['dashscope/qwen3-32b', { chat_template_kwargs: { enable_thinking: false } }, { enable_thinking: false }],
    ['dashscope/qwen3-32b', { thinking: off }, { enable_thinking: false }],
    ['modelscope/Qwen/Qwen3-32B', { enable_thinking: false }, { enable_thinking: false }],
    ['siliconflow/Qwen/Qwen3.5-27B', { chat_template_kwargs: { enable_thinking: false } }, { enable_thinking: false }],
    ['qwenvllm/Qwen/Qwen3-8B', { enable_thinking: false }, { chat_template_kwargs: { enable_thinking: false } }],
  ]
  test.each(CASES)('%s: %j is sent as %j', async (model, asked, seen) => {
    answerOk(upstream)
    await call(gateway, OPENAI, { model, ...asked })
    expect(controls(lastSeen(upstream))).toEqual(seen)
  })

  const CHUNKS = [
    chunk({ role: 'assistant', reasoning_content: 'Hm, ', content: null }),
    chunk({ reasoning_content: 'so.' }),
    chunk({ content: 'Yes' }),
    chunk({ tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'f', arguments: '{"a"' } }] }),
    chunk({ tool_calls: [{ index: 0, id: '', type: 'function', function: { arguments: ':1}' } }] }, 'tool_calls'),
    chunk({}, null, { choices: [], usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } }),
  ]
  test.each([OPENAI, ANTHROPIC])('a whole answer of a model that only streams is folded, for $door', async (way) => {
    answerBoth(upstream, CHUNKS, {
      error: { message: 'parameter.enable_thinking must be set to false for non-streaming calls' },
    })
    const { heard } = await call(gateway, way, { model: 'dashscope/qwen3-32b' })
    expect(lastSeen(upstream)).toMatchObject({ stream: true, stream_options: { include_usage: true } })
    expect(heard).toEqual({
      text: 'Yes',
      reasoning: 'Hm, so.',
      tools: [{ id: 'call_a', name: 'f', input: { a: 1 } }],
      finish: 'tool_calls',
      usage: { input: 7, cached: 0, output: 5 },
    })
  })
})

describe('T21 in the Anthropic layer', () => {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null }
  const STREAM = anthropicStream([
    {
      type: 'message_start',
      message: { ...message, stop_sequence: null, usage: { input_tokens: 7, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm, so.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Yes' } },
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ] as { type: string }[])
  const refusal = {
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message: 'parameter.enable_thinking must be set to false for non-streaming calls',
    },
  }

  test.each([OPENAI, ANTHROPIC])(
    'a model that thinks unasked and then only streams is folded, for $door',
    async (way) => {
      upstream.answer = (seen, response) =>
        seen.json.stream === true ? sendStream(response, [STREAM]) : sendJson(response, refusal, 400)
      const { heard } = await call(gateway, way, { model: 'dashscope-a/qwen3-32b' })
      expect(heard).toEqual({
        text: 'Yes',
        reasoning: 'Hm, so.',
        tools: [],
        finish: 'stop',
        usage: { input: 7, cached: 0, output: 5 },
      })
    },
  )
})

describe('where reasoning stands in an answer', () => {
  const details = (text: string): unknown => [{ type: 'reasoning.text', text, index: 0 }]
  const CASES: [
    model: string,
    first: Record<string, unknown>,
    second: Record<string, unknown>,
    whole: Record<string, unknown>,
  ][] = [
    [
      'deepseek/deepseek-v4-pro',
      { reasoning_content: 'Hm, ', content: null },
      { reasoning_content: 'so.' },
      { reasoning_content: 'Hm, so.', content: 'Yes' },
    ],
    ['stepfun/step-3.7-flash', { reasoning: 'Hm, ' }, { reasoning: 'so.' }, { reasoning: 'Hm, so.', content: 'Yes' }],
    ['vllm/x', { reasoning: 'Hm, ' }, { reasoning: 'so.' }, { reasoning: 'Hm, so.', content: 'Yes' }],
    [
      'minimax/MiniMax-M2.5',
      { reasoning_details: details('Hm, ') },
      { reasoning_details: details('so.') },
      { reasoning_details: details('Hm, so.'), content: 'Yes' },
    ],
  ]
  test.each(
    CASES.flatMap(([model, first, second, whole]) => WAYS.map((way) => ({ model, first, second, whole, ...way }))),
  )('$model, by the SDK of $door (stream: $stream)', async ({ model, first, second, whole, ...way }) => {
    answerBoth(
      upstream,
      [chunk({ role: 'assistant', ...first }), chunk(second), chunk({ content: 'Yes' }), chunk({}, 'stop')],
      completion(whole),
    )
    const { heard } = await call(gateway, way, { model })
    expect(heard).toMatchObject({ text: 'Yes', reasoning: 'Hm, so.', finish: 'stop' })
  })
  test.each(WAYS.filter(({ door }) => door === 'anthropic'))(
    '<think> tags, cut anywhere (stream: $stream)',
    async (way) => {
      const pieces = ['<th', 'ink>\nHm, ', 'so.</', 'think>', 'Yes']
      answerBoth(
        upstream,
        [...pieces.map((content) => chunk({ role: 'assistant', content })), chunk({}, 'stop')],
        completion({ content: pieces.join('') }),
      )
      const { heard } = await call(gateway, way, { model: 'tags/m' })
      expect({ ...heard, reasoning: heard.reasoning.trim() }).toMatchObject({ text: 'Yes', reasoning: 'Hm, so.' })
    },
  )
})

describe('T20 thinking goes back in the next turn', () => {
  const tool = { role: 'tool', tool_call_id: 'call_a', content: 'rain' }
  const calls = [{ id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{}' } }]
  const turn = (more: Record<string, unknown>): unknown[] => [
    { role: 'user', content: 'weather?' },
    { role: 'assistant', content: '', tool_calls: calls, ...more },
    tool,
  ]
  const CLAUDE_TURN = [
    { role: 'user', content: 'weather?' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: '' },
        { type: 'tool_use', id: 'call_a', name: 'weather', input: {} },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_a', content: 'rain' }] },
  ]
  const detail = [{ type: 'reasoning.text', text: 'Hm.', index: 0 }]
  const CASES: [model: string, seen: Record<string, unknown>][] = [
    ['deepseek/deepseek-v4-pro', { reasoning_content: 'Hm.' }],
    ['moonshot/kimi-k2.6', { reasoning_content: 'Hm.' }],
    ['moonshot/kimi-k3', { reasoning_content: 'Hm.' }],
    ['zhipu/glm-4.6', { reasoning_content: 'Hm.' }],
    ['dashscope/qwen3.6-plus', { reasoning_content: 'Hm.' }],
    ['stepfun/step-3.7-flash', { reasoning: 'Hm.' }],
    ['minimax/MiniMax-M2.5', { reasoning_details: detail }],
  ]
  test.each(CASES)('of an OpenAI application, to %s', async (model, seen) => {
    answerOk(upstream)
    await call(gateway, OPENAI, { model, messages: turn({ reasoning_content: 'Hm.' }) })
    expect(lastSeen(upstream).messages[1]).toMatchObject({ ...seen, tool_calls: calls })
  })
  test.each(CASES)('of an Anthropic application, to %s', async (model, seen) => {
    answerOk(upstream)
    await call(gateway, ANTHROPIC, { model, messages: CLAUDE_TURN })
    expect(lastSeen(upstream).messages[1]).toMatchObject({ ...seen, tool_calls: calls })
  })
  test.each(['deepseek/deepseek-v4-pro', 'moonshot/kimi-k2.6', 'moonshot/kimi-k2.7-code'])(
    'an application that lost it gets an empty one in the tool loop of %s, not a 400 (T19)',
    async (model) => {
      answerOk(upstream)
      const { warnings } = await call(gateway, OPENAI, { model, messages: turn({}) })
      expect(lastSeen(upstream).messages[1].reasoning_content).toBe('')
      expect(warnings).toContain('emulated:messages.1.reasoning_content')
      await call(gateway, OPENAI, { model: 'deepseek/deepseek-v4-pro', messages: turn({}), reasoning_effort: 'none' })
      expect(lastSeen(upstream).messages[1]).not.toHaveProperty('reasoning_content')
    },
  )
})

describe('T22 seals that only their own platform can read', () => {
  test("Gemini's thought signature survives the round trip of an OpenAI application", async () => {
    const call_a = {
      id: 'call_a',
      type: 'function',
      function: { name: 'f', arguments: '{}' },
      extra_content: { google: { thought_signature: 'c2ln' } },
    }
    upstream.answer = (seen, response) =>
      seen.json.stream
        ? sendStream(response, [
            openaiStream([
              chunk({ role: 'assistant', tool_calls: [{ index: 0, ...call_a }] }),
              chunk({}, 'tool_calls'),
            ]),
          ])
        : sendJson(response, completion({ tool_calls: [call_a] }, 'tool_calls'))
    const ask = { model: 'gemini/gemini-2.5-flash', messages: [{ role: 'user', content: 'x' }] } as Json
    const whole = await gateway.openai().chat.completions.create(ask)
    const stream = await gateway.openai().chat.completions.stream(ask).finalChatCompletion()
    for (const answer of [whole, stream]) {
      const { message } = answer.choices[0]!
      await gateway.openai().chat.completions.create({
        ...ask,
        messages: [...ask.messages, message, { role: 'tool', tool_call_id: 'call_a', content: 'y' }],
      })
      expect(lastSeen(upstream).messages[1].tool_calls[0]).toMatchObject(call_a)
    }
  })

  test.each(['deepseek/deepseek-v4-pro', 'zhipu/glm-4.6'])(
    "another platform's encrypted reasoning is not sent to %s",
    async (model) => {
      answerOk(upstream)
      const encrypted = { type: 'reasoning.encrypted', data: 'b3BhcXVl', index: 0 }
      const messages = [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b', reasoning_details: [encrypted] },
        { role: 'user', content: 'c' },
      ]
      const { warnings } = await call(gateway, OPENAI, { model, messages })
      expect(upstream.seen[0]?.text).not.toContain('b3BhcXVl')
      expect(warnings.filter((warning) => warning.startsWith('dropped:messages.1.reasoning_details'))).toHaveLength(1)
    },
  )
})
