import type { ServerResponse } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerOk, chunk, completion, everyPlatform } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { type Mutation, mutateBytes, mutateJson, mutations } from '#test/support/mutate.ts'
import { HAVE_RECORDINGS, recordedBytes, recordedText } from '#test/support/recordings.ts'
import { anthropicStream, openaiStream, startUpstream, type Upstream } from '#test/support/upstream.ts'
import {
  complainOfAnthropicStream,
  complainOfOpenaiStream,
  complainOfWhole,
  type Door,
} from '#test/support/well-formed.ts'

const KEY = 'sk-tw-fuzz-one-at-a-time'
const PATHS = { openai: '/v1/chat/completions', anthropic: '/v1/messages' }
const DOORS: readonly Door[] = ['openai', 'anthropic']
/** Targets of either dialect, with quirks of every kind. */
const OPENAI_LIKE = [
  'openai-compatible/m',
  'openai/gpt-6-sol',
  'deepseek/deepseek-v4-pro',
  'moonshot/kimi-k2.6',
  'minimax/MiniMax-M2.5',
  'zhipu/glm-4.6',
  'hunyuan/hy3',
  'spark/lite',
  'sensenova/x',
  'huawei-maas/x',
  'dashscope/qwen3-32b',
  'tags/m',
]
const ANTHROPIC_LIKE = [
  'claude/x',
  'anthropic/claude-sonnet-4-5',
  'anthropic/claude-sonnet-5',
  'deepseek-a/deepseek-v4-pro',
]
const MODELS = [...OPENAI_LIKE, ...ANTHROPIC_LIKE]
const dialectOf = (model: string): Door => (OPENAI_LIKE.includes(model) ? 'openai' : 'anthropic')

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startTestGateway({
    server: { drain: '1s', keepAlive: 'off', limits: { body: '1MB', frame: '256KiB', answer: '1MB' } },
    providers: everyPlatform(upstream.url),
    keys: [{ name: 'fuzz', key: KEY, limits: { concurrency: 1 } }],
  })
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

/** Bounded in time; fast-check prints seed and path where it fails. */
const bounded = (ms: number): fc.Parameters<unknown> => ({
  numRuns: 100_000,
  interruptAfterTimeLimit: ms,
  markInterruptAsFailure: false,
})

interface Outcome {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** The call that is on its way: fast-check does not wait for it when its time is over. */
let running: Promise<unknown> = Promise.resolve()

function post(door: Door, body: Uint8Array | string): Promise<Outcome> {
  const outcome = postNow(door, body)
  running = outcome.catch(() => undefined)
  return outcome
}

/** One call; a gateway that is silent for two seconds has failed. */
async function postNow(door: Door, body: Uint8Array | string): Promise<Outcome> {
  const response = await fetch(gateway.url + PATHS[door], {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(2_000),
  })
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

/** What is wrong with an outcome in the words of the door; `strict` = we wrote each frame ourselves. */
function complaints(door: Door, { status, type, text }: Outcome, strict: boolean): string[] {
  const internal = status === 500 || text.includes('internal_error') ? [`internal: ${text.slice(0, 300)}`] : []
  const complain = door === 'openai' ? complainOfOpenaiStream : complainOfAnthropicStream
  const said = type.startsWith('text/event-stream') ? complain(text, strict) : complainOfWhole(door, status, text)
  return [...internal, ...said.map((one) => `${one} in ${text.slice(0, 400)}`)]
}

/** A good request of the same key, of which only one may be on its way: whoever is still held makes it fail. */
async function expectGood(): Promise<void> {
  await running
  answerOk(upstream)
  const good = await post(
    'openai',
    JSON.stringify({ model: 'openai-compatible/m', messages: [{ role: 'user', content: 'x' }] }),
  )
  expect([good.status, good.text.includes('"ok"')]).toEqual([200, true])
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const SCHEMA = { type: 'object', properties: { city: { type: 'string', enum: ['a', 'b'] } }, required: ['city'] }
const BODIES: Record<Door, Record<string, unknown>> = {
  openai: {
    messages: [
      { role: 'system', content: 'Be brief.', name: 'boss' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look:' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'low' } },
          { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'Hm.',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', index: 0 }],
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"a"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
      { role: 'user', content: 'So?' },
    ],
    tools: [{ type: 'function', function: { name: 'weather', description: 'd', parameters: SCHEMA, strict: true } }],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
    max_completion_tokens: 300,
    temperature: 0.3,
    top_p: 0.9,
    stop: ['END', 'STOP'],
    seed: 7,
    n: 1,
    logit_bias: { '1': 2 },
    response_format: { type: 'json_schema', json_schema: { name: 's', schema: SCHEMA, strict: true } },
    reasoning_effort: 'low',
    thinking: { type: 'enabled', budget_tokens: 2000 },
    stream_options: { include_usage: true },
    user: 'u',
  },
  anthropic: {
    max_tokens: 3000,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look:' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' }, title: 't' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'b3A=' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'a' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'rain' }], is_error: true },
          { type: 'text', text: 'So?' },
        ],
      },
    ],
    tools: [{ name: 'weather', description: 'd', input_schema: SCHEMA, strict: true }],
    tool_choice: { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
    thinking: { type: 'enabled', budget_tokens: 2000 },
    output_config: { effort: 'low', format: { type: 'json_schema', schema: SCHEMA } },
    stop_sequences: ['END'],
    temperature: 0.2,
    top_k: 5,
    metadata: { user_id: 'u' },
  },
}

describe('whatever a caller sends', () => {
  test('mutated bodies are answered or refused in the dialect of the door, and nothing is left behind', async () => {
    const before = process.memoryUsage().rss
    const seen = { answered: 0, refused: 0 }
    answerOk(upstream)
    const property = fc.asyncProperty(
      fc.constantFrom(...DOORS),
      fc.constantFrom(...MODELS),
      fc.boolean(),
      mutations(true),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant<readonly Mutation[]>([]) },
        { weight: 1, arbitrary: mutations(false) },
      ),
      async (...[door, model, stream, ofJson, ofBytes]) => {
        const base = JSON.stringify(mutateJson({ model, stream, ...BODIES[door] }, ofJson))
        const outcome = await post(door, new Uint8Array(mutateBytes(Buffer.from(base), ofBytes)))
        expect(complaints(door, outcome, false)).toEqual([])
        seen[outcome.status === 200 ? 'answered' : 'refused']++
        upstream.seen.length = 0
      },
    )
    await fc.assert(property, bounded(4_000))
    await expectGood()
    expect(Math.min(seen.answered, seen.refused)).toBeGreaterThan(20)
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024)
  })

  test('bytes and JSON of any kind are refused', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      fc.nat(200_000).map((depth) => Buffer.from(`{"messages":${'['.repeat(depth)}`)),
      fc.bigInt().map((n) => Buffer.from(`{"model":"claude/x","max_tokens":${n}00000000000000000000,"messages":[]}`)),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(JSON.stringify({ model: text, messages: text }))),
    )
    const property = fc.asyncProperty(fc.constantFrom(...DOORS), anything, async (door, body) => {
      const outcome = await post(door, new Uint8Array(body))
      expect(complaints(door, outcome, true)).toEqual([])
      expect([400, 404, 413]).toContain(outcome.status)
    })
    await fc.assert(property, bounded(2_000))
  })
})

const OPENAI_CHUNKS = [
  chunk({ role: 'assistant', content: '', reasoning_content: 'Hm, ' }),
  chunk({ reasoning_content: 'so.', reasoning_details: [{ type: 'reasoning.text', signature: 'c2ln', index: 0 }] }),
  chunk({ content: 'Yes 世界 ' }),
  chunk({ tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'f', arguments: '{"a"' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
  chunk({ tool_calls: [{ index: 1, id: 'call_b', type: 'function', function: { name: 'g', arguments: '{}' } }] }),
  chunk({}, 'tool_calls'),
  chunk({}, null, { choices: [], usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } }),
]
const CLAUDE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  stop_sequence: null,
  usage: { input_tokens: 7, cache_read_input_tokens: 2, output_tokens: 1 },
}
const ANTHROPIC_EVENTS = [
  { type: 'message_start', message: { ...CLAUDE, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Yes 世界' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
]
const WHOLES: Record<Door, unknown> = {
  openai: completion(
    {
      content: 'Yes',
      reasoning_content: 'Hm.',
      tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    },
    'tool_calls',
  ),
  anthropic: {
    ...CLAUDE,
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'text', text: 'Yes' },
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
  },
}
const ERROR = { type: 'error', error: { message: 'no', type: 'invalid_request_error', code: 'x', param: 'messages' } }

/** A platform's answer, before bytes of it are changed. */
type Base = 'stream' | 'whole' | 'error' | 'recorded' | 'nothing'

function bytesOf(base: Base, model: string, ofJson: readonly Mutation[]): Buffer {
  const openai = dialectOf(model) === 'openai'
  switch (base) {
    case 'stream':
      return openai
        ? openaiStream(mutateJson(OPENAI_CHUNKS, ofJson))
        : anthropicStream(mutateJson(ANTHROPIC_EVENTS, ofJson).map((event) => event ?? { type: 'null' }))
    case 'whole':
      return Buffer.from(JSON.stringify(mutateJson(WHOLES[dialectOf(model)], ofJson)))
    case 'error':
      return Buffer.from(JSON.stringify(mutateJson(ERROR, ofJson)))
    case 'recorded':
      return RECORDED[ofJson.length % RECORDED.length] ?? Buffer.alloc(0)
    case 'nothing':
      return Buffer.from(ofJson.flatMap(({ bytes }) => [...bytes]))
  }
}

const RECORDED: readonly Buffer[] = HAVE_RECORDINGS
  ? [
      recordedBytes('deepseek/tool-call.chunks.jsonl').subarray(0, 6_000),
      recordedBytes('anthropic/json-tool.chunks.jsonl'),
      Buffer.from(recordedText('deepseek/reasoning.json')),
    ]
  : []

const STATUSES = [
  200, 200, 200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 403, 404, 413, 418, 429, 451, 500, 503, 529, 599,
]
const TYPES = ['text/event-stream', 'text/event-stream; charset=utf-8', 'application/json', 'text/html', undefined]

function send(
  response: ServerResponse,
  bytes: Buffer,
  how: { status: number; type: string | undefined; cuts: readonly number[]; breakOff: boolean },
): void {
  response.writeHead(how.status, how.type === undefined ? {} : { 'content-type': how.type })
  const places = how.cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b)
  let from = 0
  for (const place of [...places, bytes.length]) {
    if (place > from) response.write(bytes.subarray(from, place))
    from = place
  }
  if (how.breakOff) response.flushHeaders()
  if (how.breakOff) setImmediate(() => response.destroy())
  else response.end()
}

describe('whatever a platform answers', () => {
  test('the caller gets one well-formed outcome in its dialect, and the next request is served', async () => {
    const seen = { answered: 0, refused: 0, broken: 0 }
    const cuts = fc.array(fc.nat(), { maxLength: 8 })
    const how = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          status: fc.constant(200),
          type: fc.constant('fitting'),
          cuts,
          breakOff: fc.constant(false),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          status: fc.constantFrom(...STATUSES),
          type: fc.constantFrom(...TYPES),
          cuts,
          breakOff: fc.boolean(),
        }),
      },
    )
    const property = fc.asyncProperty(
      fc.record({ door: fc.constantFrom(...DOORS), model: fc.constantFrom(...MODELS), stream: fc.boolean() }),
      fc.constantFrom<Base>('stream', 'stream', 'stream', 'whole', 'error', 'recorded', 'nothing'),
      mutations(true),
      fc.oneof(
        { weight: 2, arbitrary: fc.constant<readonly Mutation[]>([]) },
        { weight: 1, arbitrary: mutations(false) },
      ),
      how,
      async (...[{ door, model, stream }, base, ofJson, ofBytes, wire]) => {
        const bytes = mutateBytes(bytesOf(base, model, ofJson), ofBytes)
        const fitting = base === 'stream' || base === 'recorded' ? 'text/event-stream' : 'application/json'
        const type = wire.type === 'fitting' ? fitting : wire.type
        upstream.answer = (_seen, response) => send(response, bytes, { ...wire, type })
        const body = { model, stream, max_tokens: 50, messages: [{ role: 'user', content: 'x' }] }
        const outcome = await post(door, JSON.stringify(body))
        const foreign = dialectOf(model) !== door
        expect(complaints(door, outcome, foreign)).toEqual([])
        const broken = outcome.text.includes('event: error') || outcome.text.includes('data: {"error"')
        seen[outcome.status !== 200 ? 'refused' : broken ? 'broken' : 'answered']++
        upstream.seen.length = 0
        await expectGood()
      },
    )
    await fc.assert(property, bounded(8_000))
    expect(Math.min(seen.answered, seen.refused, seen.broken)).toBeGreaterThan(10)
  })
})
