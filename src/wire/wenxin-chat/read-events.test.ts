import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { cutOff, end, heard, heardWhole, refusal, summary, usage } from '#wire/shape/plain-fixture.ts'
import { wenxinChat } from '#wire/wenxin-chat/index.ts'

function sentence(id: number, result: string, more: JsonObject = {}): JsonObject {
  return {
    id: 'as-1',
    object: 'chat.completion',
    created: 1_767_225_600,
    sentence_id: id,
    is_end: false,
    is_truncated: false,
    result,
    need_clear_history: false,
    finish_reason: 'normal',
    usage: { prompt_tokens: 2, completion_tokens: 0, total_tokens: 2 },
    ...more,
  }
}

const figures = { usage: { prompt_tokens: 2, completion_tokens: 5, total_tokens: 7 } }
const last = { is_end: true, ...figures }
const start = { type: 'start', id: 'as-1', created: 1_767_225_600 }

describe('a stream', () => {
  test('says sentence by sentence, and which one is the last', () => {
    expect(heard(wenxinChat, [sentence(0, 'Hi.'), sentence(1, ' There.'), sentence(2, '', last)])).toEqual([
      start,
      { type: 'text-delta', block: 0, text: 'Hi.' },
      usage({ inputFresh: 2 }),
      { type: 'text-delta', block: 0, text: ' There.' },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'stop', native: 'normal' },
      usage({ inputFresh: 2, outputText: 5 }),
      end,
    ])
  })

  test('counts what plugins took, which stands in the total alone', () => {
    const more = { is_end: true, usage: { prompt_tokens: 2, completion_tokens: 5, total_tokens: 20 } }
    expect(heard(wenxinChat, [sentence(0, 'Hi.', more)])).toContainEqual(usage({ inputFresh: 2, outputText: 18 }))
  })

  test.each([
    ['a word', { finish_reason: 'length' }, 'length', 'length'],
    ['a flag, in older answers', { finish_reason: undefined, is_truncated: true }, 'length', 'is_truncated'],
    ['a filter', { finish_reason: 'content_filter' }, 'content-filter', 'content_filter'],
    ['a history to be cleared', { need_clear_history: true, ban_round: 1 }, 'content-filter', 'need_clear_history'],
    ['nothing at all', { finish_reason: undefined }, 'stop', ''],
    ['a word of tomorrow', { finish_reason: 'tired' }, 'stop', 'tired'],
  ])('says why it ended by %s', (_how, more, reason, native) => {
    expect(summary(heard(wenxinChat, [sentence(0, 'Hi.'), sentence(1, '', { ...last, ...more })]))).toEqual({
      text: 'Hi.',
      reasoning: '',
      finish: [[reason, native]],
      last: 'end',
    })
  })

  test('says a call at once, with an id of ours', () => {
    const call = { function_call: { name: 'weather', arguments: '{"city":"Paris"}', thoughts: 'I have to ask' } }
    expect(heard(wenxinChat, [sentence(0, '', { ...last, ...call, finish_reason: 'function_call' })])).toEqual([
      start,
      { type: 'tool-call-start', block: 0, id: expect.stringMatching(/^call_/), name: 'weather' },
      { type: 'tool-call-delta', block: 0, arguments: '{"city":"Paris"}' },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'tool-calls', native: 'function_call' },
      usage({ inputFresh: 2, outputText: 5 }),
      end,
    ])
  })

  test('tells of a search beside the answer', () => {
    const more = { ...last, search_info: { search_results: [{ index: 1, url: 'https://example.com', title: 'T' }] } }
    expect(heard(wenxinChat, [sentence(0, 'Hi.', more)])).toContainEqual({ type: 'extension', path: 'search_info' })
  })

  test.each([
    ['before anything', []],
    ['before its last sentence', [sentence(0, 'Hi.')]],
  ])('that closes %s is cut', (_when, frames) => {
    expect([heard(wenxinChat, frames), heard(wenxinChat, frames, { cut: cutOff() })].map(summary)).toMatchObject([
      { last: 'cut', finish: [] },
      { last: 'cut', finish: [] },
    ])
  })

  test('that is an error, or becomes one, fails', () => {
    const broken = { error_code: 336_100, error_msg: 'try again', id: 'as-1' }
    expect([heard(wenxinChat, [broken]), heard(wenxinChat, [sentence(0, 'Hi.'), broken])].map(summary)).toEqual([
      { text: '', reasoning: '', finish: [], last: 'upstream' },
      { text: 'Hi.', reasoning: '', finish: [], last: 'upstream' },
    ])
  })
})

test('a whole answer has a result', () => {
  const { sentence_id: _id, is_end: _end, ...answer } = sentence(0, 'Hi.', figures)
  expect(heardWhole(wenxinChat, answer)).toEqual([
    start,
    { type: 'text-delta', block: 0, text: 'Hi.' },
    { type: 'block-end', block: 0 },
    { type: 'finish', reason: 'stop', native: 'normal' },
    usage({ inputFresh: 2, outputText: 5 }),
    end,
  ])
})

test.each([
  [110, 'credentials'],
  [111, 'credentials'],
  [17, 'quota'],
  [18, 'rate-limit'],
  [336_501, 'rate-limit'],
  [3, 'not-found'],
  [2, 'overloaded'],
  [336_003, 'invalid-request'],
  [336_007, 'context-length'],
  [336_104, 'content-filter'],
  [336_000, 'upstream'],
])('%d is %s', (code, kind) => {
  expect(refusal(wenxinChat, 200, { error_code: code, error_msg: 'no' })).toBe(kind)
})
