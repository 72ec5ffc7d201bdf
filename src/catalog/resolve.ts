import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import { families } from '#catalog/families/index.ts'
import { mergeQuirks } from '#catalog/merge.ts'
import { findOffer } from '#catalog/offers.ts'
import type { Auth, Capability, Endpoint, Offer, Platform, Region } from '#catalog/schema.ts'
import { joinUrl } from '#catalog/url.ts'
import type { DialectId, ErrorRule, WireTarget } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'

/** What to resolve: a model on a platform, with the operator's word on the account. */
export interface Wanted {
  readonly platform: Platform
  /** The platform's id of the model or an alias; a model that the catalog does not know is allowed. */
  readonly model: string
  readonly region?: string
  /** Instead of the region's; the endpoint's path is appended. */
  readonly baseUrl?: string
  readonly dialect?: DialectId
  readonly quirks?: Partial<Quirks>
}

/** All that the catalog knows about sending to a model on a platform. Frozen to its depth. */
export interface Resolved {
  readonly platform: Platform
  readonly region: Region
  /** The id to send. */
  readonly model: string
  /** The catalog's row, its prices those of the region; absent for a model that it does not know. */
  readonly offer: Offer | undefined
  readonly endpoint: Endpoint
  readonly dialect: DialectId
  readonly url: string
  /** Where streams are asked for: the same, unless the endpoint says another. */
  readonly streamUrl: string
  readonly auth: Auth
  /** Static headers of the endpoint, lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly quirks: Quirks
  readonly errors: readonly ErrorRule[]
  readonly wire: WireTarget
  readonly capabilities: readonly Capability[]
}

/** The answer of `resolve`; `reason` is a sentence for the operator. */
export type Resolution =
  | { readonly ok: true; readonly value: Resolved }
  | { readonly ok: false; readonly reason: string }

/** What sending to a model takes, or why it cannot be sent to. */
export function resolve(wanted: Wanted): Resolution {
  const { platform } = wanted
  if (platform.unavailable !== undefined) return refusal(platform, platform.unavailable)
  const row = findOffer(platform.id, wanted.model)
  const region = regionOf(wanted, row)
  if (typeof region === 'string') return refusal(platform, region)
  const endpoint = endpointOf(wanted, region)
  if (typeof endpoint === 'string') return refusal(platform, endpoint)
  const model = row?.sentAs ?? row?.model ?? wanted.model
  const base = wanted.baseUrl ?? endpoint.baseUrls?.[region.id] ?? region.baseUrl
  const urls = urlsOf(endpoint, base, model)
  if (typeof urls === 'string') return refusal(platform, urls)
  return { ok: true, value: deepFreeze(assembled(wanted, { region, endpoint, row, model, ...urls })) }
}

function urlsOf(endpoint: Endpoint, base: string, model: string): Pick<Resolved, 'url' | 'streamUrl'> | string {
  const whole = joinUrl(base, endpoint.path, model)
  if (!whole.ok) return whole.reason
  const stream = endpoint.streamPath === undefined ? whole : joinUrl(base, endpoint.streamPath, model)
  return stream.ok ? { url: whole.url, streamUrl: stream.url } : stream.reason
}

interface Found {
  readonly region: Region
  readonly endpoint: Endpoint
  readonly row: Offer | undefined
  readonly model: string
  readonly url: string
  readonly streamUrl: string
}

function assembled(wanted: Wanted, { region, endpoint, row, model, url, streamUrl }: Found): Resolved {
  const { platform } = wanted
  const quirks = quirksOf(wanted, endpoint, row)
  return {
    platform,
    region,
    model,
    offer: row === undefined ? undefined : offerIn(row, region),
    endpoint,
    dialect: endpoint.dialect,
    url,
    streamUrl,
    auth: endpoint.auth ?? platform.auth,
    headers: endpoint.headers ?? {},
    quirks,
    errors: platform.errors,
    wire: wireTarget(model, quirks, row),
    capabilities: row?.capabilities ?? [],
  }
}

function refusal(platform: Platform, reason: string): Resolution {
  return { ok: false, reason: `platform "${platform.id}": ${reason}` }
}

/** The operator's region, else the one that has the model, else the first. */
function regionOf(wanted: Wanted, offer: Offer | undefined): Region | string {
  const { platform } = wanted
  const [first] = platform.regions
  if (first === undefined) return 'it has no regions'
  const id = wanted.region ?? offer?.regions?.[0] ?? first.id
  const region = platform.regions.find((candidate) => candidate.id === id)
  if (!first.baseUrl.includes('{region}')) {
    const names = platform.regions.map((candidate) => candidate.id).join(', ')
    return region ?? `it has no region "${id}", only ${names}`
  }
  if (wanted.baseUrl !== undefined) return { ...first, id }
  if (wanted.region === undefined) return 'the provider must name a region'
  if (!/^[a-z0-9-]{1,40}$/.test(id)) return `"${id}" is no name of a region`
  return { ...first, id, baseUrl: first.baseUrl.replace('{region}', id) }
}

/** The first endpoint of the dialect, or of any where the operator asks for none, that the region has. */
function endpointOf(wanted: Wanted, region: Region): Endpoint | string {
  const { platform, dialect, baseUrl } = wanted
  const here = platform.endpoints.filter(
    (endpoint) =>
      (endpoint.regions === undefined || endpoint.regions.includes(region.id)) &&
      (endpoint.baseUrls === undefined || baseUrl !== undefined || endpoint.baseUrls[region.id] !== undefined),
  )
  const found = here.find((endpoint) => dialect === undefined || endpoint.dialect === dialect)
  if (found !== undefined) return found
  const spoken = [...new Set(here.map((endpoint) => endpoint.dialect))].join(', ')
  return `region "${region.id}" does not speak ${dialect ?? 'any dialect'}${spoken === '' ? '' : `, only ${spoken}`}`
}

/** Dialect, family, platform, endpoint, offer, operator: later ones on top. */
function quirksOf(wanted: Wanted, endpoint: Endpoint, offer: Offer | undefined): Quirks {
  const { platform } = wanted
  const family = offer?.family === undefined ? undefined : families.get(offer.family)
  const primary = endpoint.dialect === platform.endpoints[0]?.dialect
  const host = mergeQuirks(DIALECT_QUIRKS[endpoint.dialect], [
    family?.quirks,
    family?.dialects?.[endpoint.dialect],
    primary ? platform.quirks : undefined,
    endpoint.quirks,
    neverThinks(offer) ? { thinking: 'none' } : undefined,
  ])
  const efforts = offer?.efforts === undefined ? host : { ...host, efforts: identity(offer.efforts) }
  return mergeQuirks(efforts, [offer?.quirks, wanted.quirks])
}

/** A model that is known not to think is not told to: platforms refuse that, or take it without effect. */
function neverThinks(offer: Offer | undefined): boolean {
  return offer !== undefined && lacks(offer, 'reasoning')
}

function identity(efforts: NonNullable<Offer['efforts']>): Quirks['efforts'] {
  return Object.fromEntries(efforts.map((effort) => [effort, effort]))
}

function wireTarget(model: string, quirks: Quirks, offer: Offer | undefined): WireTarget {
  const can = (capability: Capability): boolean | undefined => {
    if (offer === undefined) return undefined
    return offer.capabilities.includes(capability) ? true : lacks(offer, capability) ? false : undefined
  }
  return { model, quirks, maxOutputTokens: offer?.maxOutput, vision: can('vision'), tools: can('tools') }
}

/** Known not to have it; unknown is not lacking. */
function lacks(offer: Offer, capability: Capability): boolean {
  return offer.kind === 'chat' && offer.capabilitiesOpen !== true && !offer.capabilities.includes(capability)
}

/** The offer with the price rows of a region: those that name it, else those that name none. */
function offerIn(offer: Offer, region: Region): Offer {
  const named = offer.prices.filter((row) => row.regions?.includes(region.id) === true)
  const prices = named.length > 0 ? named : offer.prices.filter((row) => row.regions === undefined)
  return prices.length === offer.prices.length ? offer : { ...offer, prices }
}

/** Freezes a value and all that hangs on it; what is frozen already is taken to be so to its depth. Maps keep their entries open. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
  return value
}
