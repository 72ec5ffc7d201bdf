import { isObject, type JsonObject } from '#wire/json.ts'
import type { FunctionTool, ToolChoice } from '#wire/request.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { takesJsonSchema } from '#wire/gemini/write-config.ts'
import { projected } from '#wire/gemini/write-schema.ts'

/** `tools` and `toolConfig`. */
export interface WrittenTools {
  readonly tools?: readonly JsonObject[]
  readonly toolConfig?: JsonObject
}

/** All functions in one tool, and beside them those that only this dialect knows; tools of others are dropped. */
export function writeTools(draft: Draft): WrittenTools {
  const functions: JsonObject[] = []
  const tools: JsonObject[] = []
  let strict = false
  for (const tool of draft.request.tools) {
    if (tool.kind === 'function') {
      functions.push(writeFunction(draft, tool))
      strict ||= tool.strict === true && draft.target.quirks.toolStrict
    } else if (tool.dialect === 'gemini') tools.push(tool.value)
    else {
      draft.warnings.push({ action: 'dropped', path: tool.path, detail: `${tool.type} is a tool of another dialect` })
    }
  }
  if (functions.length > 0) tools.unshift({ functionDeclarations: functions })
  const calling = functions.length > 0 ? writeCalling(draft, strict) : noFunctions(draft)
  return {
    ...(tools.length === 0 ? {} : { tools }),
    ...(calling === undefined ? {} : { toolConfig: { functionCallingConfig: calling } }),
  }
}

function writeFunction(draft: Draft, { name, description, parameters, strict, path }: FunctionTool): JsonObject {
  if (strict === true && !draft.target.quirks.toolStrict) {
    draft.warnings.push({ action: 'dropped', path: `${path}.strict`, detail: 'the target has no strict tools' })
  }
  return {
    name,
    ...(description === undefined || description === '' ? {} : { description }),
    ...parametersOf(draft, parameters, path),
  }
}

function parametersOf(draft: Draft, parameters: JsonObject | undefined, path: string): JsonObject {
  const needed = draft.target.quirks.toolParametersRequired ? { type: 'object', properties: {} } : undefined
  const schema = parameters ?? needed
  if (schema === undefined) return {}
  if (takesJsonSchema(draft)) return { parametersJsonSchema: schema }
  const { schema: own, lost } = projected(schema)
  if (lost.length > 0) {
    const detail = `the target's schemas lack ${lost.join(', ')}`
    draft.warnings.push({ action: 'approximated', path, detail })
  }
  // An object without members is refused there; a function without parameters is not.
  const { type, properties } = own
  const empty = type === 'OBJECT' && (!isObject(properties) || Object.keys(properties).length === 0)
  return empty && needed === undefined ? {} : { parameters: own }
}

/** `functionCallingConfig`. Strict functions are what `VALIDATED` is for; `ANY` keeps to their schemas anyway. */
export function writeCalling(draft: Draft, strict: boolean): JsonObject | undefined {
  const { toolChoice: choice, parallelToolCalls } = draft.request
  if (parallelToolCalls === false) note(draft, 'parallelToolCalls', ['dropped', 'the target has no such switch'])
  const free = strict ? { mode: 'VALIDATED' } : undefined
  switch (choice?.kind) {
    case undefined:
      return free
    case 'auto':
      return free ?? { mode: 'AUTO' }
    case 'none':
    case 'required':
    case 'named':
      return bound(draft, choice)
  }
}

/** A choice that leaves the model no freedom, or the nearest that the target takes. */
function bound(draft: Draft, choice: ToolChoice): JsonObject {
  const { toolChoices } = draft.target.quirks
  if (toolChoices.includes(choice.kind)) {
    if (choice.kind === 'named') return { mode: 'ANY', allowedFunctionNames: [choice.name] }
    return { mode: choice.kind === 'none' ? 'NONE' : 'ANY' }
  }
  const mode = choice.kind === 'named' && toolChoices.includes('required') ? 'ANY' : 'AUTO'
  note(draft, 'toolChoice', ['approximated', `${choice.kind} → ${mode}`])
  return { mode }
}

/** Gemini refuses a wish about functions where there are none. */
function noFunctions(draft: Draft): undefined {
  const { toolChoice } = draft.request
  if (toolChoice === undefined || toolChoice.kind === 'none' || toolChoice.kind === 'auto') return
  note(draft, 'toolChoice', ['dropped', 'there are no functions to choose from'])
}
