/** What both directions of translation are tried with. */
export const WEATHER: {
  type: 'object'
  properties: { city: { type: 'string' } }
  required: string[]
  additionalProperties: boolean
} = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

export const PNG: string =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export const OPENAI_ANSWER: Record<string, any> = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'some-model',
  choices: [{ index: 0, message: { role: 'assistant', content: 'fine' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25, prompt_tokens_details: { cached_tokens: 8 } },
}

export const ANTHROPIC_ANSWER: Record<string, any> = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'some-claude',
  content: [{ type: 'text', text: 'fine' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 12, cache_read_input_tokens: 8, cache_creation_input_tokens: 4, output_tokens: 5 },
}
