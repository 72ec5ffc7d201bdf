import { expect, test } from 'vitest'
import type { DialectId } from '#wire/dialect.ts'
import { readSelector, selects } from '#wire/selector.ts'
import type { WarningAction } from '#wire/warning.ts'

function picks(written: string, [action, path, dialect]: readonly [WarningAction, string, DialectId]): boolean {
  const read = readSelector(written)
  return read.ok && selects(read.selector, { action, path }, dialect)
}

test.each([
  ['emulated', 'emulated', 'n', 'openai-chat', true],
  [' emulated:n ', 'emulated', 'n', 'openai-chat', true],
  ['emulated:n', 'emulated', 'name', 'openai-chat', false],
  ['emulated:n', 'clamped', 'n', 'openai-chat', false],
  ['emulated:n', 'emulated', 'generationConfig.candidateCount', 'gemini', true],
  ['emulated:response_format', 'emulated', 'output_config.format', 'anthropic-messages', true],
  ['emulated:output_config.*', 'emulated', 'output_config.format', 'anthropic-messages', true],
  ['approximated:reasoning*', 'approximated', 'reasoning_effort', 'openai-chat', true],
  ['approximated:reasoning*', 'approximated', 'thinking', 'anthropic-messages', true],
  ['clamped:temperature', 'clamped', 'inferenceConfig.temperature', 'bedrock-converse', true],
  ['emulated:messages.*.content.*', 'emulated', 'messages.0.content.1', 'openai-chat', true],
  ['emulated:messages.*.content.*', 'emulated', 'messages', 'openai-chat', false],
  ['dropped:*', 'dropped', 'anything.at.all', 'openai-chat', true],
] as const)('%j picks %s:%s of a caller of %s: %s', (written, action, path, dialect, expected) => {
  expect(picks(written, [action, path, dialect])).toBe(expected)
})

test('a word that is no action, and a colon without a path, are named', () => {
  expect([readSelector('emulatd:n'), readSelector('emulated:')]).toEqual([
    { ok: false, action: 'emulatd' },
    { ok: false, action: 'emulated' },
  ])
})
