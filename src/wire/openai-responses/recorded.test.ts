import { describe, expect, test } from 'vitest'
import { HAVE_RECORDINGS, recordedLines } from '#test/support/recordings.ts'
import type { ReadContext, WriteContext } from '#wire/dialect.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { Event, Frame } from '#wire/event.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'

const CONTEXT: ReadContext = { platform: 'test', quirks: DIALECT_QUIRKS['openai-responses'], errors: [] }
const WRITING: WriteContext = {
  requestId: 'r1',
  now: 0,
  model: 'm',
  native: true,
  streamUsage: true,
  usageAdded: false,
}

/** The recording holds several answers, one after the other. */
function answersIn(name: string): Frame[][] {
  const answers: Frame[][] = []
  for (const data of recordedLines(name)) {
    const { type } = JSON.parse(data)
    if (type === 'response.created') answers.push([])
    answers.at(-1)?.push({ event: type, data, bytes: Buffer.from(`event: ${type}\ndata: ${data}\n\n`) })
  }
  return answers
}

function read(frames: readonly Frame[]): Event[] {
  const { readEvents } = openaiResponses
  const state = readEvents.start(CONTEXT)
  return [...frames.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state)]
}

/** What the platform's last frame says of the whole answer. */
function completed(frames: readonly Frame[]): { output: any[]; usage: any } {
  return JSON.parse(frames.at(-1)?.data ?? '{}').response
}

/** The seals as the ends of their items bring them: OpenAI encrypts anew for the last frame. */
function sealsIn(frames: readonly Frame[]): string[] {
  const done = frames.filter(({ event }) => event === 'response.output_item.done')
  return done.flatMap(({ data }) => JSON.parse(data).item.encrypted_content ?? [])
}

function joined(events: readonly Event[], type: Event['type']): string {
  return events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')
}

describe.skipIf(!HAVE_RECORDINGS)('recorded', () => {
  const answers = HAVE_RECORDINGS ? answersIn('openai/responses-reasoning.chunks.jsonl') : []

  test.each(answers.map((frames, i) => [i, frames] as const))(
    'answer %i tells thinking, text, calls, end and figures as the platform sums them up',
    (_i, frames) => {
      const { output, usage } = completed(frames)
      const events = read(frames)
      const calls = output.filter(({ type }) => type === 'function_call')
      const texts = output.flatMap(({ type, content }) => (type === 'message' ? content : []))
      const thoughts = output.flatMap(({ type, summary }) => (type === 'reasoning' ? summary : []))
      expect(joined(events, 'text-delta')).toBe(texts.map(({ text }) => text).join(''))
      expect(joined(events, 'reasoning-delta')).toBe(thoughts.map(({ text }) => text).join('\n\n'))
      expect(events.flatMap((event) => (event.type === 'tool-call-start' ? [[event.id, event.name]] : []))).toEqual(
        calls.map(({ call_id, name }) => [call_id, name]),
      )
      expect(events.map((event) => (event.type === 'tool-call-delta' ? event.arguments : '')).join('')).toBe(
        calls.map((call) => call.arguments).join(''),
      )
      expect(events.flatMap((event) => (event.type === 'reasoning-signature' ? [event.signature] : []))).toEqual(
        sealsIn(frames),
      )
      expect(events.find((event) => event.type === 'finish')).toMatchObject({
        reason: calls.length > 0 ? 'tool-calls' : 'stop',
      })
      expect(events.findLast((event) => event.type === 'usage')).toMatchObject({
        usage: {
          inputFresh: usage.input_tokens - usage.input_tokens_details.cached_tokens,
          inputCached: usage.input_tokens_details.cached_tokens,
          outputText: usage.output_tokens - usage.output_tokens_details.reasoning_tokens,
          outputReasoning: usage.output_tokens_details.reasoning_tokens,
        },
      })
      expect(events.at(-1)).toMatchObject({ type: 'end' })
    },
  )

  test.each(answers.map((frames, i) => [i, frames] as const))('answer %i leaves as the very frames', (_i, frames) => {
    const { readEvents, writeEvents } = openaiResponses
    const reading = readEvents.start(CONTEXT)
    const writing = writeEvents.start(WRITING)
    const out = frames.flatMap((frame) => writeEvents.step(writing, readEvents.step(reading, frame)))
    expect([...out, ...writeEvents.end(writing)]).toEqual(frames)
  })

  test.each(answers.map((frames, i) => [i, frames] as const))(
    'answer %i, cut after any frame but the last, never looks complete',
    (_i, frames) => {
      const ends = frames.slice(0, -1).map((_frame, cut) => read(frames.slice(0, cut + 1)).at(-1)?.type)
      expect(new Set(ends)).toEqual(new Set(['failure']))
    },
  )

  test('an error in the middle of a stream is a failure with the platform’s words', () => {
    const events = answersIn('openai/responses-error.chunks.jsonl').map((frames) => read(frames).at(-1))
    expect(events.map((event) => event?.type)).toEqual(['failure'])
    const [last] = events
    expect(last?.type === 'failure' && last.failure.platform?.message !== undefined).toBe(true)
  })
})
