import type { Source } from '#wire/request.ts'
import { type Member, scanObject } from '#wire/shape/scan.ts'

/** New values of top-level fields; `undefined` takes the field out. */
export type Patch = ReadonlyMap<string, unknown>

/**
 * The caller's own JSON text with some top-level fields replaced, added or taken out. What is not named keeps its
 * very characters: number spellings, key order, fields nobody knows. The text must be an object that `scanObject` takes.
 */
export function overlay({ text, members }: Pick<Source, 'text' | 'members'>, patch: Patch): string {
  if (patch.size === 0) return text
  const known = members ?? membersOf(text)
  let missing = patch.size
  let out = ''
  let from = 0
  for (const { key, valueStart, valueEnd } of known) {
    if (!patch.has(key)) continue
    const value = patch.get(key)
    if (value === undefined) return rebuild(text, known, patch)
    missing--
    out += text.slice(from, valueStart) + JSON.stringify(value)
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

function rebuild(text: string, members: readonly Member[], patch: Patch): string {
  const kept: string[] = []
  for (const member of members) {
    if (!patch.has(member.key)) kept.push(text.slice(member.keyStart, member.valueEnd))
    else if (patch.get(member.key) !== undefined) {
      kept.push(text.slice(member.keyStart, member.valueStart) + JSON.stringify(patch.get(member.key)))
    }
  }
  return `{${[...kept, ...additions(members, patch)].join(',')}}`
}

function additions(members: readonly Member[], patch: Patch): string[] {
  const added: string[] = []
  for (const [key, value] of patch) {
    if (value === undefined || members.some((member) => member.key === key)) continue
    added.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`)
  }
  return added
}
