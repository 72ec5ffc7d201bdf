import type { DialectId } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'

type RichAnswers = Readonly<Record<string, JsonObject>>

const CHAT_USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

function completion(message: JsonObject, more: JsonObject = {}): JsonObject {
  const choice = { index: 0, message: { role: 'assistant', content: 'Hi', ...message }, finish_reason: 'stop', ...more }
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage: CHAT_USAGE }
}

const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }
const LOGPROBS = { content: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [] }], refusal: null }
const CITATION = {
  type: 'url_citation',
  url_citation: { start_index: 0, end_index: 2, url: 'https://example.com', title: 'A' },
}

const OPENAI_CHAT: RichAnswers = {
  text: completion({}),
  'a call': completion({ content: null, tool_calls: [call] }, { finish_reason: 'tool_calls' }),
  'two objects in one call': completion(
    { content: null, tool_calls: [{ ...call, function: { name: 'f', arguments: '{"a":1}{"b":2}' } }] },
    { finish_reason: 'tool_calls' },
  ),
  'a custom call': completion(
    { content: null, tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'shell', input: 'ls' } }] },
    { finish_reason: 'tool_calls' },
  ),
  refusal: completion({ content: null, refusal: 'No.' }),
  thinking: completion({ reasoning_content: 'Hm.' }),
  'sealed thinking': completion({
    reasoning_details: [
      { type: 'reasoning.text', text: 'Hm.', signature: 'c2VhbA==', index: 0 },
      { type: 'reasoning.encrypted', data: 'c2VhbA==', index: 1 },
    ],
  }),
  logprobs: completion({}, { logprobs: LOGPROBS }),
  annotations: completion({ annotations: [CITATION] }),
  audio: completion({ audio: { id: 'audio_1', data: 'UklGRg==', expires_at: 1, transcript: 'Hi' } }),
  'cut by length': completion({}, { finish_reason: 'length' }),
  'two answers': {
    ...completion({}),
    choices: [0, 1].map((index) => ({ index, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' })),
  },
}

const RESPONSES_USAGE = { input_tokens: 3, output_tokens: 2, total_tokens: 5 }

function response(...output: readonly JsonObject[]): JsonObject {
  const head = { id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: 'm' }
  return { ...head, output, usage: RESPONSES_USAGE }
}

function message(...content: readonly JsonObject[]): JsonObject {
  return { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content }
}

const said = { type: 'output_text', text: 'Hi', annotations: [] }

const OPENAI_RESPONSES: RichAnswers = {
  text: response(message(said)),
  'a call': response({ id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"a":1}' }),
  refusal: response(message({ type: 'refusal', refusal: 'No.' })),
  'a summary of thinking': response(
    { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    message(said),
  ),
  'sealed thinking': response(
    { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'c2VhbA==' },
    message(said),
  ),
  annotations: response(message({ ...said, annotations: [{ type: 'url_citation', url: 'https://example.com' }] })),
  logprobs: response(message({ ...said, logprobs: LOGPROBS.content })),
  'a web search': response({ id: 'ws_1', type: 'web_search_call', status: 'completed' }, message(said)),
  'a picture made': response({ id: 'ig_1', type: 'image_generation_call', result: 'iVBORw==' }, message(said)),
  'cut by length': {
    ...response(message(said)),
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
  },
}

function claude(content: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_sequence: null }
  return { ...head, content, stop_reason: 'end_turn', usage: { input_tokens: 3, output_tokens: 2 }, ...more }
}

const claudeText = { type: 'text', text: 'Hi' }
const location = { type: 'char_location', cited_text: 'x', document_index: 0, start_char_index: 0, end_char_index: 1 }

const ANTHROPIC_MESSAGES: RichAnswers = {
  text: claude([claudeText]),
  'a call': claude([{ type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } }], { stop_reason: 'tool_use' }),
  'signed thinking': claude([{ type: 'thinking', thinking: 'Hm.', signature: 'c2VhbA==' }, claudeText]),
  'redacted thinking': claude([{ type: 'redacted_thinking', data: 'c2VhbA==' }, claudeText]),
  citations: claude([{ ...claudeText, citations: [location] }]),
  'a tool of the platform': claude([
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
    claudeText,
  ]),
  'a stop sequence': claude([claudeText], { stop_reason: 'stop_sequence', stop_sequence: 'END' }),
  'a pause': claude([claudeText], { stop_reason: 'pause_turn' }),
  'a refusal': claude([claudeText], { stop_reason: 'refusal' }),
  'cut by length': claude([claudeText], { stop_reason: 'max_tokens' }),
}

function candidates(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  const candidate = { index: 0, content: { role: 'model', parts }, finishReason: 'STOP', ...more }
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 }
  return { candidates: [candidate], usageMetadata, modelVersion: 'm', responseId: 'abcdefghijklmnop' }
}

const GEMINI: RichAnswers = {
  text: candidates([{ text: 'Hi' }]),
  'a call': candidates([{ functionCall: { name: 'f', args: { a: 1 } } }]),
  'a call with a thought signature': candidates([
    { functionCall: { name: 'f', args: {} }, thoughtSignature: 'c2VhbA==' },
  ]),
  thoughts: candidates([{ text: 'Hm.', thought: true }, { text: 'Hi' }]),
  'code that was run': candidates([
    { executableCode: { language: 'PYTHON', code: '1' } },
    { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    { text: 'Hi' },
  ]),
  'a picture made': candidates([{ inlineData: { mimeType: 'image/png', data: 'iVBORw==' } }, { text: 'Hi' }]),
  grounding: candidates([{ text: 'Hi' }], { groundingMetadata: { webSearchQueries: ['x'] } }),
  citations: candidates([{ text: 'Hi' }], { citationMetadata: { citationSources: [{ uri: 'https://example.com' }] } }),
  'safety ratings': candidates([{ text: 'Hi' }], {
    safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'LOW' }],
  }),
  logprobs: candidates([{ text: 'Hi' }], { avgLogprobs: -0.1, logprobsResult: { chosenCandidates: [] } }),
  'cut by length': candidates([{ text: 'Hi' }], { finishReason: 'MAX_TOKENS' }),
  'stopped by the filter': candidates([{ text: 'Hi' }], { finishReason: 'SAFETY' }),
  'two answers': {
    ...candidates([]),
    candidates: [0, 1].map((index) => ({
      index,
      content: { role: 'model', parts: [{ text: 'Hi' }] },
      finishReason: 'STOP',
    })),
  },
}

function conversed(content: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 }
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage,
    metrics: { latencyMs: 1 },
    ...more,
  }
}

const BEDROCK_CONVERSE: RichAnswers = {
  text: conversed([{ text: 'Hi' }]),
  'a call': conversed([{ toolUse: { toolUseId: 'tooluse_1', name: 'f', input: { a: 1 } } }], {
    stopReason: 'tool_use',
  }),
  'signed thinking': conversed([
    { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2VhbA==' } } },
    { text: 'Hi' },
  ]),
  'redacted thinking': conversed([{ reasoningContent: { redactedContent: 'c2VhbA==' } }, { text: 'Hi' }]),
  citations: conversed([{ citationsContent: { content: [{ text: 'Hi' }], citations: [{ title: 'A' }] } }]),
  'a picture made': conversed([{ image: { format: 'png', source: { bytes: 'iVBORw==' } } }, { text: 'Hi' }]),
  'trace of a guardrail': conversed([{ text: 'Hi' }], { trace: { guardrail: { modelOutput: ['Hi'] } } }),
  'fields of the model': conversed([{ text: 'Hi' }], { additionalModelResponseFields: { stop_sequence: 'END' } }),
  'stopped by a guardrail': conversed([{ text: 'Hi' }], { stopReason: 'guardrail_intervened' }),
  'cut by length': conversed([{ text: 'Hi' }], { stopReason: 'max_tokens' }),
}

function completed(more: JsonObject): JsonObject {
  const choice = { index: 0, text: 'Hi', finish_reason: 'stop', logprobs: null, ...more }
  return { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm', choices: [choice], usage: CHAT_USAGE }
}

const OPENAI_COMPLETIONS: RichAnswers = {
  text: completed({}),
  logprobs: completed({ logprobs: { tokens: ['Hi'], token_logprobs: [-0.1], top_logprobs: [], text_offset: [0] } }),
  'cut by length': completed({ finish_reason: 'length' }),
}

/** Whole answers of platforms, one a feature; the older dialects have nothing beside what all have. */
export const RICH_ANSWERS: Readonly<Partial<Record<DialectId, RichAnswers>>> = {
  'openai-chat': OPENAI_CHAT,
  'openai-responses': OPENAI_RESPONSES,
  'openai-completions': OPENAI_COMPLETIONS,
  'anthropic-messages': ANTHROPIC_MESSAGES,
  gemini: GEMINI,
  'bedrock-converse': BEDROCK_CONVERSE,
}
