import { failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import {
  type Adapt,
  type Change,
  has,
  isOwn,
  type Job,
  type Mended,
  mend,
  objectsOf,
  type Rule,
} from '#wire/openai-chat/adapt.ts'
import { warn } from '#wire/openai-chat/caller-names.ts'
import { willThink } from '#wire/openai-chat/thinking-wish.ts'
import type { Quirks } from '#wire/quirks.ts'

/** Refuses tools for a model that has none: without them the answer would be about something else. */
export const toolsAtAllRule: Rule = () => refuseTools

const refuseTools: Adapt = (_body, { request, target }) => {
  if (target.tools !== false || request.tools.length === 0) return undefined
  return { failure: failure('invalid-request', `${target.model} takes no tools`, { param: 'tools' }) }
}

/** An empty schema for tools without parameters (pain T14: they vanish, and the request is a 200). */
export const toolParametersRule: Rule = ({ toolParametersRequired }) =>
  toolParametersRequired ? withParameters : undefined

const withParameters: Adapt = (body, job) => {
  if (job.request.tools.length === 0) return undefined
  return mendFunctions(body, job, (tool, path) => {
    if (has(tool, 'parameters')) return undefined
    const value = { ...tool, parameters: { type: 'object', properties: {} } }
    return { value, warnings: [{ action: 'defaulted', path: `${path}.parameters`, detail: 'an empty object schema' }] }
  })
}

/** Without `strict` where it is not taken; what is lost is only a `true`. */
export const toolStrictRule: Rule = ({ toolStrict }) => (toolStrict ? undefined : withoutStrict)

const withoutStrict: Adapt = (body, job) => {
  if (job.request.tools.length === 0) return undefined
  return mendFunctions(body, job, (tool, path) => {
    if (!('strict' in tool)) return undefined
    const { strict, ...value } = tool
    if (strict !== true) return { value }
    return { value, warnings: [{ action: 'dropped', path: `${path}.strict`, detail: 'not taken by the platform' }] }
  })
}

/** `mend` over the functions inside `tools`. */
function mendFunctions(
  body: JsonObject,
  job: Job,
  each: (tool: JsonObject, path: string) => Mended | undefined,
): Change | undefined {
  const functions = job.request.tools.filter((tool) => tool.kind === 'function')
  const mended = mend(objectsOf(body['tools']), (tool, i) => {
    const called = tool['function']
    if (!isObject(called)) return undefined
    const path = isOwn(job) ? `tools.${i}.function` : (functions[i]?.path ?? 'tools')
    const changed = each(called, path)
    return changed?.value === undefined ? changed : { ...changed, value: { ...tool, function: changed.value } }
  })
  return mended === undefined ? undefined : { set: { tools: mended.list }, warnings: mended.warnings }
}

type ChoiceKind = Quirks['toolChoices'][number]

/** The nearest choice that is taken: a named tool becomes any tool, any tool becomes the model's choice. */
export const toolChoiceRule: Rule =
  ({ toolChoices }) =>
  (body, job) => {
    const kind = choiceKind(body['tool_choice'])
    if (kind === undefined || toolChoices.includes(kind)) return undefined
    if (kind === 'auto') return { set: { tool_choice: undefined } }
    if (kind === 'none') {
      const warning = warn(job, { action: 'emulated', field: 'tool_choice', detail: 'none: the tools were left out' })
      return { set: { tool_choice: undefined, tools: undefined }, warnings: [warning] }
    }
    const next = kind === 'named' && toolChoices.includes('required') ? 'required' : 'auto'
    return approximated(job, kind, toolChoices.includes(next) ? next : undefined)
  }

/** While it thinks, some models choose for themselves or not at all. */
export const toolChoiceWhileThinkingRule: Rule = ({ toolChoiceFreeOnlyWhileThinking }) =>
  toolChoiceFreeOnlyWhileThinking ? freeToolChoice : undefined

const freeToolChoice: Adapt = (body, job) => {
  const kind = choiceKind(body['tool_choice'])
  return (kind === 'required' || kind === 'named') && willThink(job) ? approximated(job, kind, 'auto') : undefined
}

function approximated(job: Job, from: ChoiceKind, to: ChoiceKind | undefined): Change {
  const detail = `${from} → ${to ?? 'left out'}`
  const warning = warn(job, { action: 'approximated', field: 'tool_choice', detail })
  return { set: { tool_choice: to }, warnings: [warning] }
}

/** Which of the known kinds a `tool_choice` is; others (`allowed_tools`, custom tools) travel as they are. */
function choiceKind(choice: unknown): ChoiceKind | undefined {
  if (choice === 'any') return 'required'
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice
  return isObject(choice) && isObject(choice['function']) ? 'named' : undefined
}

/** Without the switch for parallel calls where there is none. */
export const parallelToolCallsRule: Rule = ({ parallelToolCallsSwitch }) =>
  parallelToolCallsSwitch ? undefined : withoutParallelToolCalls

const withoutParallelToolCalls: Adapt = (body, job) => {
  if (!has(body, 'parallel_tool_calls')) return undefined
  const field = 'parallel_tool_calls'
  const warning = warn(job, { action: 'dropped', field, detail: `${JSON.stringify(body[field])}: no such switch` })
  return { set: { parallel_tool_calls: undefined }, warnings: [warning] }
}
