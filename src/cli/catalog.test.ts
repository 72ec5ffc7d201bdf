import { describe, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { widthOf } from '#cli/table.ts'
import { folderWith, NOW, run, runJson } from '#cli/test-world.ts'

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
      'price row  CNY per million tokens as of 2026-11',
      'hours      times 2 (Mon Tue Wed Thu Fri 09:00-12:00 Asia/Shanghai, no public',
      '           holiday of the PRC calendar)',
      'rounding   each line is exact and rounded once, half up, to a billionth',
      'source     https://api-docs.deepseek.com/zh-cn/quick_start/pricing/ (2026-10/11',
      '           snapshot)',
      'as of      2026-11',
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

test('every rule of a price is a line of its own, in Chinese too', async () => {
  const line = ['price', 'openai/gpt-6-sol', '--input', '300000', '--cached', '100000', '--output', '1000']
  const terms = ['--batch', '--discount', '0.85', '--package', 'tokens=100000', '--count', 'web-search=2']
  const { code, stdout } = await run([...line, ...terms], { env: { LANG: 'zh_CN.UTF-8' } })
  expect(code).toBe(0)
  expect(stdout).toBe(
    [
      'openai/gpt-6-sol, 2026-11-22T12:00:00.000Z',
      '',
      '项目        词元  每百万单价          费用',
      '输入      200000         1.7      0.34 USD',
      '缓存输入  100000        0.17     0.017 USD',
      '输出        1000       6.375  0.006375 USD',
      '联网搜索       2   10 / 1000      0.02 USD',
      '合计                          0.383375 USD',
      '应付                          0.213375 USD',
      '',
      '价目    USD 每百万词元，截至 2026-09-22',
      '阶梯    输入超过 272000 词元，整个请求按此档',
      '服务档  × 0.5（batch）',
      '折扣    × 0.85（合同折扣）',
      '资源包  由 1 抵扣：100000 词元，价值 0.17 USD',
      '舍入    每行精确计算，仅在十亿分位四舍五入一次',
      '来源    BerriAI/litellm discussion 42523; docs.laozhang.ai gpt-6-launch-2026-09;',
      '        dev.to/aakira gpt-6-astra',
      '截至    2026-09-22',
      '',
    ].join('\n'),
  )
})

test('a price in JSON tells its rules, its doubts and what packages pay', async () => {
  const line = ['price', 'deepseek/deepseek-flash', '--input', '1000000', '--at', '2027-01-01T10:00:00+08:00']
  expect(await runJson([...line, '--package', 'money=0.5'])).toMatchObject({
    amount: '2',
    toPay: '1.5',
    packages: [{ package: '1', amount: '0.5', covered: '0.5' }],
    steps: [{ kind: 'row' }, { kind: 'window' }],
    estimate: 'the PRC calendar does not reach that day: taken as no public holiday',
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
  [[...PRICE, '--batch', '--tier', 'flex'], '--batch and --tier exclude each other'],
  [[...PRICE, '--discount', '1.2'], '--discount must be from 0 to 1, like 0.85'],
  [[...PRICE, '--package', 'tokens=1.5'], '--package must be tokens=N or money=N'],
  [[...PRICE, '--count', 'searches=1'], '--count must be NAME=N, like web-search=3'],
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

test('a move is told feature by feature: lost, gained, in another form; the rest only with --all', async () => {
  const { code, stdout } = await run(['platforms', 'diff', 'openai', 'dashscope'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^From openai to dashscope: \d+ lost, \d+ gained, \d+ in another form, \d+ the same\.\n/)
  const lost = stdout.slice(stdout.indexOf('\nLost\n'), stdout.indexOf('\nGained\n'))
  expect(lost).toMatch(/\n {2}token bias +works +degraded +the platform takes no\n/)
  expect(stdout).not.toContain('\nThe same\n')
  expect((await run(['platforms', 'diff', 'openai', 'dashscope', '--all'])).stdout).toContain('\nThe same\n')
  const chinese = (await run(['platforms', 'diff', 'openai', 'dashscope', '--lang', 'zh'])).stdout
  expect(chinese).toMatch(/\n {2}token 偏置 +可用 +降级 +平台接受但不生效\n/)
  const wide = [stdout, chinese].flatMap((text) => text.split('\n').filter((line) => widthOf(line) > 80))
  expect(wide).toEqual([])
})

test('a move in JSON has ids and English in every language, and a verdict for each parameter', async () => {
  const line = ['platforms', 'diff', 'openai', 'deepseek', '--to-model', 'deepseek-flash', '--lang', 'zh']
  const table = (await runJson(line)) as { features: { feature: string; parameters: string[] }[] }
  expect(table).toMatchObject({
    from: 'openai',
    to: 'deepseek/deepseek-flash',
    summary: { lost: expect.any(Number) as unknown },
  })
  expect(table.features.find(({ feature }) => feature === 'logit-bias')).toEqual({
    feature: 'logit-bias',
    title: 'token bias',
    parameters: ['logit_bias'],
    change: 'lost',
    verdict: 'degraded',
    from: { verdict: 'works' },
    to: { verdict: 'degraded', detail: 'the platform takes no notice of it' },
  })
})

test.each([
  [['openai', 'dashscop'], 'no platform is called "dashscop"; did you mean dashscope?'],
  [
    ['openai', 'deepseek', '--to-model', 'deepseek-flsh'],
    'no model is called "deepseek/deepseek-flsh"; did you mean deepseek-flash',
  ],
  [['openai', 'cloudwalk'], 'nothing to compare: platform "cloudwalk": Nothing public exists'],
])('a move %j is answered with no', async (line, words) => {
  const { code, stdout, stderr } = await run(['platforms', 'diff', ...line])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(`tongwen: ${words}`)
})

test.each([
  [['platforms', 'diff', 'openai'], 'diff needs two platforms, like openai dashscope'],
  [['platforms', 'openai', 'dashscope'], '"dashscope" is one word too many; to compare two: platforms diff FROM TO'],
  [['platforms', 'openai', '--to-model', 'm'], '--to-model is for `platforms diff <from> <to>`'],
  [['platforms', '--stale', '90'], '--stale must be days or weeks, like 90d or 12w'],
  [['platforms', 'openai', '--stale', '90d'], '--stale is about all platforms: it takes no words'],
])('%j is wrong usage of platforms', async (line, words) => {
  const { code, stderr } = await run(line)
  expect({ code, stderr: stderr.split('\n')[0] }).toEqual({ code: 2, stderr: `tongwen: ${words}` })
})

test('a platform where nothing public exists says so, and what the sources do not settle stands before what they do', async () => {
  const { stdout } = await run(['platforms', 'cloudwalk'])
  const text = stdout.replaceAll(/\s+/g, ' ')
  expect(text).toContain('unavailable Nothing public exists: no API document, no address and no price was found')
  expect(text).toContain('Unverified (the sources do not settle these; check before you rely on them) everything')
  const openai = (await run(['platforms', 'openai'])).stdout
  expect(openai.indexOf('\nUnverified (')).toBeGreaterThan(0)
  expect(openai.indexOf('\nUnverified (')).toBeLessThan(openai.indexOf('\nRegions\n'))
  expect(openai).toMatch(/\nUNVERIFIED +5 fact\(s\), see below\n/)
})

test('rows older than an age are listed with their source; the answer is no where there are some', async () => {
  const { code, stdout } = await run(['platforms', '--stale', '90d'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ROW +AS OF +DAYS +SOURCE\n/)
  expect(stdout).toMatch(/\n\d+ row\(s\) are older than 90d\.\n\d+ old row\(s\) are history and left out/)
  const { rows } = (await runJson(['platforms', '--stale', '90d'])) as { rows: { days: number; asOf: string }[] }
  expect(rows.length).toBeGreaterThan(10)
  expect(rows.filter(({ days }) => days <= 90)).toEqual([])
  expect(rows.map(({ days }) => days)).toEqual(rows.map(({ days }) => days).toSorted((a, b) => b - a))
  const none = await run(['platforms', '--stale', '5000d'])
  expect(none).toEqual({ code: 0, stdout: 'No row is older than 5000d.\n', stderr: '' })
  expect(await runJson(['platforms', '--stale', '700w'])).toEqual({ olderThan: '700w', rows: [], history: 0 })
})

test('platforms are rows too, by the day of their last check', async () => {
  const now = (): number => NOW + 200 * 86_400_000
  const { rows } = (await runJson(['platforms', '--stale', '100d'], { now })) as { rows: unknown[] }
  expect(rows).toContainEqual({
    row: 'platform',
    id: 'vllm',
    asOf: '2026-11-22',
    days: 200,
    source: 'vllm-project/vllm: chat protocol (002032e, 2026)',
    origin: 'release',
  })
})

const OVERLAY = `source: our contract
asOf: 2026-11-20
platforms:
  deepseek: { note: by contract }
models:
  deepseek/deepseek-flash: { prices: [{ currency: CNY, input: "0.5", output: "1" }] }
  deepseek/deepseek-v9: { context: 4000000, capabilities: [tools] }
`

describe('a catalog overlay', () => {
  const cwd = folderWith({
    'conf/overlay.yaml': OVERLAY,
    'conf/tongwen.yaml': 'catalog: overlay.yaml\nproviders: { d: { platform: deepseek, apiKey: ${NOT_SET} } }\n',
    'bad.yaml': OVERLAY.replace('context', 'contxt'),
  })
  const CATALOG = ['--catalog', 'conf/overlay.yaml']

  test('changes models and prices, and is shown with its rows', async () => {
    const { stdout } = await run(['models', 'deepseek/*', ...CATALOG], { cwd })
    expect(stdout).toMatch(/^MODEL +CONTEXT +CAN +PRICE +ORIGIN\n/)
    expect(stdout).toMatch(/\ndeepseek\/deepseek-flash +1M .* 0\.5\/1 CNY +overlay\n/)
    expect(stdout).toMatch(/\ndeepseek\/deepseek-v9 +4M +tools +- +overlay\n/)
    expect(await runJson(['models', 'deepseek-flash', '--platform', 'deepseek', ...CATALOG], { cwd })).toMatchObject({
      models: [{ origin: 'overlay', overlay: 'conf/overlay.yaml', price: { input: '0.5', origin: 'overlay' } }],
    })
    expect(await runJson([...PRICE, ...CATALOG], { cwd })).toMatchObject({
      amount: '0.001',
      source: 'our contract',
      asOf: '2026-11-20',
      origin: 'overlay',
      overlay: 'conf/overlay.yaml',
    })
    expect((await run([...PRICE, ...CATALOG], { cwd })).stdout).toMatch(/\nORIGIN +overlay conf\/overlay\.yaml\n/)
    expect((await run([...PRICE], { cwd })).stdout).not.toContain('overlay')
  })

  test('that the configuration names counts without the rest of the configuration, and from its folder', async () => {
    const { code, stdout } = await run(['platforms', 'deepseek', '--config', 'conf/tongwen.yaml'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/\nCHECKED +2026-11-20\n/)
    expect(stdout).toMatch(/\nORIGIN +overlay overlay\.yaml\n/)
    expect((await run(['platforms', ...CATALOG], { cwd })).stdout).toMatch(/^ID +NAME +KEY VARIABLE +MODELS +ORIGIN\n/)
  })

  test('that is bad stops the command with the place and the nearest key', async () => {
    const said = 'bad.yaml:7:27: models.deepseek/deepseek-v9.contxt: unknown key "contxt"; did you mean "context"?\n'
    for (const line of [['models'], ['platforms'], PRICE, ['platforms', 'diff', 'openai', 'deepseek']]) {
      expect(await run([...line, '--catalog', 'bad.yaml'], { cwd })).toEqual({
        code: 3,
        stdout: '',
        stderr: `tongwen: ${said}`,
      })
    }
    const { code, stdout } = await run(['check', '--catalog', 'bad.yaml'], { cwd })
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${said}bad.yaml is not valid: 1 problem(s).\n` })
  })

  test('that is good is told by check: what it corrects and adds', async () => {
    const { code, stdout } = await run(['check', ...CATALOG], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain('note: catalog overlay conf/overlay.yaml corrects 2 rows and adds deepseek/deepseek-v9\n')
  })
})
