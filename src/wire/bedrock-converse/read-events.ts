import type { EventReader, ReadContext } from '#wire/dialect.ts'
import type { Event, FinishReason, Frame } from '#wire/event.ts'
import { type Failure, type FailureKind, FAILURES, failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import { readException } from '#wire/bedrock-converse/failure.ts'
import {
  endBlocks,
  type Output,
  type ReadBlocks,
  readBlocks,
  readDelta,
  readStart,
  readStop,
  startBlocks,
} from '#wire/bedrock-converse/read-blocks.ts'
import { readUsage } from '#wire/bedrock-converse/read-usage.ts'
import { mayLoseDigits, parseExact } from '#wire/shape/exact-json.ts'
import { inside, listIn, objectIn, parsed, textIn } from '#wire/shape/read-json.ts'

/** A stream half read. */
export interface ReadState {
  readonly context: ReadContext
  readonly blocks: ReadBlocks
  started: boolean
  finished: boolean
  /** `metadata` came, which is last. */
  counted: boolean
  /** A terminal event was given. */
  done: boolean
}

/** Why the model stopped (API_runtime_MessageStopEvent, 2026-11): a reason, or what went wrong. */
const STOP_REASONS: ReadonlyMap<string, FinishReason | FailureKind> = new Map<string, FinishReason | FailureKind>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool-calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['guardrail_intervened', 'content-filter'],
  ['content_filtered', 'content-filter'],
  // The model said something that its host could not read: no answer that a caller could use.
  ['malformed_model_output', 'malformed'],
  ['malformed_tool_use', 'malformed'],
])

/** Reads ConverseStream's events by the names that the framing gives them, and Converse's whole answer. */
export const readEvents: EventReader<ReadState> = { start, step, end, whole }

function start(context: ReadContext): ReadState {
  return { context, blocks: startBlocks(), started: false, finished: false, counted: false, done: false }
}

function step(state: ReadState, frame: Frame): Event[] {
  if (state.done) return []
  const out = outputOf(frame)
  if (frame.data !== '' || frame.event !== undefined) {
    const data = parsed(frame.data)
    if (frame.event !== undefined && isException(frame.event)) refuse(state, thrown(state, frame.event, data), out)
    else if (isObject(data)) readFrame(state, named(frame.event, data), out)
    else refuse(state, malformed('The platform sent a stream event that is no JSON object.'), out)
  }
  if (out.events.length === 0) out.events.push({ type: 'native', origin: out.origin })
  return counted(out)
}

function end(state: ReadState, cut?: Failure): Event[] {
  if (state.done) return []
  state.done = true
  if (cut === undefined && state.finished && state.context.quirks.endMark === 'optional') return [{ type: 'end' }]
  const reason = cut ?? failure('cut', 'The platform ended the stream before the end of the answer.')
  return [{ type: 'failure', failure: reason }]
}

function whole(context: ReadContext, frame: Frame): Event[] {
  const state = start(context)
  const out = outputOf(frame)
  const { data } = frame
  const answer = data.includes('"toolUse"') && mayLoseDigits(data) ? exactly(data) : parsed(data)
  const content = listIn(answer, 'output', 'message', 'content')
  if (!isObject(answer)) refuse(state, malformed('The platform answered with no JSON object.'), out)
  else if (content !== undefined) readMessage(state, { answer, content }, out)
  else if (textIn(answer, '__type') !== undefined || textIn(answer, 'message') !== undefined) {
    refuse(state, thrown(state, 'exception', answer), out)
  } else refuse(state, malformed('The platform answered with no message.'), out)
  return counted(out)
}

function exactly(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}

function outputOf(frame: Frame): Output {
  return { events: [], origin: { frame, count: 0 }, broken: false }
}

function counted({ events, origin, broken }: Output): Event[] {
  if (!broken) origin.count = events.length
  return events
}

/** True for the name that the framing gives to a message that is no event. */
function isException(name: string): boolean {
  return name === 'exception' || name.endsWith('Exception')
}

/** The failure that an exception tells of; what was answered so far may be billed. */
function thrown({ context, started }: ReadState, name: string, data: unknown): Failure {
  const failed = readException(name, data, context)
  return started ? { ...failed, mayHaveCost: true } : failed
}

interface NamedEvent {
  readonly name: string | undefined
  readonly data: JsonObject
}

/** A framing without names has the event under its name, as the only member. */
function named(event: string | undefined, data: JsonObject): NamedEvent {
  if (event !== undefined) return { name: event, data }
  const [name] = Object.keys(data)
  const inner = name === undefined ? undefined : data[name]
  return { name, data: isObject(inner) ? inner : {} }
}

function readFrame(state: ReadState, { name, data }: NamedEvent, out: Output): void {
  switch (name) {
    case 'messageStart':
      return begin(state, out)
    case 'contentBlockStart':
      beginLate(state, out)
      return readStart(state.blocks, data, out)
    case 'contentBlockDelta':
      beginLate(state, out)
      return readDelta(state.blocks, data, out)
    case 'contentBlockStop':
      return readStop(state.blocks, data, out)
    case 'messageStop':
      beginLate(state, out)
      pushFinish(state, data, out)
      return finishStream(state, out)
    case 'metadata':
      beginLate(state, out)
      state.counted = true
      readMetadata(data, out)
      return finishStream(state, out)
    default:
      if (name !== undefined && isException(name)) refuse(state, thrown(state, name, data), out)
      else out.events.push({ type: 'extension', path: name ?? 'event', origin: out.origin })
  }
}

/** The one `start` event. Converse gives no id and no model. */
function begin(state: ReadState, { events, origin }: Output): void {
  if (state.started) return
  state.started = true
  events.push({ type: 'start', origin })
}

/** The same where the platform forgot to: no client takes what follows without it. */
function beginLate(state: ReadState, out: Output): void {
  if (state.started) return
  out.broken = true
  begin(state, out)
}

/** `stopReason`, and what the model says beside it. */
function pushFinish(state: ReadState, holder: JsonObject, out: Output): void {
  const { events, origin } = out
  const own = objectIn(holder, 'additionalModelResponseFields')
  if (own !== undefined && saysMore(own)) {
    events.push({ type: 'extension', path: 'additionalModelResponseFields', origin })
  }
  const native = holder['stopReason']
  if (typeof native !== 'string' || state.finished) return
  endBlocks(state.blocks, out)
  const meaning = meaningOf(native, state.context.quirks)
  if (!isFinish(meaning)) {
    const { platform } = state.context
    const words = { platform: { platform, status: 200, code: native }, mayHaveCost: true }
    return refuse(state, failure(meaning, `${platform} ended the answer with ${native}.`, words), out)
  }
  state.finished = true
  // Some models say that their turn ended after a call; other dialects' callers go by the reason alone.
  const reason = meaning === 'stop' && state.blocks.calls > 0 ? 'tool-calls' : meaning
  const sequence = native === 'stop_sequence' ? stopSequenceIn(own) : undefined
  events.push({ type: 'finish', reason, native, ...(sequence === undefined ? {} : { stopSequence: sequence }), origin })
}

/** The platform's own meaning first; a word that nobody knows is an ordinary end. */
function meaningOf(native: string, { finishReasons }: Quirks): FinishReason | FailureKind {
  const own = Object.hasOwn(finishReasons, native) ? finishReasons[native] : undefined
  return own ?? STOP_REASONS.get(native) ?? 'stop'
}

/** `content-filter` is both: as a meaning it is an end. */
function isFinish(meaning: FinishReason | FailureKind): meaning is FinishReason {
  return meaning === 'content-filter' || !Object.hasOwn(FAILURES, meaning)
}

/** The model's own word of what stopped it, where the caller asked for it; in a stream it may stand in Claude's `delta`. */
function stopSequenceIn(own: JsonObject | undefined): string | undefined {
  return textIn(own, 'stop_sequence') ?? textIn(own, 'delta', 'stop_sequence')
}

/** True for fields of the model beside the stop sequence. */
function saysMore(own: JsonObject): boolean {
  return Object.entries(own).some(([key, value]) => {
    if (value === null || key === 'stop_sequence') return false
    return key !== 'delta' || !isObject(value) || saysMore(value)
  })
}

/** The answer is complete once both its reason and its figures are there. */
function finishStream(state: ReadState, { events, origin }: Output): void {
  if (!state.finished || !state.counted || state.done) return
  state.done = true
  events.push({ type: 'end', origin })
}

/** `metadata`, and the same fields of a whole answer. Latency is AWS's own measure, and nothing is lost with it. */
function readMetadata(data: JsonObject, { events, origin }: Output): void {
  const usage = objectIn(data, 'usage')
  if (usage !== undefined) events.push({ type: 'usage', usage: readUsage(usage), origin })
  const trace = inside(data, 'trace')
  if (isObject(trace) && Object.keys(trace).length > 0) events.push({ type: 'extension', path: 'trace', origin })
}

interface WholeMessage {
  readonly answer: JsonObject
  readonly content: readonly unknown[]
}

function readMessage(state: ReadState, { answer, content }: WholeMessage, out: Output): void {
  begin(state, out)
  readBlocks(state.blocks, content, out)
  readMetadata(answer, out)
  pushFinish(state, answer, out)
  if (state.done) return
  state.done = true
  out.events.push({ type: 'end', origin: out.origin })
}

function refuse(state: ReadState, reason: Failure, { events, origin }: Output): void {
  state.done = true
  events.push({ type: 'failure', failure: reason, origin })
}

function malformed(message: string): Failure {
  return failure('malformed', message)
}
