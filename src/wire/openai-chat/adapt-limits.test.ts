import { test } from 'vitest'
import { expectRows } from '#test/support/openai-requests.ts'

test('numbers are brought into the range that is taken', () => {
  const open = { min: 0, minOpen: true, max: 2, maxOpen: true }
  expectRows([
    ['inside', {}, { temperature: 2, top_p: 1, presence_penalty: -2 }, {}, []],
    ['max', { temperature: { min: 0, max: 1 } }, { temperature: 1.7 }, { temperature: 1 }, ['clamped:temperature']],
    ['open below', { temperature: open }, { temperature: 0 }, { temperature: 0.01 }, ['clamped:temperature']],
    ['open above', { topP: open }, { top_p: 2 }, { top_p: 1.99 }, ['clamped:top_p']],
    ['fixed', { temperature: 'fixed' }, { temperature: 1 }, { temperature: undefined }, ['dropped:temperature']],
    ['fixed, absent', { temperature: 'fixed' }, {}, {}, []],
    ['any', { temperature: 'any' }, { temperature: 9 }, {}, []],
    [
      'penalties',
      { penalties: 'fixed' },
      { presence_penalty: 1, frequency_penalty: 1 },
      { presence_penalty: undefined, frequency_penalty: undefined },
      ['dropped:presence_penalty', 'dropped:frequency_penalty'],
    ],
    ['both', { temperatureOrTopP: true }, { temperature: 1, top_p: 1 }, { top_p: undefined }, ['dropped:top_p']],
    ['answers', { answersMax: 4 }, { n: 9 }, { n: 4 }, ['clamped:n']],
    ['one answer', { answersMax: 1 }, { n: 2 }, { n: undefined }, ['clamped:n']],
    ['stops', { stopMax: 1 }, { stop: ['a', 'b'] }, { stop: ['a'] }, ['dropped:stop.1']],
    ['no stops', { stopMax: 0 }, { stop: 'a' }, { stop: undefined }, ['dropped:stop']],
    ['long stops', { stopBytesMax: 4 }, { stop: ['四字', '😀', 'abcd'] }, { stop: ['😀', 'abcd'] }, ['dropped:stop.0']],
  ])
})

test('the bound of the output has the name and the size that the platform takes', () => {
  const old = { maxTokensField: 'max_tokens' } as const
  expectRows(
    [
      ['either', {}, { max_completion_tokens: 5 }, {}, []],
      [
        'renamed',
        old,
        { max_completion_tokens: 5 },
        { max_completion_tokens: undefined, max_tokens: 5 },
        ['renamed:max_completion_tokens'],
      ],
      [
        'new name',
        { maxTokensField: 'max_completion_tokens' },
        { max_tokens: 5 },
        { max_tokens: undefined, max_completion_tokens: 5 },
        ['renamed:max_tokens'],
      ],
      [
        'both',
        old,
        { max_tokens: 5, max_completion_tokens: 7 },
        { max_tokens: 7, max_completion_tokens: undefined },
        ['dropped:max_tokens', 'renamed:max_completion_tokens'],
      ],
      ['required', { maxTokensRequired: true }, {}, { max_tokens: 100 }, ['defaulted:max_tokens']],
      [
        'too much',
        {},
        { max_completion_tokens: 500 },
        { max_completion_tokens: 100 },
        ['clamped:max_completion_tokens'],
      ],
    ],
    { maxOutputTokens: 100 },
  )
})

test('T23 fields that a platform refuses, ignores, renames or does not know are told', () => {
  expectRows([
    [
      'refused',
      { refusedFields: ['logit_bias'] },
      { logit_bias: {} },
      { logit_bias: undefined },
      ['dropped:logit_bias'],
    ],
    ['refused null', { refusedFields: ['logit_bias'] }, { logit_bias: null }, { logit_bias: undefined }, []],
    ['ignored', { ignoredFields: ['seed', 'user'] }, { seed: 1 }, {}, ['ignored:seed']],
    [
      'renamed',
      { renamedFields: { user: 'user_id' } },
      { user: 'u' },
      { user: undefined, user_id: 'u' },
      ['renamed:user'],
    ],
    [
      'known',
      { knownFields: ['model', 'messages', 'top_k'] },
      { top_k: 1, seed: 1, x: null },
      { seed: undefined, x: undefined },
      ['dropped:seed'],
    ],
  ])
})
