import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorReference, NARROWER } from '../tools/reference/errors.ts'
import { withBlock } from '../tools/reference/markdown.ts'
import { marketTable, MARKET } from '../tools/reference/market.ts'
import { platformReference } from '../tools/reference/platforms.ts'
import { quirkReference } from '../tools/reference/quirks.ts'
import { RECORDED } from '../tools/reference/recorded.ts'
import { warningReference } from '../tools/reference/warnings.ts'
import { platforms } from '#catalog/index.ts'
import { HAVE_RECORDINGS, RECORDINGS } from '#test/support/recordings.ts'

/** Each generated file, or file with a generated block, as it must be. */
const GENERATED: Readonly<Record<string, (now: string) => string>> = {
  'docs/reference/errors.md': () => errorReference(),
  'docs/reference/quirks.md': () => quirkReference(readFileSync('src/wire/quirks.ts', 'utf8')),
  'docs/reference/platforms.md': () => platformReference(),
  'docs/reference/warnings.md': () => warningReference(),
  'README.md': (now) => withBlock(now, 'market', marketTable('en')),
  'README.zh-CN.md': (now) => withBlock(now, 'market', marketTable('zh')),
}

test.each(Object.entries(GENERATED))('%s says what the code says (UPDATE=1 writes it)', (file, make) => {
  const wanted = make(textOf(file))
  if (process.env['UPDATE'] === '1') writeFileSync(file, wanted)
  expect(textOf(file)).toBe(wanted)
})

describe('recorded platforms', () => {
  test.each(Object.entries(RECORDED))('%s has a test that reads its recordings: %s', (id, file) => {
    expect(textOf(file)).toMatch(new RegExp(`['"\`]${id}/[a-z-]+`))
  })

  test.skipIf(!HAVE_RECORDINGS)('are those that there are recordings of', () => {
    const folders = readdirSync(RECORDINGS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(Object.keys(RECORDED).sort()).toEqual(folders.map(({ name }) => name).sort())
  })
})

test('every platform of the catalog that chats has a row in the table of the READMEs', () => {
  const named = new Set(MARKET.flatMap((system) => system.platforms))
  const chat = [...platforms.values()].filter(({ kind, endpoints }) => kind !== 'simulator' && endpoints.length > 0)
  expect(chat.filter(({ id }) => !named.has(id)).map(({ id }) => id)).toEqual([])
  expect([...named].filter((id) => !platforms.has(id))).toEqual([])
})

describe('narrower codes', () => {
  const sources = ['src/engine', 'src/server']
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(name, 'utf8'))
    .join('\n')

  test('each that the gateway makes is in the error reference, and no other', () => {
    const made = [
      ...sources.matchAll(/code: '([a-z]+(?:_[a-z]+)+)'/g),
      ...sources.matchAll(/wrongField\([^)]*'([a-z]+(?:_[a-z]+)+)'\)/g),
    ].map(([, code = '']) => code)
    expect([...new Set(made)].sort()).toEqual([...Object.keys(NARROWER), 'invalid_configuration'].sort())
  })
})

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
