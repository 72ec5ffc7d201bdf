import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { cutOff, end, heard, heardWhole, refusal, summary, usage } from '#wire/shape/plain-fixture.ts'
import { sensenovaChat } from '#wire/sensenova-chat/index.ts'

const counts = { prompt_tokens: 5, knowledge_tokens: 0, completion_tokens: 2, total_tokens: 7 }

function piece(choice: JsonObject, data: JsonObject = {}): JsonObject {
  const choices = [{ index: 0, role: 'assistant', delta: '', finish_reason: '', ...choice }]
  return { data: { id: 's1', usage: counts, choices, ...data }, status: { code: 0, message: 'ok' } }
}

const start = { type: 'start', id: 's1' }
const counted = usage({ inputFresh: 5, outputText: 2 })

describe('a stream', () => {
  test('says text in plain deltas, a reason, and that it is done', () => {
    const frames = [piece({ delta: 'Hi' }), piece({ delta: ' there' }), piece({ finish_reason: 'stop' }), '[DONE]']
    expect(heard(sensenovaChat, frames)).toEqual([
      start,
      { type: 'text-delta', block: 0, text: 'Hi' },
      counted,
      { type: 'text-delta', block: 0, text: ' there' },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'stop', native: 'stop' },
      end,
    ])
  })

  test('counts what a knowledge base adds to the prompt as prompt', () => {
    const figures = { prompt_tokens: 5, knowledge_tokens: 30, completion_tokens: 2, total_tokens: 37 }
    const frames = [piece({ delta: 'Hi', finish_reason: 'stop' }, { usage: figures }), '[DONE]']
    expect(heard(sensenovaChat, frames)).toContainEqual(usage({ inputFresh: 35, outputText: 2 }))
  })

  test('says thinking and calls beside the text of a choice', () => {
    const call = (id: string, name: string, text: string): JsonObject => ({
      tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: text } }],
    })
    const frames = [
      piece({ reasoning_content: 'Hm' }),
      piece({ delta: 'Yes' }),
      piece(call('c1', 'weather', '{"ci')),
      piece(call('', '', 'ty":1}')),
      piece({ finish_reason: 'tool_calls' }),
      '[DONE]',
    ]
    expect(heard(sensenovaChat, frames).filter((event) => 'block' in event || event.type === 'finish')).toEqual([
      { type: 'reasoning-delta', block: 0, text: 'Hm' },
      { type: 'block-end', block: 0 },
      { type: 'text-delta', block: 1, text: 'Yes' },
      { type: 'block-end', block: 1 },
      { type: 'tool-call-start', block: 2, id: 'c1', name: 'weather' },
      { type: 'tool-call-delta', block: 2, arguments: '{"ci' },
      { type: 'tool-call-delta', block: 2, arguments: 'ty":1}' },
      { type: 'block-end', block: 2 },
      { type: 'finish', reason: 'tool-calls', native: 'tool_calls' },
    ])
  })

  test('of several answers is over when each of them is', () => {
    const two = [piece({ delta: 'A' }), piece({ index: 1, delta: 'B' }), piece({ index: 1, finish_reason: 'length' })]
    expect(heard(sensenovaChat, [...two, piece({ finish_reason: 'stop' }), '[DONE]']).slice(1)).toEqual([
      { type: 'text-delta', block: 0, text: 'A' },
      counted,
      { type: 'text-delta', block: 0, text: 'B', choice: 1 },
      { type: 'block-end', block: 0, choice: 1 },
      { type: 'finish', reason: 'length', native: 'length', choice: 1 },
      { type: 'block-end', block: 0 },
      { type: 'finish', reason: 'stop', native: 'stop' },
      end,
    ])
    expect(summary(heard(sensenovaChat, two))).toMatchObject({ last: 'cut' })
  })

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['sensitive', 'content-filter'],
    ['context', 'length'],
  ])('that stops with %s after text ends with %s', (native, reason) => {
    expect(summary(heard(sensenovaChat, [piece({ delta: 'Hi' }), piece({ finish_reason: native }), '[DONE]']))).toEqual(
      {
        text: 'Hi',
        reasoning: '',
        finish: [[reason, native]],
        last: 'end',
      },
    )
  })

  test('that a full context lets never begin fails', () => {
    expect(summary(heard(sensenovaChat, [piece({ finish_reason: 'context' }), '[DONE]']))).toMatchObject({
      last: 'context-length',
    })
  })

  test('tells of plugins beside the answer', () => {
    const frames = [piece({ delta: 'Hi', finish_reason: 'stop' }, { plugins: { web_search: { urls: [] } } }), '[DONE]']
    expect(heard(sensenovaChat, frames)).toContainEqual({ type: 'extension', path: 'plugins' })
  })

  test('may close after every reason without saying that it is done', () => {
    expect(summary(heard(sensenovaChat, [piece({ delta: 'Hi', finish_reason: 'stop' })]))).toMatchObject({
      last: 'end',
    })
  })

  test.each([
    ['before anything', []],
    ['before a reason', [piece({ delta: 'Hi' })]],
  ])('that closes %s is cut', (_when, frames) => {
    expect([heard(sensenovaChat, frames), heard(sensenovaChat, frames, { cut: cutOff() })].map(summary)).toMatchObject([
      { last: 'cut', finish: [] },
      { last: 'cut', finish: [] },
    ])
  })

  test('that is done before it said anything is cut', () => {
    expect(summary(heard(sensenovaChat, ['[DONE]']))).toMatchObject({ last: 'cut' })
  })

  test('breaks off with a status, or with an error', () => {
    const first = piece({ delta: 'Hi' })
    const broken = [
      { data: null, status: { code: 13, message: 'internal' } },
      { error: { code: 8, message: 'slow down' } },
    ]
    expect(broken.map((each) => heard(sensenovaChat, [first, each]).at(-1))).toMatchObject([
      { type: 'failure', failure: { kind: 'upstream', mayHaveCost: true, platform: { code: '13' } } },
      { type: 'failure', failure: { kind: 'rate-limit', mayHaveCost: true, platform: { code: '8' } } },
    ])
  })

  test('whose answer a filter stops has an end, since text has been read', () => {
    const frames = [piece({ delta: 'Hi' }), { status: { code: 18, message: 'unsafe' } }]
    expect(summary(heard(sensenovaChat, frames))).toMatchObject({ finish: [['content-filter', '18']], last: 'end' })
  })
})

test('a whole answer has messages of plain text inside data', () => {
  const choice = {
    index: 0,
    role: 'assistant',
    message: 'Hi',
    finish_reason: 'tool_calls',
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'time', arguments: '' } }],
  }
  expect(heardWhole(sensenovaChat, { data: { id: 's1', usage: counts, choices: [choice] } })).toEqual([
    start,
    { type: 'text-delta', block: 0, text: 'Hi' },
    { type: 'block-end', block: 0 },
    { type: 'tool-call-start', block: 1, id: 'c1', name: 'time' },
    { type: 'block-end', block: 1 },
    { type: 'finish', reason: 'tool-calls', native: 'tool_calls' },
    counted,
    end,
  ])
})

test.each([
  [400, 3, 'invalid-request'],
  [401, 16, 'credentials'],
  [403, 7, 'credentials'],
  [404, 5, 'not-found'],
  [429, 8, 'rate-limit'],
  [500, 13, 'upstream'],
  [503, 14, 'overloaded'],
  [400, 17, 'context-length'],
  [400, 18, 'content-filter'],
])('%d with code %d is %s', (status, code, kind) => {
  expect(refusal(sensenovaChat, status, { error: { code, message: 'no', details: [] } })).toBe(kind)
})
