import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OPENAI_CHAT_QUIRKS } from '#wire/quirks.ts'

function sources(folder: string): { file: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))
}

const QUIRKS = Object.keys(OPENAI_CHAT_QUIRKS)

test('no quirk is unread: each is asked for by a dialect', () => {
  const code = sources('src/wire')
    .filter(({ file }) => file !== 'quirks.ts')
    .map(({ text }) => text)
    .join('\n')
  expect(
    QUIRKS.filter(
      (name) => !new RegExp(`\\b(quirks|Quirks)\\b[^\\n]*\\b${name}\\b|\\.${name}\\b|[{,]\\s*${name}\\b`).test(code),
    ),
  ).toEqual([])
})

test('no quirk is unused: each is set by a catalog row or differs between the dialects', () => {
  const rows = sources('src/catalog')
    .map(({ text }) => text)
    .join('\n')
  const offers = readdirSync('src/catalog/offers')
    .filter((file) => file.endsWith('.json'))
    .map((file) => readFileSync(join('src/catalog/offers', file), 'utf8'))
    .join('\n')
  const anthropic = readFileSync('src/wire/quirks.ts', 'utf8').split('ANTHROPIC_MESSAGES_QUIRKS')[1] ?? ''
  const dialects = anthropic + readFileSync('src/wire/dialect-quirks.ts', 'utf8')
  expect(QUIRKS.filter((name) => !new RegExp(`\\b${name}\\b`).test(rows + offers + dialects))).toEqual([])
})
