import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { cutOff, end, heard, heardWhole, refusal, summary, usage } from '#wire/shape/plain-fixture.ts'
import { sparkChat } from '#wire/spark-chat/index.ts'

function frame(status: 0 | 1 | 2, item: JsonObject, payload: JsonObject = {}): JsonObject {
  return {
    header: { code: 0, message: 'Success', sid: 'cha000b0003@dx1905', status },
    payload: {
      choices: { status, seq: status, text: [{ content: '', role: 'assistant', index: 0, ...item }] },
      ...payload,
    },
  }
}

function failed(code: number, message = 'no'): JsonObject {
  return { header: { code, message, sid: 'cha000b0003@dx1905', status: 2 } }
}

const figures = {
  usage: { text: { question_tokens: 4, prompt_tokens: 5, completion_tokens: 9, total_tokens: 14 } },
}
const start = { type: 'start', id: 'cha000b0003@dx1905' }

describe('a stream', () => {
  test('says text frame by frame; the one with status 2 is the last, and alone has figures', () => {
    const frames = [frame(0, { content: 'Hi' }), frame(1, { content: ' there' }), frame(2, { content: '!' }, figures)]
    expect(heard(sparkChat, frames)).toEqual([
      start,
      { type: 'text-delta', block: 0, text: 'Hi' },
      { type: 'text-delta', block: 0, text: ' there' },
      { type: 'text-delta', block: 0, text: '!' },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'stop', native: '' },
      usage({ inputFresh: 5, outputText: 9 }),
      end,
    ])
  })

  test('of one frame is an answer', () => {
    expect(summary(heard(sparkChat, [frame(2, { content: 'Hi' }, figures)]))).toEqual({
      text: 'Hi',
      reasoning: '',
      finish: [['stop', '']],
      last: 'end',
    })
  })

  test('says thinking, as X1 does', () => {
    const frames = [frame(0, { reasoning_content: 'Hm' }), frame(1, { content: 'Yes' }), frame(2, {}, figures)]
    expect(summary(heard(sparkChat, frames))).toMatchObject({ reasoning: 'Hm', text: 'Yes', last: 'end' })
  })

  test.each([['{"city":"Paris"}'], [{ city: 'Paris' }]])('says a call at once: %j', (args) => {
    const item = { content_type: 'text', function_call: { name: 'weather', arguments: args } }
    expect(heard(sparkChat, [frame(2, item, figures)])).toEqual([
      start,
      { type: 'tool-call-start', block: 0, id: expect.stringMatching(/^call_/), name: 'weather' },
      { type: 'tool-call-delta', block: 0, arguments: '{"city":"Paris"}' },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'tool-calls', native: '' },
      usage({ inputFresh: 5, outputText: 9 }),
      end,
    ])
  })

  test('may hold several texts in a frame, calls among them', () => {
    const texts = [
      { content: 'Let me see', role: 'assistant', index: 0 },
      { content: '', role: 'assistant', index: 1, function_call: { name: 'weather', arguments: '{}' } },
      { content: '', role: 'assistant', index: 2, function_call: { name: 'time', arguments: '{}' } },
    ]
    const { header } = frame(2, {})
    const events = heard(sparkChat, [{ header, payload: { choices: { status: 2, seq: 0, text: texts } } }])
    expect(events.flatMap((event) => (event.type === 'tool-call-start' ? [event.name] : []))).toEqual([
      'weather',
      'time',
    ])
    expect(summary(events)).toMatchObject({ text: 'Let me see', finish: [['tool-calls', '']], last: 'end' })
  })

  test('tells of plugins beside the answer', () => {
    const plugins = { text: [{ name: 'ifly_search', content: '[]' }] }
    expect(heard(sparkChat, [frame(2, { content: 'Hi' }, { plugins })])).toContainEqual({
      type: 'extension',
      path: 'plugins',
    })
  })

  test('says nothing after its last frame', () => {
    const frames = [frame(2, { content: 'Hi' }, figures), frame(1, { content: 'more' }), failed(10_000)]
    expect(summary(heard(sparkChat, frames))).toMatchObject({ text: 'Hi', last: 'end' })
  })

  test.each([
    ['before anything', []],
    ['with frames still to come', [frame(0, { content: 'Hi' }), frame(1, { content: ' there' })]],
  ])('that closes %s is cut', (_when, frames) => {
    expect([heard(sparkChat, frames), heard(sparkChat, frames, { cut: cutOff() })].map(summary)).toMatchObject([
      { last: 'cut', finish: [] },
      { last: 'cut', finish: [] },
    ])
  })

  test('is taken for cut at its end by operators who say that it is', () => {
    const options = { quirks: { finishReasons: { '': 'cut' } } } as const
    expect(summary(heard(sparkChat, [frame(2, { content: 'Hi' }, figures)], options))).toMatchObject({ last: 'cut' })
  })

  test('that breaks off with an error fails, and may have cost something', () => {
    expect(heard(sparkChat, [frame(0, { content: 'Hi' }), failed(10_012, 'engine')]).at(-1)).toMatchObject({
      type: 'failure',
      failure: { kind: 'upstream', mayHaveCost: true, platform: { code: '10012', message: 'engine', status: 200 } },
    })
  })

  test('whose answer a filter stops has an end, since text has been read', () => {
    expect(summary(heard(sparkChat, [frame(0, { content: 'Hi' }), failed(10_014, 'output refused')]))).toEqual({
      text: 'Hi',
      reasoning: '',
      finish: [['content-filter', '10014']],
      last: 'end',
    })
  })

  test('that a filter lets never begin fails', () => {
    expect(summary(heard(sparkChat, [failed(10_013, 'input refused')]))).toMatchObject({
      last: 'content-filter',
      finish: [],
    })
  })

  test.each(['{', '"text"', '[]', '{"payload":1}', '{"choices":[]}'])('of %s is malformed', (junk) => {
    expect(heard(sparkChat, [junk])).toMatchObject([{ type: 'failure', failure: { kind: 'malformed' } }])
  })
})

test('an answer in one piece is a last frame', () => {
  expect(heardWhole(sparkChat, frame(2, { content: 'Hi' }, figures))).toEqual([
    start,
    { type: 'text-delta', block: 0, text: 'Hi' },
    { type: 'block-end', block: 0 },
    { type: 'finish', reason: 'stop', native: '' },
    usage({ inputFresh: 5, outputText: 9 }),
    end,
  ])
})

test.each([
  [10_005, 'invalid-request'],
  [10_404, 'not-found'],
  [10_907, 'context-length'],
  [10_013, 'content-filter'],
  [10_019, 'content-filter'],
  [10_016, 'credentials'],
  [11_200, 'quota'],
  [11_201, 'quota'],
  [11_202, 'rate-limit'],
  [10_007, 'rate-limit'],
  [10_110, 'overloaded'],
  [10_222, 'upstream'],
])('%d is %s', (code, kind) => {
  expect(refusal(sparkChat, 200, failed(code))).toBe(kind)
})

test('a handshake that failed holds a message alone', () => {
  expect([
    refusal(sparkChat, 401, { message: 'HMAC signature does not match' }),
    refusal(sparkChat, 403, { message: 'HMAC signature cannot be verified' }),
    refusal(sparkChat, 503, 'upstream connect error'),
  ]).toEqual(['credentials', 'credentials', 'overloaded'])
})
