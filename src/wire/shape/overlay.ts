import { type Member, scanObject } from '#wire/shape/scan.ts'

/** New values of top-level fields; `undefined` takes the field out. */
export type Patch = ReadonlyMap<string, unknown>

/**
 * The caller's own JSON text with some top-level fields replaced, added or taken out. What is not named keeps its
 * very characters: number spellings, key order, fields nobody knows. `text` must be an object that `scanObject` takes.
 */
export function overlay(text: string, patch: Patch): string {
  if (patch.size === 0) return text
  const scan = scanObject(text, Number.POSITIVE_INFINITY)
  if (!scan.ok) throw new Error(`overlay on a text that is no JSON object: ${scan.problem}`)
  const removes = [...patch].some(([key, value]) => value === undefined && scan.members.some((m) => m.key === key))
  return removes ? rebuild(text, scan.members, patch) : splice(text, scan.members, patch)
}

function splice(text: string, members: readonly Member[], patch: Patch): string {
  let out = ''
  let from = 0
  for (const member of members) {
    if (!patch.has(member.key)) continue
    out += text.slice(from, member.valueStart) + JSON.stringify(patch.get(member.key))
    from = member.valueEnd
  }
  const added = additions(members, patch)
  if (added.length === 0) return out + text.slice(from)
  const close = text.lastIndexOf('}')
  return out + text.slice(from, close) + (members.length > 0 ? ',' : '') + added.join(',') + text.slice(close)
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
  const present = new Set(members.map((member) => member.key))
  return [...patch]
    .filter(([key, value]) => value !== undefined && !present.has(key))
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
}
