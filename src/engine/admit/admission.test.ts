import { expect, test } from 'vitest'
import { admission } from '#engine/admit/admission.ts'
import { allowances } from '#engine/admit/allowance.ts'
import type { KeyRecord } from '#engine/ports.ts'
import { memoryPools } from '#store/shares/memory.ts'

const HASH = new Uint8Array(32)

function caller(more: Partial<KeyRecord>): KeyRecord {
  return { id: 'k', name: 'shop', role: 'caller', hash: HASH, models: [], limits: {}, ...more }
}

/** Time stands still; waiting ends at once. */
function gate(): {
  readonly take: (who: KeyRecord, tokens?: number, nanos?: bigint) => Promise<Taken>
  readonly pools: ReturnType<typeof memoryPools>
} {
  const clock = { now: () => 0, elapsed: () => 0, after: () => () => {} }
  const pools = memoryPools(() => 0)
  const admits = admission(allowances(pools.of('p'), clock))
  return {
    pools,
    async take(who, tokens = 0, nanos = 0n) {
      const money = nanos < 0n ? undefined : { nanos, currency: 'CNY' }
      return admits.take(who, { tokens: () => tokens, money: () => money, at: 0 })
    },
  }
}

type Taken = Awaited<ReturnType<ReturnType<typeof admission>['take']>>

function words(taken: Taken): string {
  return taken.ok ? 'taken' : `${taken.failure.kind}: ${taken.failure.message}`
}

const BUDGET = { amount: '0.00000010', currency: 'CNY', period: 'month' } as const

test('a key without limits and budgets takes nothing', async () => {
  const { take } = gate()
  const taken = await take(caller({}))
  expect([words(taken), taken.headers]).toEqual(['taken', {}])
})

test('limits per minute and per day, tokens and requests at once: each refuses in its own words', async () => {
  const said = async (limits: KeyRecord['limits'], tokens: number): Promise<string> => {
    const { take } = gate()
    await take(caller({ limits }), tokens)
    return words(await take(caller({ limits }), tokens))
  }
  expect(await said({ requestsPerMinute: 1 }, 0)).toBe('rate-limit: this key may make 1 requests a minute')
  expect(await said({ requestsPerDay: 1 }, 0)).toBe('rate-limit: this key may make 1 requests a day')
  expect(await said({ tokensPerMinute: 10 }, 6)).toBe('rate-limit: this key may use 10 tokens a minute')
  expect(await said({ tokensPerDay: 10 }, 6)).toBe('rate-limit: this key may use 10 tokens a day')
  expect(await said({ concurrency: 1 }, 0)).toBe('rate-limit: this key has 1 requests running, its limit')
})

test('a request that may need more than a window has waits for a full bucket, not for ever', async () => {
  const { take } = gate()
  const limits = { tokensPerMinute: 10 }
  expect(words(await take(caller({ limits }), 1_000))).toBe('taken')
})

test('tokens that were not used are there for the next request, and those used beyond the bound are missing', async () => {
  const { take } = gate()
  const who = caller({ limits: { tokensPerMinute: 10 } })
  const first = await take(who, 10)
  if (first.ok) first.end({ tokens: 4, nanos: 0n })
  const second = await take(who, 6)
  expect(words(second)).toBe('taken')
  if (second.ok) second.end({ tokens: 9, nanos: 0n })
  expect(words(await take(who, 1))).toBe('rate-limit: this key may use 10 tokens a minute')
})

test('the limits of a team bind all its keys together, and what was taken before a refusal is given back', async () => {
  const { take } = gate()
  const team = { id: 'team:t', words: 'the team "search"', limits: { requestsPerMinute: 1 } }
  const one = caller({ id: 'a', limits: { requestsPerMinute: 2, concurrency: 1 }, above: [team] })
  const first = await take(one)
  if (first.ok) first.end(undefined)
  expect(words(await take(one))).toBe('rate-limit: the team "search" may make 1 requests a minute')
  expect(words(await take(caller({ id: 'b', above: [team] })))).toBe(
    'rate-limit: the team "search" may make 1 requests a minute',
  )
  expect(words(await take(caller({ id: 'a', limits: { concurrency: 1 } })))).toBe('taken')
})

test('a budget that is too small says what is left and what was needed', async () => {
  const { take } = gate()
  const who = caller({ budget: BUDGET })
  expect(words(await take(who, 0, 60n))).toBe('taken')
  const refused = await take(who, 0, 60n)
  expect(words(refused)).toBe(
    'budget: the budget of this key (0.00000010 CNY a month) has 0.00000004 CNY left; this request may cost up to 0.00000006 CNY',
  )
  expect(refused.ok ? undefined : refused.left).toEqual({ nanos: 40n, currency: 'CNY' })
})

test('a model without a price is refused under a budget, unless the operator allowed it', async () => {
  const { take } = gate()
  expect(words(await take(caller({ budget: BUDGET }), 0, -1n))).toContain('model has no price in the catalog')
  expect(words(await take(caller({ budget: { ...BUDGET, unpriced: 'allow' } }), 0, -1n))).toBe('taken')
})

test('a model billed in another currency than the budget is refused', async () => {
  const { take } = gate()
  expect(words(await take(caller({ budget: { ...BUDGET, currency: 'USD' } }), 0, 1n))).toBe(
    'budget: this model is billed in CNY, the budget of this key (0.00000010 USD a month) is in USD',
  )
})

test('the headers tell the tightest limit per minute', async () => {
  const { take } = gate()
  const team = { id: 'team:t', words: 'the team', limits: { requestsPerMinute: 5 } }
  const taken = await take(caller({ limits: { requestsPerMinute: 60, tokensPerMinute: 100 }, above: [team] }), 40)
  expect(taken.headers).toEqual({
    'x-ratelimit-limit-requests': '5',
    'x-ratelimit-remaining-requests': '4',
    'x-ratelimit-reset-requests': '12000ms',
    'x-ratelimit-limit-tokens': '100',
    'x-ratelimit-remaining-tokens': '60',
    'x-ratelimit-reset-tokens': '24000ms',
  })
})

test('whatever happened, when all requests have ended nothing is held', async () => {
  const { take, pools } = gate()
  const who = caller({ budget: BUDGET, limits: { concurrency: 3 } })
  const taken = await Promise.all([take(who, 0, 40n), take(who, 0, 40n), take(who, 0, 40n)])
  for (const one of taken) if (one.ok) one.end({ tokens: 0, nanos: 0n })
  expect(taken.filter(({ ok }) => ok)).toHaveLength(2)
  expect(words(await take(who, 0, 100n))).toBe('taken')
  expect(pools.spent('money key:k CNY 0')).toBe(0n)
})
