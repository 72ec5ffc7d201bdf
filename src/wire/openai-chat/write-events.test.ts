import { expect, test } from 'vitest'
import type { WriteContext } from '#wire/dialect.ts'
import type { Event, Frame } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'
import { NO_USAGE } from '#wire/usage.ts'

const { readEvents, writeEvents } = openaiChat

const CONTEXT: WriteContext = {
  requestId: 'r1',
  now: 9,
  model: 'asked',
  native: false,
  streamUsage: false,
  usageAdded: false,
}

function write(events: readonly Event[], more: Partial<WriteContext> = {}): Frame[] {
  const state = writeEvents.start({ ...CONTEXT, ...more })
  return [...writeEvents.step(state, events), ...writeEvents.end(state)]
}

/** Frames as payloads; a chunk that only has a delta is shown as that. */
function shown(frames: readonly Frame[]): unknown[] {
  return frames.map(({ data }) => {
    if (data === '[DONE]') return data
    const { id: _id, object: _object, created: _created, model: _model, ...rest } = JSON.parse(data)
    return rest.choices?.length === 1 && rest.choices[0].finish_reason === null ? rest.choices[0].delta : rest
  })
}

const USAGE = { ...NO_USAGE, inputFresh: 5, inputCached: 3, cacheWriteLong: 2, outputText: 4, outputReasoning: 1 }
const ANSWER: readonly Event[] = [
  { type: 'start', id: 'msg_1', model: 'claude', created: 7 },
  { type: 'reasoning-delta', block: 0, text: 'why' },
  { type: 'reasoning-signature', block: 0, signature: 'sig' },
  { type: 'block-end', block: 0 },
  { type: 'reasoning-redacted', block: 1, data: 'enc' },
  { type: 'block-end', block: 1 },
  { type: 'text-delta', block: 2, text: 'Hi' },
  { type: 'block-end', block: 2 },
  { type: 'tool-call-start', block: 3, id: 'toolu_1', name: 'f' },
  { type: 'tool-call-delta', block: 3, arguments: '{"a":1}' },
  { type: 'block-end', block: 3 },
  { type: 'tool-call-start', block: 4, id: 'toolu_2', name: 'g' },
  { type: 'block-end', block: 4 },
  { type: 'finish', reason: 'tool-calls', native: 'tool_use' },
  { type: 'usage', usage: USAGE },
  { type: 'end' },
]
const OPENAI_USAGE = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 3, cache_creation_input_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 1 },
}

test('T13 an answer of another dialect is written as OpenAI writes it, calls counted apart from other blocks', () => {
  expect(shown(write(ANSWER, { streamUsage: true }))).toEqual([
    { role: 'assistant', content: '' },
    { reasoning_content: 'why' },
    { reasoning_details: [{ type: 'reasoning.text', signature: 'sig', index: 0 }] },
    { reasoning_details: [{ type: 'reasoning.encrypted', data: 'enc', index: 1 }] },
    { content: 'Hi' },
    { tool_calls: [{ index: 0, id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] },
    { tool_calls: [{ index: 1, id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '' } }] },
    { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
    { choices: [], usage: OPENAI_USAGE },
    '[DONE]',
  ])
})

test('a chunk names the answer, with our own id, time and model where the platform gave none', () => {
  const [first] = write([{ type: 'start' }, { type: 'end' }])
  expect(JSON.parse(first?.data ?? '')).toEqual({
    id: 'chatcmpl-r1',
    object: 'chat.completion.chunk',
    created: 9,
    model: 'asked',
    choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
  })
})

test('T22 several sealed blocks can be told apart by a caller who sends them back', () => {
  const block = (number: number, text: string): Event[] => [
    { type: 'reasoning-delta', block: number, text },
    { type: 'reasoning-signature', block: number, signature: `sig ${text}` },
    { type: 'block-end', block: number },
  ]
  const deltas = shown(write([{ type: 'start' }, ...block(0, 'a'), ...block(1, 'b'), { type: 'end' }])).slice(1, -1)
  const message = { role: 'assistant', content: '', reasoning_content: 'ab', reasoning_details: [{}, {}] }
  for (const delta of deltas) {
    for (const detail of (delta as { reasoning_details?: { index: number }[] }).reasoning_details ?? []) {
      Object.assign(message.reasoning_details[detail.index] ?? {}, detail)
    }
  }
  const json = { model: 'm', messages: [message] }
  const result = openaiChat.readRequest({ text: JSON.stringify(json), json })
  expect(result.ok && result.request.messages[0]?.parts.slice(0, 2)).toEqual([
    { kind: 'reasoning', text: 'a', signature: 'sig a', sealedBy: 'openai-chat' },
    { kind: 'reasoning', text: 'b', signature: 'sig b', sealedBy: 'openai-chat' },
  ])
})

test('T22 a seal without text goes to the call that it stands before, else into a list of its own', () => {
  const seal = (block: number): Event[] => [
    { type: 'reasoning-signature', block, signature: `s${block}`, sealedBy: 'gemini' },
    { type: 'block-end', block },
  ]
  const events: Event[] = [
    { type: 'start' },
    { type: 'reasoning-delta', block: 0, text: 'why' },
    ...seal(1),
    { type: 'text-delta', block: 2, text: 'Hi' },
    ...seal(3),
    { type: 'tool-call-start', block: 4, id: 'c1', name: 'f' },
    { type: 'finish', reason: 'tool-calls', native: 'STOP' },
    { type: 'end' },
  ]
  const alone = { type: 'reasoning.text', text: '', signature: 'tw.gemini.s1', index: 0 }
  const extra = { extra_content: { google: { thought_signature: 'tw.gemini.s3' } } }
  const opened = { id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }
  expect(shown(write(events)).slice(1, -2)).toEqual([
    { reasoning_content: 'why' },
    { reasoning_details: [alone] },
    { content: 'Hi' },
    { tool_calls: [{ index: 0, ...opened, ...extra }] },
  ])
  const whole = JSON.parse(writeEvents.whole(CONTEXT, events).frame.data)
  expect(whole.choices[0].message).toEqual({
    role: 'assistant',
    content: 'Hi',
    reasoning_content: 'why',
    reasoning_details: [
      { type: 'reasoning.text', text: 'why', index: 0 },
      { ...alone, index: 1 },
    ],
    tool_calls: [{ ...opened, function: { name: 'f', arguments: '{}' }, ...extra }],
  })
})

test('usage is written only for a caller who asked for it', () => {
  expect(shown(write(ANSWER)).slice(-2)).toEqual([
    { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
    '[DONE]',
  ])
})

test('T01 a failure, or an end that never came, is an error without [DONE]', () => {
  const failed = failure('upstream', 'boom', { platform: { platform: 'acme', status: 500 } })
  expect(shown(write([{ type: 'start' }, { type: 'failure', failure: failed }, { type: 'end' }])).slice(1)).toEqual([
    {
      error: {
        message: 'boom',
        type: 'api_error',
        param: null,
        code: 'upstream_error',
        provider: { platform: 'acme', status: 500 },
      },
    },
  ])
  expect(shown(write([{ type: 'start' }])).slice(1)).toEqual([
    {
      error: { message: 'the answer broke off before its end', type: 'api_error', param: null, code: 'upstream_error' },
    },
  ])
})

test('a whole answer has everything in its place', () => {
  const { frame } = writeEvents.whole(CONTEXT, ANSWER)
  expect(JSON.parse(frame.data)).toEqual({
    id: 'msg_1',
    object: 'chat.completion',
    created: 7,
    model: 'claude',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hi',
          reasoning_content: 'why',
          reasoning_details: [
            { type: 'reasoning.text', text: 'why', signature: 'sig', index: 0 },
            { type: 'reasoning.encrypted', data: 'enc', index: 1 },
          ],
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
            { id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '{}' } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: OPENAI_USAGE,
  })
})

test('a whole answer with calls alone has no content, and several answers stand in order', () => {
  const { frame } = writeEvents.whole(CONTEXT, [
    { type: 'start' },
    { type: 'text-delta', block: 0, text: 'b', choice: 1 },
    { type: 'tool-call-start', block: 0, id: 'c', name: 'f' },
    { type: 'finish', reason: 'tool-calls', native: 'tool_use' },
    { type: 'finish', reason: 'pause', native: 'pause_turn', choice: 1 },
    { type: 'end' },
  ])
  expect(JSON.parse(frame.data).choices).toEqual([
    {
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      finish_reason: 'tool_calls',
    },
    { index: 1, message: { role: 'assistant', content: 'b' }, finish_reason: 'stop' },
  ])
})

/** Frames of an OpenAI-like platform, with bytes as they came. */
function native(payloads: readonly unknown[]): Frame[] {
  return payloads.map((payload) => {
    const data = typeof payload === 'string' ? payload : JSON.stringify(payload)
    return { data, bytes: new TextEncoder().encode(`data: ${data}\n\n`) }
  })
}

function readAll(frames: readonly Frame[], quirks: Partial<Quirks> = {}): Event[] {
  const state = readEvents.start({ platform: 'acme', quirks: { ...OPENAI_CHAT_QUIRKS, ...quirks }, errors: [] })
  return [...frames.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state)]
}

const delta = (fields: object, finish: string | null = null): object => ({
  id: 'a',
  model: 'm',
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
})
const STREAM = native([
  '',
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'Hi' }),
  delta({}, 'stop'),
  { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
  '[DONE]',
])

test('untouched frames leave as the same frames, comments included', () => {
  const out = write(readAll(STREAM), { native: true, streamUsage: true })
  expect(out.length).toBe(STREAM.length)
  expect(out.every((frame, i) => frame === STREAM[i])).toBe(true)
})

test('a frame with nothing but the usage that we asked for is kept from a caller who did not', () => {
  const out = write(readAll(STREAM), { native: true, usageAdded: true })
  expect(out).toEqual(STREAM.filter((_, i) => i !== 4))
})

test('a changed event is written anew, in the name of the answer', () => {
  const events = readAll(STREAM).map((event): Event =>
    event.type === 'text-delta' ? { type: 'text-delta', block: event.block, text: '**' } : event,
  )
  const out = write(events, { native: true, streamUsage: true })
  expect(out.map((frame) => STREAM.indexOf(frame))).toEqual([0, 1, -1, 3, 4, 5])
  expect(JSON.parse(out[2]?.data ?? '')).toEqual({
    id: 'a',
    object: 'chat.completion.chunk',
    created: 9,
    model: 'm',
    choices: [{ index: 0, delta: { content: '**' }, finish_reason: null }],
  })
})

test('a finish reason that the platform never says is told, before its own end mark', () => {
  const frames = native([delta({ content: 'Hi' }), '[DONE]'])
  const out = write(readAll(frames, { finishReasons: { '': 'stop' } }), { native: true })
  expect(out.map((frame) => frames.indexOf(frame))).toEqual([0, -1, 1])
  expect(JSON.parse(out[1]?.data ?? '').choices).toEqual([{ index: 0, delta: {}, finish_reason: 'stop' }])
})

test("a platform's error is written in our words, even where its frame is of our dialect", () => {
  const frames = native([delta({ content: 'Hi' }), { error: { message: 'bad key sk-abcdefghijklmnop', code: 'x' } }])
  const out = write(readAll(frames), { native: true })
  expect(out[0]).toBe(frames[0])
  expect(JSON.parse(out[1]?.data ?? '').error).toEqual({
    message: 'acme broke off: bad key sk-***',
    type: 'api_error',
    param: null,
    code: 'upstream_error',
    provider: { platform: 'acme', status: 200, code: 'x', message: 'bad key sk-***' },
  })
  expect(out).toHaveLength(2)
})

test('what a whole answer of another dialect says beside the answer is reported', () => {
  const citations: Event = { type: 'extension', path: 'content.citations' }
  const { frame, lost } = writeEvents.whole(CONTEXT, [...ANSWER, citations, citations])
  expect([frame, lost]).toEqual([
    writeEvents.whole(CONTEXT, ANSWER).frame,
    [{ action: 'dropped', path: 'content.citations' }],
  ])
})

test('a whole answer leaves as it came', () => {
  const frame = {
    data: '{"id":"a","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}], "x":1.0}',
  }
  const events = readEvents.whole({ platform: 'acme', quirks: OPENAI_CHAT_QUIRKS, errors: [] }, frame)
  expect(writeEvents.whole({ ...CONTEXT, native: true }, events)).toEqual({ frame, lost: [] })
})

test('what has no place in a chunk is reported once', () => {
  const state = writeEvents.start(CONTEXT)
  writeEvents.step(state, [
    { type: 'extension', path: 'citations' },
    { type: 'extension', path: 'citations' },
  ])
  expect(writeEvents.lost(state)).toEqual([{ action: 'dropped', path: 'citations' }])
})
