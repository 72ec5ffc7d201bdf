import type { ReadRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import {
  EFFORTS,
  type Message,
  type ModelRequest,
  type Reasoning,
  type ResponseFormat,
  type Source,
  type Tool,
  type ToolChoice,
} from '#wire/request.ts'
import { exactMessages } from '#wire/anthropic-messages/exact-input.ts'
import { readContent, readTextContent } from '#wire/anthropic-messages/read-content.ts'
import {
  at,
  objectAt,
  optionalBoolean,
  optionalInteger,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
  requiredList,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'

const REQUEST_KEYS = new Set([
  'model',
  'messages',
  'max_tokens',
  'system',
  'tools',
  'tool_choice',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'stream',
  'metadata',
  'thinking',
  'output_config',
  'output_format',
])
const MESSAGE_KEYS = new Set(['role', 'content'])
const METADATA_KEYS = new Set(['user_id'])
const TOOL_KEYS = new Set(['type', 'name', 'description', 'input_schema', 'strict'])
const CHOICE_KEYS = new Set(['type', 'name', 'disable_parallel_tool_use'])
const THINKING_KEYS = new Set(['type', 'budget_tokens'])
const OUTPUT_KEYS = new Set(['effort', 'format'])
const FORMAT_KEYS = new Set(['type', 'schema'])

/** Reads the body of `POST /v1/messages`. A wrong or missing field is an `invalid-request` that names it. */
export function readRequest(source: Source): ReadRequest {
  try {
    return { ok: true, request: readBody(source) }
  } catch (error) {
    if (!(error instanceof WrongField)) throw error
    return { ok: false, failure: failure('invalid-request', error.message, { param: error.param }) }
  }
}

function readBody(source: Source): ModelRequest {
  const { json, outside } = source
  const unread = [...unreadKeys(json, REQUEST_KEYS, '')]
  const model = outside?.model ?? requiredText(json, 'model')
  if (model === '') throw new WrongField('model', 'the name of a model', model)
  const maxOutputTokens = optionalInteger(json, 'max_tokens')
  if (maxOutputTokens === undefined) throw new WrongField('max_tokens', 'a whole number', json['max_tokens'])
  const list = exactMessages(requiredList(json, 'messages'), source.text)
  if (list.length === 0) throw new WrongField('messages', 'at least one message', list)
  const messages = readSystem(json, unread)
  list.forEach((value, index) => readMessage(value, { path: at('messages', index), messages, unread }))
  return {
    dialect: 'anthropic-messages',
    source,
    model,
    stream: outside?.stream ?? optionalBoolean(json, 'stream') ?? false,
    streamUsage: true,
    messages,
    tools: (optionalList(json, 'tools') ?? []).map((value, index) => readTool(value, at('tools', index), unread)),
    maxOutputTokens,
    ...readToolChoice(json, unread),
    ...readSampling(json),
    ...readUser(json, unread),
    ...readThinking(json, unread),
    unread,
  }
}

function readSystem(json: JsonObject, unread: string[]): Message[] {
  const system = json['system'] ?? undefined
  return system === undefined
    ? []
    : [{ role: 'system', parts: readTextContent(system, 'system', unread), path: 'system' }]
}

interface MessageSink {
  readonly path: string
  readonly messages: Message[]
  readonly unread: string[]
}

function readMessage(value: unknown, { path, messages, unread }: MessageSink): void {
  const message = objectAt(value, path)
  const role = requiredText(message, 'role', path)
  for (const key of unreadKeys(message, MESSAGE_KEYS, path)) unread.push(key)
  const contentPath = at(path, 'content')
  switch (role) {
    case 'user':
      return pushUser(readContent(message['content'], contentPath, unread), path, messages)
    case 'assistant':
      messages.push({ role, parts: readContent(message['content'], contentPath, unread), path })
      return
    case 'system':
      messages.push({ role, parts: readTextContent(message['content'], contentPath, unread), path })
      return
    default:
      throw new WrongField(at(path, 'role'), '"user", "assistant" or "system"', role)
  }
}

/** Tool results become a message of their own, before what else the user turn holds. */
function pushUser(parts: readonly Part[], path: string, messages: Message[]): void {
  const results = parts.filter((part) => part.kind === 'tool-result')
  if (results.length === 0) {
    messages.push({ role: 'user', parts, path })
    return
  }
  messages.push({ role: 'tool', parts: results, path })
  const rest = parts.filter((part) => part.kind !== 'tool-result')
  if (rest.length > 0) messages.push({ role: 'user', parts: rest, path })
}

function readTool(value: unknown, path: string, unread: string[]): Tool {
  const tool = objectAt(value, path)
  const type = optionalText(tool, 'type', path) ?? 'custom'
  if (type !== 'custom') return { kind: 'native', dialect: 'anthropic-messages', type, value: tool, path }
  for (const key of unreadKeys(tool, TOOL_KEYS, path)) unread.push(key)
  const description = optionalText(tool, 'description', path)
  const strict = optionalBoolean(tool, 'strict', path)
  return {
    kind: 'function',
    name: requiredText(tool, 'name', path),
    ...(description === undefined ? {} : { description }),
    parameters: requiredObject(tool, 'input_schema', path),
    ...(strict === undefined ? {} : { strict }),
    path,
  }
}

function readToolChoice(json: JsonObject, unread: string[]): { toolChoice?: ToolChoice; parallelToolCalls?: boolean } {
  const choice = optionalObject(json, 'tool_choice')
  if (choice === undefined) return {}
  for (const key of unreadKeys(choice, CHOICE_KEYS, 'tool_choice')) unread.push(key)
  const single = optionalBoolean(choice, 'disable_parallel_tool_use', 'tool_choice') ?? false
  return { toolChoice: choiceOf(choice), ...(single ? { parallelToolCalls: false } : {}) }
}

function choiceOf(choice: JsonObject): ToolChoice {
  const type = requiredText(choice, 'type', 'tool_choice')
  switch (type) {
    case 'auto':
    case 'none':
      return { kind: type }
    case 'any':
      return { kind: 'required' }
    case 'tool':
      return { kind: 'named', name: requiredText(choice, 'name', 'tool_choice') }
    default:
      throw new WrongField('tool_choice.type', '"auto", "any", "tool" or "none"', type)
  }
}

function readSampling(json: JsonObject): Partial<Pick<ModelRequest, 'temperature' | 'topP' | 'topK' | 'stop'>> {
  const temperature = optionalNumber(json, 'temperature')
  const topP = optionalNumber(json, 'top_p')
  const topK = optionalInteger(json, 'top_k')
  const stop = optionalList(json, 'stop_sequences')?.map((value, index) => {
    if (typeof value === 'string') return value
    throw new WrongField(at('stop_sequences', index), 'a string', value)
  })
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(stop === undefined ? {} : { stop }),
  }
}

function readUser(json: JsonObject, unread: string[]): { user?: string } {
  const metadata = optionalObject(json, 'metadata')
  if (metadata === undefined) return {}
  for (const key of unreadKeys(metadata, METADATA_KEYS, 'metadata')) unread.push(key)
  const user = optionalText(metadata, 'user_id', 'metadata')
  return user === undefined ? {} : { user }
}

/** `thinking` with `output_config.effort`, and the output format that stands beside the effort. */
function readThinking(json: JsonObject, unread: string[]): { reasoning?: Reasoning; responseFormat?: ResponseFormat } {
  const output = optionalObject(json, 'output_config')
  if (output !== undefined) for (const key of unreadKeys(output, OUTPUT_KEYS, 'output_config')) unread.push(key)
  const reasoning = { ...readEffort(output, unread), ...readSwitch(json, unread) }
  if (reasoning.enabled === false && reasoning.effort !== undefined) {
    // Effort without thinking bounds the answer itself: nothing that another dialect can say.
    delete reasoning.effort
    unread.push('output_config.effort')
  }
  const format = output === undefined ? undefined : readFormat(output, { key: 'format', path: 'output_config', unread })
  const responseFormat = format ?? readFormat(json, { key: 'output_format', path: '', unread })
  return {
    ...(Object.keys(reasoning).length === 0 ? {} : { reasoning }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
  }
}

type Switches = { -readonly [Key in keyof Reasoning]: Reasoning[Key] }

function readEffort(output: JsonObject | undefined, unread: string[]): Switches {
  const effort = output === undefined ? undefined : optionalText(output, 'effort', 'output_config')
  if (effort === undefined) return {}
  const known = EFFORTS.find((name) => name === effort)
  if (known !== undefined) return { effort: known }
  unread.push('output_config.effort')
  return {}
}

function readSwitch(json: JsonObject, unread: string[]): Switches {
  const thinking = optionalObject(json, 'thinking')
  if (thinking === undefined) return {}
  for (const key of unreadKeys(thinking, THINKING_KEYS, 'thinking')) unread.push(key)
  switch (requiredText(thinking, 'type', 'thinking')) {
    case 'enabled': {
      const budgetTokens = optionalInteger(thinking, 'budget_tokens', 'thinking')
      // Anthropic itself demands the budget; layers of other platforms do not.
      return budgetTokens === undefined ? { enabled: true } : { budgetTokens }
    }
    case 'adaptive':
      return { enabled: true }
    case 'disabled':
      return { enabled: false }
    default:
      unread.push('thinking')
      return {}
  }
}

interface FormatPlace {
  readonly key: string
  readonly path: string
  readonly unread: string[]
}

function readFormat(holder: JsonObject, { key, path, unread }: FormatPlace): ResponseFormat | undefined {
  const format = optionalObject(holder, key, path)
  if (format === undefined) return undefined
  const formatPath = at(path, key)
  if (requiredText(format, 'type', formatPath) !== 'json_schema') {
    unread.push(formatPath)
    return undefined
  }
  for (const name of unreadKeys(format, FORMAT_KEYS, formatPath)) unread.push(name)
  return { kind: 'json-schema', schema: requiredObject(format, 'schema', formatPath) }
}
