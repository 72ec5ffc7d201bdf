import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Allowances, allowances } from '#engine/admit/allowance.ts'
import { type MoneyPool, type Pool, poolKey, type RatePool } from '#engine/pool.ts'
import type { Clock } from '#engine/ports.ts'
import { memoryPools } from '#store/shares/memory.ts'

/** Time that moves only when it is told to, and lets everything that waits have its turn. */
function manualClock(): { readonly clock: Clock; readonly pass: (ms: number) => Promise<void> } {
  let now = 0
  let timers: { at: number; call: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    after(ms, call) {
      const timer = { at: now + ms, call }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
  }
  const settleDown = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  return {
    clock,
    async pass(ms) {
      const until = now + ms
      await settleDown()
      while (true) {
        const next = timers.toSorted((a, b) => a.at - b.at).find(({ at }) => at <= until)
        if (next === undefined) break
        timers = timers.filter((one) => one !== next)
        now = Math.max(now, next.at)
        next.call()
        await settleDown()
      }
      now = until
      await settleDown()
    },
  }
}

const BUDGET: MoneyPool = { kind: 'money', scope: 'key:a', currency: 'CNY', since: 0, amount: 1_000n }

interface World {
  readonly processes: readonly Allowances[]
  readonly pass: (ms: number) => Promise<void>
  readonly pools: ReturnType<typeof memoryPools>
}

function world(count: number): World {
  const { clock, pass } = manualClock()
  const pools = memoryPools(() => clock.now())
  return { processes: Array.from({ length: count }, (_, i) => allowances(pools.of(`p${i}`), clock)), pass, pools }
}

/** Takes at once or after waiting; true when it was given. */
async function take({ pass }: World, allowance: ReturnType<Allowances['of']>, amount: bigint): Promise<boolean> {
  if (allowance.takeNow(amount)) return true
  const taking = allowance.take(amount)
  await pass(1_000)
  return (await taking) === undefined
}

test('what fits is given to the last unit, whichever process asks, and not one unit more', async () => {
  const here = world(3)
  let given = 0
  for (let i = 0; i < 150; i++) {
    const share = here.processes[i % 3]?.of(BUDGET)
    if (share !== undefined && (await take(here, share, 10n))) given++
  }
  expect(given).toBe(100)
})

test('a thousand at once on three processes: what fits is given, the rest refused', async () => {
  const here = world(3)
  const asked = Array.from({ length: 1_000 }, (_, i) => {
    const share = here.processes[i % 3]?.of(BUDGET)
    return share?.takeNow(10n) === true ? Promise.resolve(undefined) : (share?.take(10n) ?? Promise.reject(new Error()))
  })
  await here.pass(10_000)
  const answers = await Promise.all(asked)
  expect(answers.filter((dry) => dry === undefined)).toHaveLength(100)
})

test('what a request did not use serves the next one', async () => {
  const here = world(1)
  const share = here.processes[0]!.of(BUDGET)
  await take(here, share, 1_000n)
  expect(await take(here, share, 1n)).toBe(false)
  share.end(1_000n, 400n)
  here.pools.book('p0', [poolKey(BUDGET)], 400n)
  expect(await take(here, share, 600n)).toBe(true)
  expect(await take(here, share, 1n)).toBe(false)
})

test('an answer dearer than its bound is made up for before the next one', async () => {
  const here = world(1)
  const share = here.processes[0]!.of(BUDGET)
  await take(here, share, 100n)
  share.end(100n, 700n)
  here.pools.book('p0', [poolKey(BUDGET)], 700n)
  expect(await take(here, share, 301n)).toBe(false)
  expect(await take(here, share, 300n)).toBe(true)
})

test('what others had to let go of is neither taken nor given back any more', async () => {
  const here = world(1)
  const share = here.processes[0]!.of(BUDGET)
  await take(here, share, 100n)
  await take(here, share, 50n)
  share.lose()
  here.pools.gone('p0')
  share.end(100n, 30n)
  share.end(50n, 0n)
  await here.pass(5_000)
  // 30 were spent of what was lost: the share owes them, and makes up for them at its next draw.
  expect([here.pools.leased(poolKey(BUDGET)), await take(here, share, 970n)]).toEqual([0n, true])
  expect(await take(here, share, 1n)).toBe(false)
})

test('idle shares go back, and a closed process keeps nothing', async () => {
  const here = world(2)
  for (let i = 0; i < 20; i++) {
    const share = here.processes[0]!.of(BUDGET)
    await take(here, share, 5n)
    share.end(5n, 0n)
  }
  await here.pass(5_000)
  expect(here.pools.leased(poolKey(BUDGET))).toBe(0n)
})

test('a pool with little left is not drawn from bit by bit ahead of need', async () => {
  const pool: MoneyPool = { ...BUDGET, amount: 1_000_000_000n }
  const { clock, pass } = manualClock()
  const pools = memoryPools(() => clock.now())
  let draws = 0
  const counted = pools.of('p0')
  const share = allowances({ ...counted, draw: (wanted, wish) => (draws++, counted.draw(wanted, wish)) }, clock).of(
    pool,
  )
  const taking = Array.from({ length: 40 }, () => share.take(24_000_000n))
  await pass(1_000)
  expect((await Promise.all(taking)).filter((dry) => dry === undefined)).toHaveLength(40)
  await pass(1_000)
  expect(draws).toBeLessThan(60)
})

test('a rate gives its window at once, then as time passes, and says how long to wait', async () => {
  const pool: RatePool = { kind: 'rate', scope: 'key:a', of: 'requests', perWindow: 60n, windowMs: 60_000 }
  const here = world(2)
  let given = 0
  const started = Array.from({ length: 100 }, (_, i) => here.processes[i % 2]!.of(pool).take(1n))
  await here.pass(0)
  const first = await Promise.all(started)
  given = first.filter((dry) => dry === undefined).length
  const waits = new Set(first.flatMap((dry) => dry?.retryAfterMs ?? []))
  expect([given, [...waits]]).toEqual([60, [1_000]])
  await here.pass(3_000)
  const later = Array.from({ length: 10 }, () => here.processes[0]!.of(pool).take(1n))
  await here.pass(0)
  expect((await Promise.all(later)).filter((dry) => dry === undefined)).toHaveLength(3)
})

type Step =
  | { readonly kind: 'take'; readonly process: number; readonly amount: number }
  | { readonly kind: 'end'; readonly which: number; readonly used: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'die'; readonly process: number }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('take' as const),
        process: fc.nat(2),
        amount: fc.integer({ min: 1, max: 300 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(20), used: fc.nat(300) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 40, 250, 3_000) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), process: fc.nat(2) }) },
  ),
  { maxLength: 60 },
)

const money: Pool = BUDGET

test('whatever the order of requests, ends, time and deaths: never over budget, and nothing is held at rest', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const { clock, pass } = manualClock()
      const pools = memoryPools(() => clock.now())
      const key = poolKey(money)
      let generation = 0
      const alive = [0, 1, 2].map(() => ({
        name: `p${generation}`,
        shares: allowances(pools.of(`p${generation++}`), clock),
      }))
      interface Running {
        readonly owner: (typeof alive)[number]
        readonly amount: bigint
      }
      let running: Running[] = []
      let waiting = 0
      const end = ({ owner, amount }: Running, used: bigint): void => {
        owner.shares.of(money).end(amount, used)
        pools.book(owner.name, [key], used)
      }
      for (const step of plan) {
        if (step.kind === 'take') {
          const owner = alive[step.process]!
          const amount = BigInt(step.amount)
          const share = owner.shares.of(money)
          if (share.takeNow(amount)) running.push({ owner, amount })
          else {
            waiting++
            void share.take(amount).then((dry) => {
              waiting--
              if (dry !== undefined) return
              if (alive.includes(owner)) running.push({ owner, amount })
              else pools.book(owner.name, [key], 0n)
            })
          }
        } else if (step.kind === 'end') {
          const [one] = running.splice(step.which % Math.max(1, running.length), 1)
          if (one !== undefined) end(one, BigInt(step.used) < one.amount ? BigInt(step.used) : one.amount)
        } else if (step.kind === 'pass') await pass(step.ms)
        else {
          // Killed: what it had under way is booked at its bound by whoever finds it, then its share comes back.
          await pass(2_000)
          const dead = alive[step.process]!
          for (const { amount } of running.filter(({ owner }) => owner === dead)) pools.book(dead.name, [key], amount)
          running = running.filter(({ owner }) => owner !== dead)
          pools.gone(dead.name)
          alive[step.process] = { name: `p${generation}`, shares: allowances(pools.of(`p${generation++}`), clock) }
        }
        const held = running.reduce((sum, { amount }) => sum + amount, 0n)
        expect(pools.spent(key) + held <= BUDGET.amount).toBe(true)
      }
      await pass(2_000)
      for (const one of running) end(one, one.amount)
      await pass(6_000)
      expect([waiting, pools.leased(key), pools.spent(key) <= BUDGET.amount]).toEqual([0, 0n, true])
    }),
    { numRuns: 300 },
  )
})
