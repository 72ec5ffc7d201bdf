import { expect, test } from 'vitest'
import { read } from '#wire/bedrock-converse/fixture.ts'
import { restoreReasoning } from '#wire/bedrock-converse/restore-reasoning.ts'
import type { Part } from '#wire/part.ts'

test('thinking comes back before what it led to, the caller’s own blocks untouched', () => {
  const content = [
    { citationsContent: { content: [{ text: 'a' }, { text: 'b' }] } },
    { cachePoint: { type: 'default' } },
    { toolUse: { toolUseId: 't', name: 'f', input: {} } },
    { cachePoint: { type: 'default' } },
  ]
  const { source, messages } = read({ messages: [{ role: 'assistant', content }] })
  const own = messages[0]?.parts ?? []
  const first: Part = { kind: 'reasoning', text: 'hm', signature: 'sig', sealedBy: 'bedrock-converse' }
  const second: Part = { kind: 'reasoning-redacted', data: 'AAEC', sealedBy: 'bedrock-converse' }
  const parts = [first, ...own.slice(0, -1), second, ...own.slice(-1)]
  const restored = restoreReasoning(source, [{ path: 'messages.0', parts, added: new Set([first, second]) }])
  expect(JSON.parse(restored.text)).toEqual({
    messages: [
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
          content[0],
          content[1],
          { reasoningContent: { redactedContent: 'AAEC' } },
          content[2],
          content[3],
        ],
      },
    ],
  })
})
