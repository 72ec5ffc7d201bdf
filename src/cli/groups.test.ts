import { expect, test } from 'vitest'
import { folderWith, run, runJson } from '#cli/test-world.ts'

const FILE = {
  'tongwen.yaml': `organisations: { acme: { limits: { requestsPerDay: 1000 } } }
teams: { fixed: { organisation: acme, budget: { amount: "5", currency: CNY, period: day, whenShort: cap } } }
`,
}

test('a team is made in an organisation of the file, a key in the team, and both are changed', async () => {
  const cwd = folderWith(FILE)
  const line = ['teams', 'create', 'search', '--organisation', 'acme', '--tokens-per-day', '5000']
  expect(await run(line, { cwd })).toMatchObject({ code: 0, stdout: 'Team "search" is made.\n' })
  expect((await run(['keys', 'create', 'shop', '--team', 'search'], { cwd })).code).toBe(0)
  const update = [
    'teams',
    'update',
    'search',
    '--tokens-per-day',
    'none',
    '--budget',
    '9 CNY/month',
    '--unpriced',
    'allow',
  ]
  expect((await run(update, { cwd })).code).toBe(0)
  const budget = { amount: '9', currency: 'CNY', period: 'month', unpriced: 'allow' }
  expect(await runJson(['teams', 'list'], { cwd })).toMatchObject({
    teams: [
      { name: 'fixed', owner: 'file', budget: { whenShort: 'cap' } },
      { name: 'search', owner: 'store', organisation: 'acme', limits: {}, budget },
    ],
  })
  expect(await runJson(['keys', 'update', 'shop', '--team', 'none', '--models', 'a,b'], { cwd })).toMatchObject({
    name: 'shop',
    models: ['a', 'b'],
  })
  expect(await run(['teams', 'remove', 'search'], { cwd })).toMatchObject({ stdout: 'Team "search" is removed.\n' })
})

test('a key is shown with what is left at every level that binds it', async () => {
  const cwd = folderWith(FILE)
  await run(['keys', 'create', 'shop', '--team', 'fixed', '--requests-per-minute', '60'], { cwd })
  await run(['usage', 'adjust', '--amount', '1.25 CNY', '--reason', 'x', '--key', 'shop'], { cwd })
  expect(await runJson(['keys', 'show', 'shop'], { cwd })).toMatchObject({
    name: 'shop',
    levels: [
      { kind: 'key', name: 'shop', left: { requestsPerMinute: 60 } },
      { kind: 'team', name: 'fixed', left: {}, budgetLeft: { amount: '3.75', currency: 'CNY' } },
      { kind: 'organisation', name: 'acme', left: { requestsPerDay: 1000 } },
    ],
  })
  expect((await run(['keys', 'show', 'shop'], { cwd })).stdout).toContain('3.75 CNY/day')
})

test.each([
  [['teams', 'create', 'fixed'], 1, 'is declared in the configuration file'],
  [['teams', 'update', 'fixed', '--models', 'a'], 1, 'read-only here'],
  [['organisations', 'remove', 'acme'], 1, 'read-only here'],
  [['teams', 'create', 'x', '--organisation', 'gone'], 1, 'there is no organisation named "gone"'],
  [['keys', 'create', 'x', '--team', 'gone'], 1, 'there is no team named "gone"'],
  [['teams', 'create', 'a b'], 2, 'the name must be letters, digits'],
  [['teams', 'update', 'x'], 2, 'needs something to change'],
  [['teams', 'create', 'x', '--requests-per-day', 'many'], 2, '--requests-per-day'],
  [['teams', 'create', 'x', '--budget', '5 CNY/day', '--when-short', 'wait'], 2, '--when-short must be refuse or cap'],
  [['teams', 'create', 'x', '--when-short', 'cap'], 2, 'go with --budget'],
  [['teams'], 2, 'teams needs a verb'],
])('%j ends with %i: %s', async (line, code, words) => {
  const cwd = folderWith(FILE)
  await run(['keys', 'create', 'any'], { cwd })
  const { stderr, ...ran } = await run(line, { cwd })
  expect({ code: ran.code, told: stderr.includes(words), stderr }).toMatchObject({ code, told: true })
})
