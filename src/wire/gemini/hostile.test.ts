import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Event, isTerminal } from '#wire/event.ts'
import { gemini } from '#wire/gemini/index.ts'
import { BUDGET, chunk, context, OLD, target, writing } from '#test/support/gemini.ts'
import { mutateJson, mutations } from '#test/support/mutate.ts'

const CALL = { functionCall: { name: 'f', id: 'x', args: { n: 12 } }, thoughtSignature: 'c2ln' }
const PIECE = { functionCall: { partialArgs: [{ jsonPath: '$.a[0].b', stringValue: 'x' }], willContinue: true } }
const CHUNKS = [
  chunk([
    { text: 'hm', thought: true },
    { text: 'a', thoughtSignature: 'c2ln' },
  ]),
  chunk([CALL, { functionCall: { name: 'g', willContinue: true } }, PIECE, { inlineData: { mimeType: 'image/png' } }]),
  {
    ...chunk([{ text: '' }], { finishReason: 'STOP', groundingMetadata: { a: 1 } }),
    usageMetadata: {
      promptTokenCount: 3,
      totalTokenCount: 5,
      promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 1 }],
    },
    promptFeedback: { safetyRatings: [] },
    modelVersion: 'm',
  },
]

const REQUEST = {
  systemInstruction: { parts: [{ text: 's' }] },
  contents: [
    { role: 'user', parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: 'AA' } }] },
    { role: 'model', parts: [{ text: 'hm', thought: true }, CALL] },
    { role: 'user', parts: [{ functionResponse: { name: 'f', id: 'x', response: { output: 'b' }, parts: [] } }] },
  ],
  tools: [
    { functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } } }] },
  ],
  toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
  generation_config: { temperature: 1, responseSchema: { type: 'ARRAY' }, thinkingConfig: { thinkingBudget: 5 } },
}

test('whatever a platform sends, an answer has one end, which comes last, and can be written', () => {
  fc.assert(
    fc.property(mutations(true), (list) => {
      const chunks = mutateJson(CHUNKS, list)
      const reading = gemini.readEvents.start(context())
      const frames = chunks.map((one) => ({ data: JSON.stringify(one) ?? '' }))
      const streamed = [
        ...frames.flatMap((frame) => gemini.readEvents.step(reading, frame)),
        ...gemini.readEvents.end(reading),
      ]
      const whole = gemini.readEvents.whole(context(), { data: JSON.stringify(chunks) })
      for (const events of [streamed, whole]) {
        expect(events.findIndex(isTerminal)).toBe(events.length - 1)
        for (const native of [false, true]) expect(written(events, native)).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
})

/** True for an answer that can be written as a stream of JSON, and whole. */
function written(events: readonly Event[], native: boolean): boolean {
  const state = gemini.writeEvents.start(writing({ native }))
  const frames = [...gemini.writeEvents.step(state, events), ...gemini.writeEvents.end(state)]
  const whole = gemini.writeEvents.whole(writing({ native }), events)
  return [...frames, whole.frame].every(({ data }) => data === '' || typeof JSON.parse(data) !== 'undefined')
}

test('whatever a caller sends is read and written, or refused by the name of the field', () => {
  fc.assert(
    fc.property(mutations(true), (list) => {
      const json = mutateJson(REQUEST, list)
      const read = gemini.readRequest({ text: JSON.stringify(json), json, outside: { model: 'm', stream: false } })
      if (!read.ok) {
        expect([read.failure.kind, typeof read.failure.param]).toEqual(['invalid-request', 'string'])
        return
      }
      for (const quirks of [{}, BUDGET, OLD, { refusedFields: ['functionCall.id'], responseFormats: [] }]) {
        for (const request of [read.request, { ...read.request, dialect: 'openai-chat' as const }]) {
          const result = gemini.writeRequest(request, target(quirks))
          if (result.ok) expect(typeof JSON.parse(result.written.body)).toBe('object')
        }
      }
    }),
    { numRuns: 1_000 },
  )
})
