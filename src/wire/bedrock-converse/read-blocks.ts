import type { Event, Origin } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { joinBase64 } from '#wire/shape/base64.ts'
import { findEnd, type JsonEnd, jsonEnd } from '#wire/shape/json-end.ts'

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
  /** Tool calls so far. */
  calls: number
}

type Kind = 'text' | 'reasoning' | 'call' | 'other'

interface OpenBlock {
  readonly number: number
  readonly kind: Kind
  /** What it is called in warnings. */
  readonly path: string
  readonly json: JsonEnd
  /** Text or arguments came. */
  filled: boolean
  signature: string
  /** Thinking that only the platform can read comes in pieces, each base64 of its own. */
  readonly redacted: string[]
}

const OWN = 'bedrock-converse'

export function startBlocks(): ReadBlocks {
  return { open: new Map(), next: 0, latest: 0, calls: 0 }
}

/** `contentBlockStart`: of a tool call, or of a block that the middle form does not name. Text has none. */
export function readStart(blocks: ReadBlocks, data: JsonObject, out: Output): void {
  const start = isObject(data['start']) ? data['start'] : {}
  const index = indexOf(data, blocks.next)
  close(blocks, index, out)
  if (isOwnCall(start['toolUse'])) openCall(blocks, { index, use: start['toolUse'], out })
  else openOther(blocks, { index, type: Object.keys(start)[0] ?? 'block', out })
}

/** A call of the caller's own tools; those of tools that the platform runs have a `type`. */
function isOwnCall(use: unknown): use is JsonObject {
  return isObject(use) && typeof use['type'] !== 'string'
}

/** All blocks of a whole message. */
export function readBlocks(blocks: ReadBlocks, content: readonly unknown[], out: Output): void {
  for (const block of content) {
    if (!isObject(block)) continue
    const index = blocks.next
    readBlock(blocks, { index, block, out })
    close(blocks, index, out)
  }
}

interface Whole {
  readonly index: number
  readonly block: JsonObject
  readonly out: Output
}

function readBlock(blocks: ReadBlocks, { index, block, out }: Whole): void {
  const { text, toolUse, reasoningContent: reasoning, citationsContent: cited } = block
  if (typeof text === 'string') pushText(open(blocks, { index, kind: 'text' }), text, out)
  else if (isOwnCall(toolUse)) {
    const call = openCall(blocks, { index, use: toolUse, out })
    pushInput(call, inputOf(toolUse['input']), out)
  } else if (isObject(reasoning)) {
    const { reasoningText, ...rest } = reasoning
    pushReasoning(open(blocks, { index, kind: 'reasoning' }), isObject(reasoningText) ? reasoningText : rest, out)
  } else if (isObject(cited) && Array.isArray(cited['content'])) readCited(blocks, { index, block: cited, out })
  else openOther(blocks, { index, type: Object.keys(block)[0] ?? 'block', out })
}

/** Text that was said with sources: only the sources are this dialect's own. */
function readCited(blocks: ReadBlocks, { index, block, out }: Whole): void {
  const opened = open(blocks, { index, kind: 'text' })
  const pieces: readonly unknown[] = Array.isArray(block['content']) ? block['content'] : []
  for (const piece of pieces) if (isObject(piece)) pushText(opened, piece['text'], out)
  out.events.push({ type: 'extension', path: 'content.citations', origin: out.origin })
}

/** A call's input as JSON text; none is an empty object. */
function inputOf(input: unknown): string {
  if (typeof input === 'string' && input.trim() !== '') return input
  return isObject(input) ? JSON.stringify(input) : '{}'
}

/** `contentBlockDelta`. A delta of another kind than its block's goes to a block of its own (pain T16). */
export function readDelta(blocks: ReadBlocks, data: JsonObject, out: Output): void {
  const delta = data['delta']
  if (!isObject(delta)) return
  const index = indexOf(data, blocks.latest)
  const { text, toolUse, reasoningContent: reasoning } = delta
  if (typeof text === 'string') pushText(blockFor(blocks, { index, kind: 'text', out }), text, out)
  else if (isObject(reasoning)) pushReasoning(blockFor(blocks, { index, kind: 'reasoning', out }), reasoning, out)
  else {
    const block = blocks.open.get(index)
    if (isObject(toolUse) && block?.kind === 'call') pushInput(block, toolUse['input'], out)
    else pushOther(block, Object.keys(delta)[0] ?? 'delta', out)
  }
}

interface Wanted {
  readonly index: number
  readonly kind: 'text' | 'reasoning'
  readonly out: Output
}

/** The block that a delta belongs to, opened by its first delta. */
function blockFor(blocks: ReadBlocks, { index, kind, out }: Wanted): OpenBlock {
  const known = blocks.open.get(index)
  if (known?.kind === kind) return known
  if (known !== undefined) {
    out.broken = true
    close(blocks, index, out)
  }
  return open(blocks, { index, kind })
}

/** `contentBlockStop`. */
export function readStop(blocks: ReadBlocks, data: JsonObject, out: Output): void {
  close(blocks, indexOf(data, blocks.latest), out)
}

/** Ends what is open still. */
export function endBlocks(blocks: ReadBlocks, out: Output): void {
  for (const index of blocks.open.keys()) close(blocks, index, out)
}

interface Opening {
  readonly index: number
  readonly kind: Kind
  readonly path?: string
}

function open(blocks: ReadBlocks, { index, kind, path = 'content' }: Opening): OpenBlock {
  const block: OpenBlock = {
    number: blocks.next++,
    kind,
    path,
    json: jsonEnd(),
    filled: false,
    signature: '',
    redacted: [],
  }
  blocks.open.set(index, block)
  blocks.latest = index
  return block
}

function openCall(
  blocks: ReadBlocks,
  { index, use, out }: { readonly index: number; readonly use: JsonObject; readonly out: Output },
): OpenBlock {
  const block = open(blocks, { index, kind: 'call', path: 'content.toolUse.input' })
  blocks.calls++
  const { toolUseId, name } = use
  const id = typeof toolUseId === 'string' && toolUseId !== '' ? toolUseId : `tooluse_${block.number}`
  out.events.push({ type: 'tool-call-start', block: block.number, id, name: textOf(name), origin: out.origin })
  return block
}

function openOther(
  blocks: ReadBlocks,
  { index, type, out }: { readonly index: number; readonly type: string; readonly out: Output },
): void {
  const { path } = open(blocks, { index, kind: 'other', path: `content.${type}` })
  out.events.push({ type: 'extension', path, origin: out.origin })
}

function close(blocks: ReadBlocks, index: number, { events, origin }: Output): void {
  const block = blocks.open.get(index)
  if (block === undefined) return
  blocks.open.delete(index)
  const { number, kind, path, signature, redacted } = block
  if (kind === 'other') {
    events.push({ type: 'extension', path, origin })
    return
  }
  // The middle form has either whole: what came in pieces is told here.
  if (signature !== '') events.push({ type: 'reasoning-signature', block: number, signature, sealedBy: OWN, origin })
  if (redacted.length > 0) {
    const own = block.filled || signature !== '' ? blocks.next++ : number
    events.push({ type: 'reasoning-redacted', block: own, data: joinBase64(redacted), sealedBy: OWN, origin })
    if (own !== number) events.push({ type: 'block-end', block: own, origin })
  }
  if (kind === 'call' && !block.filled) {
    events.push({ type: 'tool-call-delta', block: number, arguments: '{}', origin })
  }
  events.push({ type: 'block-end', block: number, origin })
}

function pushText(block: OpenBlock, text: unknown, { events, origin }: Output): void {
  if (typeof text !== 'string' || text === '') return
  block.filled = true
  events.push({ type: 'text-delta', block: block.number, text, origin })
}

function pushReasoning(block: OpenBlock, reasoning: JsonObject, { events, origin }: Output): void {
  const { text, signature, redactedContent } = reasoning
  if (typeof text === 'string' && text !== '') {
    block.filled = true
    events.push({ type: 'reasoning-delta', block: block.number, text, origin })
  }
  if (typeof signature === 'string') block.signature += signature
  if (typeof redactedContent === 'string' && redactedContent !== '') block.redacted.push(redactedContent)
}

/** Arguments up to the end of their object: what follows it is another's, and lost (pain T17). */
function pushInput(block: OpenBlock, json: unknown, { events, origin }: Output): void {
  if (typeof json !== 'string' || json === '') return
  const end = findEnd(block.json, json)
  const own = end < 0 ? json : json.slice(0, end)
  if (own !== '') {
    block.filled = true
    events.push({ type: 'tool-call-delta', block: block.number, arguments: own, origin })
  }
  if (end >= 0 && json.slice(end).trim() !== '') events.push({ type: 'extension', path: block.path, origin })
}

/** A delta that the middle form does not name: sources, images, results of the platform's own tools. */
function pushOther(block: OpenBlock | undefined, type: string, { events, origin }: Output): void {
  const path = block?.kind === 'other' ? block.path : type === 'citation' ? 'content.citations' : `content.${type}`
  events.push({ type: 'extension', path, origin })
}

function indexOf(data: JsonObject, otherwise: number): number {
  const index = data['contentBlockIndex']
  return typeof index === 'number' ? index : otherwise
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
