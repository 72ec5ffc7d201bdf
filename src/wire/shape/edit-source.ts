import { isObject, type JsonObject } from '#wire/json.ts'
import type { RestoredTurn } from '#wire/dialect.ts'
import type { Source } from '#wire/request.ts'
import { mayLoseDigits, parseExact } from '#wire/shape/exact-json.ts'
import { overlay } from '#wire/shape/overlay.ts'

/** The caller's own text with one top-level field edited; the very source where the edit gives back what it was given. */
export function editField(source: Source, field: string, edit: (value: unknown) => unknown): Source {
  const { json, text, outside } = source
  const edited = edit(json[field])
  if (edited === json[field]) return source
  // Numbers that a double cannot hold keep their digits in the text.
  const exact = mayLoseDigits(text) ? parseExact(text) : undefined
  return {
    text: overlay(source, new Map([[field, isObject(exact) ? edit(exact[field]) : edited]])),
    json: { ...json, [field]: edited },
    ...(outside === undefined ? {} : { outside }),
  }
}

/** The same for the turns of a conversation, which is a list under `field`: each by its path. */
export function editTurns(
  source: Source,
  turns: readonly RestoredTurn[],
  { field, edit }: { readonly field: string; readonly edit: (message: JsonObject, turn: RestoredTurn) => JsonObject },
): Source {
  const byPath = new Map(turns.map((turn) => [turn.path, turn]))
  return editField(source, field, (list) => {
    const messages: readonly unknown[] = Array.isArray(list) ? list : []
    return messages.map((message, i) => {
      const turn = byPath.get(`${field}.${i}`)
      return turn === undefined || !isObject(message) ? message : edit(message, turn)
    })
  })
}
