import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event, Frame } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { answersOf, batches, common, batchSizes } from '#test/yy/arbitrary.ts'
import { type Candidate, CANDIDATES, PAIRS, readContext, writeContext } from '#test/yy/dialects.ts'
import { said } from '#test/yy/fold.ts'

function written({ dialect }: Candidate, events: readonly Event[], sizes: readonly number[] = [1]): Frame[] {
  const { writeEvents } = dialect
  const state = writeEvents.start(writeContext())
  const frames = batches(events, sizes).flatMap((batch) => writeEvents.step(state, batch))
  return [...frames, ...writeEvents.end(state)]
}

function read(candidate: Candidate, frames: readonly Frame[]): Event[] {
  const { readEvents } = candidate.dialect
  const state = readEvents.start(readContext(candidate))
  return [...frames.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state)]
}

/** What a platform of this dialect can say of an answer: not every wire has a place for an unsigned seal or a pause. */
function sayable(events: readonly Event[]): ReturnType<typeof said> {
  return said(events)
}

describe.each(CANDIDATES.map((candidate) => [candidate.dialect.id, candidate] as const))('%s', (_id, candidate) => {
  test('an answer written as a stream and read back says the same, however it is batched', () => {
    fc.assert(
      fc.property(answersOf(candidate.says), batchSizes, (events, sizes) => {
        expect(said(read(candidate, written(candidate, events, sizes)))).toEqual(sayable(events))
      }),
      { numRuns: 200 },
    )
  })

  test('an answer written whole and read back says the same', () => {
    fc.assert(
      fc.property(answersOf(candidate.says), (events) => {
        const frame = candidate.dialect.writeEvents.whole(writeContext(), events).frame
        expect(said(candidate.dialect.readEvents.whole(readContext(candidate), frame))).toEqual(sayable(events))
      }),
      { numRuns: 200 },
    )
  })

  test('a stream cut after any frame ends in exactly one failure, and is never complete', () => {
    fc.assert(
      fc.property(answersOf(candidate.says), fc.double({ min: 0, max: 0.999, noNaN: true }), (events, share) => {
        const frames = written(candidate, events.slice(0, -3)).slice(0, -1) // without the error frame that the writer owes a stream without an end
        const kept = frames.slice(0, Math.floor(share * (frames.length + 1)))
        const { readEvents } = candidate.dialect
        const state = readEvents.start(readContext(candidate))
        const got = [
          ...kept.flatMap((frame) => readEvents.step(state, frame)),
          ...readEvents.end(state, failure('cut', 'cut')),
        ]
        expect(said(got.filter((event) => event.type === 'failure' || event.type === 'end')).terminals).toEqual(['cut'])
      }),
    )
  })

  test('a writer whose events stop without an end says so to its caller', () => {
    fc.assert(
      fc.property(answersOf(candidate.says), (events) => {
        const frames = written(candidate, events.slice(0, -1))
        const terminals = said(
          read(candidate, frames).filter((e) => e.type === 'failure' || e.type === 'end'),
        ).terminals
        expect(terminals).toHaveLength(1)
        expect(terminals).not.toEqual(['end'])
      }),
    )
  })

  test('frames that nobody touched leave as the very same frames', () => {
    fc.assert(
      fc.property(answersOf(candidate.says), batchSizes, (events, sizes) => {
        const frames = written(candidate, events).map((frame) => ({
          ...frame,
          bytes: new TextEncoder().encode(frame.data),
        }))
        const { readEvents, writeEvents } = candidate.dialect
        const reading = readEvents.start(readContext(candidate))
        const writing = writeEvents.start(writeContext({ native: true }))
        const batched = batches(frames, sizes).map((some) => some.flatMap((frame) => readEvents.step(reading, frame)))
        // A stream without an end mark is over with its bytes.
        const last = readEvents.end(reading)
        const passed = [...batched, last].flatMap((batch) => writeEvents.step(writing, batch))
        const out = [...passed, ...writeEvents.end(writing)]
        expect(out.length).toBe(frames.length)
        expect(out.every((frame, i) => frame === frames[i])).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test('a frame with an event that was changed is written anew, the others are not touched', () => {
    const events: Event[] = [
      { type: 'start', id: 'answer_1', model: 'm', created: 1 },
      { type: 'text-delta', block: 0, text: 'secret' },
      { type: 'text-delta', block: 0, text: ' rest' },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'stop', native: 'stop' },
      { type: 'end' },
    ]
    const frames = written(candidate, events)
    const { readEvents, writeEvents } = candidate.dialect
    const reading = readEvents.start(readContext(candidate))
    const writing = writeEvents.start(writeContext({ native: true, streamUsage: false }))
    const redacted = frames
      .flatMap((frame) => readEvents.step(reading, frame))
      .map((event) =>
        event.type === 'text-delta' && event.text === 'secret'
          ? { type: event.type, block: event.block, text: '██' }
          : event,
      )
    const last = readEvents.end(reading)
    const out = [...writeEvents.step(writing, [...redacted, ...last]), ...writeEvents.end(writing)]
    expect(said(read(candidate, out))).toEqual({ ...said(read(candidate, frames)), text: '██ rest' })
    expect(out.filter((frame) => frames.includes(frame)).length).toBeGreaterThanOrEqual(2)
  })

  test('any bytes in a frame give at most one terminal event, last, and never throw', () => {
    const junk = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constant('[DONE]'),
      fc.constantFrom(
        '{"error":1}',
        '{"choices":[null]}',
        '{"type":"content_block_delta"}',
        '{"choices":[{"delta":{"tool_calls":[1,null,{}]}}]}',
        '{"type":"message_start"}',
      ),
    )
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 8 }), (texts) => {
        const events = read(
          candidate,
          texts.map((data) => ({ data })),
        )
        const ends = events
          .map((event, i) => (event.type === 'end' || event.type === 'failure' ? i : -1))
          .filter((i) => i >= 0)
        expect(ends).toEqual([events.length - 1])
      }),
      { numRuns: 500 },
    )
  })
})

describe.each(PAIRS.map(([from, to]) => [`${from.dialect.id} → ${to.dialect.id}`, from, to] as const))(
  '%s',
  (_name, from, to) => {
    const says = common(from.says, to.says)
    test('text, reasoning, tool calls, finish reason and usage survive, streamed', () => {
      fc.assert(
        fc.property(answersOf(says), batchSizes, (events, sizes) => {
          const platform = read(from, written(from, events, sizes))
          const caller = read(to, written(to, platform, sizes))
          expect(said(caller)).toEqual(said(events))
        }),
        { numRuns: 200 },
      )
    })

    test('and whole', () => {
      fc.assert(
        fc.property(answersOf(says), (events) => {
          const platform = from.dialect.readEvents.whole(
            readContext(from),
            from.dialect.writeEvents.whole(writeContext(), events).frame,
          )
          const caller = to.dialect.readEvents.whole(
            readContext(to),
            to.dialect.writeEvents.whole(writeContext(), platform).frame,
          )
          expect(said(caller)).toEqual(said(events))
        }),
        { numRuns: 200 },
      )
    })

    test('and streamed by the platform where the caller wants it whole, and the other way round', () => {
      fc.assert(
        fc.property(answersOf(says), (events) => {
          const streamed = read(from, written(from, events))
          const whole = to.dialect.writeEvents.whole(writeContext(), streamed).frame
          expect(said(to.dialect.readEvents.whole(readContext(to), whole))).toEqual(said(events))
          const fromWhole = from.dialect.readEvents.whole(
            readContext(from),
            from.dialect.writeEvents.whole(writeContext(), events).frame,
          )
          expect(said(read(to, written(to, fromWhole)))).toEqual(said(events))
        }),
        { numRuns: 100 },
      )
    })
  },
)
