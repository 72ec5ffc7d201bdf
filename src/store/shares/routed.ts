import type { Shares } from '#engine/pool.ts'

/** Money from the books, rates and slots from where they are counted. */
export function routedShares(money: Shares, rest: Shares): Shares {
  return {
    draw: (pool, wish) => (pool.kind === 'money' ? money : rest).draw(pool, wish),
    giveBack: (pool, amount) => (pool.kind === 'money' ? money : rest).giveBack(pool, amount),
    onScarce(call) {
      money.onScarce(call)
      rest.onScarce(call)
    },
    onLost(call) {
      money.onLost(call)
      rest.onLost(call)
    },
  }
}
