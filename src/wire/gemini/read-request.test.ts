import { describe, expect, test } from 'vitest'
import { gemini } from '#wire/gemini/index.ts'
import { body, readBody } from '#test/support/gemini.ts'

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

/** A request that says everything, in one spelling. */
const FULL = {
  systemInstruction: { parts: [{ text: 'Be brief.' }] },
  contents: [
    { role: 'user', parts: [{ text: 'Look' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
    {
      role: 'model',
      parts: [
        { text: 'hm', thought: true },
        { functionCall: { name: 'f', args: { cityName: 'x', some_key: 1 } }, thoughtSignature: 'c2ln' },
      ],
    },
    { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'sun' } } }] },
  ],
  tools: [
    { functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: SCHEMA }], googleSearch: {} },
    { codeExecution: {} },
  ],
  toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
  generationConfig: {
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    maxOutputTokens: 100,
    stopSequences: ['END'],
    seed: 7,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    candidateCount: 2,
    responseMimeType: 'application/json',
    responseJsonSchema: SCHEMA,
    thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true },
  },
}

/** The same in the proto's own names. */
const SNAKE = JSON.parse(
  JSON.stringify(FULL, (key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || key === 'args' || key === 'properties') {
      return value
    }
    const renamed: Record<string, unknown> = {}
    for (const [name, inner] of Object.entries(value)) {
      renamed[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = inner
    }
    return renamed
  }),
)

const SAID = {
  dialect: 'gemini',
  model: 'route',
  stream: false,
  streamUsage: true,
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'Look' },
        { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'hm', signature: 'c2ln', sealedBy: 'gemini' },
        { kind: 'tool-call', id: 'call_0_f', name: 'f', arguments: '{"cityName":"x","some_key":1}' },
      ],
    },
    { role: 'tool', parts: [{ kind: 'tool-result', callId: 'call_0_f', parts: [{ kind: 'text', text: 'sun' }] }] },
  ],
  tools: [
    { kind: 'function', name: 'f', description: 'd', parameters: SCHEMA },
    { kind: 'native', dialect: 'gemini', type: 'googleSearch', value: { googleSearch: {} } },
    { kind: 'native', dialect: 'gemini', type: 'codeExecution', value: { codeExecution: {} } },
  ],
  toolChoice: { kind: 'named', name: 'f' },
  temperature: 0.5,
  topP: 0.9,
  topK: 40,
  maxOutputTokens: 100,
  stop: ['END'],
  seed: 7,
  presencePenalty: 0.1,
  frequencyPenalty: 0.2,
  n: 2,
  responseFormat: { kind: 'json-schema', schema: SCHEMA },
  reasoning: { effort: 'high' },
  unread: [],
}

function said(json: Record<string, unknown>): unknown {
  const { source: _source, ...request } = readBody(json)
  return {
    ...request,
    messages: request.messages.map(({ path: _path, ...message }) => message),
    tools: request.tools.map(({ path: _path, ...tool }) => tool),
  }
}

test('every field is read, under its camelCase name or the proto’s own', () => {
  expect(said(FULL)).toEqual(SAID)
  expect(said(SNAKE)).toEqual(SAID)
})

test('paths are told in the spelling of the caller', () => {
  const { messages, tools, unread } = readBody({
    ...SNAKE,
    safety_settings: [],
    generation_config: { response_logprobs: true, thinking_config: { thinking_level: 'ULTRA' } },
    contents: [{ role: 'user', parts: [{ file_data: { file_uri: 'gs://a/b.mp4', made_up: 1 }, video_metadata: {} }] }],
  })
  expect(messages.map(({ path }) => path)).toEqual(['system_instruction', 'contents.0'])
  expect(tools.map(({ path }) => path)).toEqual([
    'tools.0.function_declarations.0',
    'tools.0.google_search',
    'tools.1.code_execution',
  ])
  expect(unread).toEqual([
    'safety_settings',
    'contents.0.parts.0.video_metadata',
    'contents.0.parts.0.file_data.made_up',
    'generation_config.response_logprobs',
    'generation_config.thinking_config.thinking_level',
  ])
})

test('model and stream are the path’s to say; a body may repeat the model', () => {
  const source = (json: Record<string, unknown>, outside?: { model: string; stream: boolean }) => ({
    text: JSON.stringify(json),
    json,
    ...(outside === undefined ? {} : { outside }),
  })
  const asked = (of: ReturnType<typeof source>): unknown => {
    const read = gemini.readRequest(of)
    return read.ok ? [read.request.model, read.request.stream] : read.failure.param
  }
  expect(asked(source(body(), { model: 'models/gemini-3', stream: true }))).toEqual(['gemini-3', true])
  expect(asked(source(body({ model: 'models/gemini-2' })))).toEqual(['gemini-2', false])
  expect(asked(source(body()))).toBe('model')
})

test('one thing may stand where a list is meant, a number may be a text, and roles may be missing or loud', () => {
  const asked = readBody({
    contents: { parts: { text: 'a' } },
    system_instruction: { role: 'SYSTEM', parts: { text: 's' } },
    tools: { functionDeclarations: { name: 'f' } },
    generationConfig: { maxOutputTokens: '12', temperature: '0.5', stopSequences: 'x' },
  })
  expect(asked).toMatchObject({
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: 's' }], path: 'system_instruction' },
      { role: 'user', parts: [{ kind: 'text', text: 'a' }], path: 'contents' },
    ],
    tools: [{ kind: 'function', name: 'f', path: 'tools.functionDeclarations' }],
    maxOutputTokens: 12,
    temperature: 0.5,
    stop: ['x'],
  })
})

describe('what may be called', () => {
  const choice = (config: unknown, names = ['f', 'g']) => {
    const { toolChoice, unread } = readBody(
      body({
        tools: [{ functionDeclarations: names.map((name) => ({ name })) }],
        toolConfig: { functionCallingConfig: config },
      }),
    )
    return [toolChoice, unread]
  }
  const at = 'toolConfig.functionCallingConfig'
  test.each([
    [{ mode: 'AUTO' }, { kind: 'auto' }, []],
    [{ mode: 'auto' }, { kind: 'auto' }, []],
    [{ mode: 'NONE' }, { kind: 'none' }, []],
    [{ mode: 'ANY' }, { kind: 'required' }, []],
    [{ mode: 'ANY', allowedFunctionNames: ['f'] }, { kind: 'named', name: 'f' }, []],
    [{ mode: 'ANY', allowedFunctionNames: ['f', 'g'] }, { kind: 'required' }, []],
    [{ mode: 'VALIDATED' }, { kind: 'auto' }, [`${at}.mode`]],
    [{ mode: 'AUTO', allowedFunctionNames: ['f'] }, { kind: 'auto' }, [`${at}.allowedFunctionNames`]],
    [{ streamFunctionCallArguments: true }, undefined, [`${at}.streamFunctionCallArguments`]],
  ])('%j', (config, toolChoice, unread) => {
    expect(choice(config)).toEqual([toolChoice, unread])
  })

  test('a part of the functions is more than other dialects can say', () => {
    const config = { mode: 'ANY', allowedFunctionNames: ['f', 'g'] }
    expect(choice(config, ['f', 'g', 'h'])).toEqual([{ kind: 'required' }, [`${at}.allowedFunctionNames`]])
  })
})

test.each([
  [{ thinkingBudget: 0 }, { budgetTokens: 0 }],
  [{ thinkingBudget: -1 }, { enabled: true }],
  [{ thinkingBudget: 1024, includeThoughts: true }, { budgetTokens: 1024 }],
  [{ thinkingLevel: 'low' }, { effort: 'low' }],
  [{ thinkingLevel: 'MINIMAL' }, { effort: 'minimal' }],
  [{ thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' }, undefined],
  [{ includeThoughts: true }, undefined],
])('thinkingConfig %j', (thinkingConfig, reasoning) => {
  expect(readBody(body({ generationConfig: { thinkingConfig } })).reasoning).toEqual(reasoning)
})

test.each([
  [{ responseMimeType: 'text/plain' }, undefined, []],
  [{ responseMimeType: 'application/json' }, { kind: 'json' }, []],
  [
    { responseMimeType: 'application/json', responseSchema: { type: 'STRING', nullable: true } },
    { kind: 'json-schema', schema: { type: ['string', 'null'] } },
    [],
  ],
  [
    { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } },
    undefined,
    ['generationConfig.responseMimeType'],
  ],
  [
    { responseFormat: [{ text: { mimeType: 'APPLICATION_JSON', schema: SCHEMA } }] },
    { kind: 'json-schema', schema: SCHEMA },
    [],
  ],
  [{ responseFormat: { audio: { mimeType: 'audio/mp3' } } }, undefined, ['generationConfig.responseFormat.audio']],
  [{ responseModalities: ['TEXT'] }, undefined, []],
  [{ responseModalities: ['TEXT', 'IMAGE'] }, undefined, ['generationConfig.responseModalities']],
])('the form of an answer %j', (generationConfig, format, unread) => {
  const asked = readBody(body({ generationConfig }))
  expect([asked.responseFormat, asked.unread]).toEqual([format, unread])
})

test('everything that the middle form does not name is listed', () => {
  expect(
    readBody(
      body({
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
        cachedContent: 'cachedContents/a',
        labels: { team: 'a' },
        serviceTier: 'flex',
        generationConfig: { speechConfig: {}, logprobs: 3, mediaResolution: 'MEDIA_RESOLUTION_LOW' },
        toolConfig: { retrievalConfig: {} },
        tools: [{ functionDeclarations: [{ name: 'f', response: { type: 'STRING' }, behavior: 'BLOCKING' }] }],
      }),
    ).unread.toSorted(),
  ).toEqual([
    'cachedContent',
    'generationConfig.logprobs',
    'generationConfig.mediaResolution',
    'generationConfig.speechConfig',
    'labels',
    'safetySettings',
    'serviceTier',
    'toolConfig.retrievalConfig',
    'tools.0.functionDeclarations.0.behavior',
    'tools.0.functionDeclarations.0.response',
  ])
})

test.each([
  [{}, 'contents'],
  [{ contents: [] }, 'contents'],
  [{ contents: [{ role: 'user' }] }, 'contents'],
  [{ contents: 'hi' }, 'contents'],
  [{ contents: [{ role: 'assistant', parts: [{ text: 'a' }] }] }, 'contents.0.role'],
  [{ contents: [{ role: 'system', parts: [{ text: 'a' }] }] }, 'contents.0.role'],
  [{ contents: [{ parts: [{}] }] }, 'contents.0.parts.0'],
  [{ contents: [{ parts: [{ text: 1 }] }] }, 'contents.0.parts.0.text'],
  [{ contents: [{ parts: [{ inlineData: { data: 'AA' } }] }] }, 'contents.0.parts.0.inlineData.mimeType'],
  [{ contents: [{ parts: [{ inline_data: { mime_type: 1 } }] }] }, 'contents.0.parts.0.inline_data.mime_type'],
  [{ contents: [{ parts: [{ functionCall: { args: {} } }] }] }, 'contents.0.parts.0.functionCall.name'],
  [body({ systemInstruction: 'Be brief.' }), 'systemInstruction'],
  [body({ tools: [{ functionDeclarations: [{}] }] }), 'tools.0.functionDeclarations.0.name'],
  [body({ toolConfig: { functionCallingConfig: { mode: 'SOME' } } }), 'toolConfig.functionCallingConfig.mode'],
  [body({ tool_config: { function_calling_config: { mode: 1 } } }), 'tool_config.function_calling_config.mode'],
  [body({ generationConfig: { temperature: 'hot' } }), 'generationConfig.temperature'],
  [body({ generation_config: { max_output_tokens: 1.5 } }), 'generation_config.max_output_tokens'],
  [body({ generationConfig: { stopSequences: [1] } }), 'generationConfig.stopSequences.0'],
  [
    body({ generationConfig: { thinkingConfig: { thinkingBudget: 'x' } } }),
    'generationConfig.thinkingConfig.thinkingBudget',
  ],
])('a wrong field is refused by its name: %j', (json, param) => {
  const read = gemini.readRequest({ text: JSON.stringify(json), json, outside: { model: 'm' } })
  expect(read.ok ? undefined : [read.failure.kind, read.failure.param, read.failure.message.startsWith(param)]).toEqual(
    ['invalid-request', param, true],
  )
})
