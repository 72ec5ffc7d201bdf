import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Effort, Reasoning } from '#wire/request.ts'
import { asksForNone, budgetOfEffort, effortOfBudget, nearestEffort } from '#wire/shape/effort.ts'
import { type Draft, note } from '#wire/shape/draft.ts'
import { fits } from '#wire/shape/seal.ts'

/** What is sent of thinking. `on` = the model thinks because we asked. */
export interface WrittenThinking {
  readonly thinking?: JsonObject
  readonly effort?: string
  readonly on: boolean
}

/** Least budget that Anthropic takes; it must also stay below `max_tokens`. */
const LEAST_BUDGET = 1024

const OFF: WrittenThinking = { on: false }

/** `thinking` and `output_config.effort` as Claude takes them, wherever it runs, from what the caller asked. */
export function writeThinking(draft: Draft, maxTokens: number | undefined): WrittenThinking {
  const { reasoning } = draft.request
  const { quirks } = draft.target
  if (reasoning === undefined) return OFF
  const off = asksForNone(reasoning)
  if (quirks.thinking === 'none') {
    if (!off || quirks.thinkingDefault !== 'off') note(draft, 'reasoning', ['dropped', 'the target cannot be told'])
    return OFF
  }
  if (off) return switchedOff(draft)
  const clash = clashOf(draft)
  if (clash !== undefined) {
    note(draft, 'reasoning', ['dropped', clash])
    return quirks.thinkingDefault === 'on' ? { thinking: { type: 'disabled' }, on: false } : OFF
  }
  return quirks.thinking === 'anthropic-effort' ? adaptive(draft, reasoning) : budgeted(draft, reasoning, maxTokens)
}

function switchedOff(draft: Draft): WrittenThinking {
  if (draft.target.quirks.thinkingDefault !== 'always') return { thinking: { type: 'disabled' }, on: false }
  note(draft, 'reasoning', ['dropped', 'the target always thinks'])
  return OFF
}

/** Why the target would refuse to think in this request; the rest of the request is worth more than the thinking. */
export function clashOf(draft: Draft): string | undefined {
  const { request, target } = draft
  const { quirks } = target
  const forced = request.toolChoice?.kind === 'required' || request.toolChoice?.kind === 'named'
  if (forced && quirks.toolChoiceFreeOnlyWhileThinking && quirks.thinkingDefault !== 'always') {
    return 'the target does not think while a tool call is forced'
  }
  if (quirks.thinking !== 'anthropic-effort' && loopLacksThinking(draft)) {
    return 'the running tool loop has no signed thinking'
  }
  return undefined
}

/**
 * True if the conversation ends in a tool loop without thinking that the target can read back. With a budget,
 * Anthropic refuses to think on in such a loop (400 "must start with a thinking block"); adaptive thinking does not mind.
 */
function loopLacksThinking(draft: Draft): boolean {
  const { messages } = draft.request
  let calls = false
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]
    if (message === undefined) break
    if (message.role === 'assistant') {
      if (message.parts.some((part) => isReadable(draft, part))) return false
      calls ||= message.parts.some((part) => part.kind === 'tool-call')
    } else if (message.role !== 'tool' && messages[i - 1]?.role !== 'tool') break
  }
  return calls
}

/**
 * True for thinking that may be sent back: signed by a platform of the target's dialect, or any text where the platform
 * demands it back (pain T19).
 */
export function isReadable({ dialect, target }: Draft, part: Part): boolean {
  const { reasoningReturn } = target.quirks
  if (part.kind === 'reasoning-redacted') return reasoningReturn !== 'refused' && fits(dialect, part)
  if (part.kind !== 'reasoning') return false
  const foreign = part.signature !== undefined && !fits(dialect, part)
  if (reasoningReturn === 'required') return part.text !== '' || !foreign
  return reasoningReturn === 'accepted' && part.signature !== undefined && !foreign
}

function budgeted(draft: Draft, reasoning: Reasoning, maxTokens: number | undefined): WrittenThinking {
  const room = maxTokens === undefined ? Number.POSITIVE_INFINITY : maxTokens - 1
  if (room < LEAST_BUDGET) {
    note(draft, 'reasoning', ['dropped', `no room for ${LEAST_BUDGET} tokens of thinking in ${maxTokens}`])
    return OFF
  }
  const { budgetTokens: asked } = reasoning
  const budget = asked === undefined ? guessed(draft, reasoning, room) : Math.min(room, Math.max(LEAST_BUDGET, asked))
  if (asked !== undefined && budget !== asked) note(draft, 'reasoning', ['clamped', `${asked} → ${budget}`])
  return { thinking: { type: 'enabled', budget_tokens: budget }, on: true }
}

/** A budget for an effort, which leaves a quarter of the output to the answer. */
function guessed(draft: Draft, { effort }: Reasoning, room: number): number {
  const share = Number.isFinite(room) ? Math.max(LEAST_BUDGET, Math.floor(room * 0.75)) : room
  const budget = Math.min(budgetOfEffort(effort === undefined || effort === 'none' ? 'medium' : effort), share)
  if (effort === undefined) note(draft, 'reasoning', ['defaulted', `a budget of ${budget}, which the target demands`])
  else note(draft, 'reasoning', ['approximated', `${effort} → a budget of ${budget}`])
  return budget
}

function adaptive(draft: Draft, { effort, budgetTokens }: Reasoning): WrittenThinking {
  const thinking = { type: 'adaptive' }
  if (effort !== undefined && effort !== 'none') return { thinking, ...nearest(draft, effort), on: true }
  if (budgetTokens === undefined) return { thinking, on: true }
  const near = nearestWord(draft.target.quirks, effortOfBudget(budgetTokens))
  note(draft, 'reasoning', ['approximated', `a budget of ${budgetTokens} → ${near ?? 'the target’s own measure'}`])
  return { thinking, ...(near === undefined ? {} : { effort: near }), on: true }
}

function nearest(draft: Draft, effort: Effort): { effort?: string } {
  const { quirks } = draft.target
  const exact = quirks.efforts[effort]
  if (exact !== undefined) return { effort: exact }
  const near = nearestWord(quirks, effort)
  if (near === undefined) {
    note(draft, 'reasoning', ['dropped', 'the target knows no degrees of effort'])
    return {}
  }
  note(draft, 'reasoning', ['approximated', `${effort} → ${near}`])
  return { effort: near }
}

/** The target's word for the nearest effort. */
export function nearestWord({ efforts }: Quirks, effort: Effort): string | undefined {
  const near = nearestEffort(effort, efforts)
  return near === undefined ? undefined : efforts[near]
}
