import { expect, test } from 'vitest'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { Event, Frame } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { writeContext } from '#wire/openai-completions/fixture.ts'
import { openaiCompletions } from '#wire/openai-completions/index.ts'
import { NO_USAGE } from '#wire/usage.ts'

const { readEvents, writeEvents } = openaiCompletions
const CONTEXT = { platform: 'p', quirks: DIALECT_QUIRKS['openai-completions'], errors: [] }
const HEAD = { id: 'cmpl-1', object: 'text_completion', created: 7, model: 'm' }
const USAGE = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14, prompt_tokens_details: { cached_tokens: 4 } }
const USED: Event = {
  type: 'usage',
  usage: { ...NO_USAGE, inputFresh: 5, inputCached: 4, outputText: 5, raw: USAGE },
}
const DONE: Frame = { data: '[DONE]' }

function chunk(text: string, more: object = {}): Frame {
  return {
    data: JSON.stringify({ ...HEAD, choices: [{ text, index: 0, logprobs: null, finish_reason: null, ...more }] }),
  }
}

const FIGURES: Frame = { data: JSON.stringify({ ...HEAD, choices: [], usage: USAGE }) }

function read(frames: readonly Frame[]): Event[] {
  const state = readEvents.start(CONTEXT)
  const events = [...frames.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state)]
  return events.map(({ origin: _origin, ...event }) => event)
}

function framesOf(events: readonly Event[], streamUsage = true): unknown[] {
  const state = writeEvents.start(writeContext({ streamUsage }))
  const frames = [...events.flatMap((event) => writeEvents.step(state, [event])), ...writeEvents.end(state)]
  return frames.map(({ data }) => (data === '[DONE]' ? data : JSON.parse(data)))
}

test('a stream tells its texts, answer by answer, its ends and its figures', () => {
  const frames = [
    chunk('On'),
    chunk('Tw', { index: 1, logprobs: { tokens: ['Tw'] } }),
    chunk('ce', { finish_reason: 'length' }),
    chunk('ice', { index: 1 }),
    chunk('', { index: 1, finish_reason: 'stop' }),
    FIGURES,
    DONE,
  ]
  expect(read(frames)).toEqual([
    { type: 'start', id: 'cmpl-1', model: 'm', created: 7 },
    { type: 'text-delta', block: 0, text: 'On' },
    { type: 'text-delta', block: 0, text: 'Tw', choice: 1 },
    { type: 'extension', path: 'choices.1.logprobs' },
    { type: 'text-delta', block: 0, text: 'ce' },
    { type: 'block-end', block: 0 },
    { type: 'finish', reason: 'length', native: 'length' },
    { type: 'text-delta', block: 0, text: 'ice', choice: 1 },
    { type: 'block-end', block: 0, choice: 1 },
    { type: 'finish', reason: 'stop', native: 'stop', choice: 1 },
    USED,
    { type: 'end' },
  ])
})

test('a whole answer tells the same', () => {
  const data = JSON.stringify({
    ...HEAD,
    choices: [{ text: 'Once', index: 0, finish_reason: 'content_filter' }],
    usage: USAGE,
  })
  const events = readEvents.whole(CONTEXT, { data }).map(({ origin: _origin, ...event }) => event)
  expect(events).toEqual([
    { type: 'start', id: 'cmpl-1', model: 'm', created: 7 },
    { type: 'text-delta', block: 0, text: 'Once' },
    { type: 'block-end', block: 0 },
    { type: 'finish', reason: 'content-filter', native: 'content_filter' },
    USED,
    { type: 'end' },
  ])
})

test.each([
  ['an error', { data: '{"error":{"message":"slow","code":"rate_limit_exceeded"}}' }, 'rate-limit'],
  ['vLLM’s flat error', { data: '{"object":"error","message":"oops","code":500}' }, 'upstream'],
  ['what is no JSON', { data: '{' }, 'malformed'],
  ['a reason that is an error', chunk('', { finish_reason: 'abort' }), 'upstream'],
  ['an end without a reason', DONE, 'cut'],
])('%s is a failure', (_what, frame, kind) => {
  expect(read([frame]).at(-1)).toMatchObject({ type: 'failure', failure: { kind } })
})

test('an answer as chunks of text', () => {
  expect(
    framesOf([
      { type: 'start', id: 'x', model: 'm', created: 5 },
      { type: 'reasoning-delta', block: 0, text: 'hm' },
      { type: 'text-delta', block: 1, text: 'Once' },
      { type: 'finish', reason: 'tool-calls', native: 'x' },
      USED,
      { type: 'end' },
    ]),
  ).toEqual([
    {
      id: 'x',
      object: 'text_completion',
      created: 5,
      model: 'm',
      choices: [{ text: 'Once', index: 0, logprobs: null, finish_reason: null }],
    },
    {
      id: 'x',
      object: 'text_completion',
      created: 5,
      model: 'm',
      choices: [{ text: '', index: 0, logprobs: null, finish_reason: 'stop' }],
    },
    {
      id: 'x',
      object: 'text_completion',
      created: 5,
      model: 'm',
      choices: [],
      usage: { ...USAGE, completion_tokens_details: { reasoning_tokens: 0 } },
    },
    '[DONE]',
  ])
})

test('figures come to those alone who asked for them', () => {
  expect(framesOf([USED, { type: 'end' }], false)).toEqual(['[DONE]'])
})

test('what breaks off ends in an error, without the end mark', () => {
  expect(framesOf([{ type: 'failure', failure: failure('rate-limit', 'slow') }])).toEqual([
    { error: { message: 'slow', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' } },
  ])
  expect(framesOf([])).toMatchObject([{ error: { code: 'upstream_error' } }])
})

test('what is no text is told as lost, in a stream and whole', () => {
  const events: Event[] = [
    { type: 'start' },
    { type: 'reasoning-signature', block: 0, signature: 's' },
    { type: 'tool-call-start', block: 1, id: 'a', name: 'f' },
    { type: 'tool-call-delta', block: 1, arguments: '{}' },
    { type: 'extension', path: 'citations' },
    { type: 'refusal-delta', block: 2, text: 'No' },
    { type: 'text-delta', block: 0, text: 'Yes', choice: 1 },
    { type: 'end' },
  ]
  const paths = ['reasoning', 'tool_calls', 'citations']
  const state = writeEvents.start(writeContext())
  writeEvents.step(state, events)
  expect(writeEvents.lost(state).map(({ path }) => path)).toEqual(paths)
  const { frame, lost } = writeEvents.whole(writeContext(), events)
  expect(JSON.parse(frame.data)).toEqual({
    id: 'cmpl-r1',
    object: 'text_completion',
    created: 1,
    model: 'shown',
    choices: [
      { text: 'No', index: 0, logprobs: null, finish_reason: 'stop' },
      { text: 'Yes', index: 1, logprobs: null, finish_reason: 'stop' },
    ],
  })
  expect(lost.map(({ path }) => path)).toEqual(paths)
})

test('within the dialect frames leave as they came, but for figures that we asked for', () => {
  const frames = [chunk('Once'), chunk('', { finish_reason: 'stop' }), FIGURES, DONE]
  const passed = (streamUsage: boolean): Frame[] => {
    const reading = readEvents.start(CONTEXT)
    const writing = writeEvents.start(writeContext({ native: true, streamUsage, usageAdded: !streamUsage }))
    return frames.flatMap((frame) => writeEvents.step(writing, readEvents.step(reading, frame)))
  }
  expect(passed(true)).toEqual(frames)
  expect(passed(false)).toEqual(frames.filter((frame) => frame !== FIGURES))
})
