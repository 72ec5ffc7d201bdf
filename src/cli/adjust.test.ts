import { expect, test } from 'vitest'
import { folderWith, run, runJson } from '#cli/test-world.ts'

const FILE = {
  'tongwen.yaml': `teams: { search: {} }
keys: [{ name: shop, key: sk-declared-0123456789abcd, team: search }]
currencies: { reporting: CNY, rates: [{ from: USD, to: CNY, rate: "7.1", since: 2026-11-01 }] }
`,
}

test('a correction is booked once, counts for its key and team, is converted, and the books agree', async () => {
  const cwd = folderWith(FILE)
  await run(['keys', 'create', 'any'], { cwd })
  const line = ['usage', 'adjust', '--amount', '-1.50 USD', '--reason', 'credit note', '--key', 'shop', '--id', 'n1']
  const booked = await runJson(line, { cwd })
  expect(booked).toMatchObject({ id: 'n1', amount: '-1.5', currency: 'USD', reason: 'credit note', key: 'config:shop' })
  expect(await runJson(line, { cwd })).toEqual(booked)
  expect(await runJson(['usage', '--by', 'team'], { cwd })).toMatchObject({
    rows: [
      {
        group: { team: 'search' },
        requests: 0,
        adjustments: 1,
        costs: [{ amount: '-1.5', currency: 'USD' }],
        converted: { amount: '-10.65', currency: 'CNY', missing: [] },
      },
    ],
  })
  const { stdout } = await run(['usage'], { cwd })
  expect(stdout).toContain('IN CNY')
  expect(stdout).toContain('1 correction(s) are in these figures.')
  const verified = await run(['usage', 'verify'], { cwd })
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringMatching(/^The books agree/)])
})

test.each([
  [['usage', 'adjust', '--reason', 'x'], 'needs --amount'],
  [['usage', 'adjust', '--amount', '1 CNY'], 'needs --reason'],
  [['usage', 'adjust', '--amount', '0 CNY', '--reason', 'x'], '--amount must not be zero'],
  [['usage', 'adjust', '--amount', '1 CNY', '--reason', 'x', '--target', 'bare'], '--target must be provider/model'],
  [['usage', 'fix'], 'usage has no verb "fix"'],
])('%j is wrong usage', async (line, words) => {
  const { code, stderr } = await run(line, { cwd: folderWith(FILE) })
  expect({ code, told: stderr.includes(words), stderr }).toMatchObject({ code: 2, told: true })
})
