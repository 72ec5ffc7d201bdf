import { expect, test } from 'vitest'
import { failure } from '#wire/failure.ts'
import { ANSWER, told, toldWhole } from '#wire/shape/plain-fixture.ts'
import { tencentChat } from '#wire/tencent-chat/index.ts'

const head = { Note: 'Made by a machine.', Created: 1_767_225_600, Id: 'a1' }
const nothing = { PromptTokens: 0, CompletionTokens: 0, TotalTokens: 0 }
const counted = { PromptTokens: 10, CompletionTokens: 3, TotalTokens: 13, PromptTokensDetails: { CachedTokens: '4' } }
const call = { Id: 'c1', Type: 'function', Function: { Name: 'weather', Arguments: '{"city":"Paris"}' }, Index: 0 }

function piece(delta: object, finish = '', usage: object = nothing): object {
  return {
    ...head,
    Choices: [{ FinishReason: finish, Delta: { Role: 'assistant', Content: '', ...delta }, Index: 0 }],
    Usage: usage,
  }
}

test('a stream is written as Tencent writes it: no end mark, figures in every piece', () => {
  expect(told(tencentChat, ANSWER)).toEqual([
    [
      piece({ ReasoningContent: 'Hm' }),
      piece({ Content: 'Hi' }),
      piece({ ToolCalls: [call] }),
      piece({}, 'tool_calls', counted),
    ],
    [],
  ])
})

test('a whole answer stands inside Response', () => {
  const message = { Role: 'assistant', Content: 'Hi', ReasoningContent: 'Hm', ToolCalls: [call] }
  const answer = { ...head, Choices: [{ Index: 0, Message: message, FinishReason: 'tool_calls' }], Usage: counted }
  expect(toldWhole(tencentChat, ANSWER)).toEqual([{ Response: { RequestId: 'a1', ...answer } }, []])
})

test('a second answer has no place, and that is told', () => {
  const [start] = ANSWER
  if (start === undefined) throw new Error('no answer')
  expect(told(tencentChat, [start, { type: 'text-delta', block: 0, choice: 1, text: 'Or' }, { type: 'end' }])).toEqual([
    [piece({}, 'stop')],
    ['n'],
  ])
})

test('a failure in the middle is Response.Error', () => {
  const [frames] = told(tencentChat, [
    ...ANSWER.slice(0, 2),
    { type: 'failure', failure: failure('overloaded', 'busy') },
  ])
  expect(frames.at(-1)).toEqual({
    Response: { Error: { Code: 'FailedOperation.EngineServerLimitExceeded', Message: 'busy' }, RequestId: 'r1' },
  })
})
