import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { Event, Frame } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import {
  args,
  blockEnd,
  call,
  end,
  eventsOf,
  finish,
  framesOf,
  said,
  start,
  text,
  thought,
  writeContext,
} from '#wire/openai-responses/fixture.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** The official client, whose every call is answered with these bytes. */
function client(body: string, type = 'text/event-stream'): OpenAI {
  const fetch = (): Promise<Response> =>
    Promise.resolve(new Response(body, { status: 200, headers: { 'content-type': type } }))
  return new OpenAI({ apiKey: 'sk-test', baseURL: 'http://gateway.test/v1', fetch, maxRetries: 0 })
}

function bytesOf(frames: readonly Frame[]): string {
  return frames.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join('')
}

async function accumulated(events: readonly Event[]): Promise<any> {
  const runner = client(bytesOf(framesOf(events))).responses.stream({ model: 'm', input: 'Hi' })
  return await runner.finalResponse()
}

const ANSWER: readonly Event[] = [
  start,
  thought(0, 'Hm.'),
  { type: 'reasoning-signature', block: 0, signature: 's', sealedBy: 'openai-responses' },
  blockEnd(0),
  text(1, 'Hel'),
  text(1, 'lo'),
  blockEnd(1),
  call(2, 'call_1'),
  call(3, 'call_2', 'g'),
  args(3, '{"b":'),
  args(2, '{"a":1}'),
  args(3, '2}'),
  blockEnd(2),
  blockEnd(3),
  finish('tool-calls'),
  { type: 'usage', usage: { ...NO_USAGE, inputFresh: 1, outputText: 2 } },
  end,
]

describe('the official client', () => {
  test('collects what we stream', async () => {
    const response = await accumulated(ANSWER)
    expect({
      text: response.output_text,
      status: response.status,
      calls: response.output
        .filter(({ type }: any) => type === 'function_call')
        .map((item: any) => [item.call_id, item.name, item.arguments]),
      thought: response.output[0].summary[0].text,
      seal: response.output[0].encrypted_content,
      usage: response.usage.total_tokens,
    }).toEqual({
      text: 'Hello',
      status: 'completed',
      calls: [
        ['call_1', 'f', '{"a":1}'],
        ['call_2', 'g', '{"b":2}'],
      ],
      thought: 'Hm.',
      seal: 's',
      usage: 3,
    })
  })

  test('tells the same of a whole answer', async () => {
    const { frame } = openaiResponses.writeEvents.whole(writeContext(), ANSWER)
    const response = await client(frame.data, 'application/json').responses.create({ model: 'm', input: 'Hi' })
    const streamed = await accumulated(ANSWER)
    expect(response.output_text).toBe('Hello')
    expect(response.output.map(({ type }) => type)).toEqual(streamed.output.map(({ type }: any) => type))
  })

  test('parses structured output', async () => {
    const body = bytesOf(framesOf([start, text(0, '{"a":1}'), blockEnd(0), finish('stop'), end]))
    const format = {
      type: 'json_schema',
      name: 'n',
      schema: {},
      $brand: 'auto-parseable-response-format',
      $parseRaw: JSON.parse,
    }
    const runner = client(body).responses.stream({ model: 'm', input: 'Hi', text: { format: format as never } })
    expect((await runner.finalResponse()).output_parsed).toEqual({ a: 1 })
  })

  test('sees an answer that was cut short, or that failed, as that', async () => {
    const cut = await accumulated([start, text(0, 'a'), blockEnd(0), finish('length'), end])
    const failed = await accumulated([
      start,
      text(0, 'a'),
      { type: 'failure', failure: failure('upstream', 'It broke.') },
    ])
    expect([cut.status, cut.incomplete_details, failed.status, failed.error.code]).toEqual([
      'incomplete',
      { reason: 'max_output_tokens' },
      'failed',
      'upstream_error',
    ])
  })
})

const words = fc.string({ minLength: 1, maxLength: 6 })

interface Spoken {
  readonly kind: 'text' | 'thought' | 'call'
  readonly pieces: readonly string[]
}

const blocks: fc.Arbitrary<Spoken[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('text', 'thought', 'call'),
    pieces: fc.array(words, { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 5 },
)

/** Blocks whose pieces come in any order among each other, each in its own order. */
function interleaved(spoken: readonly Spoken[], order: readonly number[]): Event[] {
  const left = spoken.map(({ kind, pieces }, block) => [
    ...(kind === 'call' ? [call(block, `call_${block}`)] : []),
    ...pieces.map((piece) =>
      kind === 'text' ? text(block, piece) : kind === 'thought' ? thought(block, piece) : args(block, piece),
    ),
    blockEnd(block),
  ])
  const events: Event[] = []
  for (let i = 0; left.some((list) => list.length > 0); i++) {
    const open = left.filter((list) => list.length > 0)
    const next = open[(order[i % order.length] ?? 0) % open.length]?.shift()
    if (next !== undefined) events.push(next)
  }
  return [start, ...events, finish('stop'), end]
}

/** What each kind of block says in all, calls each by themselves. */
function told(events: readonly Event[]): unknown {
  const calls = new Map<number, string>()
  let texts = ''
  let thoughts = ''
  for (const event of events) {
    if (event.type === 'text-delta') texts += event.text
    if (event.type === 'reasoning-delta') thoughts += event.text
    if (event.type === 'tool-call-start') calls.set(event.block, `${event.id}: `)
    if (event.type === 'tool-call-delta') calls.set(event.block, calls.get(event.block) + event.arguments)
  }
  return { texts: letters(texts), thoughts: letters(thoughts), calls: [...calls.values()].toSorted() }
}

/** Texts that interleave come in another order. */
function letters(words: string): string {
  return words.split('').toSorted().join('')
}

test('blocks in any order and however interleaved say the same to our reader and to the official client', async () => {
  await fc.assert(
    fc.asyncProperty(blocks, fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }), async (spoken, order) => {
      const events = interleaved(spoken, order)
      const back = said(eventsOf(framesOf(events)))
      expect(told(back)).toEqual(told(events))
      const response = await accumulated(events)
      const ours = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('')
      expect(letters(response.output_text)).toEqual(letters(ours))
      expect(response.output.filter(({ type }: any) => type === 'function_call')).toHaveLength(
        spoken.filter(({ kind }) => kind === 'call').length,
      )
    }),
    { numRuns: 100 },
  )
})
