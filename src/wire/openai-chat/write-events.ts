import type { EventWriter, WriteContext, WrittenWhole } from '#wire/dialect.ts'
import { type Event, type FinishEvent, type Frame, isTerminal, type StartEvent } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { chunkHead, deltaChunk, FINISH_WORDS, finishChunk, type Head, usageChunk } from '#wire/openai-chat/chunks.ts'
import { errorBody } from '#wire/shape/openai-failure.ts'
import { foldAnswer } from '#wire/openai-chat/fold-answer.ts'
import { isRenamed } from '#wire/openai-chat/read-finish.ts'
import { extraContent } from '#wire/openai-chat/thought-signature.ts'
import {
  holdSeal,
  keyOf,
  reasoningDelta,
  redactedDelta,
  sealDelta,
  startReasoning,
  takeSeal,
  type WriteReasoning,
} from '#wire/openai-chat/write-reasoning.ts'
import { onlyFrame, type Passed, passedAt } from '#wire/shape/native.ts'
import { sealFor } from '#wire/shape/seal.ts'
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
  readonly reasoning: WriteReasoning
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
      reasoning: startReasoning(),
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
      for (const choice of state.reasoning.held.keys()) writeHeld(state, frames, choice)
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
  // Calls may interleave: only what is no call shows that none follows.
  if (event.type !== 'tool-call-start' && event.type !== 'tool-call-delta') writeHeld(state, frames, choice)
  if (event.type === 'reasoning-signature' && holdSeal(state.reasoning, event)) return
  const head = begin(state)
  if (event.type === 'finish') frames.push({ data: finishChunk(head, choice, event.reason) })
  else frames.push({ data: deltaChunk(head, choice, deltaOf(state, event)) })
}

/** A seal that waited for a call to follow, and waited in vain. */
function writeHeld(state: WriteState, frames: Frame[], choice: number): void {
  const seal = takeSeal(state.reasoning, choice)
  if (seal !== undefined) frames.push({ data: deltaChunk(begin(state), choice, sealDelta(state.reasoning, seal)) })
}

/** Events that say something of the answer itself. */
type Content = Extract<Event, { readonly block: number }>

/** A delta's JSON text. */
function deltaOf(state: WriteState, event: Exclude<Content, { readonly type: 'block-end' }>): string {
  switch (event.type) {
    case 'text-delta':
      return `{"content":${JSON.stringify(event.text)}}`
    case 'reasoning-delta':
      return reasoningDelta(state.reasoning, event)
    case 'refusal-delta':
      return `{"refusal":${JSON.stringify(event.text)}}`
    case 'reasoning-signature':
      return sealDelta(state.reasoning, event)
    case 'reasoning-redacted':
      return redactedDelta(state.reasoning, event)
    case 'tool-call-start':
      return JSON.stringify({ tool_calls: [openingOf(state, event)] })
    case 'tool-call-delta': {
      const index = callIndex(state, event)
      return `{"tool_calls":[{"index":${index},"function":{"arguments":${JSON.stringify(event.arguments)}}}]}`
    }
  }
}

function openingOf(state: WriteState, event: Extract<Content, { readonly type: 'tool-call-start' }>): object {
  const seal = takeSeal(state.reasoning, event.choice ?? 0)
  const called = { name: event.name, arguments: '' }
  const call = { index: callIndex(state, event), id: event.id, type: 'function', function: called }
  if (seal === undefined) return call
  return { ...call, ...extraContent(sealFor('openai-chat', seal.signature, seal.sealedBy)) }
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
