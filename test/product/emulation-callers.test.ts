import { GoogleGenAI } from '@google/genai'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Json } from '#test/support/callers.ts'
import { KEY, startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

/** What the gateway does in a platform's place, for callers of Gemini and of OpenAI's Responses. */
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let upstream: Upstream
let files: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  files = await startUpstream((_seen, response) => {
    response.writeHead(200, { 'content-type': 'image/png' })
    response.end(Buffer.from(PNG, 'base64'))
  })
  const apiKey = 'sk-upstream-0123456789'
  const quirks = { answersMax: 1, responseFormats: ['json'], images: 'inline-only' }
  gateway = await startTestGateway({
    media: { allowHosts: [files.url.slice('http://'.length)] },
    providers: {
      chat: { platform: 'openai-compatible', baseUrl: `${upstream.url}/v1`, apiKey, quirks },
      own: { platform: 'gemini', dialect: 'gemini', baseUrl: `${upstream.url}/own`, apiKey, quirks },
    },
  })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
  await files.close()
})

/** Wrong at first, right when it is told. */
function platform(): void {
  upstream.answer = ({ path, text }, response) => {
    const content = text.includes('does not match the JSON Schema') ? '{"a":"b"}' : '{"a":1}'
    if (path.startsWith('/own')) sendJson(response, geminiAnswer(content))
    else sendJson(response, chatAnswer(content))
  }
}

function chatAnswer(content: string): Json {
  const choice = { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
  return { id: 'a', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage }
}

function geminiAnswer(text: string): Json {
  const candidate = { index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }
  const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 }
  return { candidates: [candidate], usageMetadata, modelVersion: 'm', responseId: 'r' }
}

test.each(['chat/m', 'own/gemini-3.1-pro-preview'])(
  "Google's SDK gets answers by a schema, of an image, from %s",
  async (model) => {
    platform()
    const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: gateway.url } })
    const image = { fileData: { fileUri: `${files.url}/a.png`, mimeType: 'image/png' } }
    const answer = await client.models.generateContent({
      model,
      contents: [{ role: 'user', parts: [image, { text: 'what?' }] }],
      config: { candidateCount: 2, responseMimeType: 'application/json', responseJsonSchema: SCHEMA },
    })
    expect(answer.candidates?.map(({ content }) => content?.parts?.[0]?.text)).toEqual(['{"a":"b"}', '{"a":"b"}'])
    expect(answer.usageMetadata?.promptTokenCount).toBe(40)
    expect(upstream.seen.map(({ text }) => [text.includes(PNG), text.includes('candidateCount')])).toEqual(
      Array.from({ length: 4 }, () => [true, false]),
    )
  },
)

test("OpenAI's SDK gets a response by a schema, of an image", async () => {
  platform()
  const response = await gateway.openai().responses.create({
    model: 'chat/m',
    store: false,
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: `${files.url}/a.png`, detail: 'auto' },
          { type: 'input_text', text: 'what?' },
        ],
      },
    ],
    text: { format: { type: 'json_schema', name: 's', schema: SCHEMA, strict: true } },
  })
  expect([response.output_text, response.usage?.input_tokens]).toEqual(['{"a":"b"}', 20])
  expect(upstream.seen.map(({ text }) => text.includes(PNG))).toEqual([true, true])
})

test('switches hold for them under the names of OpenAI', async () => {
  platform()
  const body = { contents: [{ parts: [{ text: 'x' }] }], generationConfig: { candidateCount: 2 } }
  const response = await gateway.post('/v1beta/models/chat%2Fm:generateContent', body, {
    'x-tongwen-refuse': 'emulated:n',
  })
  expect([response.status, upstream.seen]).toEqual([400, []])
})
