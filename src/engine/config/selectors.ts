import { suggestion } from '#engine/config/suggestion.ts'
import { readSelector } from '#wire/selector.ts'
import { WARNING_ACTIONS } from '#wire/warning.ts'

/** What is wrong with a selector of warnings, and the nearest word; undefined where nothing is. */
export function selectorProblem(written: string): string | undefined {
  const read = readSelector(written)
  if (read.ok) return undefined
  const known = WARNING_ACTIONS.some((action) => action === read.action)
  if (known)
    return `"${written.trim()}" has nothing after its colon: leave the colon out to mean every ${read.action} warning`
  return `"${read.action}" is no kind of warning${suggestion(read.action, WARNING_ACTIONS)}`
}
