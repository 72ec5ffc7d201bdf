import type { EventWriter, WriteContext } from '#wire/dialect.ts'
import type { Event, FinishEvent, Frame } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { streamException } from '#wire/bedrock-converse/failure.ts'
import { writeRedacted } from '#wire/bedrock-converse/redacted.ts'
import { BLOCK_FRAMES, metadataFrame, startFrame, stopFrame, stopOf } from '#wire/bedrock-converse/write-frames.ts'
import { whole } from '#wire/bedrock-converse/write-message.ts'
import { follow, isPassable } from '#wire/bedrock-converse/write-native.ts'
import { type Lost, lose, OTHER_ANSWERS, REST_OF_INPUT } from '#wire/shape/lost.ts'
import { type Passed, passedAt } from '#wire/shape/native.ts'
import { sealFor } from '#wire/shape/seal.ts'
import { advance, endAll, placeEvent, type Seals, startWriting, type WriteBlocks } from '#wire/shape/serial-blocks.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** A stream half written. */
export interface WriteState {
  readonly context: WriteContext
  readonly blocks: WriteBlocks
  readonly lost: Lost
  started: boolean
  usage: Usage | undefined
  finish: FinishEvent | undefined
  /** `messageStop` and `metadata` are on the wire. */
  finishWritten: boolean
  usageWritten: boolean
  /** Nothing more may be written. */
  closed: boolean
}

/** Writes ConverseStream's events, and Converse's whole answer. */
export const writeEvents: EventWriter<WriteState> = { start, step, end, whole, lost }

function start(context: WriteContext): WriteState {
  return {
    context,
    blocks: startWriting(BLOCK_FRAMES),
    lost: new Map(),
    started: false,
    usage: undefined,
    finish: undefined,
    finishWritten: false,
    usageWritten: false,
    closed: false,
  }
}

function step(state: WriteState, events: readonly Event[]): Frame[] {
  const out: Frame[] = []
  if (state.context.native) writeNative(state, events, out)
  else for (const event of events) write(state, event, out)
  return out
}

function end(state: WriteState): Frame[] {
  if (state.closed) return []
  const out: Frame[] = []
  fail(state, failure('cut', 'The answer broke off before its end.'), out)
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
    if (passed !== undefined && isPassable(state.blocks, passed)) {
      pass(state, passed, out)
      i = passed.to
    } else {
      if (event !== undefined) write(state, event, out)
      i++
    }
  }
}

function pass(state: WriteState, passed: Passed, out: Frame[]): void {
  for (let i = passed.from; i < passed.to; i++) {
    const event = passed.events[i]
    if (event !== undefined) note(state, event, out)
  }
  follow(state.blocks, passed)
  out.push(passed.frame)
}

/** What a frame that leaves as it came says of the answer. */
function note(state: WriteState, event: Event, out: Frame[]): void {
  switch (event.type) {
    case 'start':
      state.started = true
      return
    case 'usage':
      state.usage = event.usage
      state.usageWritten = true
      return
    case 'finish':
      closeBlocks(state, out)
      state.finish = event
      state.finishWritten = true
      return
    case 'end':
      // The frame is the last of the two that end an answer.
      if (!state.finishWritten) closeAnswer(state, out)
      state.closed = true
      return
    default:
  }
}

function write(state: WriteState, event: Event, out: Frame[]): void {
  if (state.closed) return
  if ((event.choice ?? 0) > 0) return lose(state.lost, ...OTHER_ANSWERS)
  switch (event.type) {
    case 'start':
      return open(state, out)
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
      return fail(state, event.failure, out)
    case 'end':
      closeAnswer(state, out)
      state.closed = true
      return
    default:
      open(state, out)
      if (!placeEvent(state.blocks, event, SEALS)) lose(state.lost, 'toolUse.input', REST_OF_INPUT)
      advance(state.blocks, out)
  }
}

const SEALS: Seals = {
  signature: (signature, sealedBy) => sealFor('bedrock-converse', signature, sealedBy),
  redacted: writeRedacted,
}

function open(state: WriteState, out: Frame[]): void {
  if (!state.started) out.push(startFrame())
  state.started = true
}

function closeBlocks(state: WriteState, out: Frame[]): void {
  open(state, out)
  endAll(state.blocks, out)
}

/** `messageStop` and `metadata`. Both wait until here, since platforms of other dialects tell usage when they like. */
function closeAnswer(state: WriteState, out: Frame[]): void {
  closeBlocks(state, out)
  if (!state.finishWritten) out.push(stopFrame(stopOf(state.finish, state.blocks.toolCalls > 0)))
  if (!state.usageWritten) out.push(metadataFrame(state.usage ?? NO_USAGE))
  state.finishWritten = true
  state.usageWritten = true
}

function fail(state: WriteState, reason: Failure, out: Frame[]): void {
  out.push(streamException(reason))
  state.closed = true
}
