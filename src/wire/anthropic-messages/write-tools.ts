import type { JsonObject } from '#wire/json.ts'
import type { FunctionTool } from '#wire/request.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { closedSchema } from '#wire/shape/closed-schema.ts'

/** `tools`: functions, and those that only this dialect knows; tools of other dialects are dropped. */
export function writeTools(draft: Draft): JsonObject[] {
  const written: JsonObject[] = []
  for (const tool of draft.request.tools) {
    if (tool.kind === 'function') written.push(writeFunction(draft, tool))
    else if (tool.dialect === 'anthropic-messages') written.push(tool.value)
    else
      draft.warnings.push({ action: 'dropped', path: tool.path, detail: `${tool.type} is a tool of another dialect` })
  }
  return written
}

/**
 * Tools for a conversation that has calls and no tools any more: Anthropic refuses the calls without (400 "Requests
 * which include `tool_use` or `tool_result` blocks must define tools"), other dialects take them.
 */
export function writeCalledTools({ request, target, warnings }: Draft): JsonObject[] {
  if (target.tools === false) return []
  const names = new Set<string>()
  for (const { parts } of request.messages) {
    for (const part of parts) if (part.kind === 'tool-call') names.add(part.name)
  }
  if (names.size === 0) return []
  const detail = `${[...names].join(', ')}: declared without parameters, since the conversation calls them`
  warnings.push({ action: 'emulated', path: 'tools', detail })
  return [...names].map((name) => ({ name, input_schema: inputSchema(undefined) }))
}

function writeFunction(draft: Draft, tool: FunctionTool): JsonObject {
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
    name,
    ...(description === undefined || description === '' ? {} : { description }),
    input_schema: closed.schema,
    ...(strict ? { strict: true } : {}),
  }
}

/** Anthropic demands a schema of type object; other dialects allow none (pain T14), or one without a type. */
function inputSchema(parameters: JsonObject | undefined): JsonObject {
  if (parameters === undefined) return { type: 'object', properties: {} }
  return parameters['type'] === undefined ? { type: 'object', ...parameters } : parameters
}

/** `tool_choice`, the switch of parallel calls inside. `thinks` = whatever we say, the target thinks. */
export function writeToolChoice(draft: Draft, thinks: boolean): JsonObject | undefined {
  const { parallelToolCalls } = draft.request
  const choice = choiceOf(draft, thinks)
  if (parallelToolCalls !== false || choice?.['type'] === 'none') return choice
  if (draft.target.quirks.parallelToolCallsSwitch)
    return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true }
  note(draft, 'parallelToolCalls', ['dropped', 'the target has no such switch'])
  return choice
}

function choiceOf(draft: Draft, thinks: boolean): JsonObject | undefined {
  const { toolChoice: choice } = draft.request
  const { toolChoices, toolChoiceFreeOnlyWhileThinking } = draft.target.quirks
  if (choice === undefined) return undefined
  if (choice.kind === 'auto') return { type: 'auto' }
  if (choice.kind === 'none') {
    if (toolChoices.includes('none')) return { type: 'none' }
    note(draft, 'toolChoice', ['dropped', 'the target cannot be told to call no tool'])
    return undefined
  }
  if (thinks && toolChoiceFreeOnlyWhileThinking) {
    note(draft, 'toolChoice', ['approximated', 'auto, since the target cannot be forced while it thinks'])
    return { type: 'auto' }
  }
  if (toolChoices.includes(choice.kind)) {
    return choice.kind === 'named' ? { type: 'tool', name: choice.name } : { type: 'any' }
  }
  const type = toolChoices.includes('required') ? 'any' : 'auto'
  note(draft, 'toolChoice', ['approximated', `${choice.kind} → ${type}`])
  return { type }
}
