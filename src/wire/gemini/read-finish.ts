import type { FinishReason } from '#wire/event.ts'
import type { FailureKind } from '#wire/failure.ts'
import type { Quirks } from '#wire/quirks.ts'

/**
 * What each finish reason means (`FinishReason` of the official SDK 3.1 and the API reference, November 2026). A call
 * that the model could not write, and an end for no reason, are failures: the answer is not what was asked for.
 */
const REASONS: Readonly<Record<string, FinishReason | FailureKind>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  // The limit of one request; the SDK asks on with a token that comes beside it.
  CONTINUATION: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'malformed',
  MALFORMED_RESPONSE: 'malformed',
  UNEXPECTED_TOOL_CALL: 'malformed',
  TOO_MANY_TOOL_CALLS: 'upstream',
  MISSING_THOUGHT_SIGNATURE: 'invalid-request',
  NO_IMAGE: 'upstream',
  IMAGE_OTHER: 'upstream',
  OTHER: 'upstream',
}

/** The platform's own meaning first; a word that nobody knows is an ordinary end. */
export function finishOf(native: string, { finishReasons }: Quirks): FinishReason | FailureKind {
  if (Object.hasOwn(finishReasons, native)) return finishReasons[native] ?? 'stop'
  return (Object.hasOwn(REASONS, native) ? REASONS[native] : undefined) ?? 'stop'
}

/** Google's word for a reason; its own, where the answer came from a platform that speaks like it. */
export function finishWord(reason: FinishReason, native: string): string {
  if (Object.hasOwn(REASONS, native) && REASONS[native] === (reason === 'tool-calls' ? 'stop' : reason)) return native
  switch (reason) {
    case 'stop':
    case 'tool-calls':
    // Nothing there says "ask me on".
    case 'pause':
      return 'STOP'
    case 'length':
      return 'MAX_TOKENS'
    case 'content-filter':
      return 'SAFETY'
  }
}

export function isFinish(meaning: FinishReason | FailureKind): meaning is FinishReason {
  return (
    meaning === 'stop' ||
    meaning === 'length' ||
    meaning === 'tool-calls' ||
    meaning === 'content-filter' ||
    meaning === 'pause'
  )
}
