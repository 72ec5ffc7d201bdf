import type { JsonObject } from '#wire/json.ts'
import type { ReasoningPart, RedactedReasoningPart } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import { type Effort, EFFORTS, type Message, type Reasoning } from '#wire/request.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { asksForNone, budgetOfEffort, effortOfBudget, nearestEffort } from '#wire/shape/effort.ts'
import { fits, sealOf, sealPath } from '#wire/shape/seal.ts'
import { warn } from '#wire/openai-responses/write-parts.ts'

/** What is sent of thinking. */
export interface WrittenThinking {
  /** `reasoning.effort`. */
  readonly effort?: string
  /** Top-level fields of platforms that are told otherwise. */
  readonly fields?: JsonObject
}

const SILENT: WrittenThinking = {}

/** SiliconFlow takes no more; DashScope takes the model's own most, which is more. */
const MOST_BUDGET = 32_768

/** What the caller asked of thinking, in the words of the target. */
export function writeThinking(draft: Draft): WrittenThinking {
  const { reasoning } = draft.request
  const { quirks } = draft.target
  if (reasoning === undefined) return SILENT
  const off = asksForNone(reasoning)
  if (quirks.thinking === 'none') {
    if (!off || quirks.thinkingDefault !== 'off') note(draft, 'reasoning', ['dropped', 'the target cannot be told'])
    return SILENT
  }
  if (off) return switchedOff(draft)
  const fields = switchOf(quirks, { on: true, reasoning })
  return { ...degree(draft, reasoning), ...(fields === undefined ? {} : { fields }) }
}

/** True if the effort of a caller of this dialect may go out as it came. */
export function keepsWords({ request: { reasoning = {} }, target: { quirks } }: Draft): boolean {
  if (quirks.thinking === 'none' || !isEmpty(quirks)) return false
  if (quirks.thinkingDefault === 'always' && asksForNone(reasoning)) return false
  return switchOf(quirks, { on: true, reasoning }) === undefined
}

function switchedOff(draft: Draft): WrittenThinking {
  const { quirks } = draft.target
  const { efforts, thinkingDefault } = quirks
  if (thinkingDefault === 'always') {
    note(draft, 'reasoning', ['dropped', 'the target always thinks'])
    return SILENT
  }
  const fields = switchOf(quirks, { on: false, reasoning: {} })
  if (fields !== undefined) return { fields }
  if (efforts.none !== undefined) return { effort: efforts.none }
  if (thinkingDefault === 'off') return SILENT
  const least = nearestWord(quirks, 'minimal') ?? 'minimal'
  note(draft, 'reasoning', ['approximated', `none → ${least}`])
  return { effort: least }
}

/** The switches of platforms that have one beside the effort. Controls of other dialects are not among them. */
const SWITCHES: Readonly<Partial<Record<Quirks['thinking'], (on: boolean, reasoning: Reasoning) => JsonObject>>> = {
  'thinking-type': (on) => ({ thinking: { type: on ? 'enabled' : 'disabled' } }),
  'thinking-adaptive': (on) => ({ thinking: { type: on ? 'adaptive' : 'disabled' } }),
  'enable-thinking': (on, reasoning) => ({ enable_thinking: on, ...(on ? budgetOf(reasoning) : {}) }),
  'template-switch': (on) => ({ chat_template_kwargs: { enable_thinking: on } }),
}

function switchOf(
  { thinking }: Quirks,
  { on, reasoning }: { readonly on: boolean; readonly reasoning: Reasoning },
): JsonObject | undefined {
  return SWITCHES[thinking]?.(on, reasoning)
}

function budgetOf({ effort, budgetTokens }: Reasoning): JsonObject {
  if (budgetTokens !== undefined) return { thinking_budget: budgetTokens }
  return effort === undefined || effort === 'none' ? {} : { thinking_budget: tokensOf(effort) }
}

function tokensOf(effort: Effort): number {
  return Math.min(budgetOfEffort(effort), MOST_BUDGET)
}

/** Switches that know no degree; a budget is one. */
const WITHOUT_DEGREE: ReadonlySet<Quirks['thinking']> = new Set(['thinking-adaptive', 'template-switch'])

function degree(draft: Draft, { effort, budgetTokens }: Reasoning): WrittenThinking {
  const { quirks } = draft.target
  const asked = effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens))
  if (quirks.thinking === 'enable-thinking') {
    if (budgetTokens === undefined && asked !== undefined) {
      note(draft, 'reasoning', ['approximated', `${asked} → ${tokensOf(asked)} tokens of thinking`])
    }
    return SILENT
  }
  if (isMute(quirks)) {
    if (asked !== undefined) note(draft, 'reasoning', ['dropped', 'the target knows no degrees of effort'])
    return SILENT
  }
  if (asked === undefined) return quirks.thinkingDefault === 'off' ? { effort: wordFor(quirks, 'medium') } : SILENT
  return { effort: effortWord(draft, asked) }
}

function isMute(quirks: Quirks): boolean {
  return WITHOUT_DEGREE.has(quirks.thinking) || (quirks.thinking === 'thinking-type' && isEmpty(quirks))
}

function effortWord(draft: Draft, asked: Effort): string {
  const { quirks } = draft.target
  const { effort, budgetTokens } = draft.request.reasoning ?? {}
  const word = wordFor(quirks, asked)
  if (effort === undefined) note(draft, 'reasoning', ['approximated', `a budget of ${budgetTokens} → ${word}`])
  else if (!isExact(quirks, effort)) note(draft, 'reasoning', ['approximated', `${effort} → ${word}`])
  return word
}

/** A catalog row that names no efforts says nothing of them: then OpenAI's own words are theirs. */
function isEmpty({ efforts }: Quirks): boolean {
  return EFFORTS.every((effort) => efforts[effort] === undefined)
}

function isExact(quirks: Quirks, effort: Effort): boolean {
  return isEmpty(quirks) || quirks.efforts[effort] !== undefined
}

function wordFor(quirks: Quirks, effort: Effort): string {
  return quirks.efforts[effort] ?? nearestWord(quirks, effort) ?? effort
}

function nearestWord({ efforts }: Quirks, effort: Effort): string | undefined {
  const near = nearestEffort(effort, efforts)
  return near === undefined ? undefined : efforts[near]
}

/** Whether the model will think: by its nature, by the caller's wish, or unasked. */
export function willThink({ request: { reasoning }, target: { quirks } }: Draft): boolean {
  const { thinking, thinkingDefault } = quirks
  if (thinkingDefault === 'always') return true
  if (reasoning === undefined) return thinkingDefault === 'on'
  if (asksForNone(reasoning)) return thinkingDefault === 'on' && thinking === 'none'
  return thinkingDefault === 'on' || thinking !== 'none'
}

/**
 * A reasoning item of an earlier turn. With its seal it goes without an id: OpenAI compares the id with the one inside
 * the seal, and looks an id alone up in what it keeps (400 "Encrypted content item_id did not match the target item
 * id", 404 "Item with id … not found"). Without a seal it goes where thinking is demanded back.
 */
export function writeThought(
  draft: Draft,
  message: Message,
  part: ReasoningPart | RedactedReasoningPart,
): JsonObject | undefined {
  const seal = sealOf(part)
  const text = part.kind === 'reasoning' ? part.text : ''
  const own = seal !== undefined && fits('openai-responses', part)
  if (seal !== undefined && !own) {
    const path = sealPath(draft.request, message, part)
    draft.warnings.push({ action: 'dropped', path, detail: 'a seal that only its maker takes back' })
    if (text === '') return undefined
  }
  switch (draft.target.quirks.reasoningReturn) {
    case 'refused':
      return warn(draft, message, ['dropped', 'thinking: the target refuses it in earlier turns'])
    case 'accepted':
      if (own) return { type: 'reasoning', summary: summaryOf(text), encrypted_content: seal }
      return warn(draft, message, ['dropped', 'thinking that the target has not sealed'])
    case 'required':
      if (own) return { type: 'reasoning', summary: summaryOf(text), encrypted_content: seal }
      return { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text }] }
  }
}

function summaryOf(text: string): readonly JsonObject[] {
  return text === '' ? [] : [{ type: 'summary_text', text }]
}
