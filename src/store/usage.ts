import type { Money } from '#engine/ports.ts'
import type { Usage } from '#wire/usage.ts'

/** What rows are about. A tag's name is the caller's: `{ tag: 'team' }`. */
export type UsageGroup =
  | 'key'
  | 'team'
  | 'organisation'
  | 'model'
  | 'platform'
  | 'target'
  | 'day'
  | { readonly tag: string }

/** All filters must hold; absent ones let everything through. */
export interface UsageQuery {
  /** Unix milliseconds: from `since`, before `until`. */
  readonly since?: number
  readonly until?: number
  readonly keyId?: string
  readonly model?: string
  readonly target?: string
  readonly team?: string
  readonly organisation?: string
  /** Platforms by provider, for `by: platform`; a provider that is not there stands for itself. */
  readonly platforms?: Readonly<Record<string, string>>
  /** Tags that an entry must carry. */
  readonly tags?: Readonly<Record<string, string>>
  /** None gives one row for everything; in any case only groups that have entries. */
  readonly by?: readonly UsageGroup[]
  /** Where a day begins, minutes east of UTC: 480 in China. Default 0. */
  readonly offsetMinutes?: number
}

export type UsageTokens = Pick<
  Usage,
  | 'inputFresh'
  | 'inputCached'
  | 'cacheWriteShort'
  | 'cacheWriteLong'
  | 'inputAudio'
  | 'outputText'
  | 'outputReasoning'
  | 'outputAudio'
>

export interface UsageRow {
  /** One value for each of the query's `by`, in its order: key id, name of a team, organisation or platform, model, target, `YYYY-MM-DD` or tag value; undefined where an entry has none. */
  readonly group: readonly (string | undefined)[]
  /** Requests that have ended, whichever way. */
  readonly requests: number
  /** Of these: ended without a platform that can have billed. */
  readonly released: number
  /** Of these: figures are our estimate. */
  readonly estimated: number
  /** Of these: end never written; booked at their upper bound. */
  readonly unsettled: number
  /** Corrections, which are no requests. */
  readonly adjustments: number
  readonly tokens: UsageTokens
  /** Exact sums, one for each currency, by its name. Requests without a price are in none. */
  readonly costs: readonly Money[]
}

/** An intent whose end never came, as the books hold it. */
export interface UnsettledEntry {
  readonly requestId: string
  readonly keyId: string
  /** Unix milliseconds of the intent. */
  readonly at: number
  readonly model: string
  readonly target: string
  /** Booked amount: the intent's upper bound; absent when the target had no price. */
  readonly cost?: Money
  readonly reason: string
}

/** A journal line that could not go into the books, kept word for word for the operator. */
export interface RejectedLine {
  readonly at: number
  readonly instance: string
  readonly segment: number
  readonly reason: string
  readonly line: string
}
