import type { DialectId } from '#wire/dialect.ts'
import type { ModelRequest } from '#wire/request.ts'

/** Fields of the middle form that each dialect has its own name for. */
export type NamedField =
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'stop'
  | 'seed'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'n'
  | 'toolChoice'
  | 'parallelToolCalls'
  | 'responseFormat'
  | 'reasoning'
  | 'user'

type Names = Readonly<Partial<Record<NamedField, readonly [string, ...string[]]>>>

/** Where several names are possible, the first that the caller used counts. */
const NAMES: Readonly<Partial<Record<DialectId, Names>>> = {
  'openai-chat': {
    maxOutputTokens: ['max_tokens', 'max_completion_tokens'],
    topP: ['top_p'],
    topK: ['top_k'],
    presencePenalty: ['presence_penalty'],
    frequencyPenalty: ['frequency_penalty'],
    toolChoice: ['tool_choice', 'function_call'],
    parallelToolCalls: ['parallel_tool_calls'],
    responseFormat: ['response_format'],
    reasoning: [
      'reasoning_effort',
      'thinking.type',
      'enable_thinking',
      'thinking_budget',
      'reasoning',
      'chat_template_kwargs.enable_thinking',
    ],
    user: ['user', 'safety_identifier'],
  },
  'openai-responses': {
    maxOutputTokens: ['max_output_tokens'],
    topP: ['top_p'],
    toolChoice: ['tool_choice'],
    parallelToolCalls: ['parallel_tool_calls'],
    responseFormat: ['text.format'],
    user: ['user', 'safety_identifier'],
  },
  'anthropic-messages': {
    maxOutputTokens: ['max_tokens'],
    topP: ['top_p'],
    topK: ['top_k'],
    stop: ['stop_sequences'],
    toolChoice: ['tool_choice'],
    parallelToolCalls: ['tool_choice.disable_parallel_tool_use'],
    responseFormat: ['output_config.format', 'output_format'],
    reasoning: ['thinking', 'output_config.effort'],
    user: ['metadata.user_id'],
  },
  gemini: {
    maxOutputTokens: ['generationConfig.maxOutputTokens'],
    temperature: ['generationConfig.temperature'],
    topP: ['generationConfig.topP'],
    topK: ['generationConfig.topK'],
    stop: ['generationConfig.stopSequences'],
    seed: ['generationConfig.seed'],
    presencePenalty: ['generationConfig.presencePenalty'],
    frequencyPenalty: ['generationConfig.frequencyPenalty'],
    n: ['generationConfig.candidateCount'],
    toolChoice: ['toolConfig.functionCallingConfig'],
    responseFormat: ['generationConfig.responseSchema'],
    reasoning: ['generationConfig.thinkingConfig'],
  },
  'bedrock-converse': {
    maxOutputTokens: ['inferenceConfig.maxTokens'],
    temperature: ['inferenceConfig.temperature'],
    topP: ['inferenceConfig.topP'],
    stop: ['inferenceConfig.stopSequences'],
    toolChoice: ['toolConfig.toolChoice'],
    reasoning: ['additionalModelRequestFields'],
  },
}

/** The path of a field in the caller's own words, for warnings: `stop` of the middle form is `stop_sequences` to a caller of Anthropic. */
export function callerField({ dialect, source }: ModelRequest, field: NamedField): string {
  const names = NAMES[dialect]?.[field]
  if (names === undefined) return field
  return names.find((name) => Object.hasOwn(source.json, name.split('.')[0] ?? name)) ?? names[0]
}
