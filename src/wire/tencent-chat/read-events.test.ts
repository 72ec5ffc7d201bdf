import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { context, cutOff, end, heard, heardWhole, refusal, summary, usage } from '#wire/shape/plain-fixture.ts'
import { tencentChat } from '#wire/tencent-chat/index.ts'

function piece(delta: JsonObject, finish = '', more: JsonObject = {}): JsonObject {
  return {
    Note: 'Made by a machine.',
    Choices: [{ FinishReason: finish, Delta: { Role: 'assistant', Content: '', ...delta }, Index: 0 }],
    Created: 1_767_225_600,
    Id: 'a1',
    Usage: { PromptTokens: 3, CompletionTokens: 1, TotalTokens: 4 },
    ...more,
  }
}

function call(id: string, index: number, name: string, text: string): JsonObject {
  return { ToolCalls: [{ Id: id, Type: 'function', Index: index, Function: { Name: name, Arguments: text } }] }
}

const start = { type: 'start', id: 'a1', created: 1_767_225_600 }
const counted = usage({ inputFresh: 3, outputText: 1 })

describe('a stream', () => {
  test('says text, its figures when they move, and ends by closing after a reason', () => {
    const later = { Usage: { PromptTokens: 3, CompletionTokens: 2, TotalTokens: 5 } }
    expect(
      heard(tencentChat, [piece({ Content: 'Hi' }), piece({ Content: ' there' }), piece({}, 'stop', later)]),
    ).toEqual([
      start,
      { type: 'text-delta', block: 0, text: 'Hi' },
      counted,
      { type: 'text-delta', block: 0, text: ' there' },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'stop', native: 'stop' },
      usage({ inputFresh: 3, outputText: 2 }),
      end,
    ])
  })

  test('says thinking before text, each in a block of its own', () => {
    const frames = [piece({ ReasoningContent: 'Hm' }), piece({ Content: 'Yes' }), piece({}, 'stop')]
    expect(heard(tencentChat, frames).filter((event) => 'block' in event)).toEqual([
      { type: 'reasoning-delta', block: 0, text: 'Hm' },
      { type: 'block-end', block: 0 },
      { type: 'text-delta', block: 1, text: 'Yes' },
      { type: 'block-end', block: 1 },
    ])
  })

  test('says calls in fragments that their ids hold together, whatever their index says', () => {
    const frames = [
      piece(call('call_a', 0, 'weather', '{"ci')),
      piece(call('call_b', 0, 'time', '')),
      piece(call('call_a', 0, '', 'ty":1}')),
      piece(call('call_b', 0, '', '{}')),
      piece({}, 'tool_calls'),
    ]
    expect(heard(tencentChat, frames).filter((event) => 'block' in event || event.type === 'finish')).toEqual([
      { type: 'tool-call-start', block: 0, id: 'call_a', name: 'weather' },
      { type: 'tool-call-delta', block: 0, arguments: '{"ci' },
      { type: 'tool-call-start', block: 1, id: 'call_b', name: 'time' },
      { type: 'tool-call-delta', block: 0, arguments: 'ty":1}' },
      { type: 'tool-call-delta', block: 1, arguments: '{}' },
      { type: 'block-end', block: 0 },
      { type: 'block-end', block: 1 },
      { type: 'finish', reason: 'tool-calls', native: 'tool_calls' },
    ])
  })

  test('counts cached tokens, which come as text', () => {
    const figures = {
      PromptTokens: 10,
      PromptTokensDetails: { CachedTokens: '4' },
      CompletionTokens: 2,
      TotalTokens: 12,
    }
    expect(heard(tencentChat, [piece({ Content: 'Hi' }, 'stop', { Usage: figures })])).toContainEqual(
      usage({ inputFresh: 6, inputCached: 4, outputText: 2 }),
    )
  })

  test('tells what stands beside the answer, but not the note that every answer has', () => {
    const sources = { SearchResults: [{ Index: 1, Title: 'T', Url: 'https://example.com' }] }
    const frames = [
      piece({ Content: 'Hi' }, 'stop', { SearchInfo: sources, Replaces: [], RecommendedQuestions: ['?'] }),
    ]
    expect(heard(tencentChat, frames).filter(({ type }) => type === 'extension')).toEqual([
      { type: 'extension', path: 'SearchInfo' },
      { type: 'extension', path: 'RecommendedQuestions' },
    ])
  })

  test('is stopped by a filter: an end, not an error, since text has been read', () => {
    expect(summary(heard(tencentChat, [piece({ Content: 'Hi' }), piece({}, 'sensitive')]))).toEqual({
      text: 'Hi',
      reasoning: '',
      finish: [['content-filter', 'sensitive']],
      last: 'end',
    })
  })

  test('fails where it holds an error, which may have cost something once text was there', () => {
    const broken = { ...piece({}), Choices: [], ErrorMsg: { Msg: 'engine timed out', Code: 4001 } }
    expect(heard(tencentChat, [piece({ Content: 'Hi' }), broken]).at(-1)).toEqual({
      type: 'failure',
      failure: {
        kind: 'timeout',
        message: 'p broke off: engine timed out',
        blame: 'platform',
        retryable: true,
        mayHaveCost: true,
        platform: { platform: 'p', status: 200, code: '4001', message: 'engine timed out' },
      },
    })
  })

  test.each([
    ['before anything', []],
    ['before a reason', [piece({ Content: 'Hi' })]],
    ['inside a call', [piece(call('call_a', 0, 'weather', '{"ci'))]],
  ])('that closes %s is cut', (_when, frames) => {
    expect([summary(heard(tencentChat, frames)), summary(heard(tencentChat, frames, { cut: cutOff() }))]).toMatchObject(
      [
        { last: 'cut', finish: [] },
        { last: 'cut', finish: [] },
      ],
    )
  })

  test('that broke after its reason, and not by closing, is cut too', () => {
    expect(summary(heard(tencentChat, [piece({}, 'stop')], { cut: cutOff() }))).toMatchObject({ last: 'cut' })
  })
})

describe('a whole answer', () => {
  test('stands inside Response', () => {
    const { Choices: _pieces, ...head } = piece({})
    const message = { Role: 'assistant', Content: 'Hi', ReasoningContent: 'Hm', ...call('call_a', 0, 'time', '{}') }
    const answer = {
      Response: { RequestId: 'r', ...head, Choices: [{ Index: 0, Message: message, FinishReason: 'tool_calls' }] },
    }
    expect(heardWhole(tencentChat, answer)).toEqual([
      start,
      { type: 'reasoning-delta', block: 0, text: 'Hm' },
      { type: 'block-end', block: 0 },
      { type: 'text-delta', block: 1, text: 'Hi' },
      { type: 'block-end', block: 1 },
      { type: 'tool-call-start', block: 2, id: 'call_a', name: 'time' },
      { type: 'tool-call-delta', block: 2, arguments: '{}' },
      { type: 'block-end', block: 2 },
      { type: 'finish', reason: 'tool-calls', native: 'tool_calls' },
      counted,
      end,
    ])
  })

  test('that is an error fails, with its code', () => {
    const refused = { Response: { Error: { Code: 'LimitExceeded', Message: 'slow down' }, RequestId: 'r' } }
    expect(heardWhole(tencentChat, refused)).toMatchObject([
      { type: 'failure', failure: { kind: 'rate-limit', retryable: true, platform: { code: 'LimitExceeded' } } },
    ])
  })

  test('in a form that nobody knows is malformed', () => {
    expect(heardWhole(tencentChat, { choices: [] })).toMatchObject([
      { type: 'failure', failure: { kind: 'malformed' } },
    ])
  })
})

test.each([
  ['AuthFailure.SignatureExpire', 'credentials'],
  ['UnauthorizedOperation.CamNoAuth', 'credentials'],
  ['FailedOperation.ServiceStopArrears', 'quota'],
  ['ResourceUnavailable.LowBalance', 'quota'],
  ['RequestLimitExceeded.UinLimitExceeded', 'rate-limit'],
  ['FailedOperation.EngineServerLimitExceeded', 'overloaded'],
  ['FailedOperation.EngineRequestTimeout', 'timeout'],
  ['InvalidParameterValue.Model', 'not-found'],
  ['InvalidParameter', 'invalid-request'],
  ['OperationDenied.ImageIllegalDetected', 'content-filter'],
  ['FailedOperation.SomethingElse', 'upstream'],
])('%s is %s', (code, kind) => {
  expect(refusal(tencentChat, 200, { Response: { Error: { Code: code, Message: 'no' }, RequestId: 'r' } })).toBe(kind)
})

test("the platform's own rules come before the dialect's", () => {
  const errors = [{ code: 'InternalError', kind: 'overloaded', retryable: false } as const]
  const body = JSON.stringify({ Response: { Error: { Code: 'InternalError', Message: 'no' } } })
  expect(tencentChat.readFailure({ status: 200, headers: {}, body }, context(tencentChat, { errors }))).toMatchObject({
    kind: 'overloaded',
    retryable: false,
  })
})
