import type { DialectId } from '#wire/dialect.ts'
import { commonNames } from '#wire/shape/caller-field.ts'
import { fitsPattern } from '#wire/shape/pattern.ts'
import { type Warning, WARNING_ACTIONS, type WarningAction } from '#wire/warning.ts'

/** Picks warnings: all of an action, or those whose path fits. */
export interface Selector {
  /** As it was written. */
  readonly text: string
  readonly action: WarningAction
  /** `*` stands for any run of characters; absent = every path. */
  readonly path?: string
}

/** A selector, or the word in it that means nothing. */
export type ReadSelector =
  | { readonly ok: true; readonly selector: Selector }
  | { readonly ok: false; readonly action: string }

/** Reads `emulated` or `emulated:response_format`, without regard to spaces around. */
export function readSelector(written: string): ReadSelector {
  const text = written.trim()
  const colon = text.indexOf(':')
  const word = colon < 0 ? text : text.slice(0, colon)
  const path = colon < 0 ? undefined : text.slice(colon + 1)
  const action = WARNING_ACTIONS.find((each) => each === word)
  if (action === undefined || path === '') return { ok: false, action: word }
  return { ok: true, selector: { text, action, ...(path === undefined ? {} : { path }) } }
}

/**
 * Whether a selector picks a warning about a request of this dialect. A path counts by the caller's own name and by
 * OpenAI's for the same field, so that `emulated:n` holds for Gemini's `generationConfig.candidateCount`, too.
 */
export function selects({ action, path }: Selector, warning: Warning, dialect: DialectId): boolean {
  if (action !== warning.action) return false
  if (path === undefined || fitsPattern(path, warning.path)) return true
  return commonNames(dialect, warning.path).some((name) => fitsPattern(path, name))
}
