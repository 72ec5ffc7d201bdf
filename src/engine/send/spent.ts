import type { Sending } from '#engine/send/context.ts'
import type { Target } from '#engine/target.ts'
import type { Event } from '#wire/event.ts'

/** Keeps the usage of calls for the bill whose answer nobody will get. */
export function keepSpent({ spent }: Sending, target: Target, events: readonly Event[]): void {
  const last = events.findLast((event) => event.type === 'usage')
  if (last === undefined) return
  for (const usage of last.calls ?? [last.usage]) spent.push({ target, usage })
}
