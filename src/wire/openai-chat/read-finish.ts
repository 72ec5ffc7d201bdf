import type { FinishReason, Frame } from '#wire/event.ts'
import { type FailureKind, FAILURES } from '#wire/failure.ts'
import { isObject } from '#wire/json.ts'
import { FINISH_WORDS } from '#wire/openai-chat/chunks.ts'
import { parseExact } from '#wire/shape/exact-json.ts'
import type { Quirks } from '#wire/quirks.ts'

/** How a platform's word for the end is to be taken: an end, or an error that only looks like one. */
export type Finish =
  | { readonly kind: 'finish'; readonly reason: FinishReason }
  | { readonly kind: 'failure'; readonly failure: FailureKind }

const REASONS: Readonly<Record<FinishReason, readonly string[]>> = {
  stop: ['stop', 'end_turn', 'STOP', 'stop_sequence', 'eos', 'eos_token', 'normal'],
  length: ['length', 'max_tokens', 'MAX_TOKENS', 'limit'],
  'tool-calls': ['tool_calls', 'tool_use', 'function_call'],
  'content-filter': [
    'content_filter',
    'content_filtered',
    'sensitive',
    'refusal',
    'guardrail_intervened',
    'SAFETY',
    'PROHIBITED_CONTENT',
    'BLOCKLIST',
    'SPII',
    'RECITATION',
  ],
  pause: ['pause_turn'],
}

/** Words that stand where a finish reason stands and mean an error (platforms §2.9; seen at the platforms named). */
const ERRORS: Partial<Readonly<Record<FailureKind, readonly string[]>>> = {
  // DeepSeek
  overloaded: ['insufficient_system_resource'],
  // Zhipu
  'context-length': ['model_context_window_exceeded'],
  // Zhipu; vLLM, SGLang, LMDeploy; OpenRouter, LMDeploy; Gemini
  upstream: ['network_error', 'abort', 'error', 'MALFORMED_FUNCTION_CALL', 'malformed_model_output'],
}

const WORDS: ReadonlyMap<string, Finish> = new Map([
  ...Object.keys(REASONS)
    .filter(isReason)
    .flatMap((reason) => REASONS[reason].map((word): [string, Finish] => [word, { kind: 'finish', reason }])),
  ...Object.keys(ERRORS)
    .filter(isKind)
    .flatMap((kind) =>
      (ERRORS[kind] ?? []).map((word): [string, Finish] => [word, { kind: 'failure', failure: kind }]),
    ),
])

/** What a `finish_reason` means here. A word that nobody knows is an ordinary end. */
export function finishOf(native: string, quirks: Quirks): Finish {
  const own = Object.hasOwn(quirks.finishReasons, native) ? quirks.finishReasons[native] : undefined
  if (own === undefined) return WORDS.get(native) ?? { kind: 'finish', reason: 'stop' }
  // `content-filter` is both: as a finish reason it is an answer that was cut short.
  return isReason(own) ? { kind: 'finish', reason: own } : { kind: 'failure', failure: own }
}

/** True where a stream's end mark is believed although no reason came with it: the empty word stands for that. */
export function endsUnsaid({ finishReasons }: Quirks): boolean {
  const unsaid = finishReasons['']
  return unsaid !== undefined && isReason(unsaid)
}

const OPENAI: ReadonlySet<string> = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call'])

/**
 * OpenAI's word for a reason that a platform is known to call otherwise. Undefined where its word is OpenAI's, or one
 * that nobody knows yet: then it stays.
 */
export function openaiWord(native: string, reason: FinishReason, quirks: Quirks): string | undefined {
  if (OPENAI.has(native)) return undefined
  return WORDS.has(native) || Object.hasOwn(quirks.finishReasons, native) ? FINISH_WORDS[reason] : undefined
}

/** True if a frame is one that `withOpenaiWords` made, and this word stood in it. */
export function isRenamed(native: string, { data }: Frame): boolean {
  return !OPENAI.has(native) && data.includes(`"native_finish_reason":${JSON.stringify(native)}`)
}

/** A frame with OpenAI's words for its finish reasons; the platform's own stand beside, as OpenRouter has them. */
export function withOpenaiWords({ event, data }: Frame, words: ReadonlyMap<number, string>): Frame {
  const payload = parseExact(data)
  if (!isObject(payload) || !Array.isArray(payload['choices'])) return { data }
  const choices = payload['choices'].map((entry: unknown) => {
    const word = isObject(entry) ? words.get(typeof entry['index'] === 'number' ? entry['index'] : 0) : undefined
    if (word === undefined || !isObject(entry)) return entry
    return { native_finish_reason: entry['finish_reason'], ...entry, finish_reason: word }
  })
  return { ...(event === undefined ? {} : { event }), data: JSON.stringify({ ...payload, choices }) }
}

function isReason(word: string): word is FinishReason {
  return Object.hasOwn(REASONS, word)
}

function isKind(word: string): word is FailureKind {
  return Object.hasOwn(FAILURES, word)
}
