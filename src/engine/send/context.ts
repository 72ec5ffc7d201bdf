import type { AnswerLimits } from '#engine/send/answer.ts'
import type { Tokens } from '#engine/send/authenticate/tokens.ts'
import type { KeyHealth } from '#engine/send/key-health.ts'
import type { MediaLimits, Ports } from '#engine/ports.ts'
import type { Refusing } from '#engine/refusing.ts'
import type { Target } from '#engine/target.ts'
import type { Trace } from '#engine/trace.ts'
import type { Dialect, WrittenRequest } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import type { ModelRequest } from '#wire/request.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** An answer that has begun well: its first events are content, or it is whole. */
export interface Begun {
  readonly ok: true
  readonly target: Target
  readonly written: WrittenRequest
  /** The platform's frames are in the caller's dialect and mode, and may leave as they came. */
  readonly native: boolean
  /** One batch at once for a whole answer. */
  readonly events: AsyncIterable<readonly Event[]> | Iterable<readonly Event[]>
}

/** A call that was answered, and whose answer nobody gets: it is paid for all the same. */
export interface Spent {
  readonly target: Target
  readonly usage: Usage
}

export interface Refusal {
  readonly ok: false
  readonly failure: Failure
}

/** Headers of the caller that travel on, lower-case names. */
export interface ForwardedHeaders {
  /** Whatever the target speaks: `traceparent`. */
  readonly always: Readonly<Record<string, string>>
  /** Only to a target of the caller's own dialect: `anthropic-beta`. */
  readonly dialect: Readonly<Record<string, string>>
}

export interface SendContext {
  readonly ports: Ports
  readonly tokens: Tokens
  readonly keys: KeyHealth
  /** The caller's own. */
  readonly caller: Dialect
  readonly dialects: (target: Target) => Dialect
  readonly trace: Trace
  readonly signal: AbortSignal
  /** What rules a target out instead of being told in a warning. */
  readonly refusing: Refusing
  readonly forward: ForwardedHeaders
  readonly limits: AnswerLimits
  readonly media: MediaLimits
  /** Called once, right before the first byte goes upstream; a failure stops everything. */
  readonly beforeFirstByte: (target: Target) => Promise<Failure | undefined>
}

/** A request on its way: what the calls that it takes share. */
export interface Sending {
  readonly context: SendContext
  readonly spent: Spent[]
  /** Asked for once, by whichever call is the first. */
  intent: Promise<Failure | undefined> | undefined
  /** The books cannot be written: nothing may go out at all. */
  stopped: boolean
}

/** What is asked of a target: the caller's request, or what is left of it where the gateway does a part itself. */
export interface Asked {
  readonly request: ModelRequest
  /** What the gateway does itself. */
  readonly warnings: readonly Warning[]
  readonly signal: AbortSignal
}

/** Sends one request to one target; a call of it that is another's part has a reason of its own. */
export type Ask = (asked: Asked, reason: string) => Promise<Begun | Refusal>
