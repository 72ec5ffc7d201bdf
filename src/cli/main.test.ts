import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMANDS } from '#cli/commands.ts'
import { cliReference } from '#cli/help.ts'
import { version } from '#cli/main.ts'
import { widthOf } from '#cli/table.ts'
import { run } from '#cli/test-world.ts'

const FILE = new URL('../../docs/reference/cli.md', import.meta.url)

test('docs/reference/cli.md says what the commands say (UPDATE=1 writes it)', async () => {
  const text = cliReference(await Promise.all(COMMANDS.map(({ load }) => load())), 'en')
  if (process.env['UPDATE'] === '1') {
    mkdirSync(new URL('.', FILE), { recursive: true })
    writeFileSync(FILE, text)
  }
  expect(readFileSync(FILE, 'utf8')).toBe(text)
})

test('every command is listed under its own name, and its help fits 80 columns in both languages', async () => {
  for (const { name, load } of COMMANDS) {
    const command = await load()
    expect(command.name).toBe(name)
    for (const lang of ['en', 'zh']) {
      const { code, stdout } = await run([name, '--help', '--lang', lang])
      expect({ name, code, shown: stdout.includes(command.example) }).toEqual({ name, code: 0, shown: true })
      const wide = stdout.split('\n').filter((line) => widthOf(line) > 80 && !line.includes(command.example))
      expect(wide).toEqual([])
    }
  }
})

test('the general help lists every command, and asking for nothing shows it as wrong usage', async () => {
  const asked = await run(['--help'])
  const none = await run([])
  expect(COMMANDS.filter(({ name }) => !asked.stdout.includes(`\n  ${name} `))).toEqual([])
  expect(asked.code).toBe(0)
  expect(none).toEqual({ code: 2, stdout: '', stderr: asked.stdout })
})

test('help about a command can be asked for in three ways', async () => {
  const ways = [
    ['price', '--help'],
    ['price', '-h'],
    ['help', 'price'],
  ]
  const [first, ...others] = await Promise.all(ways.map((line) => run(line)))
  expect(first?.stdout).toContain('Usage: tongwen price')
  expect(others).toEqual([first, first])
})

test('the version is that of the package', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version()}\n`, stderr: '' })
  expect(version()).toMatch(/^\d+\.\d+\.\d+/)
})

test.each([
  [['prise'], 'no command is called "prise"; did you mean price?'],
  [['price', 'a/b', '--inptu', '3'], 'no option is called --inptu; did you mean --input?'],
  [['price', 'a', 'b'], '"b" is one word too many'],
  [['models', '--platform'], '--platform needs ID'],
  [['models', '--platform='], '--platform needs ID'],
  [['models', '--all=yes'], '--all takes no value'],
  [['models', '--platform', 'openai', '--platform', 'azure'], '--platform stands twice'],
  [['models', '--platform', 'openia'], 'no platform is called "openia"; did you mean openai?'],
  [['check', '--lang', 'fr'], '--lang must be one of en, zh'],
  [['help', 'prise'], 'no command is called "prise"; did you mean price?'],
])('%j is wrong usage', async (line, words) => {
  expect(await run(line)).toEqual({ code: 2, stdout: '', stderr: `tongwen: ${words}\nSee: tongwen --help\n` })
})

test.each([
  [{}, 'Usage:'],
  [{ LANG: 'zh_CN.UTF-8' }, '用法:'],
  [{ LC_ALL: 'en_US.UTF-8', LANG: 'zh_CN.UTF-8' }, 'Usage:'],
  [{ LC_ALL: '', LANG: 'zh_TW.UTF-8' }, '用法:'],
])('the environment %j chooses the language', async (env, word) => {
  expect((await run(['--help'], { env })).stdout).toContain(word)
})

test('common options may stand before the command', async () => {
  expect(await run(['--lang', 'zh', 'price', '--help'])).toEqual(await run(['price', '--help', '--lang', 'zh']))
})
