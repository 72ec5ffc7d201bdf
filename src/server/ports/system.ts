import { randomUUID } from 'node:crypto'
import type { Clock, Random } from '#engine/ports.ts'

/** The machine's clock. Timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = {
  id: () => randomUUID().replaceAll('-', ''),
  fraction: () => Math.random(),
}
