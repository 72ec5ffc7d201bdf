import { expect, onTestFinished, test } from 'vitest'
import type { Pool, RatePool, Shares, SlotPool } from '#engine/pool.ts'
import { drawFrom, emptyPool } from '#store/shares/pool-state.ts'
import { type RedisOptions, type RedisShares, redisShares } from '#store/shares/redis.ts'
import { listeningLog } from '#store/testing/samples.ts'
import { freshRedis, ownRedis } from '#store/testing/servers.ts'
import { pause } from '#store/testing/until.ts'

const SLOTS: SlotPool = { kind: 'slots', scope: 'key:a', count: 3n }
const ONE = { least: 1n, most: 1n }

function connect(url: string, process: string, more: Partial<RedisOptions> = {}): RedisShares {
  const options: RedisOptions = { url, deadlineMs: 1_000, whenUnreachable: 'refuse', ...more }
  return redisShares(options, { process, log: listeningLog() })
}

async function connected(shares: Shares): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await shares.draw({ kind: 'slots', scope: 'probe', count: 0n }, ONE)
      return
    } catch {
      await pause(20)
    }
  }
}

async function world(skip: (note: string) => void, count: number): Promise<RedisShares[]> {
  const server = await freshRedis()
  if ('missing' in server) {
    skip(server.missing)
    return []
  }
  const all = Array.from({ length: count }, (_, index) => connect(server.url, `p${index}`))
  await Promise.all(all.map(connected))
  return all
}

test('slots are shared exactly, come back when given back, and are told of when short', async ({ skip }) => {
  const [one, two] = await world(skip, 2)
  const told: string[] = []
  one!.onScarce((key) => told.push(key))
  await pause(1_100)
  const draws = await Promise.all([one!, two!, one!, two!].map((shares) => shares.draw(SLOTS, ONE)))
  expect(draws.map(({ granted }) => Number(granted)).toSorted((a, b) => a - b)).toEqual([0, 1, 1, 1])
  two!.giveBack(SLOTS, 1n)
  await pause(50)
  expect((await one!.draw(SLOTS, ONE)).granted).toBe(1n)
  await pause(50)
  expect(told).toContain('slots key:a')
  await Promise.all([one!.close(), two!.close()])
})

test('slots of a replica that is gone come back', async ({ skip }) => {
  const [one, two] = await world(skip, 2)
  await one!.draw(SLOTS, { least: 3n, most: 3n })
  await pause(1_100)
  expect((await two!.draw(SLOTS, ONE)).granted).toBe(0n)
  await one!.close()
  await pause(10_500)
  expect((await two!.draw(SLOTS, ONE)).granted).toBe(1n)
  await two!.close()
})

const NO_REDIS = 'missing' in (await freshRedis())

test.skipIf(NO_REDIS).each([
  [60n, 60_000],
  [6_000_000_000n, 86_400_000],
  [7n, 86_399_999],
])('a rate of %s in %s ms gives what the reference gives', async (perWindow, windowMs) => {
  const server = await freshRedis()
  if ('missing' in server) throw new Error(server.missing)
  const one = connect(server.url, 'p0')
  await connected(one)
  const pool: RatePool = { kind: 'rate', scope: 'key:a', of: 'tokens', perWindow, windowMs }
  const state = emptyPool(pool, 0)
  const reference = (least: bigint, most: bigint): unknown =>
    drawFrom(state, pool, { process: 'p0', wish: { least, most }, now: 0, spent: 0n })
  for (const [least, most] of [
    [1n, perWindow / 2n],
    [perWindow, perWindow],
    [1n, perWindow],
  ] as const) {
    const { retryAfterMs, left, ...draw } = await one.draw(pool, { least, most })
    const { retryAfterMs: expected, left: _, ...same } = reference(least, most) as Record<string, unknown>
    expect(draw).toEqual(same)
    expect(left).toBeTypeOf('bigint')
    // Time passes there meanwhile.
    expect(Math.abs((retryAfterMs ?? 0) - Number(expected ?? 0))).toBeLessThan(1_000)
  }
  await one.close()
})

test('a rate refills as time passes, for all together', async ({ skip }) => {
  const [one, two] = await world(skip, 2)
  const pool: Pool = { kind: 'rate', scope: 'key:b', of: 'requests', perWindow: 10n, windowMs: 1_000 }
  const draws = await Promise.all(Array.from({ length: 20 }, (_, i) => [one!, two!][i % 2]!.draw(pool, ONE)))
  const first = draws.filter(({ granted }) => granted === 1n).length
  expect(first).toBeGreaterThanOrEqual(10)
  expect(first).toBeLessThanOrEqual(12)
  await pause(500)
  const later = await Promise.all(Array.from({ length: 20 }, (_, i) => [one!, two!][i % 2]!.draw(pool, ONE)))
  const second = later.filter(({ granted }) => granted === 1n).length
  expect([second >= 4, second <= 8]).toEqual([true, true])
  await Promise.all([one!.close(), two!.close()])
})

test('a Redis that is gone or stands still is waited for no longer than the deadline, and then not at all', async ({
  skip,
}) => {
  const server = await ownRedis()
  if (server === undefined) return skip('no redis-server')
  onTestFinished(() => void server.process.kill('SIGKILL'))
  const refusing = connect(server.url, 'p0', { deadlineMs: 50 })
  const allowing = connect(server.url, 'p1', { deadlineMs: 50, whenUnreachable: 'allow' })
  await Promise.all([connected(refusing), connected(allowing)])
  await pause(2_500)
  server.process.kill('SIGSTOP')
  const began = performance.now()
  const draws = await Promise.all(
    Array.from({ length: 6 }, () => allowing.draw({ ...SLOTS, count: 4n }, ONE).then(({ granted }) => granted)),
  )
  await expect(refusing.draw(SLOTS, ONE)).rejects.toThrow('did not answer within 50 ms')
  expect(performance.now() - began).toBeLessThan(400)
  // Two replicas lived when it was last heard of: each has its half of the limit.
  expect(draws.filter((granted) => granted === 1n)).toHaveLength(2)
  for (let i = 0; i < 3; i += 1) await refusing.draw(SLOTS, ONE).catch(() => {})
  const asked = performance.now()
  for (let i = 0; i < 20; i += 1) await refusing.draw(SLOTS, ONE).catch(() => {})
  expect(performance.now() - asked).toBeLessThan(50)
  server.process.kill('SIGCONT')
  await pause(1_200)
  await connected(refusing)
  expect((await refusing.draw({ ...SLOTS, scope: 'key:c' }, ONE)).granted).toBe(1n)
  await Promise.all([refusing.close(), allowing.close()])
})
