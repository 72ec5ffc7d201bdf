import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { answerOk, call, everyPlatform, lastSeen, PLATFORMS, type Json } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { startUpstream, type Upstream } from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startTestGateway({ providers: everyPlatform(upstream.url) })
  answerOk(upstream)
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
const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }
const CLAUDE_TOOL = { name: 'f', input_schema: { type: 'object', properties: {} } }

/** What of a body is not part of every request. */
function rest(body: Json): Record<string, unknown> {
  const { model: _model, messages: _messages, ...others } = body
  return others
}

async function sentByOpenai(model: string, body: Record<string, unknown>): Promise<[unknown, readonly string[]]> {
  const { warnings } = await call(gateway, OPENAI, { model, ...body })
  return [rest(lastSeen(upstream)), warnings]
}

describe('T23 nothing is lost in silence', () => {
  const FIELDS: Record<string, unknown> = {
    temperature: 0.5,
    top_p: 0.9,
    top_k: 20,
    max_tokens: 100,
    max_completion_tokens: 100,
    stop: ['END'],
    seed: 7,
    presence_penalty: 0.5,
    frequency_penalty: 0.5,
    n: 2,
    logit_bias: { '50256': -100 },
    logprobs: true,
    user: 'u-1',
    metadata: { a: 'b' },
    service_tier: 'flex',
    prompt_cache_key: 'k',
    parallel_tool_calls: false,
    tool_choice: 'required',
    response_format: { type: 'json_object' },
    reasoning_effort: 'high',
    from_tomorrow: { deep: true },
  }
  const WITH_TOOLS = new Set(['parallel_tool_calls', 'tool_choice'])
  const AS_CLAUDE: Record<string, string> = {
    max_completion_tokens: 'max_tokens',
    stop: 'stop_sequences',
    user: 'metadata',
    parallel_tool_calls: 'tool_choice',
    tool_choice: 'tool_choice',
  }
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  const names = (warning: string, field: string): boolean => {
    const path = warning.slice(warning.indexOf(':') + 1)
    return path === field || path.startsWith(`${field}.`)
  }

  test.each(PLATFORMS)('every field of an OpenAI body reaches %s as it is, or a warning names it', async (platform) => {
    const silent: string[] = []
    for (const [field, value] of Object.entries(FIELDS)) {
      const tools = WITH_TOOLS.has(field) ? { tools: [TOOL] } : {}
      const { warnings } = await call(gateway, OPENAI, { model: `${platform}/some-model`, [field]: value, ...tools })
      const said = platform === 'anthropic' ? AS_CLAUDE[field] : undefined
      const body = lastSeen(upstream)
      const arrived = said === undefined ? same(body[field], value) : body[said] !== undefined
      const named = warnings.some((warning) => names(warning, field))
      if (!arrived && !named) silent.push(field)
    }
    expect(silent).toEqual([])
  })

  const CLAUDE_FIELDS: Record<string, [value: unknown, as: string | undefined, path?: string]> = {
    temperature: [0.5, 'temperature'],
    top_p: [0.9, 'top_p'],
    top_k: [20, undefined],
    stop_sequences: [['END'], 'stop'],
    metadata: [{ user_id: 'u-1' }, undefined, 'metadata.user_id'],
    service_tier: ['auto', undefined],
    container: ['c', undefined],
    mcp_servers: [[{ type: 'url', url: 'https://x', name: 'x' }], undefined],
    context_management: [{ edits: [] }, undefined],
  }

  test.each(PLATFORMS.filter((id) => id !== 'anthropic'))(
    'nor of an Anthropic body on its way to %s',
    async (platform) => {
      const silent: string[] = []
      for (const [field, [value, as, path = field]] of Object.entries(CLAUDE_FIELDS)) {
        const { warnings } = await call(gateway, ANTHROPIC, { model: `${platform}/some-model`, [field]: value })
        const body = lastSeen(upstream)
        const arrived =
          JSON.stringify(as === undefined ? undefined : body[as]) === JSON.stringify(value) ||
          (field === 'metadata' && [body.user, body.user_id, body.safety_identifier].includes('u-1'))
        if (!arrived && !warnings.some((warning) => names(warning, path))) silent.push(field)
      }
      expect(silent).toEqual([])
    },
  )

  test.each(PLATFORMS)('%s never sees a null that nobody said', async (platform) => {
    for (const way of [OPENAI, ANTHROPIC]) {
      await call(gateway, way, { model: `${platform}/some-model`, temperature: 0.5 })
      const tools = way.door === 'openai' ? [TOOL] : [CLAUDE_TOOL]
      await call(gateway, way, { model: `${platform}/some-model`, tools })
    }
    expect(upstream.seen.map(({ text }) => text.includes('null'))).toEqual([false, false, false, false])
  })

  test.each([
    'moonshot/kimi-k2.6',
    'minimax/MiniMax-M2.5',
    'zhipu/glm-4.6',
    'anthropic/claude-sonnet-4-5',
    'spark/lite',
  ])('strict refuses what %s would lose, and sends nothing', async (model) => {
    const lossy = { model, temperature: 1.9, stop: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], logprobs: true }
    const asked = call(gateway, { ...OPENAI, headers: { 'x-tongwen-strict': 'true' } }, lossy)
    await expect(asked).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(asked).rejects.toMatchObject({ code: 'lossy_translation', type: 'invalid_request_error' })
    expect(upstream.seen).toEqual([])
  })
})

describe('the bound of the output', () => {
  const CASES: [model: string, sent: Record<string, unknown>, seen: Record<string, unknown>, warnings: string[]][] = [
    ['openai/gpt-6-sol', { max_tokens: 50 }, { max_completion_tokens: 50 }, ['renamed:max_tokens']],
    ['openai/gpt-6.2-astra', { max_tokens: 50 }, { max_completion_tokens: 50 }, ['renamed:max_tokens']],
    ['openai/o3', { max_tokens: 50 }, { max_completion_tokens: 50 }, ['renamed:max_tokens']],
    ['openai/gpt-6-sol', { max_completion_tokens: 50 }, { max_completion_tokens: 50 }, []],
    ['openai/gpt-4o', { max_tokens: 50 }, { max_tokens: 50 }, []],
    ['openai/gpt-4o', { max_tokens: 99_999 }, { max_tokens: 16_384 }, ['clamped:max_tokens']],
    ['deepseek/deepseek-v4-pro', { max_completion_tokens: 50 }, { max_tokens: 50 }, ['renamed:max_completion_tokens']],
    ['zhipu/glm-4.6', { max_completion_tokens: 50 }, { max_tokens: 50 }, ['renamed:max_completion_tokens']],
    ['siliconflow/x', { max_completion_tokens: 50 }, { max_tokens: 50 }, ['renamed:max_completion_tokens']],
    ['dashscope/qwen-plus', { max_completion_tokens: 50 }, { max_tokens: 50 }, ['renamed:max_completion_tokens']],
    ['dashscope/qwen3.8-max', { max_completion_tokens: 50 }, { max_completion_tokens: 50 }, []],
    ['anthropic/claude-sonnet-4-5', { max_completion_tokens: 50 }, { max_tokens: 50 }, []],
    ['anthropic/claude-sonnet-4-5', {}, { max_tokens: 64_000 }, ['defaulted:max_tokens']],
  ]
  test.each(CASES)('%s, asked with %j', async (...[model, body, seen, warnings]) => {
    expect(await sentByOpenai(model, body)).toEqual([seen, warnings])
  })

  test.each([
    ['openai/gpt-6-sol', 'max_completion_tokens'],
    ['openai/gpt-4o', 'max_tokens'],
    ['deepseek/deepseek-v4-pro', 'max_tokens'],
    ['moonshot/kimi-k3', 'max_tokens'],
  ])('of an Anthropic application: %s has %s', async (model, field) => {
    const { warnings } = await call(gateway, ANTHROPIC, { model, max_tokens: 50 })
    expect([rest(lastSeen(upstream)), warnings]).toEqual([{ [field]: 50 }, []])
  })
})

describe('ranges with open and closed ends', () => {
  const CASES: [model: string, field: string, given: number, seen: number | undefined, warning: string | undefined][] =
    [
      ['minimax/MiniMax-M2.5', 'temperature', 0, 0.01, 'clamped'],
      ['minimax/MiniMax-M2.5', 'temperature', 1, 1, undefined],
      ['minimax/MiniMax-M2.5', 'temperature', 1.5, 1, 'clamped'],
      ['dashscope/qwen-plus', 'temperature', 2, 1.99, 'clamped'],
      ['dashscope/qwen-plus', 'temperature', 0, 0, undefined],
      ['dashscope/qwen-plus', 'top_p', 0, 0.01, 'clamped'],
      ['dashscope/qwen-plus', 'top_p', 1, 1, undefined],
      ['anthropic/claude-sonnet-4-5', 'temperature', 1.5, 1, 'clamped'],
      ['anthropic/claude-sonnet-4-5', 'temperature', 1, 1, undefined],
      ['zhipu/glm-4.6', 'temperature', 1.5, 1, 'clamped'],
      ['zhipu/glm-4.6', 'temperature', 0, 0, undefined],
      ['zhipu/glm-4-plus', 'temperature', 0, 0.01, 'clamped'],
      ['zhipu/glm-4.6', 'top_p', 0, 0.01, 'clamped'],
      ['moonshot/kimi-k2.6', 'temperature', 0.3, undefined, 'dropped'],
      ['moonshot/kimi-k3', 'top_p', 0.3, undefined, 'dropped'],
      ['openai/gpt-6-astra', 'temperature', 0.3, undefined, 'dropped'],
      ['openai/o3', 'presence_penalty', 1, undefined, 'dropped'],
      ['openai/gpt-4o', 'temperature', 2, 2, undefined],
      ['deepseek/deepseek-v4-pro', 'top_p', 0, 0.01, 'clamped'],
      ['sensenova/x', 'top_p', 1, 0.99, 'clamped'],
      ['ark/doubao-seed-2-1-pro-260915', 'temperature', 2, 2, undefined],
    ]
  test.each(CASES)('%s %s %d is sent as %j', async (...[model, field, given, seen, action]) => {
    const { warnings } = await call(gateway, OPENAI, {
      model,
      [field]: given,
      ...(model.startsWith('anthropic') ? { max_tokens: 9 } : {}),
    })
    expect([lastSeen(upstream)[field], warnings]).toEqual([seen, action === undefined ? [] : [`${action}:${field}`]])
  })
  test.each(CASES.filter(([, field, given]) => field !== 'presence_penalty' && given <= 1))(
    'the same for an Anthropic application: %s %s %d is sent as %j',
    async (...[model, field, given, seen, action]) => {
      const { warnings } = await call(gateway, ANTHROPIC, { model, [field]: given })
      expect([lastSeen(upstream)[field], warnings]).toEqual([seen, action === undefined ? [] : [`${action}:${field}`]])
    },
  )
  test('Claude 4.1 and later take temperature or top_p', async () => {
    const body = { max_tokens: 9, temperature: 0.3, top_p: 0.5 }
    const seen = { max_tokens: 9, temperature: 0.3 }
    expect(await sentByOpenai('anthropic/claude-opus-4-5', body)).toEqual([seen, ['dropped:top_p']])
  })
})

describe('choices of tools that are not taken', () => {
  const named = { type: 'function', function: { name: 'f' } }
  const CASES: [model: string, choice: unknown, seen: unknown, warning: string | undefined][] = [
    ['zhipu/glm-4.6', 'required', 'auto', 'approximated:tool_choice'],
    ['zhipu/glm-4.6', named, 'auto', 'approximated:tool_choice'],
    ['zhipu/glm-4.6', 'auto', 'auto', undefined],
    ['moonshot/kimi-k2.6', 'required', 'auto', 'approximated:tool_choice'],
    ['moonshot/kimi-k2.6', named, 'auto', 'approximated:tool_choice'],
    ['moonshot/kimi-k2.6', 'none', 'none', undefined],
    ['moonshot/kimi-k3', named, 'required', 'approximated:tool_choice'],
    ['dashscope/qwen-plus', 'required', 'auto', 'approximated:tool_choice'],
    ['dashscope/qwen-plus', named, named, undefined],
    ['openai/gpt-4o', 'required', 'required', undefined],
  ]
  test.each(CASES)('%s: %j is sent as %j', async (...[model, tool_choice, seen, warning]) => {
    const { warnings } = await call(gateway, OPENAI, { model, tools: [TOOL], tool_choice })
    expect([lastSeen(upstream).tool_choice, warnings]).toEqual([seen, warning === undefined ? [] : [warning]])
  })
  test('where "none" is not taken the tools stay at home', async () => {
    const { warnings } = await call(gateway, OPENAI, { model: 'zhipu/glm-4.6', tools: [TOOL], tool_choice: 'none' })
    expect([rest(lastSeen(upstream)), warnings]).toEqual([{}, ['emulated:tool_choice']])
  })
  test.each([
    ['zhipu/glm-4.6', { type: 'any' }, 'auto', ['approximated:tool_choice']],
    ['moonshot/kimi-k2.6', { type: 'tool', name: 'f' }, 'auto', ['approximated:tool_choice']],
    ['openai/gpt-4o', { type: 'tool', name: 'f' }, named, []],
  ])('of an Anthropic application: %s: %j is sent as %j', async (...[model, tool_choice, seen, warnings]) => {
    const told = await call(gateway, ANTHROPIC, { model, tools: [CLAUDE_TOOL], tool_choice })
    expect([lastSeen(upstream).tool_choice, told.warnings]).toEqual([seen, warnings])
  })
})

describe('the order of messages', () => {
  const MESSAGES = [
    { role: 'user', content: 'a' },
    { role: 'user', content: 'b' },
    { role: 'system', content: 'S' },
    { role: 'assistant', content: 'c' },
    { role: 'user', content: 'd' },
  ]
  test('Tencent: instructions first, then strict turns', async () => {
    const { warnings } = await call(gateway, OPENAI, { model: 'hunyuan/hy3', messages: MESSAGES })
    expect(lastSeen(upstream).messages).toEqual([
      { role: 'system', content: 'S' },
      { role: 'user', content: 'a\n\nb' },
      { role: 'assistant', content: 'c' },
      { role: 'user', content: 'd' },
    ])
    expect(warnings).toEqual(['reordered:messages', 'reordered:messages.2'])
  })
  test('Anthropic: instructions apart, neighbours in one turn', async () => {
    const { warnings } = await call(gateway, OPENAI, {
      model: 'anthropic/claude-sonnet-4-5',
      max_tokens: 9,
      messages: MESSAGES,
    })
    expect(lastSeen(upstream)).toMatchObject({
      system: 'S',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'assistant', content: 'c' },
        { role: 'user', content: 'd' },
      ],
    })
    expect(warnings).toEqual(['reordered:messages.1', 'reordered:messages.2'])
  })
  test('others take them as they come', async () => {
    const { warnings } = await call(gateway, OPENAI, { model: 'deepseek/deepseek-v4-pro', messages: MESSAGES })
    expect([lastSeen(upstream).messages, warnings]).toEqual([MESSAGES, []])
  })
  test('developer is system where nobody knows the word', async () => {
    const messages = [
      { role: 'developer', content: 'S' },
      { role: 'user', content: 'a' },
    ]
    const { warnings } = await call(gateway, OPENAI, { model: 'moonshot/kimi-k2.6', messages })
    expect([lastSeen(upstream).messages[0], warnings]).toEqual([
      { role: 'system', content: 'S' },
      ['renamed:messages.0.role'],
    ])
    await call(gateway, OPENAI, { model: 'openai/gpt-6-sol', messages })
    expect(lastSeen(upstream).messages).toEqual(messages)
  })
})
