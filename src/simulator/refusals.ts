import type { Refusal } from '#simulator/refuse.ts'
import { missingSignature } from '#simulator/signatures.ts'
import { promptTokens } from '#simulator/tokens.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { NumberRule, Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { clampNumber } from '#wire/shape/clamp.ts'

/** What a platform looks at before it answers. */
export interface Examined {
  readonly request: ModelRequest
  readonly quirks: Quirks
  readonly thinks: boolean
  /** Tokens of input and output together, where known. */
  readonly context: number | undefined
}

/** Does the model think about this request? By what it asks, and by the model's habit. */
export function thinksAbout({ reasoning }: ModelRequest, quirks: Quirks): boolean {
  if (quirks.thinkingDefault === 'always') return true
  if (reasoning?.enabled === false || reasoning?.effort === 'none') return false
  const asked = reasoning?.enabled ?? (reasoning?.effort !== undefined || reasoning?.budgetTokens !== undefined)
  return asked ? quirks.thinking !== 'none' : quirks.thinkingDefault === 'on'
}

/** Why the platform refuses a request that its dialect would take; by quirks alone. Undefined = it takes it. */
export function examine(examined: Examined): Refusal | undefined {
  for (const look of LOOKS) {
    const refusal = look(examined)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

type Look = (examined: Examined) => Refusal | undefined

const LOOKS: readonly Look[] = [
  unknownFields,
  refusedFields,
  outputBound,
  numbers,
  stops,
  roles,
  turns,
  contents,
  tools,
  formats,
  effort,
  returnedReasoning,
  missingSignature,
  mode,
  length,
]

function bad(message: string, param?: string): Refusal {
  return { says: 'invalid-request', message, ...(param === undefined ? {} : { param }) }
}

function unknownFields({ request, quirks }: Examined): Refusal | undefined {
  const { knownFields } = quirks
  if (knownFields === 'any') return undefined
  const known = new Set(knownFields)
  const unknown = Object.keys(request.source.json).find((name) => !known.has(name))
  return unknown === undefined
    ? undefined
    : bad(`Extra inputs are not permitted: '${unknown}' (extra_forbidden)`, unknown)
}

function refusedFields({ request, quirks }: Examined): Refusal | undefined {
  const field = quirks.refusedFields.find((name) => isSet(request.source.json[name]))
  return field === undefined
    ? undefined
    : bad(`Unsupported parameter: '${field}' is not supported with this model.`, field)
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null
}

function outputBound({ request, quirks }: Examined): Refusal | undefined {
  const { maxTokensField: taken, maxTokensRequired } = quirks
  if (maxTokensRequired && request.maxOutputTokens === undefined) {
    return bad('max_tokens: Field required', 'max_tokens')
  }
  // Only chat has both names.
  if (taken === 'either' || request.dialect !== 'openai-chat') return undefined
  const other = taken === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'
  if (!isSet(request.source.json[other])) return undefined
  return bad(`Unsupported parameter: '${other}' is not supported with this model. Use '${taken}' instead.`, other)
}

function numbers({ request, quirks }: Examined): Refusal | undefined {
  const { temperature, topP } = request
  if (quirks.temperatureOrTopP && temperature !== undefined && topP !== undefined) {
    return bad('`temperature` and `top_p` cannot both be specified for this model. Please use only one.', 'top_p')
  }
  return (
    outside('temperature', temperature, quirks.temperature) ??
    outside('top_p', topP, quirks.topP) ??
    outside('presence_penalty', request.presencePenalty, quirks.penalties) ??
    outside('frequency_penalty', request.frequencyPenalty, quirks.penalties) ??
    answers(request.n, quirks.answersMax)
  )
}

/** Platforms that fix a number take the one it is fixed to: 1 for sampling, 0 for penalties. */
function outside(name: string, value: number | undefined, rule: NumberRule): Refusal | undefined {
  if (value === undefined || rule === 'any') return undefined
  if (rule === 'fixed') {
    const own = name.endsWith('penalty') ? 0 : 1
    return value === own ? undefined : bad(`invalid ${name}: only ${own} is allowed for this model`, name)
  }
  return clampNumber(value, rule).changed
    ? bad(`Invalid value for '${name}': ${value} is out of range`, name)
    : undefined
}

function answers(n: number | undefined, most: number): Refusal | undefined {
  return n === undefined || (n >= 1 && n <= most) ? undefined : bad(`invalid n: it must be between 1 and ${most}`, 'n')
}

function stops({ request, quirks }: Examined): Refusal | undefined {
  const { stop = [] } = request
  if (stop.length > quirks.stopMax)
    return bad(`Invalid 'stop': at most ${quirks.stopMax} sequences are allowed`, 'stop')
  const long = stop.some((sequence) => Buffer.byteLength(sequence) > quirks.stopBytesMax)
  return long ? bad(`Invalid 'stop': a sequence may have at most ${quirks.stopBytesMax} bytes`, 'stop') : undefined
}

function roles({ request, quirks }: Examined): Refusal | undefined {
  for (const [index, { role, path }] of request.messages.entries()) {
    if (role === 'developer' && quirks.systemRole === 'system') {
      return bad(`${path}.role: 'developer' is not one of system, assistant, user, tool`, `${path}.role`)
    }
    const late = (role === 'system' || role === 'developer') && index > 0 && !leads(request.messages, index)
    if (late && quirks.systemPlace === 'first') return bad('System message must be at the beginning.', `${path}.role`)
  }
  return undefined
}

/** Only system messages stand before it. */
function leads(messages: readonly Message[], index: number): boolean {
  return messages.slice(0, index).every(({ role }) => role === 'system' || role === 'developer')
}

function turns({ request, quirks }: Examined): Refusal | undefined {
  const spoken = request.messages.filter(({ role }) => role === 'user' || role === 'assistant' || role === 'tool')
  const [first] = spoken
  if (quirks.firstTurnUser && first !== undefined && first.role === 'assistant') {
    return bad(`${first.path}: the first turn must be the user's`, `${first.path}.role`)
  }
  // Anthropic's document says that it merges neighbours itself; that they must alternate is its layers' rule.
  if (!quirks.turnsAlternate || request.dialect === 'anthropic-messages') return undefined
  const twice = spoken.find(({ role }, index) => role !== 'tool' && spoken[index - 1]?.role === role)
  return twice === undefined
    ? undefined
    : bad(`${twice.path}: roles must alternate between user and assistant`, twice.path)
}

function contents({ request, quirks }: Examined): Refusal | undefined {
  for (const { role, parts, path } of request.messages) {
    const refusal = quirks.emptyContent === 'refused' ? emptyContent({ role, parts, path }, request) : undefined
    if (refusal !== undefined) return refusal
    const image = parts.find((part) => part.kind === 'image')
    if (image === undefined || quirks.images === 'accepted') continue
    if (quirks.images === 'refused') return bad('Image input is not supported by this model.', path)
    if (image.source.kind === 'url') return bad(`unsupported image url: ${image.source.url}`, path)
  }
  return undefined
}

/** Content may be left out beside tool calls, but not be empty. */
function emptyContent({ role, parts, path }: Message, request: ModelRequest): Refusal | undefined {
  const calls = parts.some(({ kind }) => kind === 'tool-call')
  const empty = parts.length === 0 || parts.some((part) => part.kind === 'text' && part.text === '')
  const nothing = calls && rawContent(request.source.json, path) === null
  if (!nothing && (!empty || role === 'tool')) return undefined
  return bad(`Invalid request: the message at ${path} with role '${role}' must not be empty`, `${path}.content`)
}

/** The `content` that stands in the caller's JSON at `messages.3`. */
function rawContent(json: JsonObject, path: string): unknown {
  const list = json['messages']
  const message: unknown = Array.isArray(list) ? list[Number(path.split('.')[1])] : undefined
  return isObject(message) ? message['content'] : undefined
}

function tools({ request, quirks, thinks }: Examined): Refusal | undefined {
  const { toolChoice } = request
  if (toolChoice !== undefined) {
    if (!quirks.toolChoices.includes(toolChoice.kind)) {
      return bad(`tool_choice '${toolChoice.kind}' is not supported`, 'tool_choice')
    }
    const bound = toolChoice.kind === 'required' || toolChoice.kind === 'named'
    if (bound && thinks && quirks.toolChoiceFreeOnlyWhileThinking) {
      const word = toolChoice.kind === 'named' ? 'specified' : 'required'
      return bad(`tool_choice '${word}' is incompatible with thinking enabled`, 'tool_choice')
    }
  }
  if (!quirks.toolParametersRequired) return undefined
  const bare = request.tools.find((tool) => tool.kind === 'function' && tool.parameters === undefined)
  return bare === undefined ? undefined : bad(`${bare.path}: input_schema: Field required`, bare.path)
}

function formats({ request, quirks }: Examined): Refusal | undefined {
  const kind = request.responseFormat?.kind
  if (kind === undefined || kind === 'text' || quirks.responseFormats.includes(kind)) return undefined
  return bad(
    `This response_format type is unavailable now: ${kind === 'json' ? 'json_object' : 'json_schema'}`,
    'response_format',
  )
}

/** Only words that the model knows; a platform without such words takes no notice. */
function effort({ request, quirks }: Examined): Refusal | undefined {
  const said = request.source.json['reasoning_effort']
  const words = Object.values(quirks.efforts)
  if (typeof said !== 'string' || words.length === 0 || words.includes(said)) return undefined
  return bad(
    `Unsupported value: 'reasoning_effort' does not support '${said}' with this model. Supported values are: ${words.join(', ')}.`,
    'reasoning_effort',
  )
}

/** Pain T19: with every call that the model made its thinking must come back; DeepSeek R1 of 2025 wanted the opposite. */
function returnedReasoning({ request, quirks, thinks }: Examined): Refusal | undefined {
  const { messages } = request
  if (quirks.reasoningReturn === 'refused') {
    const sent = messages.find((message) => message.role === 'assistant' && message.parts.some(isReasoning))
    return sent === undefined
      ? undefined
      : bad(`${sent.path}: reasoning_content is not allowed in the input`, sent.path)
  }
  if (quirks.reasoningReturn !== 'required' || !thinks) return undefined
  const bare = messages.find(
    ({ parts, path }) =>
      parts.some(({ kind }) => kind === 'tool-call') && !parts.some(isReasoning) && !saysNothing(request, path),
  )
  return bare === undefined
    ? undefined
    : bad(
        'The `reasoning_content` in the thinking mode must be passed back to the API.',
        `${bare.path}.reasoning_content`,
      )
}

/** The field is there, though there is nothing in it: enough for the platform. */
function saysNothing({ source }: ModelRequest, path: string): boolean {
  const { messages } = source.json
  const message: unknown = Array.isArray(messages) ? messages[Number(path.split('.')[1])] : undefined
  return isObject(message) && message['reasoning_content'] === ''
}

function isReasoning(part: Part): boolean {
  return part.kind === 'reasoning' || part.kind === 'reasoning-redacted'
}

/** Pain T21, in DashScope's words. */
function mode({ request, quirks, thinks }: Examined): Refusal | undefined {
  if (request.stream) return undefined
  if (quirks.streamOnly === 'always') {
    return bad('This model only support stream mode, please enable the stream parameter to access the model.', 'stream')
  }
  if (quirks.streamOnly === 'never' || !thinks) return undefined
  return bad('parameter.enable_thinking must be set to false for non-streaming calls', 'enable_thinking')
}

function length({ request, context }: Examined): Refusal | undefined {
  if (context === undefined) return undefined
  return promptTokens(request) <= context ? undefined : { says: 'context-length' }
}
