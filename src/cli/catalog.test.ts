import { expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { widthOf } from '#cli/table.ts'
import { run, runJson } from '#cli/test-world.ts'

test('platforms lists all of the catalog, within 80 columns, and says why some cannot be called', async () => {
  for (const lang of ['en', 'zh']) {
    const { code, stdout } = await run(['platforms', '--lang', lang])
    expect(code).toBe(0)
    expect(stdout.split('\n').filter((line) => widthOf(line) > 80)).toEqual([])
    expect([...platforms.keys()].filter((id) => !stdout.includes(`\n${id} `))).toEqual([])
  }
  expect((await run(['platforms'])).stdout).toMatch(/\nCannot be called:\n(.*\n)* {2}kling +It makes videos only/)
})

test('a platform is shown with regions, endpoints, quirks and their meaning, residency and sources', async () => {
  const { code, stdout } = await run(['platforms', 'deepseek'])
  const text = stdout.replaceAll(/\s+/g, ' ')
  expect(code).toBe(0)
  for (const words of [
    'KEY VARIABLE DEEPSEEK_API_KEY',
    'AUTH bearer',
    'Regions global https://api.deepseek.com (CN;',
    'Endpoints openai-chat /chat/completions',
    'answersMax = 1 Most answers to one request (`n`).',
    'Residency (as told by the sources; check before use)',
    'mainlandChina true',
    'Sources https://api-docs.deepseek.com',
  ]) {
    expect(text).toContain(words)
  }
})

test('platforms in JSON: the list, and one', async () => {
  const list = (await runJson(['platforms'])) as { platforms: { id: string }[] }
  expect(list.platforms.map(({ id }) => id)).toEqual([...platforms.keys()])
  expect(await runJson(['platforms', 'deepseek'])).toMatchObject({
    id: 'deepseek',
    keyVariables: ['DEEPSEEK_API_KEY'],
    auth: { kind: 'bearer' },
    errorRules: platforms.get('deepseek')?.errors.length,
  })
})

test('a platform that is not there is answered with no, and the nearest', async () => {
  expect(await run(['platforms', 'deepsek'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'tongwen: no platform is called "deepsek"; did you mean deepseek?\n',
  })
})

test('models that fit a pattern are listed with their price now; inactive ones only with --all', async () => {
  const { code, stdout } = await run(['models', '*flash', '--platform', 'deepseek'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^MODEL +CONTEXT +CAN +PRICE\ndeepseek\/deepseek-flash +1M +tools vision .* +1\/4 CNY \+\n/)
  const some = (await runJson(['models', '--platform', 'openai'])) as { models: { status: string }[] }
  const all = (await runJson(['models', '--platform', 'openai', '--all'])) as { models: { status: string }[] }
  expect(new Set(some.models.map(({ status }) => status))).toEqual(new Set(['active']))
  expect(all.models.length).toBeGreaterThan(some.models.length)
  expect((await run(['models', '--platform', 'openai'])).stdout).toContain(
    `${all.models.length - some.models.length} more are not active; --all shows them.`,
  )
})

test('a model in JSON has its facts and its price, in the currency that was asked for', async () => {
  expect(await runJson(['models', 'deepseek/deepseek-flash', '--currency', 'USD'])).toMatchObject({
    models: [
      {
        id: 'deepseek/deepseek-flash',
        platform: 'deepseek',
        kind: 'chat',
        status: 'active',
        context: 1_000_000,
        price: { input: '0.15', cachedInput: '0.003', output: '0.6', currency: 'USD' },
      },
    ],
  })
})

test('a pattern that fits nothing is answered with no, and the nearest', async () => {
  const { code, stderr } = await run(['models', 'deepseek-flsh'])
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^tongwen: no model matches "deepseek-flsh"; did you mean deepseek-flash/) as unknown,
  })
})

const PRICE = ['price', 'deepseek/deepseek-flash', '--input', '1000', '--output', '500', '--cached', '200']

test('a price is shown line by line with its rule, source and date', async () => {
  const { code, stdout } = await run([...PRICE, '--at', '2026-11-23T10:00:00+08:00'])
  expect(code).toBe(0)
  expect(stdout).toBe(
    [
      'deepseek/deepseek-flash, 2026-11-23T02:00:00.000Z',
      '',
      'WHAT          TOKENS  PER MILLION          COST',
      'input            800            2    0.0016 CNY',
      'cached input     200         0.04  0.000008 CNY',
      'output           500            8     0.004 CNY',
      'total                              0.005608 CNY',
      '',
      'rule    CNY per million tokens as of 2026-11, times 2 (Mon Tue Wed Thu Fri',
      '        09:00-12:00 Asia/Shanghai, exemption of PRC public holidays not applied)',
      'source  https://api-docs.deepseek.com/zh-cn/quick_start/pricing/ (2026-10/11',
      '        snapshot)',
      'as of   2026-11',
      '',
    ].join('\n'),
  )
})

test('a price in JSON; reasoning is a part of the output', async () => {
  expect(await runJson([...PRICE, '--reasoning', '100'])).toMatchObject({
    model: 'deepseek/deepseek-flash',
    at: '2026-11-22T12:00:00.000Z',
    amount: '0.002804',
    currency: 'CNY',
    lines: [
      { what: 'inputFresh', tokens: 800, perMillion: '1', amount: '0.0008' },
      { what: 'inputCached', tokens: 200, perMillion: '0.02', amount: '0.000004' },
      { what: 'outputText', tokens: 400, perMillion: '4', amount: '0.0016' },
      { what: 'outputReasoning', tokens: 100, perMillion: '4', amount: '0.0004' },
    ],
    asOf: '2026-11',
  })
})

test.each([
  [['price'], 'price needs a model, like deepseek/deepseek-flash'],
  [['price', 'deepseek/deepseek-flash'], 'price needs --input or --output'],
  [['price', 'deepseek/deepseek-flash', '--input', '-5'], '--input must be a whole number'],
  [[...PRICE, '--cached', '1'], '--cached stands twice'],
  [
    ['price', 'deepseek/deepseek-flash', '--input', '10', '--cached', '11'],
    '--cached and --cache-write are parts of --input: together at most that',
  ],
  [[...PRICE, '--reasoning', '501'], '--reasoning is a part of --output: at most that'],
  [[...PRICE, '--at', '2026-11-22'], '--at must be an instant with its offset, like 2026-11-22T10:00:00+08:00'],
  [
    ['price', 'deepseek/deepseek-flahs'],
    'no model is called "deepseek/deepseek-flahs"; did you mean deepseek/deepseek-flash',
  ],
])('%j is wrong usage', async (line, words) => {
  const { code, stdout, stderr } = await run(line)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(`tongwen: ${words}`)
})

test('a currency without a price list is answered with no', async () => {
  const { code, stderr } = await run([...PRICE, '--currency', 'EUR'])
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'tongwen: the catalog has no price for deepseek-flash in EUR at 2026-11-22T12:00:00.000Z\n',
  })
})
