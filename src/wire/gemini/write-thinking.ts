import type { JsonObject } from '#wire/json.ts'
import { EFFORTS, type Effort, type Reasoning } from '#wire/request.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { asksForNone, budgetOfEffort, effortOfBudget, nearestEffort } from '#wire/shape/effort.ts'

/** Budgets that every model of Gemini 2.5 takes (Flash-Lite from 512, Flash to 24576; docs/thinking, 2026-11). */
const LEAST_BUDGET = 512
const MOST_BUDGET = 24_576
/** What a model that cannot be told not to think is given least (2.5 Pro). */
const LEAST_ALWAYS = 128
const DYNAMIC = -1

/** `thinkingConfig` as the target takes it, from what the caller asked; undefined = nothing is said. */
export function writeThinking(draft: Draft): JsonObject | undefined {
  const { reasoning } = draft.request
  const { thinkingDefault } = draft.target.quirks
  if (!canBeTold(draft)) {
    noteUntold(draft)
    return undefined
  }
  if (reasoning !== undefined && asksForNone(reasoning)) return switchedOff(draft)
  if (reasoning === undefined && thinkingDefault === 'off') return undefined
  // Completions of old have no place for thoughts; every other dialect shows them.
  const shown = draft.request.dialect === 'openai-completions' ? {} : { includeThoughts: true }
  const config = { ...(reasoning === undefined ? {} : degreeOf(draft, reasoning)), ...shown }
  return Object.keys(config).length === 0 ? undefined : config
}

/** True for a target that takes `thinkingConfig`. */
export function canBeTold({ target }: Draft): boolean {
  return target.quirks.thinking === 'gemini-level' || target.quirks.thinking === 'gemini-budget'
}

/** A wish that the target cannot be told; one for what it does anyway is no loss. */
export function noteUntold(draft: Draft): void {
  const { reasoning } = draft.request
  if (reasoning === undefined || (asksForNone(reasoning) && draft.target.quirks.thinkingDefault === 'off')) return
  note(draft, 'reasoning', ['dropped', 'the target cannot be told'])
}

/** As little thinking as the target can do. */
export function switchedOff(draft: Draft): JsonObject | undefined {
  const { thinking, thinkingDefault, efforts } = draft.target.quirks
  if (thinkingDefault === 'off') return undefined
  if (thinking === 'gemini-budget') {
    if (thinkingDefault !== 'always') return { thinkingBudget: 0 }
    note(draft, 'reasoning', ['approximated', `the target always thinks: ${LEAST_ALWAYS} tokens at least`])
    return { thinkingBudget: LEAST_ALWAYS }
  }
  const none = efforts.none
  if (none !== undefined) return { thinkingLevel: none.toUpperCase() }
  const least = EFFORTS.find((effort) => efforts[effort] !== undefined)
  const word = least === undefined ? undefined : efforts[least]?.toUpperCase()
  note(draft, 'reasoning', ['approximated', `the target always thinks: ${word ?? 'by its own measure'}`])
  return word === undefined ? undefined : { thinkingLevel: word }
}

function degreeOf(draft: Draft, reasoning: Reasoning): JsonObject {
  return draft.target.quirks.thinking === 'gemini-level' ? levelOf(draft, reasoning) : budgetOf(draft, reasoning)
}

/** A level; no degree at all where the caller names none. */
export function levelOf(draft: Draft, { effort, budgetTokens }: Reasoning): JsonObject {
  const wish = effort === 'none' ? undefined : effort
  const { efforts } = draft.target.quirks
  const exact = wish === undefined ? undefined : efforts[wish]
  if (exact !== undefined) return { thinkingLevel: exact.toUpperCase() }
  const asked = wish ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens))
  if (asked === undefined) return {}
  const near = nearestEffort(asked, efforts)
  const word = near === undefined ? undefined : efforts[near]?.toUpperCase()
  const from = wish ?? `a budget of ${budgetTokens}`
  if (word === undefined) note(draft, 'reasoning', ['dropped', 'the target knows no degrees of effort'])
  else note(draft, 'reasoning', ['approximated', `${from} → ${word}`])
  return word === undefined ? {} : { thinkingLevel: word }
}

/** A budget; left to the model where the caller names no degree. */
export function budgetOf(draft: Draft, { effort, budgetTokens }: Reasoning): JsonObject {
  if (budgetTokens !== undefined) {
    const budget = Math.min(MOST_BUDGET, Math.max(LEAST_BUDGET, budgetTokens))
    if (budget !== budgetTokens) note(draft, 'reasoning', ['clamped', `${budgetTokens} → ${budget}`])
    return { thinkingBudget: budget }
  }
  const wish: Effort | undefined = effort === 'none' ? undefined : effort
  if (wish === undefined) return { thinkingBudget: DYNAMIC }
  const budget = Math.min(MOST_BUDGET, budgetOfEffort(wish))
  note(draft, 'reasoning', ['approximated', `${wish} → a budget of ${budget}`])
  return { thinkingBudget: budget }
}
