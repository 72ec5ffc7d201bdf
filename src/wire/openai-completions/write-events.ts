import type { EventWriter, WriteContext, WrittenWhole } from '#wire/dialect.ts'
import { type Event, type FinishReason, type Frame, isTerminal, type StartEvent } from '#wire/event.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { type Lost, lose } from '#wire/shape/lost.ts'
import { onlyFrame, type Passed, passedAt } from '#wire/shape/native.ts'
import { errorBody } from '#wire/shape/openai-failure.ts'
import { openaiUsage } from '#wire/shape/openai-usage.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** One answer as far as it has been written. */
export interface WriteState {
  readonly context: WriteContext
  /** What every chunk repeats. */
  head: JsonObject
  /** Figures that the caller has not had. */
  usage: Usage | undefined
  over: boolean
  readonly lost: Lost
}

/** A completion's words; it knows no calls and no pause. */
const FINISH_WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'stop',
  'content-filter': 'content_filter',
  pause: 'stop',
}

/** Writes the chunks of a completion, and the whole of it. */
export const writeEvents: EventWriter<WriteState> = { start, step, end, whole, lost }

function start(context: WriteContext): WriteState {
  return { context, head: headOf(context, undefined), usage: undefined, over: false, lost: new Map() }
}

function step(state: WriteState, events: readonly Event[]): Frame[] {
  const out: Frame[] = []
  for (let i = 0; i < events.length && !state.over;) {
    const passed = state.context.native ? passedAt(events, i) : undefined
    const event = events[i]
    if (passed !== undefined) {
      pass(state, passed, out)
      i = passed.to
    } else {
      if (event !== undefined) write(state, event, out)
      i++
    }
  }
  return out
}

function end(state: WriteState): Frame[] {
  if (state.over) return []
  state.over = true
  return [{ data: errorBody(failure('cut', 'the answer broke off before its end')) }]
}

function lost(state: WriteState): readonly Warning[] {
  return [...state.lost.values()]
}

function headOf(context: WriteContext, opening: StartEvent | undefined): JsonObject {
  return {
    id: opening?.id ?? `cmpl-${context.requestId}`,
    object: 'text_completion',
    created: opening?.created ?? context.now,
    model: opening?.model ?? context.model,
  }
}

/** A frame that nobody touched leaves as it came; one that holds only figures which we asked for stays here. */
function pass(state: WriteState, { frame, events, from, to }: Passed, out: Frame[]): void {
  const { streamUsage, usageAdded } = state.context
  let usageAlone = true
  for (let i = from; i < to; i++) {
    const event = events[i]
    if (event === undefined) continue
    if (event.type === 'start') state.head = headOf(state.context, event)
    if (event.type === 'usage') state.usage = undefined
    else usageAlone = false
    if (isTerminal(event)) state.over = true
  }
  if (!(usageAlone && usageAdded && !streamUsage)) out.push(frame)
}

function write(state: WriteState, event: Event, out: Frame[]): void {
  switch (event.type) {
    case 'start':
      state.head = headOf(state.context, event)
      return
    case 'text-delta':
    case 'refusal-delta':
      out.push(chunk(state, { text: event.text, index: event.choice ?? 0, finish_reason: null }))
      return
    case 'finish':
      out.push(chunk(state, { text: '', index: event.choice ?? 0, finish_reason: FINISH_WORDS[event.reason] }))
      return
    case 'usage':
      state.usage = event.usage
      return
    case 'failure':
      state.over = true
      out.push({ data: errorBody(event.failure) })
      return
    case 'end':
      finish(state, out)
      return
    default:
      noteLost(state.lost, event)
  }
}

interface Piece {
  readonly text: string
  readonly index: number
  readonly finish_reason: string | null
}

function chunk({ head }: WriteState, { text, index, finish_reason }: Piece): Frame {
  return { data: JSON.stringify({ ...head, choices: [{ text, index, logprobs: null, finish_reason }] }) }
}

function finish(state: WriteState, out: Frame[]): void {
  const { context, head, usage } = state
  state.over = true
  if (usage !== undefined && context.streamUsage) {
    out.push({ data: JSON.stringify({ ...head, choices: [], usage: openaiUsage(usage) }) })
  }
  out.push({ data: '[DONE]' })
}

/** What a completion, which is text, has no place for. */
function noteLost(losses: Lost, event: Event): void {
  if (event.type === 'extension') lose(losses, event.path)
  else if (event.type.startsWith('reasoning')) lose(losses, 'reasoning', 'Completions are text alone.')
  else if (event.type === 'tool-call-start') lose(losses, 'tool_calls', 'Completions are text alone.')
}

function whole(context: WriteContext, events: readonly Event[]): WrittenWhole {
  const frame = context.native ? onlyFrame(events) : undefined
  if (frame !== undefined) return { frame, lost: [] }
  const losses: Lost = new Map()
  const choices = new Map<number, { text: string; finish: FinishReason }>()
  let head = headOf(context, undefined)
  let usage: Usage | undefined
  for (const event of events) {
    if (event.type === 'start') head = headOf(context, event)
    else if (event.type === 'usage') usage = event.usage
    else if (!fold(choices, event)) noteLost(losses, event)
  }
  if (choices.size === 0) choices.set(0, { text: '', finish: 'stop' })
  const answer = {
    ...head,
    choices: [...choices]
      .sort(([a], [b]) => a - b)
      .map(([index, { text, finish }]) => ({ text, index, logprobs: null, finish_reason: FINISH_WORDS[finish] })),
    ...(usage === undefined ? {} : { usage: openaiUsage(usage) }),
  }
  return { frame: { data: JSON.stringify(answer) }, lost: [...losses.values()] }
}

/** Takes what a choice says. False for what has no place in it. */
function fold(choices: Map<number, { text: string; finish: FinishReason }>, event: Event): boolean {
  if (event.type !== 'text-delta' && event.type !== 'refusal-delta' && event.type !== 'finish') return false
  const index = event.choice ?? 0
  const choice = choices.get(index) ?? { text: '', finish: 'stop' as const }
  choices.set(index, choice)
  if (event.type === 'finish') choice.finish = event.reason
  else choice.text += event.text
  return true
}
