import type { Auth, CredentialField } from '#catalog/index.ts'
import type { Billing } from '#engine/config/billing.ts'
import type { Group, KeyBudget, KeyLimits, Timeouts } from '#engine/ports.ts'
import type { DialectId } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'

/** An account on a platform, as the operator declared it or as the environment implies it. */
export interface ProviderConfig {
  readonly id: string
  /** Id of a catalog entry; checked when the configuration is read. */
  readonly platform: string
  readonly region?: string
  /** Instead of the catalog's; the endpoint's path is appended. */
  readonly baseUrl?: string
  /** Another of the platform's dialects than its first. */
  readonly dialect?: DialectId
  /** Keys of a pool; empty where the platform needs none, or `credentials` are there instead. */
  readonly apiKeys: readonly string[]
  /** Words of a credential that consists of several; a service account's is the text of its key file. */
  readonly credentials?: Readonly<Partial<Record<CredentialField, string>>>
  /** Which of the platform's ways to prove who one is; absent = the first that takes what was given. */
  readonly auth?: Auth['kind']
  /** What fills `{name}` in the catalog's addresses. */
  readonly variables?: Readonly<Record<string, string>>
  readonly timeouts: Timeouts
  /** Headers sent with each request, lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** The operator's word on how this account departs from the catalog. */
  readonly quirks?: Partial<Quirks>
  /** How it is billed where that is not by the list alone. */
  readonly billing?: Billing
}

export type Strategy = 'priority' | 'weighted' | 'cheapest' | 'fastest'

export interface RouteTarget {
  /** `provider/model` */
  readonly target: string
  readonly weight: number
}

/** A name that callers use, with its targets. */
export interface RouteConfig {
  readonly name: string
  readonly targets: readonly RouteTarget[]
  readonly strategy: Strategy
  /** The operator's word that all targets embed into this one space. */
  readonly vectorSpace?: string
  /** Selectors of warnings that rule a target out, beside those of the whole configuration. */
  readonly refuse?: readonly string[]
}

/** A caller declared in the file. The key itself is hashed when the configuration takes effect. */
export interface KeyConfig {
  readonly name: string
  readonly key: string
  readonly role: 'caller' | 'admin'
  readonly models: readonly string[]
  readonly limits: KeyLimits
  readonly budget?: KeyBudget
  /** Name of a team that the file declares. */
  readonly team?: string
}

/** Bounds on what a caller may send and how slowly. Bytes and milliseconds. */
export interface ServerLimits {
  readonly bodyBytes: number
  readonly jsonDepth: number
  /** From the connection's first byte to the end of the headers. */
  readonly headersMs: number
  /** From the headers to the end of the body. */
  readonly bodyMs: number
  /** A caller that takes nothing for so long is hung up on. */
  readonly stalledCallerMs: number
  /** Longest single frame of a stream, and longest whole answer, that we take from a platform. */
  readonly frameBytes: number
  readonly answerBytes: number
}

export interface ServerConfig {
  readonly host: string
  readonly port: number
  readonly limits: ServerLimits
  /** Silence in a stream after which a comment line is sent; 0 = never. */
  readonly keepAliveMs: number
  /** How long streams may go on after SIGTERM. */
  readonly drainMs: number
}

/** What is kept for callers between their requests. Milliseconds and bytes; 0 = not kept at all. */
export interface MemoryConfig {
  readonly responsesMs: number
  readonly reasoningMs: number
  readonly maxBytes: number
}

/** How images and documents are fetched for platforms that take them inside the request only. Bytes and milliseconds. */
export interface MediaConfig {
  /** `host` or `host:port` that may be private, or on a port of its own. */
  readonly allowHosts: readonly string[]
  readonly maxBytes: number
  readonly timeoutMs: number
}

/** How replicas get along with each other. Milliseconds. */
export interface ReplicasConfig {
  readonly leaseDoubtMs: number
  readonly redisDeadlineMs: number
  readonly whenUnreachable: 'refuse' | 'allow'
}

/** The whole configuration, resolved and frozen: no defaults are applied after this. */
export interface Config {
  /** The file it came from; undefined = embedded defaults. */
  readonly file?: string
  readonly server: ServerConfig
  /** Folder of the embedded store. */
  readonly data: string
  /** PostgreSQL's URL, where several replicas share one store. */
  readonly database?: string
  /** Redis' URL, where they count rates and slots there. */
  readonly redis?: string
  readonly replicas: ReplicasConfig
  readonly memory: MemoryConfig
  readonly media: MediaConfig
  /** Selectors of warnings that rule a target out: `emulated:n`. */
  readonly refuse: readonly string[]
  /** The operator's catalog overlay, as the file names it. */
  readonly catalog?: string
  readonly providers: readonly ProviderConfig[]
  readonly routes: readonly RouteConfig[]
  readonly keys: readonly KeyConfig[]
  /** Organisations, then teams, that the file declares. */
  readonly groups: readonly Group[]
  /** What amounts are converted with for reports. */
  readonly currencies?: CurrencyConfig
}

/** The operator's word on what currencies are worth, for reports only: budgets and books stay in their own. */
export interface CurrencyConfig {
  readonly reporting: string
  readonly rates: readonly CurrencyRate[]
}

/** From `since` on, one unit of `from` counts as `rate` units of `to`. */
export interface CurrencyRate {
  readonly from: string
  readonly to: string
  /** Decimal text. */
  readonly rate: string
  /** ISO date. */
  readonly since: string
}

/** One thing wrong with a configuration, and where. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly path: string
  readonly message: string
  /** The file that it stands in, where that is not the configuration itself. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

/** Where a resolved value came from. Lines and columns count from 1. */
export type Origin =
  | { readonly kind: 'file'; readonly line: number; readonly column: number }
  /** `line` where the file names the variables; absent where they count by themselves. */
  | { readonly kind: 'environment'; readonly variables: readonly string[]; readonly line?: number }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'default' }
