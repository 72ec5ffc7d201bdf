import type { ReadRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Leaving, ModelRequest, Source } from '#wire/request.ts'
import type { Part } from '#wire/part.ts'
import {
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalObject,
  optionalText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'
import { readingOf, textsAt } from '#wire/shape/plain-reading.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'stream',
  'stream_options',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'n',
  'user',
])
const STREAM_OPTIONS: ReadonlySet<string> = new Set(['include_usage'])

/** Reads the body of `POST /v1/completions`. A wrong or missing field is an `invalid-request` that names it. */
export function readRequest(source: Source): ReadRequest {
  return readingOf(() => readBody(source))
}

function readBody(source: Source): ModelRequest {
  const { json, outside } = source
  const unread = unreadKeys(json, KNOWN, '').filter((key) => !isIdle(key, json))
  const model = outside?.model ?? optionalText(json, 'model')
  if (model === undefined || model === '') throw new WrongField('model', 'the name of a model', json['model'])
  const options = optionalObject(json, 'stream_options')
  const { part, leaving } = readPrompt(json['prompt'])
  return {
    dialect: 'openai-completions',
    source,
    model,
    stream: outside?.stream ?? optionalBoolean(json, 'stream') ?? false,
    streamUsage: options !== undefined && optionalBoolean(options, 'include_usage', 'stream_options') === true,
    messages: [{ role: 'user', parts: [part], path: 'prompt' }],
    tools: [],
    ...readNumbers(json),
    ...readRest(json),
    unread: options === undefined ? unread : [...unread, ...unreadKeys(options, STREAM_OPTIONS, 'stream_options')],
    leaving,
  }
}

interface Prompt {
  readonly part: Part
  readonly leaving: Leaving
}

const QUESTION: Leaving = {
  warnings: [{ action: 'emulated', path: 'prompt', detail: 'a text to go on with, sent as what the user asks' }],
}

/**
 * One text is what the user says, if it has to leave the dialect. Several prompts have an answer each, and token ids
 * are of one model's vocabulary: neither has a place elsewhere, so they only travel within the dialect.
 */
function readPrompt(value: unknown): Prompt {
  const list: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined
  const text = list?.length === 1 ? list[0] : value
  if (typeof text === 'string') {
    const part = { kind: 'text', text } as const
    return text === '' ? { part, leaving: bound('an empty prompt') } : { part, leaving: QUESTION }
  }
  const part = { kind: 'native', dialect: 'openai-completions', type: 'prompt', value } as const
  if (isTokens(list) || (isFilled(list) && list.every(isTokens)))
    return { part, leaving: bound('a prompt of token ids') }
  if (isFilled(list) && list.every((each) => typeof each === 'string')) {
    return { part, leaving: bound('several prompts in one request') }
  }
  throw new WrongField('prompt', 'a string, a list of strings, or token ids', value)
}

function isFilled(list: readonly unknown[] | undefined): list is readonly unknown[] {
  return list !== undefined && list.length > 0
}

function isTokens(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((each) => Number.isSafeInteger(each))
}

function bound(what: string): Leaving {
  const message = `prompt: ${what} can only go to platforms that serve completions`
  // Another target of the route may be one.
  return { warnings: [], refusal: failure('invalid-request', message, { param: 'prompt', retryable: true }) }
}

/** Values that say what holds anyway. */
function isIdle(key: string, json: JsonObject): boolean {
  const value = json[key]
  switch (key) {
    case 'echo':
      return value === false
    case 'suffix':
      return value === ''
    case 'best_of':
      return value === 1 || value === json['n']
    case 'logit_bias':
      return isObject(value) && Object.keys(value).length === 0
    default:
      return false
  }
}

function readNumbers(json: JsonObject): Partial<ModelRequest> {
  const maxOutputTokens = optionalInteger(json, 'max_tokens')
  const temperature = optionalNumber(json, 'temperature')
  const topP = optionalNumber(json, 'top_p')
  const topK = optionalNumber(json, 'top_k')
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
  const user = optionalText(json, 'user')
  const stop = readStop(json['stop'])
  return {
    ...(user === undefined ? {} : { user }),
    ...(stop === undefined ? {} : { stop }),
  }
}

function readStop(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) throw new WrongField('stop', 'a string or a list of strings', value)
  return textsAt(value, 'stop')
}
