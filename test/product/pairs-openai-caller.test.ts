import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ANTHROPIC_ANSWER, PNG, WEATHER } from '#test/support/pairs.ts'
import { gatewayTo, type TestGateway } from '#test/support/gateway.ts'
import { anthropicStream, sendJson, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'

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

describe('an OpenAI application on an Anthropic platform', () => {
  test('system text, turns, images, parallel calls, results, choice, stops and limits arrive in Anthropic words', async () => {
    upstream.answer = (_seen, response) => sendJson(response, ANTHROPIC_ANSWER)
    const { data, response } = await gateway
      .openai()
      .chat.completions.create({
        model: 'anthropic-like',
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look:' },
              { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
              { type: 'image_url', image_url: { url: 'https://example.com/a.jpg' } },
            ],
          },
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Berlin"}' } },
              { id: 'call_2', type: 'function', function: { name: 'now', arguments: '' } },
            ],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
          { role: 'tool', tool_call_id: 'call_2', content: 'noon' },
          { role: 'user', content: 'So?' },
        ],
        tools: [
          { type: 'function', function: { name: 'weather', description: 'of a city', parameters: WEATHER } },
          { type: 'function', function: { name: 'now' } },
        ],
        tool_choice: 'required',
        parallel_tool_calls: false,
        max_completion_tokens: 300,
        temperature: 0.3,
        stop: ['END', 'STOP'],
        user: 'u-1',
      })
      .withResponse()
    expect(upstream.seen[0]?.path).toBe('/v1/messages')
    expect(upstream.seen[0]?.headers).toMatchObject({
      'x-api-key': 'sk-upstream-anthropic',
      'anthropic-version': '2023-06-01',
    })
    expect(upstream.seen[0]?.json).toEqual({
      model: 'some-claude',
      max_tokens: 300,
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look:' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.jpg' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Berlin' } },
            { type: 'tool_use', id: 'call_2', name: 'now', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_1', content: 'rain' },
            { type: 'tool_result', tool_use_id: 'call_2', content: 'noon' },
            { type: 'text', text: 'So?' },
          ],
        },
      ],
      tools: [
        { name: 'weather', description: 'of a city', input_schema: WEATHER },
        { name: 'now', input_schema: { type: 'object', properties: {} } },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      temperature: 0.3,
      stop_sequences: ['END', 'STOP'],
      metadata: { user_id: 'u-1' },
    })
    expect(data).toMatchObject({
      choices: [{ message: { role: 'assistant', content: 'fine' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 24, completion_tokens: 5, total_tokens: 29, prompt_tokens_details: { cached_tokens: 8 } },
    })
    expect(response.headers.get('x-tongwen-target')).toBe('a/some-claude')
    expect(response.headers.get('x-tongwen-attempts')).toBe('1')
  })

  test('thinking with its signature comes out, goes back, and is a thinking block again', async () => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [
        anthropicStream([
          {
            type: 'message_start',
            message: {
              ...ANTHROPIC_ANSWER,
              content: [],
              stop_reason: null,
              usage: { input_tokens: 9, output_tokens: 1 },
            },
          },
          { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm, ' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: '天气' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2lnbmF0dXJl' } },
          { type: 'content_block_stop', index: 0 },
          { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'b3BhcXVl' } },
          { type: 'content_block_stop', index: 1 },
          {
            type: 'content_block_start',
            index: 2,
            content_block: { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} },
          },
          { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"ci' } },
          { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: 'ty":"Bonn"}' } },
          { type: 'content_block_stop', index: 2 },
          {
            type: 'message_delta',
            delta: { stop_reason: 'tool_use', stop_sequence: null },
            usage: { output_tokens: 30 },
          },
          { type: 'message_stop' },
        ] as { type: string }[]),
      ])
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: WEATHER } }]
    const stream = await gateway.openai().chat.completions.create({
      model: 'anthropic-like',
      messages: [{ role: 'user', content: 'weather?' }],
      tools,
      reasoning_effort: 'low',
      max_completion_tokens: 4000,
      stream: true,
    })
    let reasoning = ''
    const details: any[] = []
    let call = { id: '', name: '', arguments: '' }
    let finish: string | null | undefined
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta as any
      reasoning += delta?.reasoning_content ?? ''
      details.push(...(delta?.reasoning_details ?? []))
      for (const piece of delta?.tool_calls ?? []) {
        call = {
          id: call.id || piece.id,
          name: call.name || piece.function?.name,
          arguments: call.arguments + (piece.function?.arguments ?? ''),
        }
      }
      finish = chunk.choices[0]?.finish_reason ?? finish
    }
    expect(upstream.seen[0]?.json.thinking).toEqual({ type: 'enabled', budget_tokens: 2048 })
    expect([reasoning, call, finish]).toEqual([
      'Hm, 天气',
      { id: 'toolu_1', name: 'weather', arguments: '{"city":"Bonn"}' },
      'tool_calls',
    ])
    expect(details.map((detail) => detail.signature ?? detail.data)).toEqual([
      'tw.anthropic-messages.c2lnbmF0dXJl',
      'tw.anthropic-messages.b3BhcXVl',
    ])

    upstream.answer = (_seen, response) => sendJson(response, ANTHROPIC_ANSWER)
    await gateway.openai().chat.completions.create({
      model: 'anthropic-like',
      messages: [
        { role: 'user', content: 'weather?' },
        {
          role: 'assistant',
          content: null,
          reasoning_content: reasoning,
          reasoning_details: [
            { type: 'reasoning.text', text: reasoning, signature: details[0].signature, index: 0 },
            details.at(-1),
          ],
          tool_calls: [{ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }],
        } as any,
        { role: 'tool', tool_call_id: call.id, content: 'sun' },
      ],
      tools,
      reasoning_effort: 'low',
      max_completion_tokens: 4000,
    })
    expect(upstream.seen[1]?.json.messages[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm, 天气', signature: 'c2lnbmF0dXJl' },
        { type: 'redacted_thinking', data: 'b3BhcXVl' },
        { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Bonn' } },
      ],
    })
  })

  test('a JSON schema goes as an output format, and what cannot be said is named in the header', async () => {
    upstream.answer = (_seen, response) => sendJson(response, ANTHROPIC_ANSWER)
    const { response } = await gateway
      .openai()
      .chat.completions.create({
        model: 'anthropic-like',
        messages: [{ role: 'user', content: 'x' }],
        response_format: { type: 'json_schema', json_schema: { name: 'city', schema: WEATHER, strict: true } },
        max_tokens: 50,
        seed: 7,
        logit_bias: { '50256': -100 },
        temperature: 1.6,
        presence_penalty: 0.5,
      })
      .withResponse()
    expect(upstream.seen[0]?.json.output_config).toEqual({ format: { type: 'json_schema', schema: WEATHER } })
    expect(upstream.seen[0]?.json.temperature).toBe(1)
    const warnings = response.headers.get('x-tongwen-warnings')?.split(', ').toSorted()
    expect(warnings).toEqual(
      expect.arrayContaining(['clamped:temperature', 'dropped:logit_bias', 'dropped:presence_penalty', 'dropped:seed']),
    )
    const trace = (await (await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)).json()) as any
    expect(trace.warnings.map((warning: any) => `${warning.action}:${warning.path}`)).toEqual(
      expect.arrayContaining(warnings ?? []),
    )
  })

  test('strict refuses what would be lost, and nothing is sent', async () => {
    const asked = gateway
      .openai()
      .chat.completions.create(
        { model: 'anthropic-like', messages: [{ role: 'user', content: 'x' }], max_tokens: 50, logit_bias: { '1': 1 } },
        { headers: { 'x-tongwen-strict': 'true' } },
      )
    await expect(asked).rejects.toMatchObject({ status: 400, type: 'invalid_request_error', param: 'logit_bias' })
    expect(upstream.seen).toEqual([])
  })

  test('a refusal is a content_filter', async () => {
    upstream.answer = (_seen, response) =>
      sendJson(response, { ...ANTHROPIC_ANSWER, stop_reason: 'refusal', content: [] })
    const answer = await gateway
      .openai()
      .chat.completions.create({ model: 'anthropic-like', messages: [{ role: 'user', content: 'x' }], max_tokens: 5 })
    expect(answer.choices[0]?.finish_reason).toBe('content_filter')
  })
})
