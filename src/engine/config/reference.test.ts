import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadConfig } from '#engine/config/load.ts'
import { configReference } from '#engine/config/reference.ts'
import { CATALOG } from '#engine/config/test-catalog.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

const FILE = new URL('../../../docs/reference/configuration.md', import.meta.url)

test('docs/reference/configuration.md says what the schema says (UPDATE=1 writes it)', () => {
  if (process.env['UPDATE'] === '1') {
    mkdirSync(new URL('.', FILE), { recursive: true })
    writeFileSync(FILE, configReference())
  }
  expect(readFileSync(FILE, 'utf8')).toBe(configReference())
})

test.each([OPENAI_CHAT_QUIRKS, ANTHROPIC_MESSAGES_QUIRKS])(
  'every quirk can be set to what a dialect has',
  (quirks: Quirks) => {
    const words = JSON.stringify(quirks, (_, value: unknown) =>
      value === Number.POSITIVE_INFINITY ? 'unlimited' : value,
    )
    const text = `providers: { p: { platform: vllm, quirks: ${words} } }`
    const loaded = loadConfig({ text, format: 'yaml', env: {}, catalog: CATALOG })
    expect(loaded.ok ? loaded.config.providers[0]?.quirks : loaded.problems).toEqual(quirks)
  },
)
