import { BodyBroken, type InboundAnswer } from '#engine/ports.ts'
import { framerOf } from '#engine/framing/framing.ts'
import type { Dialect, Framing, ReadContext } from '#wire/dialect.ts'
import { type Event, type Frame, isTerminal } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** How large a frame and a whole answer may grow, bytes. */
export interface AnswerLimits {
  readonly frameBytes: number
  readonly answerBytes: number
}

export interface StreamContext extends ReadContext, AnswerLimits {
  readonly framing: Framing
  /** Called once, when no more events will come, with the failure that ended them. */
  readonly ended: (why: Failure | undefined) => void
}

/** A platform's bytes as events: one array a network read, exactly one terminal event, last. Never throws. */
export async function* readStream(
  answer: InboundAnswer,
  dialect: Dialect,
  context: StreamContext,
): AsyncGenerator<readonly Event[]> {
  const reader = framerOf(context.framing).reader(context.frameBytes)
  const state = dialect.readEvents.start(context)
  let last: Event | undefined
  let cut: Failure | undefined
  let over = false
  try {
    for await (const chunk of answer.body) {
      const frames = reader.take(chunk)
      const events = frames === undefined ? [tooLargeEvent(context.frameBytes)] : eventsOf(dialect, state, frames)
      if (events.length === 0) continue
      last = events.at(-1)
      yield events
      if (last !== undefined && isTerminal(last)) return
    }
    over = true
  } catch (error) {
    over = true
    cut = failureOf(error)
  } finally {
    // Left at a `yield`: after the terminal event, or because nobody wants more.
    if (!over) context.ended(failureIn(last))
  }
  const rest = cut === undefined ? eventsOf(dialect, state, reader.end()) : []
  const end = rest.some(isTerminal) ? rest : [...rest, ...loose(dialect.readEvents.end(state, cut))]
  context.ended(failureIn(end.at(-1)))
  if (end.length > 0) yield end
}

function failureIn(event: Event | undefined): Failure | undefined {
  return event?.type === 'failure' ? event.failure : undefined
}

function tooLargeEvent(limit: number): Event {
  return { type: 'failure', failure: tooLarge('one event', limit) }
}

function eventsOf(dialect: Dialect, state: unknown, frames: readonly Frame[]): Event[] {
  const events: Event[] = []
  for (const frame of frames) {
    for (const event of dialect.readEvents.step(state, frame)) {
      events.push(event.type === 'failure' ? { type: 'failure', failure: event.failure } : event)
      if (isTerminal(event)) return events
    }
  }
  return events
}

/** A failure is always written in our own words, never as the frame it came in: that may hold secrets. */
function loose(events: readonly Event[]): Event[] {
  return events.map((event) => (event.type === 'failure' ? { type: 'failure', failure: event.failure } : event))
}

/** A whole body as events, in one batch. */
export async function readWhole(
  answer: InboundAnswer,
  dialect: Dialect,
  context: ReadContext & AnswerLimits,
): Promise<readonly Event[]> {
  const body = await readBody(answer, context.answerBytes)
  if (!body.ok) return [{ type: 'failure', failure: body.failure }]
  const frame = { data: body.bytes.toString('utf8'), bytes: body.bytes }
  return loose(dialect.readEvents.whole(context, frame))
}

/** All bytes of a body up to a limit. */
export async function readBody(
  answer: InboundAnswer,
  limit: number,
): Promise<{ ok: true; bytes: Buffer } | { ok: false; failure: Failure }> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of answer.body) {
      size += chunk.length
      if (size > limit) return { ok: false, failure: tooLarge('its answer', limit) }
      chunks.push(chunk)
    }
  } catch (error) {
    return { ok: false, failure: failureOf(error) }
  }
  const [only] = chunks
  const bytes =
    chunks.length === 1 && only !== undefined
      ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
      : Buffer.concat(chunks)
  return { ok: true, bytes }
}

function failureOf(error: unknown): Failure {
  return error instanceof BodyBroken
    ? error.failure
    : failure('internal', `reading the answer failed: ${String(error)}`)
}

function tooLarge(what: string, limit: number): Failure {
  return failure('malformed', `the platform sent more than ${limit} bytes as ${what}`)
}
