import type { DialectId, ErrorRule, Framing } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Effort } from '#wire/request.ts'

/**
 * One of a platform's sites. Keys, models and price lists of two sites do not mix. `{name}` in the base URL stands
 * for something that only the operator knows (a resource, a workspace): he gives his own base URL then; `{region}`
 * is filled with the region's name.
 */
export interface Region {
  readonly id: string
  readonly baseUrl: string
  readonly note?: string
  /** Where the data is held, as far as the maker says. */
  readonly residency?: string
  /** Name of the price list that holds here; absent = the platform's own. Price rows name it as `regions`. */
  readonly market?: string
}

/**
 * How a request proves who it is. `none` = needs no key; one that is given goes as a bearer token. The signed kinds
 * have their place here and are refused with a plain reason until signing is served.
 */
export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string }
  | { readonly kind: 'aws-sigv4'; readonly service: string }
  | { readonly kind: 'jwt-hs256'; readonly form: 'zhipu' | 'access-key' }
  | { readonly kind: 'tc3'; readonly service: string }
  | { readonly kind: 'hmac-url' }
  | { readonly kind: 'baidu-token' }
  | { readonly kind: 'md5-sign' }

/** A way to call a platform: a dialect at a path. */
export interface Endpoint {
  readonly dialect: DialectId
  /** Appended to the base URL; `{model}` is filled with the model's id. May carry a query. */
  readonly path: string
  /** Where streams are asked for, if elsewhere. */
  readonly streamPath?: string
  /** Of its streams, where it is not the dialect's own. */
  readonly framing?: Framing
  /** Only in these regions; absent = in all. */
  readonly regions?: readonly string[]
  /** Base URLs of this endpoint where they differ from the regions' own; regions not named do not have it. */
  readonly baseUrls?: Readonly<Record<string, string>>
  readonly auth?: Auth
  /** Sent with each request, lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
  readonly quirks?: Partial<Quirks>
}

/** Where a platform holds data and whom it may serve, as its maker or a source says. Legal words to be checked before use. */
export interface Residency {
  readonly dataRegion?: string
  /** Serves callers in mainland China: yes, no, or in the source's words. */
  readonly mainlandChina: boolean | string
  readonly restOfWorld: boolean | string
  /** Filing numbers as quoted by others: print them only after a check at beian.cac.gov.cn. */
  readonly registration?: string
}

/** A company's or a server software's API: protocol facts, no prices. */
export interface Platform {
  readonly id: string
  readonly name: string
  readonly nameZh?: string
  readonly kind: 'cloud' | 'aggregator' | 'self-hosted' | 'generic' | 'simulator'
  /** The first is the default. */
  readonly regions: readonly Region[]
  /** Environment variables that hold its key, the first one found counts; empty = works without a key. */
  readonly keyVariables: readonly string[]
  readonly auth: Auth
  /** The first one that the region has is used, unless the operator asks for another dialect. */
  readonly endpoints: readonly Endpoint[]
  /** Hold at the endpoints of the first endpoint's dialect; other dialects state theirs at the endpoint. */
  readonly quirks: Partial<Quirks>
  readonly errors: readonly ErrorRule[]
  readonly residency: Residency
  /** What the sources do not settle. */
  readonly unverified: readonly string[]
  readonly sources: readonly string[]
  /** ISO date on which the facts were last compared with the sources. */
  readonly checked: string
  readonly note?: string
  /** Why it cannot be called. */
  readonly unavailable?: string
}

/** What is true of a line of models wherever they run. */
export interface Family {
  readonly id: string
  readonly quirks: Partial<Quirks>
  /** On top, where the model is spoken to in that dialect. */
  readonly dialects?: Partial<Readonly<Record<DialectId, Partial<Quirks>>>>
  readonly sources: readonly string[]
}

export type OfferKind =
  | 'chat'
  | 'embedding'
  | 'rerank'
  | 'image'
  | 'video'
  | 'speech'
  | 'transcription'
  | 'realtime'
  | 'other'

export type Modality = 'text' | 'image' | 'audio' | 'video' | 'pdf' | 'file' | 'embedding' | 'score'

/** `prefix`: continues an assistant turn marked as such; `fim`: fills in the middle. */
export type Capability =
  | 'tools'
  | 'vision'
  | 'reasoning'
  | 'json-object'
  | 'json-schema'
  | 'prefix'
  | 'fim'
  | 'prompt-cache'
  | 'web-search'
  | 'pdf-input'
  | 'audio-input'
  | 'video-input'
  | 'document-input'

/**
 * - `announced`    not to be called yet
 * - `legacy`       answers, and has a successor
 * - `deprecated`   answers, and has a date of death
 * - `retired`      does not answer
 * - `open-weights` no hosted offer: run it on a server of one's own
 * - `elsewhere`    a spelling that other hosts use; not to be called here
 */
export type OfferStatus = 'active' | 'announced' | 'legacy' | 'deprecated' | 'retired' | 'open-weights' | 'elsewhere'

/** Platform × model. */
export interface Offer {
  /** The platform's own id. */
  readonly model: string
  readonly kind: OfferKind
  readonly aliases?: readonly string[]
  /** The id to send where it is not `model`. */
  readonly sentAs?: string
  readonly family?: string
  /** Served only there; the first is used where the operator names no region. */
  readonly regions?: readonly string[]
  /** Tokens of input and output together; input alone; output alone. */
  readonly context?: number
  readonly maxInput?: number
  readonly maxOutput?: number
  readonly input: readonly Modality[]
  readonly output: readonly Modality[]
  readonly capabilities: readonly Capability[]
  /** The source lists only some capabilities: an absent one is unknown, not missing. */
  readonly capabilitiesOpen?: boolean
  /** Values of reasoning effort that it takes on this platform. */
  readonly efforts?: readonly Effort[]
  readonly status: OfferStatus
  /** ISO dates, as exact as the source: `2026`, `2026-07`, `2026-07-24T15:59Z`. */
  readonly released?: string
  readonly retired?: string
  /** The operator-independent main row first. */
  readonly prices: readonly PriceRow[]
  readonly quirks?: Partial<Quirks>
  readonly limits?: Readonly<
    Partial<Record<'requestsPerMinute' | 'tokensPerMinute' | 'thinkingTokens' | 'seconds', number>>
  >
  readonly openWeights?: boolean
  readonly note?: string
  readonly source: string
}

export type PriceUnit = 'million-tokens' | 'image' | 'second' | 'video' | 'credit' | 'unclear'

/** Prices of one kind of token each, decimal strings in the row's currency per unit. An absent one falls back: see `priceOf`. */
export interface Rates {
  readonly input?: string
  readonly cachedInput?: string
  readonly cacheWriteShort?: string
  readonly cacheWriteLong?: string
  readonly inputAudio?: string
  readonly inputImage?: string
  readonly output?: string
  readonly outputReasoning?: string
  readonly outputAudio?: string
  readonly outputImage?: string
}

/** The whole request has these rates when it has more tokens than said; where several tiers hold, the last one counts. */
export interface PriceTier extends Rates {
  readonly inputAbove: number
  readonly outputAbove?: number
}

/** Rates that hang on something other than token counts (a clip's resolution): data for later, no arithmetic yet. */
export interface PriceVariant extends Rates {
  readonly when: Readonly<Record<string, string | boolean | readonly string[]>>
}

/** A part of the week in which all rates are multiplied. `from` is in it, `until` is not. */
export interface PriceWindow {
  readonly multiplier: string
  /** 1 = Monday … 7 = Sunday; absent = every day. */
  readonly weekdays?: readonly number[]
  readonly from: string
  readonly until: string
  readonly timeZone: string
  /** Days that the maker exempts and that no table here lists: not applied, and the price's rule says so. */
  readonly exempt?: string
}

/** What an offer costs, in a currency, in some regions, for some time. */
export interface PriceRow extends Rates {
  readonly currency: string
  readonly unit: PriceUnit
  /** Region ids in which it holds; absent = in all. */
  readonly regions?: readonly string[]
  /** ISO instants; absent = always, still. `until` is the first instant at which it no longer holds. */
  readonly from?: string
  readonly until?: string
  readonly tiers?: readonly PriceTier[]
  readonly windows?: readonly PriceWindow[]
  readonly variants?: readonly PriceVariant[]
  /** Part taken off for batch jobs: `0.5`. */
  readonly batchDiscount?: string
  /** Another source's figure that the main row contradicts: shown, never charged. */
  readonly disputed?: boolean
  readonly source: string
  /** When the source was right: an ISO date, as exact as the source is. */
  readonly asOf: string
  readonly note?: string
}
