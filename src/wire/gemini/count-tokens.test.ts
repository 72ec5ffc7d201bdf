import { expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { readCountTokens, writeCountTokens } from '#wire/gemini/count-tokens.ts'
import { body } from '#test/support/gemini.ts'

function asked(json: JsonObject): unknown {
  const read = readCountTokens({ text: JSON.stringify(json), json, outside: { model: 'm', stream: false } })
  if (!read.ok) return [read.failure.param, read.failure.message]
  const { messages, tools, source } = read.request
  return [messages.map(({ role }) => role), tools.length, source.json]
}

test('contents alone, with what Vertex has beside them, or a whole request', () => {
  const more = body({
    systemInstruction: { parts: [{ text: 's' }] },
    tools: [{ functionDeclarations: [{ name: 'f' }] }],
  })
  expect(asked(body())).toEqual([['user'], 0, body()])
  expect(asked(more)).toEqual([['system', 'user'], 1, more])
  expect(asked({ generateContentRequest: { model: 'models/m', ...more } })).toEqual([
    ['system', 'user'],
    1,
    { model: 'models/m', ...more },
  ])
  expect(asked({ generate_content_request: more })).toEqual([['system', 'user'], 1, more])
})

test('a wrong field is refused by its whole name', () => {
  expect(asked({ generateContentRequest: 1 })).toEqual([
    'generateContentRequest',
    'generateContentRequest: expected an object',
  ])
  expect(asked({ generateContentRequest: { contents: [] } })).toEqual([
    'generateContentRequest.contents',
    'generateContentRequest.contents: expected at least one content, got a list',
  ])
  expect(asked({})).toEqual(['contents', 'contents: expected at least one content, got nothing'])
})

test('an answer says whether we counted ourselves', () => {
  expect([writeCountTokens(12, false), writeCountTokens(12, true)]).toEqual([
    '{"totalTokens":12}',
    '{"totalTokens":12,"estimated":true}',
  ])
})
