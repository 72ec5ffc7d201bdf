import { expect, test } from 'vitest'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import { HI, read } from '#wire/bedrock-converse/fixture.ts'
import type { JsonObject } from '#wire/json.ts'
import { base64OfText } from '#wire/shape/base64.ts'

/** What was read, without the text it was read from. */
function meaning(json: JsonObject, stream = false): object {
  const { source: _source, ...rest } = read(json, stream)
  return rest
}

const PLAIN = {
  dialect: 'bedrock-converse',
  model: 'route',
  stream: false,
  streamUsage: true,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }], path: 'messages.0' }],
  tools: [],
  unread: [],
}

test('the path says the model and the stream', () => {
  expect(meaning(HI, true)).toEqual({ ...PLAIN, stream: true })
  const body = { ...HI, modelId: 'own' }
  const alone = bedrockConverse.readRequest({ text: JSON.stringify(body), json: body })
  expect(alone.ok && alone.request.model).toBe('own')
})

test('every field that the middle form names is read, the others are listed', () => {
  const schema = { type: 'object', properties: {} }
  expect(
    meaning({
      ...HI,
      system: [{ text: 'Be brief' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['x'], own: 1 },
      toolConfig: {
        tools: [
          { toolSpec: { name: 'f', description: 'd', inputSchema: { json: schema }, strict: true } },
          { systemTool: { name: 'nova_grounding' } },
          { cachePoint: { type: 'default' } },
        ],
        toolChoice: { tool: { name: 'f' } },
      },
      additionalModelRequestFields: {
        top_k: 5,
        seed: 7,
        thinking: { type: 'enabled', budget_tokens: 2048 },
        output_config: { effort: 'high' },
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
        anthropic_beta: ['x'],
      },
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { schema: JSON.stringify(schema), name: 'n', description: 'd' } },
        },
      },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
      guardrailConfig: { guardrailIdentifier: 'g' },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      requestMetadata: { team: 'a' },
      promptVariables: { name: { text: 'x' } },
    }),
  ).toEqual({
    ...PLAIN,
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief', cache: { ttl: 'long' } }], path: 'system' },
      ...PLAIN.messages,
    ],
    tools: [
      { kind: 'function', name: 'f', description: 'd', parameters: schema, strict: true, path: 'toolConfig.tools.0' },
      {
        kind: 'native',
        dialect: 'bedrock-converse',
        type: 'systemTool',
        value: { systemTool: { name: 'nova_grounding' } },
        path: 'toolConfig.tools.1',
      },
      {
        kind: 'native',
        dialect: 'bedrock-converse',
        type: 'cachePoint',
        value: { cachePoint: { type: 'default' } },
        path: 'toolConfig.tools.2',
      },
    ],
    toolChoice: { kind: 'named', name: 'f' },
    parallelToolCalls: false,
    maxOutputTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 5,
    seed: 7,
    stop: ['x'],
    reasoning: { budgetTokens: 2048, effort: 'high' },
    responseFormat: { kind: 'json-schema', name: 'n', description: 'd', schema },
    unread: [
      'additionalModelResponseFieldPaths',
      'guardrailConfig',
      'performanceConfig',
      'serviceTier',
      'requestMetadata',
      'promptVariables',
      'inferenceConfig.own',
      'additionalModelRequestFields.anthropic_beta',
    ],
  })
})

test('each maker’s own way to ask for thinking', () => {
  const asked = (additionalModelRequestFields: JsonObject, more: JsonObject = {}): unknown =>
    read({ ...HI, additionalModelRequestFields, ...more }).reasoning
  expect(asked({ reasoning_config: { type: 'enabled', budget_tokens: 1024 } })).toEqual({ budgetTokens: 1024 })
  expect(asked({ thinking: { type: 'adaptive' } }, { outputConfig: { effort: 'max' } })).toEqual({
    enabled: true,
    effort: 'max',
  })
  expect(asked({ thinking: { type: 'disabled' } })).toEqual({ enabled: false })
  expect(asked({ reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } })).toEqual({ effort: 'low' })
  expect(asked({ reasoningConfig: { type: 'disabled' } })).toEqual({ enabled: false })
  expect(asked({ reasoning_effort: 'medium' })).toEqual({ effort: 'medium' })
  expect(asked({ reasoning: { effort: 'high' } })).toEqual({ effort: 'high' })
  expect(read({ ...HI, additionalModelRequestFields: { inferenceConfig: { topK: 3 } } }).topK).toBe(3)
})

test('what is said of thinking in words that nobody knows is listed', () => {
  const additionalModelRequestFields = {
    thinking: { type: 'often' },
    reasoning_effort: 'huge',
    output_config: { x: 1 },
  }
  expect(read({ ...HI, additionalModelRequestFields }).unread).toEqual([
    'additionalModelRequestFields.thinking',
    'additionalModelRequestFields.reasoning_effort',
    'additionalModelRequestFields.output_config',
  ])
})

test('every kind of content', () => {
  const content = [
    { text: 'Look' },
    { cachePoint: { type: 'default' } },
    { image: { format: 'jpeg', source: { bytes: 'AA==' } } },
    { image: { format: 'png', source: { s3Location: { uri: 's3://b/k.png', bucketOwner: '1' } } } },
    { document: { format: 'pdf', name: 'Report', source: { bytes: 'AA==' }, citations: { enabled: true } } },
    { document: { format: 'md', name: 'Notes', source: { text: 'x' } } },
    { document: { name: 'Pieces', source: { content: [{ text: 'x' }] } } },
    { audio: { format: 'mp3', source: { bytes: 'AA==' } } },
    { video: { format: 'mp4', source: { bytes: 'AA==' } } },
    { guardContent: { text: { text: 'guarded', qualifiers: ['query'] } } },
    { guardContent: { image: { format: 'png', source: { bytes: 'AA==' } } } },
    { searchResult: { source: 's', title: 't', content: [{ text: 'x' }] } },
  ]
  const { messages, unread } = read({ messages: [{ role: 'user', content }] })
  const native = (type: string, value: unknown): object => ({
    kind: 'native',
    dialect: 'bedrock-converse',
    type,
    value,
  })
  expect(messages[0]?.parts).toEqual([
    { kind: 'text', text: 'Look', cache: { ttl: 'short' } },
    { kind: 'image', source: { kind: 'data', mediaType: 'image/jpeg', data: 'AA==' } },
    { kind: 'image', source: { kind: 'url', url: 's3://b/k.png' } },
    { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'AA==' }, name: 'Report' },
    { kind: 'file', source: { kind: 'data', mediaType: 'text/markdown', data: base64OfText('x') }, name: 'Notes' },
    native('document', content[6]),
    { kind: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', data: 'AA==' } },
    native('video', content[8]),
    { kind: 'text', text: 'guarded' },
    { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } },
    native('searchResult', content[11]),
  ])
  expect(unread).toEqual([
    'messages.0.content.3.image.source.s3Location.bucketOwner',
    'messages.0.content.4.document.citations',
    'messages.0.content.9.guardContent',
    'messages.0.content.9.guardContent.text.qualifiers',
    'messages.0.content.10.guardContent',
  ])
})

test('calls, results and thinking of a tool loop', () => {
  const asked = read({
    messages: [
      { role: 'user', content: [{ text: 'Hi' }] },
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
          { reasoningContent: { redactedContent: 'AAEC' } },
          { citationsContent: { content: [{ text: 'It is so' }], citations: [{ title: 't' }] } },
          { toolUse: { toolUseId: 't1', name: 'f', input: { n: 1 } } },
          { toolUse: { toolUseId: 't2', name: 'grounding', input: {}, type: 'server_tool_use' } },
        ],
      },
      {
        role: 'user',
        content: [
          { text: 'and' },
          {
            toolResult: {
              toolUseId: 't1',
              content: [{ text: 'a' }, { json: { b: 1 } }, { image: { format: 'png', source: { bytes: 'AA==' } } }],
              status: 'error',
            },
          },
          { cachePoint: { type: 'default' } },
        ],
      },
      { role: 'system', content: [{ text: 'From now on' }, { toolRemoval: { tool: { name: 'f' } } }] },
    ],
  })
  expect(asked.messages.slice(1)).toEqual([
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'hm', signature: 'sig', sealedBy: 'bedrock-converse' },
        { kind: 'reasoning-redacted', data: 'AAEC', sealedBy: 'bedrock-converse' },
        { kind: 'text', text: 'It is so' },
        { kind: 'tool-call', id: 't1', name: 'f', arguments: '{"n":1}' },
        {
          kind: 'native',
          dialect: 'bedrock-converse',
          type: 'toolUse',
          value: { toolUse: { toolUseId: 't2', name: 'grounding', input: {}, type: 'server_tool_use' } },
        },
      ],
      path: 'messages.1',
    },
    {
      role: 'tool',
      parts: [
        {
          kind: 'tool-result',
          callId: 't1',
          parts: [
            { kind: 'text', text: 'a' },
            { kind: 'text', text: '{"b":1}' },
            { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } },
          ],
          isError: true,
          cache: { ttl: 'short' },
        },
      ],
      path: 'messages.2',
    },
    { role: 'user', parts: [{ kind: 'text', text: 'and' }], path: 'messages.2' },
    {
      role: 'system',
      parts: [
        { kind: 'text', text: 'From now on' },
        {
          kind: 'native',
          dialect: 'bedrock-converse',
          type: 'toolRemoval',
          value: { toolRemoval: { tool: { name: 'f' } } },
        },
      ],
      path: 'messages.3',
    },
  ])
  expect(asked.unread).toEqual(['messages.1.content.2.citationsContent.citations'])
})

test('inputs and results of tools keep every digit', () => {
  const text =
    '{"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":{"id":12345678901234567890}}}]},' +
    '{"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[{"json":{"id":12345678901234567890}}]}}]}]}'
  const result = bedrockConverse.readRequest({ text, json: JSON.parse(text), outside: { model: 'm' } })
  expect(result.ok && result.request.messages.map(({ parts }) => parts)).toEqual([
    [{ kind: 'tool-call', id: 't', name: 'f', arguments: '{"id":12345678901234567890}' }],
    [{ kind: 'tool-result', callId: 't', parts: [{ kind: 'text', text: '{"id":12345678901234567890}' }] }],
  ])
})

test('seals of other makers come back with their names', () => {
  const wrapped = base64OfText('tw.anthropic-messages.blob')
  const { messages } = read({
    messages: [
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'hm', signature: 'tw.gemini.sig' } } },
          { reasoningContent: { redactedContent: wrapped } },
        ],
      },
    ],
  })
  expect(messages[0]?.parts).toEqual([
    { kind: 'reasoning', text: 'hm', signature: 'sig', sealedBy: 'gemini' },
    { kind: 'reasoning-redacted', data: 'blob', sealedBy: 'anthropic-messages' },
  ])
})

test('a wrong field is refused by its name', () => {
  const refused = (json: JsonObject): unknown => {
    const result = bedrockConverse.readRequest({ text: JSON.stringify(json), json, outside: { model: 'm' } })
    return result.ok ? undefined : [result.failure.kind, result.failure.param]
  }
  expect(refused({})).toEqual(['invalid-request', 'messages'])
  expect(refused({ messages: [] })).toEqual(['invalid-request', 'messages'])
  expect(refused({ messages: [{ role: 'tool', content: [] }] })).toEqual(['invalid-request', 'messages.0.role'])
  expect(refused({ messages: [{ role: 'user', content: 'Hi' }] })).toEqual(['invalid-request', 'messages.0.content'])
  expect(refused({ messages: [{ role: 'user', content: [{}] }] })).toEqual(['invalid-request', 'messages.0.content.0'])
  expect(refused({ ...HI, inferenceConfig: { maxTokens: 'a' } })).toEqual([
    'invalid-request',
    'inferenceConfig.maxTokens',
  ])
  expect(refused({ ...HI, toolConfig: { tools: [], toolChoice: { none: {} } } })).toEqual([
    'invalid-request',
    'toolConfig.toolChoice',
  ])
  const textFormat = { type: 'json_schema', structure: { jsonSchema: { schema: '{' } } }
  expect(refused({ ...HI, outputConfig: { textFormat } })).toEqual([
    'invalid-request',
    'outputConfig.textFormat.structure.jsonSchema.schema',
  ])
})
