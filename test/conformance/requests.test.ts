import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Message, ModelRequest, Source } from '#wire/request.ts'
import type { Warning } from '#wire/warning.ts'
import { writeFor } from '#wire/write-for.ts'
import { common, requestsOf } from '#test/conformance/arbitrary.ts'
import { type Candidate, CANDIDATES, PAIRS, target } from '#test/conformance/dialects.ts'

function sourceOf(text: string): Source {
  return { text, json: JSON.parse(text) }
}

function write(candidate: Candidate, request: ModelRequest): { body: string; warnings: readonly Warning[] } {
  const result = writeFor(candidate.dialect, request, target(candidate))
  if (!result.ok) throw new Error(result.failure.message)
  return result.written
}

/** Reads a body as a caller's. */
function readBack({ dialect, path }: Candidate, body: string, stream: boolean): ModelRequest {
  const outside = path ? { outside: { model: 'target-model', stream } } : {}
  const result = dialect.readRequest({ ...sourceOf(body), ...outside })
  if (!result.ok) throw new Error(result.failure.message)
  return result.request
}

/** Warnings without that on a text in place of messages, which must be there where `swapped`. */
function beside(swapped: boolean, warnings: readonly Warning[]): readonly Warning[] {
  const rest = warnings.filter(({ action }) => action !== 'emulated')
  expect(warnings.length - rest.length).toBe(swapped ? 1 : 0)
  return rest
}

/** A request without what names its dialect and its places in the text. */
function meaning(request: ModelRequest): unknown {
  const { dialect: _d, source: _s, model: _m, streamUsage: _u, leaving: _l, unread, ...rest } = request
  return {
    ...rest,
    unread: [...unread],
    messages: joinedResults(rest.messages.map(({ path: _p, ...message }) => message)),
    tools: rest.tools.map(({ path: _p, ...tool }) => tool),
  }
}

/** Results of parallel calls may stand in one message or in several: the same meaning. */
function joinedResults(messages: readonly Omit<Message, 'path'>[]): Omit<Message, 'path'>[] {
  const joined: Omit<Message, 'path'>[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (message.role === 'tool' && last?.role === 'tool')
      joined[joined.length - 1] = { ...last, parts: [...last.parts, ...message.parts] }
    else joined.push(message)
  }
  return joined
}

describe.each(CANDIDATES.map((candidate) => [candidate.dialect.id, candidate] as const))('%s', (_id, candidate) => {
  test('what it can say in full it writes without a warning and reads back as the same', () => {
    fc.assert(
      fc.property(requestsOf(candidate.says), (request) => {
        const written = write(candidate, request)
        expect(beside(candidate.text, written.warnings)).toEqual([])
        expect(meaning(readBack(candidate, written.body, request.stream))).toEqual(meaning(request))
      }),
      { numRuns: 200 },
    )
  })

  test('within the dialect only the model changes: fields invented yesterday, spellings and order travel', () => {
    fc.assert(
      fc.property(
        requestsOf(candidate.says),
        fc.dictionary(fc.stringMatching(/^x_[a-z]{1,8}$/), fc.jsonValue(), { maxKeys: 3 }),
        (request, news) => {
          const text = write(candidate, request).body
          const body = `${text.slice(0, -1)}${Object.entries(news)
            .map(([key, value]) => `, ${JSON.stringify(key)} :${JSON.stringify(value)}`)
            .join('')},"seed_of_tomorrow":12345678901234567890.10}`
          const read = readBack(candidate, body, request.stream)
          const again = candidate.dialect.writeRequest(read, target(candidate))
          if (!again.ok) throw new Error(again.failure.message)
          const asked = again.written.usageAdded
            ? { ...JSON.parse(body), stream_options: { include_usage: true } }
            : JSON.parse(body)
          expect(JSON.parse(again.written.body)).toEqual(candidate.path ? asked : { ...asked, model: 'target-model' })
          expect(again.written.body).toContain('"seed_of_tomorrow":12345678901234567890.10')
          expect(again.written.warnings).toEqual([])
        },
      ),
      { numRuns: 100 },
    )
  })

  test('any JSON object is read or refused, never a crash', () => {
    const seeds = [
      'model',
      'messages',
      'tools',
      'tool_choice',
      'stream',
      'max_tokens',
      'system',
      'stop',
      'response_format',
      'thinking',
      'reasoning_effort',
      'stream_options',
      'metadata',
      'n',
      'content',
      'role',
    ]
    const body = fc.oneof(
      fc.dictionary(fc.constantFrom(...seeds), fc.jsonValue({ maxDepth: 4 })),
      fc.record({
        model: fc.constant('m'),
        max_tokens: fc.constant(5),
        messages: fc.array(
          fc.record(
            { role: fc.constantFrom('user', 'assistant', 'tool', 'system'), content: fc.jsonValue({ maxDepth: 3 }) },
            { requiredKeys: [] },
          ),
        ),
      }),
    )
    fc.assert(
      fc.property(body, (json) => {
        const result = candidate.dialect.readRequest(sourceOf(JSON.stringify(json)))
        if (result.ok) for (const other of CANDIDATES) other.dialect.writeRequest(result.request, target(other))
        else expect(result.failure.kind).toBe('invalid-request')
      }),
      { numRuns: 1_000 },
    )
  })
})

describe.each(PAIRS.map(([from, to]) => [`${from.dialect.id} → ${to.dialect.id}`, from, to] as const))(
  '%s',
  (_name, from, to) => {
    const says = common(from.says, to.says)
    test('a request that both can say in full arrives in full', () => {
      fc.assert(
        fc.property(requestsOf(says), (request) => {
          const asked = readBack(from, write(from, request).body, request.stream)
          const written = write(to, asked)
          expect(beside(from.text !== to.text, written.warnings)).toEqual([])
          expect(meaning(readBack(to, written.body, request.stream))).toEqual(meaning(request))
        }),
        { numRuns: 200 },
      )
    })

    test('every field that the other side cannot say is named in a warning', () => {
      fc.assert(
        fc.property(requestsOf(says), (request) => {
          if (from === to) return
          const body = { ...JSON.parse(write(from, request).body), field_of_tomorrow: { a: 1 } }
          const asked = readBack(from, JSON.stringify(body), request.stream)
          expect(write(to, asked).warnings).toContainEqual(
            expect.objectContaining({ action: 'dropped', path: 'field_of_tomorrow' }),
          )
        }),
        { numRuns: 50 },
      )
    })
  },
)
