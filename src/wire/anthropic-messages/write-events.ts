import type { EventWriter, WriteContext } from '#wire/dialect.ts'
import type { Event, FinishEvent, Frame, StartEvent } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import { type Passed, passedAt } from '#wire/shape/native.ts'
import { sealFor } from '#wire/shape/seal.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'
import {
  addEntry,
  advance,
  appendArguments,
  endAll,
  openEntry,
  startWriting,
  type WriteBlocks,
} from '#wire/shape/serial-blocks.ts'
import {
  BLOCK_FRAMES,
  errorFrame,
  finishFrame,
  startFrame,
  stopFrame,
  stopOf,
} from '#wire/anthropic-messages/write-frames.ts'
import { type Lost, lose, OTHER_ANSWERS, REST_OF_INPUT } from '#wire/shape/lost.ts'
import { whole } from '#wire/anthropic-messages/write-message.ts'
import { follow, isPassable, type NativeTrack } from '#wire/anthropic-messages/write-native.ts'

/** A stream half written. */
export interface WriteState {
  readonly context: WriteContext
  readonly blocks: WriteBlocks
  readonly track: NativeTrack
  readonly lost: Lost
  /** The answer has begun, but `message_start` waits for what else this batch says (usage). */
  pending: StartEvent | undefined
  started: boolean
  usage: Usage | undefined
  finish: FinishEvent | undefined
  finishWritten: boolean
  /** Nothing more may be written. */
  closed: boolean
}

/** Writes Anthropic's event-named stream, and its whole message. */
export const writeEvents: EventWriter<WriteState> = { start, step, end, whole, lost }

function start(context: WriteContext): WriteState {
  return {
    context,
    blocks: startWriting(BLOCK_FRAMES),
    track: { seen: 0, shifted: false },
    lost: new Map(),
    pending: undefined,
    started: false,
    usage: undefined,
    finish: undefined,
    finishWritten: false,
    closed: false,
  }
}

function step(state: WriteState, events: readonly Event[]): Frame[] {
  const out: Frame[] = []
  if (state.context.native) writeNative(state, events, out)
  else for (const event of events) write(state, event, out)
  if (state.pending !== undefined) openMessage(state, out)
  return out
}

function end(state: WriteState): Frame[] {
  if (state.closed) return []
  const out: Frame[] = []
  fail(state, { type: 'failure', failure: failure('cut', 'The answer broke off before its end.') }, out)
  return out
}

function lost(state: WriteState): readonly Warning[] {
  return [...state.lost.values()]
}

/** Within the dialect: frames that nobody touched leave as they came. */
function writeNative(state: WriteState, events: readonly Event[], out: Frame[]): void {
  for (let i = 0; i < events.length && !state.closed;) {
    const passed = passedAt(events, i)
    const event = events[i]
    if (passed !== undefined && isPassable(state.track, passed.frame)) {
      pass(state, passed, out)
      i = passed.to
    } else {
      if (event !== undefined) writeLoose(state, event, out)
      i++
    }
  }
}

function writeLoose(state: WriteState, event: Event, out: Frame[]): void {
  if (event.origin?.count === 0 && !state.lost.has('content')) {
    const detail = 'The platform broke the rules of its own dialect: its blocks are written anew from there.'
    state.lost.set('content', { action: 'approximated', path: 'content', detail })
  }
  write(state, event, out)
}

function pass(state: WriteState, passed: Passed, out: Frame[]): void {
  if (state.pending !== undefined) openMessage(state, out)
  for (let i = passed.from; i < passed.to; i++) {
    const event = passed.events[i]
    if (event === undefined) continue
    if (event.type === 'start') state.started = true
    else if (event.type === 'usage') state.usage = event.usage
    else if (event.type === 'finish') {
      closeBlocks(state, out)
      state.finish = event
      state.finishWritten = true
    } else if (event.type === 'end') {
      closeAnswer(state, out)
      state.closed = true
    }
  }
  follow(state.track, state.blocks, passed)
  out.push(passed.frame)
}

function write(state: WriteState, event: Event, out: Frame[]): void {
  if (state.closed) return
  if ((event.choice ?? 0) > 0) return lose(state.lost, ...OTHER_ANSWERS)
  switch (event.type) {
    case 'start':
      if (!state.started) state.pending = event
      return
    case 'usage':
      state.usage = event.usage
      return
    case 'native':
      return
    case 'extension':
      return lose(state.lost, event.path)
    case 'finish':
      state.finish = event
      return
    case 'failure':
      return fail(state, event, out)
    case 'end':
      closeAnswer(state, out)
      out.push(stopFrame())
      state.closed = true
      return
    default:
      openMessage(state, out)
      writeBlock(state, event, out)
  }
}

type BlockEvent = Extract<Event, { block: number }>

function writeBlock(state: WriteState, event: BlockEvent, out: Frame[]): void {
  const { blocks } = state
  const before = blocks.entries.get(event.block)
  place(state, event)
  if (blocks.entries.get(event.block) !== before) state.track.shifted = true
  state.track.seen = Math.max(state.track.seen, event.block + 1)
  advance(blocks, out)
}

const OWN = 'anthropic-messages'

/** Puts an event into its block. */
function place({ blocks, lost }: WriteState, event: BlockEvent): void {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      if (event.text !== '') openEntry(blocks, event.block, 'text').held += event.text
      return
    case 'reasoning-delta':
      if (event.text !== '') openEntry(blocks, event.block, 'reasoning').held += event.text
      return
    case 'reasoning-signature':
      openEntry(blocks, event.block, 'reasoning').signature = sealFor(OWN, event.signature, event.sealedBy)
      return
    case 'reasoning-redacted':
      addEntry(blocks, event.block, { kind: 'redacted', data: sealFor(OWN, event.data, event.sealedBy) })
      return
    case 'tool-call-start':
      addEntry(blocks, event.block, { kind: 'call', id: event.id, name: event.name })
      return
    case 'tool-call-delta':
      return placeArguments(blocks, lost, event)
    case 'block-end': {
      const entry = blocks.entries.get(event.block)
      if (entry !== undefined) entry.ended = true
    }
  }
}

function placeArguments(
  blocks: WriteBlocks,
  lost: WriteState['lost'],
  event: Extract<BlockEvent, { type: 'tool-call-delta' }>,
): void {
  const entry = blocks.entries.get(event.block)
  if (entry?.opening.kind === 'call' && appendArguments(entry, event.arguments)) return
  lose(lost, 'tool_use.input', REST_OF_INPUT)
}

function openMessage(state: WriteState, out: Frame[]): void {
  if (!state.started) out.push(startFrame(state.context, state.pending, state.usage))
  state.started = true
  state.pending = undefined
}

function closeBlocks(state: WriteState, out: Frame[]): void {
  openMessage(state, out)
  endAll(state.blocks, out)
}

/**
 * Everything before `message_stop`. `message_delta` waits until here, since platforms of other dialects tell usage
 * after the finish reason.
 */
function closeAnswer(state: WriteState, out: Frame[]): void {
  closeBlocks(state, out)
  if (!state.finishWritten) out.push(finishFrame(stopOf(state.finish, state.blocks.toolCalls > 0), state.usage))
  state.finishWritten = true
}

function fail(state: WriteState, event: Extract<Event, { type: 'failure' }>, out: Frame[]): void {
  out.push(errorFrame(event.failure, state.context.requestId))
  state.closed = true
  state.pending = undefined
}
