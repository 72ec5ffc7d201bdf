import type { Event, Origin } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** The events of one frame while they are read. Each carries `origin`. */
export interface Output {
  readonly events: Event[]
  readonly origin: Origin
  /** The frame breaks the dialect's own rules, so that clients would lose what it says: it is written anew. */
  broken: boolean
}

/** Content blocks of an answer half read. */
export interface ReadBlocks {
  /** By the platform's index. */
  readonly open: Map<number, OpenBlock>
  /** Our number of the next block. */
  next: number
  /** The platform's index of the block that opened last, for deltas that name none. */
  latest: number
  /** Makes ids of calls that have none. */
  answerId: string
}

interface OpenBlock {
  readonly number: number
  /** `tool_use`, `text`, `thinking`, `redacted_thinking`, or a type that the middle form does not name. */
  readonly type: string
  readonly id: string
  /** A tool call's whole input, if it came with the start; used if no fragments come (pain T18). */
  readonly input: string
  /** Arguments came. */
  filled: boolean
  /** The signature came. */
  sealed: boolean
}

const OWN = 'anthropic-messages'
const KNOWN = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use'])
const TYPE_OF_DELTA: ReadonlyMap<string, string> = new Map([
  ['text_delta', 'text'],
  ['thinking_delta', 'thinking'],
  ['signature_delta', 'thinking'],
])

export function startBlocks(): ReadBlocks {
  return { open: new Map(), next: 0, latest: 0, answerId: 'call' }
}

/** `content_block_start`. False if it opens a tool call a second time: it must not reach anybody (pain T12). */
export function readStart(blocks: ReadBlocks, data: JsonObject, out: Output): boolean {
  const content = data['content_block']
  if (!isObject(content)) return true
  const index = indexOf(data, blocks.next)
  const before = blocks.open.get(index)
  if (before?.type === 'tool_use' && before.id === content['id']) return false
  if (before !== undefined) close(blocks, index, out)
  openBlock(blocks, { index, content, out })
  return true
}

/** All blocks of a whole message. */
export function readBlocks(blocks: ReadBlocks, content: readonly unknown[], out: Output): void {
  for (const block of content) {
    if (!isObject(block)) continue
    const index = blocks.next
    openBlock(blocks, { index, content: block, out })
    close(blocks, index, out)
  }
}

interface Opening {
  readonly index: number
  readonly content: JsonObject
  readonly out: Output
}

function openBlock(blocks: ReadBlocks, { index, content, out: { events, origin } }: Opening): OpenBlock {
  const number = blocks.next++
  const type = textOf(content['type'])
  const id = textOf(content['id']) || `${blocks.answerId}_${number}`
  const block = { number, type, id, input: inputOf(content['input']), filled: false, sealed: false }
  blocks.open.set(index, block)
  blocks.latest = index
  switch (type) {
    case 'text':
      pushText(content['text'], number, { events, origin })
      if (Array.isArray(content['citations']) && content['citations'].length > 0) {
        events.push({ type: 'extension', path: 'content.citations', origin })
      }
      break
    case 'thinking':
      pushThinking(content['thinking'], number, { events, origin })
      seal(block, content['signature'], { events, origin })
      break
    case 'redacted_thinking':
      events.push({ type: 'reasoning-redacted', block: number, data: textOf(content['data']), sealedBy: OWN, origin })
      break
    case 'tool_use':
      events.push({ type: 'tool-call-start', block: number, id, name: textOf(content['name']), origin })
      break
    default:
      events.push({ type: 'extension', path: `content.${type}`, origin })
  }
  return block
}

/** `content_block_delta`. Text in a block of another type goes to a block of its own (pain T16). */
export function readDelta(blocks: ReadBlocks, data: JsonObject, out: Output): void {
  const delta = data['delta']
  if (!isObject(delta)) return
  const index = indexOf(data, blocks.latest)
  const type = textOf(delta['type'])
  const block = blockFor(blocks, { index, type, out })
  const { events, origin } = out
  if (block === undefined) {
    out.broken = true
    events.push({ type: 'extension', path: `content.${type}`, origin })
    return
  }
  switch (type) {
    case 'text_delta':
      pushText(delta['text'], block.number, out)
      break
    case 'thinking_delta':
      pushThinking(delta['thinking'], block.number, out)
      break
    case 'signature_delta':
      seal(block, delta['signature'], out)
      break
    case 'input_json_delta':
      pushInput(block, delta['partial_json'], out)
      break
    default:
      events.push({
        type: 'extension',
        path: type === 'citations_delta' ? 'content.citations' : `content.${type}`,
        origin,
      })
  }
}

interface DeltaPlace {
  readonly index: number
  readonly type: string
  readonly out: Output
}

/** The block that a delta belongs to, opened if the platform forgot to; undefined for what cannot be placed. */
function blockFor(blocks: ReadBlocks, { index, type, out }: DeltaPlace): OpenBlock | undefined {
  const block = blocks.open.get(index)
  const wanted = TYPE_OF_DELTA.get(type)
  if (block !== undefined && (wanted === undefined || wanted === block.type || !KNOWN.has(block.type))) return block
  if (wanted === undefined) return undefined
  out.broken = true
  close(blocks, index, out)
  return openBlock(blocks, { index, content: { type: wanted }, out })
}

/** `content_block_stop`. */
export function readStop(blocks: ReadBlocks, data: JsonObject, out: Output): void {
  close(blocks, indexOf(data, blocks.latest), out)
}

/** Ends what is open still. */
export function endBlocks(blocks: ReadBlocks, out: Output): void {
  for (const index of blocks.open.keys()) close(blocks, index, out)
}

function close(blocks: ReadBlocks, index: number, { events, origin }: Output): void {
  const block = blocks.open.get(index)
  if (block === undefined) return
  blocks.open.delete(index)
  if (!KNOWN.has(block.type)) {
    events.push({ type: 'extension', path: `content.${block.type}`, origin })
    return
  }
  if (block.type === 'tool_use' && !block.filled) {
    events.push({ type: 'tool-call-delta', block: block.number, arguments: block.input, origin })
  }
  events.push({ type: 'block-end', block: block.number, origin })
}

type Place = Pick<Output, 'events' | 'origin'>

function pushText(text: unknown, block: number, { events, origin }: Place): void {
  if (typeof text === 'string' && text !== '') events.push({ type: 'text-delta', block, text, origin })
}

function pushThinking(text: unknown, block: number, { events, origin }: Place): void {
  if (typeof text === 'string' && text !== '') events.push({ type: 'reasoning-delta', block, text, origin })
}

function pushInput(block: OpenBlock, json: unknown, out: Output): void {
  const { events, origin } = out
  if (block.type !== 'tool_use') {
    if (KNOWN.has(block.type)) out.broken = true
    events.push({ type: 'extension', path: `content.${block.type}`, origin })
    return
  }
  if (typeof json !== 'string' || json === '') return
  block.filled = true
  events.push({ type: 'tool-call-delta', block: block.number, arguments: json, origin })
}

function seal(block: OpenBlock, signature: unknown, { events, origin }: Place): void {
  if (block.sealed || typeof signature !== 'string' || signature === '') return
  block.sealed = true
  events.push({ type: 'reasoning-signature', block: block.number, signature, sealedBy: OWN, origin })
}

function indexOf(data: JsonObject, otherwise: number): number {
  const index = data['index']
  return typeof index === 'number' ? index : otherwise
}

/** A call's input as JSON text: some platforms send it as text already; none is an empty object. */
function inputOf(input: unknown): string {
  if (typeof input === 'string' && input !== '') return input
  return isObject(input) ? JSON.stringify(input) : '{}'
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
