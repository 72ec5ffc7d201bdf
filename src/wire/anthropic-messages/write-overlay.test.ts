import { expect, test } from 'vitest'
import type { WireTarget } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'
import { target } from '#wire/anthropic-messages/fixture.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

/** The caller's own text, as it is sent to a target of the same dialect. */
function send(text: string, to: WireTarget): { text: string; warnings: string[] } {
  const read = anthropicMessages.readRequest({ text, json: JSON.parse(text) })
  if (!read.ok) throw new Error(read.failure.message)
  const result = anthropicMessages.writeRequest(read.request, to)
  if (!result.ok) throw new Error(result.failure.message)
  const { body, warnings } = result.written
  return { text: body, warnings: warnings.map(({ action, path }) => `${action}:${path}`) }
}

const hi = { role: 'user', content: 'Hi' }
const base = { model: 'claude', max_tokens: 4000, messages: [hi] }

/** Only what differs from what the caller sent, and the warnings. `null` = taken out. */
function changes(json: Record<string, unknown>, quirks: Partial<Quirks> = {}, more: Partial<WireTarget> = {}): unknown {
  const { text, warnings } = send(JSON.stringify(json), target(quirks, more))
  const sent: Record<string, unknown> = JSON.parse(text)
  const changed: Record<string, unknown> = {}
  for (const key of new Set([...Object.keys(json), ...Object.keys(sent)])) {
    if (JSON.stringify(json[key]) !== JSON.stringify(sent[key])) changed[key] = sent[key] ?? null
  }
  return [changed, ...warnings]
}

test('fields, spellings and spaces that nobody asked to change travel byte for byte', () => {
  const text =
    '{ "max_tokens":10, "model" : "route","invented": {"n": 1.0, "big": 12345678901234567890},\n' +
    '"temperature": 0.50, "messages":[{"role":"user","content":[{"type":"new_block","x":1e2}]}, {"role":"user","content":"a"}],' +
    '"thinking":{"type":"between_tools"}, "output_config":{"effort":"heroic"} }'
  expect(send(text, target())).toEqual({ text: text.replace('"route"', '"claude"'), warnings: [] })
  const own = text.replace('"route"', '"claude"')
  expect(send(own, target()).text).toBe(own)
})

test('numbers and lists that the target refuses', () => {
  const json = { ...base, max_tokens: 9000, temperature: 0.7, top_p: 0.5, stop_sequences: ['a', 'bb', 'c'] }
  expect(changes(json, { temperature: 'fixed', stopMax: 1, stopBytesMax: 1, topP: { min: 0.6 } })).toEqual([
    { max_tokens: 8192, temperature: null, top_p: 0.6, stop_sequences: ['a'] },
    'clamped:max_tokens',
    'dropped:temperature',
    'clamped:top_p',
    'dropped:stop_sequences',
  ])
  expect(changes({ ...base, temperature: 0.7, top_p: 0.5 }, { temperatureOrTopP: true })).toEqual([
    { top_p: null },
    'dropped:top_p',
  ])
})

test('thinking in the form that the target takes', () => {
  const effort: Partial<Quirks> = { thinking: 'anthropic-effort', efforts: { low: 'low', high: 'high' } }
  const enabled = { type: 'enabled', budget_tokens: 3000, display: 'omitted' }
  const adaptive = { type: 'adaptive' }
  expect(changes({ ...base, thinking: enabled })).toEqual([{}])
  expect(changes({ ...base, thinking: enabled }, effort)).toEqual([
    { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' } },
    'approximated:thinking',
  ])
  expect(changes({ ...base, thinking: adaptive, output_config: { effort: 'high' } }, effort)).toEqual([{}])
  expect(changes({ ...base, thinking: adaptive, output_config: { effort: 'max', x: 1 } }, effort)).toEqual([
    { output_config: { x: 1, effort: 'high' } },
    'approximated:thinking',
  ])
  expect(changes({ ...base, thinking: adaptive, output_config: { effort: 'low' } })).toEqual([
    { thinking: { type: 'enabled', budget_tokens: 2048 }, output_config: null },
    'approximated:thinking',
  ])
  expect(changes({ ...base, output_config: { effort: 'low' } })).toEqual([{}])
  expect(changes({ ...base, thinking: enabled }, { thinking: 'none' })).toEqual([
    { thinking: null },
    'dropped:thinking',
  ])
  expect(changes({ ...base, thinking: { type: 'disabled' } }, { thinkingDefault: 'always' })).toEqual([
    { thinking: null },
    'dropped:thinking',
  ])
  const bounded = { ...base, thinking: { type: 'enabled', budget_tokens: 3500 } }
  expect(changes(bounded, {}, { maxOutputTokens: 2000 })).toEqual([
    { max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1999 } },
    'clamped:max_tokens',
    'clamped:thinking',
  ])
})

test('T20: thinking that we made of another platform’s answer does not go to one that demands signatures', () => {
  const call = { type: 'tool_use', id: 'a', name: 'f', input: {} }
  const ours = { type: 'thinking', thinking: 'Hm', signature: '' }
  const theirs = { type: 'thinking', thinking: 'Hm', signature: 'c2ln' }
  const results = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'r' }] }
  const thinking = { type: 'enabled', budget_tokens: 2000 }
  const json = (...content: object[]): Record<string, unknown> => ({
    ...base,
    thinking,
    messages: [hi, { role: 'assistant', content }, results],
  })
  expect(changes(json(theirs, call))).toEqual([{}])
  expect(changes(json(ours, call))).toEqual([
    { thinking: null, messages: [hi, { role: 'assistant', content: [call] }, results] },
    'dropped:thinking',
    'dropped:messages.1.content',
  ])
  expect(changes(json(ours, call), { reasoningReturn: 'required' })).toEqual([{}])
  expect(changes({ ...base, messages: [hi, { role: 'assistant', content: [ours] }, hi] })).toEqual([
    { messages: [hi, hi] },
    'dropped:messages.1.content',
  ])
})

test('T22 seals that platforms of other dialects made leave the caller’s own text', () => {
  const call = { type: 'tool_use', id: 'a', name: 'f', input: { big: 1 } }
  const thought = (signature: string): object => ({ type: 'thinking', thinking: 'Hm', signature })
  const seal = { type: 'thinking', thinking: '', signature: 'tw.gemini.s' }
  const redacted = (data: string): object => ({ type: 'redacted_thinking', data })
  const results = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'r' }] }
  const json = (...content: object[]): Record<string, unknown> => ({
    ...base,
    messages: [hi, { role: 'assistant', content }, results],
  })
  const sent = (...content: object[]): object => ({ messages: [hi, { role: 'assistant', content }, results] })
  const warning = 'dropped:messages.1.content'
  expect(changes(json(thought('tw.openai-chat.s'), redacted('tw.openai-responses.d'), seal, call))).toEqual([
    sent(call),
    warning,
  ])
  expect(changes(json(thought('s'), redacted('d'), seal, call))).toEqual([
    sent(thought('s'), redacted('d'), call),
    warning,
  ])
  expect(changes(json(thought('tw.anthropic-messages.s'), call))).toEqual([sent(thought('s'), call)])
  const demands = { reasoningReturn: 'required' } as const
  expect(changes(json(thought('tw.openai-chat.s'), seal, call), demands)).toEqual([sent(thought(''), call), warning])
  const text = JSON.stringify(json(seal, call)).replace('"big":1', '"big":12345678901234567890')
  expect(send(text, target()).text).toContain('"big":12345678901234567890')
})

test('cache marks leave only where the target takes none', () => {
  const cache_control = { type: 'ephemeral' }
  const block = { type: 'text', text: 'x' }
  const tool = { name: 'f', input_schema: { type: 'object' } }
  const json = {
    ...base,
    cache_control,
    system: [{ ...block, cache_control }],
    tools: [{ ...tool, cache_control }],
    messages: [{ role: 'user', content: [{ ...block, cache_control }] }],
  }
  expect(changes(json)).toEqual([{}])
  expect(changes(json, { cacheMarks: false })).toEqual([
    { cache_control: null, system: [block], tools: [tool], messages: [{ role: 'user', content: [block] }] },
    'dropped:cache_control',
  ])
})

test('instructions among the messages are hoisted where the target takes them at the front only', () => {
  const json = { ...base, system: 'a', messages: [hi, { role: 'system', content: 'b' }] }
  expect(changes(json, { systemPlace: 'anywhere' })).toEqual([{}])
  expect(changes(json)).toEqual([
    {
      messages: [hi],
      system: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    'reordered:messages.1',
  ])
})

test('structured output and strict tools that the target does not know', () => {
  const schema = { type: 'object' }
  const tools = [{ name: 'f', input_schema: schema, strict: true }]
  const json = { ...base, tools, output_config: { format: { type: 'json_schema', schema } } }
  expect(changes(json)).toEqual([{}])
  expect(changes(json, { responseFormats: [], toolStrict: false })).toEqual([
    {
      tools: [{ name: 'f', input_schema: schema }],
      output_config: null,
      system: [
        {
          type: 'text',
          text: 'Answer with one JSON object and nothing else: no prose, no code fence. It must match this JSON Schema: {"type":"object"}',
        },
      ],
    },
    'dropped:tools.0.strict',
    'emulated:output_config.format',
  ])
})

test('tool choice that the target does not know', () => {
  const json = { ...base, tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true } }
  expect(changes(json, { toolChoices: ['auto', 'required'], parallelToolCallsSwitch: false })).toEqual([
    { tool_choice: { type: 'any' } },
    'approximated:tool_choice',
    'dropped:tool_choice.disable_parallel_tool_use',
  ])
})

test('top-level fields that the target refuses, ignores or names otherwise', () => {
  const json = { ...base, service_tier: 'auto', top_k: 1, metadata: { user_id: 'u' } }
  expect(
    changes(json, { refusedFields: ['service_tier'], ignoredFields: ['top_k'], renamedFields: { metadata: 'meta' } }),
  ).toEqual([
    { service_tier: null, metadata: null, meta: { user_id: 'u' } },
    'dropped:service_tier',
    'ignored:top_k',
    'renamed:metadata',
  ])
})

test('model and stream from outside the body are written into it', () => {
  const { model: _model, ...json } = base
  const source = { text: JSON.stringify(json), json, outside: { model: 'asked', stream: true } }
  const read = anthropicMessages.readRequest(source)
  const written = read.ok && anthropicMessages.writeRequest(read.request, target())
  expect(written && written.ok && JSON.parse(written.written.body)).toEqual({ ...json, model: 'claude', stream: true })
})

test('a target that only streams is asked for a stream', () => {
  expect(changes(base, { streamOnly: 'always' })).toEqual([{ stream: true }])
  expect(
    changes(
      { ...base, stream: false, thinking: { type: 'enabled', budget_tokens: 1024 } },
      { streamOnly: 'while-thinking' },
    ),
  ).toEqual([{ stream: true }])
  const unasked = { streamOnly: 'while-thinking', thinkingDefault: 'on' } as const
  expect(changes(base, unasked)).toEqual([{ stream: true }])
  expect(changes({ ...base, thinking: { type: 'disabled' } }, unasked)).toEqual([{}])
})
