import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answersOf, batches, batchSizes, EVERYTHING } from '#test/conformance/arbitrary.ts'
import { writeContext } from '#test/conformance/dialects.ts'
import { type Said, said } from '#test/conformance/fold.ts'
import { PLAIN, type PlainCandidate, quirksOf, read, readWhole, written } from '#test/conformance/plain.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { DialectId } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import { failure, type FailureKind } from '#wire/failure.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'

/** What of an answer comes through. */
function heard(answer: Said, { mute }: PlainCandidate, whole: boolean): Said {
  const lacks = new Set(mute)
  const calls = whole && lacks.has('second call of a whole answer') ? answer.tools.slice(0, 1) : answer.tools
  const { usage } = answer
  const figures = usage === undefined || !lacks.has('cached') ? usage : { ...usage, cached: 0 }
  const spent = figures === undefined || figures.input + figures.output === 0 ? undefined : figures
  return {
    ...answer,
    signatures: [],
    reasoning: lacks.has('reasoning') ? '' : answer.reasoning,
    tools: lacks.has('ids') ? calls.map((call) => ({ ...call, id: '' })) : calls,
    finish: lacks.has('finish') && answer.finish !== 'tool-calls' ? 'stop' : answer.finish,
    usage: spent,
  }
}

function unnamed(answer: Said, { mute }: PlainCandidate): Said {
  return mute.includes('ids') ? { ...answer, tools: answer.tools.map((call) => ({ ...call, id: '' })) } : answer
}

/** Kinds that a platform's answer can mean. */
const KINDS: readonly FailureKind[] = [
  'invalid-request',
  'context-length',
  'content-filter',
  'credentials',
  'quota',
  'not-found',
  'too-large',
  'rate-limit',
  'overloaded',
  'timeout',
  'upstream',
]

/** What a dialect has no word for, read as what. */
const NEAREST: Readonly<Partial<Record<DialectId, Readonly<Partial<Record<FailureKind, FailureKind>>>>>> = {
  'tencent-chat': { 'context-length': 'invalid-request', 'too-large': 'invalid-request' },
  'spark-chat': { 'too-large': 'invalid-request', timeout: 'upstream' },
  'sensenova-chat': { 'too-large': 'invalid-request', quota: 'rate-limit' },
  'wenxin-chat': { 'too-large': 'invalid-request', timeout: 'upstream' },
}

const ALL = PLAIN.map((candidate) => [candidate.dialect.id, candidate] as const)

describe.each(ALL)('%s', (id, candidate) => {
  const { dialect } = candidate
  const { readEvents, writeEvents } = dialect

  test('an answer written as a stream and read back says what has a place, however it is batched', () => {
    fc.assert(
      fc.property(answersOf(EVERYTHING), batchSizes, (events, sizes) => {
        const answer = unnamed(said(read(dialect, written(dialect, events, sizes))), candidate)
        expect(answer).toEqual(heard(said(events), candidate, false))
      }),
      { numRuns: 200 },
    )
  })

  test('and so does one written whole; what has no place is told', () => {
    fc.assert(
      fc.property(answersOf(EVERYTHING), (events) => {
        const { frame, lost } = writeEvents.whole(writeContext(), events)
        const asked = said(events)
        expect(unnamed(said(readWhole(dialect, frame)), candidate)).toEqual(heard(asked, candidate, true))
        const paths = new Set(lost.map(({ path }) => path))
        expect([paths.has('reasoning.signature'), paths.has('reasoning'), paths.has('tool_calls')]).toEqual([
          asked.signatures.length > 0,
          asked.reasoning !== '' && candidate.mute.includes('reasoning'),
          asked.tools.length > 1 && candidate.mute.includes('second call of a whole answer'),
        ])
      }),
      { numRuns: 200 },
    )
  })

  test('any batching of the frames gives the same events', () => {
    fc.assert(
      fc.property(answersOf(EVERYTHING), (events) => {
        const frames = written(dialect, events)
        const plain = read(dialect, frames).map(({ origin: _origin, ...event }) => event)
        const state = readEvents.start({ platform: 'test', quirks: quirksOf(id), errors: [] })
        // Empty frames stand between, as servers send them to keep a connection.
        const spaced = frames.flatMap((frame) => [{ data: '' }, frame])
        const got = [...spaced.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state)]
        const told = got.filter(({ type }) => type !== 'native').map(({ origin: _origin, ...event }) => event)
        expect(told).toEqual(plain.filter(({ type }) => type !== 'native'))
      }),
      { numRuns: 100 },
    )
  })

  test('a stream that breaks off before it said that it is over is never complete, however it closed', () => {
    fc.assert(
      fc.property(answersOf(EVERYTHING), fc.double({ min: 0, max: 0.999, noNaN: true }), (events, share) => {
        const frames = written(dialect, events)
        // The mark behind the last reason may be missing where nothing else is.
        const ends = frames.at(-1)?.data === '[DONE]' ? 2 : 1
        const kept = frames.slice(0, Math.floor(share * (frames.length - ends + 1)))
        for (const cut of [undefined, failure('cut', 'the connection broke')]) {
          const state = readEvents.start({ platform: 'test', quirks: quirksOf(id), errors: [] })
          const got = [...kept.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state, cut)]
          expect(said(got.filter(({ type }) => type === 'failure' || type === 'end')).terminals).toEqual(['cut'])
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a writer whose events stop without an end says so', () => {
    fc.assert(
      fc.property(answersOf(EVERYTHING), (events) => {
        const got = read(dialect, written(dialect, events.slice(0, -1)))
        const { terminals } = said(got.filter(({ type }) => type === 'failure' || type === 'end'))
        expect(terminals).toEqual(['upstream'])
      }),
    )
  })

  test('frames that nobody touched leave as the very same frames', () => {
    fc.assert(
      fc.property(answersOf(EVERYTHING), batchSizes, (events, sizes) => {
        const frames = written(dialect, events)
        const reading = readEvents.start({ platform: 'test', quirks: quirksOf(id), errors: [] })
        const writing = writeEvents.start(writeContext({ native: true }))
        const batched = batches(frames, sizes).map((some) => some.flatMap((frame) => readEvents.step(reading, frame)))
        const passed = [...batched, readEvents.end(reading)].flatMap((batch) => writeEvents.step(writing, batch))
        const out = [...passed, ...writeEvents.end(writing)]
        expect(out.length).toBe(frames.length)
        expect(out.every((frame, i) => frame === frames[i])).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test('a frame with an event that was changed is written anew', () => {
    const events: Event[] = [
      { type: 'start', id: 'answer_1', model: 'm', created: 1 },
      { type: 'text-delta', block: 0, text: 'secret' },
      { type: 'text-delta', block: 0, text: ' rest' },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'stop', native: 'stop' },
      { type: 'end' },
    ]
    const frames = written(dialect, events)
    const changed = read(dialect, frames).map((event): Event => {
      return event.type === 'text-delta' && event.text === 'secret' ? { type: event.type, block: 0, text: '██' } : event
    })
    const writing = writeEvents.start(writeContext({ native: true }))
    const out = [...writeEvents.step(writing, changed), ...writeEvents.end(writing)]
    expect(said(read(dialect, out))).toEqual({ ...said(read(dialect, frames)), text: '██ rest' })
    expect(out.filter((frame) => frames.includes(frame)).length).toBeGreaterThanOrEqual(2)
  })

  test('any bytes in a frame give exactly one terminal event, last, and never throw', () => {
    const junk = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(
        '[DONE]',
        '{"Choices":[null,{"Delta":{"ToolCalls":[1,null,{}]}}]}',
        '{"Response":{"Error":1}}',
        '{"Response":{"Error":{}}}',
        '{"ErrorMsg":{"Msg":1}}',
        '{"header":{"code":0,"status":2}}',
        '{"header":{},"payload":{"choices":{"text":[null,{"function_call":{}}]}}}',
        '{"data":{"choices":[null,{"index":"x","delta":1}]},"status":{}}',
        '{"status":{"code":"x"}}',
        '{"result":"a","is_end":1}',
        '{"result":1,"function_call":[]}',
        '{"error_code":"1"}',
      ),
    )
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 8 }), (texts) => {
        const events = read(
          dialect,
          texts.map((data) => ({ data })),
        )
        const ends = events.flatMap(({ type }, i) => (type === 'end' || type === 'failure' ? [i] : []))
        expect(ends).toEqual([events.length - 1])
        for (const data of texts) {
          expect(readWhole(dialect, { data }).filter(({ type }) => type === 'end' || type === 'failure')).toHaveLength(
            1,
          )
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a refusal that it writes is read as what it was, or as its nearest', () => {
    const got = Object.fromEntries(
      KINDS.map((kind) => {
        const { status, body } = dialect.writeFailure(failure(kind, 'no'), 'req_1')
        const answer = { status, headers: {}, body }
        return [kind, dialect.readFailure(answer, { platform: 'test', quirks: quirksOf(id), errors: [] }).kind]
      }),
    )
    expect(got).toEqual({ ...Object.fromEntries(KINDS.map((kind) => [kind, kind])), ...NEAREST[id] })
  })

  test('and so is a failure in the middle of its stream', () => {
    const start: Event[] = [
      { type: 'start', id: 'a', model: 'm', created: 1 },
      { type: 'text-delta', block: 0, text: 'Hi' },
    ]
    const got = Object.fromEntries(
      KINDS.map((kind) => {
        const events = read(dialect, written(dialect, [...start, { type: 'failure', failure: failure(kind, 'no') }]))
        const last = events.at(-1)
        return [kind, last?.type === 'failure' ? last.failure.kind : last?.type]
      }),
    )
    const asRead = { ...Object.fromEntries(KINDS.map((kind) => [kind, kind])), ...NEAREST[id] }
    // A filter that stops what has begun is the end of an answer, with a reason.
    expect(got).toEqual({ ...asRead, 'content-filter': 'end' })
  })
})

const CALLERS = [openaiChat, anthropicMessages] as const

describe.each(PLAIN.flatMap((from) => CALLERS.map((to) => [`${from.dialect.id} → ${to.id}`, from, to] as const)))(
  '%s',
  (_name, from, to) => {
    test('what the platform said arrives at the caller, streamed and whole', () => {
      fc.assert(
        fc.property(answersOf(EVERYTHING), batchSizes, (events, sizes) => {
          const platform = read(from.dialect, written(from.dialect, events))
          const streamed = read(to, written(to, platform, sizes))
          const whole = readWhole(to, to.writeEvents.whole(writeContext(), platform).frame)
          const expected = heard(said(events), from, false)
          // Callers are told figures, be they 0.
          const usage = expected.usage ?? { input: 0, cached: 0, output: 0 }
          const got = [streamed, whole].map((each) => unnamed(said(each), from))
          expect(got.map((each) => ({ ...each, usage: each.usage ?? usage }))).toEqual([
            { ...expected, usage },
            { ...expected, usage },
          ])
        }),
        { numRuns: 100 },
      )
    })
  },
)
