import type { Effort, Reasoning } from '#wire/request.ts'
import { note } from '#wire/shape/draft.ts'
import { asksForNone, effortOfBudget, nearestEffort } from '#wire/shape/effort.ts'
import type { PlainDraft } from '#wire/shape/plain-request.ts'

/** The switch of thinking, and its degree where the target is told one. */
export interface FittedThinking {
  readonly thinking?: boolean
  readonly effort?: string
}

/** What the caller asked of thinking, as the target can be told it. */
export function fitThinking(draft: PlainDraft): FittedThinking {
  const { reasoning } = draft.request
  const { thinking: control, thinkingDefault } = draft.target.quirks
  if (reasoning === undefined) return {}
  const off = asksForNone(reasoning)
  if (control !== 'none' && !off) return on(draft, reasoning)
  const switched = thinkingDefault === 'always' ? undefined : offBy(draft)
  if (switched !== undefined) return switched
  // Who does not think unasked does what was wished.
  if (!off) note(draft, 'reasoning', ['dropped', 'the target cannot be told'])
  else if (thinkingDefault !== 'off') note(draft, 'reasoning', ['dropped', 'the target thinks unasked'])
  return {}
}

/** The switch, or the word for no effort; undefined where there is neither. */
function offBy({ target }: PlainDraft): FittedThinking | undefined {
  const { thinking: control, efforts } = target.quirks
  if (control === 'none') return undefined
  if (control !== 'reasoning-effort') return { thinking: false }
  return efforts.none === undefined ? undefined : { thinking: false, effort: efforts.none }
}

function on(draft: PlainDraft, reasoning: Reasoning): FittedThinking {
  const wish = degreeOf(reasoning)
  if (wish === undefined) return { thinking: true }
  const { efforts } = draft.target.quirks
  const near = nearestEffort(wish, efforts)
  if (near !== wish || reasoning.budgetTokens !== undefined) {
    const asked = reasoning.effort ?? `a budget of ${reasoning.budgetTokens}`
    note(draft, 'reasoning', ['approximated', `${asked} → ${near ?? 'thinking, in no degree'}`])
  }
  const effort = near === undefined ? undefined : efforts[near]
  return { thinking: true, ...(effort === undefined ? {} : { effort }) }
}

function degreeOf({ effort, budgetTokens }: Reasoning): Effort | undefined {
  if (effort !== undefined && effort !== 'none') return effort
  return budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens)
}

/** Whether the model will think: asked to, or unasked. */
export function willThink({ target: { quirks } }: PlainDraft, { thinking }: FittedThinking): boolean {
  return quirks.thinkingDefault === 'always' || (thinking ?? quirks.thinkingDefault === 'on')
}

/** Whether a stream is asked for: some targets give nothing else, some while they think (pain T21). */
export function streams(draft: PlainDraft, thinking: FittedThinking): boolean {
  const { streamOnly } = draft.target.quirks
  if (draft.request.stream || streamOnly === 'always') return true
  return streamOnly === 'while-thinking' && willThink(draft, thinking)
}
