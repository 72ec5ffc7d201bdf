import type { ReadRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { EFFORTS, type Leaving, type Message, type ModelRequest, type Reasoning, type Source } from '#wire/request.ts'
import {
  optionalBoolean,
  optionalInteger,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'
import { readInput } from '#wire/openai-responses/read-items.ts'
import { readText, readTools } from '#wire/openai-responses/read-tools.ts'

/**
 * Fields that are read, or that ask nothing of a platform: `store` is answered by the gateway. `conversation`, `prompt`
 * and `previous_response_id` are not among them, since only the platform itself has what they name.
 */
const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'max_output_tokens',
  'temperature',
  'top_p',
  'user',
  'safety_identifier',
  'stream',
  'stream_options',
  'store',
  'background',
  'include',
  'truncation',
  'top_logprobs',
  'metadata',
])
const REASONING: ReadonlySet<string> = new Set(['effort'])
const STREAM_OPTIONS: ReadonlySet<string> = new Set(['include_obfuscation'])

/** Reads the body of `POST /v1/responses`. A wrong, missing or unsupported field is an `invalid-request` that names it. */
export function readRequest(source: Source): ReadRequest {
  try {
    return source.json['background'] === true ? refuseBackground() : { ok: true, request: readBody(source) }
  } catch (error) {
    if (!(error instanceof WrongField)) throw error
    return { ok: false, failure: failure('invalid-request', error.message, { param: error.param }) }
  }
}

/** An answer that is fetched later would need a place where it waits, and nobody to hang up. */
function refuseBackground(): ReadRequest {
  const message =
    'background: true is not supported: every answer comes in the call that asks for it. Leave background out; for long answers use stream: true.'
  return { ok: false, failure: failure('invalid-request', message, { param: 'background' }) }
}

function readBody(source: Source): ModelRequest {
  const { json, outside } = source
  const unread = [...unreadKeys(json, KNOWN, '')]
  const model = outside?.model ?? requiredText(json, 'model')
  if (model === '') throw new WrongField('model', 'the name of a model', model)
  optionalBoolean(json, 'background')
  return {
    dialect: 'openai-responses',
    source,
    model,
    stream: outside?.stream ?? optionalBoolean(json, 'stream') ?? false,
    streamUsage: true,
    messages: [...readInstructions(json), ...readInput(json, unread)],
    ...readTools(json, unread),
    ...readSampling(json),
    ...readText(json, unread),
    ...readReasoning(json, unread),
    ...readUser(json, unread),
    unread: [...unread, ...readWishes(json)],
    ...leavingOf(json),
  }
}

/** Where all that is to be answered is what the platform keeps, nobody else can answer it. */
function leavingOf({ input }: JsonObject): { leaving?: Leaving } {
  if (typeof input === 'string' || (Array.isArray(input) && input.length > 0)) return {}
  const message =
    'input: there is none, and what prompt, conversation or previous_response_id name is known to its own platform only. Send input.'
  return { leaving: { warnings: [], refusal: failure('invalid-request', message, { param: 'input' }) } }
}

function readInstructions(json: JsonObject): Message[] {
  const text = optionalText(json, 'instructions')
  return text === undefined ? [] : [{ role: 'system', parts: [{ kind: 'text', text }], path: 'instructions' }]
}

type Sampling = Pick<ModelRequest, 'parallelToolCalls' | 'maxOutputTokens' | 'temperature' | 'topP'>

function readSampling(json: JsonObject): Partial<Sampling> {
  const parallelToolCalls = optionalBoolean(json, 'parallel_tool_calls')
  const maxOutputTokens = optionalInteger(json, 'max_output_tokens')
  const temperature = optionalNumber(json, 'temperature')
  const topP = optionalNumber(json, 'top_p')
  return {
    ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
  }
}

/** An effort that nobody knows yet stays unread, and so travels within the dialect. */
function readReasoning(json: JsonObject, unread: string[]): { reasoning?: Reasoning } {
  const reasoning = optionalObject(json, 'reasoning')
  if (reasoning === undefined) return {}
  unread.push(...unreadKeys(reasoning, REASONING, 'reasoning'))
  const word = optionalText(reasoning, 'effort', 'reasoning')
  const effort = EFFORTS.find((known) => known === word)
  if (word !== undefined && effort === undefined) unread.push('reasoning.effort')
  return effort === undefined ? {} : { reasoning: { effort } }
}

/** Two names of one thing; where they say different things, the older one counts. */
function readUser(json: JsonObject, unread: string[]): { user?: string } {
  const user = optionalText(json, 'user')
  const identifier = optionalText(json, 'safety_identifier')
  if (user !== undefined && identifier !== undefined && user !== identifier) unread.push('safety_identifier')
  const known = user ?? identifier
  return known === undefined ? {} : { user: known }
}

/** The paths of wishes that only a platform of this dialect can fulfil; their empty forms wish nothing. */
function readWishes(json: JsonObject): readonly string[] {
  const unread: string[] = []
  optionalBoolean(json, 'store')
  const options = optionalObject(json, 'stream_options')
  if (options !== undefined) {
    unread.push(...unreadKeys(options, STREAM_OPTIONS, 'stream_options'))
    const padded = optionalBoolean(options, 'include_obfuscation', 'stream_options') === true
    if (padded) unread.push('stream_options.include_obfuscation')
  }
  const include = optionalList(json, 'include') ?? []
  // Sealed thinking comes without being asked for.
  include.forEach((value, i) => value === 'reasoning.encrypted_content' || unread.push(`include.${i}`))
  if ((optionalText(json, 'truncation') ?? 'disabled') !== 'disabled') unread.push('truncation')
  if ((optionalInteger(json, 'top_logprobs') ?? 0) !== 0) unread.push('top_logprobs')
  if (Object.keys(optionalObject(json, 'metadata') ?? {}).length > 0) unread.push('metadata')
  return unread
}
