import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorReference, NARROWER } from '../tools/reference/errors.ts'
import { withBlock } from '../tools/reference/markdown.ts'
import { platformReference, platformTable } from '../tools/reference/platforms.ts'
import { quirkReference } from '../tools/reference/quirks.ts'

/** Platforms whose own recorded answers a product test sends through the gateway. */
const RECORDED: ReadonlySet<string> = new Set(
  [...readFileSync('test/product/recorded.test.ts', 'utf8').matchAll(/'([a-z-]+)\/[a-z-]+'/g)].map(([, id = '']) => id),
)

/** Each generated file, or file with a generated block, as it must be. */
const GENERATED: Readonly<Record<string, (now: string) => string>> = {
  'docs/reference/errors.md': () => errorReference(),
  'docs/reference/quirks.md': () => quirkReference(readFileSync('src/wire/quirks.ts', 'utf8')),
  'docs/reference/platforms.md': () => platformReference(RECORDED),
  'README.md': (now) => withBlock(now, 'platforms', platformTable(RECORDED, 'en')),
  'README.zh-CN.md': (now) => withBlock(now, 'platforms', platformTable(RECORDED, 'zh')),
}

test.each(Object.entries(GENERATED))('%s says what the code says (UPDATE=1 writes it)', (file, make) => {
  const wanted = make(textOf(file))
  if (process.env['UPDATE'] === '1') writeFileSync(file, wanted)
  expect(textOf(file)).toBe(wanted)
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
