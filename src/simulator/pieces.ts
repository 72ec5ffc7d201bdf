import { fillerToken } from '#simulator/default-script.ts'
import type { Plan, PlanContext, Segment } from '#simulator/plan.ts'
import type { Event } from '#wire/event.ts'

/** Some of an answer's events, and how many tokens they say. */
export interface Piece {
  readonly events: readonly Event[]
  readonly tokens: number
  /** Finish reason, usage and end mark: nothing of the text follows. */
  readonly closing: boolean
}

/** The answer's events in the order in which they leave, so many tokens at a time. */
export function* piecesOf(plan: Plan, context: PlanContext, chunkTokens: number): Generator<Piece> {
  const { id, model, usage, finish } = plan
  const start: Event = { type: 'start', model, ...(id === undefined ? {} : { id }) }
  const opening: Event = { type: 'usage', usage: { ...usage, outputText: 1, outputReasoning: 0 } }
  yield { events: [start, opening], tokens: 0, closing: false }
  for (let choice = 0; choice < plan.choices; choice++) {
    const chosen = choice === 0 ? {} : { choice }
    for (const [block, segment] of plan.segments.entries()) {
      for (const { event, tokens } of segmentEvents(segment, { context, block, chunkTokens })) {
        yield { events: [{ ...event, ...chosen }], tokens, closing: false }
      }
    }
    yield { events: [{ type: 'finish', ...finish, ...chosen }], tokens: 0, closing: choice === plan.choices - 1 }
  }
  const final: Event = { type: 'usage', usage }
  yield { events: [final, { type: 'end' }], tokens: 0, closing: true }
}

interface Cutting {
  readonly context: PlanContext
  readonly block: number
  readonly chunkTokens: number
}

interface Counting {
  readonly event: Event
  readonly tokens: number
}

function* segmentEvents(segment: Segment, cutting: Cutting): Generator<Counting> {
  const { block } = cutting
  switch (segment.kind) {
    case 'endless':
      yield* endless(cutting)
      return
    case 'call':
      yield { event: { type: 'tool-call-start', block, id: segment.id, name: segment.name }, tokens: 0 }
      yield* callEvents(segment.tokens, cutting)
      break
    case 'reasoning':
      yield* reasoningEvents(segment.tokens, cutting)
      if (segment.signature !== undefined) {
        yield { event: { type: 'reasoning-signature', block, signature: segment.signature }, tokens: 0 }
      }
      break
    case 'text':
    case 'refusal': {
      const type = segment.kind === 'text' ? 'text-delta' : 'refusal-delta'
      for (const [text, tokens] of chunks(segment.tokens, cutting.chunkTokens)) {
        yield { event: { type, block, text }, tokens }
      }
    }
  }
  yield { event: { type: 'block-end', block }, tokens: 0 }
}

function* callEvents(tokens: readonly string[], { context, block, chunkTokens }: Cutting): Generator<Counting> {
  const size = context.details.toolFragments === 'whole' ? Math.max(1, tokens.length) : chunkTokens
  for (const [text, count] of chunks(tokens, size)) {
    yield { event: { type: 'tool-call-delta', block, arguments: text }, tokens: count }
  }
}

/** Inside the content between tags, or apart, or hidden: then its tokens pass in silence. */
function* reasoningEvents(tokens: readonly string[], { context, block, chunkTokens }: Cutting): Generator<Counting> {
  const tags = context.quirks.reasoningField === 'think-tags'
  const type = tags ? 'text-delta' : 'reasoning-delta'
  if (tags) yield { event: { type, block, text: '<think>\n' }, tokens: 0 }
  for (const [text, count] of chunks(tokens, chunkTokens)) {
    yield { event: context.details.hidesReasoning ? { type: 'native' } : { type, block, text }, tokens: count }
  }
  if (tags) yield { event: { type, block, text: '\n</think>\n\n' }, tokens: 0 }
}

function* endless({ block, chunkTokens }: Cutting): Generator<Counting> {
  for (let index = 0; ; index += chunkTokens) {
    const text = Array.from({ length: chunkTokens }, (_, offset) => fillerToken(index + offset)).join('')
    yield { event: { type: 'text-delta', block, text }, tokens: chunkTokens }
  }
}

function* chunks(tokens: readonly string[], size: number): Generator<readonly [text: string, tokens: number]> {
  for (let from = 0; from < tokens.length; from += size) {
    const part = tokens.slice(from, from + size)
    yield [part.join(''), part.length]
  }
}
