import type { ReadContext } from '#wire/dialect.ts'
import type { Event, Frame, Origin } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import { type ThinkTags, thinkTags } from '#wire/openai-chat/read-think-tags.ts'
import type { JsonEnd } from '#wire/shape/json-end.ts'
import type { Usage } from '#wire/usage.ts'

/** A tool call as far as its fragments have come. */
export interface Call {
  /** `index` on the wire, or what stands for it. */
  key: number | string
  id: string
  /** The platform gave the id; else we made it. */
  given: boolean
  name: string
  block: number
  /** Google's thought signature, told before the call. */
  readonly seal: string | undefined
  /** Whether the arguments are complete. */
  readonly json: JsonEnd
  /** Arguments that came before id and name were clear. */
  waiting: string
  started: boolean
  closed: boolean
}

/** The block that deltas go to now. `detail` is the index in `reasoning_details`, which separates signed blocks. */
export interface OpenBlock {
  readonly kind: 'text' | 'refusal' | 'reasoning' | 'tool-call'
  readonly block: number
  readonly call?: Call
  detail?: number
  sealed?: boolean
}

/** One of `n` answers. */
export interface Choice {
  readonly index: number
  readonly tags: ThinkTags | undefined
  readonly calls: Call[]
  open: OpenBlock | undefined
  blocks: number
  finished: boolean
}

/** A stream as far as it has been read. */
export interface ReadState {
  readonly context: ReadContext
  readonly tags: boolean
  readonly choices: Map<number, Choice>
  started: boolean
  /** The terminal event is out. */
  over: boolean
  /** The answer's id without its prefix: makes ids for calls that have none. */
  answer: string
  usage: Usage | undefined
}

/** What one frame gives. `origin` is absent for events that the frame does not show to a caller who gets it as it is. */
export interface Step {
  readonly state: ReadState
  readonly frame: Frame
  readonly events: Event[]
  origin: Origin | undefined
  /** Finish reasons that clients of OpenAI do not know, by choice, and OpenAI's words for them. */
  foreignWords: Map<number, string> | undefined
  /** An error that stood where a finish reason stands; said last, so that usage beside it still counts. */
  failed: Failure | undefined
}

export function stepOf(state: ReadState, frame: Frame): Step {
  return { state, frame, events: [], origin: { frame, count: 0 }, foreignWords: undefined, failed: undefined }
}

/** Adds an event, tied to its frame and its choice. */
export function emit(step: Step, choice: Choice | undefined, event: Event): void {
  const open = event as { origin?: Origin; choice?: number }
  if (step.origin !== undefined) {
    open.origin = step.origin
    step.origin.count++
  }
  if (choice !== undefined && choice.index > 0) open.choice = choice.index
  step.events.push(event)
}

export function choiceAt(state: ReadState, index: number): Choice {
  let choice = state.choices.get(index)
  if (choice === undefined) {
    const tags = state.tags ? thinkTags() : undefined
    choice = { index, tags, calls: [], open: undefined, blocks: 0, finished: false }
    state.choices.set(index, choice)
  }
  return choice
}

/** The open block of this kind, opened if another one or none is open. */
export function blockOf(step: Step, choice: Choice, kind: 'text' | 'refusal' | 'reasoning'): OpenBlock {
  if (choice.open?.kind === kind) return choice.open
  leave(step, choice)
  choice.open = { kind, block: choice.blocks++ }
  return choice.open
}

/**
 * Leaves the open block, if any. That ends it, but for a call whose arguments are not complete: fragments of parallel
 * calls may interleave.
 */
export function leave(step: Step, choice: Choice): void {
  const { open } = choice
  if (open === undefined) return
  choice.open = undefined
  if (open.call === undefined) emit(step, choice, { type: 'block-end', block: open.block })
  else if (open.call.json.ended) endCall(step, choice, open.call)
}

/** The seal of what follows: a reasoning block of its own, without text. */
export function sealNext(step: Step, choice: Choice, signature: string): void {
  leave(step, choice)
  const block = choice.blocks++
  emit(step, choice, { type: 'reasoning-signature', block, signature, sealedBy: 'openai-chat' })
  emit(step, choice, { type: 'block-end', block })
}

/** Ends the open block and all calls, complete or not: nothing more will come. */
export function leaveAll(step: Step, choice: Choice): void {
  leave(step, choice)
  for (const call of choice.calls) endCall(step, choice, call)
}

/** Ends a call once. */
export function endCall(step: Step, choice: Choice, call: Call): void {
  if (call.closed) return
  startCall(step, choice, call)
  call.closed = true
  emit(step, choice, { type: 'block-end', block: call.block })
}

/** Says that a call has begun, with what is known of it by now; nothing if that was said before. */
export function startCall(step: Step, choice: Choice, call: Call): void {
  if (call.started) return
  call.started = true
  if (call.id === '') call.id = `call_${step.state.answer}${choice.index}_${choice.calls.indexOf(call)}`
  emit(step, choice, { type: 'tool-call-start', block: call.block, id: call.id, name: call.name })
  if (call.waiting === '') return
  emit(step, choice, { type: 'tool-call-delta', block: call.block, arguments: call.waiting })
  call.waiting = ''
}
