import { expect, test } from 'vitest'
import { target } from '#wire/anthropic-messages/fixture.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import type { Dialect } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'

const DEMANDS: Partial<Quirks> = { reasoningReturn: 'required', thinkingDefault: 'on' }
const EMPTY = { type: 'thinking', thinking: '', signature: '' }
const CALL = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }

/** The blocks of the model's turns as they are sent, and the warnings. */
function sent(from: Dialect, json: Record<string, unknown>, quirks: Partial<Quirks>): unknown[] {
  const read = from.readRequest({ text: JSON.stringify(json), json })
  if (!read.ok) throw new Error(read.failure.message)
  const result = anthropicMessages.writeRequest(read.request, target(quirks))
  if (!result.ok) throw new Error(result.failure.message)
  const { messages } = JSON.parse(result.written.body) as { messages: { role: string; content: unknown }[] }
  const said = messages.filter(({ role }) => role === 'assistant').map(({ content }) => content)
  return [said, result.written.warnings.map(({ action, path }) => `${action}:${path}`)]
}

const ANTHROPIC = {
  model: 'm',
  max_tokens: 2_000,
  messages: [
    { role: 'user', content: 'u' },
    { role: 'assistant', content: [CALL] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'r' }] },
    { role: 'assistant', content: 'done' },
    { role: 'user', content: 'thanks' },
  ],
}
const OPENAI = {
  model: 'm',
  max_tokens: 2_000,
  messages: [
    { role: 'user', content: 'u' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'toolu_1', content: 'r' },
    { role: 'assistant', content: 'done' },
    { role: 'user', content: 'thanks' },
  ],
}

test('T19 a platform that demands thinking with each call gets an empty one where the caller has lost it', () => {
  const filled = [[[EMPTY, CALL], 'done'], ['emulated:messages.1.content']]
  expect(sent(anthropicMessages, ANTHROPIC, DEMANDS)).toEqual(filled)
  expect(sent(openaiChat, OPENAI, DEMANDS)).toEqual([filled[0], [...filled[1]!, expect.stringContaining('tools')]])
  const asking = { ...ANTHROPIC, thinking: { type: 'enabled', budget_tokens: 1_024 } }
  expect(sent(anthropicMessages, asking, { ...DEMANDS, thinkingDefault: 'off' })).toEqual(filled)
})

test('it gets none where nothing is demanded: the model does not think, the platform does not ask, thinking is there', () => {
  const bare = [[[CALL], 'done'], []]
  const off = { ...ANTHROPIC, thinking: { type: 'disabled' } }
  expect(sent(anthropicMessages, off, DEMANDS)).toEqual(bare)
  expect(sent(anthropicMessages, ANTHROPIC, { ...DEMANDS, thinkingDefault: 'off' })).toEqual(bare)
  expect(sent(anthropicMessages, ANTHROPIC, {})).toEqual(bare)
  const own = [{ type: 'thinking', thinking: 'Hm', signature: '' }, CALL]
  const thought = { ...ANTHROPIC, messages: ANTHROPIC.messages.map((m, i) => (i === 1 ? { ...m, content: own } : m)) }
  expect(sent(anthropicMessages, thought, DEMANDS)).toEqual([[own, 'done'], []])
})
