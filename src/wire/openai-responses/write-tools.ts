import type { JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { FunctionTool } from '#wire/request.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
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
  const { toolStrict, toolParametersRequired } = draft.target.quirks
  if (strict === true && !toolStrict) draft.warnings.push(STRICT_DROPPED(path))
  if (parameters === undefined && toolParametersRequired) draft.warnings.push(PARAMETERS_DEFAULTED(path))
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
export const EMPTY_SCHEMA: JsonObject = { type: 'object', properties: {} }

/** What is noted of a tool that was strict. */
export const STRICT_DROPPED = (path: string): { action: 'dropped'; path: string; detail: string } => ({
  action: 'dropped',
  path: `${path}.strict`,
  detail: 'the target has no strict tools',
})

/** What is noted of a tool without parameters, where the target demands some. */
export const PARAMETERS_DEFAULTED = (path: string): { action: 'defaulted'; path: string; detail: string } => ({
  action: 'defaulted',
  path: `${path}.parameters`,
  detail: 'an empty object schema',
})

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
  if (kind === 'none' && !toolChoices.includes('none')) {
    note(draft, 'toolChoice', ['emulated', 'none: the tools were left out'])
    return { withoutTools: true }
  }
  const forced = kind === 'required' || kind === 'named'
  if (forced && toolChoiceFreeOnlyWhileThinking && willThink(draft)) return approximated(draft, kind, 'auto')
  if (toolChoices.includes(kind)) {
    return { value: choice.kind === 'named' ? { type: 'function', name: choice.name } : kind }
  }
  if (kind === 'auto') return {}
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
