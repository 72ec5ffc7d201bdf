import { expect, test } from 'vitest'
import type { Frame } from '#wire/event.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

const { readEvents, writeEvents } = openaiChat
const WRITING = { requestId: 'r', now: 0, model: 'm', native: true, streamUsage: true, usageAdded: false }

/** What a caller of the same dialect gets for a whole answer, and for the last chunk of a stream. */
function passed(data: string, quirks: Partial<Quirks>): Frame[] {
  const context = { platform: 'p', quirks: { ...OPENAI_CHAT_QUIRKS, ...quirks }, errors: [] }
  const frame = { data, bytes: new TextEncoder().encode(data) }
  const whole = writeEvents.whole(WRITING, readEvents.whole(context, frame)).frame
  const writing = writeEvents.start(WRITING)
  return [whole, ...writeEvents.step(writing, readEvents.step(readEvents.start(context), frame))]
}

const answer = (word: string, more = ''): string =>
  `{"id":"a","big":12345678901234567890,"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"${word}"${more}}]}`

test('a finish reason that only the platform knows is said in OpenAI’s word, its own beside, and nothing else changes', () => {
  const words = { finishReasons: { tired: 'length' } } as const
  const expected = (word: string, own: string): object => ({
    data: `{"id":"a","big":12345678901234567890,"choices":[{"native_finish_reason":"${own}","index":0,"message":{"content":"Hi"},"finish_reason":"${word}"}]}`,
  })
  expect(['sensitive', 'eos', 'tired'].map((word) => passed(answer(word), words))).toEqual([
    [expected('content_filter', 'sensitive'), expected('content_filter', 'sensitive')],
    [expected('stop', 'eos'), expected('stop', 'eos')],
    [expected('length', 'tired'), expected('length', 'tired')],
  ])
})

test('a reason that was renamed is told, streamed and whole, and one that was not is not', () => {
  const told = (word: string): unknown[] => {
    const context = { platform: 'p', quirks: OPENAI_CHAT_QUIRKS, errors: [] }
    const writing = writeEvents.start(WRITING)
    writeEvents.step(writing, readEvents.step(readEvents.start(context), { data: answer(word) }))
    const whole = writeEvents.whole(WRITING, readEvents.whole(context, { data: answer(word) }))
    return [writeEvents.lost(writing), whole.lost]
  }
  const renamed = [{ action: 'renamed', path: 'finish_reason', detail: 'sensitive → content_filter' }]
  expect(['sensitive', 'stop', 'invented'].map(told)).toEqual([
    [renamed, renamed],
    [[], []],
    [[], []],
  ])
})

test('OpenAI’s own words, and those that nobody knows yet, leave as they came', () => {
  const texts = ['stop', 'function_call', 'invented'].map((word) => answer(word))
  expect(texts.map((text) => passed(text, {}).map(({ data }) => data))).toEqual(texts.map((text) => [text, text]))
})
