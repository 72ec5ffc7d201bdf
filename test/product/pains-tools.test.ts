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
  type Way,
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
import { complainOfAnthropicStream } from '#test/support/well-formed.ts'

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

const STREAMED: readonly Way[] = WAYS.filter((way) => way.stream)
const ASK = { messages: [{ role: 'user', content: 'go' }], max_tokens: 500 }
const fragment = (index: number, called: Record<string, unknown>, more: Record<string, unknown> = {}): unknown => ({
  tool_calls: [{ index, ...more, function: called }],
})
const BONN = { id: 'call_a', name: 'weather', input: { city: 'Bonn' } }
const KOELN = { id: 'call_b', name: 'weather', input: { city: 'Köln' } }

async function raw(path: string, model: string): Promise<string> {
  return (await gateway.post(path, { ...ASK, model, stream: true })).text()
}

/** Events of an Anthropic stream around one list of blocks. */
function claude(blocks: readonly Record<string, unknown>[], stop_reason = 'tool_use'): Buffer {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null }
  const usage = { input_tokens: 7, output_tokens: 1 }
  return anthropicStream([
    { type: 'message_start', message: { ...message, stop_sequence: null, usage } },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ] as { type: string }[])
}
const block = (index: number, content_block: unknown, ...deltas: readonly unknown[]): Record<string, unknown>[] => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
]

describe('T12 a tool call whose fragments repeat its name, and whose last fragment rides with the finish reason', () => {
  const CHUNKS = [
    chunk({ role: 'assistant', content: '' }),
    chunk(fragment(0, { name: 'weather', arguments: '' }, { id: 'call_a', type: 'function' })),
    chunk(fragment(0, { name: 'weather', arguments: '{"city"' }, { id: 'call_a', type: 'function' })),
    // Alibaba: an empty id must not overwrite the first one.
    chunk(fragment(0, { name: '', arguments: ':"Bo' }, { id: '', type: 'function' })),
    chunk(fragment(0, { arguments: 'nn"}' }), 'tool_calls'),
  ]
  const TARGETS = ['moonshot/kimi-k2.6', 'zhipu/glm-4.6', 'dashscope/qwen-plus', 'deepseek/deepseek-v4-pro']

  test.each(TARGETS.flatMap((model) => STREAMED.map((way) => ({ model, ...way }))))(
    '$model, by the SDK of $door: one call with all its arguments',
    async ({ model, ...way }) => {
      upstream.answer = (_seen, response) => sendStream(response, [openaiStream(CHUNKS)])
      const { heard } = await call(gateway, way, { model })
      expect([heard.tools, heard.finish]).toEqual([[BONN], 'tool_calls'])
    },
  )

  test('the block is opened once, and closed once', async () => {
    upstream.answer = (_seen, response) => sendStream(response, [openaiStream(CHUNKS)])
    const text = await raw('/v1/messages', 'moonshot/kimi-k2.6')
    expect(complainOfAnthropicStream(text)).toEqual([])
    expect(text.match(/event: content_block_start/g)).toHaveLength(1)
  })

  test.each(STREAMED)('an Anthropic platform that opens its call twice, by the SDK of $door', async (way) => {
    const start = { type: 'content_block_start', index: 0, content_block: { ...BONN, type: 'tool_use', input: {} } }
    const json = (partial_json: string): Record<string, unknown> => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json },
    })
    const stop = { type: 'content_block_stop', index: 0 }
    upstream.answer = (_seen, response) =>
      sendStream(response, [claude([start, json('{"city":'), start, json('"Bonn"}'), stop])])
    const { heard } = await call(gateway, way, { model: 'claude/x' })
    expect([heard.tools, heard.finish]).toEqual([[BONN], 'tool_calls'])
  })

  test.each(STREAMED)('fragments of parallel calls that interleave, by the SDK of $door', async (way) => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [
        openaiStream([
          chunk({
            role: 'assistant',
            ...(fragment(0, { name: 'weather', arguments: '' }, { id: 'call_a', type: 'function' }) as object),
          }),
          chunk(fragment(0, { arguments: '{"city":' })),
          chunk(fragment(1, { name: 'weather', arguments: '{"city"' }, { id: 'call_b', type: 'function' })),
          chunk(fragment(0, { arguments: '"Bonn"}' })),
          chunk(fragment(1, { arguments: ':"Köln"}' }), 'tool_calls'),
        ]),
      ])
    const { heard } = await call(gateway, way, { model: 'openai-compatible/m' })
    expect(heard.tools).toEqual([BONN, KOELN])
  })
})

describe('T13 text and thinking before the calls', () => {
  const CONTENT = [
    { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
    { type: 'text', text: 'Looking.' },
    { type: 'tool_use', ...BONN },
    { type: 'tool_use', ...KOELN },
  ]
  const json = (input: unknown): unknown => ({ type: 'input_json_delta', partial_json: JSON.stringify(input) })
  const STREAM = claude([
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'Hm.' },
      { type: 'signature_delta', signature: 'c2ln' },
    ),
    ...block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'Looking.' }),
    ...block(2, { type: 'tool_use', ...BONN, input: {} }, json(BONN.input)),
    ...block(3, { type: 'tool_use', ...KOELN, input: {} }, json(KOELN.input)),
  ])
  const answer = (seen: Upstream['seen'][number], response: Parameters<Upstream['answer']>[1]): unknown =>
    seen.json.stream
      ? sendStream(response, [STREAM])
      : sendJson(response, {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: CONTENT,
          stop_reason: 'tool_use',
          stop_sequence: null,
          usage: { input_tokens: 7, output_tokens: 5 },
        })

  test('tool_calls are numbered from 0', async () => {
    upstream.answer = (seen, response) => void answer(seen, response)
    const text = await raw('/v1/chat/completions', 'anthropic/claude-sonnet-4-5')
    const chunks = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data!))
    const calls = chunks.flatMap((one) => one.choices[0]?.delta.tool_calls ?? [])
    expect([...new Set(calls.map(({ index }: Json) => index))]).toEqual([0, 1])
    expect(calls.filter(({ id }: Json) => id !== undefined).map(({ index, id }: Json) => [index, id])).toEqual([
      [0, 'call_a'],
      [1, 'call_b'],
    ])
  })

  test.each(WAYS)('are all there for the SDK of $door (stream: $stream)', async (way) => {
    upstream.answer = (seen, response) => void answer(seen, response)
    const { heard } = await call(gateway, way, { model: 'deepseek-a/deepseek-v4-pro' })
    expect(heard).toMatchObject({ text: 'Looking.', reasoning: 'Hm.', tools: [BONN, KOELN], finish: 'tool_calls' })
  })
})

describe('T14 a tool without parameters', () => {
  const TOOLS = [{ type: 'function', function: { name: 'now', description: 'the time' } }]
  const TARGETS = [
    'openai/gpt-4o',
    'deepseek/deepseek-v4-pro',
    'moonshot/kimi-k2.6',
    'zhipu/glm-4.6',
    'dashscope/qwen-plus',
    'minimax/MiniMax-M2.5',
    'siliconflow/deepseek-ai/DeepSeek-V3',
    'huawei-maas/x',
    'vllm/x',
  ]

  test.each(TARGETS)('reaches %s', async (model) => {
    answerOk(upstream)
    await call(gateway, { door: 'openai', stream: false }, { model, tools: TOOLS })
    expect(lastSeen(upstream).tools).toEqual([
      { type: 'function', function: expect.objectContaining(TOOLS[0]!.function) },
    ])
  })

  test.each(['anthropic/claude-sonnet-4-5', 'deepseek-a/deepseek-v4-pro'])(
    'has an empty schema at %s',
    async (model) => {
      answerOk(upstream)
      await call(gateway, { door: 'openai', stream: false }, { model, tools: TOOLS })
      expect(lastSeen(upstream).tools).toEqual([
        { name: 'now', description: 'the time', input_schema: { type: 'object', properties: {} } },
      ])
    },
  )
})

describe('T15 a call that comes whole, in one piece', () => {
  const PIECES: [name: string, tool_calls: unknown[], tools: unknown[]][] = [
    [
      'with text',
      [{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } }],
      [BONN],
    ],
    [
      'with an object',
      [{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: { city: 'Bonn' } } }],
      [BONN],
    ],
    [
      'without arguments',
      [{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } }],
      [{ ...BONN, input: {} }],
    ],
    [
      'without ids and all with index 0, as Gemini does',
      [
        { index: 0, function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
        { index: 0, function: { name: 'weather', arguments: '{"city":"Köln"}' } },
      ],
      [
        { ...BONN, id: expect.stringMatching(/./) },
        { ...KOELN, id: expect.stringMatching(/./) },
      ],
    ],
  ]
  const ANTHROPIC = WAYS.filter((way) => way.door === 'anthropic')
  test.each(PIECES.flatMap(([name, calls, tools]) => ANTHROPIC.map((way) => ({ name, calls, tools, ...way }))))(
    '$name (stream: $stream)',
    async ({ calls, tools, ...way }) => {
      answerBoth(
        upstream,
        [chunk({ role: 'assistant', tool_calls: calls }), chunk({}, 'stop')],
        completion({ tool_calls: calls }, 'stop'),
      )
      const { heard } = await call(gateway, way, { model: 'gemini/gemini-2.5-flash' })
      expect([heard.tools, heard.finish]).toEqual([tools, 'tool_calls'])
      expect(new Set(heard.tools.map(({ id }) => id)).size).toBe(tools.length)
    },
  )

  test('every tool_use block has a delta', async () => {
    const calls = [
      { index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
    ]
    answerBoth(upstream, [chunk({ role: 'assistant', tool_calls: calls }), chunk({}, 'tool_calls')], {})
    const text = await raw('/v1/messages', 'gemini/gemini-2.5-flash')
    expect(complainOfAnthropicStream(text)).toEqual([])
    expect(text).toContain('"type":"input_json_delta","partial_json":"{\\"city\\":\\"Bonn\\"}"')
  })
})

describe('T16 thinking never lands in a block of text', () => {
  const CHUNKS = [
    chunk({ role: 'assistant', reasoning_content: 'A' }),
    chunk({ content: 'one' }),
    chunk({ reasoning_content: 'B', content: null }),
    chunk({ content: 'two', reasoning_content: 'C' }),
    chunk(fragment(0, { name: 'weather', arguments: '{"city":"Bonn"}' }, { id: 'call_a' })),
    chunk({ reasoning_content: 'D' }),
    chunk({ content: 'three' }, 'tool_calls'),
  ]
  test('when it comes between pieces of text and calls', async () => {
    answerBoth(upstream, CHUNKS, {})
    expect(complainOfAnthropicStream(await raw('/v1/messages', 'zhipu/glm-4.6'))).toEqual([])
    const { heard } = await call(gateway, { door: 'anthropic', stream: true }, { model: 'zhipu/glm-4.6' })
    expect(heard).toMatchObject({ reasoning: 'ABCD', text: 'onetwothree', tools: [BONN] })
  })

  test('when the platform itself writes it into a block of text', async () => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [
        claude(
          [
            ...block(
              0,
              { type: 'text', text: '' },
              { type: 'thinking_delta', thinking: 'A' },
              { type: 'text_delta', text: 'one' },
            ),
          ],
          'end_turn',
        ),
      ])
    expect(complainOfAnthropicStream(await raw('/v1/messages', 'claude/x'))).toEqual([])
    const { heard } = await call(gateway, { door: 'anthropic', stream: true }, { model: 'claude/x' })
    expect(heard).toMatchObject({ reasoning: 'A', text: 'one' })
  })
})

describe('T17 two objects in one string of arguments', () => {
  const two = '{"city":"Bonn"}{"city":"Köln"}'
  const calls = [{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: two } }]
  test.each(WAYS.filter((way) => way.door === 'anthropic'))(
    'the first one counts, and the loss is told (stream: $stream)',
    async (way) => {
      answerBoth(
        upstream,
        [chunk({ role: 'assistant', tool_calls: calls }), chunk({}, 'tool_calls')],
        completion({ tool_calls: calls }, 'tool_calls'),
      )
      const { heard, headers } = await call(gateway, way, { model: 'openai-compatible/m' })
      expect(heard.tools).toEqual([BONN])
      const trace = (await (await gateway.get(`/v1/requests/${headers.get('x-request-id')}`)).json()) as Json
      expect(trace.warnings).toMatchObject([{ action: 'dropped', path: 'tool_use.input' }])
    },
  )
})

describe('T18 Kimi', () => {
  test.each(STREAMED)('the whole input with the start of the block and no deltas, by the SDK of $door', async (way) => {
    upstream.answer = (_seen, response) => sendStream(response, [claude(block(0, { type: 'tool_use', ...BONN }))])
    const { heard } = await call(gateway, way, { model: 'moonshot-a/kimi-k2.6' })
    expect([heard.tools, heard.finish]).toEqual([[BONN], 'tool_calls'])
  })

  test.each([
    ['moonshot/kimi-k2.6', ' '],
    ['deepseek/deepseek-v4-pro', ''],
    ['openai-compatible/m', ''],
  ])('a tool message without content has some at %s', async (model, content) => {
    answerOk(upstream)
    const tool_calls = [{ id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{}' } }]
    const messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: null, tool_calls, reasoning_content: 'Hm.' },
      { role: 'tool', tool_call_id: 'call_a' },
    ]
    const { warnings } = await call(gateway, { door: 'openai', stream: false }, { model, messages })
    expect(lastSeen(upstream).messages[2]).toEqual({ role: 'tool', tool_call_id: 'call_a', content })
    expect(warnings).toContain('defaulted:messages.2.content')
  })

  test('an empty tool result of an Anthropic application has content there, too', async () => {
    answerOk(upstream)
    const messages = [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: '' },
          { type: 'tool_use', ...BONN },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_a' }] },
    ]
    await call(gateway, { door: 'anthropic', stream: false }, { model: 'moonshot/kimi-k2.6', messages })
    const [, assistant, tool] = lastSeen(upstream).messages
    expect(tool).toEqual({ role: 'tool', tool_call_id: 'call_a', content: ' ' })
    expect(assistant).toMatchObject({ role: 'assistant', reasoning_content: 'Hm.' })
    expect(assistant.content ?? 'left out').not.toBe('')
  })
})
