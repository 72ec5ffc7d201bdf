import type { Event, Frame } from '#wire/event.ts'
import type { Passed } from '#wire/shape/native.ts'
import { numberIn, parsed } from '#wire/shape/read-json.ts'
import { adoptEntry, type BlockKind, endNatively, type Entry, type WriteBlocks } from '#wire/shape/serial-blocks.ts'

const INDEX = '"contentBlockIndex":'

/**
 * True for an untouched frame whose index, if it names a block, is the caller's as well: the block that its events go
 * into is open under that index, or no block of ours has taken it.
 */
export function isPassable(blocks: WriteBlocks, { frame, events, from, to }: Passed): boolean {
  if (!isBlockFrame(frame)) return true
  const index = indexOf(frame)
  if (index === undefined || blocks.waiting.length > 0) return false
  const number = blockIn(events, from, to)
  const { current } = blocks
  if (number === undefined) return current?.index === index || ownerOf(blocks, index) === undefined
  const entry = blocks.entries.get(number)
  if (entry !== undefined) return entry === current && entry.index === index
  return current === undefined && ownerOf(blocks, index) === undefined
}

/** The block that has an index on the caller's wire. */
function ownerOf({ entries }: WriteBlocks, index: number): Entry | undefined {
  for (const entry of entries.values()) if (entry.index === index) return entry
  return undefined
}

/** Frames that name a block by the platform's index. */
function isBlockFrame({ event, data }: Frame): boolean {
  return event === undefined ? data.includes('"contentBlock') : event.startsWith('contentBlock')
}

/** The frame's index, without parsing it: within a text the quotes would be escaped. */
function indexOf({ data }: Frame): number | undefined {
  const at = data.indexOf(INDEX)
  if (at < 0) return numberIn(parsed(data), 'contentBlockIndex')
  const index = Number.parseInt(data.slice(at + INDEX.length, at + INDEX.length + 12).trimStart(), 10)
  return Number.isInteger(index) ? index : undefined
}

/** The block that a frame's events belong to. */
function blockIn(events: readonly Event[], from: number, to: number): number | undefined {
  for (let i = from; i < to; i++) {
    const event = events[i]
    if (event !== undefined && 'block' in event) return event.block
  }
  return undefined
}

/** Follows a frame that leaves as it came: which block it opens or ends. */
export function follow(blocks: WriteBlocks, { frame, events, from, to }: Passed): void {
  // A frame that says nothing, as an empty first delta does, takes no place: what follows may have to be written by us.
  if (!isBlockFrame(frame) || events[from]?.type === 'native') return
  const index = indexOf(frame) ?? blocks.nextIndex
  for (let i = from; i < to; i++) {
    const event = events[i]
    if (event === undefined || !('block' in event)) continue
    if (!blocks.entries.has(event.block)) adoptEntry(blocks, event.block, { index, kind: kindOf(event) })
    if (event.type === 'tool-call-start') blocks.toolCalls++
    if (event.type === 'block-end') endNatively(blocks, event.block)
  }
  // Blocks that the middle form does not name have an index, too.
  blocks.nextIndex = Math.max(blocks.nextIndex, index + 1)
}

function kindOf(event: Extract<Event, { block: number }>): BlockKind {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'block-end':
      return 'text'
    case 'reasoning-delta':
    case 'reasoning-signature':
      return 'reasoning'
    case 'reasoning-redacted':
      return 'redacted'
    case 'tool-call-start':
    case 'tool-call-delta':
      return 'call'
  }
}
