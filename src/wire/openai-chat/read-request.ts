import type { ReadRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { readMessages } from '#wire/openai-chat/read-messages.ts'
import { readReasoning, REASONING_FIELDS } from '#wire/openai-chat/read-reasoning.ts'
import { readResponseFormat, readToolChoice, readTools } from '#wire/openai-chat/read-tools.ts'
import type { ModelRequest, Source } from '#wire/request.ts'
import {
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalObject,
  optionalText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'n',
  'response_format',
  'user',
  'safety_identifier',
  ...REASONING_FIELDS,
])

const KNOWN_STREAM_OPTIONS: ReadonlySet<string> = new Set(['include_usage'])

/** Reads an OpenAI chat request. A field of the wrong type is an `invalid-request` failure that names it. */
export function readRequest(source: Source): ReadRequest {
  try {
    return { ok: true, request: read(source) }
  } catch (error) {
    if (!(error instanceof WrongField)) throw error
    return { ok: false, failure: failure('invalid-request', error.message, { param: error.param }) }
  }
}

function read(source: Source): ModelRequest {
  const { json, outside } = source
  const unread = [...unreadKeys(json, KNOWN, '')]
  const model = outside?.model ?? optionalText(json, 'model')
  if (model === undefined || model === '') throw new WrongField('model', 'the name of a model', json['model'])
  const options = optionalObject(json, 'stream_options')
  if (options !== undefined) unread.push(...unreadKeys(options, KNOWN_STREAM_OPTIONS, 'stream_options'))
  return {
    dialect: 'openai-chat',
    source,
    model,
    stream: outside?.stream ?? optionalBoolean(json, 'stream') ?? false,
    streamUsage: options !== undefined && optionalBoolean(options, 'include_usage', 'stream_options') === true,
    messages: readMessages(json, unread),
    tools: readTools(json, unread),
    ...readToolChoice(json, unread),
    ...readResponseFormat(json, unread),
    ...readReasoning(json, unread),
    ...readNumbers(json),
    ...readRest(json),
    unread,
  }
}

function readNumbers(json: JsonObject): Partial<ModelRequest> {
  const maxOutputTokens = optionalInteger(json, 'max_completion_tokens') ?? optionalInteger(json, 'max_tokens')
  const temperature = optionalNumber(json, 'temperature')
  const topP = optionalNumber(json, 'top_p')
  const topK = optionalNumber(json, 'top_k')
  // Seeds beyond 2^53 are legal on several platforms; within the dialect they travel as text.
  const seed = optionalNumber(json, 'seed')
  const presencePenalty = optionalNumber(json, 'presence_penalty')
  const frequencyPenalty = optionalNumber(json, 'frequency_penalty')
  const n = optionalInteger(json, 'n')
  return {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(seed === undefined ? {} : { seed }),
    ...(presencePenalty === undefined ? {} : { presencePenalty }),
    ...(frequencyPenalty === undefined ? {} : { frequencyPenalty }),
    ...(n === undefined ? {} : { n }),
  }
}

function readRest(json: JsonObject): Partial<ModelRequest> {
  const parallelToolCalls = optionalBoolean(json, 'parallel_tool_calls')
  const safetyIdentifier = optionalText(json, 'safety_identifier')
  const user = optionalText(json, 'user') ?? safetyIdentifier
  const stop = readStop(json)
  return {
    ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
    ...(user === undefined ? {} : { user }),
    ...(stop === undefined ? {} : { stop }),
  }
}

function readStop(json: JsonObject): readonly string[] | undefined {
  const value = json['stop']
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) throw new WrongField('stop', 'a string or a list of strings', value)
  const list: readonly unknown[] = value
  return list.map((item, i) => {
    if (typeof item === 'string') return item
    throw new WrongField(`stop.${i}`, 'a string', item)
  })
}
