import type { Draw, Pool, Wish } from '#engine/pool.ts'
import type { Group, MemoryKind } from '#engine/ports.ts'
import type { Adjustment, BookedAdjustment } from '#store/adjustment.ts'
import type { StoreFailureCode } from '#store/failure.ts'
import type { GroupChange, GroupName, StoredGroup } from '#store/groups.ts'
import type { CreatedKey, KeyChange, NewKey, StoredKey } from '#store/keys.ts'
import type { KeptEntry, Recalled, RecallQuery } from '#store/sqlite/memory.ts'
import type { UsageQuery, UsageRow } from '#store/usage.ts'

/** How long traces are kept: until both hold no more. */
export interface TraceRetention {
  readonly maxAgeMs: number
  readonly maxCount: number
}

/** What the worker is started with. */
export interface WorkerOptions {
  /** SQLite's file, or PostgreSQL's URL. */
  readonly database: string
  /** The journal's directory. */
  readonly directory: string
  readonly instance: string
  readonly retention: TraceRetention
  readonly batchBytes?: number
  /** How long after a replica's death others let go of what it had drawn and not booked. Only with PostgreSQL. */
  readonly leaseDoubtMs?: number
}

/** What the main thread may ask for, with the answer's type. */
export interface Verbs {
  readonly flush: { readonly ask: undefined; readonly answer: undefined }
  /** Books everything, ends the instance. Answers whether its files are all gone. */
  readonly close: { readonly ask: undefined; readonly answer: boolean }
  readonly trace: { readonly ask: string; readonly answer: string | undefined }
  readonly spent: { readonly ask: SpentQuery; readonly answer: bigint }
  readonly adjust: { readonly ask: Adjustment; readonly answer: BookedAdjustment }
  readonly adjustments: {
    readonly ask: { readonly since: number; readonly until: number }
    readonly answer: readonly BookedAdjustment[]
  }
  readonly usage: { readonly ask: UsageQuery; readonly answer: readonly UsageRow[] }
  readonly createKey: { readonly ask: NewKey; readonly answer: CreatedKey }
  readonly listKeys: { readonly ask: undefined; readonly answer: readonly StoredKey[] }
  readonly updateKey: { readonly ask: { readonly key: string; readonly change: KeyChange }; readonly answer: StoredKey }
  readonly groups: { readonly ask: GroupAsk; readonly answer: readonly StoredGroup[] }
  readonly revokeKey: { readonly ask: string; readonly answer: StoredKey }
  readonly draw: { readonly ask: { readonly pool: Pool; readonly wish: Wish }; readonly answer: Draw }
  readonly recall: { readonly ask: RecallQuery; readonly answer: readonly Recalled[] }
  readonly forget: { readonly ask: ForgetQuery; readonly answer: boolean }
}

/** What is asked of the groups; each answer is a list, of one where one is meant. */
export type GroupAsk =
  | { readonly do: 'create'; readonly wanted: Group }
  | { readonly do: 'list' }
  | { readonly do: 'update'; readonly group: GroupName; readonly change: GroupChange }
  | { readonly do: 'remove'; readonly group: GroupName }

export interface ForgetQuery {
  readonly owner: string
  readonly kind: MemoryKind
  readonly key: string
}

export interface SpentQuery {
  readonly keyId: string
  readonly currency: string
  readonly sinceMs: number
}

export type Call = { readonly [V in keyof Verbs]: { readonly verb: V; readonly ask: Verbs[V]['ask'] } }[keyof Verbs]

/** `news`: the journal has grown. */
export type ToWorker =
  | { readonly kind: 'news' }
  | { readonly kind: 'giveBack'; readonly pool: Pool; readonly amount: bigint }
  | { readonly kind: 'remember'; readonly entries: readonly KeptEntry[]; readonly maxBytes: number }
  | { readonly kind: 'call'; readonly id: number; readonly call: Call }

/**
 * - `erased` another process has erased something that was remembered
 * - `lost`   others have let go of all that this process had drawn
 * - `holds`  of which kinds anything is remembered: before `ready`, then whenever that changes
 */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'erased' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'scarce'; readonly keys: readonly string[] }
  | { readonly kind: 'holds'; readonly kinds: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'keys'; readonly keys: readonly StoredKey[]; readonly groups: readonly StoredGroup[] }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly code: StoreFailureCode; readonly message: string }
  | {
      readonly kind: 'log'
      readonly level: 'info' | 'warn' | 'error'
      readonly fields: Readonly<Record<string, unknown>>
      readonly message: string
    }
