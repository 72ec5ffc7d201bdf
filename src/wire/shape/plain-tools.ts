import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { FunctionTool, Tool, ToolChoice } from '#wire/request.ts'
import { note } from '#wire/shape/draft.ts'
import type { PlainDraft } from '#wire/shape/plain-request.ts'

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} }

/** The functions that the model may call, as the target takes them. Tools at all where it has none are a failure. */
export function fitTools(draft: PlainDraft): readonly FunctionTool[] {
  const { request, target } = draft
  if (target.tools === false && request.tools.length > 0) {
    draft.failure ??= failure('invalid-request', `${target.model} takes no tools`, { param: 'tools' })
  }
  return request.tools.flatMap((tool) => toolOf(draft, tool))
}

function toolOf({ target, warnings }: PlainDraft, tool: Tool): FunctionTool[] {
  const { path } = tool
  if (tool.kind === 'native') {
    warnings.push({ action: 'dropped', path, detail: `${tool.type} is a tool of another dialect` })
    return []
  }
  const { strict, ...plain } = tool
  if (strict === true) {
    warnings.push({ action: 'dropped', path: `${path}.strict`, detail: 'the target has no strict tools' })
  }
  if (tool.parameters !== undefined || !target.quirks.toolParametersRequired) return [plain]
  warnings.push({ action: 'defaulted', path: `${path}.parameters`, detail: 'an empty object schema' })
  return [{ ...plain, parameters: NO_PARAMETERS }]
}

interface Choosing {
  readonly tools: readonly FunctionTool[]
  /** The model will think. */
  readonly thinks: boolean
}

interface Chosen {
  readonly tools: readonly FunctionTool[]
  readonly toolChoice?: ToolChoice
}

/** The nearest choice that the target takes. `none` without a word for it means: no tools. */
export function fitToolChoice(draft: PlainDraft, { tools, thinks }: Choosing): Chosen {
  const { toolChoice: wish, parallelToolCalls } = draft.request
  const { toolChoices, parallelToolCallsSwitch, toolChoiceFreeOnlyWhileThinking } = draft.target.quirks
  if (parallelToolCalls !== undefined && !parallelToolCallsSwitch) {
    note(draft, 'parallelToolCalls', ['dropped', `${parallelToolCalls}: there is no such switch`])
  }
  if (wish === undefined || tools.length === 0) return { tools }
  const kinds = thinks && toolChoiceFreeOnlyWhileThinking ? toolChoices.filter(isFree) : toolChoices
  if (kinds.includes(wish.kind)) return { tools, toolChoice: wish }
  if (wish.kind === 'auto') return { tools }
  if (wish.kind === 'none') {
    note(draft, 'toolChoice', ['emulated', 'none: the tools were left out'])
    return { tools: [] }
  }
  return { tools, ...forced(draft, { tools, kinds, wish }) }
}

function isFree(kind: ToolChoice['kind']): boolean {
  return kind === 'auto' || kind === 'none'
}

/** A call that has to be, where the target has no such word for it. */
function forced(
  draft: PlainDraft,
  { tools, kinds, wish }: { tools: readonly FunctionTool[]; kinds: readonly ToolChoice['kind'][]; wish: ToolChoice },
): { toolChoice?: ToolChoice } {
  const [only] = tools
  // To have to call the only tool is to have to call a tool.
  if (wish.kind === 'required' && only !== undefined && tools.length === 1 && kinds.includes('named')) {
    return { toolChoice: { kind: 'named', name: only.name } }
  }
  const next = wish.kind === 'named' && kinds.includes('required') ? 'required' : 'auto'
  note(draft, 'toolChoice', ['approximated', `${wish.kind} → ${next}`])
  return kinds.includes(next) ? { toolChoice: { kind: next } } : {}
}
