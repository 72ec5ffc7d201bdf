import { expect, test } from 'vitest'
import { readUsage as claudeUsage } from '#wire/anthropic-messages/read-usage.ts'
import { type Case, costOfCase, unsourced } from '#test/support/price-cases.ts'

/*
 * What makers say that a request costs: rates, factors and rules of their pages, worked through by hand. Each case
 * names its page and when that was read; where the page itself was not at hand, who quotes it.
 */

const CLAUDE = 'https://platform.claude.com/docs/en/about-claude/pricing (2026-11)'
const CLAUDE_CACHE = 'https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-11)'
const GPT = 'https://developers.openai.com/api/docs/models/gpt-6.2-sol (2026-11)'
const GPT_6 = 'https://docs.laozhang.ai gpt-6-launch-2026-09, quoting the maker (2026-09)'
const GEMINI = 'https://ai.google.dev/gemini-api/docs/pricing, rates as of models.dev f3fc692 (2026-07)'
const GEMINI_PROMOTION = 'https://ai.google.dev/gemini-api/docs/pricing (2026-09)'

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
    name: 'Sora by the second, dearer where the picture is finer',
    source: 'https://developers.openai.com, as in the facts of the catalog (2026-11)',
    model: 'openai/sora-2-pro',
    usage: { counts: { second: 8 }, traits: { resolution: '1024p' } },
    costs: '4 USD',
  },
]

test.each(CASES)('$name', (each) => {
  expect(costOfCase(each)).toEqual([each.costs, each.doubt])
})

test('every case names the page that it is from, and when that was read', () => {
  expect(unsourced(CASES)).toEqual([])
})
