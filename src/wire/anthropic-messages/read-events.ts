import type { EventReader, ReadContext } from '#wire/dialect.ts'
import type { Event, FinishReason, Frame } from '#wire/event.ts'
import { type Failure, type FailureKind, failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import { exactContent } from '#wire/anthropic-messages/exact-input.ts'
import { failureOf } from '#wire/anthropic-messages/failure.ts'
import {
  endBlocks,
  type Output,
  type ReadBlocks,
  readBlocks,
  readDelta,
  readStart,
  readStop,
  startBlocks,
} from '#wire/anthropic-messages/read-blocks.ts'
import { mergeUsage, readUsage } from '#wire/anthropic-messages/read-usage.ts'
import { wordsOf } from '#wire/shape/platform-words.ts'

/** A stream half read. */
export interface ReadState {
  readonly context: ReadContext
  readonly blocks: ReadBlocks
  /** Usage so far, in the platform's words. */
  usage: JsonObject | undefined
  started: boolean
  finished: boolean
  /** A terminal event was given. */
  done: boolean
}

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'content-filter'],
  ['pause_turn', 'pause'],
])

/** Reads Anthropic's event-named stream, and its whole message. */
export const readEvents: EventReader<ReadState> = { start, step, end, whole }

function start(context: ReadContext): ReadState {
  return { context, blocks: startBlocks(), usage: undefined, started: false, finished: false, done: false }
}

function step(state: ReadState, frame: Frame): Event[] {
  if (state.done) return []
  const out = outputOf(frame)
  // Comments and pings are not parsed; `[DONE]` is a habit of platforms that serve OpenAI's dialect too.
  if (frame.data !== '' && frame.event !== 'ping' && frame.data !== '[DONE]') {
    const data = parse(frame.data)
    if (data === undefined) refuse(state, malformed('The platform sent a stream event that is no JSON object.'), out)
    else if (!readFrame(state, data, { out, name: frame.event })) return []
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
  const message = parse(frame.data)
  if (message === undefined) refuse(state, malformed('The platform answered with no JSON object.'), out)
  else if (isError(message, context.quirks)) refuse(state, spoken(state, message), out)
  else readMessage(state, message, out)
  return counted(out)
}

function outputOf(frame: Frame): Output {
  return { events: [], origin: { frame, count: 0 }, broken: false }
}

function counted({ events, origin, broken }: Output): Event[] {
  if (!broken) origin.count = events.length
  return events
}

interface Place {
  readonly out: Output
  /** The framing's name of the event, where it has one. */
  readonly name: string | undefined
}

/** One parsed frame. False if it repeats what was read already and must not reach anybody. */
function readFrame(state: ReadState, data: JsonObject, { out, name }: Place): boolean {
  const type = typeof data['type'] === 'string' ? data['type'] : name
  switch (type) {
    case 'message_start':
      // Pain T10: a second one makes callers' clients throw.
      if (state.started) return false
      readOpening(state, data['message'], out)
      return true
    case 'content_block_start':
      beginLate(state, out)
      return readStart(state.blocks, data, out)
    case 'content_block_delta':
      beginLate(state, out)
      readDelta(state.blocks, data, out)
      return true
    case 'content_block_stop':
      readStop(state.blocks, data, out)
      return true
    case 'message_delta':
      readClosing(state, data, out)
      return true
    case 'message_stop':
      finishStream(state, out)
      return true
    case 'ping':
      return true
    default:
      if (isError(data, state.context.quirks, name)) refuse(state, spoken(state, data), out)
      else out.events.push({ type: 'extension', path: type ?? 'event', origin: out.origin })
      return true
  }
}

/** The one `start` event, before whatever comes first. */
function begin(state: ReadState, message: JsonObject, { events, origin }: Output): void {
  if (state.started) return
  state.started = true
  const { id, model } = message
  const named = typeof id === 'string' && id !== ''
  if (named) state.blocks.answerId = id
  events.push({
    type: 'start',
    ...(named ? { id } : {}),
    ...(typeof model === 'string' && model !== '' ? { model } : {}),
    origin,
  })
}

/** The same where the platform forgot to: no client takes what follows without it. */
function beginLate(state: ReadState, out: Output): void {
  if (state.started) return
  out.broken = true
  begin(state, {}, out)
}

function readOpening(state: ReadState, message: unknown, out: Output): void {
  const opening = isObject(message) ? message : {}
  begin(state, opening, out)
  pushUsage(state, opening['usage'], out)
}

/** `message_delta`: usage first, so that who waits for a finish reason has it. */
function readClosing(state: ReadState, data: JsonObject, out: Output): void {
  beginLate(state, out)
  pushUsage(state, data['usage'], out)
  if (isObject(data['delta'])) pushFinish(state, data['delta'], out)
}

function finishStream(state: ReadState, out: Output): void {
  beginLate(state, out)
  endBlocks(state.blocks, out)
  state.done = true
  out.events.push({ type: 'end', origin: out.origin })
}

function readMessage(state: ReadState, message: JsonObject, out: Output): void {
  const content = message['content']
  if (!Array.isArray(content)) return refuse(state, malformed('The platform answered with no message.'), out)
  begin(state, message, out)
  readBlocks(state.blocks, exactContent(content, out.origin.frame.data), out)
  pushUsage(state, message['usage'], out)
  pushFinish(state, message, out)
  if (!state.done) finishStream(state, out)
}

function pushUsage(state: ReadState, usage: unknown, { events, origin }: Output): void {
  if (!isObject(usage)) return
  const before = state.usage
  const merged = mergeUsage(before, usage)
  state.usage = merged
  if (before !== undefined && Object.keys(merged).every((key) => merged[key] === before[key])) return
  events.push({ type: 'usage', usage: readUsage(merged), origin })
}

/** `stop_reason` and what stands beside it, in a `message_delta` or a whole message. */
function pushFinish(state: ReadState, holder: JsonObject, out: Output): void {
  const { events, origin } = out
  for (const key of ['stop_details', 'container']) {
    if (isObject(holder[key])) events.push({ type: 'extension', path: key, origin })
  }
  const native = holder['stop_reason']
  if (typeof native !== 'string' || state.finished) return
  endBlocks(state.blocks, out)
  const reason = reasonOf(native, state.context.quirks)
  if (!isFinish(reason)) return refuse(state, failure(reason, `The platform stopped with ${native}.`), out)
  state.finished = true
  const sequence = holder['stop_sequence']
  const stopped = native === 'stop_sequence' && typeof sequence === 'string'
  events.push({ type: 'finish', reason, native, ...(stopped ? { stopSequence: sequence } : {}), origin })
}

/** The platform's own meaning first; a word that nobody knows is an ordinary end. */
function reasonOf(native: string, { finishReasons }: Quirks): FinishReason | FailureKind {
  const own = Object.hasOwn(finishReasons, native) ? finishReasons[native] : undefined
  return own ?? FINISH_REASONS.get(native) ?? 'stop'
}

function isFinish(reason: FinishReason | FailureKind): reason is FinishReason {
  return (
    reason === 'stop' ||
    reason === 'length' ||
    reason === 'tool-calls' ||
    reason === 'content-filter' ||
    reason === 'pause'
  )
}

function refuse(state: ReadState, reason: Failure, { events, origin }: Output): void {
  state.done = true
  events.push({ type: 'failure', failure: reason, origin })
}

function malformed(message: string): Failure {
  return failure('malformed', message)
}

/** The failure that an error inside a 200 tells of. */
function spoken(state: ReadState, data: JsonObject): Failure {
  return failureOf(wordsOf(data), { status: 200, headers: {}, context: state.context, begun: state.started })
}

/** An error where an answer should be: Anthropic's own form, a bare `error`, or the platform's hiding place. */
function isError(data: JsonObject, quirks: Quirks, name?: string): boolean {
  if (name === 'error' || data['type'] === 'error') return true
  if (isObject(data['error']) || (typeof data['error'] === 'string' && data['error'] !== '')) return true
  switch (quirks.bodyError) {
    case 'none':
      return false
    case 'base_resp':
      return isObject(data['base_resp']) && isBad(data['base_resp']['status_code'])
    case 'code':
      return isBad(data['code'])
    case 'status':
      return isObject(data['status']) && isBad(data['status']['code'])
  }
}

function isBad(code: unknown): boolean {
  return code !== undefined && code !== null && code !== '' && code !== 0 && code !== '0'
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
