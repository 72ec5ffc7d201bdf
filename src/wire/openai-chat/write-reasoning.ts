import type { ReasoningDelta, ReasoningRedacted, ReasoningSignature } from '#wire/event.ts'
import { sealFor } from '#wire/shape/seal.ts'

/** Reasoning of one answer as far as it has been written; blocks by `keyOf`. */
export interface WriteReasoning {
  /** Place in `reasoning_details` of each block that has one. */
  readonly places: Map<number, number>
  /** Blocks that have text. */
  readonly texts: Set<number>
  /** The first block of each choice. */
  readonly first: Map<number, number>
  /** A seal without text, by choice: what it seals comes next, and it goes there. */
  readonly held: Map<number, ReasoningSignature>
}

export function startReasoning(): WriteReasoning {
  return { places: new Map(), texts: new Set(), first: new Map(), held: new Map() }
}

interface Placed {
  readonly block: number
  readonly choice?: number
}

/** One number for choice and block; no answer has a million blocks. */
export function keyOf(event: Placed): number {
  return (event.choice ?? 0) * 1_000_000 + event.block
}

/**
 * A delta with reasoning text. From the second block on the text stands in `reasoning_details` too, or a caller could
 * not tell which text a seal is for when it sends the blocks back.
 */
export function reasoningDelta(state: WriteReasoning, event: ReasoningDelta): string {
  const key = keyOf(event)
  const choice = event.choice ?? 0
  const first = state.first.get(choice) ?? key
  state.first.set(choice, first)
  state.texts.add(key)
  const text = JSON.stringify(event.text)
  if (first === key) return `{"reasoning_content":${text}}`
  const index = placeOf(state, event)
  return `{"reasoning_content":${text},"reasoning_details":[{"type":"reasoning.text","text":${text},"index":${index}}]}`
}

/** True if the seal waits for what it seals: it has no text of its own. */
export function holdSeal(state: WriteReasoning, event: ReasoningSignature): boolean {
  if (state.texts.has(keyOf(event))) return false
  state.held.set(event.choice ?? 0, event)
  return true
}

/** The seal that waits, if any: whoever takes it has to write it. */
export function takeSeal({ held }: WriteReasoning, choice: number): ReasoningSignature | undefined {
  if (held.size === 0) return undefined
  const seal = held.get(choice)
  held.delete(choice)
  return seal
}

/** A delta with a block's seal. An empty text says that the block has none, where one without text has had it already. */
export function sealDelta(state: WriteReasoning, event: ReasoningSignature): string {
  const text = state.texts.has(keyOf(event)) ? {} : { text: '' }
  const signature = sealFor('openai-chat', event.signature, event.sealedBy)
  const detail = { type: 'reasoning.text', ...text, signature, index: placeOf(state, event) }
  return JSON.stringify({ reasoning_details: [detail] })
}

/** A delta with a block that only its platform can read. */
export function redactedDelta(state: WriteReasoning, event: ReasoningRedacted): string {
  const data = sealFor('openai-chat', event.data, event.sealedBy)
  return JSON.stringify({ reasoning_details: [{ type: 'reasoning.encrypted', data, index: placeOf(state, event) }] })
}

/** A block that was not the first, or is sealed, has a place in the list from then on. */
function placeOf({ places, first }: WriteReasoning, event: Placed): number {
  const key = keyOf(event)
  const choice = event.choice ?? 0
  if (!first.has(choice)) first.set(choice, key)
  const place = places.get(key) ?? places.size
  places.set(key, place)
  return place
}
