import { expect, test } from 'vitest'
import type { Event, Frame } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { usageOf } from '#wire/openai-chat/read-usage.ts'
import { OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'
import { NO_USAGE } from '#wire/usage.ts'

const { readEvents } = openaiChat

/** The events of these payloads, closed without a cut; without their frames. */
function read(payloads: readonly unknown[], quirks: Partial<Quirks> = {}, cut?: ReturnType<typeof failure>): Event[] {
  const state = readEvents.start({ platform: 'acme', quirks: { ...OPENAI_CHAT_QUIRKS, ...quirks }, errors: [] })
  const events = payloads.flatMap((payload) => readEvents.step(state, frame(payload)))
  return [...events, ...readEvents.end(state, cut)].map(bare)
}

function whole(payload: unknown, quirks: Partial<Quirks> = {}): Event[] {
  const context = { platform: 'acme', quirks: { ...OPENAI_CHAT_QUIRKS, ...quirks }, errors: [] }
  return readEvents.whole(context, frame(payload)).map(bare)
}

function frame(payload: unknown): Frame {
  return { data: typeof payload === 'string' ? payload : JSON.stringify(payload) }
}

function bare(event: Event): Event {
  const { origin: _origin, ...rest } = event
  return rest
}

function chunk(delta: object, finish: string | null = null, more: object = {}): object {
  return { id: 'a-1', model: 'm', created: 7, choices: [{ index: 0, delta, finish_reason: finish }], ...more }
}

/** One fragment of a tool call. */
function call(fields: object, called: object): object {
  return chunk({ tool_calls: [{ index: 0, ...fields, function: called }] })
}

const START: Event = { type: 'start', id: 'a-1', model: 'm', created: 7 }
const END: Event = { type: 'end' }
const finish = (reason: 'stop' | 'tool-calls' | 'length' | 'content-filter', native: string): Event => ({
  type: 'finish',
  reason,
  native,
})
const kinds = (events: readonly Event[]): string[] =>
  events.map((event) => (event.type === 'failure' ? `failure ${event.failure.kind}` : event.type))

test('reasoning, text and calls become blocks, each closed before the next', () => {
  const events = read([
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: null, reasoning_content: 'r' }),
    chunk({ content: 'Hi' }),
    call({ id: 'c1', type: 'function' }, { name: 'f', arguments: '' }),
    call({}, { arguments: '{}' }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  ])
  expect(events).toEqual([
    START,
    { type: 'reasoning-delta', block: 0, text: 'r' },
    { type: 'block-end', block: 0 },
    { type: 'text-delta', block: 1, text: 'Hi' },
    { type: 'block-end', block: 1 },
    { type: 'tool-call-start', block: 2, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 2, arguments: '{}' },
    { type: 'block-end', block: 2 },
    finish('tool-calls', 'tool_calls'),
    END,
  ])
})

const ONE_CALL = [
  START,
  { type: 'tool-call-start', block: 0, id: 'c1', name: 'f' },
  { type: 'tool-call-delta', block: 0, arguments: '{"a"' },
  { type: 'tool-call-delta', block: 0, arguments: ':1}' },
  { type: 'block-end', block: 0 },
  finish('tool-calls', 'tool_calls'),
  END,
]

test('T12 a repeated tool name does not reopen the call, and arguments beside the finish reason are kept', () => {
  const last = {
    index: 0,
    delta: { tool_calls: [{ index: 0, id: '', function: { name: 'f', arguments: ':1}' } }] },
    finish_reason: 'tool_calls',
  }
  const first = call({ id: 'c1' }, { name: 'f', arguments: '{"a"' })
  expect(read([first, { choices: [last] }, '[DONE]'])).toEqual(ONE_CALL)
  const repeated = {
    ...last,
    delta: { tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: ':1}' } }] },
  }
  expect(read([first, { choices: [repeated] }, '[DONE]'])).toEqual(ONE_CALL)
})

test('T13 the index of a call may start at 1 or be missing', () => {
  for (const index of [{ index: 1 }, { index: undefined }]) {
    const events = read([
      call({ ...index, id: 'c1' }, { name: 'f', arguments: '{"a"' }),
      call({ ...index }, { arguments: ':1}' }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ])
    expect(events).toEqual(ONE_CALL)
  }
})

test('T17 two objects in one arguments string pass through as they are', () => {
  const events = read([
    call({ id: 'c1' }, { name: 'f', arguments: '{}' }),
    call({}, { arguments: '{"b":2}' }),
    '[DONE]',
  ])
  expect(events.filter((event) => event.type === 'tool-call-delta' || event.type === 'tool-call-start')).toEqual([
    { type: 'tool-call-start', block: 0, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{}' },
    { type: 'tool-call-delta', block: 0, arguments: '{"b":2}' },
  ])
})

test('T18 a call may come at once, with its arguments as an object, or as the function call of 2023', () => {
  const calls = (payloads: object[]): unknown[] =>
    read([...payloads, '[DONE]']).filter((event) => event.type.startsWith('tool-call'))
  const one = [
    { type: 'tool-call-start', block: 0, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{"a":1}' },
  ]
  expect(calls([call({ id: 'c1' }, { name: 'f', arguments: '{"a":1}' })])).toEqual(one)
  expect(calls([call({ id: 'c1' }, { name: 'f', arguments: { a: 1 } })])).toEqual(one)
  expect(
    calls([chunk({ function_call: { name: 'f', arguments: '' } }), chunk({ function_call: { arguments: '{"a":1}' } })]),
  ).toEqual([
    { type: 'tool-call-start', block: 0, id: 'call_1_0_0', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{"a":1}' },
  ])
})

test('parallel calls are told apart by index, by place in the list, or by a new id under the same index', () => {
  const starts = (deltas: object[]): unknown[] =>
    read([...deltas.map((delta) => chunk(delta)), '[DONE]'])
      .filter((event) => event.type === 'tool-call-start')
      .map(({ id, name, block }) => [id, name, block])
  const f = { name: 'f', arguments: '{}' }
  const two = [
    ['c1', 'f', 0],
    ['c2', 'f', 1],
  ]
  expect(
    starts([
      { tool_calls: [{ index: 0, id: 'c1', function: f }] },
      { tool_calls: [{ index: 1, id: 'c2', function: f }] },
    ]),
  ).toEqual(two)
  expect(
    starts([
      {
        tool_calls: [
          { id: 'c1', function: f },
          { id: 'c2', function: f },
        ],
      },
    ]),
  ).toEqual(two)
  expect(
    starts([
      { tool_calls: [{ index: 0, id: 'c1', function: f }] },
      { tool_calls: [{ index: 0, id: 'c2', function: f }] },
    ]),
  ).toEqual(two)
  expect(starts([{ tool_calls: [{ function: f }] }, { tool_calls: [{ function: f }] }])).toEqual([
    ['call_1_0_0', 'f', 0],
    ['call_1_0_1', 'f', 1],
  ])
})

test('reasoning is read once where two fields say it, with its signature', () => {
  const detail = { type: 'reasoning.text', text: 'why', index: 0 }
  const events = read([
    chunk({ reasoning: 'why', reasoning_content: 'why', reasoning_details: [detail] }),
    chunk({ reasoning_details: [{ type: 'reasoning.text', signature: 'sig', index: 0 }] }),
    chunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'enc', index: 1 }] }),
    chunk({ content: 'Hi' }, 'stop'),
    '[DONE]',
  ])
  expect(events).toEqual([
    START,
    { type: 'reasoning-delta', block: 0, text: 'why' },
    { type: 'reasoning-signature', block: 0, signature: 'sig' },
    { type: 'block-end', block: 0 },
    { type: 'reasoning-redacted', block: 1, data: 'enc' },
    { type: 'block-end', block: 1 },
    { type: 'text-delta', block: 2, text: 'Hi' },
    { type: 'block-end', block: 2 },
    finish('stop', 'stop'),
    END,
  ])
})

test('think tags are found wherever they are cut, at the beginning only', () => {
  const text = '\n<think>a < b</think>Hi <think>there</think>'
  for (let size = 1; size <= text.length; size++) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size))
    const events = read([...pieces.map((content) => chunk({ content })), '[DONE]'], { reasoningField: 'think-tags' })
    const of = (type: string): string =>
      events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')
    expect([size, of('reasoning-delta'), of('text-delta')]).toEqual([size, 'a < b', 'Hi <think>there</think>'])
    expect(kinds(events).filter((kind) => kind === 'block-end')).toHaveLength(2)
  }
})

test('a text that only begins like a tag is text', () => {
  const events = read([chunk({ content: '<thi' }), chunk({}, 'stop'), '[DONE]'], { reasoningField: 'think-tags' })
  expect(events.filter((event) => event.type === 'text-delta')).toEqual([
    { type: 'text-delta', block: 0, text: '<thi' },
  ])
})

test('T36 the last usage that says something counts, wherever it stands', () => {
  const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 }
  const figures = { ...NO_USAGE, inputFresh: 9, outputText: 1, raw: usage }
  const at = (payload: object): unknown[] =>
    read([chunk({ content: 'x' }, null, { usage: null }), payload, '[DONE]']).filter((event) => event.type === 'usage')
  expect(at({ choices: [], usage })).toEqual([{ type: 'usage', usage: figures }])
  expect(at(chunk({}, 'stop', { usage }))).toEqual([{ type: 'usage', usage: figures }])
  expect(at({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] })).toEqual([
    { type: 'usage', usage: figures },
  ])
  expect(at({ choices: [], usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } })).toEqual([])
})

test('running usage is told when it moves', () => {
  const usage = (completion: number): object => ({ prompt_tokens: 9, completion_tokens: completion })
  const events = read([1, 1, 2].map((n) => chunk({ content: 'x' }, null, { usage: usage(n) })))
  expect(events.flatMap((event) => (event.type === 'usage' ? [event.usage.outputText] : []))).toEqual([1, 2])
})

test('T24 T25 tokens are leaves that never overlap and never go below zero', () => {
  const cases: [object, object][] = [
    [
      { prompt_tokens: 10, completion_tokens: 5 },
      { inputFresh: 10, outputText: 5 },
    ],
    [
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        prompt_tokens_details: { cached_tokens: 60, cache_creation_input_tokens: 30, audio_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 40, audio_tokens: 2 },
      },
      {
        inputFresh: 9,
        inputCached: 60,
        cacheWriteShort: 30,
        inputAudio: 1,
        outputText: 8,
        outputReasoning: 40,
        outputAudio: 2,
      },
    ],
    [
      { prompt_tokens: 39, completion_tokens: 21, cached_tokens: 7 },
      { inputFresh: 32, inputCached: 7, outputText: 21 },
    ],
    [
      { prompt_tokens: 20, prompt_cache_hit_tokens: 15 },
      { inputFresh: 5, inputCached: 15 },
    ],
    [
      {
        prompt_tokens: 5,
        completion_tokens: 3,
        prompt_tokens_details: { cached_tokens: 9 },
        completion_tokens_details: { reasoning_tokens: 8 },
      },
      { inputCached: 5, outputReasoning: 3 },
    ],
  ]
  expect(cases.map(([raw]) => usageOf({ ...raw }))).toEqual(
    cases.map(([raw, leaves]) => ({ ...NO_USAGE, ...leaves, raw })),
  )
})

test('finish reasons of other platforms are understood, and errors among them are failures', () => {
  const end = (word: string, quirks: Partial<Quirks> = {}): string[] =>
    kinds(read([chunk({ content: 'x' }, word), '[DONE]'], quirks)).slice(3)
  const reason = (word: string): unknown => read([chunk({}, word), '[DONE]']).find((event) => event.type === 'finish')
  expect(['eos', 'max_tokens', 'function_call', 'sensitive', 'unheard_of'].map(reason)).toEqual([
    finish('stop', 'eos'),
    finish('length', 'max_tokens'),
    finish('tool-calls', 'function_call'),
    finish('content-filter', 'sensitive'),
    finish('stop', 'unheard_of'),
  ])
  expect(end('insufficient_system_resource')).toEqual(['failure overloaded'])
  expect(end('model_context_window_exceeded')).toEqual(['failure context-length'])
  expect(end('odd', { finishReasons: { odd: 'quota' } })).toEqual(['failure quota'])
  expect(end('odd', { finishReasons: { odd: 'content-filter' } })).toEqual(['finish', 'end'])
})

test('`stop` after tool calls means tool calls', () => {
  const events = read([call({ id: 'c1' }, { name: 'f', arguments: '{}' }), chunk({}, 'stop'), '[DONE]'])
  expect(events.find((event) => event.type === 'finish')).toEqual(finish('tool-calls', 'stop'))
})

test('T01 a stream is complete after its mark or its finish reason, and broken without either', () => {
  const cut = failure('timeout', 'silent')
  const content = chunk({ content: 'x' })
  const said = chunk({}, 'stop')
  expect(kinds(read([content, '[DONE]'])).slice(2)).toEqual(['block-end', 'finish', 'end'])
  expect(kinds(read([content, said])).slice(2)).toEqual(['block-end', 'finish', 'end'])
  expect(kinds(read([content, said], { endMark: 'required' })).slice(2)).toEqual(['block-end', 'finish', 'failure cut'])
  expect(kinds(read([content, said], {}, cut)).slice(2)).toEqual(['block-end', 'finish', 'failure timeout'])
  expect(kinds(read([content, said, '[DONE]'], {}, cut)).slice(2)).toEqual(['block-end', 'finish', 'end'])
  expect(kinds(read([content])).slice(2)).toEqual(['failure cut'])
  expect(kinds(read([]))).toEqual(['failure cut'])
  expect(kinds(read(['[DONE]']))).toEqual(['failure cut'])
})

test('an error inside a 200 is a failure, in whatever shape, and nothing follows it', () => {
  const cases: [unknown, string, Partial<Quirks>?][] = [
    [{ error: { message: 'slow down', code: 'rate_limit_exceeded' } }, 'rate-limit'],
    [{ error: { message: 'boom', type: 'server_error' } }, 'upstream'],
    [{ error: { message: 'maximum context length', code: 400 } }, 'context-length'],
    [{ error: 'boom' }, 'upstream'],
    ['"Bad gateway"', 'upstream'],
    [{ object: 'error', message: 'm', type: 'BadRequestError', code: 400 }, 'invalid-request'],
    [{ code: 50_000, message: 'unknown error' }, 'upstream'],
    [{ base_resp: { status_code: 1008, status_msg: 'insufficient balance' } }, 'upstream', { bodyError: 'base_resp' }],
    [{ ...chunk({}), code: 10_013, message: 'unsafe' }, 'upstream', { bodyError: 'code' }],
    [{ data: {}, status: { code: 17, message: 'too long' } }, 'upstream', { bodyError: 'status' }],
    ['{"choices":[{"del', 'malformed'],
    ['17', 'malformed'],
  ]
  expect(cases.map(([payload, , quirks]) => kinds(read([payload, chunk({ content: 'x' }), '[DONE]'], quirks)))).toEqual(
    cases.map(([, kind]) => [`failure ${kind}`]),
  )
  expect(
    kinds(
      read([{ ...chunk({ content: 'x' }, 'stop'), code: 0, base_resp: { status_code: 0 } }, '[DONE]'], {
        bodyError: 'code',
      }),
    ),
  ).toEqual(['start', 'text-delta', 'block-end', 'finish', 'end'])
})

test('a failure after content may have cost money', () => {
  const [, , last] = read([chunk({ content: 'x' }), { error: { code: 'rate_limit_exceeded', message: 'm' } }])
  expect(last?.type === 'failure' && [last.failure.kind, last.failure.mayHaveCost]).toEqual(['rate-limit', true])
})

test("comments, Azure's first chunk and padding are frames without meaning", () => {
  const first = { choices: [], id: '', model: '', created: 0, object: '', prompt_filter_results: [{}] }
  expect(kinds(read(['', first, chunk({ content: 'x' }, 'stop')]))).toEqual([
    'native',
    'native',
    'start',
    'text-delta',
    'block-end',
    'finish',
    'end',
  ])
})

test('what the middle form does not name is said to be there', () => {
  const payload = {
    ...chunk({ content: 'x', annotations: [{ type: 'url_citation' }], audio: null }),
    citations: ['https://example.com'],
  }
  const logged = { choices: [{ index: 0, delta: {}, logprobs: { content: [] }, finish_reason: 'stop' }] }
  const paths = read([payload, logged, '[DONE]']).flatMap((event) => (event.type === 'extension' ? [event.path] : []))
  expect(paths).toEqual(['choices.0.message.annotations', 'citations', 'choices.0.logprobs'])
})

test('several answers keep their numbers', () => {
  const both = {
    id: 'a-1',
    choices: [0, 1].map((index) => ({ index, delta: { content: `${index}` }, finish_reason: 'stop' })),
  }
  expect(read([both, '[DONE]'])).toEqual([
    { type: 'start', id: 'a-1' },
    { type: 'text-delta', block: 0, text: '0' },
    { type: 'block-end', block: 0 },
    finish('stop', 'stop'),
    { type: 'text-delta', block: 0, text: '1', choice: 1 },
    { type: 'block-end', block: 0, choice: 1 },
    { ...finish('stop', 'stop'), choice: 1 },
    END,
  ])
})

test('every event is tied to its frame, and every frame gives at least one', () => {
  const state = readEvents.start({ platform: 'acme', quirks: OPENAI_CHAT_QUIRKS, errors: [] })
  for (const payload of [
    '',
    chunk({ role: 'assistant' }),
    chunk({ content: 'x' }),
    chunk({ content: '' }),
    chunk({}, 'stop'),
    '[DONE]',
  ]) {
    const given = frame(payload)
    const events = readEvents.step(state, given)
    expect(events.length).toBeGreaterThan(0)
    for (const event of events) expect(event.origin).toEqual({ frame: given, count: events.length })
    expect(new Set(events.map((event) => event.origin)).size).toBe(1)
  }
})

test('a whole answer gives the same events as its stream', () => {
  const message = {
    role: 'assistant',
    content: 'Hi',
    reasoning_content: 'r',
    refusal: 'no',
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
  }
  const usage = { prompt_tokens: 1, completion_tokens: 2 }
  const answer = {
    id: 'a-1',
    model: 'm',
    created: 7,
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
    usage,
  }
  expect(whole(answer)).toEqual([
    START,
    { type: 'reasoning-delta', block: 0, text: 'r' },
    { type: 'block-end', block: 0 },
    { type: 'text-delta', block: 1, text: 'Hi' },
    { type: 'block-end', block: 1 },
    { type: 'refusal-delta', block: 2, text: 'no' },
    { type: 'block-end', block: 2 },
    { type: 'tool-call-start', block: 3, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 3, arguments: '{}' },
    { type: 'block-end', block: 3 },
    finish('tool-calls', 'tool_calls'),
    { type: 'usage', usage: { ...NO_USAGE, inputFresh: 1, outputText: 2, raw: usage } },
    END,
  ])
})

test('a whole answer that is none is a failure', () => {
  expect(kinds(whole('<html>'))).toEqual(['failure malformed'])
  expect(kinds(whole({ choices: [] }))).toEqual(['failure malformed'])
  expect(kinds(whole({ error: { message: 'm', code: 'insufficient_quota' } }))).toEqual(['failure quota'])
  expect(
    kinds(whole({ id: 'g', choices: [{ index: 0, finish_reason: 'model_context_window_exceeded', message: {} }] })),
  ).toEqual(['start', 'failure context-length'])
})
