import { clampNumber } from '#wire/shape/clamp.ts'
import { type Draft, note } from '#wire/shape/draft.ts'

/** Sent where neither the caller nor the catalog names a bound, and the platform demands one. */
const DEFAULT_MAX_TOKENS = 4096

/** While it thinks, Anthropic takes `top_p` from here on only. */
const THINKING_TOP_P = 0.95

/** `max_tokens`: the caller's, never more than the model gives; its maximum where the platform demands a bound. */
export function writeMaxTokens(draft: Draft): number | undefined {
  const { request, target } = draft
  const { maxOutputTokens: most } = target
  const asked = request.maxOutputTokens
  if (asked === undefined) {
    if (!target.quirks.maxTokensRequired) return undefined
    const chosen = most ?? DEFAULT_MAX_TOKENS
    note(draft, 'maxOutputTokens', ['defaulted', `${chosen}, since the target demands a bound`])
    return chosen
  }
  if (most === undefined || asked <= most) return asked
  note(draft, 'maxOutputTokens', ['clamped', `${asked} → ${most}, the most that the model gives`])
  return most
}

/** `temperature` in the target's range; none while the model thinks, since Anthropic then takes 1 only. */
export function writeTemperature(draft: Draft, thinking: boolean): number | undefined {
  const { temperature } = draft.request
  if (temperature === undefined) return undefined
  if (thinking && temperature !== 1) {
    note(draft, 'temperature', ['dropped', 'the target takes 1 only while it thinks'])
    return undefined
  }
  return clamped(draft, 'temperature', temperature)
}

/** `top_p` in the target's range, and only where `temperature` is not sent if the target refuses both together. */
export function writeTopP(
  draft: Draft,
  beside: { readonly temperature: boolean; thinking: boolean },
): number | undefined {
  const { topP } = draft.request
  if (topP === undefined) return undefined
  if (beside.temperature && draft.target.quirks.temperatureOrTopP) {
    note(draft, 'topP', ['dropped', 'the target refuses it together with temperature'])
    return undefined
  }
  if (beside.thinking && topP < THINKING_TOP_P) {
    note(draft, 'topP', ['clamped', `${topP} → ${THINKING_TOP_P}, the least while the target thinks`])
    return THINKING_TOP_P
  }
  return clamped(draft, 'topP', topP)
}

/** `top_k`; -1 and 0, with which others switch it off, are left out. */
export function writeTopK(draft: Draft, thinking: boolean): number | undefined {
  const { topK } = draft.request
  if (topK === undefined || topK <= 0) return undefined
  if (!thinking) return topK
  note(draft, 'topK', ['dropped', 'the target refuses it while it thinks'])
  return undefined
}

/** `stop_sequences`: as many and as long ones as the target takes; Anthropic refuses those of white space. */
export function writeStop(draft: Draft): readonly string[] | undefined {
  const { stop } = draft.request
  if (stop === undefined) return undefined
  const { stopMax, stopBytesMax } = draft.target.quirks
  const fitting = stop.filter((sequence) => sequence.trim() !== '' && bytesOf(sequence) <= stopBytesMax)
  const kept = fitting.slice(0, stopMax)
  if (kept.length < stop.length) {
    note(draft, 'stop', ['dropped', `${stop.length - kept.length} of ${stop.length}, which the target refuses`])
  }
  return kept.length === 0 ? undefined : kept
}

function clamped(draft: Draft, field: 'temperature' | 'topP', asked: number): number | undefined {
  const { value, changed } = clampNumber(asked, draft.target.quirks[field])
  if (changed && value === undefined) note(draft, field, ['dropped', 'the target takes its own default only'])
  else if (changed) note(draft, field, ['clamped', `${asked} → ${value}`])
  return value
}

/** Length in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    if (point < 0x80) bytes += 1
    else if (point < 0x800) bytes += 2
    else bytes += point < 0x10000 ? 3 : 4
  }
  return bytes
}
