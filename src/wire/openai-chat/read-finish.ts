import type { FinishReason } from '#wire/event.ts'
import { type FailureKind, FAILURES } from '#wire/failure.ts'
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

function isReason(word: string): word is FinishReason {
  return Object.hasOwn(REASONS, word)
}

function isKind(word: string): word is FailureKind {
  return Object.hasOwn(FAILURES, word)
}
