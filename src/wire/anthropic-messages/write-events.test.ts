import { existsSync, readFileSync } from 'node:fs'
import Anthropic from '@anthropic-ai/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Event, Frame } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { ANTHROPIC_MESSAGES_QUIRKS } from '#wire/quirks.ts'
import {
  args,
  blockEnd,
  call,
  delta,
  end,
  finish,
  framesOf,
  noUsage,
  opened,
  payloads,
  start,
  startBlock,
  stopBlock,
  text,
  usage,
  writeContext,
} from '#wire/anthropic-messages/fixture.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

const recordings = `${process.env['TONGWEN_RECORDINGS'] ?? '../shared/recordings'}/anthropic`
const { readEvents: reader, writeEvents: writer } = anthropicMessages
const readContext = { platform: 'p', quirks: ANTHROPIC_MESSAGES_QUIRKS, errors: [] }

/** The judge: the message that the official client accumulates from these frames. */
async function accumulated(frames: readonly Frame[]): Promise<Anthropic.Message> {
  const text = frames.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join('')
  const fetch = async (): Promise<Response> => new Response(text, { headers: { 'content-type': 'text/event-stream' } })
  const client = new Anthropic({ apiKey: 'k', fetch, maxRetries: 0, logLevel: 'off' })
  const stream = client.messages.stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'x' }] })
  return await stream.finalMessage()
}

const textBlock = { type: 'text', text: '' }
const toolBlock = (id: string): JsonObject => ({ type: 'tool_use', id, name: 'f', input: {} })
const json = (part: string): JsonObject => ({ type: 'input_json_delta', partial_json: part })

test('text leaves at once, and the finish waits for the usage that comes after it', () => {
  const state = writer.start(writeContext())
  expect(payloads(writer.step(state, [start]))).toEqual([opened])
  expect(payloads(writer.step(state, [text(0, 'Hi')]))).toEqual([
    startBlock(0, textBlock),
    delta(0, { type: 'text_delta', text: 'Hi' }),
  ])
  expect(writer.step(state, [blockEnd(0), finish('stop')]).map(({ data }) => JSON.parse(data))).toEqual([stopBlock(0)])
  const figures = { inputFresh: 4, inputCached: 3, cacheWriteLong: 2, outputText: 5, outputReasoning: 1 }
  expect(writer.step(state, [usage(figures)])).toEqual([])
  expect(payloads(writer.step(state, [end]))).toEqual([
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: {
        input_tokens: 4,
        cache_creation_input_tokens: 2,
        cache_read_input_tokens: 3,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 2 },
        output_tokens: 6,
        output_tokens_details: { thinking_tokens: 1 },
      },
    },
    { type: 'message_stop' },
  ])
  expect(writer.end(state)).toEqual([])
})

test('message_start tells the usage that comes with it, our id where the platform gave none, and our model', () => {
  const state = writer.start(writeContext())
  expect(payloads(writer.step(state, [{ type: 'start' }, usage({ inputFresh: 4 })]))).toEqual([
    {
      type: 'message_start',
      message: { ...opened.message, id: 'msg_r1', model: 'shown', usage: { ...noUsage, input_tokens: 4 } },
    },
  ])
})

test('every frame is named, since the official client skips those without a name', () => {
  const frames = framesOf([start, text(0, 'x'), finish('stop'), end])
  expect(frames.map(({ event }) => event)).toEqual(
    payloads(frames).map((payload) => (payload as { type: string }).type),
  )
})

test('T12, T16: calls that interleave are written one after the other, nothing into another’s block', () => {
  const events = [
    start,
    text(0, 'Let me see'),
    call(1, 'a'),
    args(1, '{"x":'),
    call(2, 'b'),
    args(2, '{"y":'),
    args(1, '1}'),
    { type: 'reasoning-delta', block: 3, text: 'Hm' } satisfies Event,
    args(2, '2}'),
    text(0, ' more'),
    finish('tool-calls'),
    end,
  ]
  expect(payloads(framesOf(events)).slice(1, -2)).toEqual([
    startBlock(0, textBlock),
    delta(0, { type: 'text_delta', text: 'Let me see' }),
    stopBlock(0),
    startBlock(1, toolBlock('a')),
    delta(1, json('{"x":')),
    delta(1, json('1}')),
    stopBlock(1),
    startBlock(2, toolBlock('b')),
    delta(2, json('{"y":')),
    delta(2, json('2}')),
    stopBlock(2),
    startBlock(3, { type: 'thinking', thinking: '', signature: '' }),
    delta(3, { type: 'thinking_delta', thinking: 'Hm' }),
    stopBlock(3),
    startBlock(4, textBlock),
    delta(4, { type: 'text_delta', text: ' more' }),
    stopBlock(4),
  ])
})

test('T09: a second call leaves as it comes once the arguments of the first are complete', () => {
  const state = writer.start(writeContext())
  writer.step(state, [start, call(0, 'a'), args(0, '{"x":"}"}'), call(1, 'b')])
  expect(payloads(writer.step(state, [args(1, '{"y"')]))).toEqual([delta(1, json('{"y"'))])
})

test('T15: a call without arguments has one empty fragment, which the official client reads as an empty object', async () => {
  const frames = framesOf([start, call(0, 'a'), blockEnd(0), finish('tool-calls'), end])
  expect(payloads(frames).slice(1, 4)).toEqual([startBlock(0, toolBlock('a')), delta(0, json('')), stopBlock(0)])
  expect((await accumulated(frames)).content).toEqual([{ type: 'tool_use', id: 'a', name: 'f', input: {} }])
})

test('T17: of two argument objects in a row the first is written, and the loss told', async () => {
  const state = writer.start(writeContext())
  const events = [start, call(0, 'a'), args(0, '{"x":1}{"x'), args(0, '":2}'), args(0, ' '), finish('tool-calls'), end]
  const frames = events.flatMap((event) => writer.step(state, [event]))
  expect((await accumulated(frames)).content).toEqual([{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }])
  expect(writer.lost(state)).toEqual([
    { action: 'dropped', path: 'tool_use.input', detail: 'Arguments beyond one JSON object.' },
  ])
})

test('the official client accumulates every kind of block', async () => {
  const frames = framesOf([
    start,
    { type: 'reasoning-delta', block: 0, text: 'Hm' },
    { type: 'reasoning-delta', block: 0, text: '.' },
    { type: 'reasoning-signature', block: 0, signature: 'c2ln' },
    blockEnd(0),
    { type: 'reasoning-redacted', block: 1, data: 'cmVk' },
    text(2, 'I '),
    text(2, 'may'),
    { type: 'refusal-delta', block: 3, text: 'No.' },
    call(4, 'a'),
    args(4, '{"x":[1,'),
    args(4, '{"y":"é"}]}'),
    usage({ inputFresh: 3, inputCached: 2, outputText: 7 }),
    finish('stop'),
    end,
  ])
  expect(await accumulated(frames)).toMatchObject({
    id: 'chatcmpl-1',
    model: 'm',
    stop_reason: 'tool_use',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'cmVk' },
      { type: 'text', text: 'I may' },
      { type: 'text', text: 'No.' },
      { type: 'tool_use', id: 'a', name: 'f', input: { x: [1, { y: 'é' }] } },
    ],
    usage: { input_tokens: 3, cache_read_input_tokens: 2, output_tokens: 7 },
  })
})

test('a failure becomes the official client’s error, and nothing follows it', async () => {
  const broken: Event = { type: 'failure', failure: failure('overloaded', 'busy') }
  const frames = framesOf([start, text(0, 'x'), broken, end])
  expect(payloads(frames).at(-1)).toEqual({
    type: 'error',
    error: { type: 'overloaded_error', message: 'busy', code: 'no_target_available' },
    request_id: 'r1',
  })
  await expect(accumulated(frames)).rejects.toMatchObject({ type: 'overloaded_error', apiMessage: 'busy' })
})

test('T01: events that stop without a terminal one end as broken', async () => {
  const frames = framesOf([start, text(0, 'x'), finish('stop')])
  expect(payloads(frames).at(-1)).toEqual({
    type: 'error',
    error: { type: 'api_error', message: 'The answer broke off before its end.', code: 'upstream_error' },
    request_id: 'r1',
  })
  await expect(accumulated(frames)).rejects.toThrow(Anthropic.APIError)
})

test('stop reasons say what the answer holds', () => {
  const reason = (...events: Event[]): unknown => {
    const closing = payloads(framesOf([start, ...events, end])).at(-2)
    return (closing as { delta: unknown }).delta
  }
  const is = (word: string, sequence: string | null = null): object => ({ stop_reason: word, stop_sequence: sequence })
  expect(reason(finish('stop'))).toEqual(is('end_turn'))
  expect(reason(call(0, 'a'), finish('stop'))).toEqual(is('tool_use'))
  expect(reason(text(0, 'x'), finish('tool-calls'))).toEqual(is('end_turn'))
  expect(reason(finish('length'))).toEqual(is('max_tokens'))
  expect(reason(finish('length', 'model_context_window_exceeded'))).toEqual(is('model_context_window_exceeded'))
  expect(reason(finish('content-filter'))).toEqual(is('refusal'))
  expect(reason(finish('pause'))).toEqual(is('pause_turn'))
  expect(reason({ type: 'finish', reason: 'stop', native: 'stop', stopSequence: '#' })).toEqual(
    is('stop_sequence', '#'),
  )
  expect(reason()).toEqual(is('end_turn'))
})

test('further answers and extensions are told as lost', () => {
  const state = writer.start(writeContext())
  writer.step(state, [start, { ...text(0, 'x'), choice: 1 }, { type: 'extension', path: 'choices.logprobs' }])
  writer.step(state, [{ type: 'extension', path: 'choices.logprobs' }])
  expect(writer.lost(state)).toEqual([
    { action: 'dropped', path: 'n', detail: 'Only the first answer has a place in this dialect.' },
    { action: 'dropped', path: 'choices.logprobs' },
  ])
})

test('a whole answer has the same content as its stream', async () => {
  const events: Event[] = [
    start,
    { type: 'reasoning-delta', block: 0, text: 'Hm' },
    { type: 'reasoning-redacted', block: 1, data: 'cmVk' },
    text(2, 'I '),
    call(3, 'a'),
    args(3, '{"x":1}{"x":2}'),
    call(4, 'b'),
    text(2, 'may'),
    usage({ inputFresh: 3, outputText: 7 }),
    finish('tool-calls'),
    end,
  ]
  const { frame, lost } = writer.whole(writeContext(), events)
  expect(lost).toEqual([{ action: 'dropped', path: 'tool_use.input', detail: 'Arguments beyond one JSON object.' }])
  expect(JSON.parse(frame.data)).toEqual({
    id: 'chatcmpl-1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'thinking', thinking: 'Hm', signature: '' },
      { type: 'redacted_thinking', data: 'cmVk' },
      { type: 'text', text: 'I may' },
      { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
      { type: 'tool_use', id: 'b', name: 'f', input: {} },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { ...noUsage, input_tokens: 3, output_tokens: 7 },
  })
})

test('what a whole answer loses in this dialect is reported once', () => {
  const events: Event[] = [
    start,
    text(0, 'one'),
    { ...text(0, 'two'), choice: 1 },
    { ...finish('stop'), choice: 1 },
    { type: 'extension', path: 'choices.0.logprobs' },
    { type: 'extension', path: 'choices.0.logprobs' },
    finish('stop'),
    end,
  ]
  const { frame, lost } = writer.whole(writeContext(), events)
  expect([JSON.parse(frame.data).content, lost]).toEqual([
    [{ type: 'text', text: 'one' }],
    [
      { action: 'dropped', path: 'n', detail: 'Only the first answer has a place in this dialect.' },
      { action: 'dropped', path: 'choices.0.logprobs' },
    ],
  ])
})

const words = fc.string({ minLength: 1, maxLength: 8 })

test('whatever order the events of several blocks come in, the official client gets each call whole', async () => {
  const interleaved = fc
    .array(
      fc.array(fc.dictionary(words, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }), { minLength: 1, maxLength: 1 }),
      {
        minLength: 2,
        maxLength: 4,
      },
    )
    .chain((inputs) =>
      fc.tuple(
        fc.constant(inputs.map(([input]) => input ?? {})),
        fc.infiniteStream(fc.nat({ max: inputs.length - 1 })),
      ),
    )
  await fc.assert(
    fc.asyncProperty(interleaved, async ([inputs, turns]) => {
      const queues = inputs.map((input, number): Event[] => [
        call(number, `id${number}`),
        ...(JSON.stringify(input).match(/.{1,3}/gsu) ?? []).map((piece) => args(number, piece)),
      ])
      const events: Event[] = [start]
      for (const turn of turns) {
        const next = (queues[turn]?.length ?? 0) > 0 ? queues[turn] : queues.find((queue) => queue.length > 0)
        if (next === undefined) break
        events.push(next.shift()!)
      }
      const message = await accumulated(framesOf([...events, finish('tool-calls'), end]))
      const calls = message.content.map((part) => (part.type === 'tool_use' ? [part.id, part.input] : part.type))
      expect(new Map(calls as [string, unknown][])).toEqual(
        new Map(inputs.map((input, number) => [`id${number}`, input])),
      )
    }),
    { numRuns: 40 },
  )
})

test.skipIf(!existsSync(recordings))(
  'recorded streams, written anew, give the official client the same message',
  async () => {
    for (const name of ['text', 'json-tool']) {
      const lines = readFileSync(`${recordings}/${name}.chunks.jsonl`, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
      const frames = lines.map((data): Frame => ({ event: JSON.parse(data).type, data }))
      const reading = reader.start(readContext)
      const untied = frames
        .flatMap((frame) => reader.step(reading, frame))
        .map(({ origin: _origin, ...event }) => event)
      const [was, is] = [await accumulated(frames), await accumulated(framesOf(untied))]
      const core = ({
        id,
        model,
        content,
        stop_reason,
        usage: { input_tokens, output_tokens },
      }: Anthropic.Message): unknown => ({
        id,
        model,
        content,
        stop_reason,
        input_tokens,
        output_tokens,
      })
      expect(core(is)).toEqual(core(was))
    }
  },
)
