import { expect, test } from 'vitest'
import { usageOf as chatUsage } from '#wire/shape/openai-usage.ts'
import { type Case, costOfCase, unsourced } from '#test/support/price-cases.ts'

/*
 * What makers say that a request costs: rates, factors and rules of their pages, worked through by hand. Each case
 * names its page and when that was read; where the page itself was not at hand, who quotes it.
 */

const QWEN_CACHE = 'https://help.aliyun.com/zh/model-studio/context-cache (2026-10)'
const QWEN_THINKING = 'https://help.aliyun.com/zh/model-studio/vision, on what thinking is billed as (2026-11)'
const QWEN = 'https://help.aliyun.com/zh/model-studio/models, rates as of aiproxy aebeb5e (2026-06)'
const DEEPSEEK = 'https://api-docs.deepseek.com/zh-cn/quick_start/pricing (2026-11)'
const DEEPSEEK_2025 = 'https://api-docs.deepseek.com/zh-cn/quick_start/pricing, note 6 (2025-06)'
const DOUBAO = 'https://www.volcengine.com model-pricing, rates as of aiproxy aebeb5e (2026-06)'
const SEEDANCE = 'https://www.volcengine.com/article/2687010 (2026-11)'
const KIMI = 'https://platform.kimi.ai/docs/pricing/chat-k3, rates as of models.dev f3fc692 (2026-07)'
const KIMI_BATCH = 'https://platform.kimi.ai/docs/pricing/batch (2026-09)'
const GLM = 'https://docs.bigmodel.cn/cn/guide/start/pricing.md (2026-09)'
const MINIMAX = 'https://dev.to/aiwave/minimax-m3-api-complete-integration-guide-1lba, quoting the maker (2026-09)'

const flash = { model: 'deepseek/deepseek-flash', usage: { inputFresh: 1_000_000, outputText: 1_000_000 } }

const CASES: readonly Case[] = [
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

test.each(CASES)('$name', (each) => {
  expect(costOfCase(each)).toEqual([each.costs, each.doubt])
})

test('every case names the page that it is from, and when that was read', () => {
  expect(unsourced(CASES)).toEqual([])
})
