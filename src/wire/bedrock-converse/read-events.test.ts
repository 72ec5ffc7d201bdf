import { expect, test } from 'vitest'
import { eventsOf, frame, loose, readContext } from '#wire/bedrock-converse/fixture.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import type { Event, Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { NO_USAGE } from '#wire/usage.ts'

const START = frame('messageStart', { role: 'assistant', p: 'abc' })
const USAGE = { inputTokens: 9, outputTokens: 5, totalTokens: 14 }
const METADATA = frame('metadata', { usage: USAGE, metrics: { latencyMs: 300 } })
const USED: Event = { type: 'usage', usage: { ...NO_USAGE, inputFresh: 9, outputText: 5, raw: USAGE } }
const END: Event = { type: 'end' }

function delta(contentBlockIndex: number, inside: JsonObject): Frame {
  return frame('contentBlockDelta', { contentBlockIndex, delta: inside })
}

function stop(contentBlockIndex: number): Frame {
  return frame('contentBlockStop', { contentBlockIndex })
}

function stopped(stopReason: string, more: JsonObject = {}): Frame {
  return frame('messageStop', { stopReason, ...more })
}

function toolStart(contentBlockIndex: number, toolUse: JsonObject): Frame {
  return frame('contentBlockStart', { contentBlockIndex, start: { toolUse } })
}

function whole(answer: JsonObject): Event[] {
  return loose(bedrockConverse.readEvents.whole(readContext(), { data: JSON.stringify(answer) }))
}

test('thinking, text and a tool call come as blocks numbered in their order', () => {
  expect(
    eventsOf([
      START,
      delta(0, { reasoningContent: { text: 'hm' } }),
      delta(0, { reasoningContent: { signature: 'si' } }),
      delta(0, { reasoningContent: { signature: 'g' } }),
      stop(0),
      delta(1, { text: '' }),
      delta(1, { text: 'Hi' }),
      stop(1),
      toolStart(2, { toolUseId: 't1', name: 'f' }),
      delta(2, { toolUse: { input: '{"n"' } }),
      delta(2, { toolUse: { input: ':1}' } }),
      stop(2),
      stopped('tool_use'),
      METADATA,
    ]),
  ).toEqual([
    { type: 'start' },
    { type: 'reasoning-delta', block: 0, text: 'hm' },
    { type: 'native' },
    { type: 'native' },
    { type: 'reasoning-signature', block: 0, signature: 'sig', sealedBy: 'bedrock-converse' },
    { type: 'block-end', block: 0 },
    { type: 'native' },
    { type: 'text-delta', block: 1, text: 'Hi' },
    { type: 'block-end', block: 1 },
    { type: 'tool-call-start', block: 2, id: 't1', name: 'f' },
    { type: 'tool-call-delta', block: 2, arguments: '{"n"' },
    { type: 'tool-call-delta', block: 2, arguments: ':1}' },
    { type: 'block-end', block: 2 },
    { type: 'finish', reason: 'tool-calls', native: 'tool_use' },
    USED,
    END,
  ])
})

test('thinking that only the platform can read is whole at its end, however it came', () => {
  const pieces = ['AAE=', 'AgM=']
  const events = eventsOf([
    START,
    ...pieces.map((redactedContent) => delta(0, { reasoningContent: { redactedContent } })),
    stop(0),
    stopped('end_turn'),
    METADATA,
  ])
  expect(events.filter(({ type }) => type === 'reasoning-redacted')).toEqual([
    { type: 'reasoning-redacted', block: 0, data: 'AAECAw==', sealedBy: 'bedrock-converse' },
  ])
})

test('a call without arguments has an empty object', () => {
  const events = eventsOf([START, toolStart(0, { toolUseId: 't1', name: 'f' }), stop(0), stopped('end_turn'), METADATA])
  expect(events.slice(1, 5)).toEqual([
    { type: 'tool-call-start', block: 0, id: 't1', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{}' },
    { type: 'block-end', block: 0 },
    { type: 'finish', reason: 'tool-calls', native: 'end_turn' },
  ])
})

test('of two objects in one string of arguments the first counts, the rest is told (pain T17)', () => {
  const events = eventsOf([
    START,
    toolStart(0, { toolUseId: 't1', name: 'f' }),
    delta(0, { toolUse: { input: '{"a":"}"' } }),
    delta(0, { toolUse: { input: '}{"b":' } }),
    delta(0, { toolUse: { input: '2}' } }),
    stop(0),
    stopped('tool_use'),
    METADATA,
  ])
  expect(events.slice(2, 7)).toEqual([
    { type: 'tool-call-delta', block: 0, arguments: '{"a":"}"' },
    { type: 'tool-call-delta', block: 0, arguments: '}' },
    { type: 'extension', path: 'content.toolUse.input' },
    { type: 'extension', path: 'content.toolUse.input' },
    { type: 'block-end', block: 0 },
  ])
})

test('blocks that only this dialect knows are told by their names', () => {
  expect(
    eventsOf([
      START,
      frame('contentBlockStart', { contentBlockIndex: 0, start: { image: { format: 'png' } } }),
      delta(0, { image: { source: { bytes: 'AA==' } } }),
      stop(0),
      toolStart(1, { toolUseId: 't', name: 'nova_grounding', type: 'server_tool_use' }),
      delta(1, { toolUse: { input: '{}' } }),
      stop(1),
      delta(2, { text: 'Hi' }),
      delta(2, { citation: { title: 't' } }),
      stop(2),
      frame('tomorrow', {}),
      stopped('end_turn', { additionalModelResponseFields: { delta: { stop_sequence: null } } }),
      frame('metadata', { usage: USAGE, trace: { guardrail: {} } }),
    ]),
  ).toEqual([
    { type: 'start' },
    { type: 'extension', path: 'content.image' },
    { type: 'extension', path: 'content.image' },
    { type: 'extension', path: 'content.image' },
    { type: 'extension', path: 'content.toolUse' },
    { type: 'extension', path: 'content.toolUse' },
    { type: 'extension', path: 'content.toolUse' },
    { type: 'text-delta', block: 2, text: 'Hi' },
    { type: 'extension', path: 'content.citations' },
    { type: 'block-end', block: 2 },
    { type: 'extension', path: 'tomorrow' },
    { type: 'finish', reason: 'stop', native: 'end_turn' },
    USED,
    { type: 'extension', path: 'trace' },
    END,
  ])
})

test.each([
  ['end_turn', { type: 'finish', reason: 'stop', native: 'end_turn' }],
  ['max_tokens', { type: 'finish', reason: 'length', native: 'max_tokens' }],
  ['model_context_window_exceeded', { type: 'finish', reason: 'length', native: 'model_context_window_exceeded' }],
  ['guardrail_intervened', { type: 'finish', reason: 'content-filter', native: 'guardrail_intervened' }],
  ['content_filtered', { type: 'finish', reason: 'content-filter', native: 'content_filtered' }],
  ['word_of_tomorrow', { type: 'finish', reason: 'stop', native: 'word_of_tomorrow' }],
])('it stops with %s', (reason, finish) => {
  expect(eventsOf([START, stopped(reason), METADATA])).toEqual([{ type: 'start' }, finish, USED, END])
})

test.each(['malformed_model_output', 'malformed_tool_use'])('%s is a failure that may have cost', (reason) => {
  expect(eventsOf([START, delta(0, { text: 'Hi' }), stopped(reason), METADATA]).at(-1)).toMatchObject({
    type: 'failure',
    failure: { kind: 'malformed', mayHaveCost: true, platform: { platform: 'bedrock', code: reason } },
  })
})

test('a row of the catalog says what a reason means', () => {
  const context = readContext({ finishReasons: { malformed_tool_use: 'stop' } })
  expect(eventsOf([START, stopped('malformed_tool_use'), METADATA], context)[1]).toEqual({
    type: 'finish',
    reason: 'stop',
    native: 'malformed_tool_use',
  })
})

test('the stop sequence is read where the caller has the model say it', () => {
  const fields = { additionalModelResponseFields: { stop_sequence: 'x', other: 1 } }
  expect(eventsOf([START, stopped('stop_sequence', fields), METADATA]).slice(1, 3)).toEqual([
    { type: 'extension', path: 'additionalModelResponseFields' },
    { type: 'finish', reason: 'stop', native: 'stop_sequence', stopSequence: 'x' },
  ])
})

test('the end of the bytes after a stop is an end, unless the figures are demanded; before it the answer is cut', () => {
  expect(eventsOf([START, stopped('end_turn')]).at(-1)).toEqual(END)
  expect(eventsOf([START, stopped('end_turn')], readContext({ endMark: 'required' })).at(-1)).toMatchObject({
    type: 'failure',
    failure: { kind: 'cut' },
  })
  expect(eventsOf([START, METADATA]).at(-1)).toMatchObject({ type: 'failure', failure: { kind: 'cut' } })
  expect(eventsOf([START, METADATA, stopped('end_turn')]).slice(1)).toEqual([
    USED,
    { type: 'finish', reason: 'stop', native: 'end_turn' },
    END,
  ])
})

test.each([
  ['throttlingException', {}, 'rate-limit'],
  ['validationException', {}, 'invalid-request'],
  ['validationException', { message: 'Input is too long for requested model.' }, 'context-length'],
  ['serviceUnavailableException', {}, 'overloaded'],
  ['internalServerException', {}, 'upstream'],
  ['modelTimeoutException', {}, 'timeout'],
  ['modelStreamErrorException', { originalStatusCode: 500, originalMessage: 'oops' }, 'upstream'],
  ['modelStreamErrorException', { originalStatusCode: 429 }, 'rate-limit'],
  ['accessDeniedException', {}, 'credentials'],
  ['exception', { code: 'InternalFailure', message: 'oops' }, 'upstream'],
  ['exceptionOfTomorrowException', {}, 'upstream'],
])('%s with %j is a failure', (name, payload, kind) => {
  expect(eventsOf([START, delta(0, { text: 'Hi' }), frame(name, payload), METADATA]).at(-1)).toMatchObject({
    type: 'failure',
    failure: { kind, mayHaveCost: true },
  })
})

test('a stream whose framing has no names has its events under their names', () => {
  const line = (each: Frame): Frame => ({ data: JSON.stringify({ [each.event ?? '']: JSON.parse(each.data) }) })
  const frames = [START, delta(0, { text: 'Hi' }), stop(0), stopped('end_turn'), METADATA]
  expect(eventsOf(frames.map(line))).toEqual(eventsOf(frames))
  const exception = line(frame('throttlingException', { message: 'slow down' }))
  expect(eventsOf([exception]).at(-1)).toMatchObject({ type: 'failure', failure: { kind: 'rate-limit' } })
})

test('a frame that breaks the rules is mended: no start, a delta in a block of another kind (pain T16)', () => {
  const events = eventsOf([
    delta(0, { reasoningContent: { text: 'hm' } }),
    delta(0, { text: 'Hi' }),
    stopped('end_turn'),
    METADATA,
  ])
  expect(events).toEqual([
    { type: 'start' },
    { type: 'reasoning-delta', block: 0, text: 'hm' },
    { type: 'block-end', block: 0 },
    { type: 'text-delta', block: 1, text: 'Hi' },
    { type: 'block-end', block: 1 },
    { type: 'finish', reason: 'stop', native: 'end_turn' },
    USED,
    END,
  ])
})

test('usage in leaves that do not overlap', () => {
  const usage = {
    inputTokens: 9,
    outputTokens: 5,
    totalTokens: 1044,
    cacheReadInputTokens: 1000,
    cacheWriteInputTokens: 30,
    cacheDetails: [
      { ttl: '1h', inputTokens: 10 },
      { ttl: '5m', inputTokens: 20 },
    ],
  }
  const [, , , event] = eventsOf([START, stopped('end_turn'), frame('metadata', { usage })]).toSpliced(1, 0, END)
  expect(event).toEqual({
    type: 'usage',
    usage: {
      ...NO_USAGE,
      inputFresh: 9,
      inputCached: 1000,
      cacheWriteShort: 20,
      cacheWriteLong: 10,
      outputText: 5,
      raw: usage,
    },
  })
})

test('a whole answer gives the events of its stream', () => {
  const content = [
    { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
    { reasoningContent: { redactedContent: 'AAEC' } },
    { citationsContent: { content: [{ text: 'It ' }, { text: 'is' }], citations: [] } },
    { toolUse: { toolUseId: 't1', name: 'f', input: { n: 1 } } },
    { image: { format: 'png', source: { bytes: 'AA==' } } },
  ]
  const answer = {
    output: { message: { role: 'assistant', content } },
    stopReason: 'tool_use',
    usage: USAGE,
    metrics: {},
  }
  expect(whole(answer)).toEqual([
    { type: 'start' },
    { type: 'reasoning-delta', block: 0, text: 'hm' },
    { type: 'reasoning-signature', block: 0, signature: 'sig', sealedBy: 'bedrock-converse' },
    { type: 'block-end', block: 0 },
    { type: 'reasoning-redacted', block: 1, data: 'AAEC', sealedBy: 'bedrock-converse' },
    { type: 'block-end', block: 1 },
    { type: 'text-delta', block: 2, text: 'It ' },
    { type: 'text-delta', block: 2, text: 'is' },
    { type: 'extension', path: 'content.citations' },
    { type: 'block-end', block: 2 },
    { type: 'tool-call-start', block: 3, id: 't1', name: 'f' },
    { type: 'tool-call-delta', block: 3, arguments: '{"n":1}' },
    { type: 'block-end', block: 3 },
    { type: 'extension', path: 'content.image' },
    { type: 'extension', path: 'content.image' },
    USED,
    { type: 'finish', reason: 'tool-calls', native: 'tool_use' },
    END,
  ])
})

test('a whole answer keeps the digits of its calls', () => {
  const data =
    '{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":{"id":12345678901234567890}}}]}},"stopReason":"tool_use"}'
  const events = loose(bedrockConverse.readEvents.whole(readContext(), { data }))
  expect(events[2]).toEqual({ type: 'tool-call-delta', block: 0, arguments: '{"id":12345678901234567890}' })
})

test('a whole answer that is none is a failure', () => {
  expect(whole({ message: 'slow down', __type: 'x#ThrottlingException' })).toMatchObject([
    { type: 'failure', failure: { kind: 'rate-limit' } },
  ])
  expect(whole({})).toMatchObject([{ type: 'failure', failure: { kind: 'malformed' } }])
  expect(bedrockConverse.readEvents.whole(readContext(), { data: '<html>' })).toMatchObject([
    { type: 'failure', failure: { kind: 'malformed' } },
  ])
})
