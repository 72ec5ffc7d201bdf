import type { JsonObject } from '#wire/json.ts'
import { shortContent, writeParts } from '#wire/anthropic-messages/write-parts.ts'
import { callIds } from '#wire/shape/call-ids.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { writeTurns } from '#wire/shape/turns.ts'

/** The conversation in Anthropic's form: instructions apart, turns in order. */
export interface Conversation {
  readonly system: JsonObject[]
  readonly messages: readonly JsonObject[]
}

/** Turns that alternate, tool results first in them, instructions hoisted out; each change told by a warning. */
export function writeMessages(draft: Draft): Conversation {
  const ids = callIds()
  const { system, turns } = writeTurns(draft, {
    blocks: ({ parts, path }) => writeParts(parts, { draft, ids, path }),
    text: (text) => ({ type: 'text', text }),
    textOf: ({ type, text }) => (type === 'text' && typeof text === 'string' ? text : undefined),
    isResult: ({ type }) => type === 'tool_result',
    isInstruction: ({ type }) => type === 'text',
  })
  return { system, messages: turns.map(({ role, blocks }) => ({ role, content: shortContent(blocks) })) }
}
