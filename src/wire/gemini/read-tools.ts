import type { JsonObject } from '#wire/json.ts'
import type { FunctionTool, ModelRequest, Tool, ToolChoice } from '#wire/request.ts'
import {
  at,
  objectAt,
  optionalList,
  optionalObject,
  optionalText,
  requiredText,
  WrongField,
} from '#wire/shape/field.ts'
import {
  callerPath,
  camelled,
  elementsOf,
  enumField,
  type Element,
  openObject,
  type Reading,
} from '#wire/gemini/proto.ts'
import { jsonSchemaOf } from '#wire/gemini/read-schema.ts'

/** Tools that the platform runs, as far as they are known: only their spelling matters. */
const TOOL: ReadonlySet<string> = new Set([
  'functionDeclarations',
  'googleSearch',
  'googleSearchRetrieval',
  'googleMaps',
  'codeExecution',
  'urlContext',
  'fileSearch',
  'computerUse',
  'mcpServers',
  'enterpriseWebSearch',
  'retrieval',
  'exaAiSearch',
  'parallelAiSearch',
])
const DECLARATION: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'parametersJsonSchema'])
const TOOL_CONFIG: ReadonlySet<string> = new Set(['functionCallingConfig'])
const CALLING: ReadonlySet<string> = new Set(['mode', 'allowedFunctionNames'])

/** `tools`: each declaration a function, each other member a tool of this dialect's own. */
export function readTools(reading: Reading, elements: readonly Element[]): Tool[] {
  return elements.flatMap(({ value, path }) => {
    const whole = objectAt(value, path)
    const tool = camelled(reading, whole, TOOL)
    const functions = elementsOf(tool, 'functionDeclarations', path).map((element) => readDeclaration(reading, element))
    return [...functions, ...nativeTools(reading, tool, path)]
  })
}

function nativeTools(reading: Reading, tool: JsonObject, path: string): Tool[] {
  return Object.keys(tool)
    .filter((type) => type !== 'functionDeclarations' && tool[type] !== null)
    .map((type) => ({
      kind: 'native',
      dialect: 'gemini',
      type,
      value: { [type]: tool[type] },
      path: callerPath(reading, at(path, type)),
    }))
}

function readDeclaration(reading: Reading, { value, path }: Element): FunctionTool {
  const declaration = openObject(reading, value, { path, known: DECLARATION })
  const description = optionalText(declaration, 'description', path)
  const parameters = parametersOf(declaration, path)
  return {
    kind: 'function',
    name: requiredText(declaration, 'name', path),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    path: callerPath(reading, path),
  }
}

/** JSON Schema as it is, or Google's own form of it. */
function parametersOf(declaration: JsonObject, path: string): JsonObject | undefined {
  const own = optionalObject(declaration, 'parameters', path)
  return (
    optionalObject(declaration, 'parametersJsonSchema', path) ?? (own === undefined ? undefined : jsonSchemaOf(own))
  )
}

/** `toolConfig.functionCallingConfig`: what the model may, must or must not call. */
export function readToolChoice(
  reading: Reading,
  json: JsonObject,
  tools: readonly Tool[],
): Pick<ModelRequest, 'toolChoice'> {
  const config = optionalObject(json, 'toolConfig')
  if (config === undefined) return {}
  const path = 'toolConfig.functionCallingConfig'
  const outer = openObject(reading, config, { path: 'toolConfig', known: TOOL_CONFIG })
  const calling = optionalObject(outer, 'functionCallingConfig', 'toolConfig')
  if (calling === undefined) return {}
  const said = openObject(reading, calling, { path, known: CALLING })
  const names = (optionalList(said, 'allowedFunctionNames', path) ?? []).map((name, i) => {
    if (typeof name === 'string') return name
    throw new WrongField(at(at(path, 'allowedFunctionNames'), i), 'a string', name)
  })
  const mode = enumField(said, 'mode', path)
  const { toolChoice, names: meant } = choiceOf(mode, names, tools)
  if (names.length > 0 && !meant) reading.unread.push(at(path, 'allowedFunctionNames'))
  // Other dialects have no word for "free, but by the schema".
  if (mode === 'VALIDATED') reading.unread.push(at(path, 'mode'))
  return toolChoice === undefined ? {} : { toolChoice }
}

interface Choice {
  readonly toolChoice?: ToolChoice
  /** The allowed names are said by it. */
  readonly names: boolean
}

function choiceOf(mode: string | undefined, names: readonly string[], tools: readonly Tool[]): Choice {
  switch (mode) {
    case undefined:
    case 'MODE_UNSPECIFIED':
      return { names: false }
    case 'AUTO':
    case 'VALIDATED':
      return { toolChoice: { kind: 'auto' }, names: false }
    case 'NONE':
      return { toolChoice: { kind: 'none' }, names: false }
    case 'ANY': {
      const [only] = names
      if (names.length === 1 && only !== undefined) return { toolChoice: { kind: 'named', name: only }, names: true }
      const all = tools.every((tool) => tool.kind === 'function' && names.includes(tool.name))
      return { toolChoice: { kind: 'required' }, names: all }
    }
    default:
      throw new WrongField('toolConfig.functionCallingConfig.mode', '"AUTO", "ANY", "NONE" or "VALIDATED"', mode)
  }
}
