import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import {
  args,
  blockEnd,
  call,
  end,
  eventsOf,
  finish,
  readContext,
  said,
  stream,
  text,
  thought,
  tied,
} from '#wire/openai-responses/fixture.ts'

const created: JsonObject = {
  type: 'response.created',
  response: { id: 'resp_1', model: 'm', created_at: 5, status: 'in_progress', output: [] },
}
const started = { type: 'start', id: 'resp_1', model: 'm', created: 5 } as const

function completed(more: JsonObject = {}): JsonObject {
  return { type: 'response.completed', response: { id: 'resp_1', status: 'completed', ...more } }
}

function added(index: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.added', output_index: index, item }
}

function done(index: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.done', output_index: index, item }
}

const MESSAGE = { id: 'msg_1', type: 'message', role: 'assistant', content: [] }
const CALL = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'f', arguments: '' }
const REASONING = { id: 'rs_1', type: 'reasoning', summary: [] }

/** What a stream says between its start and its end. */
function between(...payloads: JsonObject[]): unknown {
  return said(eventsOf(stream(created, ...payloads, completed()))).slice(1, -2)
}

function delta(type: string, words: string, more: JsonObject = {}): JsonObject {
  return { type, output_index: 0, delta: words, ...more }
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

describe('the end', () => {
  const incomplete = (reason: string): JsonObject => ({
    type: 'response.incomplete',
    response: { status: 'incomplete', incomplete_details: { reason } },
  })
  const ends = (...payloads: JsonObject[]): unknown => said(eventsOf(stream(created, ...payloads))).slice(-2)

  test('says why', () => {
    expect([
      ends(completed()),
      ends(added(0, CALL), completed()),
      ends(incomplete('max_output_tokens')),
      ends(incomplete('content_filter')),
      ends(incomplete('of tomorrow')),
    ]).toEqual([
      [finish('stop', 'completed'), end],
      [finish('tool-calls', 'completed'), end],
      [finish('length', 'max_output_tokens'), end],
      [finish('content-filter', 'content_filter'), end],
      [finish('length', 'of tomorrow'), end],
    ])
  })

  test('a platform’s own meaning of a reason counts first', () => {
    const frames = stream(created, incomplete('max_output_tokens'))
    const [last] = eventsOf(frames, { finishReasons: { max_output_tokens: 'context-length' } }).slice(-1)
    expect(last).toMatchObject({ type: 'failure', failure: { kind: 'context-length' } })
  })

  test.each([0, 1, 2])('a stream cut after frame %i ends in one failure', (cut) => {
    const frames = stream(created, added(0, MESSAGE), delta('response.output_text.delta', 'Hi')).slice(0, cut)
    const terminals = eventsOf(frames).filter(({ type }) => type === 'end' || type === 'failure')
    expect(terminals).toEqual([{ type: 'failure', failure: expect.objectContaining({ kind: 'cut', retryable: true }) }])
  })

  test('nothing comes after it', () => {
    expect(
      eventsOf([...stream(created, completed(), completed()), { data: '[DONE]' }]).map(({ type }) => type),
    ).toEqual(['start', 'finish', 'end'])
  })
})

describe('a failure', () => {
  const kinds = (...errors: JsonObject[]): unknown =>
    errors.map((error) => {
      const [last] = eventsOf(stream(created, error)).slice(-1)
      return last?.type === 'failure' ? [last.failure.kind, last.failure.platform?.code] : last
    })
  const failed = (error: unknown): JsonObject => ({ type: 'response.failed', response: { status: 'failed', error } })

  test('by its code, in every form that is sent', () => {
    const words = { code: 'rate_limit_exceeded', message: 'Slow down. Try again in 3s.' }
    expect(
      kinds(
        failed(words),
        { type: 'error', ...words, param: null },
        { type: 'error', error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'No money.' } },
        { error: { message: 'Bad.', type: 'invalid_request_error', code: null } },
        failed({ code: 'server_error', message: 'Sorry.' }),
        failed({ code: 'invalid_prompt', message: 'Flagged.' }),
        failed({ code: 'image_too_large', message: 'Too large.' }),
        failed({ code: 'context_length_exceeded', message: 'Too long.' }),
        failed(null),
        { type: 'response.cancelled', response: { status: 'cancelled' } },
      ),
    ).toEqual([
      ['rate-limit', 'rate_limit_exceeded'],
      ['rate-limit', 'rate_limit_exceeded'],
      ['quota', 'insufficient_quota'],
      ['invalid-request', undefined],
      ['upstream', 'server_error'],
      ['content-filter', 'invalid_prompt'],
      ['invalid-request', 'image_too_large'],
      ['context-length', 'context_length_exceeded'],
      ['upstream', undefined],
      ['upstream', undefined],
    ])
  })

  test('after content it may have cost money', () => {
    const events = eventsOf(
      stream(
        created,
        added(0, MESSAGE),
        delta('response.output_text.delta', 'Hi'),
        failed({ code: 'rate_limit_exceeded' }),
      ),
    )
    expect(events.at(-1)).toMatchObject({ failure: { kind: 'rate-limit', mayHaveCost: true } })
  })

  test('what is no JSON is malformed', () => {
    expect(eventsOf([{ data: '<html>' }]).at(-1)).toMatchObject({ type: 'failure', failure: { kind: 'malformed' } })
  })
})

describe('a whole response', () => {
  const whole = (response: unknown): unknown =>
    openaiResponses.readEvents
      .whole(readContext(), { data: JSON.stringify(response) })
      .map(({ origin: _origin, ...event }) => event)

  test('says all that a stream says', () => {
    const output = [
      { ...MESSAGE, content: [{ type: 'output_text', text: 'Hi', annotations: [{ type: 'url_citation' }] }] },
      { id: 'ci_1', type: 'code_interpreter_call' },
      { ...CALL, arguments: '{"a":1}' },
    ]
    const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 }
    expect(whole({ id: 'resp_1', model: 'm', created_at: 5, status: 'completed', output, usage, error: null })).toEqual(
      [
        started,
        text(0, 'Hi'),
        { type: 'extension', path: 'output_text.annotations' },
        blockEnd(0),
        { type: 'extension', path: 'output.code_interpreter_call' },
        { type: 'extension', path: 'output.code_interpreter_call' },
        call(1, 'call_1'),
        args(1, '{"a":1}'),
        blockEnd(1),
        { type: 'usage', usage: expect.objectContaining({ inputFresh: 1, outputText: 2 }) },
        finish('tool-calls', 'completed'),
        end,
      ],
    )
  })

  test('one that failed, that is not done, or that is none is a failure', () => {
    const kindOf = (response: unknown): unknown => {
      const [last] = openaiResponses.readEvents.whole(readContext(), { data: JSON.stringify(response) }).slice(-1)
      return last?.type === 'failure' ? last.failure.kind : last?.type
    }
    expect([
      kindOf({ status: 'failed', output: [], error: { code: 'server_error', message: 'Sorry.' } }),
      kindOf({ status: 'queued', output: [] }),
      kindOf({ status: 'cancelled', output: [] }),
      kindOf({ error: { message: 'No.', code: 'invalid_api_key' } }),
      kindOf({ object: 'error', message: 'No.', code: 429 }),
      kindOf({ choices: [] }),
      kindOf('Hi'),
    ]).toEqual(['upstream', 'malformed', 'upstream', 'credentials', 'rate-limit', 'malformed', 'malformed'])
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
