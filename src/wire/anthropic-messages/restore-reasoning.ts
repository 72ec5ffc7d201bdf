import type { RestoredTurn } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Source } from '#wire/request.ts'
import { editTurns } from '#wire/shape/edit-source.ts'
import { sealFor } from '#wire/shape/seal.ts'

/** See `Dialect`: each thought as a block in its place. */
export function restoreReasoning(source: Source, turns: readonly RestoredTurn[]): Source {
  return editTurns(source, turns, { field: 'messages', edit: withReasoning })
}

/** The caller's own blocks in their order, what was added between them. */
function withReasoning(message: JsonObject, { parts, added }: RestoredTurn): JsonObject {
  const said = message['content']
  const own: readonly unknown[] = Array.isArray(said) ? said : [{ type: 'text', text: said }]
  const content: unknown[] = []
  let next = 0
  for (const part of parts) content.push(added.has(part) ? blockOf(part) : own[next++])
  return { ...message, content }
}

function blockOf(part: Part): JsonObject | undefined {
  if (part.kind === 'reasoning-redacted') {
    return { type: 'redacted_thinking', data: sealFor('anthropic-messages', part.data, part.sealedBy) }
  }
  if (part.kind !== 'reasoning') return undefined
  const { text, signature, sealedBy } = part
  const seal = signature === undefined ? '' : sealFor('anthropic-messages', signature, sealedBy)
  return { type: 'thinking', thinking: text, signature: seal }
}
