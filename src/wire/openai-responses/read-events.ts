import type { EventReader, ReadContext } from '#wire/dialect.ts'
import type { Event, FinishReason, Frame } from '#wire/event.ts'
import { type Failure, failure, type FailureKind } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import { failureOf } from '#wire/shape/openai-failure.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'
import { listIn, numberIn, parsed, textIn } from '#wire/shape/read-json.ts'
import { errorIn } from '#wire/openai-responses/read-error.ts'
import {
  readAdded,
  readArguments,
  readDone,
  readForeign,
  readOutput,
  readPart,
  readText,
  readThought,
} from '#wire/openai-responses/read-output.ts'
import { extension, type Output, type ReadItems, startItems } from '#wire/openai-responses/read-state.ts'
import { usageIn } from '#wire/openai-responses/read-usage.ts'

/** A stream half read. */
export interface ReadState {
  readonly context: ReadContext
  readonly items: ReadItems
  started: boolean
  /** A terminal event was given. */
  done: boolean
}

/** Reads the event-named stream of a response, and a whole response. */
export const readEvents: EventReader<ReadState> = { start, step, end, whole }

function start(context: ReadContext): ReadState {
  return { context, items: startItems(), started: false, done: false }
}

function step(state: ReadState, frame: Frame): Event[] {
  if (state.done) return []
  const out = outputOf(frame)
  // Comments are not parsed; `[DONE]` is a habit of platforms that serve chat completions too.
  if (frame.data !== '' && frame.data !== '[DONE]') {
    const data = parsed(frame.data)
    if (isObject(data)) readFrame(state, data, { out, name: frame.event })
    else refuse(state, malformed('The platform sent a stream event that is no JSON object.'), out)
  }
  if (out.events.length === 0) out.events.push({ type: 'native', origin: out.origin })
  return counted(out)
}

function end(state: ReadState, cut?: Failure): Event[] {
  if (state.done) return []
  state.done = true
  const reason = cut ?? failure('cut', 'The platform ended the stream before the end of the answer.')
  return [{ type: 'failure', failure: reason }]
}

function whole(context: ReadContext, frame: Frame): Event[] {
  const state = start(context)
  const out = outputOf(frame)
  const response = parsed(frame.data)
  if (!isObject(response)) refuse(state, malformed('The platform answered with no JSON object.'), out)
  else {
    const words = errorIn(response, context.quirks)
    if (words === undefined) readWhole(state, response, out)
    else refuse(state, spoken(state, words, frame), out)
  }
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

/** Events that say nothing by themselves. */
const IDLE: ReadonlySet<string> = new Set(['keepalive', 'ping', 'response.queued', 'response.in_progress'])

/** One parsed frame. Every event but those of the response itself is about an item. */
function readFrame(state: ReadState, data: JsonObject, { out, name }: Place): void {
  const type = textIn(data, 'type') ?? name ?? ''
  if (readLifecycle(state, data, { type, out })) return
  const words = errorIn(data, state.context.quirks)
  if (type === 'error' || words !== undefined) {
    refuse(state, spoken(state, words ?? wordsOf(data), out.origin.frame), out)
    return
  }
  begin(state, {}, out)
  readItemEvent(state.items, data, { type, out })
}

interface TypedPlace {
  readonly type: string
  readonly out: Output
}

/** Events of the response as a whole. False for others. */
function readLifecycle(state: ReadState, data: JsonObject, { type, out }: TypedPlace): boolean {
  const response = isObject(data['response']) ? data['response'] : {}
  switch (type) {
    case 'response.created':
      begin(state, response, out)
      return true
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
    case 'response.cancelled':
      // The word of the event counts where the response says none.
      close(state, { status: type.slice('response.'.length), ...response }, out)
      return true
    default:
      if (!IDLE.has(type)) return false
      if (type === 'response.in_progress') begin(state, response, out)
      return true
  }
}

/** The one `start` event, before whatever comes first. No client takes anything before `response.created`. */
function begin(state: ReadState, response: JsonObject, out: Output): void {
  if (state.started) return
  state.started = true
  const id = textIn(response, 'id')
  const model = textIn(response, 'model')
  const created = numberIn(response, 'created_at')
  if (id === undefined) out.broken = true
  else state.items.answerId = id.replace(/^resp_/, '').slice(-24)
  out.events.push({
    type: 'start',
    ...(id === undefined || id === '' ? {} : { id }),
    ...(model === undefined || model === '' ? {} : { model }),
    ...(created === undefined ? {} : { created: Math.trunc(created) }),
    origin: out.origin,
  })
}

function readItemEvent(items: ReadItems, data: JsonObject, { type, out }: TypedPlace): void {
  switch (type) {
    case 'response.output_text.delta':
    case 'response.output_text.done':
      return readText(items, data, { kind: 'text', out })
    case 'response.function_call_arguments.delta':
    case 'response.function_call_arguments.done':
      return readArguments(items, data, out)
    case 'response.output_item.added':
      return readAdded(items, data, out)
    case 'response.output_item.done':
      return readDone(items, data, out)
    case 'response.content_part.added':
    case 'response.content_part.done':
      return readPart(items, data, out)
    case 'response.refusal.delta':
    case 'response.refusal.done':
      return readText(items, data, { kind: 'refusal', out })
    case 'response.output_text.annotation.added':
      return extension(out, 'output_text.annotations')
    default:
      return readRest(items, data, { type, out })
  }
}

function readRest(items: ReadItems, data: JsonObject, { type, out }: TypedPlace): void {
  if (type.startsWith('response.reasoning_summary_')) readThought(items, data, { kind: 'summary', out })
  else if (type.startsWith('response.reasoning_text.')) readThought(items, data, { kind: 'content', out })
  else readForeign(items, data, { type, out })
}

function readWhole(state: ReadState, response: JsonObject, out: Output): void {
  if (listIn(response, 'output') === undefined) {
    return refuse(state, malformed('The platform answered with no response.'), out)
  }
  begin(state, response, out)
  close(state, response, out)
}

/** The end of a response, however it ended: what is left of its items, usage, why it stopped. */
function close(state: ReadState, response: JsonObject, out: Output): void {
  begin(state, response, out)
  const status = textIn(response, 'status') ?? 'completed'
  switch (status) {
    case 'failed':
    case 'cancelled':
      pushUsage(response, out)
      return refuse(state, broken(state, { response, status }, out), out)
    case 'queued':
    case 'in_progress':
      return refuse(state, malformed('The platform answered before the response was complete.'), out)
    default:
      readOutput(state.items, response['output'], out)
      pushUsage(response, out)
      return finish(state, { response, status }, out)
  }
}

interface Ended {
  readonly response: JsonObject
  readonly status: string
}

function broken(state: ReadState, { response, status }: Ended, { origin }: Output): Failure {
  const words = errorIn(response, state.context.quirks)
  return spoken(state, words ?? { message: `The response ended as ${status}.` }, origin.frame)
}

function pushUsage(response: JsonObject, { events, origin }: Output): void {
  const usage = usageIn(response)
  if (usage !== undefined) events.push({ type: 'usage', usage, origin })
}

function finish(state: ReadState, { response, status }: Ended, out: Output): void {
  const details = response['incomplete_details']
  const native = (status === 'incomplete' ? textIn(details, 'reason') : undefined) ?? status
  const reason = reasonOf(state, native, status === 'incomplete')
  if (!isFinish(reason)) return refuse(state, failure(reason, `The platform stopped with ${native}.`), out)
  state.done = true
  out.events.push({ type: 'finish', reason, native, origin: out.origin }, { type: 'end', origin: out.origin })
}

/** The platform's own meaning first; an incomplete answer for a reason that nobody knows was cut short. */
function reasonOf({ context, items }: ReadState, native: string, incomplete: boolean): FinishReason | FailureKind {
  const { finishReasons } = context.quirks
  const own: Quirks['finishReasons'][string] | undefined = Object.hasOwn(finishReasons, native)
    ? finishReasons[native]
    : undefined
  if (own !== undefined) return own
  if (native === 'content_filter') return 'content-filter'
  // `steered`: stopped at a safe place for more input, which only a WebSocket can send.
  if (incomplete && native !== 'steered') return 'length'
  return items.calls > 0 ? 'tool-calls' : 'stop'
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

/** The terminal failure; what was answered so far may be billed. */
function refuse(state: ReadState, reason: Failure, { events, origin }: Output): void {
  state.done = true
  const begun = state.items.blocks > 0
  events.push({ type: 'failure', failure: begun ? { ...reason, mayHaveCost: true } : reason, origin })
}

function malformed(message: string): Failure {
  return failure('malformed', message)
}

/** The failure that an error inside a 200 tells of. */
function spoken({ context }: ReadState, words: Words, { data }: Frame): Failure {
  return failureOf(words, { status: 200, headers: {}, body: data }, context)
}
