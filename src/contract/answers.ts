/** Most that a key may spend in a period (UTC). `amount` is decimal text. */
export interface Budget {
  readonly amount: string
  readonly currency: string
  readonly period: 'day' | 'month' | 'total'
  /** Whether models without a price may be used under it, uncounted; absent = `refuse`. */
  readonly unpriced?: 'refuse' | 'allow'
  /** What happens to a request that may cost more than is left; absent = `refuse`. */
  readonly whenShort?: 'refuse' | 'cap'
}

/** Bounds on one key; an absent one is no bound. */
export interface Limits {
  readonly requestsPerMinute?: number
  readonly requestsPerDay?: number
  readonly tokensPerMinute?: number
  readonly tokensPerDay?: number
  readonly concurrency?: number
}

export type KeyRole = 'caller' | 'admin'

/** A key as it is shown: never the key itself. */
export interface KeyInfo {
  readonly id: string
  readonly name: string
  readonly role: KeyRole
  /** `sk-tw-…abcd`: enough to tell keys apart, too little to use. */
  readonly preview: string
  /** `file`: declared in the configuration and read-only here. `store`: made by `keys create` or this API. */
  readonly owner: 'file' | 'store'
  /** Name of its team. */
  readonly team?: string
  /** Names with `*` for any run of characters; empty = every model. */
  readonly models: readonly string[]
  readonly limits: Limits
  readonly budget?: Budget
  /** ISO 8601; absent for declared keys. */
  readonly createdAt?: string
  readonly revokedAt?: string
}

/** A key just made: `key` is shown this once and kept nowhere. */
export interface CreatedKeyInfo extends KeyInfo {
  readonly key: string
}

/** What makes a key; only the name must be given. */
export interface NewKeyBody {
  readonly name: string
  readonly role?: KeyRole | undefined
  readonly models?: readonly string[] | undefined
  readonly limits?: Limits | undefined
  readonly budget?: Budget
  /** Name of a team that there is. */
  readonly team?: string
}

/** The same with its defaults filled in. */
export interface NewKeyAsked {
  readonly name: string
  readonly role: KeyRole
  readonly models: readonly string[]
  readonly limits: Limits
  readonly budget?: Budget
  readonly team?: string
}

/** What changes of bounds: absent = as it is, null = none any more. Of limits, each by itself. */
export interface BoundsChange {
  readonly models?: readonly string[]
  readonly limits?: { readonly [Limit in keyof Limits]?: number | null }
  readonly budget?: Budget | null
}

/** What changes of a key; its name, its role and the key itself stay. */
export interface KeyChangeBody extends BoundsChange {
  readonly team?: string | null
}

/** A team or an organisation: what binds it binds every key in it. Its name is its identity. */
export interface GroupInfo {
  readonly kind: 'team' | 'organisation'
  readonly name: string
  /** Of a team: name of its organisation. */
  readonly organisation?: string
  /** `file`: declared in the configuration and read-only here. */
  readonly owner: 'file' | 'store'
  readonly models: readonly string[]
  readonly limits: Limits
  readonly budget?: Budget
  /** ISO 8601; absent for declared ones. */
  readonly createdAt?: string
}

/** What makes a team or an organisation; only the name must be given. */
export interface NewGroupBody {
  readonly name: string
  readonly organisation?: string
  readonly models?: readonly string[] | undefined
  readonly limits?: Limits | undefined
  readonly budget?: Budget
}

/** The same with its defaults filled in. */
export interface NewGroupAsked {
  readonly name: string
  readonly organisation?: string
  readonly models: readonly string[]
  readonly limits: Limits
  readonly budget?: Budget
}

export interface GroupChangeBody extends BoundsChange {
  readonly organisation?: string | null
}

/** Money as decimal text. */
export interface Amount {
  readonly amount: string
  readonly currency: string
}

/** The caller's own key. */
export interface Me {
  readonly id: string
  readonly name: string
  readonly role: KeyRole
  readonly models: readonly string[]
  readonly limits: Limits
  readonly budget?: SpentBudget
  /** The key itself, its team, its organisation: all of them bind it. */
  readonly levels: readonly Level[]
}

/** What a key, a team or an organisation may use, and what is left of it now, for all processes together. */
export interface Level {
  readonly kind: 'key' | 'team' | 'organisation'
  readonly name: string
  readonly limits: Limits
  /** What is left of each limit: what running requests hold is taken off. */
  readonly left: Limits
  readonly budget?: Budget
  /** What is left of the budget in its running period; what running requests hold is taken off. */
  readonly budgetLeft?: Amount
}

export interface SpentBudget extends Budget {
  /** Settled in the running period, and what that leaves; running requests are not in it. */
  readonly spent: Amount
  readonly left: Amount
  /** ISO 8601; absent for `total`. */
  readonly periodStart?: string
}

/** A JSON object whose members this API does not fix. */
export type Open = Readonly<Record<string, unknown>>

/** One thing wrong with a configuration, and where; lines and columns count from 1. */
export interface ProblemInfo {
  readonly path: string
  readonly message: string
  /** The file that it stands in, where that is not the configuration itself. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

export interface ProviderInfo {
  readonly id: string
  readonly platform: string
  readonly region?: string
  readonly baseUrl?: string
  readonly dialect?: string
  /** Masked. */
  readonly apiKeys: readonly string[]
  /** Words of a credential that consists of several: names as they are, secrets masked. */
  readonly credentials?: Readonly<Record<string, string>>
  /** Which of the platform's ways to prove who one is, where the operator says it. */
  readonly auth?: string
  /** What fills `{name}` in the platform's addresses. */
  readonly variables?: Readonly<Record<string, string>>
  readonly timeouts: Open
  /** Values of headers that carry secrets are masked. */
  readonly headers: Readonly<Record<string, string>>
  readonly quirks?: Open
}

export interface RouteInfo {
  readonly name: string
  readonly targets: readonly { readonly target: string; readonly weight: number }[]
  readonly strategy: string
}

/** The configuration as it is in force. */
export interface ConfigInfo {
  /** Absent = embedded defaults. */
  readonly file?: string
  readonly server: Open
  readonly data: string
  /** The operator's catalog overlay, as the file names it. */
  readonly catalog?: string
  readonly providers: readonly ProviderInfo[]
  readonly routes: readonly RouteInfo[]
  readonly keys: readonly KeyInfo[]
  readonly groups: readonly GroupInfo[]
}

/** Where a row of the catalog comes from. */
export interface Origin {
  readonly origin: 'release' | 'overlay'
  /** The operator's file, for `overlay`: it adds or corrects the row. */
  readonly overlay?: string
}

export interface PlatformSummary extends Origin {
  readonly id: string
  readonly name: string
  readonly nameZh?: string
  readonly kind: string
  readonly regions: readonly string[]
  /** Models that the catalog lists, whatever their status. */
  readonly models: number
  /** ISO date of the last comparison with the sources. */
  readonly checked: string
  /** Why it cannot be called. */
  readonly unavailable?: string
}

export interface RegionInfo {
  readonly id: string
  readonly baseUrl: string
  /** Ways to prove who one is, where they differ from the platform's. */
  readonly auth?: readonly Open[]
  readonly note?: string
  readonly residency?: string
}

export interface ModelInfo extends Origin {
  readonly model: string
  readonly kind: string
  readonly status: string
  readonly context?: number
  readonly maxOutput?: number
  readonly capabilities: readonly string[]
}

export interface PlatformDetail extends Omit<PlatformSummary, 'regions' | 'models'> {
  readonly regions: readonly RegionInfo[]
  readonly keyVariables: readonly string[]
  /** The first of the ways to prove who one is; `kind` names it. */
  readonly auth: Open
  /** The others, in order of preference. */
  readonly otherAuth?: readonly Open[]
  /** Environment variables of the words of a credential, by scheme and word. */
  readonly credentialVariables?: Open
  /** What fills `{name}` in its addresses, by name. */
  readonly variables?: Open
  readonly endpoints: readonly Open[]
  /** What it does beside chat, by kind of work. */
  readonly services?: Open
  /** Departures from the dialect's defaults. */
  readonly quirks: Open
  readonly residency: Open
  readonly unverified: readonly string[]
  readonly sources: readonly string[]
  readonly note?: string
  readonly models: readonly ModelInfo[]
}

/** Tokens in leaves that never overlap. */
export interface TokenCounts {
  readonly inputFresh: number
  readonly inputCached: number
  readonly cacheWriteShort: number
  readonly cacheWriteLong: number
  readonly inputAudio: number
  readonly outputText: number
  readonly outputReasoning: number
  readonly outputAudio: number
}

/** A sum over the ledger. */
export interface UsageInfo {
  /** Values of what was asked for in `by`, under those names; null where an entry lacks the tag. `keyName` rides with `key`. */
  readonly group: Readonly<Record<string, string | null>>
  /** Requests that have ended, whichever way. */
  readonly requests: number
  /** Of these: no platform can have billed. */
  readonly released: number
  /** Of these: the figures are our estimate. */
  readonly estimated: number
  /** Of these: the end was never written; booked at the upper bound. */
  readonly unsettled: number
  /** Corrections that were booked; they are no requests. */
  readonly adjustments: number
  readonly tokens: TokenCounts
  /** Exact sums, one for each currency; requests without a price are in none. */
  readonly costs: readonly Amount[]
  /** The same in the reporting currency, each day at the operator's rate of that day; absent where none is configured. */
  readonly converted?: Converted
}

/** Money after conversion, rounded once. */
export interface Converted extends Amount {
  /** `USD 2026-10-03`: currencies and days without a rate, which are not in the amount. */
  readonly missing: readonly string[]
}

/** A correction to be booked. */
export interface NewAdjustmentAsked {
  /** Booked once under it, however often it is sent; absent = a fresh one. */
  readonly id?: string
  /** Decimal text; below zero where too much was booked. */
  readonly amount: string
  readonly currency: string
  readonly reason: string
  /** Id or name of the key that it counts for; absent = of nobody's. */
  readonly key?: string
  readonly model?: string
  readonly target?: string
  /** The day or instant that it counts on; absent = now. */
  readonly at?: string
  /** A request's id, or a line of a bill. */
  readonly reference?: string
}

/** A correction that is in the books. */
export interface AdjustmentInfo {
  readonly id: string
  readonly amount: string
  readonly currency: string
  readonly reason: string
  readonly actor: string
  /** Id of the key. */
  readonly key?: string
  readonly model: string
  readonly target: string
  /** ISO 8601. */
  readonly at: string
  readonly bookedAt: string
  readonly reference?: string
}
