import { framerOf } from '#engine/framing/framing.ts'
import { sseText } from '#engine/framing/sse.ts'
import type { Plan } from '#simulator/plan.ts'
import type { WireDetails } from '#simulator/wire-details.ts'
import type { DialectId, Framing } from '#wire/dialect.ts'
import type { Frame } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import { inputTokens } from '#wire/usage.ts'

/** What turns the dialect's plain frames into a platform's. */
export interface QuirkContext {
  readonly dialect: DialectId
  readonly framing: Framing
  readonly quirks: Quirks
  readonly details: WireDetails
  readonly plan: Plan
  readonly requestId: string
  /** Leave every figure out: a fault. */
  readonly withoutUsage: boolean
}

/** A platform's hand on one answer. `tokens` counts what has been said up to these frames, they included. */
export interface Hand {
  stream(frames: readonly Frame[], tokens: number): Uint8Array | string
  whole(frame: Frame): string
}

/** The hand of a platform that speaks this dialect. */
export function handOf(context: QuirkContext): Hand {
  switch (context.dialect) {
    case 'anthropic-messages':
      return anthropicHand(context)
    case 'openai-chat':
      return openaiHand(context)
    default:
      return plainHand(context)
  }
}

/** Platforms of the other dialects are played as their writers write. */
function plainHand({ framing, withoutUsage }: QuirkContext): Hand {
  const writer = framerOf(framing).writer()
  const change = (data: string): string => (withoutUsage && data.startsWith('{') ? withoutFigures(data) : data)
  return {
    stream: (frames) => writer.bytes(withoutUsage ? frames.map((f) => ({ ...f, data: change(f.data) })) : frames),
    whole: ({ data }) => change(data),
  }
}

const FIGURES: ReadonlySet<string> = new Set(['usage', 'usageMetadata', 'Usage'])

function withoutFigures(data: string): string {
  return JSON.stringify(JSON.parse(data, (key, value: unknown) => (FIGURES.has(key) ? undefined : value)))
}

const PING: Frame = { event: 'ping', data: '{"type":"ping"}' }

function anthropicHand(context: QuirkContext): Hand {
  const { plan, withoutUsage } = context
  const change = (data: string): string => {
    const said = withWord(parsed(data), plan.finish.native)
    return JSON.stringify(withoutUsage ? stripped(said) : said)
  }
  return {
    stream: (frames) =>
      frames
        .map((frame) => {
          if (frame.event === 'message_start') return sseText({ ...frame, data: change(frame.data) }) + sseText(PING)
          return sseText(frame.event === 'message_delta' ? { ...frame, data: change(frame.data) } : frame)
        })
        .join(''),
    whole: (frame) => change(frame.data),
  }
}

/** The platform's own word for why it stopped, where the dialect's writer has another. */
function withWord(message: JsonObject, native: string): JsonObject {
  if (typeof message['stop_reason'] === 'string') return { ...message, stop_reason: native }
  const { delta } = message
  if (!isObject(delta) || typeof delta['stop_reason'] !== 'string') return message
  return { ...message, delta: { ...delta, stop_reason: native } }
}

function stripped(message: JsonObject): JsonObject {
  const { usage: _usage, ...rest } = message
  return isObject(rest['message']) ? { ...rest, message: stripped(rest['message']) } : rest
}

const DONE = '[DONE]'

/** The chunk that waits for usage to ride on it. */
interface Waiting {
  finish: JsonObject | undefined
  begun: boolean
}

function openaiHand(context: QuirkContext): Hand {
  const { details, requestId } = context
  const waiting: Waiting = { finish: undefined, begun: false }
  const line = (data: string): string => `data:${details.space}${data}\n\n`
  const shown = (chunk: JsonObject): string => line(JSON.stringify(chunk))
  return {
    stream(frames, tokens) {
      let text = waiting.begun ? '' : opening(context, line)
      waiting.begun = true
      for (const { data } of frames) {
        if (data !== DONE && isPlain(context)) text += line(data)
        else for (const chunk of rewrite({ context, waiting, tokens }, data)) text += shown(chunk)
        if (data === DONE) text += line(DONE)
      }
      return text
    },
    whole(frame) {
      const blank = details.keepAlive === undefined ? '' : '\n\n'
      return blank + JSON.stringify(wholeAnswer(context, parsed(frame.data), requestId))
    },
  }
}

/** Nothing to change in any chunk. */
function isPlain({ quirks, details, withoutUsage }: QuirkContext): boolean {
  return (
    details.usagePlace === 'own-chunk' &&
    !withoutUsage &&
    !details.usageNull &&
    !details.noFinishReason &&
    details.toolFragments !== 'empty-id' &&
    quirks.reasoningField !== 'reasoning' &&
    quirks.reasoningField !== 'reasoning_details' &&
    Object.keys(details.usageNames).length === 0 &&
    Object.keys(details.beside).length === 0 &&
    Object.keys(details.besideLast).length === 0 &&
    Object.keys(quirks.finishReasons).length === 0
  )
}

const SAFE = { filtered: false, severity: 'safe' }
const FILTER_RESULTS = [
  { prompt_index: 0, content_filter_results: { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE } },
]

function opening({ details }: QuirkContext, line: (data: string) => string): string {
  const comment = details.keepAlive === undefined ? '' : `: ${details.keepAlive}\n\n`
  if (!details.promptFilter) return comment
  const first = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: FILTER_RESULTS }
  return comment + line(JSON.stringify(first))
}

interface Rewriting {
  readonly context: QuirkContext
  readonly waiting: Waiting
  readonly tokens: number
}

/** The chunks that leave in place of one: none while a finish chunk waits for usage, two when it waited in vain. */
function rewrite({ context, waiting, tokens }: Rewriting, data: string): JsonObject[] {
  const { details, plan, requestId } = context
  const held = waiting.finish
  if (data === DONE) {
    waiting.finish = undefined
    return held === undefined ? [] : [last(context, held)]
  }
  const chunk = beside(dressed(context, parsed(data)), details.beside, requestId)
  if (isUsageChunk(chunk)) {
    waiting.finish = undefined
    return withUsage(context, held, chunk)
  }
  const before = held === undefined ? [] : [held]
  if (isFinishChunk(chunk)) {
    waiting.finish = chunk
    return before
  }
  waiting.finish = undefined
  return [...before, details.usagePlace === 'every-chunk' ? running(chunk, plan, tokens) : chunk]
}

function isUsageChunk(chunk: JsonObject): boolean {
  return Array.isArray(chunk['choices']) && chunk['choices'].length === 0 && isObject(chunk['usage'])
}

function isFinishChunk({ choices }: JsonObject): boolean {
  return firstChoice(choices)?.['finish_reason'] !== null
}

function firstChoice(choices: unknown): JsonObject | undefined {
  const list: readonly unknown[] = Array.isArray(choices) ? choices : []
  return list.find(isObject)
}

function withUsage(context: QuirkContext, finish: JsonObject | undefined, chunk: JsonObject): JsonObject[] {
  const { details, withoutUsage } = context
  const { usage } = chunk
  const ending = finish === undefined ? [] : [finish]
  if (withoutUsage) return ending.map((each) => last(context, each))
  if (finish === undefined || details.usagePlace === 'own-chunk') {
    const ended = ending.map((each) => withoutFinish(context, each))
    return [...ended, beside(chunk, details.besideLast, context.requestId)]
  }
  if (details.usagePlace !== 'finish-choice') return [last(context, { ...finish, usage })]
  const choices: readonly unknown[] = Array.isArray(finish['choices']) ? finish['choices'] : []
  return [last(context, { ...finish, choices: choices.map((each) => (isObject(each) ? { ...each, usage } : each)) })]
}

/** The chunk after which only the end mark comes. */
function last(context: QuirkContext, chunk: JsonObject): JsonObject {
  return beside(withoutFinish(context, chunk), context.details.besideLast, context.requestId)
}

/** Platforms that never say why they stop send one more text in its place. */
function withoutFinish({ details }: QuirkContext, chunk: JsonObject): JsonObject {
  if (!details.noFinishReason) return chunk
  const choice = firstChoice(chunk['choices']) ?? {}
  const { finish_reason: _reason, ...rest } = choice
  return { ...chunk, choices: [{ ...rest, delta: { role: 'assistant', content: '' } }] }
}

/** Running figures, as aggregators put them on every chunk. */
function running(chunk: JsonObject, { usage }: Plan, tokens: number): JsonObject {
  const prompt = inputTokens(usage)
  return { ...chunk, usage: { prompt_tokens: prompt, completion_tokens: tokens, total_tokens: prompt + tokens } }
}

/** Everything about a chunk or answer but what stands beside its choices. */
function dressed(context: QuirkContext, answer: JsonObject): JsonObject {
  const { details } = context
  const { choices, usage } = answer
  const list: readonly unknown[] = Array.isArray(choices) ? choices : []
  const figures = isObject(usage) ? { usage: namedUsage(usage, details) } : {}
  const none = details.usageNull && usage === undefined ? { usage: null } : {}
  return {
    ...answer,
    choices: list.map((choice) => (isObject(choice) ? dressedChoice(context, choice) : choice)),
    ...figures,
    ...none,
  }
}

function namedUsage(usage: JsonObject, { usageNames }: WireDetails): JsonObject {
  const prompt = Number(usage['prompt_tokens'])
  const inside = usage['prompt_tokens_details']
  const cached = isObject(inside) ? Number(inside['cached_tokens']) : 0
  const counts = { cached, fresh: prompt - cached, zero: 0 }
  return {
    ...usage,
    ...Object.fromEntries(Object.entries(usageNames).map(([name, which]) => [name, counts[which]])),
  }
}

function dressedChoice({ quirks, details, plan }: QuirkContext, choice: JsonObject): JsonObject {
  const key = isObject(choice['message']) ? 'message' : 'delta'
  const said = choice[key]
  const word = typeof choice['finish_reason'] === 'string' ? { finish_reason: plan.finish.native } : {}
  if (!isObject(said)) return { ...choice, ...word }
  const fragments = details.toolFragments === 'empty-id' && key === 'delta'
  const renamed = renamedReasoning(said, quirks.reasoningField)
  return { ...choice, [key]: fragments ? withEmptyIds(renamed) : renamed, ...word }
}

function renamedReasoning(said: JsonObject, field: Quirks['reasoningField']): JsonObject {
  const { reasoning_content: text, ...rest } = said
  if (text === undefined) return said
  switch (field) {
    case 'reasoning':
      return { ...rest, reasoning: text }
    case 'reasoning_details':
      return { ...rest, reasoning_details: [{ type: 'reasoning.text', id: 'reasoning-text-1', index: 0, text }] }
    case 'reasoning_content':
    case 'think-tags':
    case 'none':
      return said
  }
}

function withEmptyIds(delta: JsonObject): JsonObject {
  const calls = delta['tool_calls']
  if (!Array.isArray(calls)) return delta
  const list: readonly unknown[] = calls
  return {
    ...delta,
    tool_calls: list.map((call) => (isObject(call) ? { id: '', type: 'function', ...call } : call)),
  }
}

function beside(chunk: JsonObject, fields: WireDetails['beside'], requestId: string): JsonObject {
  const id = typeof chunk['id'] === 'string' ? chunk['id'] : requestId
  const filled = Object.entries(fields).map(([name, value]) => [name, value === '{id}' ? id : value])
  return filled.length === 0 ? chunk : { ...chunk, ...Object.fromEntries(filled) }
}

function wholeAnswer(context: QuirkContext, answer: JsonObject, requestId: string): JsonObject {
  const { details, withoutUsage } = context
  const plain = beside(beside(dressed(context, answer), details.beside, requestId), details.besideLast, requestId)
  const filtered = details.promptFilter ? { ...plain, prompt_filter_results: FILTER_RESULTS } : plain
  const named = details.noFinishReason ? { ...filtered, choices: unfinished(filtered['choices']) } : filtered
  const { usage, ...rest } = named
  return withoutUsage || usage === undefined ? rest : named
}

function unfinished(choices: unknown): unknown {
  const list: readonly unknown[] = Array.isArray(choices) ? choices : []
  return list.map((choice) => {
    if (!isObject(choice)) return choice
    const { finish_reason: _reason, ...rest } = choice
    return rest
  })
}

function parsed(data: string): JsonObject {
  const value: unknown = JSON.parse(data)
  return isObject(value) ? value : {}
}
