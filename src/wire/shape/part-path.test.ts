import { expect, test } from 'vitest'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import type { Dialect } from '#wire/dialect.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import type { Part } from '#wire/part.ts'
import { partPath } from '#wire/shape/part-path.ts'

/** Paths of all images in a request, in their order. */
function imagePaths(dialect: Dialect, json: object): string[] {
  const body = { model: 'm', modelId: 'm', max_tokens: 1, ...json }
  const read = dialect.readRequest({ text: JSON.stringify(body), json: { ...body } })
  if (!read.ok) throw new Error(read.failure.message)
  const { request } = read
  const inside = (part: Part): readonly Part[] => (part.kind === 'tool-result' ? part.parts : [part])
  return request.messages.flatMap((message) =>
    message.parts
      .flatMap(inside)
      .filter((part) => part.kind === 'image')
      .map((part) => partPath(request, message, part)),
  )
}

const text = { type: 'text', text: 'Look' }

test('a part of an OpenAI turn stands in its list of parts, a result’s too', () => {
  const image = { type: 'image_url', image_url: { url: 'https://x/a.png' } }
  const messages = [
    { role: 'user', content: [text, image, text, image] },
    { role: 'tool', tool_call_id: 'a', content: [text, image] },
  ]
  expect(imagePaths(openaiChat, { messages })).toEqual([
    'messages.0.content.1',
    'messages.0.content.3',
    'messages.1.content.1',
  ])
})

test('a part of an Anthropic turn stands among its blocks, results and others mixed', () => {
  const image = { type: 'image', source: { type: 'url', url: 'https://x/a.png' } }
  const result = (content: unknown): object => ({ type: 'tool_result', tool_use_id: 'a', content })
  const content = [result('plain'), text, image, result([text, image]), image]
  expect(imagePaths(anthropicMessages, { messages: [{ role: 'user', content }] })).toEqual([
    'messages.0.content.3.content.1',
    'messages.0.content.2',
    'messages.0.content.4',
  ])
})

test('a part of a Converse turn stands among its blocks, cache points counted', () => {
  const image = { image: { format: 'png', source: { bytes: 'AA==' } } }
  const result = { toolResult: { toolUseId: 'a', content: [{ text: 'x' }, image] } }
  const mark = { cachePoint: { type: 'default' } }
  const content = [result, { text: 'Look' }, mark, image]
  expect(imagePaths(bedrockConverse, { messages: [{ role: 'user', content }] })).toEqual([
    'messages.0.content.0.toolResult.content.1',
    'messages.0.content.3',
  ])
})
