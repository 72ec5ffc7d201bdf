import { expect, test } from 'vitest'
import type { Draw, Pool } from '#engine/pool.ts'
import { storeShares } from '#store/shares/client.ts'

const POOL: Pool = { kind: 'slots', scope: 'key:a', count: 3n }
const ONE = { least: 1n, most: 1n }

/** A worker that answers when it is told to. */
function slowWorker(): {
  readonly shares: ReturnType<typeof storeShares>
  readonly given: bigint[]
  answer: () => void
} {
  const given: bigint[] = []
  const world = { given, answer: () => {}, shares: storeShares(() => client as never, 20) }
  const client = {
    call: () =>
      new Promise<Draw>((resolve) => {
        world.answer = () => resolve({ granted: 1n, left: 2n, others: 0n, scarce: false })
      }),
    giveBack: (_: Pool, amount: bigint) => given.push(amount) > 0,
  }
  return world
}

test('a draw that takes too long is refused, and what comes after that goes back', async () => {
  const world = slowWorker()
  await expect(world.shares.draw(POOL, ONE)).rejects.toThrow('did not answer within 20 ms')
  world.answer()
  await Promise.resolve()
  await Promise.resolve()
  expect(world.given).toEqual([1n])
})

test('what was drawn before all was lost does not go back', async () => {
  const world = slowWorker()
  await expect(world.shares.draw(POOL, ONE)).rejects.toThrow('did not answer')
  world.shares.lost()
  world.answer()
  await Promise.resolve()
  await Promise.resolve()
  expect(world.given).toEqual([])
})
