import type { RestoredTurn } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Source } from '#wire/request.ts'
import { editField } from '#wire/shape/edit-source.ts'
import { contentOfRedacted, contentOfSignature, UNSEALED } from '#wire/openai-responses/seals.ts'

/** See `Dialect`: each thought as an item before what it stood before. */
export function restoreReasoning(source: Source, turns: readonly RestoredTurn[]): Source {
  return editField(source, 'input', (input) => {
    if (!Array.isArray(input)) return input
    const items: readonly unknown[] = input
    const before = new Map<number, JsonObject[]>()
    for (const turn of turns) place(items, turn, before)
    return [...items, undefined].flatMap((item, i) => [...(before.get(i) ?? []), ...(i < items.length ? [item] : [])])
  })
}

/** Finds the item that each thought stands before, by counting what the turn said and called. */
function place(
  items: readonly unknown[],
  { path, parts, added }: RestoredTurn,
  before: Map<number, JsonObject[]>,
): void {
  const first = Number(path.slice('input.'.length))
  const own = parts.filter((part) => !added.has(part) && !isThought(part)).length
  // The items of the turn's own parts, one entry a part.
  const owners: number[] = []
  for (let i = first; i < items.length && owners.length < own; i++) {
    for (let left = sayingsOf(items[i]); left > 0; left--) owners.push(i)
  }
  const after = owners.length === 0 ? first : (owners.at(-1) ?? first) + 1
  let said = 0
  for (const part of parts) {
    const item = added.has(part) ? itemOf(part) : undefined
    if (item !== undefined) {
      const at = owners[said] ?? after
      before.set(at, [...(before.get(at) ?? []), item])
    } else if (!isThought(part)) said++
  }
}

/** How many parts of a turn an item is, thinking left out. */
function sayingsOf(item: unknown): number {
  if (!isObject(item)) return 0
  const { type, content } = item
  if (type === 'message' || (type ?? undefined) === undefined) return Array.isArray(content) ? content.length : 1
  return typeof type === 'string' && type.endsWith('_call') ? 1 : 0
}

function isThought({ kind }: Part): boolean {
  return kind === 'reasoning' || kind === 'reasoning-redacted'
}

function itemOf(part: Part): JsonObject | undefined {
  if (part.kind === 'reasoning-redacted') {
    return { type: 'reasoning', summary: [], encrypted_content: contentOfRedacted(part.data, part.sealedBy) }
  }
  if (part.kind !== 'reasoning') return undefined
  const { text, signature, sealedBy } = part
  return {
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    encrypted_content: signature === undefined ? UNSEALED : contentOfSignature(signature, sealedBy),
  }
}
