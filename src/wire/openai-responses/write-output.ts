import type { Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { contentOfRedacted, contentOfSignature, itemId } from '#wire/openai-responses/seals.ts'
import {
  type CallItem,
  type ContentPart,
  type Item,
  itemJson,
  type MessageItem,
  partJson,
  type ReasoningItem,
} from '#wire/openai-responses/write-items.ts'
import type { SealMaker } from '#wire/part.ts'

/**
 * The output of a response on its way out. Neighbouring texts are parts of one message; everything else is an item of
 * its own. Items may be open side by side: each frame names its own.
 */
export interface WrittenOutput {
  readonly items: Item[]
  readonly places: Map<number, Place>
  /** The message that takes further text. */
  message: MessageItem | undefined
  /** Names the items that we make. */
  answer: string
  sequence: number
  /** Where frames go; undefined where only the whole is wanted. */
  frames: Frame[] | undefined
}

/** What a block of the events stands in. */
export type Place =
  | { readonly item: MessageItem; readonly part: ContentPart; readonly index: number }
  | { readonly item: ReasoningItem | CallItem }

export function startOutput(frames: Frame[] | undefined): WrittenOutput {
  return { items: [], places: new Map(), message: undefined, answer: '', sequence: 0, frames }
}

/** A frame of the stream; `fields` is JSON text without braces. */
export function emit(output: WrittenOutput, type: string, fields: string): void {
  output.frames?.push({ event: type, data: `{"type":"${type}","sequence_number":${output.sequence},${fields}}` })
  output.sequence++
}

/** A piece of a block's content. */
export interface Piece {
  readonly block: number
  readonly text: string
}

/** Text or refusal of a block: a part of the message that is open, or of a new one. */
export function writeText(output: WrittenOutput, { block, text }: Piece, kind: ContentPart['kind']): void {
  if (text === '') return
  const known = output.places.get(block)
  const isOpen = known !== undefined && 'part' in known && known.part.kind === kind && !known.part.done
  const place = isOpen ? known : openPart(output, block, kind)
  place.part.text += text
  if (output.frames === undefined) return
  const fields = `${partFields(place)},"delta":${JSON.stringify(text)}`
  if (kind === 'text') emit(output, 'response.output_text.delta', `${fields},"logprobs":[]`)
  else emit(output, 'response.refusal.delta', fields)
}

type TextPlace = Extract<Place, { readonly part: ContentPart }>

function openPart(output: WrittenOutput, block: number, kind: ContentPart['kind']): TextPlace {
  const item = output.message ?? openMessage(output)
  const last = item.parts.at(-1)
  if (last !== undefined && !last.done && !last.claimed && last.kind === kind) {
    last.claimed = true
    return placed(output, block, { item, part: last, index: item.parts.length - 1 })
  }
  if (last !== undefined) endPart(output, { item, part: last, index: item.parts.length - 1 })
  const part: ContentPart = { kind, text: '', claimed: true, done: false }
  const place = placed(output, block, { item, part, index: item.parts.push(part) - 1 })
  emit(output, 'response.content_part.added', `${partFields(place)},"part":${JSON.stringify(partJson(part))}`)
  return place
}

function placed<P extends Place>(output: WrittenOutput, block: number, place: P): P {
  output.places.set(block, place)
  return place
}

function openMessage(output: WrittenOutput): MessageItem {
  endCalls(output)
  const item: MessageItem = { kind: 'message', parts: [], ...newItem(output, 'msg') }
  output.message = item
  return added(output, item)
}

/** Thinking of a block. Shown as a summary, which is what clients show. */
export function writeThought(output: WrittenOutput, { block, text }: Piece): void {
  if (text === '') return
  const item = reasoningAt(output, block)
  const isFirst = !item.partOpen
  item.partOpen = true
  item.text += text
  if (output.frames === undefined) return
  const fields = `${itemFields(item)},"summary_index":0`
  if (isFirst) {
    emit(output, 'response.reasoning_summary_part.added', `${fields},"part":{"type":"summary_text","text":""}`)
  }
  emit(output, 'response.reasoning_summary_text.delta', `${fields},"delta":${JSON.stringify(text)}`)
}

/** A seal, as its platform gave it. */
export interface GivenSeal {
  readonly block: number
  readonly seal: string
  readonly sealedBy: SealMaker | undefined
}

/** The seal of a block. False if the block has ended: it is lost. */
export function writeSeal(output: WrittenOutput, { block, seal, sealedBy }: GivenSeal): boolean {
  const item = reasoningAt(output, block)
  if (item.status !== 'in_progress') return false
  item.seal = contentOfSignature(seal, sealedBy)
  return true
}

/** Thinking that only its platform can read. */
export function writeRedacted(output: WrittenOutput, { block, seal, sealedBy }: GivenSeal): void {
  const item = openReasoning(output, block)
  item.seal = contentOfRedacted(seal, sealedBy)
  endItem(output, item, 'completed')
}

function reasoningAt(output: WrittenOutput, block: number): ReasoningItem {
  const known = output.places.get(block)?.item
  return known?.kind === 'reasoning' && known.status === 'in_progress' ? known : openReasoning(output, block)
}

function openReasoning(output: WrittenOutput, block: number): ReasoningItem {
  const waiting = output.items.find(
    (item) => item.kind === 'reasoning' && !item.claimed && item.status === 'in_progress',
  )
  if (waiting?.kind === 'reasoning') {
    waiting.claimed = true
    return placed(output, block, { item: waiting }).item
  }
  endSaying(output)
  const more = { text: '', seal: undefined, claimed: true, partOpen: false }
  const item: ReasoningItem = { kind: 'reasoning', ...more, ...newItem(output, 'rs') }
  return placed(output, block, { item: added(output, item) }).item
}

/** A tool call opens. */
export function writeCall(
  output: WrittenOutput,
  { block, id, name }: { readonly block: number; readonly id: string; readonly name: string },
): void {
  endSaying(output)
  const item: CallItem = { kind: 'call', callId: id, name, text: '', ended: false, ...newItem(output, 'fc') }
  placed(output, block, { item: added(output, item) })
}

/** Arguments of a call. False if it has none open: they are lost. */
export function writeArguments(output: WrittenOutput, { block, text }: Piece): boolean {
  const item = output.places.get(block)?.item
  if (item?.kind !== 'call' || item.ended) return text.trim() === ''
  item.text += text
  if (output.frames === undefined || text === '') return true
  emit(output, 'response.function_call_arguments.delta', `${itemFields(item)},"delta":${JSON.stringify(text)}`)
  return true
}

/** A block has ended. Messages and calls stay open until it is clear whether the answer was cut in them. */
export function endBlock(output: WrittenOutput, block: number): void {
  const place = output.places.get(block)
  if (place === undefined) return
  if ('part' in place) endPart(output, place)
  else if (place.item.kind === 'reasoning') endItem(output, place.item, 'completed')
  else endArguments(output, place.item)
}

/** Ends what is open still. In an answer that was cut short the last item is incomplete. */
export function endOutput(output: WrittenOutput, cut: boolean): void {
  const last = output.items.findLast((item) => item.kind !== 'foreign')
  for (const item of output.items) endItem(output, item, cut && item === last ? 'incomplete' : 'completed')
  output.message = undefined
}

/** `output` of the response; what is open still is incomplete. */
export function outputJson({ items }: WrittenOutput): readonly JsonObject[] {
  return items
    .toSorted((a, b) => a.index - b.index)
    .map((item) => itemJson(item, item.status === 'in_progress' ? 'incomplete' : item.status))
}

/** Complete calls, and the message that was said before: something else follows. */
function endSaying(output: WrittenOutput): void {
  endCalls(output)
  const { message } = output
  output.message = undefined
  if (message !== undefined) endItem(output, message, 'completed')
}

function endCalls(output: WrittenOutput): void {
  for (const item of output.items) if (item.kind === 'call' && item.ended) endItem(output, item, 'completed')
}

function newItem(output: WrittenOutput, prefix: 'msg' | 'rs' | 'fc'): Pick<Item, 'index' | 'id' | 'idText' | 'status'> {
  const index = (output.items.at(-1)?.index ?? -1) + 1
  const id = itemId(prefix, output.answer, index)
  return { index, id, idText: JSON.stringify(id), status: 'in_progress' }
}

function added<I extends Item>(output: WrittenOutput, item: I): I {
  output.items.push(item)
  emit(output, 'response.output_item.added', itemFrame(item))
  return item
}

function endItem(output: WrittenOutput, item: Item, status: 'completed' | 'incomplete'): void {
  if (item.kind === 'foreign' || item.status !== 'in_progress') return
  if (item.kind === 'message') endParts(output, item)
  else if (item.kind === 'reasoning') endSummary(output, item)
  else endArguments(output, item)
  item.status = status
  emit(output, 'response.output_item.done', itemFrame(item))
}

function itemFrame(item: Item): string {
  return `"output_index":${item.index},"item":${JSON.stringify(itemJson(item))}`
}

function endParts(output: WrittenOutput, item: MessageItem): void {
  for (const [index, part] of item.parts.entries()) endPart(output, { item, part, index })
}

function endPart(output: WrittenOutput, place: TextPlace): void {
  const { part } = place
  if (part.done) return
  part.done = true
  if (output.frames === undefined) return
  const fields = partFields(place)
  const text = JSON.stringify(part.text)
  if (part.kind === 'text') emit(output, 'response.output_text.done', `${fields},"text":${text},"logprobs":[]`)
  else emit(output, 'response.refusal.done', `${fields},"refusal":${text}`)
  emit(output, 'response.content_part.done', `${fields},"part":${JSON.stringify(partJson(part))}`)
}

function endSummary(output: WrittenOutput, item: ReasoningItem): void {
  if (!item.partOpen || output.frames === undefined) return
  const fields = `${itemFields(item)},"summary_index":0`
  const text = JSON.stringify(item.text)
  emit(output, 'response.reasoning_summary_text.done', `${fields},"text":${text}`)
  emit(output, 'response.reasoning_summary_part.done', `${fields},"part":{"type":"summary_text","text":${text}}`)
}

function endArguments(output: WrittenOutput, item: CallItem): void {
  if (item.ended) return
  item.ended = true
  const text = JSON.stringify(item.text === '' ? '{}' : item.text)
  emit(output, 'response.function_call_arguments.done', `${itemFields(item)},"arguments":${text}`)
}

function itemFields({ idText, index }: Item): string {
  return `"item_id":${idText},"output_index":${index}`
}

function partFields({ item, index }: TextPlace): string {
  return `${itemFields(item)},"content_index":${index}`
}
