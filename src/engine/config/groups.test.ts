import { expect, test } from 'vitest'
import { released } from '#catalog/index.ts'
import { loadConfig } from '#engine/config/load.ts'

function load(text: string): unknown {
  const loaded = loadConfig({ text, env: {}, catalog: released })
  return loaded.ok
    ? { groups: loaded.config.groups, keys: loaded.config.keys, currencies: loaded.config.currencies }
    : loaded.problems
}

test('organisations, teams, the teams of keys, and rates of exchange', () => {
  const text = `
organisations: { acme: { limits: { requestsPerDay: 1000 } } }
teams: { 搜索: { organisation: acme, models: [qwen/*], budget: { amount: "9", currency: CNY, period: day } } }
keys: [{ name: a, key: sk-0123456789abcdef, team: 搜索, limits: { tokensPerDay: 5 } }]
currencies: { reporting: CNY, rates: [{ from: USD, to: CNY, rate: "7.1", since: 2026-11-01 }] }
`
  const team = { organisation: 'acme', models: ['qwen/*'], limits: {} }
  expect(load(text)).toEqual({
    groups: [
      { kind: 'organisation', name: 'acme', models: [], limits: { requestsPerDay: 1000 } },
      { kind: 'team', name: '搜索', ...team, budget: { amount: '9', currency: 'CNY', period: 'day' } },
    ],
    keys: [
      { name: 'a', key: 'sk-0123456789abcdef', role: 'caller', team: '搜索', models: [], limits: { tokensPerDay: 5 } },
    ],
    currencies: { reporting: 'CNY', rates: [{ from: 'USD', to: 'CNY', rate: '7.1', since: '2026-11-01' }] },
  })
})

test('what belongs to a group that is not there, and names that no address can hold', () => {
  const text = `
organisations: { acme: {}, "a b": {} }
teams: { search: { organisation: acne } }
keys: [{ name: a, key: sk-0123456789abcdef, team: serch }]
`
  expect(load(text)).toMatchObject([
    { path: 'organisations.a b', line: 2 },
    {
      path: 'teams.search.organisation',
      message: 'no organisation of this file is called "acne"; did you mean "acme"?',
    },
    { path: 'keys.0.team', message: 'no team of this file is called "serch"; did you mean "search"?' },
  ])
})
