import { expect, test } from 'vitest'
import type { JsonObject } from '#wire/json.ts'
import { read } from '#wire/openai-completions/fixture.ts'
import { openaiCompletions } from '#wire/openai-completions/index.ts'

const QUESTION = {
  warnings: [{ action: 'emulated', path: 'prompt', detail: 'a text to go on with, sent as what the user asks' }],
}

test('a prompt is a text of the user, and every field that the middle form names is read', () => {
  const { source: _source, ...rest } = read({
    prompt: 'Once',
    stream: true,
    stream_options: { include_usage: true, include_obfuscation: false },
    max_tokens: 10,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 3,
    stop: '\n',
    seed: 1,
    presence_penalty: 0.1,
    frequency_penalty: 0.2,
    n: 2,
    user: 'u',
    suffix: 'end',
    echo: true,
    best_of: 3,
    logprobs: 0,
    logit_bias: { 50256: -100 },
    min_p: 0.1,
  })
  expect(rest).toEqual({
    dialect: 'openai-completions',
    model: 'route',
    stream: true,
    streamUsage: true,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Once' }], path: 'prompt' }],
    tools: [],
    maxOutputTokens: 10,
    temperature: 0.5,
    topP: 0.9,
    topK: 3,
    stop: ['\n'],
    seed: 1,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    n: 2,
    user: 'u',
    unread: ['suffix', 'echo', 'best_of', 'logprobs', 'logit_bias', 'min_p', 'stream_options.include_obfuscation'],
    leaving: QUESTION,
  })
})

test('values that say what holds anyway are no loss', () => {
  const idle = { echo: false, suffix: '', best_of: 2, n: 2, logit_bias: {}, logprobs: null }
  expect(read({ prompt: 'Once', ...idle }).unread).toEqual([])
})

test('a list of one text is that text', () => {
  const { messages, leaving } = read({ prompt: ['Once'] })
  expect({ messages, leaving }).toEqual({
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Once' }], path: 'prompt' }],
    leaving: QUESTION,
  })
})

test.each([
  [['a', 'b'], 'several prompts in one request'],
  [[1, 2, 3], 'a prompt of token ids'],
  [[[1, 2], [3]], 'a prompt of token ids'],
])('%j travels within the dialect only', (prompt, what) => {
  const { messages, leaving } = read({ prompt })
  expect(messages[0]?.parts).toEqual([{ kind: 'native', dialect: 'openai-completions', type: 'prompt', value: prompt }])
  expect(leaving?.refusal).toMatchObject({
    kind: 'invalid-request',
    message: `prompt: ${what} can only go to platforms that serve completions`,
    param: 'prompt',
    retryable: true,
  })
})

test('nothing to go on with cannot be asked elsewhere', () => {
  expect(read({ prompt: '' }).leaving?.refusal).toMatchObject({ kind: 'invalid-request', param: 'prompt' })
})

test('a wrong field is refused by its name', () => {
  const refused = (json: JsonObject): unknown => {
    const result = openaiCompletions.readRequest({ text: JSON.stringify(json), json })
    return result.ok ? undefined : [result.failure.kind, result.failure.param]
  }
  expect(refused({ prompt: 'x' })).toEqual(['invalid-request', 'model'])
  expect(refused({ model: 'm' })).toEqual(['invalid-request', 'prompt'])
  expect(refused({ model: 'm', prompt: 5 })).toEqual(['invalid-request', 'prompt'])
  expect(refused({ model: 'm', prompt: [] })).toEqual(['invalid-request', 'prompt'])
  expect(refused({ model: 'm', prompt: ['a', 1] })).toEqual(['invalid-request', 'prompt'])
  expect(refused({ model: 'm', prompt: 'x', max_tokens: 'a' })).toEqual(['invalid-request', 'max_tokens'])
  expect(refused({ model: 'm', prompt: 'x', stop: [1] })).toEqual(['invalid-request', 'stop.0'])
})
