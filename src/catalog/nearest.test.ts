import { expect, test } from 'vitest'
import { nearest } from '#catalog/nearest.ts'

const NAMES = ['qwen3-max', 'qwen3-max-preview', 'qwen-max', 'kimi-k3', 'deepseek-v4-pro', 'gpt-4o', 'gpt-4o-mini']

test('names within a few typing errors come back, the closest first', () => {
  expect([
    nearest('qwen3-maxx', NAMES, 3),
    nearest('Kimi-K3', NAMES, 3),
    nearest('gpt-40', NAMES, 3),
    nearest('deepsek-v4-pro', NAMES, 1),
    nearest('completely-else', NAMES, 3),
    nearest('', NAMES, 3),
  ]).toEqual([['qwen3-max', 'qwen-max'], ['kimi-k3'], ['gpt-4o'], ['deepseek-v4-pro'], [], []])
})

test('names that contain the wanted one count as near', () => {
  expect(nearest('gpt-4o', NAMES, 3)).toEqual(['gpt-4o', 'gpt-4o-mini'])
})

test('very long names cost no more than their first characters', () => {
  const long = 'x'.repeat(1_000_000)
  expect(nearest(long, [`${long}y`, 'short'], 3)).toEqual([`${long}y`])
})
