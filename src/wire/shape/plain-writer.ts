import type { EventWriter, WriteContext, WrittenWhole } from '#wire/dialect.ts'
import { type Event, type FinishReason, type Frame, isTerminal } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { type Lost, lose, OTHER_ANSWERS } from '#wire/shape/lost.ts'
import { onlyFrame, passedAt } from '#wire/shape/native.ts'
import type { Head, Piece, WholeAnswer, WholeCall } from '#wire/shape/plain-answer.ts'
import { complete, foldAnswer } from '#wire/shape/plain-fold.ts'
import type { Usage } from '#wire/usage.ts'

/** How a dialect dresses what an answer says. */
export interface Dressing {
  readonly chunk: (head: Head, piece: Piece) => JsonObject
  readonly whole: (head: Head, answer: WholeAnswer) => JsonObject
  /** A failure in the place of an answer, or of the rest of one, as JSON text. */
  readonly failed: (failed: Failure, requestId: string) => string
  /** What closes a stream that is complete. */
  readonly endMark?: string
  /** It has no place for several answers, for thinking, for more than one call in a whole answer. */
  readonly lacks: ReadonlySet<'choices' | 'reasoning' | 'calls'>
}

/** One answer as far as it has been written. */
export interface PlainWriting {
  readonly context: WriteContext
  head: Head
  sequence: number
  /** Calls whose arguments are still coming, by choice and block: these dialects say a call at once. */
  readonly open: Map<string, { readonly choice: number; call: WholeCall }>
  readonly callCounts: Map<number, number>
  /** By choice; told at the end, since figures ride with them. */
  readonly finishes: Map<number, FinishReason>
  readonly begun: Set<number>
  /** Choices whose end left in a frame that nobody touched. */
  readonly told: Set<number>
  usage: Usage | undefined
  over: boolean
  readonly lost: Lost
}

/** A writer of events for a dialect that can say what `Piece` says. */
export function plainWriter(dressing: Dressing): EventWriter<PlainWriting> {
  return {
    start: startWriting,
    step(state, events) {
      const frames: Frame[] = []
      if (state.context.native) writeNative(dressing, state, { events, frames })
      else for (const event of events) frames.push(...write(dressing, state, event))
      return frames
    },
    end: (state) =>
      state.over ? [] : [brokenOff(dressing, state, failure('cut', 'the answer broke off before its end'))],
    whole: (context, events) => writeWhole(dressing, context, events),
    lost: (state) => [...state.lost.values()],
  }
}

function startWriting(context: WriteContext): PlainWriting {
  return {
    context,
    head: { id: context.requestId, model: context.model, created: context.now },
    sequence: 0,
    open: new Map(),
    callCounts: new Map(),
    finishes: new Map(),
    begun: new Set(),
    told: new Set(),
    usage: undefined,
    over: false,
    lost: new Map(),
  }
}

/** Frames that nobody touched leave as they came. */
function writeNative(
  dressing: Dressing,
  state: PlainWriting,
  { events, frames }: { events: readonly Event[]; frames: Frame[] },
): void {
  for (let i = 0; i < events.length && !state.over;) {
    const passed = passedAt(events, i)
    const event = events[i]
    if (passed === undefined) {
      if (event !== undefined) frames.push(...write(dressing, state, event))
      i++
      continue
    }
    for (const each of events.slice(i, passed.to)) {
      if (each.type === 'start') state.head = headOf(state.context, each)
      if (each.type === 'finish') state.told.add(each.choice ?? 0)
      if (isTerminal(each)) state.over = true
    }
    state.sequence++
    frames.push(passed.frame)
    i = passed.to
  }
}

function write(dressing: Dressing, state: PlainWriting, event: Event): Frame[] {
  if (state.over || hasNoPlace(dressing, state.lost, event)) return []
  return 'block' in event ? writeContent(dressing, state, event) : writeAnswer(dressing, state, event)
}

type Content = Extract<Event, { readonly block: number }>

/** Events about the answer as a whole, and why it stopped. */
function writeAnswer(dressing: Dressing, state: PlainWriting, event: Exclude<Event, Content>): Frame[] {
  switch (event.type) {
    case 'start':
      state.head = headOf(state.context, event)
      return []
    case 'usage':
      state.usage = event.usage
      return []
    case 'finish':
      state.finishes.set(event.choice ?? 0, event.reason)
      return []
    case 'failure':
      return [brokenOff(dressing, state, event.failure)]
    case 'end':
      return finishStream(dressing, state)
    case 'extension':
    case 'native':
      return []
  }
}

function writeContent(dressing: Dressing, state: PlainWriting, event: Content): Frame[] {
  const choice = event.choice ?? 0
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      return [said(dressing, state, { choice, text: event.text })]
    case 'reasoning-delta':
      return [said(dressing, state, { choice, reasoning: event.text })]
    case 'tool-call-start':
    case 'tool-call-delta':
    case 'block-end':
      return writeCall(dressing, state, event)
    case 'reasoning-signature':
    case 'reasoning-redacted':
      return []
  }
}

/** Notes what the dialect cannot say. */
function hasNoPlace({ lacks }: Dressing, lost: Lost, event: Event): boolean {
  if (lacks.has('choices') && (event.choice ?? 0) > 0) lose(lost, ...OTHER_ANSWERS)
  else if (event.type === 'extension') lose(lost, event.path)
  else if (event.type === 'reasoning-signature') lose(lost, 'reasoning.signature')
  else if (event.type === 'reasoning-redacted') lose(lost, 'reasoning.redacted')
  else if (event.type === 'reasoning-delta' && lacks.has('reasoning')) lose(lost, 'reasoning')
  else return false
  return true
}

type CallEvent = Extract<Event, { readonly type: 'tool-call-start' | 'tool-call-delta' | 'block-end' }>

function writeCall(dressing: Dressing, state: PlainWriting, event: CallEvent): Frame[] {
  const choice = event.choice ?? 0
  const key = `${choice}:${event.block}`
  const held = state.open.get(key)
  if (event.type === 'tool-call-start') {
    state.open.set(key, { choice, call: { id: event.id, name: event.name, arguments: '' } })
    return []
  }
  if (held === undefined) return []
  if (event.type === 'tool-call-delta') {
    held.call = { ...held.call, arguments: held.call.arguments + event.arguments }
    return []
  }
  state.open.delete(key)
  return [saidCall(dressing, state, held)]
}

function saidCall(
  dressing: Dressing,
  state: PlainWriting,
  { choice, call }: { readonly choice: number; readonly call: WholeCall },
): Frame {
  const callIndex = state.callCounts.get(choice) ?? 0
  state.callCounts.set(choice, callIndex + 1)
  return said(dressing, state, { choice, call: complete(call), callIndex })
}

function said({ chunk }: Dressing, state: PlainWriting, piece: Omit<Piece, 'sequence' | 'last'>): Frame {
  state.begun.add(piece.choice)
  const usage = state.usage === undefined ? {} : { usage: state.usage }
  const payload = chunk(state.head, { ...usage, ...piece, sequence: state.sequence++, last: false })
  return { data: JSON.stringify(payload) }
}

/** What is held, then why each answer stopped, the figures beside the last one. */
function finishStream(dressing: Dressing, state: PlainWriting): Frame[] {
  state.over = true
  const frames = [...state.open.values()].map((held) => saidCall(dressing, state, held))
  const order = untold(state)
  const usage = state.usage === undefined ? {} : { usage: state.usage }
  for (const [i, choice] of order.entries()) {
    const finish = state.finishes.get(choice) ?? 'stop'
    const last = i === order.length - 1
    const piece = { choice, finish, ...usage, sequence: state.sequence++, last }
    frames.push({ data: JSON.stringify(dressing.chunk(state.head, piece)) })
  }
  if (dressing.endMark !== undefined) frames.push({ data: dressing.endMark })
  return frames
}

/** Choices whose end is still to be written: one at least, unless it has left as it came. */
function untold({ begun, finishes, told }: PlainWriting): number[] {
  const choices = new Set([...begun, ...finishes.keys()])
  if (choices.size === 0 && told.size === 0) return [0]
  return [...choices].filter((choice) => !told.has(choice)).sort((a, b) => a - b)
}

function brokenOff({ failed }: Dressing, state: PlainWriting, reason: Failure): Frame {
  state.over = true
  return { data: failed(reason, state.context.requestId) }
}

function headOf(context: WriteContext, start: Extract<Event, { readonly type: 'start' }> | undefined): Head {
  return {
    id: start?.id ?? context.requestId,
    model: start?.model ?? context.model,
    created: start?.created ?? context.now,
  }
}

function writeWhole(dressing: Dressing, context: WriteContext, events: readonly Event[]): WrittenWhole {
  const frame = context.native ? onlyFrame(events) : undefined
  if (frame !== undefined) return { frame, lost: [] }
  const lost: Lost = new Map()
  const kept = events.filter((event) => !hasNoPlace(dressing, lost, event))
  const answer = foldAnswer(kept)
  if (dressing.lacks.has('calls') && answer.choices.some(({ calls }) => calls.length > 1)) {
    lose(lost, 'tool_calls', 'Only the first call has a place in this dialect.')
  }
  const head = headOf(
    context,
    events.find((event) => event.type === 'start'),
  )
  return { frame: { data: JSON.stringify(dressing.whole(head, answer)) }, lost: [...lost.values()] }
}
