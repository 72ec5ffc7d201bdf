import { expect, test } from 'vitest'
import type { WireTarget } from '#wire/dialect.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import { fields, request, target, toolCall, TOOLS, user, write } from '#wire/anthropic-messages/fixture.ts'

test('the shortest request', () => {
  expect(anthropicMessages.writeRequest(request(), target())).toEqual({
    ok: true,
    written: { body: JSON.stringify(fields()), stream: false, usageAdded: false, headers: {}, warnings: [] },
  })
})

test('every field that has another name or place', () => {
  const asked = request({
    stream: true,
    temperature: 0.4,
    topP: 0.8,
    topK: 5,
    stop: ['END'],
    user: 'u',
    parallelToolCalls: false,
    toolChoice: { kind: 'required' },
    tools: [
      { kind: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: false, path: 'tools.0' },
    ],
  })
  expect(write(asked)).toEqual({
    body: fields({
      tools: [{ name: 'f', description: 'd', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      temperature: 0.4,
      top_p: 0.8,
      top_k: 5,
      stop_sequences: ['END'],
      metadata: { user_id: 'u' },
      stream: true,
    }),
    warnings: [],
  })
})

test('what the dialect has no place for is told by the caller’s names', () => {
  const json = { max_completion_tokens: 100 }
  const asked = request(
    {
      seed: 1,
      presencePenalty: 0.5,
      frequencyPenalty: 0,
      n: 3,
      maxOutputTokens: 100_000,
      temperature: 1.7,
      stop: [' ', 'x'],
      unread: ['logit_bias'],
      toolChoice: { kind: 'named', name: 'f' },
      tools: [{ kind: 'native', dialect: 'openai-chat', type: 'code', value: {}, path: 'tools.0' }],
    },
    json,
  )
  expect(write(asked)).toEqual({
    body: fields({ max_tokens: 8192, temperature: 1, stop_sequences: ['x'] }),
    warnings: [
      'clamped:max_completion_tokens',
      'clamped:temperature',
      'dropped:seed',
      'dropped:presence_penalty',
      'clamped:n',
      'dropped:logit_bias',
      'dropped:tools.0',
      'dropped:tool_choice',
      'dropped:stop',
    ],
  })
})

test('a bound is chosen where none is given and one is demanded', () => {
  const { maxOutputTokens: _asked, ...unbounded } = request()
  const chosen = (to: WireTarget): unknown => {
    const { body, warnings } = write(unbounded, to)
    return [(body as { max_tokens?: number }).max_tokens, warnings]
  }
  expect(chosen(target())).toEqual([8192, ['defaulted:max_tokens']])
  expect(chosen(target({}, { maxOutputTokens: undefined }))).toEqual([4096, ['defaulted:max_tokens']])
  expect(chosen(target({ maxTokensRequired: false }))).toEqual([undefined, []])
})

test('what cannot be sent at all is refused by its place', () => {
  const refused = (asked: Partial<ModelRequest>, to: WireTarget = target()): unknown => {
    const written = anthropicMessages.writeRequest(request(asked), to)
    return written.ok ? 'taken' : [written.failure.kind, written.failure.param]
  }
  const saying = (part: Part): Partial<ModelRequest> => ({
    messages: [{ role: 'tool', parts: [{ kind: 'tool-result', callId: 'a', parts: [part] }], path: 'messages.3' }],
  })
  const place = ['invalid-request', 'messages.3.content']
  const image: Part = { kind: 'image', source: { kind: 'url', url: 'https://x' } }
  expect(refused(saying({ kind: 'audio', source: { kind: 'url', url: 'u' } }))).toEqual(place)
  expect(refused(saying(image))).toBe('taken')
  expect(refused(saying(image), target({}, { vision: false }))).toEqual(place)
  expect(refused(saying(image), target({ images: 'inline-only' }))).toEqual(place)
  expect(refused({ tools: TOOLS }, target({}, { tools: false }))).toEqual(['invalid-request', 'tools'])
})

test('a conversation with calls and without tools declares what it calls, and forbids to call it', () => {
  const called: Message = { role: 'assistant', parts: [toolCall('a', '{}'), toolCall('b', '{}')], path: 'messages.1' }
  const { body, warnings } = write(request({ messages: [user('Hi'), called] }))
  const { tools, tool_choice } = body as { tools: unknown; tool_choice: unknown }
  expect([tools, tool_choice, warnings]).toEqual([
    [{ name: 'f', input_schema: { type: 'object', properties: {} } }],
    { type: 'none' },
    ['emulated:tools'],
  ])
})

test('of more than four cache marks the last four stay', () => {
  const marked = (i: number): Message => ({
    role: 'user',
    parts: [{ kind: 'text', text: `${i}`, cache: { ttl: 'short' } }],
    path: `messages.${i}`,
  })
  const system: Message = { ...marked(0), role: 'system' }
  const { body, warnings } = write(request({ messages: [system, ...[1, 2, 3, 4, 5].map(marked)] }))
  const cache_control = { type: 'ephemeral' }
  const text = (i: number): object => ({ type: 'text', text: `${i}` })
  expect([body, warnings.filter((warning) => warning.startsWith('dropped'))]).toEqual([
    fields({
      system: '0',
      messages: [{ role: 'user', content: [text(1), ...[2, 3, 4, 5].map((i) => ({ ...text(i), cache_control }))] }],
    }),
    ['dropped:messages.0.cache_control', 'dropped:messages.1.cache_control'],
  ])
})

test('T14: a tool without parameters has an empty schema', () => {
  const tools: ModelRequest['tools'] = [
    { kind: 'function', name: 'f', path: 'tools.0' },
    { kind: 'function', name: 'g', parameters: { properties: {} }, path: 'tools.1' },
  ]
  expect(write(request({ tools })).body).toEqual(
    fields({
      tools: [
        { name: 'f', input_schema: { type: 'object', properties: {} } },
        { name: 'g', input_schema: { type: 'object', properties: {} } },
      ],
    }),
  )
})

test('top-level fields that the target refuses, ignores or names otherwise', () => {
  const asked = request({ temperature: 0.5, topP: 0.5, topK: 3, user: 'u' })
  const quirks: Partial<Quirks> = {
    refusedFields: ['top_k'],
    ignoredFields: ['temperature'],
    renamedFields: { top_p: 'nucleus' },
    knownFields: ['model', 'max_tokens', 'messages', 'temperature', 'nucleus'],
  }
  expect(write(asked, target(quirks))).toEqual({
    body: fields({ temperature: 0.5, nucleus: 0.5 }),
    warnings: ['ignored:temperature', 'renamed:top_p', 'dropped:top_k', 'dropped:user'],
  })
})

test('a target that only streams is asked for a stream', () => {
  const stream = (quirks: Partial<Quirks>, more: Partial<ModelRequest> = {}): unknown => {
    const written = anthropicMessages.writeRequest(request({ maxOutputTokens: 4000, ...more }), target(quirks))
    return written.ok && [written.written.stream, JSON.parse(written.written.body).stream]
  }
  expect(stream({})).toEqual([false, undefined])
  expect(stream({ streamOnly: 'always' })).toEqual([true, true])
  expect(stream({ streamOnly: 'while-thinking' })).toEqual([false, undefined])
  expect(stream({ streamOnly: 'while-thinking' }, { reasoning: { budgetTokens: 1024 } })).toEqual([true, true])
  const unasked = { streamOnly: 'while-thinking', thinkingDefault: 'on' } as const
  expect(stream(unasked)).toEqual([true, true])
  expect(stream(unasked, { reasoning: { enabled: false } })).toEqual([false, undefined])
  expect(stream({ ...unasked, thinkingDefault: 'always' }, { reasoning: { enabled: false } })).toEqual([true, true])
})
