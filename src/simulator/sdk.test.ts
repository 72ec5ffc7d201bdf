import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, describe, expect, it } from 'vitest'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'

const running: SimulatorServer[] = []

afterAll(async () => {
  await Promise.all(running.map((server) => server.close()))
})

async function openai(platform: string): Promise<OpenAI> {
  const server = await startSimulator({ platform, key: 'sk-simulated' })
  running.push(server)
  return new OpenAI({ apiKey: 'sk-simulated', baseURL: `${server.url}/v1`, maxRetries: 0 })
}

async function anthropic(platform: string): Promise<Anthropic> {
  const server = await startSimulator({ platform, key: 'sk-simulated' })
  running.push(server)
  return new Anthropic({ apiKey: 'sk-simulated', baseURL: server.url, maxRetries: 0 })
}

const TOOL = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'Tells the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

/** Platforms in OpenAI's dialect, with a model; those whose `tool_choice` takes no name are asked by a directive. */
const SPOKEN = [
  { platform: 'openai', model: 'gpt-4o' },
  { platform: 'azure', model: 'my-deployment' },
  { platform: 'deepseek', model: 'deepseek-flash' },
  { platform: 'moonshot', model: 'kimi-k3' },
  { platform: 'minimax', model: 'MiniMax-M3' },
  { platform: 'zhipu', model: 'glm-5.3' },
  { platform: 'dashscope', model: 'qwen3.8-max' },
  { platform: 'siliconflow', model: 'deepseek-ai/DeepSeek-V3.2' },
  { platform: 'simulator', model: 'anything' },
]

describe.each(SPOKEN)('the official openai SDK with $platform', ({ platform, model }) => {
  const messages = [{ role: 'user' as const, content: 'Grüße 你好' }]
  const asking = [{ role: 'user' as const, content: 'Weather? [[simulate call=weather]]' }]

  it('has a whole answer', async () => {
    const client = await openai(platform)
    const answer = await client.chat.completions.create({ model, messages })
    const { message, finish_reason: finish } = answer.choices[0]!
    expect({
      said: message.content?.endsWith('You said: Grüße 你好'),
      finish,
      total: answer.usage?.total_tokens,
    }).toEqual({
      said: true,
      finish: 'stop',
      total: answer.usage!.prompt_tokens + answer.usage!.completion_tokens,
    })
  })

  it('has the same answer as a stream', async () => {
    const client = await openai(platform)
    const stream = client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } })
    const answer = await stream.finalChatCompletion()
    const { message, finish_reason: finish } = answer.choices[0]!
    expect({ said: message.content?.endsWith('You said: Grüße 你好'), finish }).toEqual({ said: true, finish: 'stop' })
  })

  it('has tool calls, whole and streamed, and takes their results back', async () => {
    const client = await openai(platform)
    const whole = await client.chat.completions.create({ model, messages: asking, tools: [TOOL] })
    const stream = client.chat.completions.stream({ model, messages: asking, tools: [TOOL] })
    const streamed = (await stream.finalChatCompletion()).choices[0]!.message
    const { message } = whole.choices[0]!
    for (const each of [message, streamed]) {
      expect(each.tool_calls).toMatchObject([{ function: { name: 'weather', arguments: '{"city":"city"}' } }])
    }
    const [call] = message.tool_calls!
    const result = { role: 'tool' as const, tool_call_id: call!.id, content: 'sunny' }
    // Moonshot refuses `content: null` beside tool calls.
    const { content, ...turn } = message
    const own = { ...turn, ...(content === null ? {} : { content }) } as typeof message
    const after = await client.chat.completions.create({ model, messages: [...asking, own, result], tools: [TOOL] })
    expect(after.choices[0]!.message.content).toMatch(/The tool said: sunny$/)
  })

  it('throws its own errors', async () => {
    const client = await openai(platform)
    const strange = client.withOptions({ apiKey: 'sk-other' }).chat.completions.create({ model, messages })
    await expect(strange).rejects.toThrow(OpenAI.AuthenticationError)
  })
})

describe.each([
  { platform: 'anthropic', model: 'claude-sonnet-5-5' },
  { platform: 'deepseek', model: 'deepseek-flash' },
  { platform: 'simulator', model: 'anything' },
])('the official Anthropic SDK with $platform', ({ platform, model }) => {
  const tool = { name: 'weather', input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } } }
  const question = { model, max_tokens: 1_000, messages: [{ role: 'user' as const, content: 'Grüße 你好' }] }
  const asking = { ...question, tools: [tool], tool_choice: { type: 'tool' as const, name: 'weather' } }

  it('has a whole answer, and the same as a stream', async () => {
    const client = await anthropic(platform)
    const whole = await client.messages.create(question)
    const streamed = await client.messages.stream(question).finalMessage()
    const text = { type: 'text', text: 'You said: Grüße 你好' }
    expect([whole.content.at(-1), whole.stop_reason]).toEqual([text, 'end_turn'])
    expect([streamed.content.at(-1), streamed.stop_reason]).toEqual([text, 'end_turn'])
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens)
  })

  it('has tool calls, whole and streamed, and takes their results back', async () => {
    const client = await anthropic(platform)
    const whole = await client.messages.create(asking)
    const streamed = await client.messages.stream(asking).finalMessage()
    for (const each of [whole, streamed]) {
      expect([each.content.at(-1), each.stop_reason]).toEqual([
        { type: 'tool_use', id: expect.stringMatching(/^toolu_/), name: 'weather', input: { city: 'city' } },
        'tool_use',
      ])
    }
    const call = whole.content.at(-1) as Anthropic.ToolUseBlock
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'sunny' }
    const messages = [
      ...question.messages,
      { role: 'assistant' as const, content: whole.content },
      { role: 'user' as const, content: [result] },
    ]
    const after = await client.messages.create({ ...question, messages, tools: [tool] })
    expect(after.content.at(-1)).toEqual({ type: 'text', text: 'The tool said: sunny' })
  })

  it('throws its own errors, before and inside a stream', async () => {
    const client = await anthropic(platform)
    const strange = client.withOptions({ apiKey: 'sk-other' }).messages.create(question)
    await expect(strange).rejects.toThrow(Anthropic.AuthenticationError)
    const broken = { ...question, messages: [{ role: 'user' as const, content: 'Hi [[simulate fault=error:2]]' }] }
    await expect(client.messages.stream(broken).finalMessage()).rejects.toThrow('Overloaded')
  })
})

it('thinks in sealed blocks for Anthropic', async () => {
  const client = await anthropic('anthropic')
  const thinking = { type: 'adaptive' as const }
  const answer = await client.messages
    .stream({ model: 'claude-sonnet-5-5', max_tokens: 4_000, thinking, messages: [{ role: 'user', content: 'Hi' }] })
    .finalMessage()
  expect(answer.content).toEqual([
    {
      type: 'thinking',
      thinking: 'The user said something. I say it back.',
      signature: expect.stringMatching(/^c2ltdWxhdGVk[0-9a-f]{32}$/),
    },
    { type: 'text', text: 'You said: Hi' },
  ])
})
