import { expect, test } from 'vitest'
import { readUsage as claudeUsage } from '#wire/anthropic-messages/read-usage.ts'
import { readUsage as geminiUsage } from '#wire/gemini/read-usage.ts'
import { usageIn } from '#wire/openai-responses/read-usage.ts'
import { openaiUsage, usageOf } from '#wire/shape/openai-usage.ts'
import { inEightKinds, inputTokens, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'

const without = ({ raw: _, ...usage }: Usage): Omit<Usage, 'raw'> => usage

test('hits of a marked cache are told from those of an implicit one, and add up to the same input (pain T28)', () => {
  const details = { cached_tokens: 600, cache_creation_input_tokens: 100, cache_type: 'ephemeral' }
  const usage = usageOf({ prompt_tokens: 1000, completion_tokens: 10, prompt_tokens_details: details })
  expect(without(usage)).toEqual({
    ...NO_USAGE,
    inputFresh: 300,
    inputCachedExplicit: 600,
    cacheWriteShort: 100,
    outputText: 10,
  })
  expect(inputTokens(usage)).toBe(1000)
  expect(openaiUsage(usage)).toMatchObject({ prompt_tokens: 1000, prompt_tokens_details: { cached_tokens: 600 } })
  expect(without(inEightKinds(usage))).toEqual({
    ...NO_USAGE,
    inputFresh: 300,
    inputCached: 600,
    cacheWriteShort: 100,
    outputText: 10,
  })
})

test('pictures and films are counted apart, and never below zero', () => {
  const usage = usageOf({
    prompt_tokens: 1000,
    completion_tokens: 50,
    prompt_tokens_details: { image_tokens: 700, video_tokens: 900, audio_tokens: 100 },
    completion_tokens_details: { image_tokens: 30 },
  })
  expect(without(usage)).toEqual({
    ...NO_USAGE,
    inputAudio: 100,
    inputImage: 900,
    outputText: 20,
    outputImage: 30,
  })
  expect([inputTokens(usage), outputTokens(usage)]).toEqual([1000, 50])
})

test('Gemini tells pictures by modality, less those from a cache, and the lane of Vertex AI', () => {
  const usage = geminiUsage({
    promptTokenCount: 1000,
    cachedContentTokenCount: 200,
    candidatesTokenCount: 40,
    totalTokenCount: 1040,
    promptTokensDetails: [
      { modality: 'IMAGE', tokenCount: 500 },
      { modality: 'VIDEO', tokenCount: 100 },
    ],
    cacheTokensDetails: [{ modality: 'IMAGE', tokenCount: 200 }],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 40 }],
    trafficType: 'ON_DEMAND_PRIORITY',
  })
  expect(without(usage)).toEqual({
    ...NO_USAGE,
    inputFresh: 400,
    inputCached: 200,
    inputImage: 400,
    outputImage: 40,
    lane: 'priority',
  })
})

test.each([
  ['OpenAI flex', usageOf({ prompt_tokens: 1 }, 'flex').lane, 'flex'],
  ['OpenAI default', usageOf({ prompt_tokens: 1 }, 'default').lane, undefined],
  ['a null', usageOf({ prompt_tokens: 1 }, null).lane, undefined],
  ['Claude in a batch', claudeUsage({ input_tokens: 1, service_tier: 'batch' }).lane, 'batch'],
  ['Claude standard', claudeUsage({ input_tokens: 1, service_tier: 'standard' }).lane, undefined],
  ['Claude fast', claudeUsage({ input_tokens: 1, service_tier: 'standard', speed: 'fast' }).lane, 'fast'],
  ['a response', usageIn({ usage: { input_tokens: 1 }, service_tier: 'priority' })?.lane, 'priority'],
  ['Vertex on demand', geminiUsage({ promptTokenCount: 1, trafficType: 'ON_DEMAND' }).lane, undefined],
])('the lane of %s', (_, lane, expected) => {
  expect(lane).toBe(expected)
})

test('what platforms count beside tokens is read where each of them puts it', () => {
  const search = (count: number): unknown => ({ 'web-search': count })
  expect([
    claudeUsage({ input_tokens: 1, server_tool_use: { web_search_requests: 3, web_fetch_requests: 2 } }).counts,
    usageOf({ prompt_tokens: 1, plugins: { search: { count: 1 } } }).counts,
    usageOf({ prompt_tokens: 1, tool_usage: { web_search: 4 } }).counts,
    usageOf({ prompt_tokens: 1, num_search_queries: 2 }).counts,
    usageOf({ prompt_tokens: 1, server_tool_use: { web_search_requests: 0 } }).counts,
    usageIn({
      usage: { input_tokens: 1 },
      output: [
        { type: 'web_search_call', action: { type: 'search' } },
        { type: 'web_search_call', action: { type: 'open_page' } },
        { type: 'web_search_call' },
        { type: 'file_search_call' },
        { type: 'message' },
      ],
    })?.counts,
  ]).toEqual([
    { 'web-search': 3, 'web-fetch': 2 },
    search(1),
    search(4),
    search(2),
    undefined,
    { 'web-search': 2, 'file-search': 1 },
  ])
})
