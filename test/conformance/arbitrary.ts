import fc from 'fast-check'
import type { Event, FinishReason } from '#wire/event.ts'
import type { Message, ModelRequest, Tool, ToolChoice } from '#wire/request.ts'
import type { Part } from '#wire/part.ts'
import { NO_USAGE } from '#wire/usage.ts'

const words = fc.stringMatching(/^[ -~中文é😀\n"\\]{1,24}$/u).filter((text) => text.trim() !== '')
const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,20}$/)
const callId = fc.stringMatching(/^[a-zA-Z0-9_-]{4,24}$/)
const args = fc.dictionary(
  name,
  fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 })),
  { maxKeys: 4 },
)

interface Block {
  readonly kind: 'text' | 'reasoning' | 'tool'
  readonly pieces: readonly string[]
  readonly id: string
  readonly name: string
  readonly signature: string | undefined
}

function pieces(text: string): fc.Arbitrary<string[]> {
  return fc.array(fc.nat(text.length), { maxLength: 4 }).map((cuts) => {
    const at = [0, ...cuts.toSorted((a, b) => a - b), text.length]
    return at.slice(1).map((end, i) => text.slice(at[i], end))
  })
}

const textBlock: fc.Arbitrary<Block> = words
  .chain(pieces)
  .map((list) => ({ kind: 'text', pieces: list, id: '', name: '', signature: undefined }))
const reasoningBlock: fc.Arbitrary<Block> = fc
  .tuple(words.chain(pieces), fc.option(callId, { nil: undefined }))
  .map(([list, signature]) => ({ kind: 'reasoning', pieces: list, id: '', name: '', signature }))
const toolBlock: fc.Arbitrary<Block> = fc
  .tuple(callId, name, args.map((value) => JSON.stringify(value)).chain(pieces))
  .map(([id, toolName, list]) => ({ kind: 'tool', pieces: list, id, name: toolName, signature: undefined }))

/** What a dialect has words for at all. What it has none for it must report, which its own tests prove. */
export interface Says {
  /** Conversations: system text, earlier turns. Without them a request is one text. */
  readonly turns: boolean
  readonly tools: boolean
  readonly reasoning: boolean
  readonly images: 'none' | 'inline' | 'any'
  readonly stop: boolean
  /** Tells cached input from fresh. */
  readonly cached: boolean
  /** Tools that must not be called. */
  readonly forbids: boolean
}

export const EVERYTHING: Says = {
  turns: true,
  tools: true,
  reasoning: true,
  images: 'any',
  stop: true,
  cached: true,
  forbids: true,
}

/** What both can say. */
export function common(a: Says, b: Says): Says {
  const images = [a.images, b.images]
  return {
    turns: a.turns && b.turns,
    tools: a.tools && b.tools,
    reasoning: a.reasoning && b.reasoning,
    images: images.includes('none') ? 'none' : images.includes('inline') ? 'inline' : 'any',
    stop: a.stop && b.stop,
    cached: a.cached && b.cached,
    forbids: a.forbids && b.forbids,
  }
}

/** An answer as a model gives it: thinking, then text, then parallel calls; deltas in fragments; usage; one end. */
export function answersOf(says: Says): fc.Arbitrary<Event[]> {
  return answers.map((events) => {
    const mute = new Set(events.flatMap((event) => (isMute(event, says) ? [event.block] : [])))
    const rest = events.filter((event) => !('block' in event) || !mute.has(event.block))
    return renumbered(rest).map((event) => {
      if (event.type === 'finish' && event.reason === 'tool-calls' && !says.tools) return { ...event, reason: 'stop' }
      if (event.type === 'usage' && !says.cached) return { ...event, usage: { ...event.usage, inputCached: 0 } }
      return event
    })
  })
}

type BlockEvent = Extract<Event, { readonly block: number }>

function isMute(event: Event, says: Says): event is BlockEvent {
  if (event.type === 'tool-call-start') return !says.tools
  return (event.type === 'reasoning-delta' || event.type === 'reasoning-signature') && !says.reasoning
}

/** Blocks count from 0 without gaps. */
function renumbered(events: readonly Event[]): Event[] {
  const blocks = [...new Set(events.flatMap((event) => ('block' in event ? [event.block] : [])))]
  return events.map((event) => ('block' in event ? { ...event, block: blocks.indexOf(event.block) } : event))
}

const answers: fc.Arbitrary<Event[]> = fc
  .record({
    reasoning: fc.option(reasoningBlock, { nil: undefined }),
    text: fc.option(textBlock, { nil: undefined }),
    tools: fc.uniqueArray(toolBlock, { maxLength: 3, selector: (block) => block.id }),
    finish: fc.constantFrom<FinishReason>('stop', 'length', 'content-filter'),
    usage: fc.record({ inputFresh: fc.nat(9_999), inputCached: fc.nat(999), outputText: fc.nat(9_999) }),
  })
  .map(({ reasoning, text, tools, finish, usage }) => {
    const blocks = [reasoning, text, ...tools].filter((block) => block !== undefined)
    const reason: FinishReason = tools.length > 0 ? 'tool-calls' : finish
    return [
      { type: 'start', id: 'answer_1', model: 'some-model', created: 1_700_000_000 },
      ...blocks.flatMap(eventsOf),
      { type: 'finish', reason, native: reason },
      { type: 'usage', usage: { ...NO_USAGE, ...usage } },
      { type: 'end' },
    ] satisfies Event[]
  })

function eventsOf(block: Block, index: number): Event[] {
  const end: Event = { type: 'block-end', block: index }
  if (block.kind === 'text')
    return [...block.pieces.map((text): Event => ({ type: 'text-delta', block: index, text })), end]
  if (block.kind === 'tool') {
    const start: Event = { type: 'tool-call-start', block: index, id: block.id, name: block.name }
    return [
      start,
      ...block.pieces.map((text): Event => ({ type: 'tool-call-delta', block: index, arguments: text })),
      end,
    ]
  }
  const seal: Event[] =
    block.signature === undefined ? [] : [{ type: 'reasoning-signature', block: index, signature: block.signature }]
  return [...block.pieces.map((text): Event => ({ type: 'reasoning-delta', block: index, text })), ...seal, end]
}

/** Cuts events into batches, as reads of a network do. */
export const batchSizes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 6 }), {
  minLength: 1,
  maxLength: 8,
})

export function batches<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const out: T[][] = []
  for (let from = 0, i = 0; from < items.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    out.push(items.slice(from, from + size))
    from += size
  }
  return out
}

const image: fc.Arbitrary<Part> = fc.constantFrom<Part>(
  { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
  { kind: 'image', source: { kind: 'url', url: 'https://example.com/cat.png' } },
)
const textPart: fc.Arbitrary<Part> = words.map((text) => ({ kind: 'text', text }))

const tool: fc.Arbitrary<Omit<Tool & { kind: 'function' }, 'path'>> = fc.record({
  kind: fc.constant('function' as const),
  name,
  description: words,
  parameters: fc.constant({ type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }),
})

interface Turn {
  readonly user: Part[]
  readonly answer: string
  readonly calls: { id: string; name: string; arguments: string; result: string }[]
}

const turn: fc.Arbitrary<Turn> = fc.record({
  user: fc.tuple(textPart, fc.array(image, { maxLength: 1 })).map(([text, images]) => [text, ...images]),
  answer: words.map((text) => text.trim()),
  calls: fc.array(
    fc.record({ id: callId, name, arguments: args.map((value) => JSON.stringify(value)), result: words }),
    { maxLength: 2 },
  ),
})

function messagesOf(system: string | undefined, turns: readonly Turn[], last: Part[]): Message[] {
  const messages: Omit<Message, 'path'>[] =
    system === undefined ? [] : [{ role: 'system', parts: [{ kind: 'text', text: system }] }]
  turns.forEach(({ user, answer, calls }, t) => {
    messages.push({ role: 'user', parts: user })
    const said: Part[] = calls.map(({ id, name: called, arguments: text }, c) => ({
      kind: 'tool-call',
      id: `${id}_${t}_${c}`,
      name: called,
      arguments: text,
    }))
    messages.push({ role: 'assistant', parts: [{ kind: 'text', text: answer }, ...said] })
    for (const [c, { id, result }] of calls.entries()) {
      messages.push({
        role: 'tool',
        parts: [{ kind: 'tool-result', callId: `${id}_${t}_${c}`, parts: [{ kind: 'text', text: result }] }],
      })
    }
    // After results the model speaks again, so that turns alternate in every dialect.
    if (calls.length > 0) messages.push({ role: 'assistant', parts: [{ kind: 'text', text: answer }] })
  })
  messages.push({ role: 'user', parts: last })
  return messages.map((message, i) => ({ ...message, path: `messages.${i}` }))
}

/** A request that a dialect can say in full. */
export function requestsOf(says: Says): fc.Arbitrary<ModelRequest> {
  return requests.map((request) => {
    const { toolChoice, stop, ...rest } = request
    const spoken = says.turns ? rest.messages : rest.messages.slice(-1)
    return {
      ...rest,
      messages: spoken.map((message, i) => sayable({ ...message, path: `messages.${i}` }, says)).filter(hasParts),
      tools: says.tools ? rest.tools : [],
      ...(toolChoice !== undefined && isChoosable(toolChoice, says) ? { toolChoice } : {}),
      ...(says.stop && stop !== undefined ? { stop } : {}),
    }
  })
}

function isChoosable({ kind }: ToolChoice, says: Says): boolean {
  return says.tools && (says.forbids || kind !== 'none')
}

function hasParts({ parts }: Message): boolean {
  return parts.length > 0
}

function sayable(message: Message, says: Says): Message {
  return { ...message, parts: message.parts.filter((part) => isSayable(part, says)) }
}

function isSayable(part: Part, says: Says): boolean {
  if (part.kind === 'tool-call' || part.kind === 'tool-result') return says.tools
  if (part.kind !== 'image') return true
  return says.images === 'any' || (says.images === 'inline' && part.source.kind === 'data')
}

const requests: fc.Arbitrary<ModelRequest> = fc
  .record({
    system: fc.option(
      words.map((text) => text.trim()),
      { nil: undefined },
    ),
    turns: fc.array(turn, { maxLength: 3 }),
    last: fc.tuple(textPart, fc.array(image, { maxLength: 2 })).map(([text, images]) => [text, ...images]),
    tools: fc.uniqueArray(tool, { maxLength: 3, selector: (one) => one.name }),
    stream: fc.boolean(),
    maxOutputTokens: fc.integer({ min: 1, max: 50_000 }),
    temperature: fc.option(fc.constantFrom(0, 0.5, 1), { nil: undefined }),
    stop: fc.option(fc.array(name, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    choice: fc.constantFrom('auto', 'none', 'required', 'named', undefined),
  })
  .map(({ system, turns, last, tools, stream, maxOutputTokens, temperature, stop, choice }) => ({
    dialect: 'wenxin-chat', // a dialect that neither side speaks: both sides have to build from the middle form
    source: { text: '{}', json: {} },
    model: 'asked-model',
    stream,
    streamUsage: true,
    messages: messagesOf(system, turns, last),
    tools: declared(tools, turns).map((one, i) => ({ ...one, path: `tools.${i}` })),
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined ? {} : { stop }),
    ...choiceOf(choice, tools[0]?.name),
    unread: [],
  }))

/** A conversation with calls has tools: not every dialect takes the one without the other. */
function declared<T extends { readonly name: string }>(
  tools: readonly T[],
  turns: readonly Turn[],
): readonly (T | Omit<Tool & { kind: 'function' }, 'path'>)[] {
  if (tools.length > 0 || turns.every(({ calls }) => calls.length === 0)) return tools
  return [{ kind: 'function', name: 'known', description: 'of old', parameters: { type: 'object', properties: {} } }]
}

function choiceOf(choice: string | undefined, first: string | undefined): Partial<ModelRequest> {
  if (choice === undefined || first === undefined) return {}
  if (choice === 'named') return { toolChoice: { kind: 'named', name: first } }
  return { toolChoice: { kind: choice as 'auto' | 'none' | 'required' } }
}
