import { isObject, type JsonObject } from '#wire/json.ts'
import type { Draft, Overlay } from '#wire/shape/draft.ts'
import { fieldIn, keyIn } from '#wire/gemini/proto.ts'
import { isForeign } from '#wire/gemini/seals.ts'
import { needsSignatures, noteSkipped, withSignature } from '#wire/gemini/write-contents.ts'

/** What of a caller's own `contents` the target would refuse. */
interface Edits {
  /** Signatures that platforms of other dialects made. */
  readonly seals: boolean
  /** Thinking at all. */
  readonly thoughts: boolean
  /** Ids of calls. */
  readonly ids: boolean
}

/**
 * Puts into the patch what must change in the conversation of a caller of our own dialect; mostly nothing: seals of
 * other platforms go, and calls of the running turn that have none get Google's dummy.
 */
export function patchContents({ draft, json, patch }: Overlay): void {
  const key = keyIn(json, 'contents')
  const { text } = draft.request.source
  const { quirks } = draft.target
  const edits: Edits = {
    seals: hasForeignSeals(draft),
    thoughts: quirks.reasoningReturn === 'refused' && text.includes('"thought'),
    ids: quirks.refusedFields.includes('functionCall.id') && text.includes('"function'),
  }
  const calls = needsSignatures(draft) && draft.request.messages.some(({ parts }) => parts.some(isCall))
  if (!edits.seals && !edits.thoughts && !edits.ids && !calls) return
  const before = listOf(json[key])
  const after = before.map((content) => editContent(content, edits))
  if (edits.seals || edits.thoughts) noteSeals(draft, edits)
  const signed = calls ? signRunningTurn(draft, after) : after
  if (signed.some((content, i) => content !== before[i])) patch.set(key, signed)
}

function isCall({ kind }: { readonly kind: string }): boolean {
  return kind === 'tool-call'
}

function hasForeignSeals({ request }: Draft): boolean {
  return request.messages.some(({ parts }) =>
    parts.some(
      (part) =>
        part.kind === 'reasoning-redacted' || (part.kind === 'reasoning' && (part.sealedBy ?? 'gemini') !== 'gemini'),
    ),
  )
}

function noteSeals({ request, warnings }: Draft, { thoughts }: Edits): void {
  for (const { parts, path } of request.messages) {
    const gone = parts.some(
      (part) =>
        part.kind === 'reasoning-redacted' ||
        (part.kind === 'reasoning' && (thoughts || (part.sealedBy ?? 'gemini') !== 'gemini')),
    )
    if (!gone) continue
    const detail = thoughts ? 'the target refuses earlier thinking' : 'thinking that only another platform can read'
    warnings.push({ action: 'dropped', path: `${path}.parts`, detail })
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

function editContent(content: unknown, edits: Edits): unknown {
  if (!isObject(content)) return content
  const key = keyIn(content, 'parts')
  const before = listOf(content[key])
  const after = before.flatMap((part) => editPart(part, edits))
  const changed = after.length !== before.length || after.some((part, i) => part !== before[i])
  return changed ? { ...content, [key]: after } : content
}

/** A part without what the target refuses; none where nothing is left of it. */
function editPart(part: unknown, edits: Edits): unknown[] {
  if (!isObject(part)) return [part]
  if (edits.thoughts && part['thought'] === true) return []
  let out = edits.ids ? withoutIds(part) : part
  const key = keyIn(part, 'thoughtSignature')
  const signature = part[key]
  const refused = edits.thoughts || (edits.seals && typeof signature === 'string' && isForeign(signature))
  if (!refused || signature === undefined) return [out]
  const { [key]: _signature, ...rest } = out
  out = rest
  return out['text'] === '' ? [] : [out]
}

function withoutIds(part: JsonObject): JsonObject {
  for (const name of ['functionCall', 'functionResponse']) {
    const value = fieldIn(part, name)
    if (!isObject(value) || value['id'] === undefined) continue
    const { id: _id, ...rest } = value
    return { ...part, [keyIn(part, name)]: rest }
  }
  return part
}

/** The running turn begins with what the user said last. */
function signRunningTurn(draft: Draft, contents: readonly unknown[]): unknown[] {
  const begin = contents.findLastIndex(isSpoken)
  return contents.map((content, i) => {
    if (i <= begin || !isObject(content) || !isModel(content)) return content
    const key = keyIn(content, 'parts')
    const parts = listOf(content[key])
    if (!parts.every(isObject)) return content
    const signed = withSignature(parts)
    if (signed === undefined) return content
    noteSkipped(draft, `${keyIn(draft.request.source.json, 'contents')}.${i}`)
    return { ...content, [key]: signed }
  })
}

function isModel(content: JsonObject): boolean {
  const { role } = content
  return typeof role === 'string' && role.toLowerCase() === 'model'
}

/** A turn of the user that holds no results. */
function isSpoken(content: unknown): boolean {
  if (!isObject(content) || isModel(content)) return false
  return !listOf(content['parts']).some((part) => fieldIn(part, 'functionResponse') !== undefined)
}
