import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '#wire/event.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { NO_USAGE } from '#wire/usage.ts'
import { type Candidate, CANDIDATES, readContext, target, writeContext } from '#test/yy/dialects.ts'
import { HISTORIES } from '#test/yy/history.ts'

/** A platform that seals thinking, and how: thinking with its text, or calls (Google's way, in its OpenAI layer too). */
interface Sealer {
  readonly name: string
  readonly candidate: Candidate
  readonly thinking: boolean
  readonly calls: boolean
}

function quirky(candidate: Candidate, quirks: Partial<Quirks>): Candidate {
  return { ...candidate, quirks: { ...candidate.quirks, ...quirks } }
}

const CALLERS = CANDIDATES.filter(({ dialect, says }) => says.reasoning && HISTORIES[dialect.id] !== undefined)

const SEALERS: readonly Sealer[] = CALLERS.flatMap((candidate): Sealer[] => {
  const name = candidate.dialect.id
  if (name !== 'openai-chat') return [{ name, candidate, thinking: true, calls: true }]
  const details = quirky(candidate, { reasoningField: 'reasoning_details' })
  return [
    { name: 'openai-chat with reasoning_details', candidate: details, thinking: true, calls: false },
    { name: 'openai-chat as Google speaks it', candidate, thinking: false, calls: true },
  ]
})

const seal = fc.base64String({ minLength: 16, maxLength: 64 }).filter((text) => text !== '')
const words = fc.stringMatching(/^[a-z]{2,12}$/)

interface Thought {
  readonly text: string
  readonly signature: string
}

/** An answer of a sealer: thinking, text, calls each with a seal or without. */
function answersOf({ thinking, calls }: Sealer): fc.Arbitrary<Event[]> {
  return fc
    .record({
      thought: fc.option(fc.record({ text: words, signature: seal }), { nil: undefined }),
      text: fc.option(words, { nil: undefined }),
      seals: fc.array(fc.option(seal, { nil: undefined }), { maxLength: 3 }),
    })
    .map(({ thought, text, seals }) =>
      eventsOf(thinking ? thought : undefined, text, { seals: calls ? seals : seals.map(() => undefined) }),
    )
    .filter((events) => events.some(({ type }) => type === 'reasoning-signature'))
}

function eventsOf(
  thought: Thought | undefined,
  text: string | undefined,
  { seals }: { seals: readonly (string | undefined)[] },
): Event[] {
  const events: Event[] = [{ type: 'start', id: 'answer_1', model: 'm', created: 1_700_000_000 }]
  let block = 0
  const close = (): void => {
    events.push({ type: 'block-end', block: block++ })
  }
  const sealed = (signature: string): void => {
    events.push({ type: 'reasoning-signature', block, signature })
    close()
  }
  if (thought !== undefined) {
    events.push({ type: 'reasoning-delta', block, text: thought.text })
    sealed(thought.signature)
  }
  if (text !== undefined) {
    events.push({ type: 'text-delta', block, text })
    close()
  }
  seals.forEach((signature, i) => {
    if (signature !== undefined) sealed(signature)
    events.push({ type: 'tool-call-start', block, id: `call_${i}_abcdef`, name: `tool_${i}` })
    events.push({ type: 'tool-call-delta', block, arguments: '{}' })
    close()
  })
  const reason = seals.length > 0 ? 'tool-calls' : 'stop'
  return [...events, { type: 'finish', reason, native: reason }, { type: 'usage', usage: NO_USAGE }, { type: 'end' }]
}

/** What the caller sends next, after the platform's answer went through the gateway to it. */
function nextRequest(from: Candidate, caller: Candidate, events: readonly Event[]): ModelRequest {
  const platform = from.dialect.readEvents.whole(
    readContext(from),
    from.dialect.writeEvents.whole(writeContext(), events).frame,
  )
  const { data } = caller.dialect.writeEvents.whole(writeContext(), platform).frame
  return readAs(caller, HISTORIES[caller.dialect.id]?.(JSON.parse(data)))
}

function readAs({ dialect }: Candidate, json: Record<string, unknown>): ModelRequest {
  const read = dialect.readRequest({ text: JSON.stringify(json), json, outside: { model: 'm', stream: false } })
  if (!read.ok) throw new Error(read.failure.message)
  return read.request
}

function writtenTo(to: Candidate, request: ModelRequest): { body: string; dropped: string[] } {
  const result = to.dialect.writeRequest(request, target(to))
  if (!result.ok) throw new Error(result.failure.message)
  const { body, warnings } = result.written
  return { body, dropped: warnings.filter(({ action }) => action === 'dropped').map(({ path }) => path) }
}

type Shown = readonly [kind: string, ...what: (string | undefined)[]]

/** The model's turn as far as seals and what they stand before are concerned. */
function shown(parts: readonly Part[]): Shown[] {
  return parts.flatMap((part): Shown[] => {
    if (part.kind === 'reasoning') return [[part.kind, part.text, part.signature]]
    return part.kind === 'tool-call' ? [[part.kind, part.name]] : []
  })
}

function turnIn(events: readonly Event[]): Shown[] {
  const texts = new Map<number, string>()
  return events.flatMap((event): Shown[] => {
    if (event.type === 'reasoning-delta') texts.set(event.block, event.text)
    if (event.type === 'reasoning-signature') return [['reasoning', texts.get(event.block) ?? '', event.signature]]
    return event.type === 'tool-call-start' ? [['tool-call', event.name]] : []
  })
}

const TRIPS = SEALERS.flatMap((sealer) => CALLERS.map((caller) => ({ sealer, caller })))

describe.each(
  TRIPS.map(({ sealer, caller }) => [`${sealer.name}, by a caller of ${caller.dialect.id}`, sealer, caller] as const),
)('T22 seals of %s', (_name, sealer, caller) => {
  const { candidate } = sealer
  test('come back to their own platform unchanged, before what they seal', () => {
    fc.assert(
      fc.property(answersOf(sealer), (events) => {
        const { body, dropped } = writtenTo(candidate, nextRequest(candidate, caller, events))
        const turn = readAs(candidate, JSON.parse(body)).messages.find(({ role }) => role === 'assistant')
        expect(shown(turn?.parts ?? [])).toEqual(turnIn(events))
        expect(dropped).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  const others = CALLERS.filter(({ dialect }) => dialect.id !== candidate.dialect.id)
  test.each(others.map((other) => [other.dialect.id, other] as const))(
    'never reach a platform of %s, which is told',
    (_id, other) => {
      fc.assert(
        fc.property(answersOf(sealer), (events) => {
          const { body, dropped } = writtenTo(other, nextRequest(candidate, caller, events))
          const seals = events.flatMap((event) => (event.type === 'reasoning-signature' ? [event.signature] : []))
          expect(seals.filter((text) => body.includes(text))).toEqual([])
          expect(dropped).not.toEqual([])
        }),
        { numRuns: 50 },
      )
    },
  )
})
