import { expect, test } from 'vitest'
import type { Part } from '#wire/part.ts'
import type { ModelRequest } from '#wire/request.ts'
import { fits, markSeals, readSeal, sealFor, sealPath, takesSealOf } from '#wire/shape/seal.ts'

test('a seal leaves its dialect under its maker’s name, and is known by it when it comes back', () => {
  expect([sealFor('gemini', 's', 'gemini'), sealFor('gemini', 's', undefined)]).toEqual(['s', 's'])
  const marked = sealFor('anthropic-messages', 'a.b', 'gemini')
  expect([marked, readSeal('anthropic-messages', marked)]).toEqual([
    'tw.gemini.a.b',
    { signature: 'a.b', sealedBy: 'gemini' },
  ])
  const own = { signature: 'tw.nobody.s', sealedBy: 'anthropic-messages' }
  expect([readSeal('anthropic-messages', 'tw.nobody.s'), readSeal('anthropic-messages', 'tw')]).toEqual([
    own,
    { ...own, signature: 'tw' },
  ])
  expect([
    fits('gemini', { sealedBy: 'gemini' }),
    fits('gemini', {}),
    fits('gemini', { sealedBy: 'another-account' }),
  ]).toEqual([true, true, false])
})

test('T22 an account takes back its own seals, and those of its platform where they belong to no account', () => {
  const account = (provider: string, platform: string): { provider: string; platform: string } => ({
    provider,
    platform,
  })
  const taken = (sealScope: 'account' | 'platform'): boolean[] =>
    [account('a', 'p'), account('b', 'p'), account('c', 'q')].map((maker) =>
      takesSealOf(account('a', 'p'), maker, { sealScope }),
    )
  expect([taken('account'), taken('platform')]).toEqual([
    [true, false, false],
    [true, true, false],
  ])
})

test('seals of another account are marked wherever callers keep them; nothing else that looks alike is touched', () => {
  const seal = 'c2VhbA=='
  const text = `{ "model":"m", "n": 1.50, "contents":[{"parts":[{"text":"${seal}"},{"thoughtSignature":"${seal}","functionCall":{"args":{"big":12345678901234567890}}}]}],
"messages":[{"signature":"tw.gemini.${seal}"},{"signature":"other"}] }`
  const marked = markSeals({ text, json: JSON.parse(text), outside: { model: 'x' } }, new Set([seal]))
  const expected = text
    .replace(`"thoughtSignature":"${seal}"`, `"thoughtSignature":"tw.another-account.${seal}"`)
    .replace(`tw.gemini.${seal}`, `tw.another-account.${seal}`)
  expect(marked).toEqual({ text: expected, json: JSON.parse(expected), outside: { model: 'x' } })
  const source = { text, json: JSON.parse(text) }
  expect(markSeals(source, new Set(['c29tZXRoaW5n']))).toBe(source)
})

test('a seal’s place is told in the caller’s own words', () => {
  const parts: Part[] = [
    { kind: 'reasoning', text: 'r', signature: 's' },
    { kind: 'reasoning', text: '', signature: 's' },
    { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
  ]
  const paths = (dialect: ModelRequest['dialect']): string[] =>
    parts.slice(0, 2).map((part) => sealPath({ dialect } as ModelRequest, { path: 'messages.1', parts }, part))
  expect([paths('openai-chat'), paths('gemini')]).toEqual([
    ['messages.1.reasoning_details', 'messages.1.tool_calls'],
    ['messages.1.parts', 'messages.1.parts'],
  ])
})
