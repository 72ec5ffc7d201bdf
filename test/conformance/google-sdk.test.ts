import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiError, FunctionCallingConfigMode, GoogleGenAI, ThinkingLevel, Type } from '@google/genai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { framerOf } from '#engine/framing/framing.ts'
import type { Event } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { NO_USAGE } from '#wire/usage.ts'
import { gemini } from '#wire/gemini/index.ts'
import { writeContext } from '#test/conformance/dialects.ts'

/** What the server saw, and what it answers next. */
const seen: { url: string; body: any }[] = []
let answer: { status: number; type: string; body: string }
let server: Server
let ai: GoogleGenAI

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      seen.push({ url: request.url ?? '', body: JSON.parse(text) })
      response.writeHead(answer.status, { 'content-type': answer.type })
      response.end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  ai = new GoogleGenAI({
    apiKey: 'test',
    httpOptions: { baseUrl: `http://127.0.0.1:${port}`, retryOptions: { attempts: 1 } },
  })
})
afterAll(() => server.close())
beforeEach(() => seen.splice(0))

const SEAL = 'c2lnbmF0dXJl'
const EVENTS: Event[] = [
  { type: 'start', id: 'a1', model: 'some-model' },
  { type: 'reasoning-delta', block: 0, text: 'hm' },
  { type: 'reasoning-signature', block: 0, signature: SEAL, sealedBy: 'gemini' },
  { type: 'block-end', block: 0 },
  { type: 'text-delta', block: 1, text: 'Hel' },
  { type: 'text-delta', block: 1, text: 'lo 中文😀' },
  { type: 'block-end', block: 1 },
  { type: 'tool-call-start', block: 2, id: 'call_1', name: 'weather' },
  { type: 'tool-call-delta', block: 2, arguments: '{"city":' },
  { type: 'tool-call-delta', block: 2, arguments: '"Oslo"}' },
  { type: 'block-end', block: 2 },
  { type: 'finish', reason: 'tool-calls', native: 'tool_calls' },
  { type: 'usage', usage: { ...NO_USAGE, inputFresh: 5, inputCached: 2, outputText: 3, outputReasoning: 4 } },
  { type: 'end' },
]
const USAGE = {
  promptTokenCount: 7,
  cachedContentTokenCount: 2,
  candidatesTokenCount: 3,
  thoughtsTokenCount: 4,
  totalTokenCount: 14,
}
const ASK = { model: 'gemini-3', contents: 'Hi' }

function streamed(events: readonly Event[]): typeof answer {
  const state = gemini.writeEvents.start(writeContext())
  const frames = [...gemini.writeEvents.step(state, events), ...gemini.writeEvents.end(state)]
  const framer = framerOf('sse')
  return { status: 200, type: framer.contentType, body: framer.writer().bytes(frames).toString() }
}

test('the official SDK hears a stream of ours', async () => {
  answer = streamed(EVENTS)
  const heard = {
    text: '',
    thoughts: '',
    calls: [] as unknown[],
    seals: [] as unknown[],
    usage: {} as unknown,
    finish: '',
  }
  for await (const chunk of await ai.models.generateContentStream(ASK)) {
    for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
      if (part.thought === true) heard.thoughts += part.text
      else heard.text += part.text ?? ''
      if (part.thoughtSignature !== undefined) heard.seals.push(part.thoughtSignature)
    }
    heard.calls.push(...(chunk.functionCalls ?? []))
    heard.usage = chunk.usageMetadata
    heard.finish += chunk.candidates?.[0]?.finishReason ?? ''
    expect([chunk.responseId, chunk.modelVersion]).toEqual(['a1', 'some-model'])
  }
  expect(heard).toEqual({
    text: 'Hello 中文😀',
    thoughts: 'hm',
    calls: [{ id: 'call_1', name: 'weather', args: { city: 'Oslo' } }],
    seals: [SEAL],
    usage: USAGE,
    finish: 'STOP',
  })
  expect(seen[0]?.url).toBe('/v1/models/gemini-3:streamGenerateContent?alt=sse')
})

test('the official SDK hears a whole answer of ours', async () => {
  const { data } = gemini.writeEvents.whole(writeContext(), EVENTS).frame
  answer = { status: 200, type: 'application/json', body: data }
  const whole = await ai.models.generateContent(ASK)
  expect([whole.text, whole.functionCalls, whole.usageMetadata]).toEqual([
    'Hello 中文😀',
    [{ id: 'call_1', name: 'weather', args: { city: 'Oslo' } }],
    USAGE,
  ])
})

test('the official SDK throws its own error for a refusal of ours, and for a stream that fails', async () => {
  const refused = gemini.writeFailure(failure('rate-limit', 'slow down', { retryAfterMs: 1_000 }), 'req_1')
  answer = { ...refused, type: 'application/json' }
  await expect(ai.models.generateContent(ASK)).rejects.toSatisfy(
    (error) => error instanceof ApiError && error.status === 429 && error.message.includes('slow down'),
  )
  await expect(ai.models.generateContentStream(ASK)).rejects.toMatchObject({ name: 'ApiError', status: 429 })
  answer = streamed([...EVENTS.slice(0, 5), { type: 'failure', failure: failure('overloaded', 'nobody can serve') }])
  const texts: (string | undefined)[] = []
  const listen = async (): Promise<void> => {
    for await (const chunk of await ai.models.generateContentStream(ASK)) texts.push(chunk.text)
  }
  await expect(listen()).rejects.toMatchObject({ name: 'ApiError', status: 503 })
})

test('everything that the official SDK can ask for is read', async () => {
  answer = streamed(EVENTS)
  await ai.models.generateContentStream({
    model: 'gemini-3',
    contents: [
      { role: 'user', parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
      { role: 'model', parts: [{ functionCall: { id: 'x', name: 'f', args: { a: 1 } }, thoughtSignature: SEAL }] },
      { role: 'user', parts: [{ functionResponse: { id: 'x', name: 'f', response: { output: 'b' } } }] },
    ],
    config: {
      systemInstruction: 'be brief',
      temperature: 0.5,
      topK: 40,
      maxOutputTokens: 10,
      stopSequences: ['x'],
      candidateCount: 2,
      thinkingConfig: { thinkingLevel: ThinkingLevel.LOW, includeThoughts: true },
      tools: [
        {
          functionDeclarations: [
            { name: 'f', parameters: { type: Type.OBJECT, properties: { a: { type: Type.STRING, nullable: true } } } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
      responseMimeType: 'application/json',
      responseSchema: { type: Type.ARRAY, items: { type: Type.INTEGER } },
    },
  })
  const { body } = seen[0]!
  const read = gemini.readRequest({
    text: JSON.stringify(body),
    json: body,
    outside: { model: 'gemini-3', stream: true },
  })
  expect(read.ok && read.request).toMatchObject({
    model: 'gemini-3',
    stream: true,
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: 'be brief' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'a' }, { kind: 'image' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: '', signature: SEAL },
          { kind: 'tool-call', id: 'x', name: 'f', arguments: '{"a":1}' },
        ],
      },
      { role: 'tool', parts: [{ kind: 'tool-result', callId: 'x', parts: [{ kind: 'text', text: 'b' }] }] },
    ],
    tools: [
      { kind: 'function', name: 'f', parameters: { type: 'object', properties: { a: { type: ['string', 'null'] } } } },
    ],
    toolChoice: { kind: 'required' },
    temperature: 0.5,
    topK: 40,
    maxOutputTokens: 10,
    stop: ['x'],
    n: 2,
    responseFormat: { kind: 'json-schema', schema: { type: 'array', items: { type: 'integer' } } },
    reasoning: { effort: 'low' },
    unread: [],
  })
})
