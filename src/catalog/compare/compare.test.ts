import { expect, test } from 'vitest'
import { compare, FEATURES, verdictsOn } from '#catalog/compare/compare.ts'
import type { Target } from '#catalog/compare/target.ts'
import { DOCUMENTED } from '#catalog/documented.ts'
import { findOffer, platforms, released } from '#catalog/index.ts'
import type { Offer, Platform } from '#catalog/schema.ts'
import { OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

const platform = (id: string): Platform => platforms.get(id)!

/** A model that can do everything, on a platform that departs from OpenAI in nothing. */
const OFFER: Offer = {
  model: 'm',
  kind: 'chat',
  input: ['text'],
  output: ['text'],
  capabilities: ['tools', 'vision', 'reasoning', 'json-schema'],
  status: 'active',
  prices: [],
  source: 's',
}
const REFERENCE: Quirks = { ...OPENAI_CHAT_QUIRKS, thinking: 'reasoning-effort', thinkingDefault: 'on', efforts: {} }

function table(quirks: Partial<Quirks>): unknown {
  const target: Target = {
    platform: platform('openai-compatible'),
    offer: OFFER,
    dialect: 'openai-chat',
    dialects: ['openai-chat'],
    quirks: { ...REFERENCE, ...quirks },
    documented: { fields: 'all', work: {} },
    offers: [OFFER],
  }
  return FEATURES.map((feature) => [feature.id, feature.judge(target)])
}

/** For each quirk a departure that an application would notice, or whoever reads its answers for it. */
const DEPARTURES: Readonly<Partial<Record<keyof Quirks, Partial<Quirks>>>> = {
  maxTokensField: { maxTokensField: 'max_tokens' },
  maxTokensRequired: { maxTokensRequired: true },
  temperature: { temperature: 'fixed' },
  topP: { topP: { min: 0.5, max: 1 } },
  temperatureOrTopP: { temperatureOrTopP: true },
  penalties: { penalties: { min: 0, max: 1 } },
  stopMax: { stopMax: 1 },
  stopBytesMax: { stopBytesMax: 32 },
  answersMax: { answersMax: 1 },
  refusedFields: { refusedFields: ['seed'] },
  ignoredFields: { ignoredFields: ['logit_bias'] },
  knownFields: { knownFields: ['messages'] },
  renamedFields: { renamedFields: { user: 'user_id' } },
  systemRole: { systemRole: 'developer' },
  systemPlace: { systemPlace: 'first' },
  turnsAlternate: { turnsAlternate: true },
  firstTurnUser: { firstTurnUser: true },
  emptyContent: { emptyContent: 'refused' },
  images: { images: 'inline-only' },
  cacheMarks: { cacheMarks: true },
  toolChoices: { toolChoices: ['auto'] },
  toolChoiceFreeOnlyWhileThinking: { toolChoiceFreeOnlyWhileThinking: true },
  parallelToolCallsSwitch: { parallelToolCallsSwitch: false },
  toolParametersRequired: { toolParametersRequired: true },
  toolStrict: { toolStrict: false },
  responseFormats: { responseFormats: ['json'] },
  jsonWord: { jsonWord: 'required' },
  reasoningField: { reasoningField: 'none' },
  reasoningSplit: { reasoningSplit: true },
  reasoningReturn: { reasoningReturn: 'required' },
  sealScope: { sealScope: 'account' },
  thinking: { thinking: 'enable-thinking' },
  efforts: { efforts: { high: 'high' } },
  thinkingDefault: { thinkingDefault: 'always' },
  streamOnly: { streamOnly: 'always' },
  usageInStream: { usageInStream: 'always' },
  finishReasons: { finishReasons: { abort: 'upstream' } },
  bodyError: { bodyError: 'code' },
  endMark: { endMark: 'required' },
  keepsAnswers: { keepsAnswers: true },
}

test('every quirk is accounted for: a departure in it changes the table', () => {
  const reference = JSON.stringify(table({}))
  const unnoticed = Object.keys(OPENAI_CHAT_QUIRKS).filter((name) => {
    const departure = DEPARTURES[name as keyof Quirks]
    return departure === undefined || JSON.stringify(table(departure)) === reference
  })
  expect(unnoticed).toEqual([])
})

test('a feature has an id of its own, and a parameter belongs to one feature', () => {
  const twice = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i)
  expect(twice(FEATURES.map(({ id }) => id))).toEqual([])
  expect(twice(FEATURES.flatMap(({ parameters }) => parameters))).toEqual([])
})

test('between any two platforms that can be called the table is whole, in both languages', () => {
  const callable = [...platforms.values()].filter(({ unavailable }) => unavailable === undefined)
  const wrong = callable.flatMap((to) => {
    const found = compare(released, { platform: platform('openai') }, { platform: to })
    if (!found.ok) return [`${to.id}: ${found.reason}`]
    return found.rows
      .flatMap(({ feature, title, from, to: after }) =>
        [title, from.detail, after.detail, after.remedy].map((words) => ({ feature, words })),
      )
      .filter(({ words }) => words !== undefined && (words.en === '' || words.zh === ''))
      .map(({ feature }) => `${to.id}: ${feature}`)
  })
  expect(wrong).toEqual([])
})

test('from OpenAI to DashScope, in the words of the rows that the catalog has', () => {
  const found = compare(released, { platform: platform('openai') }, { platform: platform('dashscope') })
  if (!found.ok) throw new Error(found.reason)
  const told = Object.fromEntries(
    found.rows.map(({ feature, change, to }) => [feature, `${change} ${to.verdict} ${to.detail?.en ?? ''}`.trim()]),
  )
  expect(told).toMatchObject({
    'logit-bias': 'lost degraded the platform takes no notice of it',
    user: 'lost degraded the platform takes no notice of it',
    n: expect.stringMatching(/^lost (degraded|emulated) at most 4 at once/) as unknown,
    'tool-choice-required': 'lost degraded not taken: auto instead',
    'tool-choice-named': 'same works',
    temperature: 'other works [0..2)',
    seed: 'same works',
    'reasoning-visible': 'gained works reasoning_content',
    continuation: expect.stringMatching(/^gained works last assistant message with partial: true/) as unknown,
    embeddings: expect.stringMatching(/^other works/) as unknown,
  })
})

test('a platform compared with itself loses nothing of chat', () => {
  for (const id of ['openai', 'deepseek', 'anthropic', 'minimax']) {
    const found = compare(released, { platform: platform(id) }, { platform: platform(id) })
    const beside = new Set(FEATURES.filter(({ direct }) => direct !== undefined).map((feature) => feature.id))
    const moved = found.ok ? found.rows.filter(({ feature, change }) => change !== 'same' && !beside.has(feature)) : []
    expect(moved).toEqual([])
  }
})

test('a model is compared by its own row: what it cannot do, and how much it holds', () => {
  const found = compare(
    released,
    { platform: platform('deepseek'), model: 'deepseek-flash' },
    { platform: platform('deepseek'), model: 'deepseek-v4-pro' },
  )
  const changed = found.ok ? found.rows.filter(({ change }) => change !== 'same').map(({ feature }) => feature) : []
  expect(changed).toContain('vision')
  expect(findOffer('deepseek', 'deepseek-v4-pro')?.capabilities).not.toContain('vision')
})

test('a platform that cannot be called is not compared, and says why', () => {
  const found = compare(released, { platform: platform('openai') }, { platform: platform('cloudwalk') })
  expect(found).toEqual({ ok: false, side: 'to', reason: expect.stringContaining('platform "cloudwalk": ') as unknown })
})

test('a scanner finds the verdict of a parameter by its name, also of one that nobody has heard of', () => {
  const verdicts = verdictsOn(released, { platform: platform('huawei-maas') })
  if ('reason' in verdicts) throw new Error(verdicts.reason)
  expect(verdicts.byParameter.get('logit_bias')?.verdict).toBe('degraded')
  expect(verdicts.byParameter.get('stream_options.include_usage')?.verdict).toBe('works')
  expect(verdicts.byParameter.get('messages.content.image_url')?.verdict).toBe('works')
  expect(verdicts.ofField('mystery').verdict).toBe('degraded')
  const open = verdictsOn(released, { platform: platform('vllm') })
  expect('reason' in open ? undefined : open.ofField('mystery')).toEqual({ verdict: 'works' })
})

test('what documents say is said of platforms that there are', () => {
  expect(Object.keys(DOCUMENTED).filter((id) => !platforms.has(id))).toEqual([])
})
