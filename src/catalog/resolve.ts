import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import { families } from '#catalog/families/index.ts'
import { mergeQuirks } from '#catalog/merge.ts'
import { findOffer } from '#catalog/offers.ts'
import { askedWords, chooseAuth, type Given, SCHEMES } from '#catalog/auth.ts'
import type { Auth, Capability, Endpoint, Offer, Platform, Region } from '#catalog/schema.ts'
import { type ResolvedServices, servicesOf } from '#catalog/services.ts'
import { defaultRegion, endpointFor, endpointsAt, rowOf, waysAt } from '#catalog/site.ts'
import { filled, joinUrl, placeholdersOf, type Variables } from '#catalog/url.ts'
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
  /** What fills `{name}` in addresses. */
  readonly variables?: Readonly<Record<string, string>>
  /** What the operator has to prove who he is; absent = the first way of the platform. */
  readonly given?: Given
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
  /** Where the tokens of a request are counted; absent = nowhere. */
  readonly countUrl?: string
  readonly auth: Auth
  /** Static headers of the endpoint, lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly quirks: Quirks
  readonly errors: readonly ErrorRule[]
  readonly wire: WireTarget
  readonly capabilities: readonly Capability[]
  /** What it does beside chat. */
  readonly services: ResolvedServices
}

/** The answer of `resolve`; `reason` is a sentence for the operator. */
export type Resolution =
  | { readonly ok: true; readonly value: Resolved }
  | { readonly ok: false; readonly reason: string }

/** What sending to a model takes, or why it cannot be sent to; its row is one of the released ones. */
export function resolve(wanted: Wanted): Resolution {
  return resolveBy(findOffer, wanted)
}

/** The same, its row looked for by `find`. */
export function resolveBy(find: typeof findOffer, wanted: Wanted): Resolution {
  const { platform } = wanted
  if (platform.unavailable !== undefined) return refusal(platform, platform.unavailable)
  const row = find(platform.id, wanted.model)
  const region = regionOf(wanted, row)
  if (typeof region === 'string') return refusal(platform, region)
  const endpoint = endpointOf(wanted, region)
  if (typeof endpoint === 'string') return refusal(platform, endpoint)
  const model = row?.sentAs ?? row?.model ?? wanted.model
  const auth = authOf(wanted, region, endpoint)
  if (typeof auth === 'string') return refusal(platform, auth)
  const urls = urlsOf(wanted, { endpoint, base: baseOf(wanted, region, endpoint), model })
  if (typeof urls === 'string') return refusal(platform, urls)
  return { ok: true, value: deepFreeze(assembled(wanted, { region, endpoint, row, model, auth, ...urls })) }
}

/** The operator's own, else the endpoint's in this region, else the region's; without what is another endpoint's. */
function baseOf({ platform, baseUrl }: Wanted, region: Region, { baseUrls, otherBases = [] }: Endpoint): string {
  const row = rowOf(platform, region.id)?.id ?? region.id
  const base = (baseUrl ?? baseUrls?.[row] ?? region.baseUrl).replace(/\/+$/, '')
  const other = otherBases.find((end) => base.endsWith(end))
  return other === undefined ? base : base.slice(0, base.length - other.length)
}

interface Place {
  readonly endpoint: Endpoint
  readonly base: string
  readonly model: string
}

type Urls = Pick<Resolved, 'url' | 'streamUrl' | 'countUrl'>

function urlsOf(wanted: Wanted, { endpoint, base, model }: Place): Urls | string {
  const variables = variablesOf(wanted)
  const at = filled(base, variables)
  const urls: string[] = []
  for (const path of pathsOf(endpoint, model)) {
    const below = filled(path, variables)
    const reason = unfilled(wanted.platform, 'base URL', at) ?? unfilled(wanted.platform, 'path', below)
    if (reason !== undefined) return reason
    const joined = joinUrl(at, below, model)
    if (!joined.ok) return joined.reason
    urls.push(joined.url)
  }
  const [url = '', streamUrl = url, countUrl] = urls
  return { url, streamUrl, ...(countUrl === undefined ? {} : { countUrl }) }
}

/** Where whole answers are asked for, where streams, where counts: a model's own path is for both of the first. */
function pathsOf({ path, streamPath = path, countPath, paths = {} }: Endpoint, model: string): readonly string[] {
  const own = Object.hasOwn(paths, model) ? paths[model] : undefined
  return [own ?? path, own ?? streamPath, ...(countPath === undefined ? [] : [countPath])]
}

/** The operator's word, else the platform's standard; `region` is the region that he names. */
function variablesOf({ platform, region, variables }: Wanted): Variables {
  const standards = Object.entries(platform.variables ?? {}).map(([name, { standard }]) => [name, standard] as const)
  return { ...Object.fromEntries(standards), ...variables, region }
}

/** What is missing in an address, and where to say it. */
function unfilled(platform: Platform, what: 'base URL' | 'path', text: string): string | undefined {
  const [name] = placeholdersOf(text, ['model'])
  if (name === undefined) return undefined
  const known = platform.variables !== undefined && Object.hasOwn(platform.variables, name)
  const ways = [...(known ? [`variables.${name}`] : []), ...(what === 'base URL' ? ['a baseUrl of its own'] : [])]
  return `the ${what} needs {${name}}: give the provider ${ways.join(', or ')}`
}

/** The first way that takes what the operator gave, its addresses filled in; or why there is none. */
function authOf(wanted: Wanted, region: Region, endpoint: Endpoint): Auth | string {
  const ways = waysAt(wanted.platform, region, endpoint)
  const auth = chooseAuth(ways, wanted.given)
  if (auth === undefined) return `region "${region.id}" asks for ${askedWords(ways)}: what was given is something else`
  if (SCHEMES[auth.kind].region === true && wanted.region === undefined && wanted.given !== undefined)
    return `the provider must name a region: it is part of the signature (${auth.kind})`
  return 'tokenUrl' in auth ? { ...auth, tokenUrl: filled(auth.tokenUrl, variablesOf(wanted)) } : auth
}

/** Headers of the endpoint; one that only a variable fills is left out where nobody does. */
function headersOf(wanted: Wanted, { headers = {} }: Endpoint): Readonly<Record<string, string>> {
  const variables = variablesOf(wanted)
  const shown = Object.entries(headers).flatMap(([name, value]) => {
    const [, variable] = /^\{(\w+)\}$/.exec(value) ?? []
    const held = variable === undefined ? value : variables[variable]
    return held === undefined ? [] : [[name, held] as const]
  })
  return Object.fromEntries(shown)
}

interface Found extends Urls {
  readonly region: Region
  readonly endpoint: Endpoint
  readonly row: Offer | undefined
  readonly model: string
  readonly auth: Auth
}

function assembled(wanted: Wanted, { region, endpoint, row, model, auth, ...urls }: Found): Resolved {
  const { platform } = wanted
  const quirks = quirksOf(wanted, endpoint, row)
  return {
    platform,
    region,
    model,
    offer: row === undefined ? undefined : offerIn(row, region),
    endpoint,
    dialect: endpoint.dialect,
    ...urls,
    auth,
    headers: headersOf(wanted, endpoint),
    quirks,
    errors: platform.errors,
    wire: wireTarget(model, quirks, row),
    capabilities: row?.capabilities ?? [],
    services: servicesOf({
      platform,
      region,
      row,
      model,
      baseUrl: wanted.baseUrl,
      variables: variablesOf(wanted),
      given: wanted.given,
    }),
  }
}

function refusal(platform: Platform, reason: string): Resolution {
  return { ok: false, reason: `platform "${platform.id}": ${reason}` }
}

/** The operator's region, else the one that has the model, else the first: of those that take what he gave. */
function regionOf(wanted: Wanted, offer: Offer | undefined): Region | string {
  const { platform } = wanted
  const id = wanted.region ?? defaultRegion(platform, wanted, offer?.regions)
  if (id === undefined) return 'it has no regions'
  const row = rowOf(platform, id)
  if (row === undefined) return `it has no region "${id}", only ${platform.regions.map((each) => each.id).join(', ')}`
  if (!row.baseUrl.includes('{region}')) return row
  if (wanted.baseUrl !== undefined) return { ...row, id }
  if (wanted.region === undefined) return 'the provider must name a region'
  if (!/^[a-z0-9-]{1,40}$/.test(id)) return `"${id}" is no name of a region`
  return { ...row, id, baseUrl: row.baseUrl.replaceAll('{region}', id) }
}

/** The first endpoint of the dialect, or of any where the operator asks for none, that the region has and that takes what he gave. */
function endpointOf(wanted: Wanted, region: Region): Endpoint | string {
  const { platform, dialect } = wanted
  const here = endpointsAt(platform, region.id, wanted)
  const found =
    endpointFor(platform, region.id, wanted) ??
    here.find((endpoint) => dialect === undefined || endpoint.dialect === dialect)
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
