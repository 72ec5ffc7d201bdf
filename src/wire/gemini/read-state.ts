import type { ReadContext } from '#wire/dialect.ts'
import type { Event, Frame, Origin } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Usage } from '#wire/usage.ts'
import type { PartialCall } from '#wire/gemini/partial-call.ts'

/** One candidate half read. */
export interface Choice {
  readonly index: number
  open: { readonly kind: 'text' | 'reasoning'; readonly block: number } | undefined
  /** Blocks so far. */
  blocks: number
  calls: number
  /** A call whose arguments come piece by piece. */
  partial: PartialCall | undefined
  finished: boolean
}

/** A stream half read. */
export interface ReadState {
  readonly context: ReadContext
  readonly choices: Map<number, Choice>
  /** Makes ids of calls that have none. */
  answerId: string
  /** Usage so far in the platform's words, and as it was told. */
  rawUsage: JsonObject | undefined
  usage: Usage | undefined
  started: boolean
  /** The terminal event is out. */
  over: boolean
}

/** What one frame gives. */
export interface Step {
  readonly state: ReadState
  readonly origin: Origin
  readonly events: Event[]
  /** An error that stood where a finish reason stands; said last, so that usage beside it still counts. */
  failed: Failure | undefined
}

export function startState(context: ReadContext): ReadState {
  return {
    context,
    choices: new Map(),
    answerId: '',
    rawUsage: undefined,
    usage: undefined,
    started: false,
    over: false,
  }
}

export function stepOf(state: ReadState, frame: Frame): Step {
  return { state, origin: { frame, count: 0 }, events: [], failed: undefined }
}

/** Adds an event of its own making, tied to its frame and its choice. */
export function emit(step: Step, choice: Choice | undefined, event: Event): void {
  const open = event as { origin?: Origin; choice?: number }
  open.origin = step.origin
  if (choice !== undefined && choice.index > 0) open.choice = choice.index
  step.origin.count++
  step.events.push(event)
}

export function choiceAt(state: ReadState, index: number): Choice {
  const known = state.choices.get(index)
  if (known !== undefined) return known
  const choice: Choice = { index, open: undefined, blocks: 0, calls: 0, partial: undefined, finished: false }
  state.choices.set(index, choice)
  return choice
}

/** The open block of this kind, opened if another one or none is open. */
export function blockOf(step: Step, choice: Choice, kind: 'text' | 'reasoning'): number {
  if (choice.open?.kind === kind) return choice.open.block
  leave(step, choice)
  choice.open = { kind, block: choice.blocks++ }
  return choice.open.block
}

/** Ends the open block, if any. */
export function leave(step: Step, choice: Choice): void {
  const { open } = choice
  if (open === undefined) return
  choice.open = undefined
  emit(step, choice, { type: 'block-end', block: open.block })
}
