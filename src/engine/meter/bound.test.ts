import { expect, test } from 'vitest'
import { platforms, resolve } from '#catalog/index.ts'
import { boundOf } from '#engine/meter/meter.ts'
import type { Target } from '#engine/target.ts'
import type { Quirks } from '#wire/quirks.ts'

const NOW = Date.UTC(2026, 10, 22)

function target(quirks: Partial<Quirks>): Target {
  const resolved = resolve({ platform: platforms.get('deepseek')!, model: 'deepseek-flash', quirks })
  if (!resolved.ok) throw new Error(resolved.reason)
  const timeouts = { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 }
  const provider = { id: 'd', platform: 'deepseek', apiKeys: [], timeouts, headers: {} }
  return { id: 'd/m', provider, resolved: resolved.value, weight: 1 }
}

interface Asked {
  readonly inputTokens?: number
  readonly maxOutputTokens?: number
  readonly answers?: number
  readonly schema?: boolean
}

function nanos(quirks: Partial<Quirks>, asked: Asked): number {
  const bound = boundOf(target(quirks), { inputTokens: 1_000, maxOutputTokens: 100, now: NOW, ...asked })
  return Number(bound?.nanos)
}

test('the bound of a request is that of all the calls that it may take', () => {
  const one = nanos({ answersMax: 1 }, {})
  expect(nanos({ answersMax: 1 }, { answers: 3 })).toBe(3 * one)
  // At once the input is paid for once, the output for each answer.
  expect(nanos({ answersMax: 4 }, { answers: 3 })).toBe(nanos({}, { maxOutputTokens: 300 }))
  expect(nanos({ answersMax: 4 }, { answers: 8 })).toBe(2 * nanos({}, { maxOutputTokens: 400 }))
  // A repair reads what was said, and some words on it.
  const repair = nanos({}, { inputTokens: 1_000 + 100 + 2_000 })
  expect(nanos({ responseFormats: [] }, { schema: true })).toBe(one + repair)
  expect(nanos({ responseFormats: ['json-schema'] }, { schema: true })).toBe(one)
  expect(nanos({ answersMax: 4, responseFormats: [] }, { answers: 2, schema: true })).toBe(2 * (one + repair))
})
