import { expect, test } from 'vitest'
import type { ProviderConfig } from '#engine/config/config.ts'
import { type KeyHealth, keyHealth, type LentKey } from '#engine/send/key-health.ts'
import { type Failure, failure } from '#wire/failure.ts'

const TIMEOUTS = { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000, totalMs: 1_000 }
const MINUTE = 60_000
const START = Date.UTC(2026, 10, 22)
const NO_ONE = new Set<number>()
const REFUSED = failure('credentials', 'no such key', { platform: { platform: 'p', status: 401, code: 'bad_key' } })
const UNPAID = failure('quota', 'the balance is empty')

function limited(retryAfterMs?: number): Failure {
  return failure('rate-limit', 'too many', retryAfterMs === undefined ? {} : { retryAfterMs })
}

function providerWith(...apiKeys: readonly string[]): ProviderConfig {
  return { id: 'p', platform: 'deepseek', apiKeys, timeouts: TIMEOUTS, headers: {} }
}

interface World {
  readonly keys: KeyHealth
  readonly logged: unknown[]
  pass(ms: number): void
  /** Chance, from 0 to 1. */
  fraction: number
}

function world(): World {
  let elapsed = 0
  const logged: unknown[] = []
  const write = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    logged.push([message, fields])
  }
  const made: World = {
    keys: keyHealth({
      clock: { now: () => START + elapsed, elapsed: () => elapsed },
      random: { fraction: () => made.fraction },
      log: { info: write, warn: write, error: write },
    }),
    logged,
    fraction: 0,
    pass(ms) {
      elapsed += ms
    },
  }
  return made
}

/** Lends a key and says at once how the call ended. */
function call(keys: KeyHealth, provider: ProviderConfig, why?: Failure): number {
  const key = keys.lend(provider)
  key.ended(why)
  return key.number
}

/** Which keys chance may hit. */
function usable(made: World, provider: ProviderConfig): number[] {
  const hit = [0, 0.2, 0.4, 0.6, 0.8, 0.99].map((fraction) => {
    made.fraction = fraction
    return made.keys.lend(provider).number
  })
  made.fraction = 0
  return [...new Set(hit)].toSorted((a, b) => a - b)
}

test('healthy keys share the load by chance, and a provider without a key has none to lend', () => {
  const made = world()
  const { number, of, apiKey } = made.keys.lend(providerWith())
  expect([usable(made, providerWith('a', 'b', 'c')), { number, of, apiKey }]).toEqual([
    [1, 2, 3],
    { number: 0, of: 0, apiKey: undefined },
  ])
})

test.each([
  ['refused', REFUSED],
  ['not paid for', UNPAID],
])('a key that is %s is out until one request tries it ten minutes later', (_how, why) => {
  const made = world()
  const provider = providerWith('a', 'b', 'c')
  const first = call(made.keys, provider, why)
  const out = [usable(made, provider), made.keys.standings(provider)]
  made.pass(10 * MINUTE - 1)
  const before = usable(made, provider)
  made.pass(1)
  const probe = made.keys.lend(provider)
  const beside = usable(made, provider)
  probe.ended(undefined)
  expect({ first, out, before, probe: probe.number, beside, after: usable(made, provider) }).toEqual({
    first: 1,
    out: [[2, 3], { healthy: 2, cooling: 0, out: 1 }],
    before: [2, 3],
    probe: 1,
    beside: [2, 3],
    after: [1, 2, 3],
  })
})

test('a key that fails its try stays out as long again; a try that told nothing is made again at once', () => {
  const made = world()
  const provider = providerWith('a', 'b')
  call(made.keys, provider, REFUSED)
  made.pass(10 * MINUTE)
  const tries = [call(made.keys, provider, failure('timeout', 'silence')), call(made.keys, provider, REFUSED)]
  made.pass(10 * MINUTE - 1)
  tries.push(call(made.keys, provider))
  made.pass(1)
  tries.push(call(made.keys, provider, limited(5_000)), call(made.keys, provider))
  made.pass(5_000)
  tries.push(call(made.keys, provider))
  expect([tries, made.keys.standings(provider)]).toEqual([[1, 1, 2, 1, 2, 1], { healthy: 2, cooling: 0, out: 0 }])
})

test('operators read when a key goes out and when it works again, by its number and never by its value', () => {
  const made = world()
  const provider = providerWith('secret-a', 'secret-b')
  call(made.keys, provider, REFUSED)
  made.pass(10 * MINUTE)
  call(made.keys, provider, REFUSED)
  made.pass(10 * MINUTE)
  call(made.keys, provider)
  expect(made.logged).toEqual([
    [
      'a key of a provider is out: the platform refuses it',
      { provider: 'p', key: 1, of: 2, why: 'credentials', status: 401, code: 'bad_key' },
    ],
    ['a key of a provider works again', { provider: 'p', key: 1, of: 2, outMs: 20 * MINUTE }],
  ])
})

test('a limited key pauses as long as the platform says, and no longer than an hour', () => {
  const made = world()
  const provider = providerWith('a', 'b')
  call(made.keys, provider, limited(30_000))
  made.pass(29_999)
  const during = [usable(made, provider), made.keys.standings(provider)]
  made.pass(1)
  const after = [usable(made, provider), made.keys.standings(provider)]
  call(made.keys, provider, limited(365 * 24 * 60 * MINUTE))
  made.pass(60 * MINUTE)
  expect([during, after, usable(made, provider)]).toEqual([
    [[2], { healthy: 1, cooling: 1, out: 0 }],
    [[1, 2], { healthy: 2, cooling: 0, out: 0 }],
    [1, 2],
  ])
})

test('without a hint pauses double from a second to a minute, and begin anew when the key has worked', () => {
  const made = world()
  const provider = providerWith('a', 'b')
  const pauses: number[] = []
  const pause = (): void => {
    call(made.keys, provider, limited())
    let ms = 0
    for (; made.keys.standings(provider).cooling > 0; ms += 500) made.pass(500)
    pauses.push(ms)
  }
  for (let i = 0; i < 8; i++) pause()
  call(made.keys, provider)
  pause()
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 1_000])
})

test('calls that were under way together make one pause, which is as long as the longest hint', () => {
  const made = world()
  const provider = providerWith('a', 'b')
  const together = [0, 1, 2].map(() => made.keys.lend(provider))
  together[0]?.ended(limited())
  together[1]?.ended(limited(3_000))
  together[2]?.ended(limited())
  made.pass(2_999)
  const during = made.keys.standings(provider).cooling
  made.pass(1)
  call(made.keys, provider, limited())
  made.pass(2_000)
  expect([during, made.keys.standings(provider)]).toEqual([1, { healthy: 2, cooling: 0, out: 0 }])
})

test('an answer to a call from before a key went out does not bring it back, nor an old refusal take it out anew', () => {
  const made = world()
  const provider = providerWith('a', 'b')
  const [early, late] = [made.keys.lend(provider), made.keys.lend(provider)]
  call(made.keys, provider, UNPAID)
  early.ended(undefined)
  const out = made.keys.standings(provider)
  made.pass(10 * MINUTE)
  call(made.keys, provider)
  late.ended(UNPAID)
  expect([out, made.keys.standings(provider)]).toEqual([
    { healthy: 1, cooling: 0, out: 1 },
    { healthy: 2, cooling: 0, out: 0 },
  ])
})

test('with no healthy key the one whose pause ends first is lent, before one that is out', () => {
  const made = world()
  const provider = providerWith('a', 'b', 'c')
  const [first, second, third] = ['1', '2', '3'].map((_each, index): LentKey => {
    made.fraction = index / 3
    return made.keys.lend(provider)
  })
  first?.ended(REFUSED)
  second?.ended(limited(20_000))
  third?.ended(limited(10_000))
  const limitedOnly = made.keys.lend(provider).number
  call(made.keys, provider, REFUSED)
  const next = call(made.keys, provider, REFUSED)
  expect([limitedOnly, next, made.keys.lend(provider).number, made.keys.standings(provider)]).toEqual([
    3,
    2,
    1,
    { healthy: 0, cooling: 0, out: 3 },
  ])
})

test('a request that has tried a key gets another healthy one, or none', () => {
  const made = world()
  const provider = providerWith('a', 'b', 'c')
  call(made.keys, provider, REFUSED)
  const others = [NO_ONE, new Set([2]), new Set([2, 3])].map((tried) => made.keys.lendOther(provider, tried)?.number)
  expect(others).toEqual([2, 3, undefined])
})

test('when no key works, the failure says how many are out and since when', () => {
  const made = world()
  const provider = providerWith('a', 'b')
  call(made.keys, provider, REFUSED)
  made.pass(MINUTE)
  call(made.keys, provider, UNPAID)
  expect(made.keys.refusal(provider, UNPAID)).toEqual({
    ...UNPAID,
    message:
      'no key of the provider "p" can be used now (of 2: 2 refused since 2026-11-22T00:00:00.000Z); the last one: the balance is empty',
  })
})

test('where a key only pauses, the failure is a limit with the time that is left', () => {
  const made = world()
  const provider = providerWith('a', 'b')
  call(made.keys, provider, limited(30_000))
  made.pass(10_000)
  call(made.keys, provider, REFUSED)
  const { platform } = REFUSED
  const message =
    'no key of the provider "p" can be used now (of 2: 1 limited since 2026-11-22T00:00:00.000Z, 1 refused since 2026-11-22T00:00:10.000Z); the last one: no such key'
  expect(made.keys.refusal(provider, REFUSED)).toEqual(
    failure('rate-limit', message, { retryAfterMs: 20_000, ...(platform === undefined ? {} : { platform }) }),
  )
})

test('a reload keeps what is known of a key, wherever it stands; another key, or another use of it, begins healthy', () => {
  const made = world()
  call(made.keys, providerWith('a', 'b'), REFUSED)
  const moved = usable(made, providerWith('b', 'a'))
  const replaced = usable(made, providerWith('b', 'c'))
  call(made.keys, providerWith('b', 'c'), REFUSED)
  const elsewhere = usable(made, { ...providerWith('b', 'c'), region: 'another' })
  expect([moved, replaced, elsewhere]).toEqual([[1], [1, 2], [1, 2]])
})

test('an only key is lent whatever it met, and its standing is shown all the same', () => {
  const made = world()
  const provider = providerWith('a')
  const credentials: ProviderConfig = { ...providerWith(), id: 'q', credentials: { accessKey: 'i', secretKey: 's' } }
  const seen = [REFUSED, limited(), undefined].map((why) => [
    call(made.keys, provider, why),
    call(made.keys, credentials, why),
    made.keys.standings(provider),
  ])
  expect(seen).toEqual([
    [1, 1, { healthy: 0, cooling: 0, out: 1 }],
    [1, 1, { healthy: 0, cooling: 0, out: 1 }],
    [1, 1, { healthy: 1, cooling: 0, out: 0 }],
  ])
})
