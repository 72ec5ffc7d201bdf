import type { Event, Frame } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Passed } from '#wire/shape/native.ts'
import { numberIn, objectIn, parsed, textIn } from '#wire/shape/read-json.ts'
import type { Item, MessageItem } from '#wire/openai-responses/write-items.ts'
import type { WrittenOutput } from '#wire/openai-responses/write-output.ts'

/**
 * What has to be known of frames that leave as they came, so that the rest can be written by us from any point on:
 * later frames repeat all that was said, so one change changes them all. Nothing of it is parsed until then.
 */
export interface NativeTrack {
  readonly kept: Kept[]
  /** What each block has said. */
  readonly texts: Map<number, string>
  readonly ended: Set<number>
  frames: number
}

/** A frame that tells where things stand, and the blocks that it began. */
interface Kept {
  readonly frame: Frame
  readonly blocks: readonly number[]
}

const TELLING: ReadonlySet<string> = new Set([
  'response.created',
  'response.output_item.added',
  'response.output_item.done',
  'response.content_part.added',
  'response.reasoning_summary_part.added',
])

export function startTrack(): NativeTrack {
  return { kept: [], texts: new Map(), ended: new Set(), frames: 0 }
}

/** Follows a frame that leaves as it came. */
export function follow(track: NativeTrack, { frame, events, from, to }: Passed): void {
  if (frame.data === '') return
  track.frames++
  let begun: number[] | undefined
  for (let i = from; i < to; i++) {
    const event = events[i]
    if (event === undefined || !('block' in event)) continue
    if (!track.texts.has(event.block)) (begun ??= []).push(event.block)
    note(track, event)
  }
  if (begun !== undefined || isTelling(frame)) track.kept.push({ frame, blocks: begun ?? [] })
}

/** Frames without a name of their own are told by their first words; the most frequent ones need no keeping. */
function isTelling({ event, data }: Frame): boolean {
  return event === undefined ? !data.slice(0, 80).includes('.delta"') : TELLING.has(event)
}

function note({ texts, ended }: NativeTrack, event: Extract<Event, { readonly block: number }>): void {
  const { block } = event
  const said = texts.get(block) ?? ''
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      texts.set(block, said + event.text)
      return
    case 'tool-call-delta':
      texts.set(block, said + event.arguments)
      return
    case 'block-end':
      ended.add(block)
      return
    case 'tool-call-start':
    case 'reasoning-signature':
    case 'reasoning-redacted':
      texts.set(block, said)
  }
}

/** Makes the output what the passed frames made of it at the caller's. Gives the response object that they began with. */
export function adopt(track: NativeTrack, output: WrittenOutput): JsonObject | undefined {
  let head: JsonObject | undefined
  for (const { frame, blocks } of track.kept) {
    const data = parsed(frame.data)
    if (!isObject(data)) continue
    const type = textIn(data, 'type') ?? frame.event
    if (type === 'response.created') head = objectIn(data, 'response')
    else adoptFrame(output, data, type)
    for (const block of blocks) adoptBlock(track, output, { block, data })
  }
  output.sequence = track.frames
  const last = output.items.findLast((item) => item.kind === 'message' && item.status === 'in_progress')
  output.message = last?.kind === 'message' ? last : undefined
  return head
}

function adoptFrame(output: WrittenOutput, data: JsonObject, type: string | undefined): void {
  const value = objectIn(data, 'item')
  const known = itemOf(output, data)
  if (type === 'response.output_item.added' && value !== undefined) adoptItem(output, data, value)
  else if (type === 'response.output_item.done' && value !== undefined) {
    endItem(known ?? adoptItem(output, data, value), value)
  } else if (type === 'response.content_part.added' && known?.kind === 'message') {
    partAt(known, numberIn(data, 'content_index'), textIn(data, 'part', 'type') === 'refusal')
  } else if (type === 'response.reasoning_summary_part.added' && known?.kind === 'reasoning') known.partOpen = true
}

function itemOf({ items }: WrittenOutput, data: JsonObject): Item | undefined {
  const index = numberIn(data, 'output_index')
  const id = textIn(data, 'item_id') ?? textIn(data, 'item', 'id')
  return items.findLast((item) => (index === undefined ? item.id === id : item.index === index))
}

function adoptItem(output: WrittenOutput, data: JsonObject, value: JsonObject): Item {
  const id = textIn(value, 'id') ?? ''
  const index = numberIn(data, 'output_index') ?? (output.items.at(-1)?.index ?? -1) + 1
  const common = { index, id, idText: JSON.stringify(id), status: 'in_progress' as const }
  const item = itemFrom(common, value)
  output.items.push(item)
  return item
}

function itemFrom(common: Pick<Item, 'index' | 'id' | 'idText' | 'status'>, value: JsonObject): Item {
  switch (textIn(value, 'type')) {
    case 'message':
      return { kind: 'message', parts: [], ...common }
    case 'reasoning':
      return { kind: 'reasoning', text: '', seal: undefined, claimed: false, partOpen: false, ...common }
    case 'function_call': {
      const callId = textIn(value, 'call_id') ?? common.id
      return { kind: 'call', callId, name: textIn(value, 'name') ?? '', text: '', ended: false, ...common }
    }
    default:
      return { kind: 'foreign', value, ...common }
  }
}

function endItem(item: Item, value: JsonObject): void {
  item.status = textIn(value, 'status') === 'incomplete' ? 'incomplete' : 'completed'
  if (item.kind === 'foreign') item.value = value
  else if (item.kind === 'reasoning') item.seal = textIn(value, 'encrypted_content')
}

/** The content part at a place, with those before it. */
function partAt(item: MessageItem, index: number | undefined, refusal: boolean): MessageItem['parts'][number] {
  const kind = refusal ? 'refusal' : 'text'
  const place = index ?? Math.max(0, item.parts.length - 1)
  while (item.parts.length <= Math.min(place, MOST_PARTS))
    item.parts.push({ kind, text: '', claimed: false, done: false })
  const part = item.parts[place]
  return part ?? { kind, text: '', claimed: false, done: false }
}

/** A place that no message has. */
const MOST_PARTS = 10_000

interface AdoptedBlock {
  readonly block: number
  /** The frame that began it. */
  readonly data: JsonObject
}

function adoptBlock({ texts, ended }: NativeTrack, output: WrittenOutput, { block, data }: AdoptedBlock): void {
  const item = itemOf(output, data) ?? output.items.at(-1)
  const text = texts.get(block) ?? ''
  switch (item?.kind) {
    case 'message': {
      const index = numberIn(data, 'content_index') ?? item.parts.filter((part) => part.claimed).length
      const part = partAt(item, index, textIn(data, 'type')?.includes('refusal') === true)
      Object.assign(part, { text, claimed: true, done: ended.has(block) })
      output.places.set(block, { item, part, index })
      return
    }
    case 'reasoning':
      Object.assign(item, { text, claimed: true, partOpen: item.partOpen || text !== '' })
      output.places.set(block, { item })
      return
    case 'call':
      Object.assign(item, { text, ended: ended.has(block) })
      output.places.set(block, { item })
      return
    case 'foreign':
    case undefined:
  }
}
