import type { RestoredTurn } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Source } from '#wire/request.ts'
import { redactedFor, signatureFor } from '#wire/gemini/seals.ts'
import { editTurns } from '#wire/shape/edit-source.ts'

/** See `Dialect`: thoughts as parts in their places, a seal without text on the part that it stands before. */
export function restoreReasoning(source: Source, turns: readonly RestoredTurn[]): Source {
  return editTurns(source, turns, { field: 'contents', edit: withReasoning })
}

function withReasoning(content: JsonObject, { parts, added }: RestoredTurn): JsonObject {
  const list = content['parts']
  const own: readonly unknown[] = Array.isArray(list) ? list : []
  const restored: unknown[] = []
  let next = 0
  let seal: string | undefined
  for (const part of parts) {
    const thought = added.has(part) ? thoughtOf(part) : undefined
    if (thought?.seal !== undefined) seal = thought.seal
    else if (thought !== undefined) restored.push(thought.written)
    else {
      while (next < own.length && isEmpty(own[next])) restored.push(own[next++])
      restored.push(sealed(own[next++], seal))
      seal = undefined
    }
  }
  if (seal !== undefined) restored.push({ text: '', thoughtSignature: seal })
  return { ...content, parts: [...restored, ...own.slice(next)] }
}

/** A part that was read as nothing: an empty text. */
function isEmpty(part: unknown): boolean {
  return isObject(part) && part['text'] === ''
}

function sealed(part: unknown, seal: string | undefined): unknown {
  return seal === undefined || !isObject(part) ? part : { ...part, thoughtSignature: seal }
}

/** A part of its own, or the seal of the next one. */
function thoughtOf(part: Part): { readonly written?: JsonObject; readonly seal?: string } | undefined {
  if (part.kind === 'reasoning-redacted') {
    return { written: { thought: true, text: '', thoughtSignature: redactedFor(part.data, part.sealedBy) } }
  }
  if (part.kind !== 'reasoning') return undefined
  const { text, signature, sealedBy } = part
  const thoughtSignature = signature === undefined ? undefined : signatureFor(signature, sealedBy)
  if (text === '') return thoughtSignature === undefined ? {} : { seal: thoughtSignature }
  return { written: { thought: true, text, ...(thoughtSignature === undefined ? {} : { thoughtSignature }) } }
}
