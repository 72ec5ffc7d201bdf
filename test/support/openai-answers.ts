import type { Event, Frame } from '#wire/event.ts'
import type { failure } from '#wire/failure.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

const { readEvents } = openaiChat

/** The events of these payloads, closed without a cut; without their frames. */
export function read(
  payloads: readonly unknown[],
  quirks: Partial<Quirks> = {},
  cut?: ReturnType<typeof failure>,
): Event[] {
  const state = readEvents.start({ platform: 'acme', quirks: { ...OPENAI_CHAT_QUIRKS, ...quirks }, errors: [] })
  const events = payloads.flatMap((payload) => readEvents.step(state, frame(payload)))
  return [...events, ...readEvents.end(state, cut)].map(bare)
}

/** The events of a whole answer; without their frames. */
export function whole(payload: unknown, quirks: Partial<Quirks> = {}): Event[] {
  const context = { platform: 'acme', quirks: { ...OPENAI_CHAT_QUIRKS, ...quirks }, errors: [] }
  return readEvents.whole(context, frame(payload)).map(bare)
}

/** A payload as a frame. */
export function frame(payload: unknown): Frame {
  return { data: typeof payload === 'string' ? payload : JSON.stringify(payload) }
}

function bare(event: Event): Event {
  const { origin: _origin, ...rest } = event
  return rest
}

/** A chunk with one delta. */
export function chunk(delta: object, finish: string | null = null, more: object = {}): object {
  return { id: 'a-1', model: 'm', created: 7, choices: [{ index: 0, delta, finish_reason: finish }], ...more }
}

/** One fragment of a tool call. */
export function call(fields: object, called: object): object {
  return chunk({ tool_calls: [{ index: 0, ...fields, function: called }] })
}

export const START: Event = { type: 'start', id: 'a-1', model: 'm', created: 7 }
export const END: Event = { type: 'end' }
export const finish = (reason: 'stop' | 'tool-calls' | 'length' | 'content-filter', native: string): Event => ({
  type: 'finish',
  reason,
  native,
})
/** What happened, in words. */
export const kinds = (events: readonly Event[]): string[] =>
  events.map((event) => (event.type === 'failure' ? `failure ${event.failure.kind}` : event.type))
