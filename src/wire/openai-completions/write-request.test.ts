import { expect, test } from 'vitest'
import { chat, read, target, write } from '#wire/openai-completions/fixture.ts'
import { openaiCompletions } from '#wire/openai-completions/index.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { writeFor } from '#wire/write-for.ts'

test('within the dialect the caller’s own text travels, token ids and several prompts too', () => {
  const text = '{"model":"davinci", "prompt":[[1,2],[3]],"echo":true ,"best_of":1e0,"tomorrow":12345678901234567890}'
  const asked = openaiCompletions.readRequest({ text, json: JSON.parse(text) })
  if (!asked.ok) throw new Error(asked.failure.message)
  expect(openaiCompletions.writeRequest(asked.request, target())).toEqual({
    ok: true,
    written: { body: text, stream: false, usageAdded: false, headers: {}, warnings: [] },
  })
})

test('only what the target refuses changes', () => {
  const asked = read({
    prompt: 'Once',
    max_tokens: 9000,
    temperature: 3,
    frequency_penalty: 3,
    stop: ['\n', 'b', 'c'],
    n: 5,
    suffix: 'end',
    user: 'u',
  })
  const quirks = { stopMax: 2, answersMax: 1, refusedFields: ['suffix'], renamedFields: { user: 'user_id' } }
  expect(write(asked, target(quirks))).toEqual({
    body: {
      model: 'davinci',
      prompt: 'Once',
      max_tokens: 4096,
      temperature: 2,
      frequency_penalty: 2,
      stop: ['\n', 'b'],
      user_id: 'u',
    },
    warnings: [
      'clamped:max_tokens',
      'clamped:temperature',
      'clamped:frequency_penalty',
      'dropped:stop',
      'clamped:n',
      'dropped:suffix',
      'renamed:user',
    ],
  })
})

test('usage is asked for in streams, and kept from a caller who did not', () => {
  const asked = read({ prompt: 'Once', stream: true, stream_options: { include_obfuscation: false } })
  expect(openaiCompletions.writeRequest(asked, target())).toMatchObject({
    ok: true,
    written: {
      stream: true,
      usageAdded: true,
      body: JSON.stringify({
        model: 'davinci',
        prompt: 'Once',
        stream: true,
        stream_options: { include_obfuscation: false, include_usage: true },
      }),
    },
  })
  const alone = read({ prompt: 'Once', stream: true })
  expect(write(alone, target({ usageInStream: 'always' })).body).toEqual({
    model: 'davinci',
    prompt: 'Once',
    stream: true,
  })
})

test('of a chat, one text of the user can be gone on with, instructions before it', () => {
  const asked = chat({
    messages: [
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'Once' },
          { kind: 'text', text: ' upon' },
        ],
        path: 'messages.0',
      },
      { role: 'system', parts: [{ kind: 'text', text: 'Tell a tale.' }], path: 'messages.1' },
    ],
    maxOutputTokens: 10,
    stop: ['\n\n'],
    seed: 1,
    topK: 5,
    reasoning: { effort: 'low' },
    responseFormat: { kind: 'json' },
    stream: true,
    unread: ['logit_bias'],
  })
  expect(write(asked)).toEqual({
    body: {
      model: 'davinci',
      prompt: 'Tell a tale.\n\nOnce upon',
      max_tokens: 10,
      stop: ['\n\n'],
      seed: 1,
      stream: true,
      stream_options: { include_usage: true },
    },
    warnings: [
      'emulated:messages.0',
      'dropped:top_k',
      'dropped:response_format',
      'dropped:reasoning_effort',
      'dropped:logit_bias',
    ],
  })
})

test.each<[string, Partial<ModelRequest>, string]>([
  ['tools', { tools: [{ kind: 'function', name: 'f', path: 'tools.0' }] }, 'tools'],
  [
    'an image',
    {
      messages: [
        { role: 'user', parts: [{ kind: 'image', source: { kind: 'url', url: 'https://x' } }], path: 'messages.0' },
      ],
    },
    'messages.0.content',
  ],
  [
    'a conversation',
    {
      messages: [
        { role: 'user', parts: [], path: 'messages.0' },
        { role: 'assistant', parts: [], path: 'messages.1' },
      ],
    },
    'messages.1',
  ],
  ['nothing of the user', { messages: [{ role: 'system', parts: [], path: 'messages.0' }] }, 'messages'],
])('a chat with %s is refused by its place, for this target', (_what, more, param) => {
  const result = openaiCompletions.writeRequest(chat(more), target())
  expect(result).toMatchObject({ ok: false, failure: { kind: 'invalid-request', param, retryable: true } })
})

test('a prompt that leaves the dialect becomes a question, and the caller is told', () => {
  const to = target(OPENAI_CHAT_QUIRKS)
  const result = writeFor(openaiChat, read({ prompt: 'Once', suffix: 'end' }), to)
  expect(result.ok && [JSON.parse(result.written.body), result.written.warnings.map(({ path }) => path)]).toEqual([
    { model: 'davinci', messages: [{ role: 'user', content: 'Once' }] },
    ['prompt', 'suffix'],
  ])
  expect(writeFor(openaiChat, read({ prompt: [1, 2] }), to)).toMatchObject({
    ok: false,
    failure: { kind: 'invalid-request', param: 'prompt' },
  })
  expect(writeFor(openaiCompletions, read({ prompt: [1, 2] }), target()).ok).toBe(true)
})
