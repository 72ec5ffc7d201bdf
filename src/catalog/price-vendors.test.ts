import { expect, test } from 'vitest'
import { explainPrice, findOffer, formatMoney } from '#catalog/index.ts'
import type { PriceAt } from '#catalog/price-row.ts'
import { readUsage as claudeUsage } from '#wire/anthropic-messages/read-usage.ts'
import { usageOf as chatUsage } from '#wire/shape/openai-usage.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'

/*
 * What makers say that a request costs: rates, factors and rules of their pages, worked through by hand. Each case
 * names its page and when that was read; where the page itself was not at hand, who quotes it.
 */

interface Case extends Pick<Partial<PriceAt>, 'endedAt' | 'region' | 'currency'> {
  readonly name: string
  readonly source: string
  readonly model: string
  readonly usage: Partial<Usage>
  /** With its offset. */
  readonly at?: string
  readonly ended?: string
  readonly costs: string
  readonly doubt?: string
}

const NOW = '2026-11-18T20:00:00+08:00'

const CLAUDE = 'https://platform.claude.com/docs/en/about-claude/pricing (2026-11)'
const CLAUDE_CACHE = 'https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-11)'
const GPT = 'https://developers.openai.com/api/docs/models/gpt-6.2-sol (2026-11)'
const GPT_6 = 'https://docs.laozhang.ai gpt-6-launch-2026-09, quoting the maker (2026-09)'
const QWEN_CACHE = 'https://help.aliyun.com/zh/model-studio/context-cache (2026-10)'
const QWEN_THINKING = 'https://help.aliyun.com/zh/model-studio/vision, on what thinking is billed as (2026-11)'
const QWEN = 'https://help.aliyun.com/zh/model-studio/models, rates as of aiproxy aebeb5e (2026-06)'
const DEEPSEEK = 'https://api-docs.deepseek.com/zh-cn/quick_start/pricing (2026-11)'
const DEEPSEEK_2025 = 'https://api-docs.deepseek.com/zh-cn/quick_start/pricing, note 6 (2025-06)'
const GEMINI = 'https://ai.google.dev/gemini-api/docs/pricing, rates as of models.dev f3fc692 (2026-07)'
const GEMINI_PROMOTION = 'https://ai.google.dev/gemini-api/docs/pricing (2026-09)'
const DOUBAO = 'https://www.volcengine.com model-pricing, rates as of aiproxy aebeb5e (2026-06)'
const SEEDANCE = 'https://www.volcengine.com/article/2687010 (2026-11)'
const KIMI = 'https://platform.kimi.ai/docs/pricing/chat-k3, rates as of models.dev f3fc692 (2026-07)'
const KIMI_BATCH = 'https://platform.kimi.ai/docs/pricing/batch (2026-09)'
const GLM = 'https://docs.bigmodel.cn/cn/guide/start/pricing.md (2026-09)'
const MINIMAX = 'https://dev.to/aiwave/minimax-m3-api-complete-integration-guide-1lba, quoting the maker (2026-09)'

const flash = { model: 'deepseek/deepseek-flash', usage: { inputFresh: 1_000_000, outputText: 1_000_000 } }

const CASES: readonly Case[] = [
  {
    name: 'Opus 5.5 with 5000 tokens in and 800 out: 5000 × 4 + 800 × 20',
    source: CLAUDE,
    model: 'anthropic/claude-opus-5-5',
    usage: { inputFresh: 5000, outputText: 800 },
    costs: '0.036 USD',
  },
  {
    name: 'the same in a batch: half',
    source: CLAUDE,
    model: 'anthropic/claude-opus-5-5',
    usage: { inputFresh: 5000, outputText: 800, lane: 'batch' },
    costs: '0.018 USD',
  },
  {
    name: 'the sample answer of the cache page on Sonnet 4.5: 2048 × 3 + 1800 × 0.3 + 456 × 3.75 + 100 × 6 + 503 × 15',
    source: CLAUDE_CACHE,
    model: 'anthropic/claude-sonnet-4-5',
    usage: claudeUsage({
      input_tokens: 2048,
      cache_read_input_tokens: 1800,
      cache_creation_input_tokens: 556,
      output_tokens: 503,
      cache_creation: { ephemeral_5m_input_tokens: 456, ephemeral_1h_input_tokens: 100 },
    }),
    costs: '0.016539 USD',
  },
  {
    name: 'Opus 5.5 reads its cache at a twentieth, not a tenth',
    source: CLAUDE,
    model: 'anthropic/claude-opus-5-5',
    usage: { inputCached: 1_000_000 },
    costs: '0.2 USD',
  },
  {
    name: 'Sonnet 5.5 reads its cache at a tenth until 2026-10-07',
    source: CLAUDE,
    model: 'anthropic/claude-sonnet-5-5',
    usage: { inputCached: 1_000_000 },
    at: '2026-10-06T23:59:59Z',
    costs: '0.2 USD',
  },
  {
    name: 'Sonnet 5.5 reads its cache at half of that from then on',
    source: CLAUDE,
    model: 'anthropic/claude-sonnet-5-5',
    usage: { inputCached: 1_000_000 },
    costs: '0.1 USD',
  },
  {
    name: 'Haiku 5.5 above 100K, cache reads and writes counted: 40001 × 0.5 + 50000 × 0.05 + 10000 × 0.625 + 1000 × 2.5',
    source: CLAUDE,
    model: 'anthropic/claude-haiku-5-5',
    usage: { inputFresh: 40_001, inputCached: 50_000, cacheWriteShort: 10_000, outputText: 1000 },
    costs: '0.0312505 USD',
  },
  {
    name: 'Claude looks into the web three times, at 10 for a thousand',
    source: CLAUDE,
    model: 'anthropic/claude-sonnet-4-5',
    usage: { inputFresh: 1000, outputText: 100, counts: { 'web-search': 3 } },
    costs: '0.0345 USD',
  },
  {
    name: 'GPT-6.2 Sol above 272K: input and cache doubled, output by half: 200000 × 4 + 100000 × 0.2 + 1000 × 15',
    source: GPT,
    model: 'openai/gpt-6.2-sol',
    usage: { inputFresh: 200_000, inputCached: 100_000, outputText: 1000 },
    costs: '0.835 USD',
  },
  {
    name: 'GPT-6.2 Sol keeps a prompt for twelve hours: 100000 × 5',
    source: GPT,
    model: 'openai/gpt-6.2-sol',
    usage: { cacheWriteLong: 100_000 },
    costs: '0.5 USD',
  },
  {
    name: 'GPT-6.2 Sol in fast mode: twice the rates of the same length',
    source: GPT,
    model: 'openai/gpt-6.2-sol',
    usage: { inputFresh: 1000, outputText: 1000, lane: 'fast' },
    costs: '0.024 USD',
  },
  {
    name: 'GPT-6.2 Sol ultrafast: three times until the end of February 2027',
    source: GPT,
    model: 'openai/gpt-6.2-sol',
    usage: { inputFresh: 1000, outputText: 1000, lane: 'ultrafast' },
    at: '2027-02-28T23:59:59Z',
    costs: '0.036 USD',
  },
  {
    name: 'GPT-6.2 Sol ultrafast: six times afterwards',
    source: GPT,
    model: 'openai/gpt-6.2-sol',
    usage: { inputFresh: 1000, outputText: 1000, lane: 'ultrafast' },
    at: '2027-03-01T00:00:00Z',
    costs: '0.072 USD',
  },
  {
    name: 'GPT-6 Sol above 272K with cached input: 200000 × 4 + 100000 × 0.4 + 1000 × 15',
    source: GPT_6,
    model: 'openai/gpt-6-sol',
    usage: { inputFresh: 200_000, inputCached: 100_000, outputText: 1000 },
    costs: '0.855 USD',
  },
  {
    name: 'the same in a batch: half of it, cached input too',
    source: GPT_6,
    model: 'openai/gpt-6-sol',
    usage: { inputFresh: 200_000, inputCached: 100_000, outputText: 1000, lane: 'batch' },
    costs: '0.4275 USD',
  },
  {
    name: 'the same at once: twice as much',
    source: GPT_6,
    model: 'openai/gpt-6-sol',
    usage: { inputFresh: 200_000, inputCached: 100_000, outputText: 1000, lane: 'priority' },
    costs: '1.71 USD',
  },
  {
    name: 'GPT looks into the web at 10 for a thousand calls, whatever the lane',
    source: GPT_6,
    model: 'openai/gpt-6-sol',
    usage: { inputFresh: 1000, outputText: 100, lane: 'flex', counts: { 'web-search': 2 } },
    costs: '0.0215 USD',
  },
  {
    name: 'Qwen, implicit cache: of 10000 tokens 5000 hit at a fifth, in all 60 per cent of the input price',
    source: QWEN_CACHE,
    model: 'dashscope/qwen3-max',
    usage: { inputFresh: 5000, inputCached: 5000 },
    costs: '0.015 CNY',
  },
  {
    name: 'Qwen, marked cache: 5000 hit at a tenth (pain T28)',
    source: QWEN_CACHE,
    model: 'dashscope/qwen3-max',
    usage: chatUsage({
      prompt_tokens: 10_000,
      completion_tokens: 0,
      prompt_tokens_details: { cached_tokens: 5000, cache_type: 'ephemeral' },
    }),
    costs: '0.01375 CNY',
  },
  {
    name: 'Qwen, marked cache: 5000 written at 125 per cent',
    source: QWEN_CACHE,
    model: 'dashscope/qwen3-max',
    usage: chatUsage({
      prompt_tokens: 10_000,
      completion_tokens: 0,
      prompt_tokens_details: { cached_tokens: 0, cache_creation_input_tokens: 5000, cache_type: 'ephemeral' },
    }),
    costs: '0.028125 CNY',
  },
  {
    name: 'Qwen above 32K: the whole request at the second tier (pain T28): 40000 × 4 + 1000 × 16',
    source: QWEN,
    model: 'dashscope/qwen3-max',
    usage: { inputFresh: 40_000, outputText: 1000 },
    costs: '0.176 CNY',
  },
  {
    name: 'Qwen that thought: thoughts and answer at the dearer output price: 1000 × 0.8 + 1000 × 8',
    source: QWEN_THINKING,
    model: 'dashscope/qwen-plus',
    usage: { inputFresh: 1000, outputText: 400, outputReasoning: 600 },
    costs: '0.0088 CNY',
  },
  {
    name: 'Qwen asked to think that did not: the price without thinking: 1000 × 0.8 + 1000 × 2',
    source: QWEN_THINKING,
    model: 'dashscope/qwen-plus',
    usage: { inputFresh: 1000, outputText: 1000 },
    costs: '0.0028 CNY',
  },
  {
    name: 'Qwen that spoke: its text is free beside the sound',
    source: QWEN,
    model: 'dashscope/qwen-omni-turbo',
    usage: { inputFresh: 1_000_000, outputText: 1_000_000, outputAudio: 1_000_000 },
    costs: '50.4 CNY',
  },
  { ...flash, name: 'DeepSeek at night', source: DEEPSEEK, at: '2026-11-18T20:00:00+08:00', costs: '5 CNY' },
  {
    ...flash,
    name: 'DeepSeek on a working morning',
    source: DEEPSEEK,
    at: '2026-11-18T10:00:00+08:00',
    costs: '10 CNY',
  },
  { ...flash, name: 'DeepSeek at lunch', source: DEEPSEEK, at: '2026-11-18T13:00:00+08:00', costs: '5 CNY' },
  { ...flash, name: 'DeepSeek on a public holiday', source: DEEPSEEK, at: '2026-10-05T10:00:00+08:00', costs: '5 CNY' },
  {
    ...flash,
    name: 'DeepSeek on a Saturday that is worked in exchange for a holiday',
    source: DEEPSEEK,
    at: '2026-10-10T10:00:00+08:00',
    costs: '5 CNY',
  },
  {
    ...flash,
    name: 'DeepSeek on a day that no calendar speaks of: the dearer reading, marked',
    source: DEEPSEEK,
    at: '2027-01-01T10:00:00+08:00',
    costs: '10 CNY',
    doubt: 'the PRC calendar does not reach that day: taken as no public holiday',
  },
  {
    ...flash,
    name: 'DeepSeek looks into the web at 5 for a thousand since November',
    source: DEEPSEEK,
    usage: { inputFresh: 1_000_000, counts: { 'web-search': 100, 'web-fetch': 100 } },
    costs: '2 CNY',
  },
  {
    ...flash,
    name: 'DeepSeek looked into the web for nothing in October',
    source: DEEPSEEK,
    usage: { inputFresh: 1_000_000, counts: { 'web-search': 100 } },
    at: '2026-10-31T20:00:00+08:00',
    costs: '1 CNY',
  },
  {
    name: 'DeepSeek of 2025 by the end of the request: begun by day, ended by night, a quarter',
    source: DEEPSEEK_2025,
    model: 'deepseek/deepseek-reasoner',
    usage: { inputFresh: 1_000_000, outputText: 1_000_000 },
    at: '2025-06-10T00:29:00+08:00',
    ended: '2025-06-10T00:31:00+08:00',
    costs: '5 CNY',
  },
  {
    name: 'DeepSeek of 2025 begun by night, ended by day: the full price',
    source: DEEPSEEK_2025,
    model: 'deepseek/deepseek-reasoner',
    usage: { inputFresh: 1_000_000, outputText: 1_000_000 },
    at: '2025-06-10T08:29:00+08:00',
    ended: '2025-06-10T08:30:00+08:00',
    costs: '20 CNY',
  },
  {
    name: 'Doubao up to 32K in and 200 out: 1000 × 0.8 + 200 × 2',
    source: DOUBAO,
    model: 'ark/doubao-seed-1-6-250615',
    usage: { inputFresh: 1000, outputText: 200 },
    costs: '0.0012 CNY',
  },
  {
    name: 'Doubao with one token more out: 1000 × 0.8 + 201 × 8',
    source: DOUBAO,
    model: 'ark/doubao-seed-1-6-250615',
    usage: { inputFresh: 1000, outputText: 201 },
    costs: '0.002408 CNY',
  },
  {
    name: 'Doubao above 128K, some of it cached: 100000 × 2.4 + 50000 × 0.16 + 1000 × 24',
    source: DOUBAO,
    model: 'ark/doubao-seed-1-6-250615',
    usage: { inputFresh: 100_000, inputCached: 50_000, outputText: 1000 },
    costs: '0.272 CNY',
  },
  {
    name: 'Gemini at 200K: 200000 × 1.25 + 1000 × 10',
    source: GEMINI,
    model: 'gemini/gemini-2.5-pro',
    usage: { inputFresh: 200_000, outputText: 1000 },
    costs: '0.26 USD',
  },
  {
    name: 'Gemini above 200K, thoughts as output: 200001 × 2.5 + 1000 × 15',
    source: GEMINI,
    model: 'gemini/gemini-2.5-pro',
    usage: { inputFresh: 200_001, outputText: 400, outputReasoning: 600 },
    costs: '0.5150025 USD',
  },
  {
    name: 'Gemini 3.8 Flash in its last hour at half price, and in a batch half of that',
    source: GEMINI_PROMOTION,
    model: 'gemini/gemini-3.8-flash',
    usage: { inputFresh: 1_000_000, outputText: 1_000_000, lane: 'batch' },
    at: '2026-12-31T23:59:59Z',
    costs: '2.25 USD',
  },
  {
    name: 'Kimi with cached input: 100000 × 0.95 + 900000 × 0.16 + 10000 × 4',
    source: KIMI,
    model: 'moonshot/kimi-k2.6',
    region: 'intl',
    usage: { inputFresh: 100_000, inputCached: 900_000, outputText: 10_000 },
    costs: '0.279 USD',
  },
  {
    name: 'Kimi in a batch: forty per cent off',
    source: KIMI_BATCH,
    model: 'moonshot/kimi-k2.6',
    usage: { inputFresh: 1_000_000, lane: 'batch' },
    costs: '2.4 CNY',
  },
  {
    name: 'GLM with cached input: 600000 × 8 + 400000 × 2 + 100000 × 28',
    source: GLM,
    model: 'zhipu/glm-5.3',
    usage: { inputFresh: 600_000, inputCached: 400_000, outputText: 100_000 },
    costs: '8.4 CNY',
  },
  {
    name: 'MiniMax above 512K: 512001 × 0.6 + 1000 × 2.4',
    source: MINIMAX,
    model: 'minimax/MiniMax-M3',
    usage: { inputFresh: 512_001, outputText: 1000 },
    costs: '0.3096006 USD',
  },
  {
    name: 'MiniMax at once: half as much again',
    source: MINIMAX,
    model: 'minimax/MiniMax-M3',
    usage: { inputFresh: 512_001, outputText: 1000, lane: 'priority' },
    costs: '0.4644009 USD',
  },
  {
    name: 'ERNIE above 32K: 40000 × 10 + 1000 × 40',
    source: 'https://github.com/lobehub/lobe-chat model-bank wenxin.ts at 349d556 (2026-06)',
    model: 'qianfan/ernie-5.0-thinking-preview',
    usage: { inputFresh: 40_000, outputText: 1000 },
    costs: '0.44 CNY',
  },
  {
    name: 'Sora by the second, dearer where the picture is finer',
    source: 'https://developers.openai.com, as in the facts of the catalog (2026-11)',
    model: 'openai/sora-2-pro',
    usage: { counts: { second: 8 }, traits: { resolution: '1024p' } },
    costs: '4 USD',
  },
  {
    name: 'Seedance 2.0 fast, the maker’s own example: 100000 tokens without a film in: 3.7',
    source: SEEDANCE,
    model: 'ark/doubao-seedance-2-0-fast-260128',
    usage: { outputText: 100_000, traits: { inputVideo: false } },
    costs: '3.7 CNY',
  },
  {
    name: 'the same with a film in: 22 for a million',
    source: SEEDANCE,
    model: 'ark/doubao-seedance-2-0-fast-260128',
    usage: { outputText: 100_000, traits: { inputVideo: true } },
    costs: '2.2 CNY',
  },
]

test.each(CASES)('$name', ({ model: name, usage, at = NOW, ended, region, costs, doubt }) => {
  const [platform = '', ...rest] = name.split('/')
  const offer = findOffer(platform, rest.join('/'))
  if (offer === undefined) throw new Error(`no offer ${name}`)
  const priced = explainPrice({
    offer,
    at: Date.parse(at),
    usage: { ...NO_USAGE, ...usage },
    ...(ended === undefined ? {} : { endedAt: Date.parse(ended) }),
    ...(region === undefined ? {} : { region }),
  })
  const got = priced.ok ? [formatMoney(priced.nanos, priced.currency), priced.doubt] : [priced.reason, undefined]
  expect(got).toEqual([costs, doubt])
})

test('every case names the page that it is from, and when that was read', () => {
  expect(CASES.filter(({ source }) => !/^https:\/\/.+ \(20\d\d-\d\d\)$/.test(source))).toEqual([])
})
