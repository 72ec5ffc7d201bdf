import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { FunctionTool } from '#wire/request.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import type { Warning } from '#wire/warning.ts'
import { willThink } from '#wire/openai-responses/write-reasoning.ts'

/** `tools`: functions, and those that only this dialect knows; tools of other dialects are dropped. */
export function writeTools(draft: Draft): JsonObject[] {
  const written: JsonObject[] = []
  for (const tool of draft.request.tools) {
    if (tool.kind === 'function') written.push(writeFunction(draft, tool))
    else if (tool.dialect === 'openai-responses') written.push(tool.value)
    else
      draft.warnings.push({ action: 'dropped', path: tool.path, detail: `${tool.type} is a tool of another dialect` })
  }
  return written
}

/**
 * OpenAI tries to be strict with tools that do not say: then every parameter is given, also those that may be left
 * out. So what the caller left unsaid is said.
 */
function writeFunction(draft: Draft, { name, description, parameters, strict, path }: FunctionTool): JsonObject {
  const { toolStrict } = draft.target.quirks
  if (strict === true && !toolStrict) draft.warnings.push(strictDropped(path))
  return {
    type: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    // OpenAI's own types demand the field; null and an empty schema are the same to it, and nothing to others (pain T14).
    parameters: parameters ?? EMPTY_SCHEMA,
    ...(toolStrict ? { strict: strict === true } : {}),
  }
}

/** The schema of a function without parameters. */
const EMPTY_SCHEMA: JsonObject = { type: 'object', properties: {} }

function strictDropped(path: string): Warning {
  return { action: 'dropped', path: `${path}.strict`, detail: 'the target has no strict tools' }
}

/** A caller's own tools as the target takes them; undefined where they may stay as they are. */
export function adaptTools(draft: Draft, listed: () => readonly unknown[]): readonly unknown[] | undefined {
  const { toolStrict, toolParametersRequired } = draft.target.quirks
  if (toolStrict && !toolParametersRequired) return undefined
  const tools = listed()
  const adapted = tools.map((tool, i) => {
    if (!isObject(tool) || tool['type'] !== 'function') return tool
    const bare = toolStrict || tool['strict'] === undefined ? tool : withoutStrict(draft, tool, i)
    if (!toolParametersRequired || isObject(tool['parameters'])) return bare
    const detail = 'an empty object schema'
    draft.warnings.push({ action: 'defaulted', path: `tools.${i}.parameters`, detail })
    return { ...bare, parameters: EMPTY_SCHEMA }
  })
  return adapted.some((tool, i) => tool !== tools[i]) ? adapted : undefined
}

function withoutStrict(draft: Draft, tool: JsonObject, index: number): JsonObject {
  const { strict, ...rest } = tool
  if (strict === true) draft.warnings.push(strictDropped(`tools.${index}`))
  return rest
}

type ChoiceKind = Quirks['toolChoices'][number]

/** A choice as the target takes it. No `value` = none is sent; `withoutTools` = the tools are left out, too. */
export interface WrittenChoice {
  readonly value?: unknown
  readonly withoutTools?: boolean
}

/** `tool_choice`: the nearest one that is taken. */
export function writeChoice(draft: Draft): WrittenChoice {
  const { toolChoice: choice } = draft.request
  const { toolChoices, toolChoiceFreeOnlyWhileThinking } = draft.target.quirks
  if (choice === undefined) return {}
  const { kind } = choice
  if (toolChoiceFreeOnlyWhileThinking && isForced(kind) && willThink(draft)) return approximated(draft, kind, 'auto')
  if (toolChoices.includes(kind)) {
    return { value: choice.kind === 'named' ? { type: 'function', name: choice.name } : kind }
  }
  return nextChoice(draft, kind)
}

function isForced(kind: ChoiceKind): boolean {
  return kind === 'required' || kind === 'named'
}

/** A choice in place of one that the target does not take. */
function nextChoice(draft: Draft, kind: ChoiceKind): WrittenChoice {
  const { toolChoices } = draft.target.quirks
  if (kind === 'auto') return {}
  if (kind === 'none') {
    note(draft, 'toolChoice', ['emulated', 'none: the tools were left out'])
    return { withoutTools: true }
  }
  const next = kind === 'named' && toolChoices.includes('required') ? 'required' : 'auto'
  return approximated(draft, kind, toolChoices.includes(next) ? next : undefined)
}

function approximated(draft: Draft, from: ChoiceKind, to: ChoiceKind | undefined): WrittenChoice {
  note(draft, 'toolChoice', ['approximated', `${from} → ${to ?? 'left out'}`])
  return to === undefined ? {} : { value: to }
}

/** `parallel_tool_calls`, where the target has such a switch. */
export function writeParallel(draft: Draft): boolean | undefined {
  const { parallelToolCalls } = draft.request
  if (parallelToolCalls === undefined || draft.target.quirks.parallelToolCallsSwitch) return parallelToolCalls
  note(draft, 'parallelToolCalls', ['dropped', `${parallelToolCalls}: the target has no such switch`])
  return undefined
}
