import { expect, test } from 'vitest'
import { HI, request, target, user, write } from '#wire/bedrock-converse/fixture.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Message, ModelRequest, Tool } from '#wire/request.ts'

const PNG: Part = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } }
const TOOL: Tool = { kind: 'function', name: 'f', description: 'd', parameters: { properties: {} }, path: 'tools.0' }
const SPEC = { toolSpec: { name: 'f', description: 'd', inputSchema: { json: { type: 'object', properties: {} } } } }

function messages(...list: readonly Omit<Message, 'path'>[]): Message[] {
  return list.map((message, i) => ({ ...message, path: `messages.${i}` }))
}

function content(...parts: readonly Part[]): unknown {
  const { body } = write(request({ messages: [user(...parts)] }))
  return (body as { messages: { content: unknown }[] }).messages[0]?.content
}

function refusalOf(asked: Partial<ModelRequest>, to = target(), json: JsonObject = {}): unknown {
  const result = bedrockConverse.writeRequest(request(asked, json), to)
  return result.ok ? undefined : [result.failure.kind, result.failure.message, result.failure.param]
}

test('sampling stands in inferenceConfig, each number in the target’s range', () => {
  const asked = request({
    maxOutputTokens: 9000,
    temperature: 1.5,
    topP: 0.9,
    topK: 5,
    stop: ['a', ' ', 'b'],
    n: 2,
    seed: 1,
  })
  expect(write(asked)).toEqual({
    body: {
      ...HI,
      inferenceConfig: { maxTokens: 8192, temperature: 1, topP: 0.9, stopSequences: ['a', 'b'] },
      additionalModelRequestFields: { top_k: 5 },
    },
    warnings: ['clamped:max_tokens', 'dropped:seed', 'clamped:n', 'dropped:stop', 'clamped:temperature'],
  })
})

test('fields of the model go by its own names, or not at all', () => {
  const asked = request({ topK: 5 })
  expect(write(asked, target({ renamedFields: { top_k: 'inferenceConfig.topK' } }))).toEqual({
    body: { ...HI, additionalModelRequestFields: { inferenceConfig: { topK: 5 } } },
    warnings: [],
  })
  expect(write(asked, target({ refusedFields: ['top_k'] }))).toEqual({ body: HI, warnings: ['dropped:top_k'] })
})

test('what the middle form does not name is dropped by its path', () => {
  expect(write(request({ unread: ['logit_bias'], user: 'u' })).warnings).toEqual(['dropped:user', 'dropped:logit_bias'])
})

test('instructions stand apart, turns alternate and begin with the user', () => {
  const asked = request({
    messages: messages(
      { role: 'assistant', parts: [{ kind: 'text', text: 'Hello' }] },
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief', cache: { ttl: 'long' } }] },
      { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
      {
        role: 'user',
        parts: [
          { kind: 'text', text: ' ' },
          { kind: 'text', text: 'b' },
        ],
      },
    ),
  })
  expect(write(asked)).toEqual({
    body: {
      messages: [
        { role: 'user', content: [{ text: '(continue)' }] },
        { role: 'assistant', content: [{ text: 'Hello' }] },
        { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      ],
      system: [{ text: 'Be brief' }, { cachePoint: { type: 'default', ttl: '1h' } }],
    },
    warnings: ['reordered:messages.1', 'dropped:messages.3.content', 'reordered:messages.3', 'emulated:messages.0'],
  })
})

test('results stand right after their calls, in the user’s turn, under ids that AWS takes', () => {
  const long = `call:${'x'.repeat(80)}`
  const asked = request({
    tools: [TOOL],
    messages: messages(
      { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'tool-call', id: 'a.1', name: 'f', arguments: '{"n":12345678901234567890}' },
          { kind: 'tool-call', id: long, name: 'f', arguments: '' },
        ],
      },
      { role: 'tool', parts: [{ kind: 'tool-result', callId: 'a.1', parts: [{ kind: 'text', text: 'ok' }, PNG] }] },
      { role: 'tool', parts: [{ kind: 'tool-result', callId: long, parts: [], isError: true }] },
      { role: 'user', parts: [{ kind: 'text', text: 'and?' }] },
    ),
  })
  const result = bedrockConverse.writeRequest(asked, target())
  const body = result.ok ? result.written.body : ''
  const [, calls, results] = JSON.parse(body).messages
  const [first, second] = calls.content.map(({ toolUse }: { toolUse: { toolUseId: string } }) => toolUse.toolUseId)
  expect(body).toContain('"input":{"n":12345678901234567890}')
  expect([first, second].every((id) => /^[a-zA-Z0-9_-]{1,64}$/.test(id))).toBe(true)
  expect(calls.content[1].toolUse.input).toEqual({})
  expect(results).toEqual({
    role: 'user',
    content: [
      {
        toolResult: {
          toolUseId: first,
          content: [{ text: 'ok' }, { image: { format: 'png', source: { bytes: 'AA==' } } }],
        },
      },
      { toolResult: { toolUseId: second, content: [{ text: '(failed)' }], status: 'error' } },
      { text: 'and?' },
    ],
  })
  expect(write(asked).warnings).toEqual([
    'renamed:messages.1.content',
    'renamed:messages.1.content',
    'emulated:messages.3.content',
  ])
})

test('a conversation with calls declares them, since AWS refuses it otherwise', () => {
  const asked = request({
    messages: messages(
      { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' }] },
      { role: 'tool', parts: [{ kind: 'tool-result', callId: 'a', parts: [] }] },
    ),
  })
  const { body, warnings } = write(asked)
  expect(body).toMatchObject({
    toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } }] },
  })
  expect(warnings).toEqual(['emulated:tools'])
})

test('the choice of tools in AWS’s words', () => {
  const choice = (more: Partial<ModelRequest>, to = target()): unknown => {
    const { body, warnings } = write(request({ tools: [TOOL], ...more }), to)
    const { toolConfig, additionalModelRequestFields: own } = body as JsonObject
    return { toolConfig, ...(own === undefined ? {} : { own }), warnings }
  }
  const config = (toolChoice?: object): object => ({
    tools: [SPEC],
    ...(toolChoice === undefined ? {} : { toolChoice }),
  })
  expect(choice({})).toEqual({ toolConfig: config(), warnings: [] })
  expect(choice({ toolChoice: { kind: 'auto' } })).toEqual({ toolConfig: config({ auto: {} }), warnings: [] })
  expect(choice({ toolChoice: { kind: 'required' } })).toEqual({ toolConfig: config({ any: {} }), warnings: [] })
  expect(choice({ toolChoice: { kind: 'named', name: 'f' } })).toEqual({
    toolConfig: config({ tool: { name: 'f' } }),
    warnings: [],
  })
  expect(choice({ toolChoice: { kind: 'named', name: 'f' } }, target({ toolChoices: ['auto'] }))).toEqual({
    toolConfig: config({ auto: {} }),
    warnings: ['approximated:tool_choice'],
  })
  expect(choice({ toolChoice: { kind: 'none' } })).toEqual({
    toolConfig: undefined,
    warnings: ['emulated:tool_choice'],
  })
  expect(choice({ parallelToolCalls: false })).toEqual({
    toolConfig: config(),
    warnings: ['dropped:parallel_tool_calls'],
  })
  const claude = target({ parallelToolCallsSwitch: true })
  expect(choice({ parallelToolCalls: false, toolChoice: { kind: 'required' } }, claude)).toEqual({
    toolConfig: config({ any: {} }),
    own: { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
    warnings: [],
  })
})

test('strict tools and structured output have a form of their own, with schemas that it takes', () => {
  const schema = { type: 'object', properties: { n: { type: 'number', minimum: 1 } } }
  const closed = {
    type: 'object',
    properties: { n: { type: 'number', description: '(minimum: 1)' } },
    additionalProperties: false,
  }
  const asked = request({
    tools: [{ kind: 'function', name: 'f', parameters: schema, strict: true, path: 'tools.0' }],
    responseFormat: { kind: 'json-schema', name: 'out', description: 'd', schema },
  })
  expect(write(asked)).toEqual({
    body: {
      ...HI,
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: closed }, strict: true } }] },
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { schema: JSON.stringify(closed), name: 'out', description: 'd' } },
        },
      },
    },
    warnings: ['approximated:response_format', 'approximated:tools.0'],
  })
  expect(write(request({ responseFormat: { kind: 'json' } }))).toEqual({
    body: { ...HI, system: [{ text: 'Answer with one JSON object and nothing else: no prose, no code fence.' }] },
    warnings: ['emulated:response_format'],
  })
})

test('cache marks become cache points, four at most', () => {
  const marked = (text: string): Part => ({ kind: 'text', text, cache: { ttl: 'short' } })
  const point = { cachePoint: { type: 'default' } }
  const asked = request({ messages: [user(marked('1'), marked('2'), marked('3'), marked('4'), marked('5'))] })
  expect(write(asked)).toEqual({
    body: {
      messages: [
        {
          role: 'user',
          content: [
            { text: '1' },
            { text: '2' },
            point,
            { text: '3' },
            point,
            { text: '4' },
            point,
            { text: '5' },
            point,
          ],
        },
      ],
    },
    warnings: ['dropped:messages.0.cachePoint'],
  })
  expect(write(request({ messages: [user(marked('1'))] }), target({ cacheMarks: false })).warnings).toEqual([
    'dropped:messages.0.cachePoint',
  ])
})

test('media by their formats, in the request or in S3', () => {
  expect(
    content(
      { kind: 'image', source: { kind: 'data', mediaType: 'image/jpg', data: 'AA==' } },
      { kind: 'image', source: { kind: 'url', url: 's3://bucket/a/cat.JPG' } },
      { kind: 'audio', source: { kind: 'data', mediaType: 'audio/wav', data: 'AA==' } },
      { kind: 'text', text: 'Look' },
    ),
  ).toEqual([
    { image: { format: 'jpeg', source: { bytes: 'AA==' } } },
    { image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket/a/cat.JPG' } } } },
    { audio: { format: 'wav', source: { bytes: 'AA==' } } },
    { text: 'Look' },
  ])
})

test('documents have neutral names, each another, and never stand alone', () => {
  const file = (name: string | undefined, mediaType = 'application/pdf'): Part => ({
    kind: 'file',
    source: { kind: 'data', mediaType, data: 'AA==' },
    ...(name === undefined ? {} : { name }),
  })
  const { body, warnings } = write(
    request({
      messages: [
        user(file('Q3 report_final.pdf'), file('Q3 report-final-pdf'), file('报告', 'text/x-log'), file(undefined)),
      ],
    }),
  )
  const document = (format: string, name: string): object => ({
    document: { format, name, source: { bytes: 'AA==' } },
  })
  expect(body).toEqual({
    messages: [
      {
        role: 'user',
        content: [
          document('pdf', 'Q3 report-final-pdf'),
          document('pdf', 'Q3 report-final-pdf (2)'),
          document('txt', 'document-3'),
          document('pdf', 'document-4'),
          { text: '(see the document)' },
        ],
      },
    ],
  })
  expect(warnings).toEqual([
    'renamed:messages.0.content',
    'renamed:messages.0.content',
    'renamed:messages.0.content',
    'defaulted:messages.0.content',
    'emulated:messages.0.content',
  ])
})

test('what no model can get at is refused by its place', () => {
  const url: Part = { kind: 'image', source: { kind: 'url', url: 'https://x/a.png' } }
  const json = { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'image_url' }] }] }
  const asked = { messages: [user({ kind: 'text', text: 'x' }, url)] }
  expect(refusalOf(asked, target(), json)).toEqual([
    'invalid-request',
    'nova takes inline images only.',
    'messages.0.content.1',
  ])
  expect(refusalOf({ messages: [user(PNG)] }, target({}, { vision: false }))).toEqual([
    'invalid-request',
    'nova takes no images.',
    'messages.0.content',
  ])
  const bitmap: Part = { kind: 'image', source: { kind: 'data', mediaType: 'image/bmp', data: 'AA==' } }
  expect(refusalOf({ messages: [user(bitmap)] })).toEqual([
    'invalid-request',
    'nova takes images in PNG, JPEG, GIF and WebP.',
    'messages.0.content',
  ])
  expect(refusalOf({ messages: [user({ kind: 'file', source: { kind: 'file', id: 'f1' } })] })).toEqual([
    'invalid-request',
    'nova takes inline documents only.',
    'messages.0.content',
  ])
  expect(refusalOf({ tools: [TOOL] }, target({}, { tools: false }))).toEqual([
    'invalid-request',
    'nova takes no tools.',
    'tools',
  ])
})

test('thinking goes back to who sealed it, and nobody else', () => {
  const parts: Part[] = [
    { kind: 'reasoning', text: 'hm', signature: 'sig', sealedBy: 'bedrock-converse' },
    { kind: 'reasoning-redacted', data: 'AAEC', sealedBy: 'bedrock-converse' },
    { kind: 'reasoning', text: 'ah', signature: 'sig', sealedBy: 'gemini' },
    { kind: 'reasoning', text: 'oh' },
    { kind: 'text', text: 'Hello' },
  ]
  const asked = request({
    messages: messages({ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }, { role: 'assistant', parts }, user()),
  })
  const sealed = [
    { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
    { reasoningContent: { redactedContent: 'AAEC' } },
  ]
  const said = (to = target()): unknown => {
    const { body, warnings } = write(asked, to)
    return { content: (body as { messages: { content: unknown }[] }).messages[1]?.content, warnings }
  }
  expect(said()).toEqual({
    content: [...sealed, { text: 'Hello' }],
    warnings: ['dropped:messages.1.reasoning_details', 'dropped:messages.1.content', 'dropped:messages.1.content'],
  })
  expect(said(target({ reasoningReturn: 'required' }))).toEqual({
    content: [
      ...sealed,
      { reasoningContent: { reasoningText: { text: 'ah' } } },
      { reasoningContent: { reasoningText: { text: 'oh' } } },
      { text: 'Hello' },
    ],
    warnings: ['dropped:messages.1.reasoning_details'],
  })
})
