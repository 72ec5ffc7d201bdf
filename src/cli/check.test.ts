import { join } from 'node:path'
import { expect, test } from 'vitest'
import { widthOf } from '#cli/table.ts'
import { folderWith, run, runJson } from '#cli/test-world.ts'

const GOOD = `server:
  port: 9000
providers:
  deepseek:
    platform: deepseek
    apiKey: \${DEEPSEEK_KEY}
routes:
  fast:
    targets: [deepseek/deepseek-flash, deepseek/some-model-of-tomorrow]
keys:
  - { name: shop, key: sk-declared-0123456789abcd, models: [fast] }
`
const env = { DEEPSEEK_KEY: 'sk-0123456789abcdef0123456789' }

test('without a file the embedded defaults are explained', async () => {
  const { code, stdout } = await run(['check'], { cwd: folderWith() })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^No configuration file: .*\n\nPATH .*VALUE .*FROM\nserver\.host +127\.0\.0\.1 +default\n/)
})

test('each value of ./tongwen.yaml is explained with its origin, at 80 columns, without a secret', async () => {
  const { code, stdout } = await run(['check'], { cwd: folderWith({ 'tongwen.yaml': GOOD }), env })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^tongwen\.yaml is valid\.\n/)
  expect(stdout).toMatch(/server\.port +9000 +line 2:9\n/)
  expect(stdout).toMatch(/providers\.deepseek\.apiKey +sk-…6789 +\$DEEPSEEK_KEY, line 6\n/)
  expect(stdout).toContain('note: routes.fast.targets.1: the catalog does not know "some-model-of-tomorrow"')
  expect(stdout.split('\n').filter((line) => widthOf(line) > 80 && !line.startsWith('note:'))).toEqual([])
  expect(stdout).not.toMatch(/0123456789/)
})

test('each target is explained: URL, dialect, authentication, quirks beyond the dialect, price', async () => {
  const { stdout } = await run(['check'], { cwd: folderWith({ 'tongwen.yaml': GOOD }), env })
  const text = stdout.slice(stdout.indexOf('Routes')).replaceAll(/\s+/g, ' ')
  expect(text).toContain(
    'fast (priority) 1. deepseek/deepseek-flash url https://api.deepseek.com/chat/completions dialect openai-chat auth bearer quirks',
  )
  expect(text).toContain('maxTokensField max_tokens (dialect: either)')
  expect(text).toContain('price input 1, cached 0.02, output 4: CNY per million tokens as of 2026-11')
  expect(text).toContain('price not in the catalog: no price, no limits')
})

test('--json says the same for machines', async () => {
  const cwd = folderWith({ 'elsewhere.yaml': GOOD })
  expect(await runJson(['check', '--config', join(cwd, 'elsewhere.yaml')], { env })).toMatchObject({
    valid: true,
    file: join(cwd, 'elsewhere.yaml'),
    notes: [expect.stringContaining('some-model-of-tomorrow')],
    values: expect.arrayContaining([
      { path: 'server.port', value: '9000', from: { kind: 'file', line: 2, column: 9 } },
    ]) as unknown,
    routes: [
      {
        name: 'fast',
        strategy: 'priority',
        targets: [
          { id: 'deepseek/deepseek-flash', model: 'deepseek-flash', weight: 1, auth: 'bearer', status: 'active' },
          { id: 'deepseek/some-model-of-tomorrow' },
        ],
      },
    ],
  })
})

const BAD = `server:
  prot: 9000
providers:
  deepseek: { platform: deepsek, apiKey: x }
`

test('an invalid file gives exit code 1 and every problem with file, line and column', async () => {
  const { code, stdout } = await run(['check'], { cwd: folderWith({ 'tongwen.yaml': BAD }) })
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: [
      'tongwen.yaml:2:3: server.prot: unknown key "prot"; did you mean "port"?',
      'tongwen.yaml:4:25: providers.deepseek.platform: no platform is called "deepsek"; did you mean "deepseek"?',
      'tongwen.yaml is not valid: 2 problem(s).',
      '',
    ].join('\n'),
  })
})

test('an invalid file in JSON', async () => {
  const cwd = folderWith({ 'tongwen.yaml': 'server: { port: 70000 }\n' })
  expect(await runJson(['check'], { cwd })).toEqual({
    valid: false,
    file: 'tongwen.yaml',
    problems: [{ path: 'server.port', message: 'must be a whole number from 0 to 65535', line: 1, column: 17 }],
  })
})

test('a file that is not there is no invalid configuration: exit code 3', async () => {
  const { code, stdout, stderr } = await run(['check', '--config', 'none.yaml'], { cwd: folderWith() })
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toMatch(/^tongwen: cannot read .*none\.yaml/)
})
