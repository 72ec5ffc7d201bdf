import { expect, test } from 'vitest'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import type { Part } from '#wire/part.ts'
import { read } from '#wire/openai-responses/fixture.ts'

test('each thought comes back before what it stood before, as the caller would have sent it', () => {
  const input = [
    { role: 'user', content: 'Hi' },
    {
      type: 'message',
      role: 'assistant',
      content: [
        { type: 'output_text', text: 'a' },
        { type: 'output_text', text: 'b' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [] },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c', output: 'd' },
  ]
  const { messages, source } = read({ model: 'm', input })
  const turn = messages.find(({ role }) => role === 'assistant')
  const [first, second, third] = turn?.parts ?? []
  const plain: Part = { kind: 'reasoning', text: 'one' }
  const sealed: Part = { kind: 'reasoning', text: '', signature: 's', sealedBy: 'gemini' }
  const redacted: Part = { kind: 'reasoning-redacted', data: 'r', sealedBy: 'openai-responses' }
  const parts = [plain, first, second, sealed, third, redacted].filter((part) => part !== undefined)
  const restored = openaiResponses.restoreReasoning?.(source, [
    { path: 'input.1', parts, added: new Set([plain, sealed, redacted]) },
  ])
  expect(restored?.json['input']).toEqual([
    input[0],
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'one' }], encrypted_content: 'tw.unsealed' },
    input[1],
    input[2],
    { type: 'reasoning', summary: [], encrypted_content: 'tw.gemini.s' },
    input[3],
    { type: 'reasoning', summary: [], encrypted_content: 'r' },
    input[4],
  ])
  expect(JSON.parse(restored?.text ?? '{}')).toEqual(restored?.json)
})
