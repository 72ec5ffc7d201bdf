import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadConfig } from '#engine/config/load.ts'
import { CATALOG } from '#engine/config/test-catalog.ts'

const [, ...cases] = readFileSync(new URL('refused.txt', import.meta.url), 'utf8').split('====\n')

test.each(cases)('is refused with the place and the reason: %s', (each) => {
  const [text = '', expected] = each.split('----\n')
  const result = loadConfig({ text, format: 'yaml', env: { EMPTY: '' }, catalog: CATALOG })
  const problems = result.ok ? [] : result.problems
  const lines = problems.map(({ path, message, line = '-', column = '-' }) => `${line}:${column} ${path} ${message}\n`)
  expect(lines.join('')).toBe(expected)
})
