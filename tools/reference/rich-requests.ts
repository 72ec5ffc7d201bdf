import type { DialectId } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import { chat, PDF, PNG, type RichRequests, SCHEMA, user, WAV } from './rich-parts.ts'
import { ANTHROPIC_MESSAGES, BEDROCK_CONVERSE, GEMINI } from './rich-requests-others.ts'

const chatTool = { type: 'function', function: { name: 'weather', description: 'of a city', parameters: SCHEMA } }
const chatCall = {
  id: 'call_abcdefghijklmnop',
  type: 'function',
  function: { name: 'weather', arguments: '{"city":"Bonn"}' },
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
    'an image inside, in low detail': chat(
      user({ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'low' } }),
    ),
    'audio inside': chat(user({ type: 'input_audio', input_audio: { data: WAV, format: 'wav' } })),
    'a file inside': chat(
      user({ type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` } }),
    ),
    'a file by its id': chat(user({ type: 'text', text: 'Hi' }, { type: 'file', file: { file_id: 'file-1' } })),
    'a video': chat(
      user({ type: 'text', text: 'Hi' }, { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } }),
    ),
    max_tokens: { max_tokens: 100 },
    max_completion_tokens: { max_completion_tokens: 100 },
    'temperature of 1.8': { temperature: 1.8 },
    'temperature and top_p': { temperature: 0.5, top_p: 0.9 },
    top_k: { top_k: 40 },
    penalties: { presence_penalty: 0.5, frequency_penalty: 0.5 },
    stop: { stop: ['END'] },
    'stop, six of them': { stop: ['1', '2', '3', '4', '5', '6'] },
    seed: { seed: 7 },
    n: { n: 2 },
    logprobs: { logprobs: true, top_logprobs: 3 },
    logit_bias: { logit_bias: { '50256': -100 } },
    user: { user: 'u-1' },
    'metadata and store': { metadata: { a: 'b' }, store: true },
    service_tier: { service_tier: 'flex' },
    prediction: { prediction: { type: 'content', content: 'x' } },
    verbosity: { verbosity: 'low' },
    'modalities of audio': { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
    web_search_options: { web_search_options: {} },
    prompt_cache_key: { prompt_cache_key: 'k' },
    'a field that nobody knows': { something_new: true },
    json_object: { response_format: { type: 'json_object' } },
    json_schema: { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: SCHEMA, strict: true } } },
    reasoning_effort: { reasoning_effort: 'high' },
    'reasoning_effort: none': { reasoning_effort: 'none' },
    tools: { tools: [chatTool] },
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
    instructions: { instructions: 'Be brief.' },
    'a developer item': input({ role: 'developer', content: 'Be brief.' }, { role: 'user', content: 'Hello' }),
    'an image by its address': input(user({ type: 'input_image', image_url: 'https://example.com/a.png' })),
    'an image by its id': input(user({ type: 'input_text', text: 'Hi' }, { type: 'input_image', file_id: 'file-1' })),
    'an image inside, in low detail': input(
      user({ type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'low' }),
    ),
    'a file inside': input(
      user({ type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` }),
    ),
    max_output_tokens: { max_output_tokens: 100 },
    'temperature of 1.8': { temperature: 1.8 },
    'temperature and top_p': { temperature: 0.5, top_p: 0.9 },
    top_logprobs: { top_logprobs: 3 },
    user: { user: 'u-1' },
    metadata: { metadata: { a: 'b' } },
    service_tier: { service_tier: 'flex' },
    'truncation: auto': { truncation: 'auto' },
    include: { include: ['message.output_text.logprobs'] },
    prompt: { prompt: { id: 'pmpt_1' } },
    max_tool_calls: { max_tool_calls: 3 },
    prompt_cache_key: { prompt_cache_key: 'k' },
    'a field that nobody knows': { something_new: true },
    'text.verbosity': { text: { verbosity: 'low' } },
    json_object: { text: { format: { type: 'json_object' } } },
    json_schema: { text: { format: { type: 'json_schema', name: 'a', schema: SCHEMA, strict: true } } },
    'reasoning.effort': { reasoning: { effort: 'high' } },
    'reasoning.summary': { reasoning: { effort: 'low', summary: 'auto' } },
    tools: { tools: [responsesTool] },
    'a strict tool': { tools: [{ ...responsesTool, strict: true }] },
    web_search: { tools: [responsesTool, { type: 'web_search' }] },
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
    suffix: { suffix: ' end' },
    echo: { echo: true },
    best_of: { best_of: 3 },
    logprobs: { logprobs: 3 },
    max_tokens: { max_tokens: 100 },
    'temperature of 1.8': { temperature: 1.8 },
    penalties: { presence_penalty: 0.5, frequency_penalty: 0.5 },
    stop: { stop: ['END'] },
    seed: { seed: 7 },
    n: { n: 2 },
    logit_bias: { logit_bias: { '50256': -100 } },
    user: { user: 'u-1' },
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
