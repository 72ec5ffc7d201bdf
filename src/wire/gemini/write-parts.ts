import { isObject, type JsonObject } from '#wire/json.ts'
import type { CacheMark, Part, ReasoningPart, RedactedReasoningPart, ToolCallPart } from '#wire/part.ts'
import { fits, sealPath } from '#wire/shape/seal.ts'
import { readInput } from '#wire/shape/tool-input.ts'
import { idOf, type PartPlace, partsPath, warn, writeMedia } from '#wire/gemini/write-place.ts'
import { writeResult } from '#wire/gemini/write-results.ts'

/** The parts of a message; what this dialect cannot say is left out with a warning. Seals go to the part that they precede. */
export function writeParts(place: PartPlace): JsonObject[] {
  const written: JsonObject[] = []
  let seal: string | undefined
  for (const part of place.message.parts) {
    if (part.kind === 'reasoning' || part.kind === 'reasoning-redacted') {
      if (part.kind === 'reasoning' && part.text !== '' && isTaken(place, part)) {
        written.push({ text: part.text, thought: true })
      }
      const next = sealIn(place, part)
      if (next === undefined) continue
      if (seal !== undefined) written.push(sealedText(seal))
      seal = next
      continue
    }
    const [first, ...rest] = writePart(part, place)
    if (first === undefined) continue
    written.push(seal === undefined ? first : { ...first, thoughtSignature: seal }, ...rest)
    seal = undefined
  }
  if (seal !== undefined) written.push(sealedText(seal))
  return written
}

/** Google's own form of a signature that comes after everything else. */
function sealedText(thoughtSignature: string): JsonObject {
  return { text: '', thoughtSignature }
}

function writePart(part: Exclude<Part, ReasoningPart | RedactedReasoningPart>, place: PartPlace): JsonObject[] {
  if ('cache' in part) noteCache(part.cache, place)
  switch (part.kind) {
    case 'text':
      return textPart(part.text)
    case 'refusal':
      warn(place, 'approximated', 'a refusal, as plain text')
      return textPart(part.text)
    case 'image':
    case 'file':
    case 'audio':
      return [writeMedia(part, place)]
    case 'tool-call':
      return [callOf(part, place)]
    case 'tool-result':
      return writeResult(part, place)
    case 'native':
      if (part.dialect === 'gemini' && isObject(part.value)) return [part.value]
      warn(place, 'dropped', `${part.type} is a part of another dialect`)
      return []
  }
}

/** Gemini refuses empty texts. */
function textPart(text: string): JsonObject[] {
  return text === '' ? [] : [{ text }]
}

function callOf(part: ToolCallPart, place: PartPlace): JsonObject {
  const { input, exact } = readInput(part.arguments)
  if (!exact) warn(place, 'approximated', `the arguments of call ${part.id} are not one JSON object`)
  place.names.set(part.id, part.name)
  // Text that holds no object at all is kept in one, so that the model sees what it said.
  return { functionCall: { ...idOf(place, part.id), name: part.name, args: input ?? { arguments: part.arguments } } }
}

function noteCache(cache: CacheMark | undefined, place: PartPlace): void {
  if (cache === undefined) return
  const path = `${partsPath(place.draft.request, place.message.path)}.cache_control`
  place.draft.warnings.push({ action: 'dropped', path, detail: 'the target takes no cache marks' })
}

/** Earlier thinking, unless the target refuses any. */
function isTaken(place: PartPlace, part: Part): boolean {
  if (place.draft.target.quirks.reasoningReturn !== 'refused') return true
  warnSeal(place, part, 'the target refuses earlier thinking')
  return false
}

/** The seal that Gemini takes back. */
function sealIn(place: PartPlace, part: ReasoningPart | RedactedReasoningPart): string | undefined {
  const signature = part.kind === 'reasoning' ? part.signature : undefined
  if (signature === undefined && part.kind === 'reasoning') return undefined
  if (place.draft.target.quirks.reasoningReturn === 'refused') return undefined
  if (signature !== undefined && fits('gemini', part)) return signature
  warnSeal(place, part, 'thinking that only another platform can read')
  return undefined
}

function warnSeal({ draft, message }: PartPlace, part: Part, detail: string): void {
  draft.warnings.push({ action: 'dropped', path: sealPath(draft.request, message, part), detail })
}
