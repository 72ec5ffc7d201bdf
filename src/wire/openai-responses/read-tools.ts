import { isObject, type JsonObject } from '#wire/json.ts'
import type { FunctionTool, ResponseFormat, Tool, ToolChoice } from '#wire/request.ts'
import {
  objectAt,
  optionalBoolean,
  optionalList,
  optionalObject,
  optionalText,
  requiredList,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'

const FUNCTION: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters', 'strict'])
const NAMED: ReadonlySet<string> = new Set(['type', 'name'])
const ALLOWED: ReadonlySet<string> = new Set(['type', 'mode', 'tools'])
const TEXT: ReadonlySet<string> = new Set(['format', 'verbosity'])
const FORMAT: ReadonlySet<string> = new Set(['type'])
const SCHEMA: ReadonlySet<string> = new Set(['type', 'name', 'description', 'schema', 'strict'])

/** The tools that the model may call, and how free it is to. */
export interface ReadTools {
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice
}

/** `tools` and `tool_choice`. What stays unread is added to `unread`. */
export function readTools(json: JsonObject, unread: string[]): ReadTools {
  const list = optionalList(json, 'tools') ?? []
  const tools = list.map((item, i) => readTool(objectAt(item, `tools.${i}`), `tools.${i}`, unread))
  const choice = json['tool_choice'] ?? undefined
  return choice === undefined ? { tools } : readChoice(choice, tools, unread)
}

function readTool(tool: JsonObject, path: string, unread: string[]): Tool {
  const type = requiredText(tool, 'type', path)
  if (type !== 'function') return { kind: 'native', dialect: 'openai-responses', type, value: tool, path }
  // `async: false` and the like say what is so anyway.
  unread.push(...unreadKeys(tool, FUNCTION, path).filter((key) => tool[key.slice(path.length + 1)] !== false))
  return readFunction(tool, path)
}

/** `strict: false` is what every other dialect means when it says nothing; OpenAI's own silence tries to be strict. */
function readFunction(tool: JsonObject, path: string): FunctionTool {
  const description = optionalText(tool, 'description', path)
  const parameters = optionalObject(tool, 'parameters', path)
  const strict = optionalBoolean(tool, 'strict', path) ?? false
  return {
    kind: 'function',
    name: requiredText(tool, 'name', path),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(strict ? { strict } : {}),
    path,
  }
}

/** Words, a function by name, or a list of allowed tools. Other choices (tools that the platform runs) stay unread. */
function readChoice(choice: unknown, tools: readonly Tool[], unread: string[]): ReadTools {
  if (typeof choice === 'string') {
    if (choice === 'auto' || choice === 'none' || choice === 'required') return { tools, toolChoice: { kind: choice } }
    unread.push('tool_choice')
    return { tools }
  }
  if (!isObject(choice)) throw new WrongField('tool_choice', 'a string or an object', choice)
  switch (requiredText(choice, 'type', 'tool_choice')) {
    case 'function':
      unread.push(...unreadKeys(choice, NAMED, 'tool_choice'))
      return { tools, toolChoice: { kind: 'named', name: requiredText(choice, 'name', 'tool_choice') } }
    case 'allowed_tools':
      unread.push(...unreadKeys(choice, ALLOWED, 'tool_choice'))
      return readAllowed(choice, tools, unread)
    default:
      unread.push('tool_choice')
      return { tools }
  }
}

/** Only the allowed tools are tools: the others stand in the request for the prompt cache's sake. */
function readAllowed(choice: JsonObject, all: readonly Tool[], unread: string[]): ReadTools {
  const mode = requiredText(choice, 'mode', 'tool_choice')
  const allowed = requiredList(choice, 'tools', 'tool_choice').map((item, i) =>
    objectAt(item, `tool_choice.tools.${i}`),
  )
  const tools = all.filter((tool) => allowed.some((entry) => isAllowed(tool, entry)))
  if (mode === 'auto' || mode === 'required') return { tools, toolChoice: { kind: mode } }
  unread.push('tool_choice.mode')
  return { tools }
}

function isAllowed(tool: Tool, entry: JsonObject): boolean {
  if (tool.kind === 'function') return entry['type'] === 'function' && entry['name'] === tool.name
  if (entry['type'] !== tool.type) return false
  return ['name', 'server_label'].every((key) => entry[key] === undefined || entry[key] === tool.value[key])
}

/** `text`: the form of the answer. A form that is not known stays unread. */
export function readText(json: JsonObject, unread: string[]): { responseFormat?: ResponseFormat } {
  const text = optionalObject(json, 'text')
  if (text === undefined) return {}
  unread.push(...unreadKeys(text, TEXT, 'text'))
  const verbosity = optionalText(text, 'verbosity', 'text')
  if (verbosity !== undefined && verbosity !== 'medium') unread.push('text.verbosity')
  const format = optionalObject(text, 'format', 'text')
  return format === undefined ? {} : readFormat(format, unread)
}

function readFormat(format: JsonObject, unread: string[]): { responseFormat?: ResponseFormat } {
  const path = 'text.format'
  switch (requiredText(format, 'type', path)) {
    case 'text':
      unread.push(...unreadKeys(format, FORMAT, path))
      return { responseFormat: { kind: 'text' } }
    case 'json_object':
      unread.push(...unreadKeys(format, FORMAT, path))
      return { responseFormat: { kind: 'json' } }
    case 'json_schema':
      unread.push(...unreadKeys(format, SCHEMA, path))
      return { responseFormat: readSchema(format, path) }
    default:
      unread.push(path)
      return {}
  }
}

function readSchema(format: JsonObject, path: string): ResponseFormat {
  const name = optionalText(format, 'name', path)
  const description = optionalText(format, 'description', path)
  const strict = optionalBoolean(format, 'strict', path)
  return {
    kind: 'json-schema',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    schema: requiredObject(format, 'schema', path),
    ...(strict === undefined ? {} : { strict }),
  }
}
