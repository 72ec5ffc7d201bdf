import type { Event, Frame } from '#wire/event.ts'

/** A run of neighbouring events: with `frame`, all that one untouched frame gave; without, events that we made or changed. */
export interface Run {
  readonly frame: Frame | undefined
  readonly events: readonly Event[]
}

/** Splits a batch into frames that may leave as they came, and events that have to be written anew. */
export function runsOf(events: readonly Event[]): Run[] {
  const runs: Run[] = []
  let loose: Event[] = []
  for (let i = 0; i < events.length;) {
    const origin = events[i]?.origin
    const whole = origin !== undefined && origin.count > 0 && sameOrigin(events, i, origin.count)
    if (!whole) {
      loose.push(events[i++] as Event)
      continue
    }
    if (loose.length > 0) runs.push({ frame: undefined, events: loose })
    loose = []
    runs.push({ frame: origin.frame, events: events.slice(i, i + origin.count) })
    i += origin.count
  }
  if (loose.length > 0) runs.push({ frame: undefined, events: loose })
  return runs
}

/** The one frame that gave all of these events, untouched; undefined if there is no such frame. */
export function onlyFrame(events: readonly Event[]): Frame | undefined {
  const origin = events[0]?.origin
  if (origin?.count !== events.length || !sameOrigin(events, 0, origin.count)) return undefined
  return origin.frame
}

function sameOrigin(events: readonly Event[], from: number, count: number): boolean {
  const origin = events[from]?.origin
  if (from + count > events.length) return false
  for (let i = from + 1; i < from + count; i++) if (events[i]?.origin !== origin) return false
  return true
}
