import { existsSync, readFileSync } from 'node:fs'
import Anthropic from '@anthropic-ai/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReadContext, WriteContext } from '#wire/dialect.ts'
import type { Event, Frame, Origin } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { ANTHROPIC_MESSAGES_QUIRKS } from '#wire/quirks.ts'
import { NO_USAGE } from '#wire/usage.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

const recordings = `${process.env['TONGWEN_RECORDINGS'] ?? '../shared/recordings'}/anthropic`
const { readEvents: reader, writeEvents: writer } = anthropicMessages

const context = (native = false): WriteContext => ({
  requestId: 'r1',
  now: 0,
  model: 'shown',
  native,
  streamUsage: true,
  usageAdded: false,
})
const readContext: ReadContext = { platform: 'p', quirks: ANTHROPIC_MESSAGES_QUIRKS, errors: [] }

/** All frames of an answer whose events come one by one. */
function write(events: readonly Event[], native = false): Frame[] {
  const state = writer.start(context(native))
  const frames = events.flatMap((event) => writer.step(state, [event]))
  return [...frames, ...writer.end(state)]
}

const payloads = (frames: readonly Frame[]): unknown[] => frames.map(({ data }) => JSON.parse(data))

/** The judge: the message that the official client accumulates from these frames. */
async function accumulated(frames: readonly Frame[]): Promise<Anthropic.Message> {
  const text = frames.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join('')
  const fetch = async (): Promise<Response> => new Response(text, { headers: { 'content-type': 'text/event-stream' } })
  const client = new Anthropic({ apiKey: 'k', fetch, maxRetries: 0, logLevel: 'off' })
  const stream = client.messages.stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'x' }] })
  return await stream.finalMessage()
}

const start: Event = { type: 'start', id: 'chatcmpl-1', model: 'm' }
const end: Event = { type: 'end' }
const finish = (reason: Extract<Event, { type: 'finish' }>['reason'], native = 'x'): Event => ({
  type: 'finish',
  reason,
  native,
})
const text = (block: number, words: string): Event => ({ type: 'text-delta', block, text: words })
const call = (block: number, id: string, name = 'f'): Event => ({ type: 'tool-call-start', block, id, name })
const args = (block: number, json: string): Event => ({ type: 'tool-call-delta', block, arguments: json })
const blockEnd = (block: number): Event => ({ type: 'block-end', block })
const usage = (figures: object): Event => ({ type: 'usage', usage: { ...NO_USAGE, ...figures } })

const noUsage = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
}
const opened = {
  type: 'message_start',
  message: {
    id: 'chatcmpl-1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: noUsage,
  },
}
const startBlock = (index: number, block: object): object => ({
  type: 'content_block_start',
  index,
  content_block: block,
})
const delta = (index: number, inside: object): object => ({ type: 'content_block_delta', index, delta: inside })
const stopBlock = (index: number): object => ({ type: 'content_block_stop', index })
const textBlock = { type: 'text', text: '' }
const toolBlock = (id: string): object => ({ type: 'tool_use', id, name: 'f', input: {} })
const json = (part: string): object => ({ type: 'input_json_delta', partial_json: part })

test('text leaves at once, and the finish waits for the usage that comes after it', () => {
  const state = writer.start(context())
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
  const state = writer.start(context())
  expect(payloads(writer.step(state, [{ type: 'start' }, usage({ inputFresh: 4 })]))).toEqual([
    {
      type: 'message_start',
      message: { ...opened.message, id: 'msg_r1', model: 'shown', usage: { ...noUsage, input_tokens: 4 } },
    },
  ])
})

test('every frame is named, since the official client skips those without a name', () => {
  const frames = write([start, text(0, 'x'), finish('stop'), end])
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
  expect(payloads(write(events)).slice(1, -2)).toEqual([
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
  const state = writer.start(context())
  writer.step(state, [start, call(0, 'a'), args(0, '{"x":"}"}'), call(1, 'b')])
  expect(payloads(writer.step(state, [args(1, '{"y"')]))).toEqual([delta(1, json('{"y"'))])
})

test('T15: a call without arguments has one empty fragment, which the official client reads as an empty object', async () => {
  const frames = write([start, call(0, 'a'), blockEnd(0), finish('tool-calls'), end])
  expect(payloads(frames).slice(1, 4)).toEqual([startBlock(0, toolBlock('a')), delta(0, json('')), stopBlock(0)])
  expect((await accumulated(frames)).content).toEqual([{ type: 'tool_use', id: 'a', name: 'f', input: {} }])
})

test('T17: of two argument objects in a row the first is written, and the loss told', async () => {
  const state = writer.start(context())
  const events = [start, call(0, 'a'), args(0, '{"x":1}{"x'), args(0, '":2}'), args(0, ' '), finish('tool-calls'), end]
  const frames = events.flatMap((event) => writer.step(state, [event]))
  expect((await accumulated(frames)).content).toEqual([{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }])
  expect(writer.lost(state)).toEqual([
    { action: 'dropped', path: 'tool_use.input', detail: 'Arguments that came after the end of their object.' },
  ])
})

test('the official client accumulates every kind of block', async () => {
  const frames = write([
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
  const frames = write([start, text(0, 'x'), broken, end])
  expect(payloads(frames).at(-1)).toEqual({
    type: 'error',
    error: { type: 'overloaded_error', message: 'busy', code: 'no_target_available' },
    request_id: 'r1',
  })
  await expect(accumulated(frames)).rejects.toMatchObject({ type: 'overloaded_error', apiMessage: 'busy' })
})

test('T01: events that stop without a terminal one end as broken', async () => {
  const frames = write([start, text(0, 'x'), finish('stop')])
  expect(payloads(frames).at(-1)).toEqual({
    type: 'error',
    error: { type: 'api_error', message: 'The answer broke off before its end.', code: 'upstream_error' },
    request_id: 'r1',
  })
  await expect(accumulated(frames)).rejects.toThrow(Anthropic.APIError)
})

test('stop reasons say what the answer holds', () => {
  const reason = (...events: Event[]): unknown => {
    const closing = payloads(write([start, ...events, end])).at(-2)
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
  const state = writer.start(context())
  writer.step(state, [start, { ...text(0, 'x'), choice: 1 }, { type: 'extension', path: 'choices.logprobs' }])
  writer.step(state, [{ type: 'extension', path: 'choices.logprobs' }])
  expect(writer.lost(state)).toEqual([
    { action: 'dropped', path: 'n', detail: 'Only the first answer has a place in this dialect.' },
    { action: 'dropped', path: 'choices.logprobs' },
  ])
})

const stream = (...list: readonly object[]): Frame[] =>
  list.map((payload) => ({ event: (payload as { type: string }).type, data: JSON.stringify(payload) }))

const closing = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 2 },
}
const nativeStream = stream(
  { ...opened, message: { ...opened.message, id: 'msg_1' } },
  startBlock(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
  stopBlock(0),
  startBlock(1, textBlock),
  { type: 'ping' },
  delta(1, { type: 'text_delta', text: 'secret' }),
  stopBlock(1),
  closing,
  { type: 'message_stop' },
)

/** What leaves when each frame's events pass through `change` on their way. */
function through(frames: readonly Frame[], change: (event: Event) => Event[]): Frame[] {
  const reading = reader.start(readContext)
  const writing = writer.start(context(true))
  const out = frames.flatMap((frame) => writer.step(writing, reader.step(reading, frame).flatMap(change)))
  return [...out, ...writer.step(writing, reader.end(reading)), ...writer.end(writing)]
}

test('within the dialect, untouched frames leave as the very objects that came', () => {
  const out = through(nativeStream, (event) => [event])
  expect(out.length).toBe(nativeStream.length)
  expect(out.every((frame, index) => frame === nativeStream[index])).toBe(true)
})

test('a text that a reviewer changed leaves in the platform’s own block', () => {
  const out = through(nativeStream, (event) => (event.type === 'text-delta' ? [text(event.block, '***')] : [event]))
  const expected = [...nativeStream]
  expected[5] = stream(delta(1, { type: 'text_delta', text: '***' }))[0]!
  expect(out).toEqual(expected)
})

test('a text that a reviewer held back until its block was closed gets a block of its own', () => {
  let held: Event[] = []
  const out = through(nativeStream, (event) => {
    if (event.type === 'text-delta') held = [text(event.block, 'late')]
    if (event.type === 'text-delta') return []
    return event.type === 'usage' && event.usage.outputText > 0 ? [...held, event] : [event]
  })
  expect(payloads(out).slice(5)).toEqual([
    stopBlock(1),
    startBlock(2, textBlock),
    delta(2, { type: 'text_delta', text: 'late' }),
    stopBlock(2),
    closing,
    { type: 'message_stop' },
  ])
})

test('an answer that a reviewer stops is closed properly', () => {
  let stopped = false
  const out = through(nativeStream, (event) => {
    if (stopped) return []
    stopped = event.type === 'text-delta'
    return stopped ? [finish('content-filter'), end] : [event]
  })
  expect(payloads(out).slice(5)).toEqual([
    stopBlock(1),
    { type: 'message_delta', delta: { stop_reason: 'refusal', stop_sequence: null }, usage: noUsage },
    { type: 'message_stop' },
  ])
})

test('an error frame of the platform does not pass: it could hold secrets', () => {
  const secret = { type: 'error', error: { type: 'api_error', message: 'bad key sk-ant-REDACTED' } }
  const out = through(stream(secret), (event) => [event])
  expect(payloads(out)).toEqual([
    {
      type: 'error',
      error: {
        type: 'api_error',
        message: 'p broke off: bad key sk-***',
        code: 'upstream_error',
        provider: { platform: 'p', status: 200, code: 'api_error', message: 'bad key sk-***' },
      },
      request_id: 'r1',
    },
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
  expect(JSON.parse(writer.whole(context(), events).data)).toEqual({
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

test('a whole answer of our own dialect leaves as it came, if nobody touched it', () => {
  const frame: Frame = {
    data: '{"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","x":1.0}',
  }
  const events = reader.whole(readContext, frame)
  expect(writer.whole(context(true), events)).toBe(frame)
  const changed = events.map((event): Event => (event.type === 'text-delta' ? text(0, '***') : event))
  expect(JSON.parse(writer.whole(context(true), changed).data).content).toEqual([{ type: 'text', text: '***' }])
})

const words = fc.string({ minLength: 1, maxLength: 8 })
const block = fc.oneof(
  fc.record({ type: fc.constant('text' as const), pieces: fc.array(words, { minLength: 1, maxLength: 4 }) }),
  fc.record({
    type: fc.constant('thinking' as const),
    pieces: fc.array(words, { minLength: 1, maxLength: 4 }),
    signature: fc.option(words, { nil: undefined }),
  }),
  fc.record({ type: fc.constant('redacted' as const), data: words }),
  fc.record({
    type: fc.constant('tool' as const),
    name: words,
    input: fc.dictionary(words, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    cut: fc.nat(),
  }),
)
type Block = typeof block extends fc.Arbitrary<infer T> ? T : never

function eventsOf(content: Block, number: number): Event[] {
  switch (content.type) {
    case 'text':
      return content.pieces.map((piece) => text(number, piece))
    case 'thinking':
      return [
        ...content.pieces.map((piece): Event => ({ type: 'reasoning-delta', block: number, text: piece })),
        ...(content.signature === undefined
          ? []
          : [{ type: 'reasoning-signature', block: number, signature: content.signature } satisfies Event]),
      ]
    case 'redacted':
      return [{ type: 'reasoning-redacted', block: number, data: content.data }]
    case 'tool': {
      const whole = JSON.stringify(content.input)
      const cut = 1 + (content.cut % (whole.length - 1))
      return [
        call(number, `id${number}`, content.name),
        args(number, whole.slice(0, cut)),
        args(number, whole.slice(cut)),
      ]
    }
  }
}

/** Events in an order that the dialect can write as it is. */
const answers = fc
  .array(block, { maxLength: 5 })
  .map((blocks) => blocks.flatMap((content, number) => [...eventsOf(content, number), blockEnd(number)]))

const strip = (events: readonly Event[]): unknown[] =>
  events.filter(({ type }) => type !== 'native' && type !== 'usage').map(({ origin: _origin, ...event }) => event)

test('what is written is read back as the same events, however they are batched', () => {
  const closed: Event[] = [finish('length', 'max_tokens'), end]
  fc.assert(
    fc.property(answers, fc.array(fc.integer({ min: 1, max: 4 })), (content, sizes) => {
      const events = [start, ...content, ...closed]
      const writing = writer.start(context())
      const frames: Frame[] = []
      for (let from = 0, i = 0; from < events.length; i++) {
        const size = sizes[i] ?? 3
        frames.push(...writer.step(writing, events.slice(from, from + size)))
        from += size
      }
      const reading = reader.start(readContext)
      const back = frames.flatMap((frame) => reader.step(reading, frame))
      expect(strip(back)).toEqual(strip(events))
      expect(writer.lost(writing)).toEqual([])
    }),
  )
})

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
      const message = await accumulated(write([...events, finish('tool-calls'), end]))
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
      const [was, is] = [await accumulated(frames), await accumulated(write(untied))]
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

test('a frame of which one event was changed is written anew, the others of its events too', () => {
  const origin: Origin = { frame: { event: 'message_delta', data: '{}' }, count: 2 }
  const out = write([{ ...start }, { ...usage({ outputText: 9 }), origin }, finish('length'), end], true)
  expect(payloads(out).at(-2)).toEqual({
    type: 'message_delta',
    delta: { stop_reason: 'max_tokens', stop_sequence: null },
    usage: { ...noUsage, output_tokens: 9 },
  })
})
