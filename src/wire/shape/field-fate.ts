import type { Quirks } from '#wire/quirks.ts'
import type { Warning } from '#wire/warning.ts'

/** What becomes of a top-level field. No `name` = it is left out. */
export interface Fate {
  readonly name?: string
  readonly warning?: Omit<Warning, 'path'>
}

/** A top-level field as the target takes it: kept, kept in vain, under another name, or not at all. */
export function fateOf(quirks: Quirks, key: string): Fate {
  const { refusedFields, knownFields, ignoredFields, renamedFields } = quirks
  const name = (Object.hasOwn(renamedFields, key) ? renamedFields[key] : undefined) ?? key
  const known = knownFields === 'any' || knownFields.includes(name)
  if (!known || refusedFields.includes(key)) {
    return { warning: { action: 'dropped', detail: 'the target refuses this field' } }
  }
  if (name !== key) return { name, warning: { action: 'renamed', detail: `${key} → ${name}` } }
  if (!ignoredFields.includes(key)) return { name }
  return { name, warning: { action: 'ignored', detail: 'the target takes no notice of this field' } }
}
