import { expect, test } from 'vitest'
import { HI, read, target, write } from '#wire/bedrock-converse/fixture.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'

test('a caller’s own text travels with its spelling, order and unknown fields', () => {
  const text =
    '{ "guardrailConfig":{"guardrailIdentifier":"g"}, "messages":[{"role":"user","content":[{"text":"Hi"},{"cachePoint":{"type":"default"}},{"video":{"format":"mp4","source":{"bytes":"AA=="}}}]}],\n"inferenceConfig":{"temperature":1.0,"maxTokens":1e2},"tomorrow":12345678901234567890}'
  const asked = bedrockConverse.readRequest({ text, json: JSON.parse(text), outside: { model: 'm', stream: true } })
  if (!asked.ok) throw new Error(asked.failure.message)
  const result = bedrockConverse.writeRequest(asked.request, target())
  expect(result).toEqual({
    ok: true,
    written: { body: text, stream: true, usageAdded: false, headers: {}, warnings: [] },
  })
})

test('a model’s name in the body goes, since the path says it', () => {
  expect(write(read({ modelId: 'other', ...HI }))).toEqual({ body: HI, warnings: [] })
})

test('only the numbers that the target refuses change', () => {
  const asked = read({
    ...HI,
    inferenceConfig: { temperature: 0.1, topP: 0.5, maxTokens: 9000, stopSequences: ['a', 'b'] },
  })
  expect(write(asked, target({ stopMax: 1, temperatureOrTopP: true }))).toEqual({
    body: { ...HI, inferenceConfig: { maxTokens: 8192, temperature: 0.1, stopSequences: ['a'] } },
    warnings: [
      'clamped:inferenceConfig.maxTokens',
      'dropped:inferenceConfig.stopSequences',
      'dropped:inferenceConfig.topP',
    ],
  })
})

test('fields of other models are left out where the target refuses them', () => {
  const asked = read({ ...HI, additionalModelRequestFields: { top_k: 5 }, serviceTier: { type: 'flex' } })
  expect(write(asked, target({ refusedFields: ['top_k', 'serviceTier'] }))).toEqual({
    body: HI,
    warnings: ['dropped:additionalModelRequestFields.top_k', 'dropped:serviceTier'],
  })
})

test('tools: no strictness, no forced choice, where the target has none', () => {
  const tool = (more: object): object => ({
    toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } }, own: 1, ...more },
  })
  const asked = read({ ...HI, toolConfig: { tools: [tool({ strict: true })], toolChoice: { any: {} }, own: 1 } })
  expect(write(asked)).toEqual({ body: asked.source.json, warnings: [] })
  expect(write(asked, target({ toolStrict: false, toolChoices: ['auto'] }))).toEqual({
    body: { ...HI, toolConfig: { own: 1, tools: [tool({})], toolChoice: { auto: {} } } },
    warnings: ['approximated:toolConfig.toolChoice', 'dropped:toolConfig.tools.0.strict'],
  })
})

test('a conversation that calls undeclared tools has them declared', () => {
  const json = {
    messages: [
      { role: 'user', content: [{ text: 'Hi' }] },
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'a', name: 'f', input: {} } }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [] } }] },
    ],
  }
  expect(write(read(json))).toEqual({
    body: {
      ...json,
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } }] },
    },
    warnings: ['emulated:tools'],
  })
})

test('thinking of other makers, cache points and late instructions are taken out where they are refused', () => {
  const point = { cachePoint: { type: 'default' } }
  const thinking = (reasoningText: object): object => ({ reasoningContent: { reasoningText } })
  const asked = read({
    system: [{ text: 'a' }, point],
    messages: [
      { role: 'user', content: [{ text: 'Hi' }, point] },
      {
        role: 'assistant',
        content: [
          thinking({ text: 'ours', signature: 'sig' }),
          thinking({ text: 'theirs', signature: 'tw.gemini.sig' }),
          thinking({ text: 'unsigned' }),
          { reasoningContent: { redactedContent: 'dHcuZ2VtaW5pLng=' } },
        ],
      },
      { role: 'system', content: [{ text: 'b' }] },
      { role: 'user', content: [{ text: 'go on' }] },
    ],
    toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: {} } } }, point] },
  })
  expect(write(asked, target({ cacheMarks: false }))).toEqual({
    body: {
      system: [{ text: 'a' }, { text: 'b' }],
      messages: [
        { role: 'user', content: [{ text: 'Hi' }] },
        { role: 'assistant', content: [thinking({ text: 'ours', signature: 'sig' })] },
        { role: 'user', content: [{ text: 'go on' }] },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: {} } } }] },
    },
    warnings: ['dropped:cachePoint', 'dropped:messages.1.content', 'reordered:messages.2'],
  })
  expect(write(asked, target({ systemPlace: 'anywhere', reasoningReturn: 'required' }))).toEqual({
    body: {
      ...asked.source.json,
      messages: [
        { role: 'user', content: [{ text: 'Hi' }, point] },
        {
          role: 'assistant',
          content: [
            thinking({ text: 'ours', signature: 'sig' }),
            thinking({ text: 'theirs' }),
            thinking({ text: 'unsigned' }),
          ],
        },
        { role: 'system', content: [{ text: 'b' }] },
        { role: 'user', content: [{ text: 'go on' }] },
      ],
    },
    warnings: ['dropped:messages.1.content'],
  })
})

test('a schema that the target has no form for goes into the instructions', () => {
  const schema = '{"type":"object"}'
  const textFormat = { type: 'json_schema', structure: { jsonSchema: { schema } } }
  const asked = read({ ...HI, outputConfig: { textFormat } })
  expect(write(asked)).toEqual({ body: asked.source.json, warnings: [] })
  expect(write(asked, target({ responseFormats: [] }))).toEqual({
    body: {
      ...HI,
      system: [
        {
          text: `Answer with one JSON object and nothing else: no prose, no code fence. It must match this JSON Schema: ${schema}`,
        },
      ],
    },
    warnings: ['emulated:outputConfig.textFormat'],
  })
})

test('targets that give nothing but streams are asked for one', () => {
  const stream = (streamOnly: 'always' | 'while-thinking', json: object = HI): unknown => {
    const asked = read({ ...json })
    const result = bedrockConverse.writeRequest(asked, target({ streamOnly, thinking: 'anthropic-budget' }))
    return result.ok && result.written.stream
  }
  expect(stream('always')).toBe(true)
  expect(stream('while-thinking')).toBe(false)
})
