import type { DialectId } from '#wire/dialect.ts'
import type { Event, Frame } from '#wire/event.ts'
import { findEnd, type JsonEnd, jsonEnd } from '#wire/shape/json-end.ts'

/** What a block holds, and what is known of it when it opens. */
export type Opening =
  | { readonly kind: 'text' | 'reasoning' }
  | { readonly kind: 'redacted'; readonly data: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string }

export type BlockKind = Opening['kind']

/** How a dialect frames the life of a block. */
export interface BlockFrames {
  /** `undefined` where such a block opens with its first delta. */
  open(index: number, opening: Opening): Frame | undefined
  /** Text, reasoning or arguments. */
  delta(index: number, kind: BlockKind, text: string): Frame
  signature(index: number, signature: string): Frame
  /** `filled` = it had a delta. */
  close(index: number, kind: BlockKind, filled: boolean): readonly Frame[]
}

/**
 * Content blocks on their way out, in a dialect whose streams have one block open at a time. Other dialects let calls
 * interleave: what cannot be written yet is held, and never put into another's block (pains T12, T15, T16).
 */
export interface WriteBlocks {
  readonly frames: BlockFrames
  /** By the number that events give. */
  readonly entries: Map<number, Entry>
  /** Open on the wire. */
  current: Entry | undefined
  readonly waiting: Entry[]
  nextIndex: number
  /** Tool calls that reached the wire. */
  toolCalls: number
}

export interface Entry {
  readonly opening: Opening
  readonly json: JsonEnd
  /** Place on the wire, once it is open. */
  index: number
  held: string
  signature: string
  /** Something was written into it. */
  filled: boolean
  /** Nothing more will come. */
  ended: boolean
  closed: boolean
}

export function startWriting(frames: BlockFrames): WriteBlocks {
  return { frames, entries: new Map(), current: undefined, waiting: [], nextIndex: 0, toolCalls: 0 }
}

/** How a dialect writes seals for its callers: `shape/seal.ts`. */
export interface Seals {
  readonly signature: (signature: string, sealedBy: DialectId | undefined) => string
  readonly redacted: (data: string, sealedBy: DialectId | undefined) => string
}

type BlockEvent = Extract<Event, { block: number }>

/** Puts an event into its block. False for arguments that come too late or go on after their end: they are lost. */
export function placeEvent(blocks: WriteBlocks, event: BlockEvent, seals: Seals): boolean {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      say(blocks, event, 'text')
      return true
    case 'reasoning-delta':
      say(blocks, event, 'reasoning')
      return true
    case 'reasoning-signature':
      openEntry(blocks, event.block, 'reasoning').signature = seals.signature(event.signature, event.sealedBy)
      return true
    case 'reasoning-redacted':
      addEntry(blocks, event.block, { kind: 'redacted', data: seals.redacted(event.data, event.sealedBy) })
      return true
    case 'tool-call-start':
      addEntry(blocks, event.block, { kind: 'call', id: event.id, name: event.name })
      return true
    case 'tool-call-delta':
      return appendTo(blocks.entries.get(event.block), event.arguments)
    case 'block-end':
      endEntry(blocks, event.block)
      return true
  }
}

function say(
  blocks: WriteBlocks,
  event: { readonly block: number; readonly text: string },
  kind: 'text' | 'reasoning',
): void {
  if (event.text !== '') openEntry(blocks, event.block, kind).held += event.text
}

function appendTo(entry: Entry | undefined, text: string): boolean {
  return entry?.opening.kind === 'call' && appendArguments(entry, text)
}

function endEntry({ entries }: WriteBlocks, number: number): void {
  const entry = entries.get(number)
  if (entry !== undefined) entry.ended = true
}

/** A new block under a number; one that had it ends. */
export function addEntry(blocks: WriteBlocks, number: number, opening: Opening): Entry {
  const before = blocks.entries.get(number)
  if (before !== undefined) before.ended = true
  const entry: Entry = {
    opening,
    json: jsonEnd(),
    index: -1,
    held: '',
    signature: '',
    filled: false,
    ended: opening.kind === 'redacted',
    closed: false,
  }
  blocks.entries.set(number, entry)
  blocks.waiting.push(entry)
  return entry
}

/** The block under a number if text of this kind may still go into it, else a new one. */
export function openEntry(blocks: WriteBlocks, number: number, kind: 'text' | 'reasoning'): Entry {
  const entry = blocks.entries.get(number)
  return entry !== undefined && entry.opening.kind === kind && !entry.closed
    ? entry
    : addEntry(blocks, number, { kind })
}

/** Puts a call's arguments into its block. False if they come too late or go on after their end: they are lost. */
export function appendArguments(entry: Entry, text: string): boolean {
  if (entry.closed) return text.trim() === ''
  const end = findEnd(entry.json, text)
  entry.held += end < 0 ? text : text.slice(0, end)
  return end < 0 || text.slice(end).trim() === ''
}

/** A block that a native frame opened: its later parts may have to be written by us. */
export function adoptEntry(blocks: WriteBlocks, number: number, native: { index: number; kind: BlockKind }): void {
  const entry = addEntry(blocks, number, openingOf(native.kind))
  blocks.waiting.pop()
  entry.index = native.index
  entry.filled = true
  // What went by was not scanned, so its end cannot be told.
  entry.json.depth = Number.MAX_SAFE_INTEGER
  blocks.current = entry
  blocks.nextIndex = Math.max(blocks.nextIndex, native.index + 1)
}

/** Open on the wire already, so its particulars will not be asked for. */
function openingOf(kind: BlockKind): Opening {
  switch (kind) {
    case 'text':
    case 'reasoning':
      return { kind }
    case 'redacted':
      return { kind, data: '' }
    case 'call':
      return { kind, id: '', name: '' }
  }
}

/** Writes what can be written: the open block as far as it is known, and those that wait for their turn. */
export function advance(blocks: WriteBlocks, out: Frame[]): void {
  for (;;) {
    const { current } = blocks
    if (current !== undefined) {
      flush(blocks.frames, current, out)
      if (!mayClose(current, blocks.waiting.length > 0)) return
      out.push(...blocks.frames.close(current.index, current.opening.kind, current.filled))
      current.closed = true
      blocks.current = undefined
    }
    const next = blocks.waiting.shift()
    if (next === undefined) return
    next.index = blocks.nextIndex++
    if (next.opening.kind === 'call') blocks.toolCalls++
    const frame = blocks.frames.open(next.index, next.opening)
    if (frame !== undefined) out.push(frame)
    blocks.current = next
  }
}

/** Ends every block, and writes what was held. */
export function endAll(blocks: WriteBlocks, out: Frame[]): void {
  if (blocks.current !== undefined) blocks.current.ended = true
  for (const entry of blocks.waiting) entry.ended = true
  advance(blocks, out)
}

/** A block ends on the wire by a frame that leaves as it came. */
export function endNatively(blocks: WriteBlocks, number: number): void {
  const entry = blocks.entries.get(number)
  if (entry === undefined) return
  entry.closed = true
  entry.ended = true
  if (blocks.current === entry) blocks.current = undefined
}

/** Text makes room for whoever waits, and so does a call whose arguments are complete. */
function mayClose({ opening, json, ended }: Entry, others: boolean): boolean {
  return ended || (others && (opening.kind !== 'call' || json.ended))
}

function flush(frames: BlockFrames, entry: Entry, out: Frame[]): void {
  if (entry.held !== '') {
    out.push(frames.delta(entry.index, entry.opening.kind, entry.held))
    entry.held = ''
    entry.filled = true
  }
  if (entry.signature !== '') {
    out.push(frames.signature(entry.index, entry.signature))
    entry.signature = ''
  }
}
