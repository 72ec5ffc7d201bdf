import type { JsonObject } from '#wire/json.ts'
import { chat, PDF, PNG, type RichRequests, SCHEMA, user, WAV } from './rich-parts.ts'

const claudeTool = { name: 'weather', description: 'of a city', input_schema: SCHEMA }
const claudeUse = { type: 'tool_use', id: 'toolu_abcdefghijklmnop', name: 'weather', input: { city: 'Bonn' } }
const claudeResult = { type: 'tool_result', tool_use_id: claudeUse.id, content: 'rain' }

/** Of callers who speak Anthropic's dialect. */
export const ANTHROPIC_MESSAGES: RichRequests = {
  plain: { model: 'm', max_tokens: 1000, messages: [{ role: 'user', content: 'Hello' }] },
  features: {
    system: { system: 'Be brief.' },
    cache_control: { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] },
    'two turns of the user in a row': chat({ role: 'user', content: 'One' }, { role: 'user', content: 'Two' }),
    'the assistant’s turn is last': chat({ role: 'user', content: 'Hello' }, { role: 'assistant', content: 'I' }),
    'an image by its address': chat(user({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } })),
    'an image inside': chat(user({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } })),
    'a document inside': chat(
      user({ type: 'document', title: 'A', source: { type: 'base64', media_type: 'application/pdf', data: PDF } }),
    ),
    'a document with citations': chat(
      user(
        { type: 'text', text: 'Hi' },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'x' },
          citations: { enabled: true },
        },
      ),
    ),
    'a search result': chat(
      user({
        type: 'search_result',
        source: 'https://example.com',
        title: 'A',
        content: [{ type: 'text', text: 'x' }],
      }),
    ),
    'temperature and top_p': { temperature: 0.5, top_p: 0.9 },
    top_k: { top_k: 40 },
    stop_sequences: { stop_sequences: ['END'] },
    'stop_sequences, six of them': { stop_sequences: ['1', '2', '3', '4', '5', '6'] },
    'metadata.user_id': { metadata: { user_id: 'u-1' } },
    service_tier: { service_tier: 'auto' },
    container: { container: 'c_1' },
    context_management: { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } },
    mcp_servers: { mcp_servers: [{ type: 'url', name: 'a', url: 'https://example.com/mcp' }] },
    'a field that nobody knows': { something_new: true },
    thinking: { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 4000 },
    'thinking: disabled': { thinking: { type: 'disabled' } },
    'output_config.effort': { output_config: { effort: 'high' } },
    'output_config.format': { output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
    tools: { tools: [claudeTool] },
    'a tool with a cache mark': { tools: [{ ...claudeTool, cache_control: { type: 'ephemeral' } }] },
    web_search: { tools: [claudeTool, { type: 'web_search_20250305', name: 'web_search' }] },
    'tool_choice: any': { tools: [claudeTool], tool_choice: { type: 'any' } },
    'tool_choice: none': { tools: [claudeTool], tool_choice: { type: 'none' } },
    'tool_choice: a name': { tools: [claudeTool], tool_choice: { type: 'tool', name: 'weather' } },
    disable_parallel_tool_use: { tools: [claudeTool], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    'a call and its result': {
      tools: [claudeTool],
      ...chat({ role: 'user', content: 'Weather?' }, { role: 'assistant', content: [claudeUse] }, user(claudeResult)),
    },
    'a result that is an error': {
      tools: [claudeTool],
      ...chat(
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: [claudeUse] },
        user({ ...claudeResult, is_error: true }),
      ),
    },
    'a result with an image': {
      tools: [claudeTool],
      ...chat(
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: [claudeUse] },
        user({
          ...claudeResult,
          content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }],
        }),
      ),
    },
    'signed thinking': chat(
      { role: 'user', content: 'Hello' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2VhbA==' },
          { type: 'text', text: 'Hi' },
        ],
      },
      { role: 'user', content: 'Go on' },
    ),
    'redacted thinking': chat(
      { role: 'user', content: 'Hello' },
      {
        role: 'assistant',
        content: [
          { type: 'redacted_thinking', data: 'c2VhbA==' },
          { type: 'text', text: 'Hi' },
        ],
      },
      { role: 'user', content: 'Go on' },
    ),
  },
}

const geminiTool = { functionDeclarations: [{ name: 'weather', parametersJsonSchema: SCHEMA }] }

function contents(...turns: readonly [role: string, ...parts: readonly JsonObject[]][]): JsonObject {
  return { contents: turns.map(([role, ...parts]) => ({ role, parts })) }
}

function config(generationConfig: JsonObject): JsonObject {
  return { generationConfig }
}

/** Of callers who speak Gemini's. */
export const GEMINI: RichRequests = {
  plain: contents(['user', { text: 'Hello' }]),
  features: {
    systemInstruction: { systemInstruction: { parts: [{ text: 'Be brief.' }] } },
    'an image inside': contents(['user', { inlineData: { mimeType: 'image/png', data: PNG } }]),
    'a file by its address': contents([
      'user',
      { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } },
    ]),
    'audio inside': contents(['user', { inlineData: { mimeType: 'audio/wav', data: WAV } }]),
    'a video inside': contents(['user', { text: 'Hi' }, { inlineData: { mimeType: 'video/mp4', data: WAV } }]),
    'a document inside': contents(['user', { inlineData: { mimeType: 'application/pdf', data: PDF } }]),
    maxOutputTokens: config({ maxOutputTokens: 100 }),
    'temperature of 1.8': config({ temperature: 1.8 }),
    'temperature and topP': config({ temperature: 0.5, topP: 0.9 }),
    topK: config({ topK: 40 }),
    penalties: config({ presencePenalty: 0.5, frequencyPenalty: 0.5 }),
    stopSequences: config({ stopSequences: ['END'] }),
    seed: config({ seed: 7 }),
    candidateCount: config({ candidateCount: 2 }),
    responseLogprobs: config({ responseLogprobs: true, logprobs: 3 }),
    JSON: config({ responseMimeType: 'application/json' }),
    'JSON by a schema': config({ responseMimeType: 'application/json', responseJsonSchema: SCHEMA }),
    responseModalities: config({ responseModalities: ['TEXT', 'IMAGE'] }),
    mediaResolution: config({ mediaResolution: 'MEDIA_RESOLUTION_LOW' }),
    speechConfig: config({ speechConfig: { languageCode: 'en-US' } }),
    thinkingBudget: config({ thinkingConfig: { thinkingBudget: 1000 } }),
    thinkingLevel: config({ thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true } }),
    safetySettings: { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] },
    cachedContent: { cachedContent: 'cachedContents/1' },
    labels: { labels: { a: 'b' } },
    tools: { tools: [geminiTool] },
    googleSearch: { tools: [{ googleSearch: {} }] },
    codeExecution: { tools: [geminiTool, { codeExecution: {} }] },
    'mode ANY': { tools: [geminiTool], toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
    'mode NONE': { tools: [geminiTool], toolConfig: { functionCallingConfig: { mode: 'NONE' } } },
    'mode VALIDATED': { tools: [geminiTool], toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } } },
    allowedFunctionNames: {
      tools: [geminiTool],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } },
    },
    'a call and its result': {
      tools: [geminiTool],
      ...contents(
        ['user', { text: 'Weather?' }],
        ['model', { functionCall: { name: 'weather', args: { city: 'Bonn' } } }],
        ['user', { functionResponse: { name: 'weather', response: { output: 'rain' } } }],
      ),
    },
    'a thought signature': {
      tools: [geminiTool],
      ...contents(
        ['user', { text: 'Weather?' }],
        ['model', { functionCall: { name: 'weather', args: {} }, thoughtSignature: 'c2VhbA==' }],
        ['user', { functionResponse: { name: 'weather', response: { output: 'rain' } } }],
      ),
    },
    'code that was run': contents(
      ['user', { text: 'Hi' }],
      ['model', { executableCode: { language: 'PYTHON', code: '1' } }, { text: 'One' }],
      ['user', { text: 'Go on' }],
    ),
  },
}

const converseTool = { toolSpec: { name: 'weather', description: 'of a city', inputSchema: { json: SCHEMA } } }
const converseUse = { toolUse: { toolUseId: 'tooluse_abcdefghijklmnop', name: 'weather', input: { city: 'Bonn' } } }

function converse(...turns: readonly [role: string, ...content: readonly JsonObject[]][]): JsonObject {
  return { messages: turns.map(([role, ...content]) => ({ role, content })) }
}

function result(more: JsonObject): JsonObject {
  return { toolResult: { toolUseId: converseUse.toolUse.toolUseId, ...more } }
}

/** Of callers who speak Bedrock's. */
export const BEDROCK_CONVERSE: RichRequests = {
  plain: converse(['user', { text: 'Hello' }]),
  features: {
    system: { system: [{ text: 'Be brief.' }] },
    cachePoint: { system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }] },
    'an image inside': converse(['user', { image: { format: 'png', source: { bytes: PNG } } }]),
    'an image in S3': converse([
      'user',
      { text: 'Hi' },
      { image: { format: 'png', source: { s3Location: { uri: 's3://b/a.png' } } } },
    ]),
    'a document inside': converse([
      'user',
      { text: 'Hi' },
      { document: { format: 'pdf', name: 'a', source: { bytes: PDF } } },
    ]),
    'a video inside': converse(['user', { text: 'Hi' }, { video: { format: 'mp4', source: { bytes: WAV } } }]),
    guardContent: converse(['user', { guardContent: { text: { text: 'Hello' } } }]),
    maxTokens: { inferenceConfig: { maxTokens: 100 } },
    'temperature and topP': { inferenceConfig: { temperature: 0.5, topP: 0.9 } },
    stopSequences: { inferenceConfig: { stopSequences: ['END'] } },
    guardrailConfig: { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } },
    performanceConfig: { performanceConfig: { latency: 'optimized' } },
    additionalModelRequestFields: { additionalModelRequestFields: { top_k: 40 } },
    additionalModelResponseFieldPaths: { additionalModelResponseFieldPaths: ['/stop_sequence'] },
    requestMetadata: { requestMetadata: { a: 'b' } },
    promptVariables: { promptVariables: { a: { text: 'b' } } },
    tools: { toolConfig: { tools: [converseTool] } },
    'a tool with a cache mark': { toolConfig: { tools: [converseTool, { cachePoint: { type: 'default' } }] } },
    'toolChoice any': { toolConfig: { tools: [converseTool], toolChoice: { any: {} } } },
    'toolChoice by name': { toolConfig: { tools: [converseTool], toolChoice: { tool: { name: 'weather' } } } },
    'a call and its result': {
      toolConfig: { tools: [converseTool] },
      ...converse(
        ['user', { text: 'Weather?' }],
        ['assistant', converseUse],
        ['user', result({ content: [{ text: 'rain' }] })],
      ),
    },
    'a result of JSON that is an error': {
      toolConfig: { tools: [converseTool] },
      ...converse(
        ['user', { text: 'Weather?' }],
        ['assistant', converseUse],
        ['user', result({ content: [{ json: { rain: true } }], status: 'error' })],
      ),
    },
    'signed thinking': converse(
      ['user', { text: 'Hello' }],
      ['assistant', { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2VhbA==' } } }, { text: 'Hi' }],
      ['user', { text: 'Go on' }],
    ),
  },
}
