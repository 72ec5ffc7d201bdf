import type { DialectId } from '#wire/dialect.ts'
import { isObject } from '#wire/json.ts'
import type { ModelRequest } from '#wire/request.ts'

/** Fields of the middle form that each dialect has its own name for. */
const NAMED_FIELDS = [
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'stop',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'n',
  'toolChoice',
  'parallelToolCalls',
  'responseFormat',
  'reasoning',
  'user',
] as const

export type NamedField = (typeof NAMED_FIELDS)[number]

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
    reasoning: ['reasoning.effort'],
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
    maxOutputTokens: ['generationConfig.maxOutputTokens', 'generation_config.max_output_tokens'],
    temperature: ['generationConfig.temperature', 'generation_config.temperature'],
    topP: ['generationConfig.topP', 'generation_config.top_p'],
    topK: ['generationConfig.topK', 'generation_config.top_k'],
    stop: ['generationConfig.stopSequences', 'generation_config.stop_sequences'],
    seed: ['generationConfig.seed', 'generation_config.seed'],
    presencePenalty: ['generationConfig.presencePenalty', 'generation_config.presence_penalty'],
    frequencyPenalty: ['generationConfig.frequencyPenalty', 'generation_config.frequency_penalty'],
    n: ['generationConfig.candidateCount', 'generation_config.candidate_count'],
    toolChoice: ['toolConfig.functionCallingConfig', 'tool_config.function_calling_config'],
    responseFormat: [
      'generationConfig.responseSchema',
      'generationConfig.responseJsonSchema',
      'generationConfig.responseMimeType',
      'generation_config.response_schema',
      'generation_config.response_json_schema',
      'generation_config.response_mime_type',
    ],
    reasoning: ['generationConfig.thinkingConfig', 'generation_config.thinking_config'],
  },
  'bedrock-converse': {
    maxOutputTokens: ['inferenceConfig.maxTokens'],
    temperature: ['inferenceConfig.temperature'],
    topP: ['inferenceConfig.topP'],
    topK: ['additionalModelRequestFields.top_k'],
    stop: ['inferenceConfig.stopSequences'],
    seed: ['additionalModelRequestFields.seed'],
    presencePenalty: ['additionalModelRequestFields.presence_penalty'],
    frequencyPenalty: ['additionalModelRequestFields.frequency_penalty'],
    toolChoice: ['toolConfig.toolChoice'],
    parallelToolCalls: ['additionalModelRequestFields.tool_choice'],
    responseFormat: ['outputConfig.textFormat'],
    reasoning: ['additionalModelRequestFields', 'outputConfig.effort'],
  },
  'openai-completions': {
    maxOutputTokens: ['max_tokens'],
    topP: ['top_p'],
    topK: ['top_k'],
    presencePenalty: ['presence_penalty'],
    frequencyPenalty: ['frequency_penalty'],
  },
}

/** The path of a field in the caller's own words, for warnings: `stop` of the middle form is `stop_sequences` to a caller of Anthropic. */
export function callerField({ dialect, source }: ModelRequest, field: NamedField): string {
  const names = NAMES[dialect]?.[field]
  if (names === undefined) return field
  const said = names.find((name) => isSaid(source.json, name.split('.')))
  return said ?? names.find((name) => Object.hasOwn(source.json, name.split('.')[0] ?? name)) ?? names[0]
}

const NO_NAMES: readonly string[] = []

/** OpenAI's names for what a caller of this dialect calls `path`; none where it is no field of the middle form. */
export function commonNames(dialect: DialectId, path: string): readonly string[] {
  const own = NAMES[dialect]
  const field = NAMED_FIELDS.find((each) => (own?.[each] ?? [each]).includes(path))
  return field === undefined ? NO_NAMES : (NAMES['openai-chat']?.[field] ?? [field])
}

/** Every field that bounds the output in the caller's own text; the dialect's first where none does. */
export function outputFields({ dialect, source }: ModelRequest): readonly string[] {
  const names = NAMES[dialect]?.maxOutputTokens
  if (names === undefined) return []
  const said = names.filter((name) => isSaid(source.json, name.split('.')))
  return said.length > 0
    ? said
    : [names.find((name) => Object.hasOwn(source.json, name.split('.')[0] ?? name)) ?? names[0]]
}

function isSaid(json: unknown, steps: readonly string[]): boolean {
  let value = json
  for (const step of steps) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return false
    value = value[step]
  }
  return true
}
