import type { JsonObject } from '#wire/json.ts'
import type { FunctionTool } from '#wire/request.ts'
import { closedSchema } from '#wire/shape/closed-schema.ts'
import { type Draft, note } from '#wire/shape/draft.ts'

/** `toolConfig`, and what Claude's own fields say of parallel calls beside it. */
export interface ConverseTools {
  readonly toolConfig?: JsonObject
  readonly fields: JsonObject
}

/** The tools and which of them to call. `thinks` = whatever we say, the target thinks. */
export function writeTools(draft: Draft, thinks: boolean): ConverseTools {
  const { request } = draft
  const tools = request.tools.flatMap((tool) => {
    if (tool.kind === 'function') return [functionTool(draft, tool)]
    if (tool.dialect === draft.dialect) return [tool.value]
    draft.warnings.push({ action: 'dropped', path: tool.path, detail: `${tool.type} is a tool of another dialect` })
    return []
  })
  if (tools.length === 0) return withoutTools(draft)
  if (request.toolChoice?.kind === 'none' && calledNames(draft).length === 0) {
    note(draft, 'toolChoice', ['emulated', 'the tools are kept from the model, which cannot be told to call none'])
    return { fields: {} }
  }
  const toolChoice = writeChoice(draft, thinks)
  const config = { tools, ...(toolChoice === undefined ? {} : { toolChoice }) }
  return { toolConfig: config, fields: parallelFields(draft, toolChoice) }
}

function withoutTools(draft: Draft): ConverseTools {
  const { toolChoice } = draft.request
  if (toolChoice?.kind === 'required' || toolChoice?.kind === 'named') {
    note(draft, 'toolChoice', ['dropped', 'there are no tools to choose from'])
  }
  const toolConfig = writeCalledTools(draft)
  return toolConfig === undefined ? { fields: {} } : { toolConfig, fields: {} }
}

/**
 * Tools for a conversation that has calls and no tools any more: AWS refuses the calls without (400 "The toolConfig
 * field must be defined when using toolUse and toolResult content blocks"), other dialects take them.
 */
export function writeCalledTools(draft: Draft): JsonObject | undefined {
  const names = calledNames(draft)
  if (names.length === 0 || draft.target.tools === false) return undefined
  const detail = `${names.join(', ')}: declared without parameters, since the conversation calls them`
  draft.warnings.push({ action: 'emulated', path: 'tools', detail })
  return { tools: names.map((name) => ({ toolSpec: { name, inputSchema: { json: inputSchema(undefined) } } })) }
}

/** Stands for a tool of which only results are left. */
const NAMELESS = 'tool'

/** The tools that the conversation calls. */
function calledNames({ request }: Draft): readonly string[] {
  const names = new Set<string>()
  let results = false
  for (const { parts } of request.messages) {
    for (const part of parts) {
      if (part.kind === 'tool-call') names.add(part.name)
      results ||= part.kind === 'tool-result'
    }
  }
  return names.size === 0 && results ? [NAMELESS] : [...names]
}

function functionTool(draft: Draft, tool: FunctionTool): JsonObject {
  const { name, description, path } = tool
  const strict = tool.strict === true && draft.target.quirks.toolStrict
  if (tool.strict === true && !strict) {
    draft.warnings.push({ action: 'dropped', path: `${path}.strict`, detail: 'the target has no strict tools' })
  }
  const schema = inputSchema(tool.parameters)
  const closed = strict ? closedSchema(schema) : { schema, changed: false }
  if (closed.changed) {
    const detail = 'rules of the schema that the target cannot enforce are told in its descriptions'
    draft.warnings.push({ action: 'approximated', path, detail })
  }
  return {
    toolSpec: {
      name,
      ...(description === undefined || description === '' ? {} : { description }),
      inputSchema: { json: closed.schema },
      ...(strict ? { strict: true } : {}),
    },
  }
}

/** AWS demands a schema of type object; other dialects allow none (pain T14), or one without a type. */
function inputSchema(parameters: JsonObject | undefined): JsonObject {
  if (parameters === undefined) return { type: 'object', properties: {} }
  return parameters['type'] === undefined ? { type: 'object', ...parameters } : parameters
}

/** `toolChoice`; undefined is `auto`. */
export function writeChoice(draft: Draft, thinks: boolean): JsonObject | undefined {
  const { toolChoice: choice } = draft.request
  const { toolChoices, toolChoiceFreeOnlyWhileThinking } = draft.target.quirks
  switch (choice?.kind) {
    case undefined:
      return undefined
    case 'auto':
      return { auto: {} }
    case 'none':
      note(draft, 'toolChoice', ['dropped', 'the target cannot be told to call no tool'])
      return undefined
    case 'required':
    case 'named':
  }
  if (thinks && toolChoiceFreeOnlyWhileThinking) {
    note(draft, 'toolChoice', ['approximated', 'auto, since the target cannot be forced while it thinks'])
    return { auto: {} }
  }
  if (toolChoices.includes(choice.kind)) return choice.kind === 'named' ? { tool: { name: choice.name } } : { any: {} }
  const kind = toolChoices.includes('required') ? 'any' : 'auto'
  note(draft, 'toolChoice', ['approximated', `${choice.kind} → ${kind}`])
  return { [kind]: {} }
}

/** Claude's own `tool_choice` says what Converse has no field for. */
function parallelFields(draft: Draft, choice: JsonObject | undefined): JsonObject {
  if (draft.request.parallelToolCalls !== false) return {}
  if (!draft.target.quirks.parallelToolCallsSwitch) {
    note(draft, 'parallelToolCalls', ['dropped', 'the target has no such switch'])
    return {}
  }
  return { tool_choice: { ...claudeChoice(choice), disable_parallel_tool_use: true } }
}

function claudeChoice(choice: JsonObject | undefined): JsonObject {
  if (choice?.['any'] !== undefined) return { type: 'any' }
  const tool = choice?.['tool']
  return typeof tool === 'object' && tool !== null ? { type: 'tool', ...tool } : { type: 'auto' }
}
