import type { RestoredTurn } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import { writeRedacted } from '#wire/bedrock-converse/redacted.ts'
import type { Source } from '#wire/request.ts'
import { editTurns } from '#wire/shape/edit-source.ts'
import { listIn } from '#wire/shape/read-json.ts'
import { sealFor } from '#wire/shape/seal.ts'

/** See `Dialect`: each thought as a block in its place. */
export function restoreReasoning(source: Source, turns: readonly RestoredTurn[]): Source {
  return editTurns(source, turns, { field: 'messages', edit: withReasoning })
}

/** The caller's own blocks in their order, what was added between them. */
function withReasoning(message: JsonObject, { parts, added }: RestoredTurn): JsonObject {
  const own = listIn(message, 'content') ?? []
  const content: unknown[] = []
  let next = 0
  let open = 0
  for (const part of parts) {
    if (added.has(part)) content.push(blockOf(part))
    else if (open > 0) open--
    else {
      open = partsOf(own[next]) - 1
      content.push(own[next++])
      while (next < own.length && partsOf(own[next]) === 0) content.push(own[next++])
    }
  }
  return { ...message, content: [...content, ...own.slice(next)] }
}

/** How many parts a block was read as: a cache point marks the one before it, text with sources comes in pieces. */
function partsOf(block: unknown): number {
  if (!isObject(block)) return 1
  if (block['cachePoint'] !== undefined) return 0
  return block['citationsContent'] === undefined ? 1 : (listIn(block, 'citationsContent', 'content') ?? []).length
}

function blockOf(part: Part): JsonObject | undefined {
  if (part.kind === 'reasoning-redacted') {
    return { reasoningContent: { redactedContent: writeRedacted(part.data, part.sealedBy) } }
  }
  if (part.kind !== 'reasoning') return undefined
  const { text, signature, sealedBy } = part
  const seal = signature === undefined ? {} : { signature: sealFor('bedrock-converse', signature, sealedBy) }
  return { reasoningContent: { reasoningText: { text, ...seal } } }
}
