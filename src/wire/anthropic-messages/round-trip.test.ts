import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Event, Frame } from '#wire/event.ts'
import type { Part } from '#wire/part.ts'
import { ANTHROPIC_MESSAGES_QUIRKS } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import {
  args,
  blockEnd,
  call,
  end,
  finish,
  request,
  start,
  target,
  text,
  toolCall,
  writeContext,
} from '#wire/anthropic-messages/fixture.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'

const { readEvents: reader, writeEvents: writer } = anthropicMessages
const readContext = { platform: 'p', quirks: ANTHROPIC_MESSAGES_QUIRKS, errors: [] }

const words = fc.string({ minLength: 1, maxLength: 8 })
const block = fc.oneof(
  fc.record({ type: fc.constant('text' as const), pieces: fc.array(words, { minLength: 1, maxLength: 4 }) }),
  fc.record({
    type: fc.constant('thinking' as const),
    pieces: fc.array(words, { minLength: 1, maxLength: 4 }),
    signature: fc.option(words, { nil: undefined }),
  }),
  fc.record({ type: fc.constant('redacted' as const), data: words }),
  fc.record({
    type: fc.constant('tool' as const),
    name: words,
    input: fc.dictionary(words, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    cut: fc.nat(),
  }),
)
type Block = typeof block extends fc.Arbitrary<infer T> ? T : never

const sealedBy = 'anthropic-messages'

function eventsOf(content: Block, number: number): Event[] {
  switch (content.type) {
    case 'text':
      return content.pieces.map((piece) => text(number, piece))
    case 'thinking':
      return [
        ...content.pieces.map((piece): Event => ({ type: 'reasoning-delta', block: number, text: piece })),
        ...(content.signature === undefined
          ? []
          : [{ type: 'reasoning-signature', block: number, signature: content.signature, sealedBy } satisfies Event]),
      ]
    case 'redacted':
      return [{ type: 'reasoning-redacted', block: number, data: content.data, sealedBy }]
    case 'tool': {
      const whole = JSON.stringify(content.input)
      const cut = 1 + (content.cut % (whole.length - 1))
      return [
        call(number, `id${number}`, content.name),
        args(number, whole.slice(0, cut)),
        args(number, whole.slice(cut)),
      ]
    }
  }
}

/** Events in an order that the dialect can write as it is. */
const answers = fc
  .array(block, { maxLength: 5 })
  .map((blocks) => blocks.flatMap((content, number) => [...eventsOf(content, number), blockEnd(number)]))

const strip = (events: readonly Event[]): unknown[] =>
  events.filter(({ type }) => type !== 'native' && type !== 'usage').map(({ origin: _origin, ...event }) => event)

test('what is written is read back as the same events, however they are batched', () => {
  const closed: Event[] = [finish('length', 'max_tokens'), end]
  fc.assert(
    fc.property(answers, fc.array(fc.integer({ min: 1, max: 4 })), (content, sizes) => {
      const events = [start, ...content, ...closed]
      const writing = writer.start(writeContext())
      const frames: Frame[] = []
      for (let from = 0, i = 0; from < events.length; i++) {
        const size = sizes[i] ?? 3
        frames.push(...writer.step(writing, events.slice(from, from + size)))
        from += size
      }
      const reading = reader.start(readContext)
      const back = frames.flatMap((frame) => reader.step(reading, frame))
      expect(strip(back)).toEqual(strip(events))
      expect(writer.lost(writing)).toEqual([])
    }),
  )
})

const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,8}$/)
const word = fc.string({ minLength: 1, maxLength: 6 }).map((inner) => `w${inner}w`)
const cache = fc.option(fc.record({ ttl: fc.constantFrom('short' as const, 'long' as const) }), { nil: undefined })
const marked = <T extends object>(part: fc.Arbitrary<T>): fc.Arbitrary<T & { cache?: { ttl: 'short' | 'long' } }> =>
  fc.tuple(part, cache).map(([plain, mark]) => (mark === undefined ? plain : { ...plain, cache: mark }))
const textPart = marked(fc.record({ kind: fc.constant('text' as const), text: word }))
const source = fc.oneof(
  fc.record({ kind: fc.constant('url' as const), url: fc.webUrl() }),
  fc.record({ kind: fc.constant('file' as const), id: name }),
  fc.record({ kind: fc.constant('data' as const), mediaType: fc.constant('image/png'), data: fc.base64String() }),
)
const image = marked(fc.record({ kind: fc.constant('image' as const), source }))
const file = marked(fc.record({ kind: fc.constant('file' as const), source, name: word }))
const schema = fc.dictionary(name, fc.jsonValue({ maxDepth: 1 })).map((more) => ({ ...more, type: 'object' }))

/** One round: the user says something, the model thinks, speaks and calls, the results come back. */
const round = fc.record({
  asks: fc.array(fc.oneof(textPart, image, file), { minLength: 1, maxLength: 3 }),
  thinks: fc.array(
    fc.record({
      kind: fc.constant('reasoning' as const),
      text: word,
      signature: word,
      sealedBy: fc.constant(sealedBy),
    }),
    {
      maxLength: 1,
    },
  ),
  says: fc.array(textPart, { minLength: 1, maxLength: 2 }),
  inputs: fc.array(fc.dictionary(name, fc.jsonValue({ maxDepth: 1 })), { maxLength: 2 }),
  answers: fc.array(fc.oneof(textPart, image), { maxLength: 2 }),
  failed: fc.option(fc.boolean(), { nil: undefined }),
})

const conversations = fc
  .tuple(
    fc.option(fc.array(textPart, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    fc.array(round, { minLength: 1, maxLength: 3 }),
  )
  .map(([instructions, rounds]): Message[] => {
    const messages: Message[] = []
    let turn = 0
    if (instructions !== undefined) {
      // Unmarked instructions are one string on the wire.
      const one = instructions.some((part) => part.cache !== undefined) ? instructions : instructions.slice(0, 1)
      messages.push({ role: 'system', parts: one, path: 'system' })
    }
    rounds.forEach(({ asks, thinks, says, inputs, answers, failed }, index) => {
      const calls = inputs.map((input, i) => ({ ...toolCall(`r${index}-${i}`, JSON.stringify(input)) }))
      messages.push({ role: 'user', parts: asks, path: `messages.${turn}` })
      messages.push({ role: 'assistant', parts: [...thinks, ...says, ...calls], path: `messages.${turn + 1}` })
      turn += 2
      if (calls.length === 0) return
      const results = calls.map((_call, i): Part => {
        const parts = i === 0 ? answers : []
        return {
          kind: 'tool-result',
          callId: `r${index}-${i}`,
          parts,
          ...(failed === undefined ? {} : { isError: failed }),
        }
      })
      messages.push({ role: 'tool', parts: results, path: `messages.${turn}` })
    })
    return withFourMarks(messages)
  })

/** More are refused, so only the first four stay. */
function withFourMarks(messages: readonly Message[]): Message[] {
  let marks = 0
  const unmarked = (part: Part): Part => {
    if (part.kind === 'tool-result') return { ...part, parts: part.parts.map(unmarked) }
    if (!('cache' in part) || ++marks <= 4) return part
    const { cache: _cache, ...rest } = part
    return rest
  }
  return messages.map((message) => ({ ...message, parts: message.parts.map(unmarked) }))
}

const requests = fc.record(
  {
    messages: conversations,
    maxOutputTokens: fc.integer({ min: 4096, max: 8192 }),
    stream: fc.boolean(),
    temperature: fc.constantFrom(0, 0.5, 1),
    topP: fc.constantFrom(0, 1),
    topK: fc.integer({ min: 1, max: 100 }),
    stop: fc.array(word, { minLength: 1, maxLength: 3 }),
    user: name,
    toolChoice: fc.oneof(
      fc.record({ kind: fc.constantFrom('auto' as const, 'none' as const, 'required' as const) }),
      fc.record({ kind: fc.constant('named' as const), name }),
    ),
    tools: fc.array(
      fc.record(
        { kind: fc.constant('function' as const), name, description: word, parameters: schema, path: fc.constant('') },
        { requiredKeys: ['kind', 'name', 'parameters', 'path'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['messages', 'maxOutputTokens', 'stream', 'tools'] },
)

/** Paths say where the caller's words stood, which another body changes. */
function pathless({
  source: _source,
  dialect: _dialect,
  streamUsage: _usage,
  model: _model,
  ...rest
}: ModelRequest): unknown {
  return JSON.parse(JSON.stringify(rest, (key, value) => (key === 'path' ? undefined : value)))
}

test('what is written is read back as the same request', () => {
  fc.assert(
    fc.property(requests, (asked) => {
      const whole = request(asked)
      const written = anthropicMessages.writeRequest(whole, target())
      if (!written.ok) throw new Error(written.failure.message)
      const { body, warnings } = written.written
      expect(warnings).toEqual([])
      const back = anthropicMessages.readRequest({ text: body, json: JSON.parse(body) })
      if (!back.ok) throw new Error(back.failure.message)
      expect(pathless(back.request)).toEqual(pathless(whole))
    }),
  )
})
