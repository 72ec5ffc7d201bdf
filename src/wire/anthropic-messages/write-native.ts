import type { Frame } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Passed } from '#wire/shape/native.ts'
import { adoptEntry, type BlockKind, endNatively, type WriteBlocks } from '#wire/shape/serial-blocks.ts'

/** What has to be known of frames that leave as they came, so that frames of our own fit between them. */
export interface NativeTrack {
  /** Number of the block that opens next. */
  seen: number
  /** We opened a block of our own: the platform's indexes are no longer the caller's. */
  shifted: boolean
}

/** True for an untouched frame whose index, if it names a block, is still the caller's. */
export function isPassable(track: NativeTrack, frame: Frame): boolean {
  return !track.shifted || !isBlockFrame(frame)
}

/** Frames that name a block by the platform's index. */
function isBlockFrame(frame: Frame): boolean {
  return frame.event === undefined ? frame.data.includes('"content_block_') : frame.event.startsWith('content_block_')
}

/** Follows a frame that leaves as it came: which block it opens or ends. */
export function follow(track: NativeTrack, blocks: WriteBlocks, passed: Passed): void {
  const opened = openedBy(passed.frame)
  if (opened !== undefined) {
    const number = blockOf(passed) ?? track.seen
    track.seen = number + 1
    if (opened.kind !== undefined) adoptEntry(blocks, number, { index: opened.index, kind: opened.kind })
    else blocks.nextIndex = Math.max(blocks.nextIndex, opened.index + 1)
  }
  for (let i = passed.from; i < passed.to; i++) {
    const event = passed.events[i]
    if (event?.type === 'tool-call-start') blocks.toolCalls++
    if (event?.type === 'block-end') endNatively(blocks, event.block)
  }
}

function blockOf({ events, from, to }: Passed): number | undefined {
  for (let i = from; i < to; i++) {
    const event = events[i]
    if (event !== undefined && 'block' in event) return event.block
  }
  return undefined
}

/** The platform's index of the block that a `content_block_start` frame opens; its kind, if we know it. */
function openedBy(frame: Frame): { index: number; kind: BlockKind | undefined } | undefined {
  const named = frame.event === undefined || frame.event === 'content_block_start'
  if (!named || !frame.data.includes('"content_block_start"')) return undefined
  const data = parse(frame.data)
  const content = data['content_block']
  const { index } = data
  if (!isObject(content) || typeof index !== 'number') return undefined
  return { index, kind: kindOf(content['type']) }
}

function kindOf(type: unknown): BlockKind | undefined {
  return typeof type === 'string' ? KINDS.get(type) : undefined
}

const KINDS: ReadonlyMap<string, BlockKind> = new Map([
  ['text', 'text'],
  ['thinking', 'reasoning'],
  ['redacted_thinking', 'redacted'],
  ['tool_use', 'call'],
])

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
