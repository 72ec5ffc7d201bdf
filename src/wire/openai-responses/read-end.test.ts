import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import {
  added,
  args,
  blockEnd,
  call,
  CALL,
  completed,
  created,
  delta,
  end,
  eventsOf,
  finish,
  MESSAGE,
  readContext,
  said,
  stream,
  text,
} from '#wire/openai-responses/fixture.ts'

const started = { type: 'start', id: 'resp_1', model: 'm', created: 5 } as const

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
