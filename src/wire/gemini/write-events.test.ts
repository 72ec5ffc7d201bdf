import { describe, expect, test } from 'vitest'
import type { Event } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { NO_USAGE } from '#wire/usage.ts'
import { gemini } from '#wire/gemini/index.ts'
import { chunk, context, read, readWhole, stream, writing } from '#test/support/gemini.ts'

const HEAD = { modelVersion: 'm', responseId: 'a1' }
const START: Event = { type: 'start', id: 'a1', model: 'm', created: 1 }
const STOP: Event = { type: 'finish', reason: 'stop', native: 'stop' }
const CALLS: Event = { type: 'finish', reason: 'tool-calls', native: 'tool_calls' }
const END: Event = { type: 'end' }
const ZERO = { promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0 }

function text(block: number, said: string): Event {
  return { type: 'text-delta', block, text: said }
}

function call(block: number, args: readonly string[], id = `c${block}`): Event[] {
  return [
    { type: 'tool-call-start', block, id, name: 'f' },
    ...args.map((fragment): Event => ({ type: 'tool-call-delta', block, arguments: fragment })),
    { type: 'block-end', block },
  ]
}

/** The parts of each candidate's chunks, and of the whole answer. */
function parts(events: readonly Event[]): { streamed: unknown[]; whole: unknown[] } {
  const streamed = stream(events).flatMap(({ candidates }) => candidates[0].content.parts)
  const { data } = gemini.writeEvents.whole(writing(), events).frame
  return { streamed, whole: JSON.parse(data).candidates[0].content.parts }
}

function lostIn(events: readonly Event[]): string[] {
  const state = gemini.writeEvents.start(writing())
  gemini.writeEvents.step(state, events)
  const streamed = gemini.writeEvents.lost(state).map(({ path }) => path)
  expect(gemini.writeEvents.whole(writing(), events).lost.map(({ path }) => path)).toEqual(streamed)
  return streamed
}

test('a stream is chunks; the last has why it ended and what it used', () => {
  const usage = { ...NO_USAGE, inputFresh: 5, inputCached: 2, outputText: 3, outputReasoning: 4 }
  const events = [
    START,
    text(0, 'a'),
    { type: 'block-end', block: 0 } as const,
    STOP,
    { type: 'usage', usage } as const,
    END,
  ]
  const usageMetadata = {
    promptTokenCount: 7,
    cachedContentTokenCount: 2,
    candidatesTokenCount: 3,
    thoughtsTokenCount: 4,
    totalTokenCount: 14,
  }
  const candidate = (said: string, more = {}) => ({
    content: { parts: [{ text: said }], role: 'model' },
    ...more,
    index: 0,
  })
  expect(stream(events)).toEqual([
    { candidates: [candidate('a')], ...HEAD },
    { candidates: [candidate('', { finishReason: 'STOP' })], usageMetadata, ...HEAD },
  ])
  expect(JSON.parse(gemini.writeEvents.whole(writing(), events).frame.data)).toEqual({
    candidates: [candidate('a', { finishReason: 'STOP' })],
    usageMetadata,
    ...HEAD,
  })
})

test('a platform that names neither itself nor its answer is named by us; usage is always there', () => {
  expect(stream([{ type: 'start' }, STOP, END])).toEqual([
    {
      candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: ZERO,
      modelVersion: 'route',
      responseId: 'req_1',
    },
  ])
})

test('sound is counted apart', () => {
  const usage = { ...NO_USAGE, inputFresh: 5, inputAudio: 2, outputText: 3, outputAudio: 4 }
  expect(stream([START, { type: 'usage', usage }, STOP, END]).at(-1).usageMetadata).toEqual({
    promptTokenCount: 7,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 5 },
      { modality: 'AUDIO', tokenCount: 2 },
    ],
    candidatesTokenCount: 7,
    candidatesTokensDetails: [
      { modality: 'TEXT', tokenCount: 3 },
      { modality: 'AUDIO', tokenCount: 4 },
    ],
    totalTokenCount: 14,
  })
})

test('calls are gathered and leave whole, in the order of their beginning', () => {
  const [startA, deltaA, endA] = call(0, ['{"a":1}'])
  const [startB, , endB] = call(1, [''])
  const events = [START, startA!, startB!, endB!, deltaA!, endA!, CALLS, END]
  const expected = [
    { functionCall: { id: 'c0', name: 'f', args: { a: 1 } } },
    { functionCall: { id: 'c1', name: 'f', args: {} } },
  ]
  expect(parts(events)).toEqual({ streamed: [...expected, { text: '' }], whole: expected })
})

test('numbers in arguments keep every digit', () => {
  const events = [START, ...call(0, ['{"n":1234567', '8901234567890}']), CALLS, END]
  const state = gemini.writeEvents.start(writing())
  const frames = gemini.writeEvents.step(state, events)
  expect(frames[0]?.data).toContain('"args":{"n":12345678901234567890}')
  expect(gemini.writeEvents.whole(writing(), events).frame.data).toContain('"n":12345678901234567890')
})

describe('arguments that are no object', () => {
  const broken = [START, text(0, 'a'), ...call(1, ['{"a":'])]

  test('are told as Google tells them', () => {
    const told = { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'Malformed function call: f({"a":)' }
    const events = [...broken, CALLS, END]
    expect(stream(events).at(-1).candidates[0]).toMatchObject(told)
    expect(JSON.parse(gemini.writeEvents.whole(writing(), events).frame.data).candidates[0]).toMatchObject(told)
    expect(parts(events)).toEqual({ streamed: [{ text: 'a' }, { text: '' }], whole: [{ text: 'a' }] })
  })

  test('are part of an end that cut them off', () => {
    const events: Event[] = [...broken, { type: 'finish', reason: 'length', native: 'length' }, END]
    expect(stream(events).at(-1).candidates[0].finishReason).toBe('MAX_TOKENS')
    expect(lostIn(events)).toEqual(['functionCall'])
  })

  test('two objects in a row: the first counts', () => {
    const events = [START, ...call(0, ['{"a":1}{"b":2}']), CALLS, END]
    expect(parts(events).whole).toEqual([{ functionCall: { id: 'c0', name: 'f', args: { a: 1 } } }])
    expect(lostIn(events)).toEqual(['functionCall.args'])
  })
})

describe('seals', () => {
  const sealed = (block: number, signature: string, sealedBy: 'gemini' | 'anthropic-messages' = 'gemini'): Event[] => [
    { type: 'reasoning-signature', block, signature, sealedBy },
    { type: 'block-end', block },
  ]

  test('stand on the part that follows, else on an empty text', () => {
    const events = [
      START,
      { type: 'reasoning-delta', block: 0, text: 'hm' } as const,
      ...sealed(0, 's0'),
      text(1, 'a'),
      text(1, 'b'),
      ...sealed(2, 's2'),
      ...call(3, ['{}']),
      ...sealed(4, 's4'),
      ...sealed(5, 's5'),
      CALLS,
      END,
    ]
    const expected = [
      { text: 'hm', thought: true },
      { text: 'a', thoughtSignature: 's0' },
      { functionCall: { id: 'c3', name: 'f', args: {} }, thoughtSignature: 's2' },
      { text: '', thoughtSignature: 's4' },
      { text: '', thoughtSignature: 's5' },
    ]
    expect(parts(events).streamed).toEqual([...expected.slice(0, 2), { text: 'b' }, ...expected.slice(2)])
    expect(parts(events).whole).toEqual(expected.map((part, i) => (i === 1 ? { ...part, text: 'ab' } : part)))
  })

  test('of other platforms carry their maker’s name, in base64 as the field demands', () => {
    const events: Event[] = [
      START,
      { type: 'reasoning-redacted', block: 0, data: 'd', sealedBy: 'anthropic-messages' },
      ...sealed(1, 's', 'anthropic-messages'),
      text(2, 'a'),
      STOP,
      END,
    ]
    expect(parts(events).whole).toEqual([
      {
        text: '',
        thought: true,
        thoughtSignature: Buffer.from('tw.redacted.tw.anthropic-messages.d').toString('base64'),
      },
      { text: 'a', thoughtSignature: Buffer.from('tw.anthropic-messages.s').toString('base64') },
    ])
  })
})

test.each<[Event & { type: 'finish' }, string]>([
  [{ type: 'finish', reason: 'stop', native: 'end_turn' }, 'STOP'],
  [{ type: 'finish', reason: 'length', native: 'max_tokens' }, 'MAX_TOKENS'],
  [{ type: 'finish', reason: 'tool-calls', native: 'STOP' }, 'STOP'],
  [{ type: 'finish', reason: 'content-filter', native: 'refusal' }, 'SAFETY'],
  [{ type: 'finish', reason: 'content-filter', native: 'RECITATION' }, 'RECITATION'],
  [{ type: 'finish', reason: 'pause', native: 'pause_turn' }, 'STOP'],
])('%j is Google’s %s', (event, word) => {
  expect(stream([START, event, END]).at(-1).candidates[0].finishReason).toBe(word)
})

test('several choices are several candidates', () => {
  const second = { choice: 1 } as const
  const events: Event[] = [START, text(0, 'a'), { ...text(0, 'b'), ...second }, { ...STOP, ...second }, STOP, END]
  const candidate = (index: number, said: string, more = {}) => ({
    content: { parts: [{ text: said }], role: 'model' },
    ...more,
    index,
  })
  expect(stream(events).map(({ candidates }) => candidates)).toEqual([
    [candidate(0, 'a')],
    [candidate(1, 'b')],
    [candidate(0, '', { finishReason: 'STOP' }), candidate(1, '', { finishReason: 'STOP' })],
  ])
  expect(JSON.parse(gemini.writeEvents.whole(writing(), events).frame.data).candidates).toEqual([
    candidate(0, 'a', { finishReason: 'STOP' }),
    candidate(1, 'b', { finishReason: 'STOP' }),
  ])
})

test('a refusal is text; what has no place is told', () => {
  const events: Event[] = [
    START,
    { type: 'refusal-delta', block: 0, text: 'no' },
    { type: 'extension', path: 'choices.0.logprobs' },
    { type: 'finish', reason: 'stop', native: 'stop_sequence', stopSequence: 'END' },
    END,
  ]
  expect(parts(events).whole).toEqual([{ text: 'no' }])
  expect(lostIn(events)).toEqual(['choices.0.logprobs', 'stopSequence'])
})

test('a failure is an error object, and so is a stream that stops', () => {
  const overloaded = failure('overloaded', 'nobody can serve')
  expect(stream([START, text(0, 'a'), { type: 'failure', failure: overloaded }]).slice(1)).toEqual([
    { error: expect.objectContaining({ code: 503, status: 'UNAVAILABLE', message: 'nobody can serve' }) },
  ])
  expect(stream([START, text(0, 'a')]).slice(1)).toEqual([
    { error: expect.objectContaining({ code: 502, status: 'UNAVAILABLE' }) },
  ])
})

describe('within the dialect', () => {
  const chunks = [
    chunk([{ text: 'a' }], { safetyRatings: [{}] }),
    chunk([{ functionCall: { name: 'f', args: { secret: 1 } }, thoughtSignature: 's' }]),
    { ...chunk([{ text: '' }], { finishReason: 'STOP' }), usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 } },
  ]
  const frames = chunks.map((one) => ({ data: JSON.stringify(one), bytes: new Uint8Array() }))

  function relayed(change: (event: Event) => Event): unknown[] {
    const reading = gemini.readEvents.start(context())
    const writer = gemini.writeEvents.start(writing({ native: true }))
    const events = [
      ...frames.flatMap((frame) => gemini.readEvents.step(reading, frame)),
      ...gemini.readEvents.end(reading),
    ]
    return [...gemini.writeEvents.step(writer, events.map(change)), ...gemini.writeEvents.end(writer)]
  }

  test('frames that nobody touched leave as they came, and nothing follows them', () => {
    expect(relayed((event) => event)).toEqual(frames)
  })

  test('a frame that was touched is written anew between them', () => {
    const out = relayed((event) =>
      event.type === 'tool-call-delta' ? { type: event.type, block: event.block, arguments: '{"secret":0}' } : event,
    )
    const anew = out[1] as { data: string }
    expect([out[0], out[2], out.length]).toEqual([frames[0], frames[2], 3])
    expect(JSON.parse(anew.data).candidates[0].content.parts).toEqual([
      { functionCall: { id: 'call_r1_0', name: 'f', args: { secret: 0 } }, thoughtSignature: 's' },
    ])
  })

  test('an end that was touched is told anew', () => {
    const out = relayed((event) => (event.type === 'finish' ? { ...STOP, native: 'STOP' } : event))
    expect(out.slice(0, 2)).toEqual(frames.slice(0, 2))
    expect(JSON.parse((out[2] as { data: string }).data)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 3 },
    })
  })

  test('a whole answer leaves as it came', () => {
    const frame = { data: JSON.stringify(chunk([{ text: 'a' }], { finishReason: 'STOP' })) }
    const events = gemini.readEvents.whole(context(), frame)
    expect(gemini.writeEvents.whole(writing({ native: true }), events)).toEqual({ frame, lost: [] })
  })
})

test('what is written is read back as the same events', () => {
  const events: Event[] = [
    START,
    { type: 'reasoning-delta', block: 0, text: 'hm' },
    { type: 'reasoning-signature', block: 0, signature: 's', sealedBy: 'gemini' },
    { type: 'block-end', block: 0 },
    ...call(1, ['{"a":1}']),
    { type: 'usage', usage: { ...NO_USAGE, inputFresh: 1, outputText: 2, outputReasoning: 3 } },
    CALLS,
    END,
  ]
  const bare = (list: readonly Event[]): unknown[] =>
    list.map((event) => {
      if (event.type === 'start') return { type: 'start', id: event.id, model: event.model }
      if (event.type === 'finish') return { ...event, native: 'STOP' }
      return event.type === 'usage' ? { ...event, usage: { ...event.usage, raw: undefined } } : event
    })
  expect(bare(read(stream(events)))).toEqual(bare(events))
  expect(bare(readWhole(gemini.writeEvents.whole(writing(), events).frame.data))).toEqual(bare(events))
})
