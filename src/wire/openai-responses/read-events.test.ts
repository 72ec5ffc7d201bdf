import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import {
  added,
  args,
  blockEnd,
  call,
  CALL,
  completed,
  created,
  delta,
  done,
  eventsOf,
  MESSAGE,
  REASONING,
  said,
  stream,
  text,
  thought,
  tied,
} from '#wire/openai-responses/fixture.ts'

/** What a stream says between its start and its end. */
function between(...payloads: JsonObject[]): unknown {
  return said(eventsOf(stream(created, ...payloads, completed()))).slice(1, -2)
}

describe('a stream', () => {
  test('text, refusal and their ends', () => {
    const events = between(
      added(0, MESSAGE),
      {
        type: 'response.content_part.added',
        output_index: 0,
        content_index: 0,
        part: { type: 'output_text', text: '' },
      },
      delta('response.output_text.delta', 'Hel', { content_index: 0 }),
      delta('response.output_text.delta', 'lo', { content_index: 0 }),
      { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Hello' },
      {
        type: 'response.content_part.done',
        output_index: 0,
        content_index: 0,
        part: { type: 'output_text', text: 'Hello', annotations: [] },
      },
      {
        type: 'response.content_part.added',
        output_index: 0,
        content_index: 1,
        part: { type: 'refusal', refusal: '' },
      },
      delta('response.refusal.delta', 'No.', { content_index: 1 }),
      { type: 'response.refusal.done', output_index: 0, content_index: 1, refusal: 'No.' },
      done(0, {
        ...MESSAGE,
        content: [
          { type: 'output_text', text: 'Hello' },
          { type: 'refusal', refusal: 'No.' },
        ],
      }),
    )
    expect(events).toEqual([
      text(0, 'Hel'),
      text(0, 'lo'),
      blockEnd(0),
      { type: 'refusal-delta', block: 1, text: 'No.' },
      blockEnd(1),
    ])
  })

  test('parts of a summary are one block, sealed by what the end of its item brings', () => {
    const events = between(
      added(0, { ...REASONING, encrypted_content: 'begun' }),
      delta('response.reasoning_summary_text.delta', 'a', { summary_index: 0 }),
      { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 0, text: 'a' },
      delta('response.reasoning_summary_text.delta', 'b', { summary_index: 1 }),
      delta('response.reasoning_summary_text.delta', 'c', { summary_index: 1 }),
      done(0, {
        ...REASONING,
        summary: [
          { type: 'summary_text', text: 'a' },
          { type: 'summary_text', text: 'bc' },
        ],
        encrypted_content: 'whole',
      }),
    )
    expect(events).toEqual([
      thought(0, 'a'),
      thought(0, '\n\nb'),
      thought(0, 'c'),
      { type: 'reasoning-signature', block: 0, signature: 'whole', sealedBy: 'openai-responses' },
      blockEnd(0),
    ])
  })

  test('thinking that is shown itself counts, and a summary beside it is told of', () => {
    const events = between(
      added(0, REASONING),
      delta('response.reasoning_text.delta', 'all', { content_index: 0 }),
      delta('response.reasoning_summary_text.delta', 'short', { summary_index: 0 }),
      done(0, { ...REASONING, content: [{ type: 'reasoning_text', text: 'all' }] }),
    )
    expect(events).toEqual([thought(0, 'all'), { type: 'extension', path: 'output.reasoning.summary' }, blockEnd(0)])
  })

  test('a seal without a text is a block of its own', () => {
    expect(between(added(0, REASONING), done(0, { ...REASONING, encrypted_content: 'e' }))).toEqual([
      { type: 'reasoning-signature', block: 0, signature: 'e', sealedBy: 'openai-responses' },
      blockEnd(0),
    ])
  })

  test('parallel calls, in pieces that interleave', () => {
    const second = { ...CALL, id: 'fc_2', call_id: 'call_2', name: 'g' }
    const argument = (index: number, words: string): JsonObject => ({
      type: 'response.function_call_arguments.delta',
      output_index: index,
      delta: words,
    })
    const events = between(
      added(0, CALL),
      added(1, second),
      argument(1, '{"b"'),
      argument(0, '{"a":1}'),
      argument(1, ':2}'),
      done(1, { ...second, arguments: '{"b":2}' }),
      done(0, { ...CALL, arguments: '{"a":1}' }),
    )
    expect(events).toEqual([
      call(0, 'call_1'),
      call(1, 'call_2', 'g'),
      args(1, '{"b"'),
      args(0, '{"a":1}'),
      args(1, ':2}'),
      blockEnd(1),
      blockEnd(0),
    ])
  })

  test.each<[string, JsonObject[]]>([
    ['in pieces', [delta('response.function_call_arguments.delta', '{"a":1}')]],
    ['in their own end', [{ type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"a":1}' }]],
    ['in the end of the item', []],
    ['in pieces, the last of which the end brings', [delta('response.function_call_arguments.delta', '{"a"')]],
  ])('arguments that come %s come once', (_how, payloads) => {
    const events = eventsOf(
      stream(created, added(0, CALL), ...payloads, done(0, { ...CALL, arguments: '{"a":1}' }), completed()),
    )
    expect(events.map((event) => (event.type === 'tool-call-delta' ? event.arguments : '')).join('')).toBe('{"a":1}')
    expect(events.filter(({ type }) => type === 'tool-call-start')).toEqual([call(0, 'call_1')])
  })

  test('an end that spells the arguments otherwise does not add to them', () => {
    expect(
      between(
        added(0, CALL),
        delta('response.function_call_arguments.delta', '{"a":1}'),
        done(0, { ...CALL, arguments: '{ "a": 1 }' }),
      ),
    ).toEqual([call(0, 'call_1'), args(0, '{"a":1}'), blockEnd(0)])
  })

  test('a call whose name and id come at its end waits for them', () => {
    const nameless = { id: 'fc_1', type: 'function_call' }
    expect(
      between(added(0, nameless), delta('response.function_call_arguments.delta', '{}'), done(0, { ...CALL })),
    ).toEqual([call(0, 'call_1'), args(0, '{}'), blockEnd(0)])
  })

  test('items are known by their index or by their id, whichever comes, and however the id changes', () => {
    const events = between(
      added(0, { ...MESSAGE, id: 'a' }),
      { type: 'response.output_text.delta', output_index: 0, item_id: 'b', content_index: 0, delta: 'x' },
      { type: 'response.output_text.delta', item_id: 'a', content_index: 0, delta: 'y' },
      done(0, { ...MESSAGE, id: 'c', content: [{ type: 'output_text', text: 'xy' }] }),
    )
    expect(events).toEqual([text(0, 'x'), text(0, 'y'), blockEnd(0)])
  })

  test('what only the whole response tells is told', () => {
    const output = [
      { ...REASONING, summary: [{ type: 'summary_text', text: 'Hm.' }] },
      { ...MESSAGE, content: [{ type: 'output_text', text: 'Hi' }] },
      { ...CALL, arguments: '{}' },
    ]
    expect(said(eventsOf(stream(created, completed({ output })))).slice(1, -2)).toEqual([
      thought(0, 'Hm.'),
      blockEnd(0),
      text(1, 'Hi'),
      blockEnd(1),
      call(2, 'call_1'),
      args(2, '{}'),
      blockEnd(2),
    ])
  })

  test('items that the whole response numbers and names otherwise are not told twice', () => {
    const item = { ...MESSAGE, content: [{ type: 'output_text', text: 'Hi' }] }
    const frames = stream(created, added(7, MESSAGE), done(7, item), completed({ output: [{ ...item, id: 'msg_9' }] }))
    expect(said(eventsOf(frames)).slice(1, -2)).toEqual([text(0, 'Hi'), blockEnd(0)])
  })

  test('logprobs, citations and tools that the platform runs are told of, and their frames are tied to it', () => {
    const search = { id: 'ws_1', type: 'web_search_call', status: 'in_progress' }
    const frames = stream(
      created,
      added(0, search),
      { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
      done(0, { ...search, status: 'completed' }),
      added(1, MESSAGE),
      {
        type: 'response.output_text.delta',
        output_index: 1,
        content_index: 0,
        delta: 'Hi',
        logprobs: [{ token: 'Hi' }],
      },
      { type: 'response.output_text.annotation.added', output_index: 1, content_index: 0, annotation: {} },
      { type: 'response.of.tomorrow' },
      { type: 'keepalive' },
      completed(),
    )
    const events = tied(frames)
    expect(events.map((event) => [event.type, 'path' in event ? event.path : ''])).toEqual([
      ['start', ''],
      ['extension', 'output.web_search_call'],
      ['extension', 'output.web_search_call'],
      ['extension', 'output.web_search_call'],
      ['native', ''],
      ['text-delta', ''],
      ['extension', 'output_text.logprobs'],
      ['extension', 'output_text.annotations'],
      ['extension', 'response.of.tomorrow'],
      ['native', ''],
      ['block-end', ''],
      ['finish', ''],
      ['end', ''],
    ])
    const counts = new Map(events.map(({ origin }) => [origin?.frame, origin?.count]))
    expect([...counts]).toEqual(frames.map((frame, i) => [frame, [1, 1, 1, 1, 1, 2, 1, 1, 1, 3][i]]))
  })

  test('usage comes in leaves that do not overlap, with what was searched and the lane', () => {
    const usage = {
      input_tokens: 100,
      input_tokens_details: {
        cached_tokens: 40,
        cache_write_tokens: 30,
        cache_write_tokens_details: { ttl_12h_tokens: 10, ttl_30m_tokens: 20 },
      },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
      total_tokens: 150,
    }
    const output = [
      { type: 'web_search_call', action: { type: 'search' } },
      { type: 'web_search_call', action: { type: 'open_page' } },
    ]
    const events = eventsOf(stream(created, completed({ usage, output, service_tier: 'flex' })))
    expect(events.find(({ type }) => type === 'usage')).toEqual({
      type: 'usage',
      usage: {
        inputFresh: 30,
        inputCached: 40,
        cacheWriteShort: 20,
        cacheWriteLong: 10,
        inputAudio: 0,
        outputText: 30,
        outputReasoning: 20,
        outputAudio: 0,
        counts: { 'web-search': 1 },
        lane: 'flex',
        raw: usage,
      },
    })
  })
})

test('a stream that forgets to open what it fills says all the same, and is written anew', () => {
  const events = tied(stream(delta('response.output_text.delta', 'Hi', { content_index: 0 }), completed()))
  expect(events.map(({ type, origin }) => [type, origin?.count])).toEqual([
    ['start', 0],
    ['text-delta', 0],
    ['block-end', 3],
    ['finish', 3],
    ['end', 3],
  ])
})
