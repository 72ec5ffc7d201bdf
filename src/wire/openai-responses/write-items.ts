import type { JsonObject } from '#wire/json.ts'
import { UNSEALED } from '#wire/openai-responses/seals.ts'

/** How far an item is. */
export type Status = 'in_progress' | 'completed' | 'incomplete'

/** An output item on its way out. `index` is its place in the response's output. */
export type Item = MessageItem | ReasoningItem | CallItem | ForeignItem

interface Common {
  readonly index: number
  readonly id: string
  /** The id as JSON text, for frames. */
  readonly idText: string
  /** Until its end is written it is in progress. */
  status: Status
}

export interface MessageItem extends Common {
  readonly kind: 'message'
  readonly parts: ContentPart[]
}

export interface ContentPart {
  readonly kind: 'text' | 'refusal'
  text: string
  /** A block of ours speaks here. */
  claimed: boolean
  done: boolean
}

export interface ReasoningItem extends Common {
  readonly kind: 'reasoning'
  text: string
  seal: string | undefined
  claimed: boolean
  /** The summary's one part is open on the wire. */
  partOpen: boolean
}

export interface CallItem extends Common {
  readonly kind: 'call'
  readonly callId: string
  readonly name: string
  text: string
  /** No more arguments will come. */
  ended: boolean
}

/** An item of the platform's that the middle form does not name, as it came. */
export interface ForeignItem extends Common {
  readonly kind: 'foreign'
  value: JsonObject
}

/** The item as the response shows it. */
export function itemJson(item: Item, status: Status = item.status): JsonObject {
  switch (item.kind) {
    case 'message':
      return { id: item.id, type: 'message', status, role: 'assistant', content: item.parts.map(partJson) }
    case 'reasoning':
      return { id: item.id, type: 'reasoning', summary: summaryOf(item), ...sealOf(item, status) }
    case 'call': {
      const { id, callId, name, text } = item
      // A call without arguments has an empty object of them: clients parse the text.
      const given = text === '' && status !== 'in_progress' ? '{}' : text
      return { id, type: 'function_call', status, call_id: callId, name, arguments: given }
    }
    case 'foreign':
      return item.value
  }
}

/** Text that nobody has sealed gets a mark in place of the seal, or clients would not send it back. */
function sealOf({ seal, text }: ReasoningItem, status: Status): JsonObject {
  if (status === 'in_progress') return {}
  return { encrypted_content: seal ?? (text === '' ? null : UNSEALED) }
}

function summaryOf({ text }: ReasoningItem): readonly JsonObject[] {
  return text === '' ? [] : [{ type: 'summary_text', text }]
}

/** A content part as the response shows it. */
export function partJson({ kind, text }: ContentPart): JsonObject {
  return kind === 'text'
    ? { type: 'output_text', annotations: [], logprobs: [], text }
    : { type: 'refusal', refusal: text }
}
