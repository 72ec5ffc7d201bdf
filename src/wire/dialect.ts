import type { Event, Frame } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest, Source } from '#wire/request.ts'
import type { Threads } from '#wire/threads.ts'
import type { Warning } from '#wire/warning.ts'

/** Every wire format that is spoken. The last four are older native ones, spoken towards platforms only. */
export const DIALECT_IDS = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'gemini',
  'bedrock-converse',
  'tencent-chat',
  'spark-chat',
  'sensenova-chat',
  'wenxin-chat',
] as const

export type DialectId = (typeof DIALECT_IDS)[number]

/** How the frames of a stream are cut out of its bytes: an axis of its own, beside the dialect. */
export type Framing = 'sse' | 'json-array' | 'aws-event-stream' | 'websocket'

/** What a writer needs to know of the model that it writes for. Resolved and frozen by the catalog. */
export interface WireTarget {
  /** The platform's own model id. */
  readonly model: string
  readonly quirks: Quirks
  /** Largest output in tokens, where known. */
  readonly maxOutputTokens: number | undefined
  /** Takes images. `undefined` = unknown: send them. */
  readonly vision: boolean | undefined
  readonly tools: boolean | undefined
}

export type ReadRequest =
  | { readonly ok: true; readonly request: ModelRequest }
  | { readonly ok: false; readonly failure: Failure }

/** A request in a platform's words. */
export interface WrittenRequest {
  readonly body: string
  /** We ask for a stream; may differ from the caller's wish (`streamOnly`). */
  readonly stream: boolean
  /** We asked for usage in the stream and the caller did not: the writer keeps the extra frame from it. */
  readonly usageAdded: boolean
  /** Headers that the body calls for, lower case (`anthropic-beta`). */
  readonly headers: Readonly<Record<string, string>>
  readonly warnings: readonly Warning[]
}

export type WriteRequest =
  | { readonly ok: true; readonly written: WrittenRequest }
  | { readonly ok: false; readonly failure: Failure }

/** One rule of a platform's error table; all present fields must match, first rule wins. */
export interface ErrorRule {
  readonly status?: number
  /** Compared as text, so that 1113 and "1113" are equal. */
  readonly code?: string
  readonly codePrefix?: string
  readonly type?: string
  /** Substring of the message, compared without case. */
  readonly message?: string
  readonly kind: Failure['kind']
  readonly retryable?: boolean
}

/** What a reader of answers needs to know of the platform. */
export interface ReadContext {
  /** Shown in `error.provider.platform`; never compared. */
  readonly platform: string
  readonly quirks: Quirks
  readonly errors: readonly ErrorRule[]
}

/** An answer that says no: status other than 2xx, or an error inside a 200. */
export interface RefusedAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** What a writer of answers needs where it has to make frames of its own. */
export interface WriteContext {
  /** Id for an answer whose platform gave none. */
  readonly requestId: string
  /** Unix seconds. */
  readonly now: number
  /** The model name to show where the platform gave none. */
  readonly model: string
  /** Frames of this answer are in the writer's own dialect and framing: untouched ones leave as they came. */
  readonly native: boolean
  /** The caller wants usage inside its stream. */
  readonly streamUsage: boolean
  /** We added usage to the stream; frames that hold nothing else are kept from the caller. */
  readonly usageAdded: boolean
  /** What the caller sent, for a dialect whose answers repeat it. */
  readonly asked?: JsonObject
}

/**
 * A wire format: how callers speak to us, and how we speak to platforms. All members are pure: no clock, no chance,
 * no I/O. State objects belong to whoever called `start` and are changed only by `step` and `end`.
 */
export interface Dialect<ReadState = unknown, WriteState = unknown> {
  readonly id: DialectId
  /** The framing of its streams, unless an endpoint or a door says another. */
  readonly framing: Framing
  /** Reads what a caller sent. Refuses wrong types with the name of the field. */
  readRequest(source: Source): ReadRequest
  /** Writes for a target. From the caller's own text where the dialect is the same, overlaying only what must change. */
  writeRequest(request: ModelRequest, target: WireTarget): WriteRequest
  /**
   * The caller's own text with thinking put back that turns of it have lost, as the caller would have sent it. Absent
   * where that is not known how: then nothing is put back for targets of this dialect.
   */
  restoreReasoning?(source: Source, turns: readonly RestoredTurn[]): Source
  /**
   * The caller's own text as it would have asked for what is left to ask for, where the gateway does a part of it
   * itself. Absent where that is not known how: then the gateway leaves it to targets of other dialects.
   */
  rewriteSource?(source: Source, rewriting: Rewriting): Source
  readonly readEvents: EventReader<ReadState>
  readonly writeEvents: EventWriter<WriteState>
  /** What a refused answer means. */
  readFailure(answer: RefusedAnswer, context: ReadContext): Failure
  /** A refusal in the caller's words: HTTP status and JSON body. */
  writeFailure(failure: Failure, requestId: string): { readonly status: number; readonly body: string }
  /** Absent where the dialect has no words for it. */
  readonly countTokens?: TokenCounting
  /** Absent where every request of the dialect says all that was said before. */
  readonly threads?: Threads
}

/** Asking how many tokens a request has, without an answer to it. */
export interface TokenCounting {
  /** Reads what a caller wants counted, as the request that it would be. */
  readRequest(source: Source): ReadRequest
  /** The question to a platform, out of a request's body that was written for it. `bare`: its endpoint's `countBare`. */
  writeRequest(body: JsonObject, target: { readonly model: string; readonly bare: boolean }): string
  /** The figure in a platform's answer, if there is one. */
  readAnswer(body: string): number | undefined
  /** The answer to a caller; `estimated` = we reckoned it ourselves. */
  writeAnswer(tokens: number, estimated: boolean): string
}

/** A turn of the model that gets its thinking back. */
export interface RestoredTurn {
  /** Where it stands in the caller's JSON: `messages.3`. */
  readonly path: string
  /** All of its parts, the added ones in their places. */
  readonly parts: readonly Part[]
  readonly added: ReadonlySet<Part>
}

/** Bytes that go inside a request, base64. */
export interface InlineMedia {
  readonly mediaType: string
  readonly data: string
}

/** What the gateway does itself, so that the target is asked for something else. */
export interface Rewriting {
  /** How many answers to ask for; 1 = as where nothing is said. */
  readonly answers?: number
  /** Turns that follow the last one. */
  readonly turns?: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[]
  /** What stands at addresses of images and documents. */
  readonly media?: ReadonlyMap<string, InlineMedia>
}

/** Platform's frames → events. Gives exactly one terminal event, last, whatever the bytes were. */
export interface EventReader<State> {
  start(context: ReadContext): State
  /** One frame in, its events out, all tied to it by `origin`. Nothing after a terminal event. */
  step(state: State, frame: Frame): Event[]
  /** The bytes are over. `cut` tells why when they broke off; the terminal event if none was given yet. */
  end(state: State, cut?: Failure): Event[]
  /** A whole answer: all events of it, terminal one included, all tied to the one frame. */
  whole(context: ReadContext, frame: Frame): Event[]
}

/** A whole answer in the caller's dialect. */
export interface WrittenWhole {
  readonly frame: Frame
  /** What the answer lost in this dialect, for the trace. */
  readonly lost: readonly Warning[]
}

/** Events → frames in the caller's dialect. */
export interface EventWriter<State> {
  start(context: WriteContext): State
  step(state: State, events: readonly Event[]): Frame[]
  /** The events are over; whatever the dialect still owes its caller. A stream without terminal event ends as broken. */
  end(state: State): Frame[]
  /** A whole answer from all events, and what they lost in it. A failure among them is the caller's to handle before. */
  whole(context: WriteContext, events: readonly Event[]): WrittenWhole
  /** What these events lost in this dialect, for the trace. */
  lost(state: State): readonly Warning[]
}
