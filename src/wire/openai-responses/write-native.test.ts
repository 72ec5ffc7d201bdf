import { expect, test } from 'vitest'
import type { Event, Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import { args, payloads, stream, text, thought, tied, writeContext } from '#wire/openai-responses/fixture.ts'

const { writeEvents } = openaiResponses

const message = { id: 'msg_a', type: 'message', status: 'in_progress', role: 'assistant', content: [] }
const part = (words: string): JsonObject => ({ type: 'output_text', text: words, annotations: [] })
const at = { item_id: 'msg_a', output_index: 1, content_index: 0 }
const search = { id: 'ws_a', type: 'web_search_call', status: 'completed' }
const frames = stream(
  { type: 'response.created', response: { id: 'resp_a', model: 'm', created_at: 1, output: [], user: 'u' } },
  { type: 'response.in_progress', response: { id: 'resp_a', output: [] } },
  { type: 'response.output_item.added', output_index: 0, item: search },
  { type: 'response.output_item.done', output_index: 0, item: search },
  { type: 'response.output_item.added', output_index: 1, item: message },
  { type: 'response.content_part.added', ...at, part: part('') },
  { type: 'response.output_text.delta', ...at, delta: 'my ' },
  { type: 'response.output_text.delta', ...at, delta: 'secret' },
  { type: 'response.output_text.done', ...at, text: 'my secret' },
  { type: 'response.content_part.done', ...at, part: part('my secret') },
  { type: 'response.output_item.done', output_index: 1, item: { ...message, content: [part('my secret')] } },
  {
    type: 'response.completed',
    response: { id: 'resp_a', status: 'completed', output: [search, { ...message, content: [part('my secret')] }] },
  },
)

/** The frames of an answer in which a reviewer has changed something. */
function reviewed(change: (event: Event) => Event, given = frames): Frame[] {
  const state = writeEvents.start(writeContext(true))
  const out = tied(given).flatMap((event) => writeEvents.step(state, [change(event)]))
  return [...out, ...writeEvents.end(state)]
}

test('frames leave as they came', () => {
  const state = writeEvents.start(writeContext(true))
  const batches = [tied(frames)]
  expect([...batches.flatMap((batch) => writeEvents.step(state, batch)), ...writeEvents.end(state)]).toEqual(frames)
})

test('one change changes every frame that repeats it, and nothing before it', () => {
  const state = writeEvents.start(writeContext(true))
  const events = tied(frames).map((event) =>
    event.type === 'text-delta' && event.text === 'secret' ? text(event.block, '██') : event,
  )
  const out = [...writeEvents.step(state, events), ...writeEvents.end(state)]
  expect(out.slice(0, 7)).toEqual(frames.slice(0, 7))
  expect(out.map(({ data }) => data).join('')).not.toContain('secret')
  const told: any[] = payloads(out)
  expect(told.map(({ type, sequence_number: number }) => [type, number])).toEqual(
    payloads(frames).map(({ type }, i) => [type, i]),
  )
  expect(told[7]).toEqual({
    type: 'response.output_text.delta',
    sequence_number: 7,
    ...at,
    delta: '██',
    logprobs: [],
  })
  const { user, output } = told.at(-1).response
  expect({ user, output }).toEqual({
    user: 'u',
    output: [
      search,
      {
        ...message,
        status: 'completed',
        content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'my ██' }],
      },
    ],
  })
})

test('a change of the very first words goes where the platform opened their place', () => {
  const state = writeEvents.start(writeContext(true))
  const events = tied(frames).map((event) => (event.type === 'text-delta' ? text(event.block, 'x') : event))
  const out: any[] = payloads([...writeEvents.step(state, events), ...writeEvents.end(state)])
  expect(out.filter(({ type }) => type === 'response.content_part.added')).toHaveLength(1)
  expect(out[6]).toMatchObject({ ...at, delta: 'x' })
})

test('a part that has ended is not ended again, nor filled by a block that is not its own', () => {
  const second = { ...at, content_index: 1 }
  const given = stream(
    { type: 'response.created', response: { id: 'resp_a', output: [] } },
    { type: 'response.output_item.added', output_index: 1, item: message },
    { type: 'response.content_part.added', ...at, part: part('') },
    { type: 'response.output_text.delta', ...at, delta: 'one' },
    { type: 'response.content_part.done', ...at, part: part('one') },
    { type: 'response.content_part.added', ...second, part: part('') },
    { type: 'response.output_text.delta', ...second, delta: 'two' },
    { type: 'response.output_text.delta', ...second, delta: 'three' },
    { type: 'response.completed', response: { id: 'resp_a', status: 'completed' } },
  )
  const out: any[] = payloads(
    reviewed((event) => (event.type === 'text-delta' && event.text === 'three' ? text(9, '██') : event), given),
  )
  const ended = out.filter(({ type }) => type === 'response.content_part.done')
  expect(ended.map(({ content_index: index, part: { text: words } }) => [index, words])).toEqual([
    [0, 'one'],
    [1, 'two'],
    [2, '██'],
  ])
})

test('thinking that was changed goes on in the summary that the platform opened', () => {
  const item = { id: 'rs_a', type: 'reasoning', summary: [] }
  const place = { item_id: 'rs_a', output_index: 0, summary_index: 0 }
  const given = stream(
    { type: 'response.created', response: { id: 'resp_a', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } },
    { type: 'response.reasoning_summary_text.delta', ...place, delta: 'my ' },
    { type: 'response.reasoning_summary_text.delta', ...place, delta: 'secret' },
    { type: 'response.output_item.done', output_index: 0, item: { ...item, encrypted_content: 'e' } },
    { type: 'response.completed', response: { id: 'resp_a', status: 'completed' } },
  )
  const out: any[] = payloads(
    reviewed(
      (event) => (event.type === 'reasoning-delta' && event.text === 'secret' ? thought(0, '██') : event),
      given,
    ),
  )
  expect(out.map(({ type }) => type).filter((type) => type.endsWith('part.added'))).toHaveLength(1)
  expect(out.at(-1).response.output).toEqual([
    { id: 'rs_a', type: 'reasoning', summary: [{ type: 'summary_text', text: 'my ██' }], encrypted_content: 'e' },
  ])
})

test('a failure never leaves in the platform’s words', () => {
  const broken = [
    ...frames.slice(0, 7),
    ...stream({ type: 'error', code: 'server_error', message: 'sk-abcdefghijklmnopqrstuv broke' }),
  ]
  const out: any[] = payloads(reviewed((event) => event, broken))
  expect(out.slice(0, 7)).toEqual(payloads(frames.slice(0, 7)))
  expect(out.slice(7).map(({ type, response }) => [type, response.id, response.output.at(-1).content[0].text])).toEqual(
    [['response.failed', 'resp_a', 'my ']],
  )
  expect(JSON.stringify(out)).not.toContain('abcdefghijklmnopqrstuv')
})

test('a stream that breaks off fails in the caller’s own response', () => {
  const out: any[] = payloads(reviewed((event) => event, frames.slice(0, 6)))
  expect(out.at(-1)).toMatchObject({ type: 'response.failed', sequence_number: 6, response: { id: 'resp_a' } })
})

test('a call that waits for its end is taken over with what it has', () => {
  const item = { id: 'fc_a', type: 'function_call', call_id: 'c', name: 'f', arguments: '' }
  const given = stream(
    { type: 'response.created', response: { id: 'resp_a', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'fc_a', delta: '{"a"' },
    { type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'fc_a', delta: ':"secret"}' },
    { type: 'response.output_item.done', output_index: 0, item: { ...item, arguments: '{"a":"secret"}' } },
    { type: 'response.completed', response: { id: 'resp_a', status: 'completed' } },
  )
  const out: any[] = payloads(
    reviewed(
      (event) => (event.type === 'tool-call-delta' && event.arguments.includes('secret') ? args(0, ':1}') : event),
      given,
    ),
  )
  expect(JSON.stringify(out)).not.toContain('secret')
  expect(out.at(-1).response.output).toEqual([{ ...item, status: 'completed', arguments: '{"a":1}' }])
})
