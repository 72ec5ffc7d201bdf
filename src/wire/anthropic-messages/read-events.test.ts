import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ReadContext } from '#wire/dialect.ts'
import type { Event, Frame } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, type Quirks } from '#wire/quirks.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

const recordings = `${process.env['TONGWEN_RECORDINGS'] ?? '../shared/recordings'}/anthropic`
const reader = anthropicMessages.readEvents

const context = (quirks: Partial<Quirks> = {}): ReadContext => ({
  platform: 'anthropic',
  quirks: { ...ANTHROPIC_MESSAGES_QUIRKS, ...quirks },
  errors: [],
})

/** Payloads as frames, named as the framing names them. */
const frames = (...payloads: readonly object[]): Frame[] =>
  payloads.map((payload) => ({ event: (payload as { type: string }).type, data: JSON.stringify(payload) }))

/** All events of a stream, without their ties to frames. */
function read(stream: readonly Frame[], quirks: Partial<Quirks> = {}): unknown[] {
  const state = reader.start(context(quirks))
  const events = stream.flatMap((frame) => reader.step(state, frame))
  return [...events, ...reader.end(state)].map(bare)
}

function bare({ origin: _origin, ...event }: Event): unknown {
  return event
}

const opening = (usage: object = { input_tokens: 9, output_tokens: 1 }): object => ({
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', content: [], usage },
})
const startBlock = (index: number, block: object): object => ({
  type: 'content_block_start',
  index,
  content_block: block,
})
const delta = (index: number, inside: object): object => ({ type: 'content_block_delta', index, delta: inside })
const stopBlock = (index: number): object => ({ type: 'content_block_stop', index })
const closing = (reason: string, usage: object = { output_tokens: 5 }): object => ({
  type: 'message_delta',
  delta: { stop_reason: reason, stop_sequence: null },
  usage,
})
const stop = { type: 'message_stop' }

const usage = (raw: Record<string, unknown>, leaves: object): object => ({
  type: 'usage',
  usage: {
    inputFresh: 0,
    inputCached: 0,
    cacheWriteShort: 0,
    cacheWriteLong: 0,
    inputAudio: 0,
    outputText: 0,
    outputReasoning: 0,
    outputAudio: 0,
    raw,
    ...leaves,
  },
})

test('thinking, text and a tool call come as blocks numbered in their order', () => {
  const stream = frames(
    opening(),
    { type: 'ping' },
    startBlock(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
    delta(0, { type: 'signature_delta', signature: 'c2ln' }),
    stopBlock(0),
    startBlock(1, { type: 'redacted_thinking', data: 'cmVk' }),
    stopBlock(1),
    startBlock(2, { type: 'text', text: '' }),
    delta(2, { type: 'text_delta', text: 'Hi' }),
    stopBlock(2),
    startBlock(3, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
    delta(3, { type: 'input_json_delta', partial_json: '' }),
    delta(3, { type: 'input_json_delta', partial_json: '{"x":' }),
    delta(3, { type: 'input_json_delta', partial_json: '1}' }),
    stopBlock(3),
    closing('tool_use'),
    stop,
  )
  const native = { type: 'native' }
  expect(read(stream)).toEqual([
    { type: 'start', id: 'msg_1', model: 'm' },
    usage({ input_tokens: 9, output_tokens: 1 }, { inputFresh: 9, outputText: 1 }),
    native,
    native,
    { type: 'reasoning-delta', block: 0, text: 'Hm.' },
    { type: 'reasoning-signature', block: 0, signature: 'c2ln', sealedBy: 'anthropic-messages' },
    { type: 'block-end', block: 0 },
    { type: 'reasoning-redacted', block: 1, data: 'cmVk', sealedBy: 'anthropic-messages' },
    { type: 'block-end', block: 1 },
    native,
    { type: 'text-delta', block: 2, text: 'Hi' },
    { type: 'block-end', block: 2 },
    { type: 'tool-call-start', block: 3, id: 'toolu_1', name: 'f' },
    native,
    { type: 'tool-call-delta', block: 3, arguments: '{"x":' },
    { type: 'tool-call-delta', block: 3, arguments: '1}' },
    { type: 'block-end', block: 3 },
    usage({ input_tokens: 9, output_tokens: 5 }, { inputFresh: 9, outputText: 5 }),
    { type: 'finish', reason: 'tool-calls', native: 'tool_use' },
    { type: 'end' },
  ])
})

test('all events of one frame share one origin that counts them', () => {
  const state = reader.start(context())
  const [frame] = frames(opening())
  const events = reader.step(state, frame!)
  expect(
    events.map(({ type, origin }) => ({ type, same: origin === events[0]?.origin, count: origin?.count })),
  ).toEqual([
    { type: 'start', same: true, count: 2 },
    { type: 'usage', same: true, count: 2 },
  ])
  expect(events[0]?.origin?.frame).toBe(frame)
})

test('frames without event names, comments and `[DONE]` are read by what they hold', () => {
  const stream = frames(opening(), startBlock(0, { type: 'text', text: 'Hi' }), closing('end_turn'), stop)
  const nameless: Frame[] = [{ data: '' }, ...stream.map(({ data }) => ({ data })), { data: '[DONE]' }]
  expect(read(nameless)).toEqual([{ type: 'native' }, ...read(stream)])
})

test('T10: a second message_start reaches nobody', () => {
  const stream = [opening(), startBlock(0, { type: 'text', text: '' }), stopBlock(0), closing('end_turn'), stop]
  const twice = [opening(), ...stream]
  expect(read(frames(...twice))).toEqual(read(frames(...stream)))
})

test('T12: a call that opens twice is one call', () => {
  const call = startBlock(0, { type: 'tool_use', id: 'a', name: 'f', input: {} })
  const args = (json: string): object => delta(0, { type: 'input_json_delta', partial_json: json })
  const stream = (...inside: object[]): object[] => [opening(), ...inside, stopBlock(0), closing('tool_use'), stop]
  expect(read(frames(...stream(call, args('{'), call, args('}'))))).toEqual(
    read(frames(...stream(call, args('{'), args('}')))),
  )
})

test('T13: blocks that the middle form does not name keep their number and say their name', () => {
  const stream = frames(
    opening(),
    startBlock(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '{"q":1}' }),
    stopBlock(0),
    startBlock(1, { type: 'text', text: '' }),
    delta(1, { type: 'text_delta', text: 'x' }),
    delta(1, { type: 'citations_delta', citation: {} }),
    stopBlock(1),
    { type: 'new_event' },
  )
  const extension = (path: string): object => ({ type: 'extension', path })
  expect(read(stream).slice(2, -1)).toEqual([
    extension('content.server_tool_use'),
    extension('content.server_tool_use'),
    extension('content.server_tool_use'),
    { type: 'native' },
    { type: 'text-delta', block: 1, text: 'x' },
    extension('content.citations'),
    { type: 'block-end', block: 1 },
    extension('new_event'),
  ])
})

test('T16: thinking that comes into a text block goes to a block of its own', () => {
  const stream = frames(
    opening(),
    startBlock(0, { type: 'text', text: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Hm' }),
    delta(0, { type: 'text_delta', text: 'Hi' }),
    closing('end_turn'),
    stop,
  )
  expect(read(stream).slice(3, 8)).toEqual([
    { type: 'block-end', block: 0 },
    { type: 'reasoning-delta', block: 1, text: 'Hm' },
    { type: 'block-end', block: 1 },
    { type: 'text-delta', block: 2, text: 'Hi' },
    usage({ input_tokens: 9, output_tokens: 5 }, { inputFresh: 9, outputText: 5 }),
  ])
})

test('T18: a call whose input comes whole, or not at all, has its arguments', () => {
  const call = (input: unknown): object => startBlock(0, { type: 'tool_use', id: 'a', name: 'f', input })
  const args = (input: unknown, ...fragments: string[]): unknown[] =>
    read(
      frames(
        opening(),
        call(input),
        ...fragments.map((json) => delta(0, { type: 'input_json_delta', partial_json: json })),
        stopBlock(0),
      ),
    ).filter((event) => (event as Event).type === 'tool-call-delta')
  const one = (text: string): object => ({ type: 'tool-call-delta', block: 0, arguments: text })
  expect(args({ x: 1 })).toEqual([one('{"x":1}')])
  expect(args('{"x":1}')).toEqual([one('{"x":1}')])
  expect(args({})).toEqual([one('{}')])
  expect(args({}, '')).toEqual([one('{}')])
  expect(args({ x: 1 }, '{"x":2}')).toEqual([one('{"x":2}')])
})

/** The last usage of a stream whose usage objects are these. */
function lastUsage(first: object, ...later: object[]): unknown {
  const events = read(frames(opening(first), ...later.map((figures) => closing('end_turn', figures)), stop))
  const last = events.findLast((event) => (event as Event).type === 'usage')
  const { raw: _raw, ...leaves } = (last as Extract<Event, { type: 'usage' }>).usage
  return leaves
}

const leaves = (figures: object): object => {
  const { raw: _raw, ...rest } = (usage({}, figures) as { usage: Record<string, unknown> }).usage
  return rest
}

test('T24, T25: cached input is counted beside fresh input, once, and nothing is ever negative', () => {
  const first = { input_tokens: 4, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 }
  expect(lastUsage(first, { ...first, output_tokens: 7 })).toEqual(
    leaves({ inputFresh: 4, inputCached: 100, cacheWriteShort: 20, outputText: 7 }),
  )
  expect(lastUsage({ input_tokens: -4, output_tokens: 3, output_tokens_details: { thinking_tokens: 5 } })).toEqual(
    leaves({ outputReasoning: 3 }),
  )
})

test('T27: cache writes of server tools grow after the breakdown of message_start', () => {
  const first = {
    input_tokens: 4,
    cache_creation_input_tokens: 30,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    output_tokens: 1,
  }
  expect(lastUsage(first, { cache_creation_input_tokens: 90, input_tokens: 50, output_tokens: 2 })).toEqual(
    leaves({ inputFresh: 50, cacheWriteShort: 70, cacheWriteLong: 20, outputText: 2 }),
  )
  const long = { ...first, cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 30 } }
  expect(lastUsage(long, { cache_creation_input_tokens: 90, input_tokens: 50, output_tokens: 2 })).toEqual(
    leaves({ inputFresh: 50, cacheWriteLong: 90, outputText: 2 }),
  )
})

test('nulls and zeros of a closing frame do not wipe out the input counted before', () => {
  const first = { input_tokens: 4, cache_read_input_tokens: 7, output_tokens: 1 }
  const expected = leaves({ inputFresh: 4, inputCached: 7, outputText: 9 })
  expect(lastUsage(first, { input_tokens: null, cache_read_input_tokens: null, output_tokens: 9 })).toEqual(expected)
  expect(lastUsage(first, { input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 9 })).toEqual(expected)
  expect(lastUsage({ input_tokens: 11 }, { input_tokens: 0, cache_read_input_tokens: 11, output_tokens: 9 })).toEqual(
    leaves({ inputCached: 11, outputText: 9 }),
  )
})

test('each stop reason has its meaning, the platform’s own ones by its quirks', () => {
  const finish = (reason: string, quirks: Partial<Quirks> = {}): unknown =>
    read(frames(opening(), closing(reason), stop), quirks).at(-2)
  const is = (reason: string, native: string): object => ({ type: 'finish', reason, native })
  expect(finish('end_turn')).toEqual(is('stop', 'end_turn'))
  expect(finish('max_tokens')).toEqual(is('length', 'max_tokens'))
  expect(finish('model_context_window_exceeded')).toEqual(is('length', 'model_context_window_exceeded'))
  expect(finish('refusal')).toEqual(is('content-filter', 'refusal'))
  expect(finish('pause_turn')).toEqual(is('pause', 'pause_turn'))
  expect(finish('constructor')).toEqual(is('stop', 'constructor'))
  expect(finish('sensitive', { finishReasons: { sensitive: 'content-filter' } })).toEqual(
    is('content-filter', 'sensitive'),
  )
  const stopped = { type: 'message_delta', delta: { stop_reason: 'stop_sequence', stop_sequence: '###' } }
  expect(read(frames(opening(), stopped, stop)).at(-2)).toEqual({
    ...is('stop', 'stop_sequence'),
    stopSequence: '###',
  })
  expect(
    read(frames(opening(), closing('network_error'), stop), { finishReasons: { network_error: 'upstream' } }).at(-1),
  ).toEqual({
    type: 'failure',
    failure: failure('upstream', 'The platform stopped with network_error.'),
  })
})

test('an error inside a 200 is a failure, and the last event', () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  const platform = { platform: 'anthropic', status: 200, code: 'overloaded_error', message: 'Overloaded' }
  const expected = failure('overloaded', 'anthropic broke off: Overloaded', { platform, mayHaveCost: true })
  expect(read(frames(opening(), error, stop)).slice(2)).toEqual([{ type: 'failure', failure: expected }])
  expect(read([{ event: 'error', data: '{"error":{"type":"overloaded_error","message":"Overloaded"}}' }])).toEqual([
    { type: 'failure', failure: { ...expected, mayHaveCost: false } },
  ])
})

test('T01, T02: a stream that ends early or is no JSON is never complete', () => {
  const cut = {
    type: 'failure',
    failure: failure('cut', 'The platform ended the stream before the end of the answer.'),
  }
  expect(read([])).toEqual([cut])
  expect(read(frames(opening(), closing('end_turn'))).at(-1)).toEqual(cut)
  expect(read([{ event: 'message_start', data: '{"type":' }])).toEqual([
    { type: 'failure', failure: failure('malformed', 'The platform sent a stream event that is no JSON object.') },
  ])
  const state = reader.start(context({ endMark: 'optional' }))
  for (const frame of frames(opening(), closing('end_turn'))) reader.step(state, frame)
  const reason = failure('timeout', 'silent for 60 s')
  expect(reader.end(state, reason)).toEqual([{ type: 'failure', failure: reason }])
  expect(reader.end(state)).toEqual([])
})

test('where the end mark is optional, a stop reason is enough', () => {
  expect(read(frames(opening(), closing('end_turn')), { endMark: 'optional' }).at(-1)).toEqual({ type: 'end' })
  expect(read(frames(opening()), { endMark: 'optional' }).at(-1)).toMatchObject({ type: 'failure' })
})

test('a whole message gives the events of its stream', () => {
  const message = {
    id: 'msg_1',
    type: 'message',
    model: 'm',
    content: [
      { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
      { type: 'text', text: 'Hi', citations: [{}] },
      { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    stop_details: { type: 'refusal' },
    usage: { input_tokens: 1, output_tokens: 2 },
  }
  const frame = { data: JSON.stringify(message) }
  const events = reader.whole(context(), frame)
  expect(events.map(bare)).toEqual([
    { type: 'start', id: 'msg_1', model: 'm' },
    { type: 'reasoning-delta', block: 0, text: 'Hm' },
    { type: 'reasoning-signature', block: 0, signature: 'c2ln', sealedBy: 'anthropic-messages' },
    { type: 'block-end', block: 0 },
    { type: 'text-delta', block: 1, text: 'Hi' },
    { type: 'extension', path: 'content.citations' },
    { type: 'block-end', block: 1 },
    { type: 'tool-call-start', block: 2, id: 'a', name: 'f' },
    { type: 'tool-call-delta', block: 2, arguments: '{"x":1}' },
    { type: 'block-end', block: 2 },
    usage({ input_tokens: 1, output_tokens: 2 }, { inputFresh: 1, outputText: 2 }),
    { type: 'extension', path: 'stop_details' },
    { type: 'finish', reason: 'tool-calls', native: 'tool_use' },
    { type: 'end' },
  ])
  expect(events.every(({ origin }) => origin?.frame === frame && origin.count === events.length)).toBe(true)
})

test('a whole answer that hides an error, or is no message, is a failure', () => {
  const whole = (body: string, quirks: Partial<Quirks> = {}): unknown => {
    const events = reader.whole(context(quirks), { data: body })
    return events.map((event) => (event.type === 'failure' ? [event.failure.kind, event.failure.message] : event.type))
  }
  const poor = '{"content":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}'
  expect(whole(poor, { bodyError: 'base_resp' })).toEqual([['upstream', 'anthropic broke off: insufficient balance']])
  expect(whole(poor)).toEqual([['malformed', 'The platform answered with no message.']])
  expect(whole('{"type":"error","error":{"type":"api_error","message":"no"}}')).toEqual([
    ['upstream', 'anthropic broke off: no'],
  ])
  expect(whole('<html>')).toEqual([['malformed', 'The platform answered with no JSON object.']])
  expect(
    whole('{"content":[],"stop_reason":"end_turn","base_resp":{"status_code":0}}', { bodyError: 'base_resp' }),
  ).toEqual(['start', 'finish', 'end'])
})

test.skipIf(!existsSync(recordings))('recorded streams give what a naive reading of them gives', () => {
  for (const name of ['text', 'json-tool']) {
    const payloads = readFileSync(`${recordings}/${name}.chunks.jsonl`, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
    const events = read(frames(...payloads)) as Event[]
    const deltas = payloads.filter((payload) => payload.type === 'content_block_delta').map((payload) => payload.delta)
    const joined = (say: (event: Event) => string): string => events.map(say).join('')
    expect(joined((event) => (event.type === 'text-delta' ? event.text : ''))).toBe(
      deltas.map((inside) => inside.text ?? '').join(''),
    )
    expect(joined((event) => (event.type === 'tool-call-delta' ? event.arguments : ''))).toBe(
      deltas.map((inside) => inside.partial_json ?? '').join(''),
    )
    const last = events.findLast((event) => event.type === 'usage')
    const closed = payloads.find((payload) => payload.type === 'message_delta')
    expect(last?.usage).toMatchObject({
      inputFresh: closed.usage.input_tokens,
      inputCached: 0,
      outputText: closed.usage.output_tokens,
    })
    expect(events.at(-2)).toMatchObject({ type: 'finish', native: closed.delta.stop_reason })
    expect(events.at(-1)).toEqual({ type: 'end' })
  }
})
