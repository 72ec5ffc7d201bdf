import { expect, test } from 'vitest'
import { request, target, toolCall, user, writeContext } from '#wire/anthropic-messages/fixture.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import { ANTHROPIC_MESSAGES_QUIRKS } from '#wire/quirks.ts'

const { readEvents, writeEvents } = anthropicMessages
const INPUT = '{"id":12345678901234567890,"at":[1.50,9007199254740993]}'

test('digits of a call’s arguments that a double cannot hold are not lost on the way in', () => {
  const messages = [user('Hi'), { role: 'assistant' as const, parts: [toolCall('a', INPUT)], path: 'messages.1' }]
  const written = anthropicMessages.writeRequest(request({ messages }), target())
  expect(written.ok && written.written.body).toContain(`"input":${INPUT}`)
})

test('nor on the way out of a caller’s request, whose own numbers are read as numbers', () => {
  const call = `{"type":"tool_use","id":"a","name":"f","input":${INPUT}}`
  const text = `{"model":"m","max_tokens":1,"temperature":1.0,"messages":[{"role":"assistant","content":[${call}]}]}`
  const read = anthropicMessages.readRequest({ text, json: JSON.parse(text) })
  if (!read.ok) throw new Error(read.failure.message)
  expect([read.request.temperature, read.request.messages[0]?.parts]).toEqual([
    1,
    [{ kind: 'tool-call', id: 'a', name: 'f', arguments: INPUT }],
  ])
})

test('nor in a whole answer, read or written', () => {
  const call = `{"type":"tool_use","id":"a","name":"f","input":${INPUT}}`
  const frame = { data: `{"type":"message","content":[${call}],"stop_reason":"tool_use","usage":{"input_tokens":3.0}}` }
  const events = readEvents.whole({ platform: 'p', quirks: ANTHROPIC_MESSAGES_QUIRKS, errors: [] }, frame)
  expect(events.flatMap((event) => (event.type === 'tool-call-delta' ? [event.arguments] : []))).toEqual([INPUT])
  expect(writeEvents.whole(writeContext(), events).frame.data).toContain(`"input":${INPUT}`)
})
