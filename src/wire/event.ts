import type { DialectId } from '#wire/dialect.ts'
import type { Failure } from '#wire/failure.ts'
import type { Usage } from '#wire/usage.ts'

/**
 * One message of a framing: an SSE event, an AWS event-stream message, or a whole body.
 * `bytes` are the very bytes that came, blank line included, where the framing is SSE or a whole body.
 */
export interface Frame {
  /** SSE `event:` name or its equal. */
  readonly event?: string
  /** The payload text: joined `data:` lines, or the body. Empty for comments. */
  readonly data: string
  readonly bytes?: Uint8Array
}

/** Ties the events that one frame gave to it, so that a writer can emit the frame itself if all of them are untouched. */
export interface Origin {
  /** As it came, or as its reader mended it where clients of its own dialect would stumble. */
  frame: Frame
  /** How many events the frame gave; 0 = it is broken, and must not leave as it came. */
  count: number
}

/** Why the model stopped. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'pause'

interface Common {
  /** Present on events that a reader made; absent on events that we made or changed. */
  readonly origin?: Origin
  /** Index among several answers (`n` > 1); absent = 0. */
  readonly choice?: number
}

/** The answer has begun. Exactly one, first. `created` in Unix seconds. */
export interface StartEvent extends Common {
  readonly type: 'start'
  readonly id?: string
  readonly model?: string
  readonly created?: number
}
/** `block` numbers content blocks in the order of their first appearance, from 0, whatever their type. */
export interface TextDelta extends Common {
  readonly type: 'text-delta'
  readonly block: number
  readonly text: string
}
export interface RefusalDelta extends Common {
  readonly type: 'refusal-delta'
  readonly block: number
  readonly text: string
}
export interface ReasoningDelta extends Common {
  readonly type: 'reasoning-delta'
  readonly block: number
  readonly text: string
}
/** The seal of a reasoning block; at most one a block, before its `block-end`. */
export interface ReasoningSignature extends Common {
  readonly type: 'reasoning-signature'
  readonly block: number
  readonly signature: string
  /** Whose seal it is: the dialect of the reader that read it. */
  readonly sealedBy?: DialectId
}
/** A reasoning block that only its platform can read, whole. */
export interface ReasoningRedacted extends Common {
  readonly type: 'reasoning-redacted'
  readonly block: number
  readonly data: string
  readonly sealedBy?: DialectId
}
/** A tool call opens: id and name are final here. */
export interface ToolCallStart extends Common {
  readonly type: 'tool-call-start'
  readonly block: number
  readonly id: string
  readonly name: string
}
/** A fragment of a tool call's arguments, JSON text. */
export interface ToolCallDelta extends Common {
  readonly type: 'tool-call-delta'
  readonly block: number
  readonly arguments: string
}
export interface BlockEnd extends Common {
  readonly type: 'block-end'
  readonly block: number
}
/** Running or final figures; the last one counts. */
export interface UsageEvent extends Common {
  readonly type: 'usage'
  readonly usage: Usage
  /** The calls that it is the sum of, where the gateway made several of one request. */
  readonly calls?: readonly Usage[]
}
export interface FinishEvent extends Common {
  readonly type: 'finish'
  readonly reason: FinishReason
  /** The platform's own word. */
  readonly native: string
  readonly stopSequence?: string
}
/**
 * Something that the middle form does not name (logprobs, citations, annotations). Travels in its frame within
 * the dialect; a writer of another dialect reports it as `dropped:<path>`.
 */
export interface ExtensionEvent extends Common {
  readonly type: 'extension'
  readonly path: string
}
/** A frame without meaning to us: a ping, a comment, an annotation chunk. */
export interface NativeEvent extends Common {
  readonly type: 'native'
}
/** Terminal: the answer is broken off or refused. */
export interface FailureEvent extends Common {
  readonly type: 'failure'
  readonly failure: Failure
}
/** Terminal: the answer is complete. */
export interface EndEvent extends Common {
  readonly type: 'end'
}

export type Event =
  | StartEvent
  | TextDelta
  | RefusalDelta
  | ReasoningDelta
  | ReasoningSignature
  | ReasoningRedacted
  | ToolCallStart
  | ToolCallDelta
  | BlockEnd
  | UsageEvent
  | FinishEvent
  | ExtensionEvent
  | NativeEvent
  | FailureEvent
  | EndEvent

/** True for the one event after which nothing may follow. */
export function isTerminal(event: Event): event is FailureEvent | EndEvent {
  return event.type === 'end' || event.type === 'failure'
}
