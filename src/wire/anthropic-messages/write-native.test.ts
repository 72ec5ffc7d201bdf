import { expect, test } from 'vitest'
import type { ReadContext } from '#wire/dialect.ts'
import type { Event, Frame, Origin } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { ANTHROPIC_MESSAGES_QUIRKS } from '#wire/quirks.ts'
import {
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
  stream,
  text,
  usage,
  writeContext,
} from '#wire/anthropic-messages/fixture.ts'
import type { Warning } from '#wire/warning.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

const { readEvents: reader, writeEvents: writer } = anthropicMessages
const readContext: ReadContext = { platform: 'p', quirks: ANTHROPIC_MESSAGES_QUIRKS, errors: [] }

const closing = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 2 },
}
const nativeStream = stream(
  { ...opened, message: { ...opened.message, id: 'msg_1' } },
  startBlock(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
  stopBlock(0),
  startBlock(1, { type: 'text', text: '' }),
  { type: 'ping' },
  delta(1, { type: 'text_delta', text: 'secret' }),
  stopBlock(1),
  closing,
  { type: 'message_stop' },
)

/** What leaves when each frame's events pass through `change` on their way. */
function through(frames: readonly Frame[], change: (event: Event) => Event[]): Frame[] {
  return mended(frames, change).out
}

function mended(
  frames: readonly Frame[],
  change = (event: Event): Event[] => [event],
): { out: Frame[]; lost: readonly Warning[] } {
  const reading = reader.start(readContext)
  const writing = writer.start(writeContext(true))
  const steps = frames.flatMap((frame) => writer.step(writing, reader.step(reading, frame).flatMap(change)))
  const out = [...steps, ...writer.step(writing, reader.end(reading)), ...writer.end(writing)]
  return { out, lost: writer.lost(writing) }
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
    startBlock(2, { type: 'text', text: '' }),
    delta(2, { type: 'text_delta', text: 'late' }),
    stopBlock(2),
    closing,
    { type: 'message_stop' },
  ])
})

const anew: Warning = {
  action: 'approximated',
  path: 'content',
  detail: 'The platform broke the rules of its own dialect: its blocks are written anew from there.',
}

test('T16: thinking in a block of text is a block of its own for clients of the same dialect, too', () => {
  const thought = delta(0, { type: 'thinking_delta', thinking: 'Hm' })
  const said = (words: string): JsonObject => delta(0, { type: 'text_delta', text: words })
  const { out, lost } = mended(
    stream(
      opened,
      startBlock(0, { type: 'text', text: '' }),
      said('one'),
      thought,
      said('two'),
      stopBlock(0),
      startBlock(1, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
      delta(1, { type: 'input_json_delta', partial_json: '{}' }),
      stopBlock(1),
      closing,
      { type: 'message_stop' },
    ),
  )
  expect(lost).toEqual([anew])
  expect(payloads(out).slice(3)).toEqual([
    stopBlock(0),
    startBlock(1, { type: 'thinking', thinking: '', signature: '' }),
    delta(1, { type: 'thinking_delta', thinking: 'Hm' }),
    stopBlock(1),
    startBlock(2, { type: 'text', text: '' }),
    delta(2, { type: 'text_delta', text: 'two' }),
    stopBlock(2),
    startBlock(3, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
    delta(3, { type: 'input_json_delta', partial_json: '{}' }),
    stopBlock(3),
    closing,
    { type: 'message_stop' },
  ])
})

test('a stream that forgets its start, or the start of a block, is given both', () => {
  const { out, lost } = mended(
    stream(delta(0, { type: 'text_delta', text: 'Hi' }), stopBlock(0), closing, { type: 'message_stop' }),
  )
  expect(lost).toEqual([anew])
  expect(payloads(out)).toEqual([
    { ...opened, message: { ...opened.message, id: 'msg_r1', model: 'shown' } },
    startBlock(0, { type: 'text', text: '' }),
    delta(0, { type: 'text_delta', text: 'Hi' }),
    stopBlock(0),
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

test('a whole answer of our own dialect leaves as it came, if nobody touched it', () => {
  const frame: Frame = {
    data: '{"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","x":1.0}',
  }
  const events = reader.whole(readContext, frame)
  expect(writer.whole(writeContext(true), events)).toEqual({ frame, lost: [] })
  const changed = events.map((event): Event => (event.type === 'text-delta' ? text(0, '***') : event))
  expect(JSON.parse(writer.whole(writeContext(true), changed).frame.data).content).toEqual([
    { type: 'text', text: '***' },
  ])
})

test('a frame of which one event was changed is written anew, the others of its events too', () => {
  const origin: Origin = { frame: { event: 'message_delta', data: '{}' }, count: 2 }
  const out = framesOf([{ ...start }, { ...usage({ outputText: 9 }), origin }, finish('length'), end], true)
  expect(payloads(out).at(-2)).toEqual({
    type: 'message_delta',
    delta: { stop_reason: 'max_tokens', stop_sequence: null },
    usage: { ...noUsage, output_tokens: 9 },
  })
})
