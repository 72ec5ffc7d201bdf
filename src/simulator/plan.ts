import { fillerText } from '#simulator/default-script.ts'
import type { Script, ScriptedCall } from '#simulator/script.ts'
import { signatureOf } from '#simulator/signatures.ts'
import { promptTokens, tokensOf } from '#simulator/tokens.ts'
import type { WireDetails } from '#simulator/wire-details.ts'
import type { FinishReason } from '#wire/event.ts'
import type { DialectId } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'

/** What an answer's form depends on beside its script. */
export interface PlanContext {
  readonly request: ModelRequest
  readonly quirks: Quirks
  readonly details: WireDetails
  /** 32 hexadecimal digits; the answer's ids are made of it. */
  readonly id: string
  /** The text never ends. */
  readonly endless: boolean
  /** One token of so many bytes comes first. */
  readonly hugeBytes: number | undefined
}

/** An answer, all of it known before its first byte leaves. */
export interface Plan {
  readonly model: string
  readonly id: string | undefined
  readonly segments: readonly Segment[]
  readonly choices: number
  readonly finish: Finish
  readonly usage: Usage
}

/** A run of one kind of content, in tokens. */
export type Segment =
  | { readonly kind: 'text' | 'refusal' | 'reasoning'; readonly tokens: readonly string[]; readonly signature?: string }
  | { readonly kind: 'call'; readonly tokens: readonly string[]; readonly name: string; readonly id: string }
  | { readonly kind: 'endless' }

export interface Finish {
  readonly reason: FinishReason
  /** The platform's own word. */
  readonly native: string
  readonly stopSequence?: string
}

/** Each dialect's own words for reasons; the first one of a reason is the one it says. */
const WORDS: Readonly<Record<'openai' | 'anthropic', Readonly<Record<string, FinishReason>>>> = {
  openai: { stop: 'stop', length: 'length', tool_calls: 'tool-calls', content_filter: 'content-filter' },
  anthropic: {
    end_turn: 'stop',
    stop_sequence: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    tool_use: 'tool-calls',
    refusal: 'content-filter',
    pause_turn: 'pause',
  },
}

/** Lays an answer out: cut at stop sequences and at the token bound, with its figures. */
export function planAnswer(script: Script, context: PlanContext): Plan {
  const { request } = context
  const stopped = stopText(script, request)
  const full = segmentsOf(stopped.script, context)
  const { segments, cut } = bounded(full, context.endless ? undefined : request.maxOutputTokens)
  const choices = request.n ?? 1
  return {
    model: script.model ?? request.model,
    id: script.id,
    segments,
    choices,
    finish: finishOf(script, { segments, cut, stopSequence: stopped.sequence, context }),
    usage: usageOf(script, { request, segments, choices }),
  }
}

function stopText(script: Script, { stop = [] }: ModelRequest): { script: Script; sequence: string | undefined } {
  const text = script.text ?? ''
  let sequence: string | undefined
  let at = text.length
  for (const candidate of stop) {
    const found = candidate === '' ? -1 : text.indexOf(candidate)
    if (found >= 0 && found < at) [at, sequence] = [found, candidate]
  }
  return sequence === undefined ? { script, sequence } : { script: { ...script, text: text.slice(0, at) }, sequence }
}

function segmentsOf(script: Script, context: PlanContext): Segment[] {
  const { text = '', refusal = '', toolCalls = [], tokens } = script
  const segments: Segment[] = []
  if (context.hugeBytes !== undefined) segments.push({ kind: 'text', tokens: ['x'.repeat(context.hugeBytes)] })
  segments.push(...thoughtOf(script, context))
  if (context.endless) return [...segments, { kind: 'endless' }]
  const said = tokens === undefined ? text : fillerText(tokens)
  if (said !== '') segments.push({ kind: 'text', tokens: tokensOf(said) })
  if (refusal !== '') segments.push({ kind: 'refusal', tokens: tokensOf(refusal) })
  for (const [index, call] of toolCalls.entries()) segments.push(callOf(call, index, context))
  return segments
}

/** These seal what was thought. */
const SEALING: ReadonlySet<DialectId> = new Set([
  'anthropic-messages',
  'gemini',
  'bedrock-converse',
  'openai-responses',
] as const)

function thoughtOf({ reasoning = '', toolCalls = [] }: Script, context: PlanContext): Segment[] {
  return reasoning !== '' || sealsCalls(context, toolCalls) ? [reasoningOf(reasoning, context)] : []
}

/** Gemini 3 seals a call even where it shows no thinking. */
function sealsCalls({ request, quirks }: PlanContext, calls: readonly ScriptedCall[]): boolean {
  return calls.length > 0 && request.dialect === 'gemini' && quirks.thinking === 'gemini-level'
}

function reasoningOf(text: string, { request, id }: PlanContext): Segment {
  const sealed = SEALING.has(request.dialect)
  return { kind: 'reasoning', tokens: tokensOf(text), ...(sealed ? { signature: signatureOf(id) } : {}) }
}

function callOf({ name, id, arguments: given }: ScriptedCall, index: number, context: PlanContext): Segment {
  const text = typeof given === 'string' ? given : JSON.stringify(given)
  const prefix = context.request.dialect === 'anthropic-messages' ? 'toolu' : 'call'
  return { kind: 'call', tokens: tokensOf(text), name, id: id ?? `${prefix}_${context.id.slice(0, 20)}_${index}` }
}

function bounded(segments: readonly Segment[], most: number | undefined): { segments: Segment[]; cut: boolean } {
  let left = most ?? Number.POSITIVE_INFINITY
  const kept: Segment[] = []
  for (const segment of segments) {
    const size = sizeOf(segment)
    if (size > left) {
      if (left > 0 && segment.kind !== 'endless') kept.push({ ...segment, tokens: segment.tokens.slice(0, left) })
      return { segments: kept, cut: true }
    }
    kept.push(segment)
    left -= size
  }
  return { segments: kept, cut: false }
}

function sizeOf(segment: Segment): number {
  return segment.kind === 'endless' ? 0 : segment.tokens.length
}

interface Ending {
  readonly segments: readonly Segment[]
  readonly cut: boolean
  readonly stopSequence: string | undefined
  readonly context: PlanContext
}

function finishOf(script: Script, { segments, cut, stopSequence, context }: Ending): Finish {
  const { request, quirks } = context
  const words = WORDS[request.dialect === 'anthropic-messages' ? 'anthropic' : 'openai']
  if (script.finish !== undefined) {
    const known = words[script.finish] ?? quirks.finishReasons[script.finish]
    return { reason: isReason(known) ? known : 'stop', native: script.finish }
  }
  const reason = naturalReason(segments, cut, request)
  if (reason === 'stop' && stopSequence !== undefined) {
    const native = request.dialect === 'anthropic-messages' ? 'stop_sequence' : 'stop'
    return { reason, native, stopSequence }
  }
  return { reason, native: wordFor(reason, words, quirks) }
}

const REASONS: ReadonlySet<unknown> = new Set<FinishReason>(['stop', 'length', 'tool-calls', 'content-filter', 'pause'])

function isReason(value: unknown): value is FinishReason {
  return REASONS.has(value)
}

/** OpenAI ends a refusal like any other answer. */
function naturalReason(segments: readonly Segment[], cut: boolean, request: ModelRequest): FinishReason {
  if (cut) return 'length'
  if (segments.some(({ kind }) => kind === 'call')) return 'tool-calls'
  const refused = segments.some(({ kind }) => kind === 'refusal')
  return refused && request.dialect === 'anthropic-messages' ? 'content-filter' : 'stop'
}

/** A platform that has a word of its own for filtered content uses it; for the other reasons it has the dialect's too. */
function wordFor(reason: FinishReason, words: Readonly<Record<string, FinishReason>>, quirks: Quirks): string {
  const own = Object.keys(quirks.finishReasons).find((word) => quirks.finishReasons[word] === reason)
  if (reason === 'content-filter' && own !== undefined) return own
  return Object.keys(words).find((word) => words[word] === reason) ?? 'stop'
}

interface Counted {
  readonly request: ModelRequest
  readonly segments: readonly Segment[]
  readonly choices: number
}

function usageOf(script: Script, { request, segments, choices }: Counted): Usage {
  const reasoning = segments.filter(({ kind }) => kind === 'reasoning').reduce((sum, each) => sum + sizeOf(each), 0)
  const all = segments.reduce((sum, each) => sum + sizeOf(each), 0)
  const counted: Usage = {
    ...NO_USAGE,
    inputFresh: promptTokens(request),
    outputText: (all - reasoning) * choices,
    outputReasoning: reasoning * choices,
  }
  const { usage = {} } = script
  const given = Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== undefined))
  return { ...counted, ...given }
}

/** How many tokens an answer has, all choices together. */
export function planTokens({ segments, choices }: Plan): number {
  return choices * segments.reduce((sum, segment) => sum + sizeOf(segment), 0)
}
