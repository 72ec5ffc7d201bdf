import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVERYTHING, requestsOf } from '#test/conformance/arbitrary.ts'
import { PLAIN, type PlainCandidate, quirksOf } from '#test/conformance/plain.ts'
import type { Dialect, WireTarget } from '#wire/dialect.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import type { Message, ModelRequest } from '#wire/request.ts'

const SEEDS = [
  'Model',
  'Messages',
  'Role',
  'role',
  'Content',
  'Contents',
  'content',
  'Tools',
  'ToolChoice',
  'CustomTool',
  'header',
  'parameter',
  'payload',
  'functions',
  'function_call',
  'messages',
  'model',
  'system',
  'stop',
  'tool_choice',
  'tools',
  'thinking',
  'stream',
  'domain',
]

/** Requests that the dialect can say in full, of a caller in another one. */
function sayable({ says, fitting }: PlainCandidate): fc.Arbitrary<ModelRequest> {
  return requestsOf(says).map((request) => fitting({ ...request, dialect: 'openai-completions' }))
}

function target({ dialect }: PlainCandidate, model = 'target-model'): WireTarget {
  return { model, quirks: quirksOf(dialect.id), maxOutputTokens: 100_000, vision: true, tools: true }
}

function readBody(dialect: Dialect, text: string): ModelRequest {
  const named = dialect.id === 'wenxin-chat' ? { outside: { model: 'target-model' } } : {}
  const result = dialect.readRequest({ text, json: JSON.parse(text), ...named })
  if (!result.ok) throw new Error(result.failure.message)
  return result.request
}

/** The request as a caller of the dialect would have sent it. */
function readAs(dialect: Dialect, request: ModelRequest): ModelRequest {
  const wide = { model: 'm', quirks: quirksOf(dialect.id), maxOutputTokens: 100_000, vision: true, tools: true }
  const result = dialect.writeRequest(request, wide)
  if (!result.ok) throw new Error(result.failure.message)
  return readBody(dialect, result.written.body)
}

function textsOf({ messages }: ModelRequest): string[] {
  return messages.flatMap(({ parts }) =>
    parts.flatMap((part) => {
      if (part.kind === 'text') return [part.text]
      return part.kind === 'tool-result'
        ? part.parts.flatMap((inner) => (inner.kind === 'text' ? [inner.text] : []))
        : []
    }),
  )
}

/** A request without what names its dialect and its places in the text. */
function meaning(request: ModelRequest): unknown {
  const { dialect: _d, source: _s, model: _m, streamUsage: _u, unread, ...rest } = request
  return {
    ...rest,
    unread: [...unread],
    messages: joined(rest.messages.map(({ path: _p, ...message }) => message)),
    tools: rest.tools.map(({ path: _p, ...tool }) => tool),
  }
}

/** Results stand in one message each, and text in one part where no image is between. */
function joined(messages: readonly Omit<Message, 'path'>[]): Omit<Message, 'path'>[] {
  const out: Omit<Message, 'path'>[] = []
  for (const message of messages) {
    const last = out.at(-1)
    if (message.role === 'tool' && last?.role === 'tool') {
      out[out.length - 1] = { ...last, parts: [...last.parts, ...message.parts] }
    } else out.push(message)
  }
  return out
}

const ALL = PLAIN.map((candidate) => [candidate.dialect.id, candidate] as const)

describe.each(ALL)('%s', (_id, candidate) => {
  const { dialect } = candidate

  test('what a request can say in full is written without a warning and reads back as the same', () => {
    fc.assert(
      fc.property(sayable(candidate), (request) => {
        const result = dialect.writeRequest(request, target(candidate))
        if (!result.ok) throw new Error(result.failure.message)
        expect(result.written.warnings).toEqual([])
        expect(meaning(readBody(dialect, result.written.body))).toEqual(
          meaning({ ...request, stream: result.written.stream }),
        )
      }),
      { numRuns: 200 },
    )
  })

  test('a request of any caller is written with all its texts, or refused', () => {
    fc.assert(
      fc.property(requestsOf({ ...EVERYTHING, images: 'none' }), (request) => {
        const asked = readAs(openaiChat, request)
        const result = dialect.writeRequest(asked, target(candidate))
        if (!result.ok) throw new Error(result.failure.message)
        const body = JSON.stringify(meaning(readBody(dialect, result.written.body)))
        expect(textsOf(asked).filter((text) => !body.includes(JSON.stringify(text).slice(1, -1)))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('within the dialect only the model changes', () => {
    fc.assert(
      fc.property(sayable(candidate), (request) => {
        const first = dialect.writeRequest(request, target(candidate))
        if (!first.ok) throw new Error(first.failure.message)
        const text = `${first.written.body.slice(0, -1)},"seed_of_tomorrow":12345678901234567890.10}`
        const again = dialect.writeRequest(readBody(dialect, text), target(candidate, 'another-model'))
        if (!again.ok) throw new Error(again.failure.message)
        expect(again.written.body).toBe(text.replaceAll('target-model', 'another-model'))
        expect(again.written.warnings).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  test('any JSON object is read or refused, never a crash', () => {
    const keys = fc.constantFrom(...SEEDS)
    const bag = fc.dictionary(keys, fc.jsonValue({ maxDepth: 4 }))
    const message = fc.dictionary(keys, fc.oneof(fc.constantFrom('user', 'assistant', 'tool', 'function', 'x'), bag))
    const body = fc.oneof(
      bag,
      fc.record({
        Model: fc.constant('m'),
        model: fc.constant('m'),
        Messages: fc.array(message),
        messages: fc.array(message),
        parameter: fc.record({ chat: fc.oneof(bag, fc.constant({ domain: 'm' })) }),
        payload: fc.record({ message: fc.record({ text: fc.array(message) }) }),
      }),
    )
    fc.assert(
      fc.property(body, (json) => {
        const result = dialect.readRequest({ text: JSON.stringify(json), json })
        if (result.ok) openaiChat.writeRequest(result.request, target(candidate))
        else expect(result.failure.kind).toBe('invalid-request')
      }),
      { numRuns: 400 },
    )
  })
})
