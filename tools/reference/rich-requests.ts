import type { DialectId } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'

/** Requests of a caller's dialect: a plain one, and what each feature adds to it or puts in place of a part. */
export interface RichRequests {
  readonly plain: JsonObject
  readonly features: Readonly<Record<string, JsonObject>>
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PDF = 'JVBERi0xLjQK'
const WAV = 'UklGRiQAAABXQVZF'
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }

const chatTool = { type: 'function', function: { name: 'weather', description: 'of a city', parameters: SCHEMA } }
const chatCall = { id: 'call_abcdefghijklmnop', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } }

function chat(...messages: readonly JsonObject[]): JsonObject {
  return { messages }
}

function user(...content: readonly JsonObject[]): JsonObject {
  return { role: 'user', content }
}

const OPENAI_CHAT: RichRequests = {
  plain: { model: 'm', messages: [{ role: 'user', content: 'Hello' }] },
  features: {
    'a system message': chat({ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hello' }),
    'a developer message': chat({ role: 'developer', content: 'Be brief.' }, { role: 'user', content: 'Hello' }),
    'a system message later on': chat(
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Go on' },
    ),
    'two turns of the user in a row': chat({ role: 'user', content: 'One' }, { role: 'user', content: 'Two' }),
    'the assistant begins': chat({ role: 'assistant', content: 'Hi' }, { role: 'user', content: 'Hello' }),
    'the assistant’s turn is last': chat({ role: 'user', content: 'Hello' }, { role: 'assistant', content: 'I' }),
    'names of speakers': chat({ role: 'user', name: 'ann', content: 'Hello' }),
    'an image by its address': chat(user({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } })),
    'an image inside': chat(user({ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'low' } })),
    'audio inside': chat(user({ type: 'input_audio', input_audio: { data: WAV, format: 'wav' } })),
    'a file inside': chat(user({ type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` } })),
    'a file by its id': chat(user({ type: 'text', text: 'Hi' }, { type: 'file', file: { file_id: 'file-1' } })),
    'a video': chat(user({ type: 'text', text: 'Hi' }, { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } })),
    'max_tokens': { max_tokens: 100 },
    'max_completion_tokens': { max_completion_tokens: 100 },
    'temperature of 1.8': { temperature: 1.8 },
    'temperature and top_p': { temperature: 0.5, top_p: 0.9 },
    'top_k': { top_k: 40 },
    'penalties': { presence_penalty: 0.5, frequency_penalty: 0.5 },
    'stop': { stop: ['END'] },
    'stop, six of them': { stop: ['1', '2', '3', '4', '5', '6'] },
    'seed': { seed: 7 },
    'n': { n: 2 },
    'logprobs': { logprobs: true, top_logprobs: 3 },
    'logit_bias': { logit_bias: { '50256': -100 } },
    'user': { user: 'u-1' },
    'metadata and store': { metadata: { a: 'b' }, store: true },
    'service_tier': { service_tier: 'flex' },
    'prediction': { prediction: { type: 'content', content: 'x' } },
    'verbosity': { verbosity: 'low' },
    'modalities of audio': { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
    'web_search_options': { web_search_options: {} },
    'prompt_cache_key': { prompt_cache_key: 'k' },
    'a field that nobody knows': { something_new: true },
    'json_object': { response_format: { type: 'json_object' } },
    'json_schema': { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: SCHEMA, strict: true } } },
    'reasoning_effort': { reasoning_effort: 'high' },
    'reasoning_effort: none': { reasoning_effort: 'none' },
    'tools': { tools: [chatTool] },
    'a strict tool': { tools: [{ type: 'function', function: { ...chatTool.function, strict: true } }] },
    'a tool without parameters': { tools: [{ type: 'function', function: { name: 'now' } }] },
    'a custom tool': { tools: [chatTool, { type: 'custom', custom: { name: 'shell' } }] },
    'tool_choice: required': { tools: [chatTool], tool_choice: 'required' },
    'tool_choice: none': { tools: [chatTool], tool_choice: 'none' },
    'tool_choice: a name': { tools: [chatTool], tool_choice: { type: 'function', function: { name: 'weather' } } },
    'parallel_tool_calls: false': { tools: [chatTool], parallel_tool_calls: false },
    'a call and its result': {
      tools: [chatTool],
      ...chat(
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: null, tool_calls: [chatCall] },
        { role: 'tool', tool_call_id: chatCall.id, content: 'rain' },
      ),
    },
    'thinking of an earlier turn': chat(
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi', reasoning_content: 'Hm.' },
      { role: 'user', content: 'Go on' },
    ),
  },
}

const responsesTool = { type: 'function', name: 'weather', parameters: SCHEMA, strict: false }

function input(...items: readonly JsonObject[]): JsonObject {
  return { input: items }
}

const OPENAI_RESPONSES: RichRequests = {
  plain: { model: 'm', input: 'Hello' },
  features: {
    'instructions': { instructions: 'Be brief.' },
    'a developer item': input({ role: 'developer', content: 'Be brief.' }, { role: 'user', content: 'Hello' }),
    'an image by its address': input(user({ type: 'input_image', image_url: 'https://example.com/a.png' })),
    'an image by its id': input(user({ type: 'input_text', text: 'Hi' }, { type: 'input_image', file_id: 'file-1' })),
    'an image inside': input(user({ type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'low' })),
    'a file inside': input(user({ type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` })),
    'max_output_tokens': { max_output_tokens: 100 },
    'temperature of 1.8': { temperature: 1.8 },
    'temperature and top_p': { temperature: 0.5, top_p: 0.9 },
    'top_logprobs': { top_logprobs: 3 },
    'user': { user: 'u-1' },
    'metadata': { metadata: { a: 'b' } },
    'service_tier': { service_tier: 'flex' },
    'truncation: auto': { truncation: 'auto' },
    'include': { include: ['message.output_text.logprobs'] },
    'conversation': { conversation: 'conv_1' },
    'prompt': { prompt: { id: 'pmpt_1' } },
    'max_tool_calls': { max_tool_calls: 3 },
    'prompt_cache_key': { prompt_cache_key: 'k' },
    'a field that nobody knows': { something_new: true },
    'text.verbosity': { text: { verbosity: 'low' } },
    'json_object': { text: { format: { type: 'json_object' } } },
    'json_schema': { text: { format: { type: 'json_schema', name: 'a', schema: SCHEMA, strict: true } } },
    'reasoning.effort': { reasoning: { effort: 'high' } },
    'reasoning.summary': { reasoning: { effort: 'low', summary: 'auto' } },
    'tools': { tools: [responsesTool] },
    'a strict tool': { tools: [{ ...responsesTool, strict: true }] },
    'web_search': { tools: [responsesTool, { type: 'web_search' }] },
    'a custom tool': { tools: [responsesTool, { type: 'custom', name: 'shell' }] },
    'tool_choice: required': { tools: [responsesTool], tool_choice: 'required' },
    'tool_choice: a name': { tools: [responsesTool], tool_choice: { type: 'function', name: 'weather' } },
    'tool_choice: allowed_tools': {
      tools: [responsesTool],
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'weather' }] },
    },
    'parallel_tool_calls: false': { tools: [responsesTool], parallel_tool_calls: false },
    'a call and its result': {
      tools: [responsesTool],
      ...input(
        { role: 'user', content: 'Weather?' },
        { type: 'function_call', call_id: chatCall.id, name: 'weather', arguments: '{"city":"Bonn"}' },
        { type: 'function_call_output', call_id: chatCall.id, output: 'rain' },
      ),
    },
    'a reference to an item': input({ role: 'user', content: 'Hello' }, { type: 'item_reference', id: 'msg_1' }),
    'sealed thinking': input(
      { role: 'user', content: 'Hello' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'c2VhbA==' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'Go on' },
    ),
  },
}

const OPENAI_COMPLETIONS: RichRequests = {
  plain: { model: 'm', prompt: 'Hello' },
  features: {
    'several prompts': { prompt: ['One', 'Two'] },
    'token ids': { prompt: [1, 2, 3] },
    'suffix': { suffix: ' end' },
    'echo': { echo: true },
    'best_of': { best_of: 3 },
    'logprobs': { logprobs: 3 },
    'max_tokens': { max_tokens: 100 },
    'temperature of 1.8': { temperature: 1.8 },
    'penalties': { presence_penalty: 0.5, frequency_penalty: 0.5 },
    'stop': { stop: ['END'] },
    'seed': { seed: 7 },
    'n': { n: 2 },
    'logit_bias': { logit_bias: { '50256': -100 } },
    'user': { user: 'u-1' },
  },
}

const claudeTool = { name: 'weather', description: 'of a city', input_schema: SCHEMA }
const claudeUse = { type: 'tool_use', id: 'toolu_abcdefghijklmnop', name: 'weather', input: { city: 'Bonn' } }
const claudeResult = { type: 'tool_result', tool_use_id: claudeUse.id, content: 'rain' }

const ANTHROPIC_MESSAGES: RichRequests = {
  plain: { model: 'm', max_tokens: 1000, messages: [{ role: 'user', content: 'Hello' }] },
  features: {
    'system': { system: 'Be brief.' },
    'cache_control': { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] },
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
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' }, citations: { enabled: true } },
      ),
    ),
    'a search result': chat(
      user({ type: 'search_result', source: 'https://example.com', title: 'A', content: [{ type: 'text', text: 'x' }] }),
    ),
    'temperature and top_p': { temperature: 0.5, top_p: 0.9 },
    'top_k': { top_k: 40 },
    'stop_sequences': { stop_sequences: ['END'] },
    'stop_sequences, six of them': { stop_sequences: ['1', '2', '3', '4', '5', '6'] },
    'metadata.user_id': { metadata: { user_id: 'u-1' } },
    'service_tier': { service_tier: 'auto' },
    'container': { container: 'c_1' },
    'context_management': { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } },
    'mcp_servers': { mcp_servers: [{ type: 'url', name: 'a', url: 'https://example.com/mcp' }] },
    'a field that nobody knows': { something_new: true },
    'thinking': { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 4000 },
    'thinking: disabled': { thinking: { type: 'disabled' } },
    'output_config.effort': { output_config: { effort: 'high' } },
    'output_config.format': { output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
    'tools': { tools: [claudeTool] },
    'a tool with a cache mark': { tools: [{ ...claudeTool, cache_control: { type: 'ephemeral' } }] },
    'web_search': { tools: [claudeTool, { type: 'web_search_20250305', name: 'web_search' }] },
    'tool_choice: any': { tools: [claudeTool], tool_choice: { type: 'any' } },
    'tool_choice: none': { tools: [claudeTool], tool_choice: { type: 'none' } },
    'tool_choice: a name': { tools: [claudeTool], tool_choice: { type: 'tool', name: 'weather' } },
    'disable_parallel_tool_use': { tools: [claudeTool], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
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
        user({ ...claudeResult, content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }] }),
      ),
    },
    'signed thinking': chat(
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: 'c2VhbA==' }, { type: 'text', text: 'Hi' }] },
      { role: 'user', content: 'Go on' },
    ),
    'redacted thinking': chat(
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'c2VhbA==' }, { type: 'text', text: 'Hi' }] },
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

const GEMINI: RichRequests = {
  plain: contents(['user', { text: 'Hello' }]),
  features: {
    'systemInstruction': { systemInstruction: { parts: [{ text: 'Be brief.' }] } },
    'an image inside': contents(['user', { inlineData: { mimeType: 'image/png', data: PNG } }]),
    'a file by its address': contents(['user', { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } }]),
    'audio inside': contents(['user', { inlineData: { mimeType: 'audio/wav', data: WAV } }]),
    'a video inside': contents(['user', { text: 'Hi' }, { inlineData: { mimeType: 'video/mp4', data: WAV } }]),
    'a document inside': contents(['user', { inlineData: { mimeType: 'application/pdf', data: PDF } }]),
    'maxOutputTokens': config({ maxOutputTokens: 100 }),
    'temperature of 1.8': config({ temperature: 1.8 }),
    'temperature and topP': config({ temperature: 0.5, topP: 0.9 }),
    'topK': config({ topK: 40 }),
    'penalties': config({ presencePenalty: 0.5, frequencyPenalty: 0.5 }),
    'stopSequences': config({ stopSequences: ['END'] }),
    'seed': config({ seed: 7 }),
    'candidateCount': config({ candidateCount: 2 }),
    'responseLogprobs': config({ responseLogprobs: true, logprobs: 3 }),
    'JSON': config({ responseMimeType: 'application/json' }),
    'JSON by a schema': config({ responseMimeType: 'application/json', responseJsonSchema: SCHEMA }),
    'responseModalities': config({ responseModalities: ['TEXT', 'IMAGE'] }),
    'mediaResolution': config({ mediaResolution: 'MEDIA_RESOLUTION_LOW' }),
    'speechConfig': config({ speechConfig: { languageCode: 'en-US' } }),
    'thinkingBudget': config({ thinkingConfig: { thinkingBudget: 1000 } }),
    'thinkingLevel': config({ thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true } }),
    'safetySettings': { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] },
    'cachedContent': { cachedContent: 'cachedContents/1' },
    'labels': { labels: { a: 'b' } },
    'tools': { tools: [geminiTool] },
    'googleSearch': { tools: [{ googleSearch: {} }] },
    'codeExecution': { tools: [geminiTool, { codeExecution: {} }] },
    'mode ANY': { tools: [geminiTool], toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
    'mode NONE': { tools: [geminiTool], toolConfig: { functionCallingConfig: { mode: 'NONE' } } },
    'mode VALIDATED': { tools: [geminiTool], toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } } },
    'allowedFunctionNames': {
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

const BEDROCK_CONVERSE: RichRequests = {
  plain: converse(['user', { text: 'Hello' }]),
  features: {
    'system': { system: [{ text: 'Be brief.' }] },
    'cachePoint': { system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }] },
    'an image inside': converse(['user', { image: { format: 'png', source: { bytes: PNG } } }]),
    'an image in S3': converse(['user', { text: 'Hi' }, { image: { format: 'png', source: { s3Location: { uri: 's3://b/a.png' } } } }]),
    'a document inside': converse(['user', { text: 'Hi' }, { document: { format: 'pdf', name: 'a', source: { bytes: PDF } } }]),
    'a video inside': converse(['user', { text: 'Hi' }, { video: { format: 'mp4', source: { bytes: WAV } } }]),
    'guardContent': converse(['user', { guardContent: { text: { text: 'Hello' } } }]),
    'maxTokens': { inferenceConfig: { maxTokens: 100 } },
    'temperature and topP': { inferenceConfig: { temperature: 0.5, topP: 0.9 } },
    'stopSequences': { inferenceConfig: { stopSequences: ['END'] } },
    'guardrailConfig': { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } },
    'performanceConfig': { performanceConfig: { latency: 'optimized' } },
    'additionalModelRequestFields': { additionalModelRequestFields: { top_k: 40 } },
    'additionalModelResponseFieldPaths': { additionalModelResponseFieldPaths: ['/stop_sequence'] },
    'requestMetadata': { requestMetadata: { a: 'b' } },
    'promptVariables': { promptVariables: { a: { text: 'b' } } },
    'tools': { toolConfig: { tools: [converseTool] } },
    'a tool with a cache mark': { toolConfig: { tools: [converseTool, { cachePoint: { type: 'default' } }] } },
    'toolChoice any': { toolConfig: { tools: [converseTool], toolChoice: { any: {} } } },
    'toolChoice by name': { toolConfig: { tools: [converseTool], toolChoice: { tool: { name: 'weather' } } } },
    'a call and its result': {
      toolConfig: { tools: [converseTool] },
      ...converse(['user', { text: 'Weather?' }], ['assistant', converseUse], ['user', result({ content: [{ text: 'rain' }] })]),
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

/** Of each dialect that callers speak; every body is one that its vendor documents. */
export const RICH_REQUESTS: Readonly<Partial<Record<DialectId, RichRequests>>> = {
  'openai-chat': OPENAI_CHAT,
  'openai-responses': OPENAI_RESPONSES,
  'openai-completions': OPENAI_COMPLETIONS,
  'anthropic-messages': ANTHROPIC_MESSAGES,
  gemini: GEMINI,
  'bedrock-converse': BEDROCK_CONVERSE,
}
