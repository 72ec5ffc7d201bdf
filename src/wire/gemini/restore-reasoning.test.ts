import { expect, test } from 'vitest'
import { gemini } from '#wire/gemini/index.ts'
import type { Part } from '#wire/part.ts'

test('T22 thoughts come back as parts, a seal on the part that it stood before; what the caller sent stays as it is', () => {
  const call = { functionCall: { id: 'c', name: 'f', args: {} } }
  const model = { role: 'model', parts: [{ text: 'a', extra: 1 }, { text: '' }, call, call] }
  const json = { contents: [{ role: 'user', parts: [{ text: 'u' }] }, model], generationConfig: { seed: 1 } }
  const thought: Part = { kind: 'reasoning', text: 'Hm', signature: 'cw==', sealedBy: 'gemini' }
  const seal: Part = { kind: 'reasoning', text: '', signature: 'Yw==', sealedBy: 'gemini' }
  const last: Part = { kind: 'reasoning', text: '', signature: 'ZQ==', sealedBy: 'gemini' }
  const text: Part = { kind: 'text', text: 'a' }
  const called: Part = { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' }
  const turn = {
    path: 'contents.1',
    parts: [thought, text, seal, called, called, last],
    added: new Set([thought, seal, last]),
  }
  const restored = gemini.restoreReasoning!({ text: JSON.stringify(json), json }, [turn])
  const expected = {
    ...json,
    contents: [
      json.contents[0],
      {
        role: 'model',
        parts: [
          { thought: true, text: 'Hm', thoughtSignature: 'cw==' },
          { text: 'a', extra: 1 },
          { text: '' },
          { ...call, thoughtSignature: 'Yw==' },
          call,
          { text: '', thoughtSignature: 'ZQ==' },
        ],
      },
    ],
  }
  expect([restored.json, JSON.parse(restored.text)]).toEqual([expected, expected])
})
