import type { EventWriter, WriteContext, WrittenWhole } from '#wire/dialect.ts'
import type { Event, FinishEvent, Frame, StartEvent } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { type Lost, lose, OTHER_ANSWERS } from '#wire/shape/lost.ts'
import { onlyFrame, type Passed, passedAt } from '#wire/shape/native.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'
import { adopt, follow, type NativeTrack, startTrack } from '#wire/openai-responses/write-native.ts'
import {
  emit,
  endBlock,
  endOutput,
  outputJson,
  startOutput,
  writeArguments,
  writeCall,
  writeRedacted,
  writeSeal,
  writeText,
  writeThought,
  type WrittenOutput,
} from '#wire/openai-responses/write-output.ts'
import { answerName, endingOf, failingOf, responseHead, usageJson } from '#wire/openai-responses/write-response.ts'

/** A stream half written. */
export interface WriteState {
  readonly context: WriteContext
  readonly output: WrittenOutput
  readonly lost: Lost
  /** Of frames that leave as they came; undefined once something has to be written by us. */
  track: NativeTrack | undefined
  /** The response object as it began; undefined until it has. */
  head: JsonObject | undefined
  usage: Usage | undefined
  finish: FinishEvent | undefined
  /** The response object as it ended: nothing more may be written. */
  ended: JsonObject | undefined
}

/** Writes the event-named stream of a response, and a whole response. */
export const writeEvents: EventWriter<WriteState> = { start, step, end, whole, lost }

function start(context: WriteContext): WriteState {
  return {
    context,
    output: startOutput(undefined),
    lost: new Map(),
    track: context.native ? startTrack() : undefined,
    head: undefined,
    usage: undefined,
    finish: undefined,
    ended: undefined,
  }
}

function step(state: WriteState, events: readonly Event[]): Frame[] {
  const frames: Frame[] = []
  state.output.frames = frames
  if (state.track !== undefined) writeNative(state, state.track, { events, frames })
  else for (const event of events) write(state, event)
  return frames
}

function end(state: WriteState): Frame[] {
  const frames: Frame[] = []
  state.output.frames = frames
  if (state.ended === undefined) {
    takeOver(state)
    fail(state, failure('cut', 'The answer broke off before its end.'))
  }
  return frames
}

function whole(context: WriteContext, events: readonly Event[]): WrittenWhole {
  const frame = context.native ? onlyFrame(events) : undefined
  if (frame !== undefined) return { frame, lost: [] }
  const state = start({ ...context, native: false })
  for (const event of events) write(state, event)
  return { frame: { data: JSON.stringify(state.ended ?? complete(state)) }, lost: lost(state) }
}

function lost(state: WriteState): readonly Warning[] {
  return [...state.lost.values()]
}

interface Batch {
  readonly events: readonly Event[]
  readonly frames: Frame[]
}

/** Within the dialect: frames leave as they came, until one was touched. */
function writeNative(state: WriteState, track: NativeTrack, { events, frames }: Batch): void {
  for (let i = 0; i < events.length;) {
    const passed = passedAt(events, i)
    const event = events[i]
    if (passed !== undefined && (state.track !== undefined || passed.frame.data === '')) {
      if (state.ended === undefined) pass(state, track, { passed, frames })
      i = passed.to
    } else {
      if (event !== undefined) writeLoose(state, event)
      i++
    }
  }
}

function pass(state: WriteState, track: NativeTrack, { passed, frames }: { passed: Passed; frames: Frame[] }): void {
  frames.push(passed.frame)
  if (state.track === undefined) return
  follow(track, passed)
  for (let i = passed.from; i < passed.to; i++) {
    const event = passed.events[i]
    if (event?.type === 'usage') state.usage = event.usage
    else if (event?.type === 'finish') state.finish = event
    else if (event?.type === 'end') state.ended = {}
  }
}

/** Something that nobody else can write: from here on everything is ours. */
function writeLoose(state: WriteState, event: Event): void {
  if (event.origin?.count === 0 && event.type !== 'failure' && !state.lost.has('output')) {
    const detail = 'The platform broke the rules of its own dialect: its answer is written anew from there.'
    state.lost.set('output', { action: 'approximated', path: 'output', detail })
  }
  takeOver(state)
  write(state, event)
}

function takeOver(state: WriteState): void {
  const { track, output, context } = state
  if (track === undefined) return
  state.track = undefined
  state.head = adopt(track, output)
  output.answer = answerName(context)
}

function write(state: WriteState, event: Event): void {
  if (state.ended === undefined) writeEvent(state, event)
}

function writeEvent(state: WriteState, event: Event): void {
  if (event.choice !== undefined && event.choice > 0) return lose(state.lost, ...OTHER_ANSWERS)
  switch (event.type) {
    case 'start':
      if (state.head === undefined) open(state, event)
      return
    case 'usage':
      state.usage = event.usage
      return
    case 'native':
      return
    case 'extension':
      return lose(state.lost, event.path)
    case 'finish':
      return setFinish(state, event)
    case 'failure':
      return fail(state, event.failure)
    case 'end':
      complete(state)
      return
    default:
      if (state.head === undefined) open(state, undefined)
      writeBlock(state, event)
  }
}

/** A pause looks like an end here, and callers would not go on. */
function setFinish(state: WriteState, event: FinishEvent): void {
  state.finish = event
  if (event.reason !== 'pause') return
  const detail = `The model paused (${event.native}): here it looks like an end.`
  state.lost.set('status', { action: 'approximated', path: 'status', detail })
}

type BlockEvent = Extract<Event, { readonly block: number }>

function writeBlock(state: WriteState, event: BlockEvent): void {
  const { output } = state
  switch (event.type) {
    case 'text-delta':
      return writeText(output, event, 'text')
    case 'refusal-delta':
      return writeText(output, event, 'refusal')
    case 'reasoning-delta':
      return writeThought(output, event)
    case 'reasoning-signature':
      return sealBlock(state, event)
    case 'reasoning-redacted':
      return writeRedacted(output, { block: event.block, seal: event.data, sealedBy: event.sealedBy })
    case 'tool-call-start':
      return writeCall(output, event)
    case 'tool-call-delta':
      return fillCall(state, event)
    case 'block-end':
      return endBlock(output, event.block)
  }
}

function sealBlock({ output, lost }: WriteState, event: Extract<BlockEvent, { type: 'reasoning-signature' }>): void {
  const { block, signature, sealedBy } = event
  if (writeSeal(output, { block, seal: signature, sealedBy })) return
  lose(lost, 'reasoning.encrypted_content', 'A seal that came after the end of its block.')
}

function fillCall({ output, lost }: WriteState, event: Extract<BlockEvent, { type: 'tool-call-delta' }>): void {
  if (writeArguments(output, { block: event.block, text: event.arguments })) return
  lose(lost, 'function_call.arguments', 'Arguments that came after the end of their call.')
}

function open(state: WriteState, event: StartEvent | undefined): JsonObject {
  const { context, output } = state
  const head = responseHead(context, event)
  state.head = head
  output.answer = answerName(context)
  if (output.frames === undefined) return head
  const fields = `"response":${JSON.stringify(head)}`
  emit(output, 'response.created', fields)
  emit(output, 'response.in_progress', fields)
  return head
}

function complete(state: WriteState): JsonObject {
  const { output, finish } = state
  const head = state.head ?? open(state, undefined)
  const ending = endingOf(finish)
  const cut = ending['status'] === 'incomplete'
  endOutput(output, cut)
  const response = ended(state, head, ending)
  if (output.frames !== undefined) {
    emit(output, cut ? 'response.incomplete' : 'response.completed', `"response":${JSON.stringify(response)}`)
  }
  return response
}

/** No client takes a failure before the response has begun. */
function fail(state: WriteState, why: Failure): void {
  const head = state.head ?? open(state, undefined)
  const response = ended(state, head, failingOf(why))
  if (state.output.frames !== undefined) {
    emit(state.output, 'response.failed', `"response":${JSON.stringify(response)}`)
  }
}

function ended(state: WriteState, head: JsonObject, ending: JsonObject): JsonObject {
  const { output, usage } = state
  const response = {
    ...head,
    ...ending,
    output: outputJson(output),
    usage: usage === undefined ? null : usageJson(usage),
  }
  state.ended = response
  return response
}
