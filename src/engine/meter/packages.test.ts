import { expect, test } from 'vitest'
import { findOffer } from '#catalog/index.ts'
import type { Billing } from '#engine/config/billing.ts'
import { priced } from '#engine/meter/meter.ts'
import { packageBook } from '#engine/meter/packages.ts'
import type { Target } from '#engine/target.ts'
import { NO_USAGE } from '#wire/usage.ts'

const NOW = Date.parse('2026-11-18T12:00:00Z')
const OPEN = { models: [], from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }

const target = (billing: Billing): Target =>
  ({
    id: 'p/qwen3-max',
    provider: { id: 'p', platform: 'dashscope', billing },
    resolved: { model: 'qwen3-max', offer: findOffer('dashscope', 'qwen3-max') },
    weight: 1,
  }) as unknown as Target

const usage = { ...NO_USAGE, inputFresh: 10_000, outputText: 1000 }

test('a discount holds for its models and its time, by the start of the request', () => {
  const billing: Billing = {
    discounts: [
      { ...OPEN, models: ['glm*'], multiplier: '0.1' },
      { ...OPEN, models: ['qwen*'], multiplier: '0.85', until: NOW },
    ],
    packages: [],
  }
  const cost = (begunAt: number): unknown =>
    priced(usage, undefined, { target: target(billing), now: NOW, begunAt }).cost
  expect([cost(NOW - 1), cost(NOW)]).toEqual([
    {
      amount: '0.02975',
      currency: 'CNY',
      rule: 'CNY per million tokens as of 2026-06-29, times 0.85 (contract discount)',
    },
    { amount: '0.035', currency: 'CNY', rule: 'CNY per million tokens as of 2026-06-29' },
  ])
})

test('packages are drawn from until nothing is left, and the trace says how much', () => {
  const gift = { ...OPEN, id: 'p/gift', name: 'gift', of: 'tokens', amount: 15_000n } as const
  const at = target({ discounts: [], packages: [gift] })
  const book = packageBook()
  const next = (): unknown => book.charge(priced(usage, undefined, { target: at, now: NOW })).cost
  const plain = 'CNY per million tokens as of 2026-06-29'
  expect([next(), next(), next()]).toEqual([
    {
      amount: '0',
      currency: 'CNY',
      rule: `${plain}, 11000 tokens of package p/gift for 0.035 CNY`,
      packages: [{ package: 'p/gift', tokens: '11000', covered: '0.035' }],
    },
    {
      amount: '0.025',
      currency: 'CNY',
      rule: `${plain}, 4000 tokens of package p/gift for 0.01 CNY`,
      packages: [{ package: 'p/gift', tokens: '4000', covered: '0.01' }],
    },
    { amount: '0.035', currency: 'CNY', rule: plain },
  ])
  expect(book.leftOf('p/gift', 15_000n)).toBe(0n)
})

test('what was drawn elsewhere is gone', () => {
  const paid = { ...OPEN, id: 'p/paid', name: 'paid', of: 'money', amount: 1_000_000_000n, currency: 'CNY' } as const
  const book = packageBook()
  book.drawn('p/paid', 990_000_000n)
  const bill = book.charge(priced(usage, undefined, { target: target({ discounts: [], packages: [paid] }), now: NOW }))
  expect(bill.money).toEqual({ nanos: 25_000_000n, currency: 'CNY' })
})
