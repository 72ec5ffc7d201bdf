import { expect, test } from 'vitest'
import { loadConfig } from '#engine/config/load.ts'
import { released } from '#catalog/index.ts'

const load = (provider: string): ReturnType<typeof loadConfig> =>
  loadConfig({
    text: `providers:\n  p:\n    platform: dashscope\n    apiKey: "0123456789"\n${provider.replace(/^/gm, '    ')}`,
    env: {},
    catalog: released,
  })

test('a contract is read with its dates, its patterns and exact amounts', () => {
  const loaded = load(`currency: CNY
discounts:
  - { models: ['qwen*'], multiplier: "0.85", from: 2026-11-01T00:00:00+08:00, note: frame contract }
packages:
  - { name: gift, tokens: 1000000, counts: input, until: 2027-01-31T00:00:00+08:00 }
  - { name: paid, amount: "5000.00", currency: CNY, price: "4500" }`)
  expect(loaded.ok && loaded.config.providers[0]?.billing).toEqual({
    currency: 'CNY',
    discounts: [
      {
        models: ['qwen*'],
        multiplier: '0.85',
        from: Date.parse('2026-10-31T16:00:00Z'),
        until: Number.POSITIVE_INFINITY,
        note: 'frame contract',
      },
    ],
    packages: [
      {
        id: 'p/gift',
        name: 'gift',
        of: 'tokens',
        amount: 1_000_000n,
        counts: 'input',
        models: [],
        from: Number.NEGATIVE_INFINITY,
        until: Date.parse('2027-01-30T16:00:00Z'),
      },
      {
        id: 'p/paid',
        name: 'paid',
        of: 'money',
        amount: 5_000_000_000_000n,
        currency: 'CNY',
        price: '4500',
        models: [],
        from: Number.NEGATIVE_INFINITY,
        until: Number.POSITIVE_INFINITY,
      },
    ],
  })
})

test('a contract that contradicts itself is refused with its place', () => {
  const loaded = load(`currency: yuan
discounts:
  - { multiplier: 0.85 }
  - { multiplier: "1.2" }
  - { multiplier: "0.5", from: 2026-11-01T00:00:00Z, until: 2026-10-01T00:00:00Z }
packages:
  - { name: a, tokens: 5, amount: "1", currency: CNY }
  - { name: a, tokens: 5 }
  - { name: b, amount: "1" }`)
  const problems = loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`)
  expect(problems.toSorted()).toEqual([
    'providers.p.currency: must be the three capital letters of ISO 4217, like CNY or USD',
    'providers.p.discounts.0.multiplier: must be quoted, so that no digit is lost: "0.85"',
    'providers.p.discounts.1.multiplier: must be at most "1": it is the part that is still paid',
    'providers.p.discounts.2.until: must be later than `from`',
    'providers.p.packages.0: needs `tokens` or `amount`, not both',
    'providers.p.packages.2.currency: is needed',
  ])
})

test('two packages of one name are told apart by nobody', () => {
  const loaded = load('packages: [{ name: a, tokens: 5 }, { name: a, tokens: 6 }]')
  expect(loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'providers.p.packages.1.name: is the name of another package: "a"',
  ])
})
