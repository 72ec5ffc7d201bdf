import type { DialectId } from '#wire/dialect.ts'
import type { Failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Member } from '#wire/shape/scan.ts'
import type { Warning } from '#wire/warning.ts'

/** What the caller sent: the text, byte for byte, and its parsed form. The same-dialect writer starts from it. */
export interface Source {
  readonly text: string
  readonly json: JsonObject
  /** Facts that the dialect carries outside the body: Gemini's model in the path, `stream` by the verb. */
  readonly outside?: { readonly model?: string; readonly stream?: boolean }
  /** Where the top-level members stand in `text`, if somebody has looked already: spares the writer a second look. */
  readonly members?: readonly Member[]
}

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool'

/**
 * One turn. `tool` messages hold `tool-result` parts only; a dialect that puts results into user turns
 * (Anthropic) reads them as a `tool` message before the `user` one.
 */
export interface Message {
  readonly role: Role
  readonly parts: readonly Part[]
  readonly name?: string
  /** Where it stood in the caller's JSON: `messages.3`, `system`. For warnings and errors. */
  readonly path: string
}

/** A function that the model may call. `parameters` is a JSON Schema; absent = no arguments. */
export interface FunctionTool {
  readonly kind: 'function'
  readonly name: string
  readonly description?: string
  readonly parameters?: JsonObject
  readonly strict?: boolean
  readonly path: string
}

/** A tool that only its own dialect knows (web search run by the platform, ...). */
export interface NativeTool {
  readonly kind: 'native'
  readonly dialect: DialectId
  readonly type: string
  readonly value: JsonObject
  readonly path: string
}

export type Tool = FunctionTool | NativeTool

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'named'; readonly name: string }

export type ResponseFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json-schema'
      readonly name?: string
      readonly description?: string
      readonly schema: JsonObject
      readonly strict?: boolean
    }

/** How hard to think, in ascending order; `none` switches thinking off. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof EFFORTS)[number]

/** What the caller asked of thinking. All absent = said nothing. */
export interface Reasoning {
  readonly effort?: Effort
  readonly budgetTokens?: number
  /** An explicit switch without a degree. */
  readonly enabled?: boolean
}

/** One model request in the middle form. Absent = the caller did not say. */
export interface ModelRequest {
  readonly dialect: DialectId
  readonly source: Source
  readonly model: string
  readonly stream: boolean
  /** The caller wants usage inside its stream. Always true where the dialect always sends it. */
  readonly streamUsage: boolean
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly stop?: readonly string[]
  readonly seed?: number
  readonly presencePenalty?: number
  readonly frequencyPenalty?: number
  readonly n?: number
  readonly responseFormat?: ResponseFormat
  readonly reasoning?: Reasoning
  /** The caller's own end user, an opaque id. */
  readonly user?: string
  /**
   * Paths in the caller's JSON that the middle form does not name (`logit_bias`, `messages.0.audio`).
   * They travel within the dialect; each is a `dropped` warning across dialects.
   */
  readonly unread: readonly string[]
  /** Absent = what leaves the dialect is what the fields above say. */
  readonly leaving?: Leaving
}

/** What becomes of a request as a whole on its way to a platform of another dialect: `write-for.ts`. */
export interface Leaving {
  /** Told beside what the writer has to say. */
  readonly warnings: readonly Warning[]
  /** Why it cannot go there at all: no other dialect has anything of the kind. */
  readonly refusal?: Failure
}
