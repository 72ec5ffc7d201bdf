import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Effort, Reasoning } from '#wire/request.ts'
import { nearestWord, writeThinking as writeClaudeThinking } from '#wire/shape/claude-thinking.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { asksForNone, budgetOfEffort, effortOfBudget } from '#wire/shape/effort.ts'

/** What `additionalModelRequestFields` says of thinking. */
export interface ConverseThinking {
  readonly fields: JsonObject
  /** It thinks because we asked, and by Claude's rules: which bind sampling and tool choice. */
  readonly claude: boolean
  /** It thinks so hard that it takes no sampling fields and no bound (Nova). */
  readonly unbound: boolean
}

const SILENT: ConverseThinking = { fields: {}, claude: false, unbound: false }

/** The fields with which models of all makers are told to think. */
export const THINKING_FIELDS = [
  'thinking',
  'reasoning_config',
  'reasoningConfig',
  'reasoning_effort',
  'reasoning',
  'enable_thinking',
  'thinking_budget',
  'chat_template_kwargs',
] as const

/**
 * How the target is told to think, from what the caller asked: Converse has no field for it, each maker's own stands in
 * `additionalModelRequestFields` (facts 2.x; https://docs.aws.amazon.com/bedrock/latest/userguide, claude-messages-
 * adaptive-thinking and nova2-userguide, 2026-11).
 */
export function writeThinking(draft: Draft, maxTokens: number | undefined): ConverseThinking {
  const { thinking } = draft.target.quirks
  switch (thinking) {
    case 'none':
    case 'anthropic-budget':
    case 'anthropic-effort':
    case 'gemini-budget':
    case 'gemini-level':
      return claude(draft, maxTokens)
    case 'reasoning-effort':
    case 'nova-effort':
      return byEffort(draft, thinking)
    case 'thinking-type':
    case 'thinking-adaptive':
    case 'enable-thinking':
    case 'template-switch':
      return bySwitch(draft, thinking)
  }
}

function claude(draft: Draft, maxTokens: number | undefined): ConverseThinking {
  const { thinking, effort, on } = writeClaudeThinking(draft, maxTokens)
  const fields = {
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined ? {} : { output_config: { effort } }),
  }
  return { fields, claude: on, unbound: false }
}

/** Models that know degrees: gpt-oss (`reasoning_effort`) and Nova 2 (`reasoningConfig`). */
function byEffort(draft: Draft, control: 'reasoning-effort' | 'nova-effort'): ConverseThinking {
  const { reasoning } = draft.request
  if (reasoning === undefined) return SILENT
  if (asksForNone(reasoning)) return effortOff(draft, control)
  const word = degreeWord(draft, reasoning)
  if (word === undefined) return SILENT
  if (control === 'reasoning-effort') return { ...SILENT, fields: { reasoning_effort: word } }
  // "maxTokens must be unset" with high, and so must the sampling fields (nova2-userguide, extended thinking, 2026-11).
  return {
    fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: word } },
    claude: false,
    unbound: word === 'high',
  }
}

function effortOff(draft: Draft, control: 'reasoning-effort' | 'nova-effort'): ConverseThinking {
  const { efforts, thinkingDefault } = draft.target.quirks
  if (control === 'nova-effort') return { ...SILENT, fields: { reasoningConfig: { type: 'disabled' } } }
  if (efforts.none !== undefined) return { ...SILENT, fields: { reasoning_effort: efforts.none } }
  if (thinkingDefault !== 'off') note(draft, 'reasoning', ['dropped', 'the target always thinks'])
  return SILENT
}

/** The target's word for what the caller asked; its middle where the caller names no degree and it thinks only when told. */
function degreeWord(draft: Draft, { effort, budgetTokens }: Reasoning): string | undefined {
  const { quirks } = draft.target
  const asked = effort === 'none' ? undefined : effort
  const exact = asked === undefined ? undefined : quirks.efforts[asked]
  if (exact !== undefined) return exact
  const wish = asked ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens))
  if (wish === undefined && quirks.thinkingDefault !== 'off') return undefined
  const word = nearestWord(quirks, wish ?? 'medium')
  if (word === undefined) note(draft, 'reasoning', ['dropped', 'the target knows no degrees of effort'])
  else if (wish === undefined) note(draft, 'reasoning', ['defaulted', `${word}, since the target asks for a degree`])
  else note(draft, 'reasoning', ['approximated', `${asked ?? `a budget of ${budgetTokens}`} → ${word}`])
  return word
}

type Switch = 'thinking-type' | 'thinking-adaptive' | 'enable-thinking' | 'template-switch'

/** Open-weight models that are served as their makers serve them. */
function bySwitch(draft: Draft, control: Switch): ConverseThinking {
  const { reasoning } = draft.request
  if (reasoning === undefined) return SILENT
  const off = asksForNone(reasoning)
  if (off && draft.target.quirks.thinkingDefault === 'always') {
    note(draft, 'reasoning', ['dropped', 'the target always thinks'])
    return SILENT
  }
  const degree = off ? undefined : degreeOf(reasoning)
  return { ...SILENT, fields: { ...switchFields(control, off), ...degreeFields(draft, control, degree) } }
}

function switchFields(control: Switch, off: boolean): JsonObject {
  switch (control) {
    case 'thinking-type':
      return { thinking: { type: off ? 'disabled' : 'enabled' } }
    case 'thinking-adaptive':
      return { thinking: { type: off ? 'disabled' : 'adaptive' } }
    case 'enable-thinking':
      return { enable_thinking: !off }
    case 'template-switch':
      return { chat_template_kwargs: { enable_thinking: !off } }
  }
}

interface Degree {
  readonly effort: Effort
  readonly budget: number
  /** The caller counted tokens. */
  readonly counted: boolean
}

function degreeOf({ effort, budgetTokens }: Reasoning): Degree | undefined {
  if (budgetTokens !== undefined) return { effort: effortOfBudget(budgetTokens), budget: budgetTokens, counted: true }
  if (effort === undefined || effort === 'none') return undefined
  return { effort, budget: budgetOfEffort(effort), counted: false }
}

function degreeFields(draft: Draft, control: Switch, degree: Degree | undefined): JsonObject {
  if (degree === undefined) return {}
  const { effort, budget, counted } = degree
  const said = counted ? `a budget of ${budget}` : effort
  if (control === 'enable-thinking') {
    if (!counted) note(draft, 'reasoning', ['approximated', `${said} → a budget of ${budget}`])
    return { thinking_budget: budget }
  }
  const { quirks } = draft.target
  const word = control === 'thinking-type' ? nearestWord(quirks, effort) : undefined
  if (word === undefined) {
    note(draft, 'reasoning', ['approximated', `${said} → on, since the target knows no degrees`])
    return {}
  }
  if (counted || quirks.efforts[effort] !== word) note(draft, 'reasoning', ['approximated', `${said} → ${word}`])
  return { reasoning_effort: word }
}

/** True if the target takes the way in which a caller of this dialect asks for thinking. `said` = the caller's own fields. */
export function takesForm(quirks: Quirks, said: JsonObject, effort: Effort | undefined): boolean {
  return FORMS[quirks.thinking](said, quirks) && (effort === undefined || hasWord(quirks, effort))
}

const FORMS: Readonly<Record<Quirks['thinking'], (said: JsonObject, quirks: Quirks) => boolean>> = {
  // What the catalog does not know of is between the caller and the model.
  none: () => true,
  'anthropic-budget': ({ thinking, reasoning_config: older }) => isType(thinking ?? older, ['enabled', 'disabled']),
  'anthropic-effort': ({ thinking, output_config: output }, { thinkingDefault }) =>
    thinking === undefined
      ? output !== undefined
      : isType(thinking, thinkingDefault === 'always' ? ['adaptive'] : ['adaptive', 'disabled']),
  'nova-effort': ({ reasoningConfig }) => reasoningConfig !== undefined,
  'reasoning-effort': ({ reasoning_effort: effort }) => effort !== undefined,
  'thinking-type': ({ thinking }) => isType(thinking, ['enabled', 'disabled']),
  'thinking-adaptive': ({ thinking }) => isType(thinking, ['adaptive', 'disabled']),
  'enable-thinking': ({ enable_thinking: on }) => on !== undefined,
  'template-switch': ({ chat_template_kwargs: template }) => template !== undefined,
  'gemini-budget': () => false,
  'gemini-level': () => false,
}

function isType(value: unknown, types: readonly string[]): boolean {
  return isObject(value) && types.some((type) => type === value['type'])
}

/** A row that names no efforts says nothing of them: then the caller's own word stays. */
function hasWord({ efforts }: Quirks, effort: Effort): boolean {
  return Object.keys(efforts).length === 0 || Object.values(efforts).includes(effort)
}
