import type { CredentialField } from '#catalog/auth.ts'
import type { DialectId, ErrorRule, Framing } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Effort } from '#wire/request.ts'
import type { ServiceForms, ServiceOperation, ServiceQuirks, ServiceTarget } from '#wire/service.ts'
import type { Counted } from '#wire/usage.ts'

/**
 * One of a platform's sites. Keys, models and price lists of two sites do not mix. `{name}` in the base URL is filled
 * from the platform's `variables` (a resource, a workspace), `{region}` with the name that the operator gives the
 * region; `{baseUrl}` alone means that the address is his to say.
 */
export interface Region {
  readonly id: string
  readonly baseUrl: string
  readonly note?: string
  /** Where the data is held, as far as the maker says. */
  readonly residency?: string
  /** Name of the price list that holds here; absent = the platform's own. Price rows name it as `regions`. */
  readonly market?: string
  /** Where it differs from the platform's. */
  readonly auth?: AuthWays
}

/**
 * How a request proves who it is; what each asks of the operator: `SCHEMES` in `auth.ts`. `{name}` in a `tokenUrl` is
 * filled as in base URLs, or from the credential.
 */
export type Auth =
  /** Needs no key; one that is given goes as a bearer token. */
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string }
  /** `Authorization: <word> <key>`. */
  | { readonly kind: 'word'; readonly word: string }
  /** A bearer token signed with the key `{id}.{secret}`, in milliseconds. */
  | { readonly kind: 'zhipu-jwt' }
  /** A bearer token signed with the secret of an access key, in seconds: SenseNova, Kling. */
  | { readonly kind: 'access-key-jwt' }
  | { readonly kind: 'aws-sigv4'; readonly service: string }
  /** Tencent Cloud's. Action and version are headers of the endpoint. */
  | { readonly kind: 'tc3'; readonly service: string }
  /** iFlytek's signed URL; the application's id goes into the body. */
  | { readonly kind: 'hmac-url' }
  /** A token in the query, fetched for the keys of an application. */
  | { readonly kind: 'baidu-token'; readonly tokenUrl: string }
  /** A bearer token for some time, fetched with a request that an access key signs (bce-auth-v1). */
  | { readonly kind: 'baidu-bearer'; readonly tokenUrl: string }
  /** OAuth 2.0 client credentials, a bearer token: Microsoft Entra. */
  | { readonly kind: 'client-credentials'; readonly tokenUrl: string; readonly scope: string }
  /** A token for user and password, sent as `X-Auth-Token`. */
  | { readonly kind: 'huawei-iam'; readonly tokenUrl: string }
  /** SDK-HMAC-SHA256 of Huawei Cloud's API gateway. */
  | { readonly kind: 'huawei-signature' }
  /** A JSON web token signed with the account's private key, exchanged for a bearer token. */
  | { readonly kind: 'google-service-account'; readonly tokenUrl: string; readonly scope: string }
  /** Skywork's headers of 2024. */
  | { readonly kind: 'md5-sign' }
  /** Baichuan's headers of 2023, over the body. */
  | { readonly kind: 'baichuan-md5' }

/** One way, or several in order of preference: the first one that takes what the operator gave is used. */
export type AuthWays = Auth | readonly Auth[]

/** Something that fills `{name}` in addresses, and that the operator may have to say. */
export interface Variable {
  readonly meaning: string
  /** Environment variables that say it where the operator does not, the first one found counts. */
  readonly environment?: readonly string[]
  /** Field of a service account's key that says it. */
  readonly serviceAccount?: 'project_id'
  /** Holds where nobody says anything. */
  readonly standard?: string
  /** By region: values that mean another region of the platform, whose address is built otherwise. */
  readonly inRegion?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A way to call a platform: a dialect at a path. */
export interface Endpoint {
  readonly dialect: DialectId
  /** Appended to the base URL; `{model}` is filled with the model's id, `{name}` from variables. May carry a query. */
  readonly path: string
  /** Where streams are asked for, if elsewhere. */
  readonly streamPath?: string
  /** Where the tokens of a request are counted, if anywhere. */
  readonly countPath?: string
  /** What is counted stands in the body as it is, where the dialect would wrap it. */
  readonly countBare?: true
  /** Ends of base URLs that lead to the platform's other endpoints: left away, so that a base URL fits all of them. */
  readonly otherBases?: readonly string[]
  /** Paths of single models that have one of their own, by the id that is sent. */
  readonly paths?: Readonly<Record<string, string>>
  /** Of its streams, where it is not the dialect's own. */
  readonly framing?: Framing
  /** Only in these regions; absent = in all. */
  readonly regions?: readonly string[]
  /** Base URLs of this endpoint where they differ from the regions' own; regions not named do not have it. */
  readonly baseUrls?: Readonly<Record<string, string>>
  /** Where it differs from the region's. */
  readonly auth?: AuthWays
  /** Sent with each request, lower-case names. A value that is `{name}` alone is left out where nobody fills it. */
  readonly headers?: Readonly<Record<string, string>>
  readonly quirks?: Partial<Quirks>
}

/** A way to ask a platform for work other than chat, whose answer is one value. */
export interface ServiceRow<Form extends ServiceTarget['form'] = ServiceTarget['form']> {
  readonly form: Form
  /** Appended to the base URL; filled as an endpoint's. `{modelPath}` is the model's id with its slashes left as they are. */
  readonly path: string
  /** Instead of the path, for single models. */
  readonly paths?: Readonly<Record<string, string>>
  /** The path counts from the host's root: the base URL's own path is left away. */
  readonly fromRoot?: true
  /** Only in these regions; absent = in all. */
  readonly regions?: readonly string[]
  /** Instead of the region's base URL; `{region}` and variables are filled in. */
  readonly base?: string
  readonly auth?: AuthWays
  /** Sent with each call, lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
  /** Most inputs in one call; absent = no bound is known. An offer may say less or more. */
  readonly batchMax?: number
  /** Most tokens of all inputs of one call together. */
  readonly tokensMax?: number
  readonly quirks?: Partial<ServiceQuirks>
}

/** What a platform does beside chat. Of several rows the one that the offer names is used, else the first that the region has. */
export type Services = {
  readonly [Operation in ServiceOperation]?: readonly ServiceRow<ServiceForms[Operation]>[]
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
  readonly auth: AuthWays
  /** Environment variables that hold the words of a credential, by scheme and word, the first one found counts. */
  readonly credentialVariables?: Readonly<
    Partial<Record<Auth['kind'], Readonly<Partial<Record<CredentialField, readonly string[]>>>>>
  >
  /** Environment variables that hold its address: only the operator knows it. */
  readonly baseUrlVariables?: readonly string[]
  /** What fills `{name}` in addresses, by name. `region` stands for the region's own name. */
  readonly variables?: Readonly<Record<string, Variable>>
  /** The first one that the region has is used, unless the operator asks for another dialect. */
  readonly endpoints: readonly Endpoint[]
  readonly services?: Services
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
  /** The operator's file that this row comes from or was corrected by; absent = as released. */
  readonly overlay?: string
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
  | 'moderation'
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
  /** Lengths of its vectors, the default first. */
  readonly dimensions?: readonly number[]
  /** Any length up to the largest may be asked for. */
  readonly anyDimensions?: true
  /** Whose vectors can be compared with its own; absent = those of models of its own id. */
  readonly vectorSpace?: string
  /** Form of the platform's service that it is called by, where that is not the first. */
  readonly service?: string
  /** Most inputs in one call, where the model departs from its platform. */
  readonly batchMax?: number
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
  /** When the source was right: an ISO date; absent = its platform's `checked`. */
  readonly asOf?: string
  /** The operator's file that this row comes from or was corrected by; absent = as released. */
  readonly overlay?: string
}

export type PriceUnit =
  | 'million-tokens'
  | 'million-characters'
  | 'search'
  | 'image'
  | 'second'
  | 'video'
  | 'credit'
  | 'unclear'

/** Prices of one kind of token each, decimal strings in the row's currency per unit. An absent one falls back: see `priceOf`. */
export interface Rates {
  readonly input?: string
  readonly cachedInput?: string
  /** Input read from a cache that the request marked itself. */
  readonly cachedExplicit?: string
  readonly cacheWriteShort?: string
  readonly cacheWriteLong?: string
  readonly inputAudio?: string
  readonly inputImage?: string
  readonly output?: string
  readonly outputReasoning?: string
  /** Thinking and answer alike, of an answer that thought. */
  readonly outputThinking?: string
  readonly outputAudio?: string
  readonly outputImage?: string
}

/**
 * The whole request has these rates when it has more tokens than said; where several tiers hold, the last one counts.
 * In a graduated row only the tokens beyond have them.
 */
export interface PriceTier extends Rates {
  readonly inputAbove: number
  readonly outputAbove?: number
}

/**
 * Rates laid over the others when all of `when` is so; where several do, the last one counts. `thinking`, `inputMedia`
 * and `outputAudio` are read off the counts; what else it names (a clip's resolution) is among the usage's `traits`.
 */
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
  /** Calendar whose public holidays are outside of it. Weekend days worked in exchange stay weekend days. */
  readonly holidays?: CalendarId
  /** Days that the maker exempts and that no table here lists: not applied, and the price's rule says so. */
  readonly exempt?: string
}

/** Calendars of public holidays: `calendars.ts`. */
export type CalendarId = 'PRC'

/** What asking for slower or faster service does to the rates: rates of its own, and a factor on all. */
export interface PriceLane extends Rates {
  readonly multiplier?: string
}

/** What is charged beside tokens each time that something happens. */
export interface PriceFee {
  /** Decimal string, for `per` of them. */
  readonly price: string
  readonly per: number
  /** ISO instant before which nothing is charged; absent = always was. */
  readonly from?: string
  /** What the maker gives away and nobody here counts: not applied, and the price's rule says so. */
  readonly free?: string
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
  /** Each part of a request has the rates of the tier that it lies in. */
  readonly graduated?: true
  /** The instant of a request that decides the row and the window; absent = its start. */
  readonly countedAt?: 'start' | 'end'
  readonly variants?: readonly PriceVariant[]
  /** Part taken off for batch jobs: `0.5`. */
  readonly batchDiscount?: string
  /** By the word that the platform answers with: `flex`, `priority`. */
  readonly lanes?: Readonly<Record<string, PriceLane>>
  /** By what is counted: see `Counted`. */
  readonly fees?: Readonly<Partial<Record<Counted, PriceFee>>>
  /** Another source's figure that the main row contradicts: shown, never charged. */
  readonly disputed?: boolean
  readonly source: string
  /** When the source was right: an ISO date, as exact as the source is. */
  readonly asOf: string
  readonly note?: string
  /** The operator's file that this row comes from; absent = as released. */
  readonly overlay?: string
}
