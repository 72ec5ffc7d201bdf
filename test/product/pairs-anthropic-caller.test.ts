import type Anthropic from '@anthropic-ai/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ANTHROPIC_ANSWER, OPENAI_ANSWER, PNG, WEATHER } from '#test/support/pairs.ts'
import { gatewayTo, KEY, type TestGateway } from '#test/support/gateway.ts'
import { openaiStream, sendJson, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await gatewayTo(upstream.url)
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

describe('an Anthropic application on an OpenAI-like platform', () => {
  test('system blocks, tool use and results, images and stops arrive in OpenAI words', async () => {
    upstream.answer = (_seen, response) => sendJson(response, OPENAI_ANSWER)
    // Not in the SDK's types any more; applications still send it.
    const sampling = { temperature: 0.2 }
    const asked: Anthropic.MessageCreateParamsNonStreaming = {
      model: 'openai-like',
      max_tokens: 200,
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look:' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Calling' },
            { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Bonn' } },
            { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'rain' }] },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: 'noon' },
            { type: 'text', text: 'So?' },
          ],
        },
      ],
      tools: [
        { name: 'weather', description: 'of a city', input_schema: WEATHER },
        { name: 'now', input_schema: { type: 'object' } },
      ],
      tool_choice: { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
      stop_sequences: ['END'],
      ...sampling,
    }
    const message = await gateway.anthropic().messages.create(asked)
    expect(upstream.seen[0]?.path).toBe('/v1/chat/completions')
    expect(upstream.seen[0]?.headers.authorization).toBe('Bearer sk-upstream-openai')
    expect(upstream.seen[0]?.json).toMatchObject({
      model: 'some-model',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look:' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
          ],
        },
        {
          role: 'assistant',
          content: 'Calling',
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
            { id: 'toolu_2', type: 'function', function: { name: 'now', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'rain' },
        { role: 'tool', tool_call_id: 'toolu_2', content: 'noon' },
        { role: 'user', content: 'So?' },
      ],
      tools: [
        { type: 'function', function: { name: 'weather', description: 'of a city', parameters: WEATHER } },
        { type: 'function', function: { name: 'now', parameters: { type: 'object' } } },
      ],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      parallel_tool_calls: false,
      stop: ['END'],
      temperature: 0.2,
    })
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'fine' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 12, cache_read_input_tokens: 8, output_tokens: 5 },
    })
  })

  test('reasoning, text and parallel calls with interleaved fragments become well-formed blocks', async () => {
    const chunk = (delta: unknown, finish_reason: string | null = null): unknown => ({
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'some-model',
      choices: [{ index: 0, delta, finish_reason }],
    })
    const call = (index: number, more: Record<string, unknown>): unknown => ({ tool_calls: [{ index, ...more }] })
    upstream.answer = (_seen, response) =>
      sendStream(response, [
        openaiStream([
          chunk({ role: 'assistant', content: null, reasoning_content: 'Let me ' }),
          chunk({ reasoning_content: 'see' }),
          chunk({ content: 'I will ' }),
          chunk({ content: 'look' }),
          chunk(call(0, { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } })),
          chunk(call(0, { function: { arguments: '{"city":' } })),
          chunk(call(1, { id: 'call_b', type: 'function', function: { name: 'weather', arguments: '{"city"' } })),
          chunk(call(0, { function: { arguments: '"Bonn"}' } })),
          chunk(call(1, { function: { arguments: ':"Köln"}' } })),
          chunk(call(2, { id: 'call_c', type: 'function', function: { name: 'now', arguments: '' } })),
          chunk({}, 'tool_calls'),
          {
            id: 'c',
            object: 'chat.completion.chunk',
            created: 1,
            model: 'some-model',
            choices: [],
            usage: { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16 },
          },
        ]),
      ])
    const message = await gateway
      .anthropic()
      .messages.stream({
        model: 'openai-like',
        max_tokens: 200,
        messages: [{ role: 'user', content: 'x' }],
        tools: [{ name: 'weather', input_schema: WEATHER }],
      })
      .finalMessage()
    expect(message.content).toEqual([
      { type: 'thinking', thinking: 'Let me see', signature: '' },
      { type: 'text', text: 'I will look' },
      { type: 'tool_use', id: 'call_a', name: 'weather', input: { city: 'Bonn' } },
      { type: 'tool_use', id: 'call_b', name: 'weather', input: { city: 'Köln' } },
      { type: 'tool_use', id: 'call_c', name: 'now', input: {} },
    ])
    expect([message.stop_reason, message.usage.input_tokens, message.usage.output_tokens]).toEqual(['tool_use', 7, 9])
    expect(upstream.seen[0]?.json).toMatchObject({ stream: true, stream_options: { include_usage: true } })
  })
})

describe('within one dialect', () => {
  test('fields invented yesterday travel both ways on OpenAI chat', async () => {
    const answer = { ...OPENAI_ANSWER, tomorrow: { a: [1] }, choices: [{ ...OPENAI_ANSWER['choices'][0], karma: 7 }] }
    upstream.answer = (_seen, response) => sendJson(response, answer)
    const body = {
      model: 'openai-like',
      messages: [{ role: 'user', content: 'x', mood: 'good' }],
      from_tomorrow: { deep: true },
      top_k: 3,
    }
    const response = await gateway.post('/v1/chat/completions', body)
    expect(await response.json()).toEqual(answer)
    expect(upstream.seen[0]?.json).toEqual({ ...body, model: 'some-model' })
    expect(response.headers.get('x-tongwen-warnings')).toBeNull()
  })

  test('and on Anthropic messages', async () => {
    const answer = { ...ANTHROPIC_ANSWER, content: [{ type: 'hologram', data: 'x' }], tomorrow: 1 }
    upstream.answer = (_seen, response) => sendJson(response, answer)
    const body = {
      model: 'anthropic-like',
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'smell', of: 'rain' }] }],
      from_tomorrow: 2,
    }
    const response = await gateway.post('/v1/messages', body, { 'x-api-key': KEY })
    expect(await response.json()).toEqual(answer)
    expect(upstream.seen[0]?.json).toEqual({ ...body, model: 'some-claude' })
  })
})
