import { expect, test } from 'vitest'
import { call, chunk, END, finish, read, START } from '#test/support/openai-answers.ts'

const ONE_CALL = [
  START,
  { type: 'tool-call-start', block: 0, id: 'c1', name: 'f' },
  { type: 'tool-call-delta', block: 0, arguments: '{"a"' },
  { type: 'tool-call-delta', block: 0, arguments: ':1}' },
  { type: 'block-end', block: 0 },
  finish('tool-calls', 'tool_calls'),
  END,
]

test('T12 a repeated tool name does not reopen the call, and arguments beside the finish reason are kept', () => {
  const last = {
    index: 0,
    delta: { tool_calls: [{ index: 0, id: '', function: { name: 'f', arguments: ':1}' } }] },
    finish_reason: 'tool_calls',
  }
  const first = call({ id: 'c1' }, { name: 'f', arguments: '{"a"' })
  expect(read([first, { choices: [last] }, '[DONE]'])).toEqual(ONE_CALL)
  const repeated = {
    ...last,
    delta: { tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: ':1}' } }] },
  }
  expect(read([first, { choices: [repeated] }, '[DONE]'])).toEqual(ONE_CALL)
})

test('T13 the index of a call may start at 1 or be missing', () => {
  for (const index of [{ index: 1 }, { index: undefined }]) {
    const events = read([
      call({ ...index, id: 'c1' }, { name: 'f', arguments: '{"a"' }),
      call({ ...index }, { arguments: ':1}' }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ])
    expect(events).toEqual(ONE_CALL)
  }
})

test('T17 two objects in one arguments string pass through as they are', () => {
  const events = read([
    call({ id: 'c1' }, { name: 'f', arguments: '{}' }),
    call({}, { arguments: '{"b":2}' }),
    '[DONE]',
  ])
  expect(events.filter((event) => event.type === 'tool-call-delta' || event.type === 'tool-call-start')).toEqual([
    { type: 'tool-call-start', block: 0, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{}' },
    { type: 'tool-call-delta', block: 0, arguments: '{"b":2}' },
  ])
})

test('T18 a call may come at once, with its arguments as an object, or as the function call of 2023', () => {
  const calls = (payloads: object[]): unknown[] =>
    read([...payloads, '[DONE]']).filter((event) => event.type.startsWith('tool-call'))
  const one = [
    { type: 'tool-call-start', block: 0, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{"a":1}' },
  ]
  expect(calls([call({ id: 'c1' }, { name: 'f', arguments: '{"a":1}' })])).toEqual(one)
  expect(calls([call({ id: 'c1' }, { name: 'f', arguments: { a: 1 } })])).toEqual(one)
  expect(
    calls([chunk({ function_call: { name: 'f', arguments: '' } }), chunk({ function_call: { arguments: '{"a":1}' } })]),
  ).toEqual([
    { type: 'tool-call-start', block: 0, id: 'call_1_0_0', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{"a":1}' },
  ])
})

test('parallel calls are told apart by index, by place in the list, or by a new id under the same index', () => {
  const starts = (deltas: object[]): unknown[] =>
    read([...deltas.map((delta) => chunk(delta)), '[DONE]'])
      .filter((event) => event.type === 'tool-call-start')
      .map(({ id, name, block }) => [id, name, block])
  const f = { name: 'f', arguments: '{}' }
  const two = [
    ['c1', 'f', 0],
    ['c2', 'f', 1],
  ]
  expect(
    starts([
      { tool_calls: [{ index: 0, id: 'c1', function: f }] },
      { tool_calls: [{ index: 1, id: 'c2', function: f }] },
    ]),
  ).toEqual(two)
  expect(
    starts([
      {
        tool_calls: [
          { id: 'c1', function: f },
          { id: 'c2', function: f },
        ],
      },
    ]),
  ).toEqual(two)
  expect(
    starts([
      { tool_calls: [{ index: 0, id: 'c1', function: f }] },
      { tool_calls: [{ index: 0, id: 'c2', function: f }] },
    ]),
  ).toEqual(two)
  const made = [
    ['call_1_0_0', 'f', 0],
    ['call_1_0_1', 'f', 1],
  ]
  expect(starts([{ tool_calls: [{ function: f }] }, { tool_calls: [{ function: f }] }])).toEqual(made)
  expect(starts([{ tool_calls: [0, 0].map((index) => ({ index, function: f })) }])).toEqual(made)
})

test('a call that another one overtakes ends when it is complete, not before', () => {
  const events = read([
    call({ id: 'c1' }, { name: 'f', arguments: '{"a"' }),
    call({ index: 1, id: 'c2' }, { name: 'f', arguments: '{"b"' }),
    call({}, { arguments: ':1}' }),
    call({ index: 1 }, { arguments: ':2}' }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  ])
  expect(events.slice(1, -2)).toEqual([
    { type: 'tool-call-start', block: 0, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 0, arguments: '{"a"' },
    { type: 'tool-call-start', block: 1, id: 'c2', name: 'f' },
    { type: 'tool-call-delta', block: 1, arguments: '{"b"' },
    { type: 'tool-call-delta', block: 0, arguments: ':1}' },
    { type: 'block-end', block: 0 },
    { type: 'tool-call-delta', block: 1, arguments: ':2}' },
    { type: 'block-end', block: 1 },
  ])
})
