import { expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { failure } from '#wire/failure.ts'
import { ANSWER, told, toldWhole } from '#wire/shape/plain-fixture.ts'
import { sparkChat } from '#wire/spark-chat/index.ts'

const usage = { text: { question_tokens: 10, prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 } }
const call = { function_call: { name: 'weather', arguments: '{"city":"Paris"}' } }

function frame(status: number, seq: number, { item, more }: { item?: JsonObject; more?: JsonObject } = {}): JsonObject {
  const text = [{ content: '', role: 'assistant', index: 0, ...item }]
  return {
    header: { code: 0, message: 'Success', sid: 'a1', status },
    payload: { choices: { status, seq, text }, ...more },
  }
}

test('a stream is frames with a status: first, between, last with the figures', () => {
  expect(told(sparkChat, ANSWER)).toEqual([
    [
      frame(0, 0, { item: { reasoning_content: 'Hm' } }),
      frame(1, 1, { item: { content: 'Hi' } }),
      frame(1, 2, { item: call }),
      frame(2, 3, { more: { usage } }),
    ],
    [],
  ])
})

test('a whole answer is the last frame alone', () => {
  const item = { content: 'Hi', reasoning_content: 'Hm', ...call }
  expect(toldWhole(sparkChat, ANSWER)).toEqual([frame(2, 0, { item, more: { usage } }), []])
})

test('a failure in the middle is a header with its code', () => {
  const broken = { type: 'failure', failure: failure('rate-limit', 'slow down') } as const
  expect(told(sparkChat, [...ANSWER.slice(0, 2), broken])[0].at(-1)).toEqual({
    header: { code: 11_202, message: 'slow down', sid: 'r1', status: 2 },
  })
})

test('a refusal of the account fails the handshake, any other is a frame', () => {
  expect([
    sparkChat.writeFailure(failure('credentials', 'bad key'), 'r1'),
    sparkChat.writeFailure(failure('overloaded', 'busy'), 'r1'),
  ]).toEqual([
    { status: expect.any(Number), body: expect.any(String) },
    { status: 200, body: '{"header":{"code":10110,"message":"busy","sid":"r1","status":2}}' },
  ])
})
