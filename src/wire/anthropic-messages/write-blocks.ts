import type { Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { findEnd, type JsonEnd, jsonEnd } from '#wire/shape/json-end.ts'
import { blockStartFrame, blockStopFrame, type Delta, deltaFrame } from '#wire/anthropic-messages/write-frames.ts'

/**
 * Content blocks on their way out. Anthropic's stream has one block open at a time, other dialects let calls
 * interleave: what cannot be written yet is held, and never put into another's block (pains T12, T15, T16).
 */
export interface WriteBlocks {
  /** By the number that events give. */
  readonly entries: Map<number, Entry>
  /** Open on the wire. */
  current: Entry | undefined
  readonly waiting: Entry[]
  nextIndex: number
  /** Tool calls that reached the wire. */
  toolCalls: number
}

export type EntryKind = 'text' | 'thinking' | 'redacted_thinking' | 'tool_use'

export interface Entry {
  readonly kind: EntryKind
  /** What `content_block_start` shows. */
  readonly opening: JsonObject
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

export function startWriting(): WriteBlocks {
  return { entries: new Map(), current: undefined, waiting: [], nextIndex: 0, toolCalls: 0 }
}

/** A new block under a number; one that had it ends. */
export function addEntry(blocks: WriteBlocks, number: number, opening: JsonObject & { type: EntryKind }): Entry {
  const before = blocks.entries.get(number)
  if (before !== undefined) before.ended = true
  const entry: Entry = {
    kind: opening.type,
    opening,
    json: jsonEnd(),
    index: -1,
    held: '',
    signature: '',
    filled: false,
    ended: opening.type === 'redacted_thinking',
    closed: false,
  }
  blocks.entries.set(number, entry)
  blocks.waiting.push(entry)
  return entry
}

/** The block under a number if text of this kind may still go into it, else a new one. */
export function openEntry(blocks: WriteBlocks, number: number, kind: 'text' | 'thinking'): Entry {
  const entry = blocks.entries.get(number)
  if (entry !== undefined && entry.kind === kind && !entry.closed) return entry
  const opening =
    kind === 'text' ? ({ type: kind, text: '' } as const) : ({ type: kind, thinking: '', signature: '' } as const)
  return addEntry(blocks, number, opening)
}

/** Puts a call's arguments into its block. False if they come too late or go on after their end: they are lost. */
export function appendArguments(entry: Entry, text: string): boolean {
  if (entry.closed) return text.trim() === ''
  const end = findEnd(entry.json, text)
  entry.held += end < 0 ? text : text.slice(0, end)
  return end < 0 || text.slice(end).trim() === ''
}

/** A block that a native frame opened: its later parts may have to be written by us. */
export function adoptEntry(blocks: WriteBlocks, number: number, native: { index: number; kind: EntryKind }): void {
  const entry = addEntry(blocks, number, { type: native.kind })
  blocks.waiting.pop()
  entry.index = native.index
  entry.filled = true
  // What went by was not scanned, so its end cannot be told.
  entry.json.depth = Number.MAX_SAFE_INTEGER
  blocks.current = entry
  blocks.nextIndex = Math.max(blocks.nextIndex, native.index + 1)
}

/** Writes what can be written: the open block as far as it is known, and those that wait for their turn. */
export function advance(blocks: WriteBlocks, out: Frame[]): void {
  for (;;) {
    const { current } = blocks
    if (current !== undefined) {
      flush(current, out)
      if (!mayClose(current, blocks.waiting.length > 0)) return
      close(current, out)
      blocks.current = undefined
    }
    const next = blocks.waiting.shift()
    if (next === undefined) return
    next.index = blocks.nextIndex++
    if (next.kind === 'tool_use') blocks.toolCalls++
    out.push(blockStartFrame(next.index, next.opening))
    blocks.current = next
  }
}

/** Ends every block, and writes what was held. */
export function endAll(blocks: WriteBlocks, out: Frame[]): void {
  if (blocks.current !== undefined) blocks.current.ended = true
  for (const entry of blocks.waiting) entry.ended = true
  advance(blocks, out)
}

/** Text makes room for whoever waits, and so does a call whose arguments are complete. */
function mayClose(entry: Entry, others: boolean): boolean {
  return entry.ended || (others && (entry.kind !== 'tool_use' || entry.json.ended))
}

function flush(entry: Entry, out: Frame[]): void {
  if (entry.held !== '') {
    out.push(deltaFrame(entry.index, deltaOf(entry)))
    entry.held = ''
    entry.filled = true
  }
  if (entry.signature !== '') {
    out.push(deltaFrame(entry.index, ['signature_delta', 'signature', entry.signature]))
    entry.signature = ''
  }
}

function deltaOf({ kind, held }: Entry): Delta {
  if (kind === 'tool_use') return ['input_json_delta', 'partial_json', held]
  return kind === 'text' ? ['text_delta', 'text', held] : ['thinking_delta', 'thinking', held]
}

function close(entry: Entry, out: Frame[]): void {
  // Anthropic sends an empty fragment for a call without arguments; clients read it as `{}` (pain T15).
  if (entry.kind === 'tool_use' && !entry.filled) {
    out.push(deltaFrame(entry.index, ['input_json_delta', 'partial_json', '']))
  }
  out.push(blockStopFrame(entry.index))
  entry.closed = true
}
