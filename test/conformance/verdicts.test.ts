import { expect, test } from 'vitest'
import { type Platform, released } from '#catalog/index.ts'
import { FEATURES } from '#catalog/compare/compare.ts'
import { GATEWAY } from '#catalog/compare/gateway.ts'
import { type Target, targetsOf } from '#catalog/compare/target.ts'
import type { Verdict } from '#catalog/compare/verdict.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { WireTarget } from '#wire/dialect.ts'
import { DIALECTS } from '#wire/dialects.ts'
import type { JsonObject } from '#wire/json.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { isLossy } from '#wire/warning.ts'

const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
const OTHER = { type: 'function', function: { name: 'g', parameters: { type: 'object', properties: {} } } }
const STRICT = { type: 'function', function: { name: 'f', strict: true, parameters: SCHEMA } }
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const image = (url: string): JsonObject => ({
  messages: [
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url } },
        { type: 'text', text: 'what?' },
      ],
    },
  ],
})

/** What an application writes to use a feature; values are such as OpenAI takes and most would send. */
const ASKS: Readonly<Record<string, JsonObject>> = {
  chat: {},
  'max-tokens': { max_tokens: 100 },
  temperature: { temperature: 1.9 },
  'top-p': { top_p: 0.5 },
  'temperature-with-top-p': { temperature: 1.9, top_p: 0.5 },
  'presence-penalty': { presence_penalty: 1.5 },
  'frequency-penalty': { frequency_penalty: 1.5 },
  stop: { stop: ['a', 'b', 'c', 'd'] },
  n: { n: 128 },
  seed: { seed: 7 },
  'logit-bias': { logit_bias: { '50256': -100 } },
  logprobs: { logprobs: true },
  'top-logprobs': { logprobs: true, top_logprobs: 2 },
  user: { user: 'somebody' },
  metadata: { metadata: { a: 'b' } },
  store: { store: true },
  'service-tier': { service_tier: 'auto' },
  prediction: { prediction: { type: 'content', content: 'x' } },
  verbosity: { verbosity: 'low' },
  'prompt-cache-key': { prompt_cache_key: 'k' },
  'web-search': { web_search_options: {} },
  tools: { tools: [TOOL] },
  'tool-choice-none': { tools: [TOOL, OTHER], tool_choice: 'none' },
  'tool-choice-required': { tools: [TOOL, OTHER], tool_choice: 'required' },
  'tool-choice-named': { tools: [TOOL, OTHER], tool_choice: { type: 'function', function: { name: 'f' } } },
  'parallel-tool-calls': { tools: [TOOL], parallel_tool_calls: false },
  'strict-tools': { tools: [STRICT] },
  'json-object': {
    messages: [{ role: 'user', content: 'json, please' }],
    response_format: { type: 'json_object' },
  },
  'json-schema': {
    messages: [{ role: 'user', content: 'json, please' }],
    response_format: { type: 'json_schema', json_schema: { name: 's', strict: true, schema: SCHEMA } },
  },
  vision: image(`data:image/png;base64,${PNG}`),
  'image-urls': image('https://example.com/a.png'),
  'reasoning-off': { reasoning_effort: 'none' },
  'system-role': {
    messages: [
      { role: 'user', content: 'one' },
      { role: 'system', content: 'two' },
      { role: 'user', content: 'three' },
    ],
  },
  'message-order': {
    messages: [
      { role: 'assistant', content: 'zero' },
      { role: 'user', content: 'one' },
    ],
  },
}

/** Where more than one value tells: every one of them must travel. */
const EFFORTS = ['low', 'medium', 'high']

interface Told {
  readonly refused: boolean
  /** Actions of the warnings that are losses. */
  readonly lost: readonly string[]
}

function told(target: Target, wire: WireTarget, ask: JsonObject): Told {
  const json = { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...ask }
  const read = openaiChat.readRequest({ text: JSON.stringify(json), json })
  if (!read.ok) throw new Error(read.failure.message)
  const dialect = DIALECTS[target.dialect]
  if (dialect === undefined) throw new Error(`${target.dialect} is not built`)
  const written = dialect.writeRequest(read.request, wire)
  if (!written.ok) return { refused: true, lost: [] }
  return { refused: false, lost: written.written.warnings.filter(isLossy).map(({ action }) => action) }
}

function wireOf({ platform, offer, dialect }: Target): WireTarget {
  const region = offer?.regions?.[0] ?? platform.regions[0]?.id
  const variables = Object.fromEntries(Object.keys(platform.variables ?? {}).map((name) => [name, 'name']))
  const resolved = released.resolve({
    platform,
    dialect,
    variables,
    model: offer?.model ?? 'any-model',
    baseUrl: 'http://nowhere.invalid',
    ...(region === undefined ? {} : { region }),
  })
  if (!resolved.ok) throw new Error(resolved.reason)
  return resolved.value.wire
}

/** One target of each sort that a platform has: models that nothing tells apart are one. */
function sortsOf(platform: Platform): readonly Target[] {
  const targets = targetsOf(released, platform)
  if ('reason' in targets) throw new Error(targets.reason)
  const sorts = new Map(
    targets.map((target) => [
      JSON.stringify([target.quirks, target.offer?.capabilities, target.offer?.efforts]),
      target,
    ]),
  )
  return [...sorts.values()]
}

/** Done by the engine, not by the writer. */
const BY_ENGINE: Readonly<Record<string, boolean>> = {
  n: GATEWAY.fanOut,
  'json-schema': GATEWAY.schemas,
  'json-object': GATEWAY.schemas,
  'image-urls': GATEWAY.fetchesImages,
}

/** What a verdict claims of the warnings. */
function holds(verdict: Verdict, doubtful: boolean, { refused, lost }: Told): boolean {
  switch (verdict) {
    case 'works':
    case 'alias':
      return !refused && lost.length === 0
    case 'emulated':
      return !refused && lost.every((action) => action === 'emulated' || action === 'approximated')
    case 'degraded':
      return !refused && (lost.length > 0 || doubtful)
    case 'blocked':
      return refused || lost.length > 0 || doubtful
  }
}

/** Verdicts that the writer contradicts. */
function contradicted(target: Target, wire: WireTarget): string[] {
  return FEATURES.flatMap((feature) => {
    const efforts = EFFORTS.map((effort) => ({ reasoning_effort: effort }))
    const long = Number.isFinite(target.quirks.stopBytesMax)
      ? [{ stop: 'a'.repeat(target.quirks.stopBytesMax + 1) }]
      : []
    const more: Readonly<Record<string, readonly JsonObject[]>> = { 'reasoning-effort': efforts, stop: long }
    const asks = [...[ASKS[feature.id]].filter((ask) => ask !== undefined), ...(more[feature.id] ?? [])]
    if (asks.length === 0) return []
    const { verdict, detail } = feature.judge(target)
    const all = asks.map((ask) => told(target, wire, ask))
    const sum: Told = { refused: all.some(({ refused }) => refused), lost: all.flatMap(({ lost }) => lost) }
    // What documents leave open is sent on without a word.
    const doubtful = detail?.en.startsWith('sent on;') === true
    if (BY_ENGINE[feature.id] === true && verdict === 'emulated') return []
    const name = target.offer?.model ?? 'any model'
    return holds(verdict, doubtful, sum) ? [] : [`${name} ${feature.id}: ${verdict}, but ${JSON.stringify(sum)}`]
  })
}

const callable = [...released.platforms.values()].filter(({ unavailable }) => unavailable === undefined)

test.each(callable.map(({ id }) => id))('verdicts on %s are what the writer of its dialect does', (id) => {
  const platform = released.platforms.get(id)!
  expect(sortsOf(platform).flatMap((target) => contradicted(target, wireOf(target)))).toEqual([])
})

const PLAIN = released.platforms.get('openai-compatible')!

/** Verdicts are on conversations; whoever goes on with one text speaks of none. */
const CONVERSING = Object.values(DIALECTS).filter(({ id }) => id !== 'openai-completions')

test.each(CONVERSING.map(({ id }) => id))('verdicts on a plain speaker of %s are what its writer does', (id) => {
  const quirks = DIALECT_QUIRKS[id]
  const target: Target = {
    platform: PLAIN,
    offer: undefined,
    dialect: id,
    dialects: [id],
    quirks,
    documented: { work: {} },
    offers: [],
  }
  const wire = { model: 'any', quirks, maxOutputTokens: undefined, vision: undefined, tools: undefined }
  expect(contradicted(target, wire)).toEqual([])
})
