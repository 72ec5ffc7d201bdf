import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Effort } from '#wire/request.ts'
import { asksForNone } from '#wire/shape/effort.ts'
import { type Draft, note, type Overlay } from '#wire/shape/draft.ts'
import { clashOf, nearestWord, type WrittenThinking, writeThinking } from '#wire/shape/claude-thinking.ts'

/** `thinking` and `output_config.effort` of a caller of our own dialect, where the target takes another form of them. */
export function patchThinking(on: Overlay, maxTokens: number | undefined): void {
  const { reasoning } = on.draft.request
  if (reasoning === undefined) return
  const said = isObject(on.json['thinking']) ? on.json['thinking'] : undefined
  if (formStays(on.draft, said, maxTokens)) patchEffortAlone(on, reasoning.effort)
  else rewrite(on, said, writeThinking(on.draft, maxTokens))
}

/** True if the target takes the caller's own way of asking for thinking; the degree is another question. */
function formStays(draft: Draft, said: JsonObject | undefined, maxTokens: number | undefined): boolean {
  const { reasoning = {} } = draft.request
  const { quirks } = draft.target
  if (quirks.thinking === 'none') return false
  if (asksForNone(reasoning)) return quirks.thinkingDefault !== 'always'
  if (said === undefined) return true
  if (clashOf(draft) !== undefined) return false
  if (quirks.thinking === 'anthropic-effort') return said['type'] === 'adaptive'
  return said['type'] === 'enabled' && (maxTokens === undefined || (reasoning.budgetTokens ?? 0) < maxTokens)
}

function rewrite(on: Overlay, said: JsonObject | undefined, written: WrittenThinking): void {
  const { quirks, reasoning } = { quirks: on.draft.target.quirks, reasoning: on.draft.request.reasoning }
  const display = said?.['display']
  const shown = written.on && display !== undefined ? { ...written.thinking, display } : written.thinking
  if (said !== undefined || shown !== undefined) on.patch.set('thinking', shown)
  const kept = quirks.thinking === 'none' ? undefined : wordFor(quirks, reasoning?.effort)
  patchEffort(on, written.effort ?? kept)
}

/** A catalog row that names no efforts says nothing of them: then the caller's own stays. */
function patchEffortAlone(on: Overlay, effort: Effort | undefined): void {
  const { quirks } = on.draft.target
  if (effort === undefined || Object.keys(quirks.efforts).length === 0 || wordFor(quirks, effort) === effort) return
  const near = nearestWord(quirks, effort)
  note(on.draft, 'reasoning', ['approximated', `${effort} → ${near ?? 'none'}`])
  patchEffort(on, near)
}

function wordFor({ efforts }: Quirks, effort: Effort | undefined): string | undefined {
  return effort === undefined ? undefined : efforts[effort]
}

function patchEffort({ json, patch }: Overlay, effort: string | undefined): void {
  const config = isObject(json['output_config']) ? json['output_config'] : {}
  if (config['effort'] === effort) return
  const { effort: _said, ...rest } = config
  const next = { ...rest, ...(effort === undefined ? {} : { effort }) }
  patch.set('output_config', Object.keys(next).length === 0 ? undefined : next)
}
