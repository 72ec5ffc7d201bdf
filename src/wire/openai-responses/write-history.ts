import { isObject, type JsonObject } from '#wire/json.ts'
import type { Draft, Overlay } from '#wire/shape/draft.ts'
import { mayLoseDigits, parseExact } from '#wire/shape/exact-json.ts'
import { listIn, textIn } from '#wire/shape/read-json.ts'
import { addWords, instructed, type WrittenFormat } from '#wire/openai-responses/write-format.ts'
import { fitsHere, isOurs, mayHoldOurs } from '#wire/openai-responses/seals.ts'

/** Puts into the patch what must change in the conversation of a caller of our own dialect; mostly nothing. */
export function patchInput(on: Overlay, form: WrittenFormat): void {
  const { draft, json, patch } = on
  const { input } = json
  const given: readonly unknown[] = Array.isArray(input) ? input : []
  const hoisted: string[] = []
  const changes = mayChange(draft, given)
  const items = changes ? exactly(draft, 'input') : given
  const edited = changes ? items.flatMap((item, i) => editItem(draft, { item, index: i }, hoisted)) : items
  const own = typeof input === 'string' ? [{ role: 'user', content: input }] : edited
  const added = addWords(draft, form, own)
  if (hoisted.length > 0 || added.instruction !== undefined) {
    patch.set('instructions', instructed(json['instructions'], ...hoisted, added.instruction))
  }
  if (added.items.length > 0) patch.set('input', [...added.items, ...(own === given ? exactly(draft, 'input') : own)])
  else if (edited.length !== items.length || edited.some((item, i) => item !== items[i])) patch.set('input', edited)
}

/** A list of the caller's as it is written anew: numbers that a double cannot hold keep their digits. */
export function exactly({ request: { source } }: Draft, key: 'input' | 'tools'): readonly unknown[] {
  return listIn(mayLoseDigits(source.text) ? parseExact(source.text) : source.json, key) ?? []
}

/** True if an item may have to change: a cheap look before a thorough one. */
function mayChange({ request, target }: Draft, items: readonly unknown[]): boolean {
  const { reasoningReturn, systemRole, systemPlace } = target.quirks
  if (mayHoldOurs(request.source.text)) return true
  if (reasoningReturn !== 'accepted' && items.some((item) => textIn(item, 'type') === 'reasoning')) return true
  return (systemRole !== 'either' || systemPlace === 'first') && items.some(isInstruction)
}

function isInstruction(item: unknown): boolean {
  const role = textIn(item, 'role')
  return role === 'system' || role === 'developer'
}

interface Placed {
  readonly item: unknown
  readonly index: number
}

/** The item as the target takes it, if it does. */
function editItem(draft: Draft, { item, index }: Placed, hoisted: string[]): readonly unknown[] {
  const path = `input.${index}`
  if (!isObject(item)) return [item]
  if (item['type'] === 'reasoning') return editReasoning(draft, item, path)
  if (item['content'] === undefined && item['output'] === undefined && isReference(item)) {
    draft.warnings.push({ action: 'dropped', path, detail: 'an item that no platform keeps' })
    return []
  }
  if (isInstruction(item)) return editInstruction(draft, { item, path }, hoisted)
  // OpenAI looks ids up in what it keeps, and finds none of ours.
  return [isOurs(item['id']) ? withoutKeys(item, 'id') : item]
}

function isReference({ type, id, role }: JsonObject): boolean {
  return (type === 'item_reference' || ((type ?? undefined) === undefined && role === undefined)) && isOurs(id)
}

function editInstruction(
  draft: Draft,
  { item, path }: { readonly item: JsonObject; readonly path: string },
  hoisted: string[],
): readonly unknown[] {
  const { systemPlace, systemRole } = draft.target.quirks
  const text = systemPlace === 'first' ? plainText(item['content']) : undefined
  if (text !== undefined) {
    hoisted.push(text)
    draft.warnings.push({ action: 'reordered', path, detail: 'instructions can stand at the front only' })
    return []
  }
  if (systemRole === 'either' || item['role'] === systemRole) return [item]
  const detail = `${String(item['role'])} → ${systemRole}`
  draft.warnings.push({ action: 'renamed', path: `${path}.role`, detail })
  return [{ ...item, role: systemRole }]
}

function plainText(content: unknown): string | undefined {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return undefined
  const texts = content.map((part: unknown) => textIn(part, 'text'))
  return texts.some((text) => text === undefined) ? undefined : texts.join('\n\n')
}

/**
 * A reasoning item with its platform's seal, or with an id that its platform may know, stays. Others came with another
 * platform's answer: they go where thinking is demanded back as a text, else nowhere.
 */
function editReasoning(draft: Draft, item: JsonObject, path: string): readonly unknown[] {
  const { reasoningReturn } = draft.target.quirks
  if (reasoningReturn === 'refused') {
    draft.warnings.push({ action: 'dropped', path, detail: 'thinking: the target refuses it in earlier turns' })
    return []
  }
  const seal = textIn(item, 'encrypted_content')
  const fit = fitsHere(seal)
  if (fit.is === 'own') {
    // Ours stood before it while it was at a caller of another dialect, or of ours by another way.
    return fit.seal === seal && !isOurs(item['id'])
      ? [item]
      : [{ ...withoutKeys(item, 'id'), encrypted_content: fit.seal }]
  }
  if (fit.is === 'none' && !isOurs(item['id']) && seal === undefined) return [item]
  if (fit.is === 'foreign') {
    const detail = 'a seal that only its maker takes back'
    draft.warnings.push({ action: 'dropped', path: `${path}.encrypted_content`, detail })
  }
  const text = textsOf(item)
  if (reasoningReturn === 'required' && text !== '') {
    return [{ type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text }] }]
  }
  if (fit.is === 'none')
    draft.warnings.push({ action: 'dropped', path, detail: 'thinking that the target has not sealed' })
  return []
}

function textsOf(item: JsonObject): string {
  const content = listIn(item, 'content') ?? []
  const parts = content.length > 0 ? content : (listIn(item, 'summary') ?? [])
  return parts.map((part) => textIn(part, 'text') ?? '').join('\n\n')
}

function withoutKeys(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}
