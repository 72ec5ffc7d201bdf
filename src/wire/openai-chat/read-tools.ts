import { isObject, type JsonObject } from '#wire/json.ts'
import type { ResponseFormat, Tool, ToolChoice } from '#wire/request.ts'
import {
  objectAt,
  optionalBoolean,
  optionalList,
  optionalObject,
  optionalText,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'

const TOOL: ReadonlySet<string> = new Set(['type', 'function'])
const FUNCTION: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict'])
const FORMAT: ReadonlySet<string> = new Set(['type', 'json_schema'])
const SCHEMA: ReadonlySet<string> = new Set(['name', 'description', 'schema', 'strict'])

/** `tools`, and the `functions` of 2023 after them. */
export function readTools(json: JsonObject, unread: string[]): Tool[] {
  const tools = (optionalList(json, 'tools') ?? []).map((item, i) => readTool(item, `tools.${i}`, unread))
  const legacy = optionalList(json, 'functions') ?? []
  legacy.forEach((item, i) => tools.push(readFunction(objectAt(item, `functions.${i}`), `functions.${i}`, unread)))
  return tools
}

function readTool(item: unknown, path: string, unread: string[]): Tool {
  const tool = objectAt(item, path)
  const type = requiredText(tool, 'type', path)
  if (type !== 'function') return { kind: 'native', dialect: 'openai-chat', type, value: tool, path }
  unread.push(...unreadKeys(tool, TOOL, path))
  const read = readFunction(requiredObject(tool, 'function', path), `${path}.function`, unread)
  return { ...read, path }
}

function readFunction(tool: JsonObject, path: string, unread: string[]): Tool {
  unread.push(...unreadKeys(tool, FUNCTION, path))
  const description = optionalText(tool, 'description', path)
  const parameters = optionalObject(tool, 'parameters', path)
  const strict = optionalBoolean(tool, 'strict', path)
  return {
    kind: 'function',
    name: requiredText(tool, 'name', path),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(strict === undefined ? {} : { strict }),
    path,
  }
}

/** Words of `tool_choice`; `any` is Mistral's and vLLM's older word for `required`. */
const CHOICES: ReadonlyMap<unknown, ToolChoice> = new Map([
  ['auto', { kind: 'auto' }],
  ['none', { kind: 'none' }],
  ['required', { kind: 'required' }],
  ['any', { kind: 'required' }],
])

/** `tool_choice`, or the `function_call` of 2023. Forms beyond the plain ones stay unread. */
export function readToolChoice(json: JsonObject, unread: string[]): { toolChoice?: ToolChoice } {
  const current = json['tool_choice'] ?? undefined
  const key = current === undefined ? 'function_call' : 'tool_choice'
  const value = current ?? json['function_call'] ?? undefined
  if (value === undefined) return {}
  const toolChoice = CHOICES.get(value) ?? namedChoice(value)
  if (toolChoice !== undefined) return { toolChoice }
  if (typeof value !== 'string' && !isObject(value)) throw new WrongField(key, 'a string or an object', value)
  unread.push(key)
  return {}
}

/** `{type, function: {name}}`, or `{name}` in the form of 2023. */
function namedChoice(value: unknown): ToolChoice | undefined {
  if (!isObject(value)) return undefined
  const named = isObject(value['function']) ? value['function'] : value
  return typeof named['name'] === 'string' && value['type'] !== 'custom'
    ? { kind: 'named', name: named['name'] }
    : undefined
}

/** `response_format`; a form that is not known stays unread. */
export function readResponseFormat(json: JsonObject, unread: string[]): { responseFormat?: ResponseFormat } {
  const format = optionalObject(json, 'response_format')
  if (format === undefined) return {}
  switch (requiredText(format, 'type', 'response_format')) {
    case 'text':
      unread.push(...unreadKeys(format, FORMAT, 'response_format'))
      return { responseFormat: { kind: 'text' } }
    case 'json_object':
      unread.push(...unreadKeys(format, FORMAT, 'response_format'))
      return { responseFormat: { kind: 'json' } }
    case 'json_schema':
      unread.push(...unreadKeys(format, FORMAT, 'response_format'))
      return { responseFormat: readSchema(format, unread) }
    default:
      unread.push('response_format')
      return {}
  }
}

function readSchema(format: JsonObject, unread: string[]): ResponseFormat {
  const path = 'response_format.json_schema'
  const asked = requiredObject(format, 'json_schema', 'response_format')
  unread.push(...unreadKeys(asked, SCHEMA, path))
  const name = optionalText(asked, 'name', path)
  const description = optionalText(asked, 'description', path)
  const strict = optionalBoolean(asked, 'strict', path)
  return {
    kind: 'json-schema',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    // OpenAI lets the schema out: any JSON is meant then.
    schema: optionalObject(asked, 'schema', path) ?? {},
    ...(strict === undefined ? {} : { strict }),
  }
}
