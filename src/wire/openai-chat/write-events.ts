import type { EventWriter, WriteContext, WrittenWhole } from '#wire/dialect.ts'
import {
  type Event,
  type FinishEvent,
  type Frame,
  isTerminal,
  type ReasoningDelta,
  type StartEvent,
} from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { chunkHead, deltaChunk, FINISH_WORDS, finishChunk, type Head, usageChunk } from '#wire/openai-chat/chunks.ts'
import { errorBody } from '#wire/openai-chat/failure.ts'
import { foldAnswer } from '#wire/openai-chat/fold-answer.ts'
import { isRenamed } from '#wire/openai-chat/read-finish.ts'
import { onlyFrame, type Passed, passedAt } from '#wire/shape/native.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** One answer as far as it has been written. */
export interface WriteState {
  readonly context: WriteContext
  /** Each chunk's beginning; undefined until the answer has one. */
  head: string | undefined
  /** Choices whose role has been said. */
  readonly begun: Set<number>
  /** `tool_calls[].index` by choice and block: it counts calls alone, from 0 (pain T13). */
  readonly calls: Map<number, number>
  readonly callCounts: Map<number, number>
  /** Place in `reasoning_details` by choice and block. */
  readonly details: Map<number, number>
  usage: Usage | undefined
  over: boolean
  readonly lost: Map<string, Warning>
}

/** Chunks as OpenAI sends them; frames of this dialect that nobody touched leave as they came. */
export const writeEvents: EventWriter<WriteState> = {
  start(context: WriteContext): WriteState {
    return {
      context,
      head: undefined,
      begun: new Set(),
      calls: new Map(),
      callCounts: new Map(),
      details: new Map(),
      usage: undefined,
      over: false,
      lost: new Map(),
    }
  },
  step(state: WriteState, events: readonly Event[]): Frame[] {
    const frames: Frame[] = []
    if (!state.context.native) {
      for (const event of events) writeEvent(state, frames, event)
      return frames
    }
    writeNative(state, frames, events)
    return frames
  },
  end(state: WriteState): Frame[] {
    if (state.over) return []
    state.over = true
    return [failureFrame(failure('cut', 'the answer broke off before its end'))]
  },
  whole(context: WriteContext, events: readonly Event[]): WrittenWhole {
    const frame = context.native ? onlyFrame(events) : undefined
    if (frame !== undefined) return { frame, lost: renamedIn(frame, events) }
    const answer = foldAnswer(headOf(context, events.find(isStart)), events)
    return { frame: { data: JSON.stringify(answer) }, lost: lostIn(events) }
  },
  lost(state: WriteState): readonly Warning[] {
    return [...state.lost.values()]
  },
}

/** Whatever another dialect says beside the answer itself, each path once. */
function lostIn(events: readonly Event[]): readonly Warning[] {
  const lost = new Map<string, Warning>()
  for (const event of events) {
    if (event.type === 'extension') lost.set(event.path, { action: 'dropped', path: event.path })
  }
  return [...lost.values()]
}

/** A whole frame loses nothing, but its finish reasons may have OpenAI's names now. */
function renamedIn(frame: Frame, events: readonly Event[]): readonly Warning[] {
  const lost = new Map<string, Warning>()
  for (const event of events) if (event.type === 'finish') noteRename(lost, frame, event)
  return [...lost.values()]
}

function noteRename(lost: Map<string, Warning>, frame: Frame, { native, reason }: FinishEvent): void {
  if (!isRenamed(native, frame)) return
  const path = 'finish_reason'
  lost.set(path, { action: 'renamed', path, detail: `${native} → ${FINISH_WORDS[reason]}` })
}

function isStart(event: Event): event is StartEvent {
  return event.type === 'start'
}

function headOf(context: WriteContext, start: StartEvent | undefined): Head {
  return {
    id: start?.id ?? `chatcmpl-${context.requestId}`,
    created: start?.created ?? context.now,
    model: start?.model ?? context.model,
  }
}

/** Frames that nobody touched leave as they came, other events as chunks of our own between them. */
function writeNative(state: WriteState, frames: Frame[], events: readonly Event[]): void {
  for (let i = 0; i < events.length && !state.over;) {
    const passed = passedAt(events, i)
    const event = events[i]
    if (passed !== undefined) {
      passOn(state, frames, passed)
      i = passed.to
    } else {
      if (event !== undefined) writeEvent(state, frames, event)
      i++
    }
  }
}

/** What an untouched frame says is remembered, for chunks of our own after it. */
function passOn(state: WriteState, frames: Frame[], { frame, events, from, to }: Passed): void {
  const { streamUsage, usageAdded } = state.context
  let usageAlone = true
  for (let i = from; i < to; i++) {
    const event = events[i]
    if (event === undefined) continue
    remember(state, event)
    // The caller has had these figures with the frame.
    if (event.type === 'usage') state.usage = undefined
    else usageAlone = false
    if (event.type === 'finish') noteRename(state.lost, frame, event)
    if (isTerminal(event)) state.over = true
  }
  // Figures that no frame showed the caller (Moonshot hides them inside the choice).
  if (state.over && state.usage !== undefined && streamUsage) {
    frames.push({ data: usageChunk(begin(state), state.usage) })
  }
  if (!(usageAlone && usageAdded && !streamUsage)) frames.push(frame)
}

/** What later chunks of ours depend on. */
function remember(state: WriteState, event: Event): void {
  if (event.type === 'start') {
    state.head = chunkHead(headOf(state.context, event))
    state.begun.add(0)
    return
  }
  if (event.type === 'native' || event.type === 'usage' || isTerminal(event)) return
  state.begun.add(event.choice ?? 0)
  if (event.type === 'tool-call-start') callIndex(state, event)
}

function writeEvent(state: WriteState, frames: Frame[], event: Event): void {
  if (state.over) return
  if ('block' in event || event.type === 'finish') writeChoice(state, frames, event)
  else writeAnswer(state, frames, event)
}

/** Events about the answer as a whole. */
function writeAnswer(state: WriteState, frames: Frame[], event: Exclude<Event, Content | FinishEvent>): void {
  switch (event.type) {
    case 'start':
      state.head = chunkHead(headOf(state.context, event))
      roleOf(state, frames, 0)
      return
    case 'usage':
      state.usage = event.usage
      return
    case 'end':
      finishStream(state, frames)
      return
    case 'failure':
      state.over = true
      frames.push(failureFrame(event.failure))
      return
    case 'extension':
      state.lost.set(event.path, { action: 'dropped', path: event.path })
      return
    case 'native':
  }
}

/** Events about one choice. */
function writeChoice(state: WriteState, frames: Frame[], event: Content | FinishEvent): void {
  if (event.type === 'block-end') return
  const choice = event.choice ?? 0
  roleOf(state, frames, choice)
  const head = begin(state)
  if (event.type === 'finish') frames.push({ data: finishChunk(head, choice, event.reason) })
  else frames.push({ data: deltaChunk(head, choice, deltaOf(state, event)) })
}

/** Events that say something of the answer itself. */
type Content = Extract<Event, { readonly block: number }>

/** A delta's JSON text. */
function deltaOf(state: WriteState, event: Exclude<Content, { readonly type: 'block-end' }>): string {
  switch (event.type) {
    case 'text-delta':
      return `{"content":${JSON.stringify(event.text)}}`
    case 'reasoning-delta':
      return reasoningDelta(state, event)
    case 'refusal-delta':
      return `{"refusal":${JSON.stringify(event.text)}}`
    case 'reasoning-signature': {
      const index = detailIndex(state, event)
      const detail = { type: 'reasoning.text', signature: event.signature, index }
      return JSON.stringify({ reasoning_details: [detail] })
    }
    case 'reasoning-redacted': {
      const index = detailIndex(state, event)
      return JSON.stringify({ reasoning_details: [{ type: 'reasoning.encrypted', data: event.data, index }] })
    }
    case 'tool-call-start': {
      const called = { name: event.name, arguments: '' }
      const call = { index: callIndex(state, event), id: event.id, type: 'function', function: called }
      return JSON.stringify({ tool_calls: [call] })
    }
    case 'tool-call-delta': {
      const index = callIndex(state, event)
      return `{"tool_calls":[{"index":${index},"function":{"arguments":${JSON.stringify(event.arguments)}}}]}`
    }
  }
}

/**
 * Reasoning text. After a sealed block the text stands in `reasoning_details` too, or a caller could not tell which
 * text the next seal is for when it sends the blocks back.
 */
function reasoningDelta(state: WriteState, event: ReasoningDelta): string {
  const text = JSON.stringify(event.text)
  if (state.details.size === 0) return `{"reasoning_content":${text}}`
  const index = detailIndex(state, event)
  return `{"reasoning_content":${text},"reasoning_details":[{"type":"reasoning.text","text":${text},"index":${index}}]}`
}

/** A call's number among the calls of its choice. */
function callIndex(state: WriteState, event: { readonly block: number; readonly choice?: number }): number {
  const choice = event.choice ?? 0
  const key = keyOf(event)
  const known = state.calls.get(key)
  if (known !== undefined) return known
  const index = state.callCounts.get(choice) ?? 0
  state.callCounts.set(choice, index + 1)
  state.calls.set(key, index)
  return index
}

function detailIndex(state: WriteState, event: { readonly block: number; readonly choice?: number }): number {
  const key = keyOf(event)
  const index = state.details.get(key) ?? state.details.size
  state.details.set(key, index)
  return index
}

/** One number for choice and block; no answer has a million blocks. */
function keyOf(event: { readonly block: number; readonly choice?: number }): number {
  return (event.choice ?? 0) * 1_000_000 + event.block
}

function begin(state: WriteState): string {
  state.head ??= chunkHead(headOf(state.context, undefined))
  return state.head
}

/** The first delta of each choice says whose words these are. */
function roleOf(state: WriteState, frames: Frame[], choice: number): void {
  if (state.begun.has(choice)) return
  state.begun.add(choice)
  frames.push({ data: deltaChunk(begin(state), choice, '{"role":"assistant","content":""}') })
}

function finishStream(state: WriteState, frames: Frame[]): void {
  state.over = true
  if (state.usage !== undefined && state.context.streamUsage) {
    frames.push({ data: usageChunk(begin(state), state.usage) })
  }
  frames.push({ data: '[DONE]' })
}

function failureFrame(failed: Failure): Frame {
  return { data: errorBody(failed) }
}
