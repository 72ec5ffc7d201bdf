import { expect, test } from 'vitest'
import { frame, framesOf, readContext, writeContext } from '#wire/bedrock-converse/fixture.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import type { Event, Frame } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { base64OfText } from '#wire/shape/base64.ts'
import { NO_USAGE } from '#wire/usage.ts'

const START: Event = { type: 'start', id: 'x', model: 'm' }
const END: Event = { type: 'end' }
const NONE = {
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  cacheReadInputTokens: 0,
  cacheWriteInputTokens: 0,
}
const METADATA = frame('metadata', { usage: NONE, metrics: { latencyMs: 0 } })
const STARTED = frame('messageStart', { role: 'assistant' })

function delta(contentBlockIndex: number, inside: JsonObject): Frame {
  return frame('contentBlockDelta', { contentBlockIndex, delta: inside })
}

function stop(contentBlockIndex: number): Frame {
  return frame('contentBlockStop', { contentBlockIndex })
}

test('an answer as ConverseStream’s events', () => {
  expect(
    framesOf([
      START,
      { type: 'reasoning-delta', block: 0, text: 'hm' },
      { type: 'reasoning-signature', block: 0, signature: 'sig', sealedBy: 'bedrock-converse' },
      { type: 'block-end', block: 0 },
      { type: 'reasoning-redacted', block: 1, data: 'AAEC', sealedBy: 'bedrock-converse' },
      { type: 'block-end', block: 1 },
      { type: 'text-delta', block: 2, text: 'Hi' },
      { type: 'block-end', block: 2 },
      { type: 'tool-call-start', block: 3, id: 't1', name: 'f' },
      { type: 'tool-call-delta', block: 3, arguments: '{"n":1}' },
      { type: 'block-end', block: 3 },
      { type: 'tool-call-start', block: 4, id: 't2', name: 'g' },
      { type: 'block-end', block: 4 },
      { type: 'finish', reason: 'tool-calls', native: 'x' },
      {
        type: 'usage',
        usage: {
          ...NO_USAGE,
          inputFresh: 9,
          inputCached: 1,
          cacheWriteShort: 2,
          cacheWriteLong: 3,
          outputText: 4,
          outputReasoning: 1,
        },
      },
      END,
    ]),
  ).toEqual([
    STARTED,
    delta(0, { reasoningContent: { text: 'hm' } }),
    delta(0, { reasoningContent: { signature: 'sig' } }),
    stop(0),
    delta(1, { reasoningContent: { redactedContent: 'AAEC' } }),
    stop(1),
    delta(2, { text: 'Hi' }),
    stop(2),
    frame('contentBlockStart', { contentBlockIndex: 3, start: { toolUse: { toolUseId: 't1', name: 'f' } } }),
    delta(3, { toolUse: { input: '{"n":1}' } }),
    stop(3),
    frame('contentBlockStart', { contentBlockIndex: 4, start: { toolUse: { toolUseId: 't2', name: 'g' } } }),
    delta(4, { toolUse: { input: '{}' } }),
    stop(4),
    frame('messageStop', { stopReason: 'tool_use' }),
    frame('metadata', {
      usage: {
        inputTokens: 9,
        outputTokens: 5,
        totalTokens: 20,
        cacheReadInputTokens: 1,
        cacheWriteInputTokens: 5,
        cacheDetails: [
          { ttl: '1h', inputTokens: 3 },
          { ttl: '5m', inputTokens: 2 },
        ],
      },
      metrics: { latencyMs: 0 },
    }),
  ])
})

test('calls that interleave come one after the other', () => {
  const frames = framesOf([
    START,
    { type: 'tool-call-start', block: 0, id: 'a', name: 'f' },
    { type: 'tool-call-start', block: 1, id: 'b', name: 'g' },
    { type: 'tool-call-delta', block: 1, arguments: '{"b":1}' },
    { type: 'tool-call-delta', block: 0, arguments: '{"a":1}' },
    END,
  ])
  expect(frames.slice(1, -2).map(({ event, data }) => [event, JSON.parse(data).contentBlockIndex])).toEqual([
    ['contentBlockStart', 0],
    ['contentBlockDelta', 0],
    ['contentBlockStop', 0],
    ['contentBlockStart', 1],
    ['contentBlockDelta', 1],
    ['contentBlockStop', 1],
  ])
})

test('seals of other makers leave with their names, as base64 where AWS has bytes', () => {
  const frames = framesOf([
    START,
    { type: 'reasoning-signature', block: 0, signature: 'sig', sealedBy: 'gemini' },
    { type: 'block-end', block: 0 },
    { type: 'reasoning-redacted', block: 1, data: 'blob', sealedBy: 'anthropic-messages' },
    END,
  ])
  expect(frames.slice(1, 4)).toEqual([
    delta(0, { reasoningContent: { signature: 'tw.gemini.sig' } }),
    stop(0),
    delta(1, { reasoningContent: { redactedContent: base64OfText('tw.anthropic-messages.blob') } }),
  ])
})

test.each<[Event, JsonObject]>([
  [
    { type: 'finish', reason: 'stop', native: 'x', stopSequence: '###' },
    { stopReason: 'stop_sequence', additionalModelResponseFields: { stop_sequence: '###' } },
  ],
  [{ type: 'finish', reason: 'length', native: 'x' }, { stopReason: 'max_tokens' }],
  [
    { type: 'finish', reason: 'length', native: 'model_context_window_exceeded' },
    { stopReason: 'model_context_window_exceeded' },
  ],
  [{ type: 'finish', reason: 'content-filter', native: 'x' }, { stopReason: 'content_filtered' }],
  [
    { type: 'finish', reason: 'content-filter', native: 'guardrail_intervened' },
    { stopReason: 'guardrail_intervened' },
  ],
  [{ type: 'finish', reason: 'tool-calls', native: 'x' }, { stopReason: 'end_turn' }],
  [{ type: 'finish', reason: 'pause', native: 'x' }, { stopReason: 'end_turn' }],
])('%j', (finish, stopped) => {
  expect(framesOf([START, finish, END])).toEqual([STARTED, frame('messageStop', stopped), METADATA])
})

test('an answer that breaks off ends in an exception', () => {
  const broken = (kind: 'rate-limit' | 'upstream' | 'no-target'): Frame | undefined =>
    framesOf([
      START,
      { type: 'failure', failure: failure(kind, 'why', { platform: { platform: 'p', status: 503, message: 'm' } }) },
    ]).at(-1)
  expect(broken('rate-limit')).toEqual(frame('throttlingException', { message: 'why' }))
  expect(broken('no-target')).toEqual(frame('serviceUnavailableException', { message: 'why' }))
  expect(broken('upstream')).toEqual(
    frame('modelStreamErrorException', { message: 'why', originalStatusCode: 503, originalMessage: 'm' }),
  )
  expect(framesOf([START]).at(-1)).toEqual(
    frame('modelStreamErrorException', { message: 'The answer broke off before its end.' }),
  )
})

test('what has no place here is told', () => {
  const { writeEvents } = bedrockConverse
  const state = writeEvents.start(writeContext())
  writeEvents.step(state, [
    START,
    { type: 'extension', path: 'choices.0.logprobs' },
    { type: 'text-delta', block: 0, text: 'x', choice: 1 },
    { type: 'tool-call-start', block: 0, id: 'a', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{}{}' },
  ])
  expect(writeEvents.lost(state).map(({ action, path }) => `${action}:${path}`)).toEqual([
    'dropped:choices.0.logprobs',
    'dropped:n',
    'dropped:toolUse.input',
  ])
})

test('a whole answer', () => {
  const { frame: written, lost } = bedrockConverse.writeEvents.whole(writeContext(), [
    START,
    { type: 'reasoning-delta', block: 0, text: 'hm' },
    { type: 'reasoning-signature', block: 0, signature: 'sig', sealedBy: 'gemini' },
    { type: 'reasoning-redacted', block: 1, data: 'AAEC' },
    { type: 'text-delta', block: 2, text: 'Hi' },
    { type: 'tool-call-start', block: 3, id: 't', name: 'f' },
    { type: 'tool-call-delta', block: 3, arguments: '{"id":12345678901234567890}{}' },
    { type: 'text-delta', block: 4, text: '' },
    { type: 'finish', reason: 'tool-calls', native: 'x' },
    END,
  ])
  expect(written.data).toBe(
    '{"output":{"message":{"role":"assistant","content":[' +
      '{"reasoningContent":{"reasoningText":{"text":"hm","signature":"tw.gemini.sig"}}},' +
      '{"reasoningContent":{"redactedContent":"AAEC"}},{"text":"Hi"},' +
      '{"toolUse":{"toolUseId":"t","name":"f","input":{"id":12345678901234567890}}}]}},' +
      `"stopReason":"tool_use","usage":${JSON.stringify(NONE)},"metrics":{"latencyMs":0}}`,
  )
  expect(lost).toEqual([{ action: 'dropped', path: 'toolUse.input', detail: 'Arguments beyond one JSON object.' }])
})

/** What a caller gets where a reviewer changed some of a platform's events. */
function passedOn(frames: readonly Frame[], change: (event: Event) => Event[]): Frame[] {
  const { readEvents, writeEvents } = bedrockConverse
  const reading = readEvents.start(readContext())
  const writing = writeEvents.start(writeContext(true))
  const out = frames.flatMap((each) => writeEvents.step(writing, readEvents.step(reading, each).flatMap(change)))
  return [...out, ...writeEvents.end(writing)]
}

const PLATFORM: readonly Frame[] = [
  frame('messageStart', { role: 'assistant', p: 'abcdef' }),
  delta(0, { text: '' }),
  delta(0, { text: 'one' }),
  delta(0, { citation: { title: 't' } }),
  delta(0, { text: 'two' }),
  stop(0),
  frame('contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 't', name: 'f' } } }),
  delta(1, { toolUse: { input: '{}' } }),
  stop(1),
  frame('messageStop', { stopReason: 'tool_use', p: 'x' }),
  frame('metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 7 } }),
]

test('within the dialect what nobody touched leaves as it came', () => {
  expect(passedOn(PLATFORM, (event) => [event])).toEqual(PLATFORM)
})

test('a changed text is written anew under its own index, all else leaves as it came', () => {
  const redacted = passedOn(PLATFORM, (event) =>
    event.type === 'text-delta' && event.text === 'one'
      ? [{ type: 'text-delta', block: event.block, text: '██' }]
      : [event],
  )
  expect(redacted).toEqual(PLATFORM.with(2, delta(0, { text: '██' })))
})

test('a block of ours moves those behind it', () => {
  const more = passedOn(PLATFORM, (event) =>
    event.type === 'tool-call-start'
      ? [{ type: 'text-delta', block: 9, text: 'ours' }, { type: 'block-end', block: 9 }, event]
      : [event],
  )
  expect(more.slice(6, -2)).toEqual([
    delta(1, { text: 'ours' }),
    stop(1),
    frame('contentBlockStart', { contentBlockIndex: 2, start: { toolUse: { toolUseId: 't', name: 'f' } } }),
    delta(2, { toolUse: { input: '{}' } }),
    stop(2),
  ])
  expect([...more.slice(0, 6), ...more.slice(-2)]).toEqual([...PLATFORM.slice(0, 6), ...PLATFORM.slice(-2)])
})

test('figures that were changed are written anew, once', () => {
  const changed = passedOn(PLATFORM, (event) =>
    event.type === 'usage' ? [{ type: 'usage', usage: { ...NO_USAGE, inputFresh: 5 } }] : [event],
  )
  expect(changed).toEqual([
    ...PLATFORM.slice(0, -1),
    frame('metadata', { usage: { ...NONE, inputTokens: 5, totalTokens: 5 }, metrics: { latencyMs: 0 } }),
  ])
})
