import { expect, test } from 'vitest'
import { usageOf } from '#wire/shape/openai-usage.ts'
import { NO_USAGE } from '#wire/usage.ts'
import { chunk, read } from '#test/support/openai-answers.ts'

test('T36 the last usage that says something counts, wherever it stands', () => {
  const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 }
  const figures = { ...NO_USAGE, inputFresh: 9, outputText: 1, raw: usage }
  const at = (payload: object): unknown[] =>
    read([chunk({ content: 'x' }, null, { usage: null }), payload, '[DONE]']).filter((event) => event.type === 'usage')
  expect(at({ choices: [], usage })).toEqual([{ type: 'usage', usage: figures }])
  expect(at(chunk({}, 'stop', { usage }))).toEqual([{ type: 'usage', usage: figures }])
  expect(at({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] })).toEqual([
    { type: 'usage', usage: figures },
  ])
  expect(at({ choices: [], usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } })).toEqual([])
})

test('running usage is told when it moves', () => {
  const usage = (completion: number): object => ({ prompt_tokens: 9, completion_tokens: completion })
  const events = read([1, 1, 2].map((n) => chunk({ content: 'x' }, null, { usage: usage(n) })))
  expect(events.flatMap((event) => (event.type === 'usage' ? [event.usage.outputText] : []))).toEqual([1, 2])
})

test('T24 T25 tokens are leaves that never overlap and never go below zero', () => {
  const cases: [object, object][] = [
    [
      { prompt_tokens: 10, completion_tokens: 5 },
      { inputFresh: 10, outputText: 5 },
    ],
    [
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        prompt_tokens_details: { cached_tokens: 60, cache_creation_input_tokens: 30, audio_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 40, audio_tokens: 2 },
      },
      {
        inputFresh: 9,
        inputCached: 60,
        cacheWriteShort: 30,
        inputAudio: 1,
        outputText: 8,
        outputReasoning: 40,
        outputAudio: 2,
      },
    ],
    [
      { prompt_tokens: 39, completion_tokens: 21, cached_tokens: 7 },
      { inputFresh: 32, inputCached: 7, outputText: 21 },
    ],
    [
      { prompt_tokens: 20, prompt_cache_hit_tokens: 15 },
      { inputFresh: 5, inputCached: 15 },
    ],
    [
      {
        prompt_tokens: 5,
        completion_tokens: 3,
        prompt_tokens_details: { cached_tokens: 9 },
        completion_tokens_details: { reasoning_tokens: 8 },
      },
      { inputCached: 5, outputReasoning: 3 },
    ],
  ]
  expect(cases.map(([raw]) => usageOf({ ...raw }))).toEqual(
    cases.map(([raw, leaves]) => ({ ...NO_USAGE, ...leaves, raw })),
  )
})
