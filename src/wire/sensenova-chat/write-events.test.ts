import { expect, test } from 'vitest'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { ANSWER, told, toldWhole } from '#wire/shape/plain-fixture.ts'
import { sensenovaChat } from '#wire/sensenova-chat/index.ts'

const nothing = { prompt_tokens: 0, knowledge_tokens: 0, completion_tokens: 0, total_tokens: 0 }
const counted = { prompt_tokens: 10, knowledge_tokens: 0, completion_tokens: 3, total_tokens: 13 }
const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } }

function piece(choice: JsonObject, usage: JsonObject = nothing): JsonObject {
  const choices = [{ index: 0, role: 'assistant', delta: '', finish_reason: '', ...choice }]
  return { data: { id: 'a1', choices, usage }, status: { code: 0, message: 'ok' } }
}

test('a stream is data with a status beside it, and done at its end', () => {
  expect(told(sensenovaChat, ANSWER)).toEqual([
    [
      piece({ reasoning_content: 'Hm' }),
      piece({ delta: 'Hi' }),
      piece({ tool_calls: [{ index: 0, ...call }] }),
      piece({ finish_reason: 'tool_calls' }, counted),
      '[DONE]',
    ],
    [],
  ])
})

test('a whole answer has every choice', () => {
  const choice = { index: 0, role: 'assistant', message: 'Hi', reasoning_content: 'Hm', finish_reason: 'tool_calls' }
  const events = [
    ...ANSWER.slice(0, -1),
    { type: 'text-delta', block: 0, choice: 1, text: 'Or' },
    { type: 'finish', reason: 'length', native: 'length', choice: 1 },
    { type: 'end' },
  ] as const
  expect(toldWhole(sensenovaChat, events)).toEqual([
    {
      data: {
        id: 'a1',
        choices: [
          { ...choice, tool_calls: [call] },
          { index: 1, role: 'assistant', message: 'Or', finish_reason: 'length' },
        ],
        usage: counted,
      },
    },
    [],
  ])
})

test('a failure is an error with its HTTP status, and in the middle of a stream a status', () => {
  const failed = failure('rate-limit', 'slow down')
  const [frames] = told(sensenovaChat, [...ANSWER.slice(0, 2), { type: 'failure', failure: failed }])
  expect([sensenovaChat.writeFailure(failed, 'r1'), frames.at(-1)]).toEqual([
    { status: 429, body: '{"error":{"code":8,"message":"slow down","details":[]}}' },
    { data: null, status: { code: 8, message: 'slow down' } },
  ])
})
