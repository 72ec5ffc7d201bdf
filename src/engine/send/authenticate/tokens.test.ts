import { expect, test } from 'vitest'
import { type FreshToken, type Token, tokens, type Tokens } from '#engine/send/authenticate/tokens.ts'
import { failure } from '#wire/failure.ts'

const HOUR = 3_600_000

interface Bench {
  readonly store: Tokens
  pass(ms: number): void
  /** Takes the token of a credential; whether at once, and which. */
  take(id?: string): Promise<string>
  readonly calls: number
  next: () => Promise<FreshToken | Extract<Token, { ok: false }>>
}

function bench(): Bench {
  let now = 0
  let calls = 0
  const store = tokens({ elapsed: () => now })
  const one: Bench = {
    store,
    pass: (ms) => {
      now += ms
    },
    get calls() {
      return calls
    },
    next: async () => ({ ok: true, token: `token-${calls}`, lifeMs: HOUR }),
    take: async (id = 'a') => {
      const taken = store.take(id, () => {
        calls++
        return one.next()
      })
      const token = await taken
      return `${taken instanceof Promise ? 'waited' : 'held'} ${token.ok ? token.token : token.failure.message}`
    },
  }
  return one
}

const NO = { ok: false, failure: failure('credentials', 'no') } as const

test('however many ask, one call fetches, and then the token is held', async () => {
  const one = bench()
  const asked = await Promise.all([one.take(), one.take(), one.take()])
  expect([...asked, await one.take(), await one.take('b'), one.calls]).toEqual([
    'waited token-1',
    'waited token-1',
    'waited token-1',
    'held token-1',
    'waited token-2',
    2,
  ])
})

test('a token is renewed before its end, and nobody waits for that', async () => {
  const one = bench()
  await one.take()
  one.pass(HOUR - 5 * 60_000 - 1)
  const before = await one.take()
  one.pass(1)
  const during = await Promise.all([one.take(), one.take()])
  await new Promise(setImmediate)
  expect([before, ...during, await one.take(), one.calls]).toEqual([
    'held token-1',
    'held token-1',
    'held token-1',
    'held token-2',
    2,
  ])
})

test('a token that is about to wear out is not sent any more', async () => {
  const one = bench()
  await one.take()
  one.pass(HOUR - 10_000)
  expect(await one.take()).toBe('waited token-2')
})

test('a renewal that fails leaves the token that is held, for as long as it lives', async () => {
  const one = bench()
  await one.take()
  one.next = async () => NO
  one.pass(HOUR - 60_000)
  const first = await one.take()
  await new Promise(setImmediate)
  const second = await one.take()
  one.pass(60_000)
  expect([first, second, await one.take(), one.calls]).toEqual(['held token-1', 'held token-1', 'waited no', 3])
})

test('a refusal holds for a second, whoever asks, and then is asked about again', async () => {
  const one = bench()
  one.next = async () => NO
  const refusals = [await one.take(), await one.take(), await one.take()]
  one.pass(1_000)
  one.next = async () => ({ ok: true, token: 'mended', lifeMs: HOUR })
  expect([...refusals, await one.take(), one.calls]).toEqual(['waited no', 'held no', 'held no', 'waited mended', 2])
})

test('a refused token is fetched anew once; refused again at once, the tokens are not what is wrong', async () => {
  const one = bench()
  await one.take()
  const first = one.store.refuse('a', 'token-1')
  const again = await one.take()
  const late = one.store.refuse('a', 'token-1')
  const second = one.store.refuse('a', 'token-2')
  one.pass(10_000)
  const third = one.store.refuse('a', 'token-2')
  expect([first, again, late, second, third, one.store.refuse('unknown', 'x')]).toEqual([
    true,
    'waited token-2',
    true,
    false,
    true,
    true,
  ])
})

test('a call that breaks by a bug does not block those after it', async () => {
  const one = bench()
  one.next = async () => {
    throw new Error('a bug')
  }
  await expect(one.take()).rejects.toThrow('a bug')
  one.next = async () => ({ ok: true, token: 'mended', lifeMs: HOUR })
  expect(await one.take()).toBe('waited mended')
})

test('no more than 256 credentials are remembered', async () => {
  const one = bench()
  for (let i = 0; i < 257; i++) await one.take(`credential-${i}`)
  const calls = one.calls
  expect([
    await one.take('credential-256'),
    await one.take('credential-1'),
    await one.take('credential-0'),
    calls,
  ]).toEqual(['held token-257', 'held token-2', 'waited token-258', 257])
})
