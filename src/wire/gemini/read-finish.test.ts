import { describe, expect, test } from 'vitest'
import type { Event } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { gemini } from '#wire/gemini/index.ts'
import { chunk, context, quirks, read, readWhole } from '#test/support/gemini.ts'

const STOP = { finishReason: 'STOP' }
const END: Event = { type: 'end' }

function finish(reason: 'stop' | 'tool-calls' | 'length' | 'content-filter', native = 'STOP'): Event {
  return { type: 'finish', reason, native }
}

/** The last event, which is a failure. */
function failed(events: readonly Event[]): unknown {
  const last = events.at(-1)
  return last?.type === 'failure' ? [last.failure.kind, last.failure.message, last.failure.mayHaveCost] : last
}

describe('usage', () => {
  const usageOf = (usageMetadata: JsonObject): unknown => {
    const event = readWhole({ ...chunk([{ text: 'a' }], STOP), usageMetadata }).find(({ type }) => type === 'usage')
    if (event?.type !== 'usage') return undefined
    const { raw: _raw, cacheWriteShort: _short, cacheWriteLong: _long, ...leaves } = event.usage
    return leaves
  }
  const none = { inputFresh: 0, inputCached: 0, inputAudio: 0, outputText: 0, outputReasoning: 0, outputAudio: 0 }

  test.each<[string, JsonObject, JsonObject]>([
    [
      'cached inside the prompt, thoughts beside the answer, what tools brought beside the prompt',
      {
        promptTokenCount: 100,
        cachedContentTokenCount: 40,
        toolUsePromptTokenCount: 7,
        candidatesTokenCount: 20,
        thoughtsTokenCount: 5,
        totalTokenCount: 132,
      },
      { inputFresh: 67, inputCached: 40, outputText: 20, outputReasoning: 5 },
    ],
    [
      'sound apart, cached sound once',
      {
        promptTokenCount: 100,
        cachedContentTokenCount: 30,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 40 },
          { modality: 'AUDIO', tokenCount: 60 },
        ],
        cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 30 }],
        candidatesTokenCount: 20,
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 15 }],
        totalTokenCount: 120,
      },
      { inputFresh: 40, inputCached: 30, inputAudio: 30, outputText: 5, outputAudio: 15 },
    ],
    [
      'thoughts inside the answer, as the total shows',
      { promptTokenCount: 10, candidatesTokenCount: 20, thoughtsTokenCount: 5, totalTokenCount: 30 },
      { inputFresh: 10, outputText: 15, outputReasoning: 5 },
    ],
    [
      'an answer that only the total knows of',
      { promptTokenCount: 4, thoughtsTokenCount: 4, totalTokenCount: 9 },
      { inputFresh: 4, outputText: 1, outputReasoning: 4 },
    ],
    ['nonsense', { promptTokenCount: -5, candidatesTokenCount: 'x', cachedContentTokenCount: 9 }, {}],
  ])('%s', (_what, usageMetadata, leaves) => {
    expect(usageOf(usageMetadata)).toEqual({ ...none, ...leaves })
  })

  test('is told when it changes, and may come after the finish reason; objects without counts say nothing', () => {
    const counts = { promptTokenCount: 3, totalTokenCount: 3 }
    const events = read([
      { ...chunk([{ text: 'a' }]), usageMetadata: { trafficType: 'ON_DEMAND' } },
      { ...chunk([{ text: 'b' }]), usageMetadata: counts },
      { ...chunk([{ text: 'c' }], STOP), usageMetadata: counts },
      { usageMetadata: { ...counts, candidatesTokenCount: 2, totalTokenCount: 5 } },
    ])
    expect(events.map(({ type }) => type)).toEqual([
      'start',
      'text-delta',
      'text-delta',
      'usage',
      'text-delta',
      'block-end',
      'finish',
      'usage',
      'end',
    ])
    expect(events.at(-2)).toMatchObject({ usage: { inputFresh: 3, outputText: 2 } })
  })
})

describe('the end', () => {
  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['CONTINUATION', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['LANGUAGE', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
    ['IMAGE_RECITATION', 'content-filter'],
    ['WORD_OF_TOMORROW', 'stop'],
  ])('%s is %s', (finishReason, reason) => {
    const events = read([chunk([{ text: 'a' }], { finishReason })])
    expect(events.slice(-2)).toEqual([finish(reason as 'stop', finishReason), END])
  })

  test.each([
    ['MALFORMED_FUNCTION_CALL', 'malformed'],
    ['MALFORMED_RESPONSE', 'malformed'],
    ['UNEXPECTED_TOOL_CALL', 'malformed'],
    ['TOO_MANY_TOOL_CALLS', 'upstream'],
    ['MISSING_THOUGHT_SIGNATURE', 'invalid-request'],
    ['NO_IMAGE', 'upstream'],
    ['IMAGE_OTHER', 'upstream'],
    ['OTHER', 'upstream'],
  ])('%s is a failure: %s; usage beside it still counts', (finishReason, kind) => {
    const more = { finishReason, finishMessage: 'said so' }
    const events = read([{ ...chunk([], more), usageMetadata: { promptTokenCount: 3 } }])
    expect(events.map(({ type }) => type)).toEqual(['start', 'usage', 'failure'])
    expect(failed(events)).toEqual([kind, `gemini ended the answer with ${finishReason}: said so`, true])
  })

  test('the row of a platform knows better', () => {
    const known = quirks({ finishReasons: { OTHER: 'content-filter', '': 'cut' } })
    expect(read([chunk([{ text: 'a' }], { finishReason: 'OTHER' })], { quirks: known }).at(-2)).toEqual(
      finish('content-filter', 'OTHER'),
    )
    expect(failed(readWhole(chunk([{ text: 'a' }]), { quirks: known }))).toEqual([
      'cut',
      'gemini ended the answer without a reason',
      true,
    ])
  })

  test('a stream that closes without a finish reason is cut, even after usage', () => {
    const cut = ['cut', 'gemini ended the stream before the end of the answer']
    expect(failed(read([]))).toEqual([...cut, true])
    expect(failed(read([chunk([{ text: 'a' }])]))).toEqual([...cut, true])
    expect(failed(read([chunk([]), { usageMetadata: { promptTokenCount: 1 } }]))).toEqual([...cut, true])
    const two = [
      { content: { parts: [{ text: 'a' }] }, index: 0, ...STOP },
      { content: { parts: [{ text: 'b' }] }, index: 1 },
    ]
    expect(failed(read([{ candidates: two }]))).toEqual([...cut, true])
  })

  test('bytes that broke off are cut, whatever came before', () => {
    const state = gemini.readEvents.start(context())
    gemini.readEvents.step(state, { data: JSON.stringify(chunk([{ text: 'a' }], STOP)) })
    const why = failure('timeout', 'silent too long')
    expect(gemini.readEvents.end(state, why)).toEqual([{ type: 'failure', failure: why }])
    expect(gemini.readEvents.end(state)).toEqual([])
    expect(gemini.readEvents.step(state, { data: '{}' })).toEqual([])
  })

  test('a finish reason that comes twice is told once', () => {
    const events = read([chunk([{ text: 'a' }], STOP), chunk([{ text: '' }], STOP)])
    expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1)
  })
})

describe('errors in a 200', () => {
  test('a blocked prompt has no candidates', () => {
    const blocked = { promptFeedback: { blockReason: 'SAFETY', blockReasonMessage: 'no' }, modelVersion: 'm' }
    expect(failed(read([blocked]))).toEqual(['content-filter', 'gemini blocked the prompt: SAFETY: no', false])
    const billed = { ...blocked, usageMetadata: { promptTokenCount: 9 } }
    expect(readWhole(billed).map(({ type }) => type)).toEqual(['start', 'usage', 'failure'])
    expect(failed(readWhole(billed))).toEqual(['content-filter', 'gemini blocked the prompt: SAFETY: no', true])
  })

  test('an error object, alone or in a list, in the middle too', () => {
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }
    const kind = ['overloaded', 'gemini answered 503: The model is overloaded.']
    expect(failed(read([error]))).toEqual([...kind, false])
    expect(failed(read([[error]]))).toEqual([...kind, false])
    expect(failed(readWhole([error]))).toEqual([...kind, false])
    expect(failed(read([chunk([{ text: 'a' }]), error]))).toEqual([...kind, true])
    expect(failed(read([{ error: { message: 'oops' } }]))).toEqual(['upstream', 'gemini broke off: oops', true])
  })

  test('what is no JSON object is malformed, and so is an answer without candidates', () => {
    expect(failed(read(['<html>']))).toEqual(['malformed', 'gemini sent what is no JSON object', true])
    expect(failed(readWhole(''))).toEqual(['malformed', 'gemini sent what is no JSON object', true])
    expect(failed(readWhole({ usageMetadata: { promptTokenCount: 1 } }))).toEqual([
      'malformed',
      'gemini sent an answer without candidates',
      true,
    ])
  })
})
