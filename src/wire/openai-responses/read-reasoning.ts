import type { JsonObject } from '#wire/json.ts'
import { listIn, numberIn, textIn } from '#wire/shape/read-json.ts'
import {
  extension,
  type OpenReasoning,
  type Output,
  type ReadItems,
  type Thought,
  unsaid,
} from '#wire/openai-responses/read-state.ts'
import { UNSEALED } from '#wire/openai-responses/seals.ts'

const INDEXES: Readonly<Record<Thought, string>> = { summary: 'summary_index', content: 'content_index' }

export function openReasoning(): OpenReasoning {
  return { type: 'reasoning', block: undefined, kind: undefined, index: 0, seen: new Map(), ended: false }
}

/** What an event says of the thinking, in pieces (`delta`) or whole (`text`). */
export interface Thinking {
  readonly item: OpenReasoning
  readonly kind: Thought
  readonly data: JsonObject
}

/** Text of an open reasoning item. */
export function readReasoningText(state: ReadItems, { item, kind, data }: Thinking, out: Output): void {
  const index = numberIn(data, INDEXES[kind]) ?? 0
  const delta = textIn(data, 'delta')
  think(state, { item, kind, index, text: delta ?? unsaid(seenAt(item, kind, index), textIn(data, 'text') ?? '') }, out)
}

/** What of a whole item has not come yet, and its seal: of thinking that nobody is shown, the seal is all there is. */
export function readReasoningItem(
  state: ReadItems,
  { open, item }: { readonly open: OpenReasoning; readonly item: JsonObject },
  out: Output,
): void {
  const kind = open.kind ?? (textsOf(item, 'content').some((text) => text !== '') ? 'content' : 'summary')
  for (const [index, full] of textsOf(item, kind).entries()) {
    think(state, { item: open, kind, index, text: unsaid(seenAt(open, kind, index), full) }, out)
  }
  const other = kind === 'content' ? 'summary' : 'content'
  if (textsOf(item, other).some((text) => text !== '')) extension(out, `output.reasoning.${other}`)
  const seal = textIn(item, 'encrypted_content') ?? ''
  if (seal !== '' && seal !== UNSEALED) pushSeal(state, { open, seal }, out)
}

function pushSeal(state: ReadItems, { open, seal }: { open: OpenReasoning; seal: string }, out: Output): void {
  open.block ??= state.blocks++
  const sealed = { block: open.block, signature: seal, sealedBy: 'openai-responses' as const }
  out.events.push({ type: 'reasoning-signature', ...sealed, origin: out.origin })
}

/** Ends the block of an item that has said something. */
export function endReasoning({ block }: OpenReasoning, { events, origin }: Output): void {
  if (block !== undefined) events.push({ type: 'block-end', block, origin })
}

interface Thinks {
  readonly item: OpenReasoning
  readonly kind: Thought
  readonly index: number
  readonly text: string
}

/** Parts of one item are one block, since they have one seal: an empty line stands between them. */
function think(state: ReadItems, { item, kind, index, text }: Thinks, out: Output): void {
  if (text === '') return
  if (item.ended || (item.kind !== undefined && item.kind !== kind)) {
    extension(out, `output.reasoning.${kind}`)
    return
  }
  const apart = item.block !== undefined && index !== item.index
  item.kind = kind
  item.index = index
  item.block ??= state.blocks++
  item.seen.set(index, (item.seen.get(index) ?? '') + text)
  const { events, origin } = out
  events.push({ type: 'reasoning-delta', block: item.block, text: apart ? `\n\n${text}` : text, origin })
}

/** What was said so far; of the other kind everything counts as said, since it is told as another one already. */
function seenAt(item: OpenReasoning, kind: Thought, index: number): string {
  return item.kind === undefined || item.kind === kind ? (item.seen.get(index) ?? '') : ''
}

function textsOf(item: JsonObject, key: Thought): readonly string[] {
  return (listIn(item, key) ?? []).map((part) => textIn(part, 'text') ?? '')
}
