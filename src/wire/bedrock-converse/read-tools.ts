import type { JsonObject } from '#wire/json.ts'
import { memberOf } from '#wire/bedrock-converse/read-content.ts'
import type { Tool, ToolChoice } from '#wire/request.ts'
import {
  at,
  objectAt,
  optionalBoolean,
  optionalObject,
  optionalText,
  requiredList,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'

const CONFIG_KEYS = new Set(['tools', 'toolChoice'])
const SPEC_KEYS = new Set(['name', 'description', 'inputSchema', 'strict'])
const SCHEMA_KEYS = new Set(['json'])

/** `toolConfig`: the caller's functions, tools of the platform, and which of them to call. */
export function readTools(json: JsonObject, unread: string[]): { tools: readonly Tool[]; toolChoice?: ToolChoice } {
  const config = optionalObject(json, 'toolConfig')
  if (config === undefined) return { tools: [] }
  for (const key of unreadKeys(config, CONFIG_KEYS, 'toolConfig')) unread.push(key)
  const list = requiredList(config, 'tools', 'toolConfig')
  const tools = list.map((value, index) => readTool(value, at('toolConfig.tools', index), unread))
  const choice = optionalObject(config, 'toolChoice', 'toolConfig')
  return { tools, ...(choice === undefined ? {} : { toolChoice: readChoice(choice) }) }
}

function readTool(value: unknown, path: string, unread: string[]): Tool {
  const tool = objectAt(value, path)
  const { key } = memberOf(tool, { path, unread })
  if (key !== 'toolSpec') return { kind: 'native', dialect: 'bedrock-converse', type: key, value: tool, path }
  const spec = requiredObject(tool, key, path)
  const specPath = at(path, key)
  for (const name of unreadKeys(spec, SPEC_KEYS, specPath)) unread.push(name)
  const schema = requiredObject(spec, 'inputSchema', specPath)
  const schemaPath = at(specPath, 'inputSchema')
  for (const name of unreadKeys(schema, SCHEMA_KEYS, schemaPath)) unread.push(name)
  const description = optionalText(spec, 'description', specPath)
  const strict = optionalBoolean(spec, 'strict', specPath)
  return {
    kind: 'function',
    name: requiredText(spec, 'name', specPath),
    ...(description === undefined ? {} : { description }),
    parameters: requiredObject(schema, 'json', schemaPath),
    ...(strict === undefined ? {} : { strict }),
    path,
  }
}

function readChoice(choice: JsonObject): ToolChoice {
  const path = 'toolConfig.toolChoice'
  const { key } = memberOf(choice, { path, unread: [] })
  switch (key) {
    case 'auto':
      return { kind: 'auto' }
    case 'any':
      return { kind: 'required' }
    case 'tool':
      return { kind: 'named', name: requiredText(requiredObject(choice, key, path), 'name', at(path, key)) }
    default:
      throw new WrongField(path, '"auto", "any" or "tool"', key)
  }
}
