import type { JsonObject } from '#wire/json.ts'
import { writeParts } from '#wire/bedrock-converse/write-parts.ts'
import { callIds } from '#wire/shape/call-ids.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { type Turn, writeTurns } from '#wire/shape/turns.ts'

/** The conversation in Converse's form: instructions apart, turns in order. */
export interface Conversation {
  readonly system: JsonObject[]
  readonly messages: readonly JsonObject[]
}

/** Longest `toolUseId` that AWS takes (API_runtime_ToolUseBlock, 2026-11). */
const LONGEST_ID = 64

/** Turns that alternate, tool results first in them, instructions hoisted out; each change told by a warning. */
export function writeMessages(draft: Draft): Conversation {
  const ids = callIds(LONGEST_ID)
  const documents = new Set<string>()
  const { system, turns } = writeTurns(draft, {
    blocks: ({ parts, path }) => writeParts(parts, { draft, ids, documents, path }),
    text: (text) => ({ text }),
    textOf: ({ text }) => (typeof text === 'string' ? text : undefined),
    isResult: ({ toolResult }) => toolResult !== undefined,
    isInstruction: ({ text, cachePoint }) => text !== undefined || cachePoint !== undefined,
  })
  for (const turn of turns) introduce(draft, turn)
  return { system, messages: turns.map(({ role, blocks }) => ({ role, content: blocks })) }
}

const SEE_DOCUMENT = '(see the document)'

/** A document alone is refused: "you must also include a text block" (API_runtime_Message, 2026-11). */
function introduce(draft: Draft, { blocks, path }: Turn): void {
  const alone = blocks.some(({ document }) => document !== undefined) && blocks.every(({ text }) => text === undefined)
  if (!alone) return
  blocks.push({ text: SEE_DOCUMENT })
  const detail = `a text ${SEE_DOCUMENT} beside the document, which the target demands`
  draft.warnings.push({ action: 'emulated', path: `${path}.content`, detail })
}
