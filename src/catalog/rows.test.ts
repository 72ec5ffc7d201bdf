import { expect, test } from 'vitest'
import { z } from 'zod'
import { families } from '#catalog/families/index.ts'
import { offersOf, platforms, resolve } from '#catalog/index.ts'
import { OFFER_FILES } from '#catalog/offer-files.ts'
import { ZONE_MINUTES } from '#catalog/openings.ts'
import type { Offer, Platform } from '#catalog/schema.ts'
import type { ErrorRule } from '#wire/dialect.ts'
import { FAILURES } from '#wire/failure.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import { OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'
import { EFFORTS } from '#wire/request.ts'
import { COUNTED } from '#wire/usage.ts'

const every = (): [Platform, Offer][] =>
  [...platforms.values()].flatMap((platform) =>
    offersOf(platform.id).map((offer): [Platform, Offer] => [platform, offer]),
  )

const text = z.string().min(1)
const date = z.string().regex(/^20\d\d(-\d\d(-\d\d(T\d\d:\d\dZ)?)?)?$/)
const instant = z.iso.datetime()
const decimal = z.string().regex(/^\d+(\.\d*[1-9])?$/)
const count = z.number().int().positive()
const clock = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/)

const range = z.strictObject({
  min: z.number().optional(),
  max: z.number().optional(),
  minOpen: z.literal(true).optional(),
  maxOpen: z.literal(true).optional(),
})
const rule = z.union([z.literal('any'), z.literal('fixed'), range])
const words = z.array(text)
const quirks = z
  .strictObject({
    maxTokensField: z.enum(['max_tokens', 'max_completion_tokens', 'either']),
    maxTokensRequired: z.boolean(),
    temperature: rule,
    topP: rule,
    temperatureOrTopP: z.boolean(),
    penalties: rule,
    stopMax: z.number().int().nonnegative(),
    stopBytesMax: count,
    answersMax: count,
    refusedFields: words,
    ignoredFields: words,
    knownFields: z.union([words, z.literal('any')]),
    renamedFields: z.record(text, text),
    systemRole: z.enum(['system', 'developer', 'either']),
    systemPlace: z.enum(['anywhere', 'first']),
    turnsAlternate: z.boolean(),
    firstTurnUser: z.boolean(),
    emptyContent: z.enum(['accepted', 'refused']),
    images: z.enum(['accepted', 'inline-only', 'refused']),
    cacheMarks: z.boolean(),
    toolChoices: z.array(z.enum(['auto', 'none', 'required', 'named'])),
    toolChoiceFreeOnlyWhileThinking: z.boolean(),
    parallelToolCallsSwitch: z.boolean(),
    toolParametersRequired: z.boolean(),
    toolStrict: z.boolean(),
    responseFormats: z.array(z.enum(['json', 'json-schema'])),
    jsonWord: z.enum(['free', 'required']),
    reasoningField: z.enum(['reasoning_content', 'reasoning', 'reasoning_details', 'think-tags', 'none']),
    reasoningSplit: z.boolean(),
    reasoningReturn: z.enum(['required', 'accepted', 'refused']),
    sealScope: z.enum(['account', 'platform']),
    thinking: z.enum([
      'none',
      'reasoning-effort',
      'thinking-type',
      'thinking-adaptive',
      'enable-thinking',
      'template-switch',
      'anthropic-budget',
      'anthropic-effort',
      'gemini-budget',
      'gemini-level',
      'nova-effort',
    ]),
    efforts: z.partialRecord(z.enum(EFFORTS), text),
    thinkingDefault: z.enum(['off', 'on', 'always']),
    streamOnly: z.enum(['never', 'while-thinking', 'always']),
    usageInStream: z.enum(['on-request', 'always']),
    finishReasons: z.record(
      z.string(),
      z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'pause', ...(Object.keys(FAILURES) as ['upstream'])]),
    ),
    bodyError: z.enum(['none', 'base_resp', 'code', 'status']),
    endMark: z.enum(['required', 'optional']),
    keepsAnswers: z.boolean(),
  } satisfies Record<keyof Quirks, unknown>)
  .partial()

const rates = {
  input: decimal.optional(),
  cachedInput: decimal.optional(),
  cachedExplicit: decimal.optional(),
  cacheWriteShort: decimal.optional(),
  cacheWriteLong: decimal.optional(),
  inputAudio: decimal.optional(),
  inputImage: decimal.optional(),
  output: decimal.optional(),
  outputReasoning: decimal.optional(),
  outputThinking: decimal.optional(),
  outputAudio: decimal.optional(),
  outputImage: decimal.optional(),
}
const price = z.strictObject({
  ...rates,
  currency: z.enum(['CNY', 'USD']),
  unit: z.enum(['million-tokens', 'million-characters', 'search', 'image', 'second', 'video', 'credit', 'unclear']),
  regions: z.array(text).min(1).optional(),
  from: instant.optional(),
  until: instant.optional(),
  tiers: z
    .array(z.strictObject({ ...rates, inputAbove: z.number().int().nonnegative(), outputAbove: count.optional() }))
    .optional(),
  windows: z
    .array(
      z
        .strictObject({
          multiplier: decimal,
          weekdays: z.array(z.number().int().min(1).max(7)).optional(),
          from: clock,
          until: clock,
          timeZone: z.enum(Object.keys(ZONE_MINUTES) as ['UTC']),
          holidays: z.literal('PRC').optional(),
          exempt: text.optional(),
        })
        .refine((window) => window.from < window.until),
    )
    .optional(),
  variants: z
    .array(z.strictObject({ ...rates, when: z.record(text, z.union([text, z.boolean(), z.array(text)])) }))
    .optional(),
  batchDiscount: decimal.optional(),
  graduated: z.literal(true).optional(),
  countedAt: z.enum(['start', 'end']).optional(),
  lanes: z.record(text, z.strictObject({ ...rates, multiplier: decimal.optional() })).optional(),
  fees: z
    .partialRecord(
      z.enum(COUNTED),
      z.strictObject({ price: decimal, per: count, from: instant.optional(), free: text.optional() }),
    )
    .optional(),
  disputed: z.literal(true).optional(),
  source: text,
  asOf: date,
  note: text.optional(),
})
const modality = z.enum(['text', 'image', 'audio', 'video', 'pdf', 'file', 'embedding', 'score'])
const offer = z.strictObject({
  model: text,
  kind: z.enum([
    'chat',
    'embedding',
    'rerank',
    'moderation',
    'image',
    'video',
    'speech',
    'transcription',
    'realtime',
    'other',
  ]),
  aliases: words.optional(),
  sentAs: text.optional(),
  family: text.optional(),
  regions: words.optional(),
  context: count.optional(),
  maxInput: count.optional(),
  maxOutput: count.optional(),
  input: z.array(modality).min(1),
  output: z.array(modality).min(1),
  capabilities: z.array(
    z.enum([
      'tools',
      'vision',
      'reasoning',
      'json-object',
      'json-schema',
      'prefix',
      'fim',
      'prompt-cache',
      'web-search',
      'pdf-input',
      'audio-input',
      'video-input',
      'document-input',
    ]),
  ),
  capabilitiesOpen: z.literal(true).optional(),
  dimensions: z.array(count).min(1).optional(),
  anyDimensions: z.literal(true).optional(),
  vectorSpace: text.optional(),
  service: text.optional(),
  batchMax: count.optional(),
  efforts: z.array(z.enum(EFFORTS)).min(1).optional(),
  status: z.enum(['active', 'announced', 'legacy', 'deprecated', 'retired', 'open-weights', 'elsewhere']),
  released: date.optional(),
  retired: date.optional(),
  prices: z.array(price),
  quirks: quirks.optional(),
  limits: z
    .partialRecord(z.enum(['requestsPerMinute', 'tokensPerMinute', 'thinkingTokens', 'seconds']), count)
    .optional(),
  resolutions: words.optional(),
  openWeights: z.literal(true).optional(),
  note: text.optional(),
  source: text,
})

test('every offer is valid, dated and sourced', () => {
  const wrong = every().flatMap(([platform, row]) => {
    const result = offer.safeParse(row)
    return result.success ? [] : [`${platform.id}/${row.model}: ${z.prettifyError(result.error)}`]
  })
  expect(wrong).toEqual([])
})

test('every platform and family is valid, dated and sourced', () => {
  const wrong: string[] = []
  for (const platform of platforms.values()) {
    const layers = [platform.quirks, ...platform.endpoints.map((endpoint) => endpoint.quirks ?? {})]
    for (const layer of layers) if (!quirks.safeParse(layer).success) wrong.push(`${platform.id}: quirks`)
    if (!z.iso.date().safeParse(platform.checked).success) wrong.push(`${platform.id}: checked`)
    if (platform.sources.length === 0) wrong.push(`${platform.id}: sources`)
    if ((platform.unavailable === undefined) !== platform.endpoints.length > 0) wrong.push(`${platform.id}: endpoints`)
  }
  for (const family of families.values()) {
    for (const layer of [family.quirks, ...Object.values(family.dialects ?? {})]) {
      if (!quirks.safeParse(layer).success) wrong.push(`${family.id}: quirks`)
    }
    if (family.sources.length === 0) wrong.push(`${family.id}: sources`)
  }
  expect(wrong).toEqual([])
})

test('names are unique where they must be', () => {
  const twice = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i)
  const wrong = [
    ...twice([...platforms.values()].flatMap((platform) => platform.keyVariables)),
    ...[...platforms.values()].flatMap((platform) => twice(platform.regions.map((region) => region.id))),
    ...[...platforms.keys()].flatMap((id) => twice(offersOf(id).flatMap((row) => [row.model, ...(row.aliases ?? [])]))),
  ]
  expect(wrong).toEqual([])
  expect([...platforms.values()].map((platform) => platform.id)).toEqual([...platforms.keys()])
  expect(Object.keys(OFFER_FILES).filter((id) => !platforms.has(id))).toEqual([])
})

test('what a row names exists: its family, its regions, its market', () => {
  const wrong = every().flatMap(([platform, row]) => {
    const regions = new Set(platform.regions.map((region) => region.id))
    const named = [...(row.regions ?? []), ...row.prices.flatMap((each) => each.regions ?? [])]
    const unknown = named.filter((id) => !regions.has(id)).map((id) => `${platform.id}/${row.model}: region ${id}`)
    const orphan = row.family !== undefined && !families.has(row.family) ? [`${row.model}: ${row.family}`] : []
    return [...unknown, ...orphan]
  })
  const endpoints = [...platforms.values()].flatMap((platform) =>
    platform.endpoints.flatMap((endpoint) =>
      [...(endpoint.regions ?? []), ...Object.keys(endpoint.baseUrls ?? {})]
        .filter((id) => !platform.regions.some((region) => region.id === id))
        .map((id) => `${platform.id}: endpoint region ${id}`),
    ),
  )
  expect([...wrong, ...endpoints]).toEqual([])
})

test('every family has a model', () => {
  const used = new Set(every().map(([, row]) => row.family))
  expect([...families.keys()].filter((id) => !used.has(id))).toEqual([])
})

test('no two undisputed rows of one price list hold at once', () => {
  const overlapping = every().flatMap(([platform, row]) =>
    row.prices.flatMap((a, i) =>
      row.prices.slice(i + 1).flatMap((b) => {
        const sameList = a.currency === b.currency && a.regions?.join() === b.regions?.join()
        const meet = (a.from ?? '') < (b.until ?? '~') && (b.from ?? '') < (a.until ?? '~')
        const undisputed = a.disputed !== true && b.disputed !== true
        return sameList && undisputed && meet ? [`${platform.id}/${row.model}: ${a.source} and ${b.source}`] : []
      }),
    ),
  )
  expect(overlapping).toEqual([])
})

test('no error rule stands behind one that takes all it would take', () => {
  const fields = ['status', 'code', 'codePrefix', 'type'] as const
  const shadows = (first: ErrorRule, later: ErrorRule): boolean =>
    fields.every((field) => first[field] === undefined || first[field] === later[field]) &&
    (first.message === undefined || later.message?.toLowerCase().includes(first.message.toLowerCase()) === true)
  const hidden = [...platforms.values()].flatMap((platform) =>
    platform.errors.flatMap((later, i) =>
      platform.errors.slice(0, i).some((first) => first.kind !== later.kind && shadows(first, later))
        ? [`${platform.id}: ${JSON.stringify(later)}`]
        : [],
    ),
  )
  expect(hidden).toEqual([])
})

test('every quirk departs from its default somewhere', () => {
  const layers = [
    ...[...families.values()].flatMap((family) => [family.quirks, ...Object.values(family.dialects ?? {})]),
    ...[...platforms.values()].flatMap((platform) => [
      platform.quirks,
      ...platform.endpoints.map((e) => e.quirks ?? {}),
    ]),
    ...every().map(([, row]) => row.quirks ?? {}),
  ]
  const set = new Set(layers.flatMap((layer) => Object.keys(layer)))
  const idle = (Object.keys(OPENAI_CHAT_QUIRKS) as (keyof Quirks)[]).filter(
    (name) =>
      !set.has(name) && Object.values(DIALECT_QUIRKS).every((quirks) => quirks[name] === OPENAI_CHAT_QUIRKS[name]),
  )
  expect(idle).toEqual([])
})

test('a host never loosens a number that the family of the model fixed, and every effort has a word', () => {
  const wrong = every().flatMap(([platform, row]) => {
    const resolved = resolve({
      platform,
      model: row.model,
      region: platform.regions[0]?.id ?? '',
      baseUrl: 'http://here',
    })
    if (!resolved.ok || row.kind !== 'chat') return []
    const { quirks: got } = resolved.value
    const family = row.family === undefined ? undefined : families.get(row.family)
    const loosened = (['temperature', 'topP', 'penalties'] as const).filter(
      (name) => family?.quirks[name] === 'fixed' && got[name] !== 'fixed',
    )
    const speechless = got.thinking === 'reasoning-effort' && Object.keys(got.efforts).length === 0 ? ['efforts'] : []
    return [...loosened, ...speechless].map((name) => `${platform.id}/${row.model}: ${name}`)
  })
  expect(wrong).toEqual([])
})
