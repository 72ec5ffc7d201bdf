import type { Event, Frame } from '#wire/event.ts'

/**
 * How many events from `from` on are all that one frame gave, none of them changed: it may leave as it came. 0 where
 * the event has to be written anew.
 */
export function untouched(events: readonly Event[], from: number): number {
  const origin = events[from]?.origin
  if (origin === undefined) return 0
  const end = from + origin.count
  if (end > events.length) return 0
  for (let i = from + 1; i < end; i++) if (events[i]?.origin !== origin) return 0
  return origin.count
}

/** The one frame that gave all of these events, none of them changed; undefined if there is no such frame. */
export function onlyFrame(events: readonly Event[]): Frame | undefined {
  return untouched(events, 0) === events.length ? events[0]?.origin?.frame : undefined
}

/** Neighbouring events in a batch that one frame gave, none of them changed: `events` from `from` to before `to`. */
export interface Passed {
  readonly frame: Frame
  readonly events: readonly Event[]
  readonly from: number
  readonly to: number
}

/** The same as one value, for whoever has to follow what passes by. */
export function passedAt(events: readonly Event[], from: number): Passed | undefined {
  const count = untouched(events, from)
  const frame = events[from]?.origin?.frame
  return count === 0 || frame === undefined ? undefined : { frame, events, from, to: from + count }
}
