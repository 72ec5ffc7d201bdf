import { expect, test } from 'vitest'
import { platforms, resolve } from '#catalog/index.ts'
import type { Spent } from '#engine/send/calls.ts'
import type { Target } from '#engine/target.ts'
import { billOfCalls } from '#engine/unary-bill.ts'
import { openaiEmbeddings } from '#wire/embeddings/index.ts'
import { NO_USAGE } from '#wire/usage.ts'

const JSON_BODY = { model: 'm', input: ['one', 'two', 'three'] }
const read = openaiEmbeddings.read({ text: JSON.stringify(JSON_BODY), json: JSON_BODY })
if (!read.ok) throw new Error(read.failure.message)
const { job } = read
const engine: any = { ports: { clock: { now: () => Date.parse('2026-11-22T00:00:00Z') } } }

function target(platform: string, model: string): Target {
  const resolved = resolve({ platform: platforms.get(platform)!, model, baseUrl: 'http://here' })
  if (!resolved.ok) throw new Error(resolved.reason)
  return { id: `${platform}/${model}`, provider: { id: platform }, resolved: resolved.value, weight: 1 } as Target
}

const CNY = target('baichuan', 'Baichuan-Text-Embedding')
const USD = target('openai', 'text-embedding-3-small')
const FREE = target('vllm', 'served')

/** One call a target, each for one input, of a million tokens each. */
function billOf(...targets: readonly Target[]) {
  const spent = targets.map((each, at): Spent => ({
    target: each,
    range: { from: at, to: at + 1 },
    usage: { ...NO_USAGE, inputFresh: 1_000_000 },
  }))
  const { usage, money, cost, estimated } = billOfCalls({ engine, job, operation: 'embeddings' }, spent)
  return { tokens: usage.inputFresh, money, amount: cost?.amount, estimated }
}

const APART = 'a part of it was billed in another currency, or has no price'

test('calls in one currency are summed and exact', () => {
  expect(billOf(CNY, CNY)).toEqual({
    tokens: 2_000_000,
    money: { nanos: 1_000_000_000n, currency: 'CNY' },
    amount: '1',
    estimated: undefined,
  })
})

test('a call without a price leaves the cost of the others, which is marked', () => {
  const wanted = { tokens: 2_000_000, money: { nanos: 500_000_000n, currency: 'CNY' }, amount: '0.5', estimated: APART }
  expect([billOf(CNY, FREE), billOf(FREE, CNY)]).toEqual([wanted, wanted])
})

test('amounts of two currencies are never added', () => {
  expect(billOf(CNY, USD)).toEqual({
    tokens: 2_000_000,
    money: { nanos: 20_000_000n, currency: 'USD' },
    amount: '0.02',
    estimated: APART,
  })
})

test('calls without prices have a usage and no cost', () => {
  expect(billOf(FREE, FREE)).toMatchObject({ tokens: 2_000_000, money: undefined, amount: undefined })
})
