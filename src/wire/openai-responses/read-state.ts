import type { Event, Origin } from '#wire/event.ts'

/** The events of one frame while they are read. Each carries `origin`. */
export interface Output {
  readonly events: Event[]
  readonly origin: Origin
  /** The frame breaks the dialect's own rules, so that clients would stumble: it is written anew. */
  broken: boolean
}

/** Output items of an answer half read. */
export interface ReadItems {
  /** In the order in which they opened; the last one takes events that name none. */
  readonly items: OpenItem[]
  /** By the platform's index, which counts before the id: some give an item another id with each event. */
  readonly byIndex: Map<number, OpenItem>
  /** By the platform's id, since some leave the index out. */
  readonly byId: Map<string, OpenItem>
  /** Our number of the next block. */
  blocks: number
  /** Calls that a caller has to answer. */
  calls: number
  /** Makes ids of calls that have none. */
  answerId: string
}

export type OpenItem = OpenMessage | OpenReasoning | OpenCall | OpenNative

export interface OpenMessage {
  readonly type: 'message'
  readonly parts: Map<number, OpenPart>
  ended: boolean
}

export interface OpenPart {
  readonly kind: 'text' | 'refusal'
  /** Our number, once it has said something. */
  block: number | undefined
  /** What it has said so far. */
  seen: string
  ended: boolean
}

/** A summary of the thinking, or the thinking itself: who gives both says the same twice. */
export type Thought = 'summary' | 'content'

export interface OpenReasoning {
  readonly type: 'reasoning'
  block: number | undefined
  kind: Thought | undefined
  /** The part that spoke last. */
  index: number
  readonly seen: Map<number, string>
  ended: boolean
}

export interface OpenCall {
  readonly type: 'function_call'
  block: number | undefined
  id: string
  name: string
  seen: string
  ended: boolean
}

/** An item of a type that the middle form does not name. */
export interface OpenNative {
  readonly type: 'native'
  readonly path: string
  ended: boolean
}

export function startItems(): ReadItems {
  return { items: [], byIndex: new Map(), byId: new Map(), blocks: 0, calls: 0, answerId: 'answer' }
}

/** Tells of something that has no place in other dialects. */
export function extension({ events, origin }: Output, path: string): void {
  events.push({ type: 'extension', path, origin })
}

/** The end of `full` that `seen` lacks; nothing where the two say different things. */
export function unsaid(seen: string, full: string): string {
  return full.length > seen.length && full.startsWith(seen) ? full.slice(seen.length) : ''
}
