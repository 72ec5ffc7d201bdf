import type { ReadContext } from '#wire/dialect.ts'
import type { Event, Frame, Origin } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import type { SaidCall } from '#wire/shape/plain-answer.ts'
import type { Usage } from '#wire/usage.ts'

interface Call {
  index: number | undefined
  id: string
  name: string
  readonly block: number
  /** Arguments that came before the name. */
  waiting: string
  started: boolean
}

/** One of several answers. */
export interface Choice {
  readonly index: number
  readonly calls: Call[]
  open: { readonly kind: 'text' | 'reasoning'; readonly block: number } | undefined
  blocks: number
  finished: boolean
}

/** An answer as far as it has been read. */
export interface PlainReading {
  readonly context: ReadContext
  readonly choices: Map<number, Choice>
  started: boolean
  /** The terminal event is out. */
  over: boolean
  /** Of the answer's id: makes ids for calls that have none. */
  id: string
  usage: Usage | undefined
}

/** What one frame gives. */
export interface Step {
  readonly state: PlainReading
  readonly frame: Frame
  readonly origin: Origin
  readonly events: Event[]
  /** An error in the place of a finish reason: told last, so that the usage beside it counts. */
  failed: Failure | undefined
}

/** Adds an event, tied to its frame and its choice. */
export function emit(step: Step, choice: Choice | undefined, event: Event): void {
  const open = event as { origin?: Origin; choice?: number }
  open.origin = step.origin
  step.origin.count++
  if (choice !== undefined && choice.index > 0) open.choice = choice.index
  step.events.push(event)
}

export function choiceAt(state: PlainReading, index: number): Choice {
  const known = state.choices.get(index)
  if (known !== undefined) return known
  const choice: Choice = { index, calls: [], open: undefined, blocks: 0, finished: false }
  state.choices.set(index, choice)
  return choice
}

/** The number of the open block of this kind, opened if another one or none is open. */
export function blockOf(step: Step, choice: Choice, kind: 'text' | 'reasoning'): number {
  if (choice.open?.kind === kind) return choice.open.block
  leave(step, choice)
  choice.open = { kind, block: choice.blocks++ }
  return choice.open.block
}

function leave(step: Step, choice: Choice): void {
  if (choice.open !== undefined) emit(step, choice, { type: 'block-end', block: choice.open.block })
  choice.open = undefined
}

/** A fragment of a call. The first non-empty id and name count: later ones repeat them (pain T12). */
export function readCall(step: Step, choice: Choice, said: SaidCall): void {
  const call = callOf(choice, said) ?? openCall(step, choice)
  call.index ??= said.index
  if (call.id === '') call.id = said.id ?? ''
  if (call.name === '') call.name = said.name ?? ''
  if (call.name !== '') startCall(step, choice, call)
  const { arguments: text = '' } = said
  if (text === '') return
  if (call.started) emit(step, choice, { type: 'tool-call-delta', block: call.block, arguments: text })
  else call.waiting += text
}

/** The call that a fragment goes on with; undefined if it begins one. Ids tell calls apart better than indices. */
function callOf({ calls }: Choice, { index, id = '', name = '' }: SaidCall): Call | undefined {
  if (id !== '') {
    const known = calls.find((call) => call.id === id)
    return known ?? calls.find((call) => call.id === '' && !call.started && call.index === index)
  }
  if (index !== undefined) return calls.findLast((call) => call.index === index)
  return name === '' ? calls.at(-1) : undefined
}

function openCall(step: Step, choice: Choice): Call {
  leave(step, choice)
  const call = { index: undefined, id: '', name: '', block: choice.blocks++, waiting: '', started: false }
  choice.calls.push(call)
  return call
}

function startCall(step: Step, choice: Choice, call: Call): void {
  if (call.started) return
  call.started = true
  if (call.id === '') call.id = `call_${step.state.id}${choice.index}_${choice.calls.indexOf(call)}`
  emit(step, choice, { type: 'tool-call-start', block: call.block, id: call.id, name: call.name })
  if (call.waiting === '') return
  emit(step, choice, { type: 'tool-call-delta', block: call.block, arguments: call.waiting })
}

export function closeAll(step: Step, choice: Choice): void {
  leave(step, choice)
  for (const call of choice.calls) {
    startCall(step, choice, call)
    emit(step, choice, { type: 'block-end', block: call.block })
  }
}
