import { expect, test } from 'vitest'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { ANSWER, told, toldWhole } from '#wire/shape/plain-fixture.ts'
import { wenxinChat } from '#wire/wenxin-chat/index.ts'

const nothing = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
const counted = { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 }
const head = {
  id: 'a1',
  object: 'chat.completion',
  created: 1_767_225_600,
  is_truncated: false,
  need_clear_history: false,
}
const call = { function_call: { name: 'weather', arguments: '{"city":"Paris"}' } }

function sentence(id: number, more: JsonObject = {}): JsonObject {
  return { ...head, sentence_id: id, is_end: false, finish_reason: 'normal', result: '', usage: nothing, ...more }
}

test('a stream is sentences with numbers, the last one marked; thinking has no place', () => {
  expect(told(wenxinChat, ANSWER)).toEqual([
    [
      sentence(0, { result: 'Hi' }),
      sentence(1, call),
      sentence(2, { is_end: true, finish_reason: 'function_call', usage: counted }),
    ],
    ['reasoning'],
  ])
})

test('a whole answer has room for one call', () => {
  const second = [
    { type: 'tool-call-start', block: 3, id: 'c2', name: 'time' },
    { type: 'block-end', block: 3 },
  ] as const
  const events = [...ANSWER.slice(0, 9), ...second, ...ANSWER.slice(9)]
  expect(toldWhole(wenxinChat, events)).toEqual([
    { ...head, finish_reason: 'function_call', result: 'Hi', ...call, usage: counted },
    ['reasoning', 'tool_calls'],
  ])
})

test('flags say what a reason says', () => {
  const ended = (reason: 'length' | 'content-filter'): unknown => {
    const [answer] = toldWhole(wenxinChat, [{ type: 'finish', reason, native: reason }, { type: 'end' }])
    return answer
  }
  expect([ended('length'), ended('content-filter')]).toMatchObject([
    { is_truncated: true, need_clear_history: false, finish_reason: 'length' },
    { is_truncated: false, need_clear_history: true, finish_reason: 'content_filter' },
  ])
})

test('a failure is a 200 with its code, whole and in a stream', () => {
  const failed = failure('quota', 'nothing left')
  const [frames] = told(wenxinChat, [...ANSWER.slice(0, 4), { type: 'failure', failure: failed }])
  expect([wenxinChat.writeFailure(failed, 'r1'), frames.at(-1)]).toEqual([
    { status: 200, body: '{"error_code":17,"error_msg":"nothing left","id":"r1"}' },
    { error_code: 17, error_msg: 'nothing left', id: 'r1' },
  ])
})
