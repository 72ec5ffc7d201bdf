import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { gemini } from '#wire/gemini/index.ts'
import { chunk, context, read, readWhole } from '#test/support/gemini.ts'

const START: Event = { type: 'start', id: 'r1' }
const STOP = { finishReason: 'STOP' }
const END: Event = { type: 'end' }

function text(block: number, said: string): Event {
  return { type: 'text-delta', block, text: said }
}

function thought(block: number, said: string): Event {
  return { type: 'reasoning-delta', block, text: said }
}

function sealed(block: number, signature: string): Event {
  return { type: 'reasoning-signature', block, signature, sealedBy: 'gemini' }
}

function ended(block: number): Event {
  return { type: 'block-end', block }
}

function finish(reason: 'stop' | 'tool-calls' | 'length' | 'content-filter', native = 'STOP'): Event {
  return { type: 'finish', reason, native }
}

function called(block: number, { id = 'call_r1_0', name = 'f', args = '{}' } = {}): Event[] {
  return [
    { type: 'tool-call-start', block, id, name },
    { type: 'tool-call-delta', block, arguments: args },
    ended(block),
  ]
}

test('text comes in deltas; the answer is complete when the bytes are over after its finish reason', () => {
  const first = { ...chunk([{ text: 'a' }]), modelVersion: 'gemini-3' }
  expect(read([first, chunk([{ text: 'b' }], STOP)])).toEqual([
    { ...START, model: 'gemini-3' },
    text(0, 'a'),
    text(0, 'b'),
    ended(0),
    finish('stop'),
    END,
  ])
})

describe('signatures', () => {
  test('stand on the thoughts directly before what they seal', () => {
    expect(
      read([
        chunk([{ text: 'hm', thought: true }]),
        chunk([{ functionCall: { name: 'f' }, thoughtSignature: 's' }], STOP),
      ]),
    ).toEqual([START, thought(0, 'hm'), sealed(0, 's'), ended(0), ...called(1), finish('tool-calls'), END])
  })

  test('stand on a block of their own where text is between, or nothing', () => {
    expect(
      read([
        chunk([{ text: 'hm', thought: true }, { text: 'a' }]),
        chunk([
          { text: 'b', thoughtSignature: 's1' },
          { functionCall: { name: 'f', id: 'x' }, thoughtSignature: 's2' },
        ]),
        chunk([{ text: '', thoughtSignature: 's3' }], STOP),
      ]),
    ).toEqual([
      START,
      thought(0, 'hm'),
      ended(0),
      text(1, 'a'),
      ended(1),
      sealed(2, 's1'),
      ended(2),
      text(3, 'b'),
      ended(3),
      sealed(4, 's2'),
      ended(4),
      ...called(5, { id: 'x' }),
      sealed(6, 's3'),
      ended(6),
      finish('tool-calls'),
      END,
    ])
  })

  test('of a thought itself end it', () => {
    expect(read([chunk([{ text: 'hm', thought: true, thoughtSignature: 's' }, { text: 'a' }], STOP)])).toEqual([
      START,
      thought(0, 'hm'),
      sealed(0, 's'),
      ended(0),
      text(1, 'a'),
      ended(1),
      finish('stop'),
      END,
    ])
  })
})

describe('calls', () => {
  test('come whole, with or without an id, and make the end one of calls', () => {
    const parts = [{ functionCall: { name: 'f', args: { a: 1 } } }, { functionCall: { name: 'g', id: 'x' } }]
    expect(read([chunk(parts), chunk([{ text: '' }], STOP)])).toEqual([
      START,
      ...called(0, { args: '{"a":1}' }),
      ...called(1, { id: 'x', name: 'g' }),
      finish('tool-calls'),
      END,
    ])
  })

  test('keep every digit of their arguments', () => {
    const data = JSON.stringify(chunk([{ functionCall: { name: 'f', args: { n: 'N' } } }], STOP))
    expect(read([data.replace('"N"', '12345678901234567890')])).toContainEqual({
      type: 'tool-call-delta',
      block: 0,
      arguments: '{"n":12345678901234567890}',
    })
  })

  test('may come piece by piece: values at paths, texts that go on', () => {
    const piece = (functionCall: JsonObject, more: JsonObject = {}) => chunk([{ functionCall, ...more }])
    const at = (jsonPath: string, value: JsonObject) => ({ partialArgs: [{ jsonPath, ...value }], willContinue: true })
    const events = read([
      piece({ name: 'f', willContinue: true }, { thoughtSignature: 's' }),
      piece(at('$.to[0].name', { stringValue: 'Bos', willContinue: true })),
      piece(at('$.to[0].name', { stringValue: 'ton' })),
      piece(at("$.to[0]['zip code']", { numberValue: 2108 })),
      piece({ willContinue: true }),
      piece(at('$.to[1]', { nullValue: 'NULL_VALUE' })),
      piece(at('$["now"]', { boolValue: true })),
      piece({}),
      piece({ name: 'g' }),
      piece({ name: 'h', willContinue: true }),
      piece({ partialArgs: [{ jsonPath: '$.x', stringValue: 'y' }] }),
      chunk([{ text: '' }], STOP),
    ])
    expect(events.filter(({ type }) => type !== 'native')).toEqual([
      START,
      sealed(0, 's'),
      ended(0),
      ...called(1, { args: '{"to":[{"name":"Boston","zip code":2108},null],"now":true}' }),
      ...called(2, { id: 'call_r1_1', name: 'g' }),
      ...called(3, { id: 'call_r1_2', name: 'h', args: '{"x":"y"}' }),
      finish('tool-calls'),
      END,
    ])
  })

  test('a piece at a path that nobody can follow is told', () => {
    for (const jsonPath of ['a', '$..a', '$[*]', '$.a[5]', '$.__proto__', '$', 7]) {
      const piece = { functionCall: { name: 'f', partialArgs: [{ jsonPath, stringValue: 'x' }] } }
      const events = read([chunk([piece], STOP)])
      const lost = events.some(({ type }) => type === 'extension')
      const args = events.find((event) => event.type === 'tool-call-delta')?.arguments
      expect([jsonPath, lost || args === '{"a":[]}', args?.includes('x')]).toEqual([jsonPath, true, false])
    }
  })

  test('pieces of any object make the object again', () => {
    const name = fc.stringMatching(/^[a-z ]{1,5}$/)
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
        fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 3 }),
      ),
    }))
    const leaves = (at: string, given: unknown): JsonObject[] => {
      if (Array.isArray(given)) return given.flatMap((item, i) => leaves(`${at}[${i}]`, item))
      if (typeof given === 'object' && given !== null) {
        return Object.entries(given).flatMap(([key, item]) => leaves(`${at}['${key}']`, item))
      }
      if (typeof given === 'string') {
        const half = Math.floor(given.length / 2)
        return [given.slice(0, half), given.slice(half)].map((stringValue) => ({ jsonPath: at, stringValue }))
      }
      if (typeof given === 'number') return [{ jsonPath: at, numberValue: given }]
      return [
        typeof given === 'boolean' ? { jsonPath: at, boolValue: given } : { jsonPath: at, nullValue: 'NULL_VALUE' },
      ]
    }
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }), (args) => {
        const pieces = leaves('$', args).map((one) =>
          chunk([{ functionCall: { partialArgs: [one], willContinue: true } }]),
        )
        const events = read([chunk([{ functionCall: { name: 'f', willContinue: true } }]), ...pieces, chunk([], STOP)])
        const told = events.find((event) => event.type === 'tool-call-delta')
        expect(JSON.parse(told?.arguments ?? '')).toEqual(args)
      }),
    )
  })
})

test('several candidates are several choices', () => {
  const candidates = [
    { content: { parts: [{ text: 'a' }] }, index: 0, ...STOP },
    { content: { parts: [{ text: 'b' }, { functionCall: { name: 'f' } }] }, index: 1, ...STOP },
  ]
  const events = read([{ candidates, responseId: 'r1' }])
  expect(events).toEqual([
    START,
    text(0, 'a'),
    { ...text(0, 'b'), choice: 1 },
    { ...ended(0), choice: 1 },
    ...called(1, { id: 'call_r1_1_0' }).map((event) => ({ ...event, choice: 1 })),
    ended(0),
    finish('stop'),
    { ...finish('tool-calls'), choice: 1 },
    END,
  ])
  expect(readWhole({ candidates, responseId: 'r1' })).toEqual(events)
})

test('what stands beside the answer is told by its path', () => {
  const beside = {
    safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' }],
    groundingMetadata: { webSearchQueries: ['a'] },
    citationMetadata: { citationSources: [{}] },
    urlContextMetadata: { urlMetadata: [{}] },
    avgLogprobs: -0.5,
    logprobsResult: {},
    finishMessage: 'Model generated function call(s).',
    tokenCount: 5,
  }
  const parts = [
    { executableCode: { code: '1' } },
    { inlineData: { mimeType: 'image/png', data: 'AA' } },
    { text: 'a' },
  ]
  const events = read([{ ...chunk(parts, { ...beside, ...STOP }), promptFeedback: { safetyRatings: [{}] } }])
  expect(events.flatMap((event) => (event.type === 'extension' ? [event.path] : []))).toEqual([
    'candidates.0.content.parts.executableCode',
    'candidates.0.content.parts.inlineData',
    'candidates.0.safetyRatings',
    'candidates.0.groundingMetadata',
    'candidates.0.citationMetadata',
    'candidates.0.urlContextMetadata',
    'candidates.0.avgLogprobs',
    'promptFeedback',
  ])
})

test('a whole answer is read from one object, or from the list that a stream without SSE is', () => {
  const chunks = [chunk([{ text: 'a' }]), chunk([{ text: 'b' }], STOP)]
  const said = [START, text(0, 'a'), text(0, 'b'), ended(0), finish('stop'), END]
  expect(readWhole(chunks)).toEqual(said)
  expect(readWhole(chunk([{ text: 'a' }, { text: 'b' }]))).toEqual(
    said.map((e) => (e.type === 'finish' ? finish('stop', '') : e)),
  )
  const events = gemini.readEvents.whole(context(), { data: JSON.stringify(chunks) })
  expect(new Set(events.map(({ origin }) => origin)).size).toBe(1)
  expect(events[0]?.origin?.count).toBe(events.length)
})

test('frames that mean nothing are passed on', () => {
  expect(read(['', '[DONE]', '{}', { candidates: [null, 1] }]).slice(0, 3)).toEqual([
    { type: 'native' },
    { type: 'native' },
    { type: 'native' },
  ])
})
