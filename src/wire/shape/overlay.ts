import type { Source } from '#wire/request.ts'
import { type Member, scanObject } from '#wire/shape/scan.ts'

/** New values of top-level fields; `undefined` takes the field out. */
export type Patch = ReadonlyMap<string, unknown>

/** The same as JSON texts. */
type TextPatch = ReadonlyMap<string, string | undefined>

/**
 * The caller's own JSON text with some top-level fields replaced, added or taken out. What is not named keeps its
 * very characters: number spellings, key order, fields nobody knows. The text must be an object that `scanObject` takes.
 */
export function overlay(source: Pick<Source, 'text' | 'members'>, patch: Patch): string {
  if (patch.size === 0) return source.text
  const texts = new Map<string, string | undefined>()
  for (const [key, value] of patch) texts.set(key, value === undefined ? undefined : JSON.stringify(value))
  return overlayTexts(source, texts)
}

/** The same with new values that are JSON text already. */
export function overlayTexts({ text, members }: Pick<Source, 'text' | 'members'>, patch: TextPatch): string {
  const known = members ?? membersOf(text)
  let missing = patch.size
  let out = ''
  let from = 0
  for (const { key, valueStart, valueEnd } of known) {
    if (!patch.has(key)) continue
    const value = patch.get(key)
    if (value === undefined) return rebuild(text, known, patch)
    missing--
    out += text.slice(from, valueStart) + value
    from = valueEnd
  }
  const added = missing === 0 ? [] : additions(known, patch)
  if (added.length === 0) return out + text.slice(from)
  const close = text.lastIndexOf('}')
  return out + text.slice(from, close) + (known.length > 0 ? ',' : '') + added.join(',') + text.slice(close)
}

function membersOf(text: string): readonly Member[] {
  const scan = scanObject(text, Number.POSITIVE_INFINITY)
  if (!scan.ok) throw new Error(`overlay on a text that is no JSON object: ${scan.problem}`)
  return scan.members
}

function rebuild(text: string, members: readonly Member[], patch: TextPatch): string {
  const kept: string[] = []
  for (const member of members) {
    const value = patch.get(member.key)
    if (!patch.has(member.key)) kept.push(text.slice(member.keyStart, member.valueEnd))
    else if (value !== undefined) kept.push(text.slice(member.keyStart, member.valueStart) + value)
  }
  return `{${[...kept, ...additions(members, patch)].join(',')}}`
}

function additions(members: readonly Member[], patch: TextPatch): string[] {
  const added: string[] = []
  for (const [key, value] of patch) {
    if (value === undefined || members.some((member) => member.key === key)) continue
    added.push(`${JSON.stringify(key)}:${value}`)
  }
  return added
}
