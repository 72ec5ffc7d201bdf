import { describe, expect, test } from 'vitest'
import type { Event } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import {
  args,
  blockEnd,
  call,
  end,
  finish,
  framesOf,
  payloads,
  read,
  start,
  text,
  thought,
  writeContext,
} from '#wire/openai-responses/fixture.ts'
import { NO_USAGE } from '#wire/usage.ts'

const { writeEvents } = openaiResponses

/** Types of frames, and where they point. */
function shape(events: readonly Event[]): string[] {
  return payloads(framesOf(events)).map((payload) => {
    const places = ['output_index', 'content_index', 'summary_index'].map((key) => payload[key])
    const at = places.flatMap((place) => (typeof place === 'number' ? [String(place)] : []))
    return [String(payload['type']).replace('response.', ''), ...at].join(' ')
  })
}

function lastOf(events: readonly Event[]): any {
  return payloads(framesOf(events)).at(-1)
}

function outputOf(events: readonly Event[]): any[] {
  return lastOf(events).response.output
}

function wholeOf(events: readonly Event[], asked: JsonObject = {}): any {
  return JSON.parse(writeEvents.whole(writeContext(false, asked), events).frame.data)
}

const ANSWER: readonly Event[] = [
  start,
  thought(0, 'H'),
  thought(0, 'm.'),
  { type: 'reasoning-signature', block: 0, signature: 's', sealedBy: 'gemini' },
  blockEnd(0),
  text(1, 'Hel'),
  text(1, 'lo'),
  blockEnd(1),
  { type: 'refusal-delta', block: 2, text: 'No.' },
  blockEnd(2),
  call(3, 'call_1'),
  args(3, '{"a"'),
  args(3, ':1}'),
  blockEnd(3),
  finish('tool-calls'),
  { type: 'usage', usage: { ...NO_USAGE, inputFresh: 5, inputCached: 2, outputText: 3, outputReasoning: 4 } },
  end,
]

describe('a stream', () => {
  test('opens, fills and ends each item in the order that clients know', () => {
    expect(shape(ANSWER)).toEqual([
      'created',
      'in_progress',
      'output_item.added 0',
      'reasoning_summary_part.added 0 0',
      'reasoning_summary_text.delta 0 0',
      'reasoning_summary_text.delta 0 0',
      'reasoning_summary_text.done 0 0',
      'reasoning_summary_part.done 0 0',
      'output_item.done 0',
      'output_item.added 1',
      'content_part.added 1 0',
      'output_text.delta 1 0',
      'output_text.delta 1 0',
      'output_text.done 1 0',
      'content_part.done 1 0',
      'content_part.added 1 1',
      'refusal.delta 1 1',
      'refusal.done 1 1',
      'content_part.done 1 1',
      'output_item.done 1',
      'output_item.added 2',
      'function_call_arguments.delta 2',
      'function_call_arguments.delta 2',
      'function_call_arguments.done 2',
      'output_item.done 2',
      'completed',
    ])
  })

  test('frames have their names and count on', () => {
    const frames = framesOf(ANSWER)
    const told = payloads(frames)
    expect(frames.map(({ event }) => event)).toEqual(told.map(({ type }) => type))
    expect(told.map(({ sequence_number: number }) => number)).toEqual(told.map((_, i) => i))
  })

  test('the whole response comes at the end, the same as an answer that is not streamed', () => {
    const response = wholeOf(ANSWER)
    expect(lastOf(ANSWER)).toEqual({ type: 'response.completed', sequence_number: 25, response })
    expect(response).toEqual({
      id: 'resp_1',
      object: 'response',
      created_at: 5,
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      access_programs: null,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: {},
      parallel_tool_calls: true,
      previous_response_id: null,
      prompt_cache_key: null,
      reasoning: { effort: null, summary: null },
      safety_identifier: null,
      service_tier: null,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: null,
      truncation: 'disabled',
      user: null,
      model: 'm',
      output: [
        {
          id: 'rs_tw_1_0',
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: 'Hm.' }],
          encrypted_content: 'tw.gemini.s',
        },
        {
          id: 'msg_tw_1_1',
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [
            { type: 'output_text', annotations: [], logprobs: [], text: 'Hello' },
            { type: 'refusal', refusal: 'No.' },
          ],
        },
        {
          id: 'fc_tw_1_2',
          type: 'function_call',
          status: 'completed',
          call_id: 'call_1',
          name: 'f',
          arguments: '{"a":1}',
        },
      ],
      usage: {
        input_tokens: 7,
        input_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 4 },
        total_tokens: 14,
      },
    })
  })

  test('the caller’s own settings are repeated', () => {
    const tools = [{ type: 'function', name: 'f' }]
    const asked = {
      instructions: 'Be brief.',
      tools,
      metadata: { a: 'b' },
      store: true,
      text: { verbosity: 'low' },
      top_p: 0.5,
    }
    const { instructions, tools: shown, metadata, store, text: form, top_p: topP } = wholeOf([start, end], asked)
    expect({ instructions, shown, metadata, store, form, topP }).toEqual({
      instructions: 'Be brief.',
      shown: tools,
      metadata: { a: 'b' },
      store: true,
      form: { format: { type: 'text' }, verbosity: 'low' },
      topP: 0.5,
    })
  })

  test('neighbouring texts are one message, calls may be open side by side', () => {
    const events = [
      start,
      text(0, 'a'),
      blockEnd(0),
      text(1, 'b'),
      call(2, 'c1'),
      call(3, 'c2'),
      args(2, '{}'),
      args(3, '{"x":1}'),
      blockEnd(3),
      blockEnd(2),
      text(4, 'c'),
      finish('tool-calls'),
      end,
    ]
    expect(
      outputOf(events).map(
        ({ type, content, arguments: given }) => given ?? [type, content.map((part: any) => part.text)],
      ),
    ).toEqual([['message', ['a', 'b']], '{}', '{"x":1}', ['message', ['c']]])
  })

  test('a call that is complete ends before the next item opens', () => {
    const calls = [0, 1].flatMap((block) => [call(block, `c${block}`), args(block, '{}'), blockEnd(block)])
    expect(shape([start, ...calls, finish('tool-calls'), end]).slice(2, -1)).toEqual(
      [0, 1].flatMap((index) => [
        `output_item.added ${index}`,
        `function_call_arguments.delta ${index}`,
        `function_call_arguments.done ${index}`,
        `output_item.done ${index}`,
      ]),
    )
  })

  test('a call without arguments has an empty object of them', () => {
    expect(outputOf([start, call(0, 'c'), blockEnd(0), end])).toEqual([
      { id: 'fc_tw_1_0', type: 'function_call', status: 'completed', call_id: 'c', name: 'f', arguments: '{}' },
    ])
  })

  test('seals carry their maker’s name, thinking for its maker alone a mark, and unsealed thinking another', () => {
    const seals = (...events: Event[]): unknown =>
      outputOf([start, ...events, end]).map((item) => [item.summary.length, item.encrypted_content])
    expect(
      seals(
        thought(0, 'a'),
        blockEnd(0),
        { type: 'reasoning-signature', block: 1, signature: 's', sealedBy: 'openai-responses' },
        blockEnd(1),
        { type: 'reasoning-redacted', block: 2, data: 'd', sealedBy: 'anthropic-messages' },
        blockEnd(2),
        { type: 'reasoning-redacted', block: 3, data: 'd', sealedBy: 'openai-responses' },
      ),
    ).toEqual([
      [1, 'tw.unsealed'],
      [0, 's'],
      [0, 'tw.anthropic-messages.redacted:d'],
      [0, 'd'],
    ])
  })

  test('what we write of thinking is read back as what it was', () => {
    const output = outputOf(ANSWER)
    const { messages } = read({ model: 'm', input: output })
    expect(messages).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'Hm.', signature: 's', sealedBy: 'gemini' },
          { kind: 'text', text: 'Hello' },
          { kind: 'refusal', text: 'No.' },
          { kind: 'tool-call', id: 'call_1', name: 'f', arguments: '{"a":1}' },
        ],
        path: 'input.0',
      },
    ])
  })

  test('an answer that was cut short is incomplete, and so is its last item', () => {
    const cut = (reason: 'length' | 'content-filter'): unknown => {
      const { type, response } = lastOf([
        start,
        text(0, 'a'),
        call(1, 'c'),
        args(1, '{"a'),
        blockEnd(1),
        finish(reason),
        end,
      ])
      return [type, response.status, response.incomplete_details, response.output.map(({ status }: any) => status)]
    }
    expect([cut('length'), cut('content-filter')]).toEqual([
      ['response.incomplete', 'incomplete', { reason: 'max_output_tokens' }, ['completed', 'incomplete']],
      ['response.incomplete', 'incomplete', { reason: 'content_filter' }, ['completed', 'incomplete']],
    ])
  })

  test('of calls side by side only the last is incomplete in an answer that was cut short', () => {
    const calls = [call(0, 'c0'), call(1, 'c1'), args(0, '{}'), args(1, '{"a'), blockEnd(0), blockEnd(1)]
    expect(outputOf([start, ...calls, finish('length'), end]).map(({ status }) => status)).toEqual([
      'completed',
      'incomplete',
    ])
  })

  test('a failure is a failed response, in our own words, with what was said so far', () => {
    const platform = { platform: 'there', status: 500, message: 'Sorry.' }
    const last = lastOf([
      start,
      text(0, 'Hel'),
      { type: 'failure', failure: failure('upstream', 'It broke.', { platform }) },
    ])
    expect([last.type, last.response.status, last.response.error, last.response.output]).toEqual([
      'response.failed',
      'failed',
      { code: 'upstream_error', message: 'It broke.', type: 'api_error', param: null, provider: platform },
      [
        {
          id: 'msg_tw_1_0',
          type: 'message',
          status: 'incomplete',
          role: 'assistant',
          content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'Hel' }],
        },
      ],
    ])
  })

  test('a failure before anything else is a response that has begun, too', () => {
    expect(shape([{ type: 'failure', failure: failure('overloaded', 'Full.') }])).toEqual([
      'created',
      'in_progress',
      'failed',
    ])
  })

  test('a stream without an end fails', () => {
    expect(shape([start, text(0, 'a')]).at(-1)).toBe('failed')
  })

  test('what has no place here is noted as lost', () => {
    const state = writeEvents.start(writeContext())
    writeEvents.step(state, [
      start,
      { type: 'extension', path: 'content.citations' },
      { type: 'text-delta', block: 0, text: 'b', choice: 1 },
      args(9, '{}'),
      finish('pause', 'pause_turn'),
      end,
    ])
    expect(writeEvents.lost(state).map(({ action, path }) => `${action}:${path}`)).toEqual([
      'dropped:content.citations',
      'dropped:n',
      'dropped:function_call.arguments',
      'approximated:status',
    ])
  })
})
