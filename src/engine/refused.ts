import type { Trace } from '#engine/trace.ts'

/** The last traces of requests that never went upstream: they leave nothing in the books, but their callers may ask why. */
export interface RefusedTraces {
  remember(trace: Trace): void
  find(requestId: string): Trace | undefined
}

/** Keeps the last `most`, in memory. */
export function refusedTraces(most = 512): RefusedTraces {
  const kept: Trace[] = []
  let next = 0
  return {
    remember(trace) {
      kept[next] = trace
      next = (next + 1) % most
    },
    find: (requestId) => kept.find(({ id }) => id === requestId),
  }
}
