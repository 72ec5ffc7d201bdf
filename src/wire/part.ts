import type { DialectId } from '#wire/dialect.ts'

/** A prompt-cache mark on a part: everything up to here may be cached. */
export interface CacheMark {
  readonly ttl: 'short' | 'long'
}

/** Where the bytes of an image, a file or a sound are. `data` is base64 without a `data:` prefix. */
export type MediaSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'file'; readonly id: string }

export interface TextPart {
  readonly kind: 'text'
  readonly text: string
  readonly cache?: CacheMark
}

export interface ImagePart {
  readonly kind: 'image'
  readonly source: MediaSource
  /** OpenAI's `low` `high` `auto`, as sent. */
  readonly detail?: string
  readonly cache?: CacheMark
}

/** A document: PDF or plain text. */
export interface FilePart {
  readonly kind: 'file'
  readonly source: MediaSource
  readonly name?: string
  readonly cache?: CacheMark
}

export interface AudioPart {
  readonly kind: 'audio'
  readonly source: MediaSource
}

/** Who made a seal: platforms of a dialect, or an account that is known not to be the target's. */
export type SealMaker = DialectId | 'another-account'

/**
 * The model's thinking. `signature` proves to its platform that the text is unchanged, or is the thinking itself,
 * encrypted. One with an empty text seals the part that follows it (Gemini's signature on a function call).
 */
export interface ReasoningPart {
  readonly kind: 'reasoning'
  readonly text: string
  readonly signature?: string
  /** Whose seal it is: `shape/seal.ts`. Only platforms of that dialect take it back. */
  readonly sealedBy?: SealMaker
}

/** Thinking that only its platform can read. */
export interface RedactedReasoningPart {
  readonly kind: 'reasoning-redacted'
  readonly data: string
  readonly sealedBy?: SealMaker
}

export interface RefusalPart {
  readonly kind: 'refusal'
  readonly text: string
}

export interface ToolCallPart {
  readonly kind: 'tool-call'
  readonly id: string
  readonly name: string
  /** JSON text of the arguments object, exactly as it came; a call without arguments is `{}`. */
  readonly arguments: string
  readonly cache?: CacheMark
}

export interface ToolResultPart {
  readonly kind: 'tool-result'
  readonly callId: string
  readonly parts: readonly Part[]
  readonly isError?: boolean
  readonly cache?: CacheMark
}

/** A part that only its own dialect knows. Travels within the dialect; across, it is dropped with a warning. */
export interface NativePart {
  readonly kind: 'native'
  readonly dialect: DialectId
  /** Its own type name: `server_tool_use`, `input_audio`. */
  readonly type: string
  readonly value: unknown
}

export type Part =
  | TextPart
  | ImagePart
  | FilePart
  | AudioPart
  | ReasoningPart
  | RedactedReasoningPart
  | RefusalPart
  | ToolCallPart
  | ToolResultPart
  | NativePart
