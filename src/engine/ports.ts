import type { Trace } from '#engine/trace.ts'
import type { InlineMedia } from '#wire/dialect.ts'
import type { Failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Usage } from '#wire/usage.ts'

/** Time. Rooms of the engine never ask the system for it. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number
  /** Milliseconds from an arbitrary start that never jump; for durations. */
  elapsed(): number
  /** Calls back once after `ms`; the answer cancels it. Never keeps the process alive. */
  after(ms: number, call: () => void): () => void
}

/** Chance. */
export interface Random {
  /** 128 random bits as 32 hex digits. */
  id(): string
  /** Uniform in [0, 1). */
  fraction(): number
}

/** Deadlines of one upstream call, milliseconds. */
export interface Timeouts {
  readonly connectMs: number
  /** From the call's start to the answer's headers. */
  readonly firstByteMs: number
  /** Longest silence inside an answer. */
  readonly idleMs: number
  readonly totalMs: number
}

export interface OutboundRequest {
  readonly method: 'POST' | 'GET'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeouts: Timeouts
}

/** A platform's answer. `body` yields the bytes as they come; leaving the loop early, or `cancel`, closes the connection. */
export interface InboundAnswer {
  readonly ok: true
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: AsyncIterable<Uint8Array>
}

/** No answer: no connection, no headers in time, hung up by us. */
export interface NoAnswer {
  readonly ok: false
  readonly failure: Failure
}

/** The network. Never throws for what a network does. A body that breaks off throws a `BodyBroken`. */
export interface Fetch {
  (request: OutboundRequest, signal: AbortSignal): Promise<InboundAnswer | NoAnswer>
}

/** Thrown by an answer's body when the bytes stop before their end; carries why. */
export class BodyBroken extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Money held or spent: billionths of `currency`. */
export interface Money {
  readonly nanos: bigint
  readonly currency: string
}

/** Written before a request goes upstream: whoever finds it alone knows that a platform may have been asked. */
export interface Intent {
  readonly requestId: string
  readonly keyId: string
  /** Unix milliseconds. */
  readonly at: number
  /** What the caller asked for, and `provider/model` that it goes to first. */
  readonly model: string
  readonly target: string
  /** Upper bound of the cost; absent when the target has no price. */
  readonly bound?: Money
  /** Scopes above the key that the cost is counted for too: its team, its organisation. */
  readonly above?: readonly string[]
}

/** Ends an intent, exactly once. `released`: no platform can have billed anything. */
export interface Settlement {
  readonly requestId: string
  readonly keyId: string
  readonly at: number
  readonly kind: 'settled' | 'released'
  readonly model: string
  /** `provider/model` that answered or failed last. */
  readonly target: string
  readonly usage: Usage
  readonly cost?: Money
  /** The price row that applied: source and date. */
  readonly price?: string
  /** Why the figures are our own estimate. */
  readonly estimated?: string
  readonly tags: Readonly<Record<string, string>>
  readonly above?: readonly string[]
  /** Keys of the money pools that the cost was held in. */
  readonly pools?: readonly string[]
  readonly trace: Trace
}

/** The books. */
export interface Ledger {
  /** Resolves when the intent would survive the death of this process. Rejects when it cannot be written. */
  intend(intent: Intent): Promise<void>
  /** Written in order, soon; survives with the next intent or flush. Never throws. */
  settle(settlement: Settlement): void
  /** Trace of a request that has ended, if it is still kept. */
  trace(requestId: string): Promise<Trace | undefined>
  /** Sum of settled costs of a key in one currency since `sinceMs`; for budgets at start-up. */
  spent(keyId: string, currency: string, sinceMs: number): Promise<bigint>
}

/**
 * - `reasoning` thinking of a model's turn, kept for callers who lose it
 * - `response`  what a caller may name in a later request by its id
 * - `seal`      which account made a seal
 */
export type MemoryKind = 'reasoning' | 'response' | 'seal'

/** A text to be kept for a while. */
export interface MemoryEntry {
  /** Id of the caller's key. */
  readonly owner: string
  readonly kind: MemoryKind
  readonly key: string
  readonly value: string
  readonly ttlMs: number
}

/**
 * What the gateway keeps for callers between their requests. An owner never sees what is kept for another. It holds
 * content of conversations: bounded in time and size, and erased with the owner's key.
 */
export interface Memory {
  /** False = nothing of the kind is kept for anybody, as of a moment ago: no need to ask. */
  holds(kind: MemoryKind): boolean
  /** Undefined = never kept, expired, pushed out by newer things, or lost. Rejects when the store cannot answer. */
  recall(owner: string, kind: MemoryKind, key: string): Promise<string | undefined>
  /** What is kept under each of the keys; absent ones are not in the answer. */
  recallAll(owner: string, kind: MemoryKind, keys: readonly string[]): Promise<ReadonlyMap<string, string>>
  /**
   * Known at once to this process, and on the disk within a tenth of a second: a process that is killed in between has
   * lost it. Never throws, never waits. A value beyond a tenth of the whole bound is not kept.
   */
  remember(entry: MemoryEntry): void
  /** Answers whether there was anything. */
  forget(owner: string, kind: MemoryKind, key: string): Promise<boolean>
}

/** What a key may do. Amounts and periods as configured; see `engine/config`. */
export interface KeyRecord {
  readonly id: string
  readonly name: string
  readonly role: 'caller' | 'admin'
  /** SHA-256 of the key, 32 bytes. The key itself is kept nowhere. */
  readonly hash: Uint8Array
  /** Patterns (`gpt-4o`, `qwen/*`); empty = every model. */
  readonly models: readonly string[]
  readonly limits: KeyLimits
  readonly budget?: KeyBudget
  /** Name of its team. */
  readonly team?: string
  /** Its team and its organisation, where it has them: what they may do binds the key too. */
  readonly above?: readonly Scope[]
}

/** Whoever limits and budgets are for: a key, a team, an organisation. */
export interface Scope {
  /** `key:<id>`, `team:<id>`, `organisation:<id>` */
  readonly id: string
  /** As refusals name it: `this key`, `the team "search"`. */
  readonly words: string
  /** Patterns that a model must match too; absent or empty = every model. */
  readonly models?: readonly string[]
  readonly limits: KeyLimits
  readonly budget?: KeyBudget
}

/** A team or an organisation: what it may do binds every key in it. Its name is its identity. */
export interface Group {
  readonly kind: 'team' | 'organisation'
  readonly name: string
  /** Name of a team's organisation. */
  readonly organisation?: string
  readonly models: readonly string[]
  readonly limits: KeyLimits
  readonly budget?: KeyBudget
}

export interface KeyLimits {
  readonly requestsPerMinute?: number
  readonly requestsPerDay?: number
  readonly tokensPerMinute?: number
  readonly tokensPerDay?: number
  readonly concurrency?: number
}

export interface KeyBudget {
  /** Decimal string. */
  readonly amount: string
  readonly currency: string
  readonly period: 'day' | 'month' | 'total'
  /** Whether models without a price may be used under it. Default `refuse`. */
  readonly unpriced?: 'refuse' | 'allow'
  /** What happens to a request that may cost more than is left: `cap` cuts its output to what fits. Default `refuse`. */
  readonly whenShort?: 'refuse' | 'cap'
}

/** Keys, teams and organisations made by the command line or the admin API. Declared ones live in the configuration. */
export interface Vault {
  /** All live keys, as of now; the list changes when keys are made or revoked, within a second, by whatever process. */
  keys(): readonly KeyRecord[]
  /** Teams and organisations made by the command line or the admin API; they change in the same way. */
  groups(): readonly Group[]
  /** Counts up with each change of `keys()` or `groups()`. */
  revision(): number
}

/** Plain words for operators; never bodies, never secrets. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Counts and durations for `/metrics`. */
export interface Metrics {
  requestEnded(trace: Trace): void
  attemptEnded(target: string, failure: string | undefined, ms: number): void
}

/** What may stand at an address: told by its first bytes. */
export type MediaKind = 'image' | 'document'

/** Bounds on what is fetched for callers. */
export interface MediaLimits {
  /** `host` or `host:port` that may be private, or on a port of its own. */
  readonly allowHosts: readonly string[]
  readonly maxBytes: number
  readonly timeoutMs: number
}

/**
 * Fetches an image or a document from an address that a caller gave: never from an address that is not public, unless
 * the operator allowed the host. Never throws; the reason is the caller's to read.
 */
export interface FetchMedia {
  (
    wanted: { readonly url: string; readonly kind: MediaKind; readonly limits: MediaLimits },
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly media: InlineMedia } | { readonly ok: false; readonly reason: string }>
}

/** What is wrong with a value by a caller's JSON Schema, each problem with its place; empty = nothing. Never throws, and is bounded in time. */
export interface CheckJson {
  (schema: JsonObject, value: unknown): readonly string[]
}

/** All that the engine takes from outside. One object, made by the composition root. */
export interface Ports {
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  readonly ledger: Ledger
  readonly vault: Vault
  readonly memory: Memory
  readonly media: FetchMedia
  readonly checkJson: CheckJson
  readonly log: Log
  readonly metrics: Metrics
}
