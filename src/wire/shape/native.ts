import type { Event, Frame } from '#wire/event.ts'

/** Neighbouring events in a batch, from `from` to before `to`: all that one frame gave, none of them changed. */
export interface Passed {
  readonly frame: Frame
  readonly events: readonly Event[]
  readonly from: number
  readonly to: number
}

/** The frame that may leave as it came in place of the events from `from` on; undefined if they have to be written anew. */
export function passedAt(events: readonly Event[], from: number): Passed | undefined {
  const origin = events[from]?.origin
  if (origin === undefined || origin.count === 0) return undefined
  const to = from + origin.count
  if (to > events.length) return undefined
  for (let i = from + 1; i < to; i++) if (events[i]?.origin !== origin) return undefined
  // Failures never pass: the platform's words could hold secrets.
  return events[to - 1]?.type === 'failure' ? undefined : { frame: origin.frame, events, from, to }
}

/** The one frame that may leave in place of all of these events; undefined if there is no such frame. */
export function onlyFrame(events: readonly Event[]): Frame | undefined {
  const passed = passedAt(events, 0)
  return passed?.to === events.length ? passed.frame : undefined
}
