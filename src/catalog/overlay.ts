import type { Catalog } from '#catalog/catalog.ts'
import { type PriceOverlay, pricesWith } from '#catalog/overlay-prices.ts'
import { resolveBy } from '#catalog/resolve.ts'
import type { Auth, Endpoint, Offer, Platform, Region } from '#catalog/schema.ts'
import type { DialectId } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'

/** Where a row of an overlay comes from and when that was right. */
export interface Evidence {
  readonly source: string
  readonly asOf: string
}

/** What an operator says of one of a platform's sites; a site that the catalog does not know needs its base URL. */
export type RegionOverlay = Partial<Omit<Region, 'id'>>

/** What an operator says of a platform's endpoints of one dialect; one that the catalog does not know needs its path. */
export type EndpointOverlay = Partial<
  Pick<Endpoint, 'path' | 'streamPath' | 'countPath' | 'baseUrls' | 'headers' | 'quirks'>
>

/** A platform corrected, or a new one that is `like` another. What is not said stays. */
export interface PlatformOverlay extends Evidence {
  /** The platform whose dialects, authentication and error table a new one has. */
  readonly like?: string
  readonly name?: string
  readonly nameZh?: string
  readonly kind?: 'cloud' | 'aggregator' | 'self-hosted'
  readonly regions?: Readonly<Record<string, RegionOverlay>>
  readonly keyVariables?: readonly string[]
  readonly auth?: Auth
  readonly endpoints?: Readonly<Partial<Record<DialectId, EndpointOverlay>>>
  readonly quirks?: Partial<Quirks>
  readonly note?: string
}

/** A model corrected or added. What is not said stays; of a new one it is unknown. */
export interface ModelOverlay
  extends Evidence, Partial<Omit<Offer, 'model' | 'prices' | 'source' | 'asOf' | 'overlay'>> {
  readonly prices?: readonly PriceOverlay[]
}

/** An operator's word on the catalog, checked. */
export interface Overlay {
  /** The file, as the operator named it: shown with every row. */
  readonly file: string
  readonly platforms: Readonly<Record<string, PlatformOverlay>>
  /** By platform, then by the model's id. */
  readonly models: Readonly<Record<string, Readonly<Record<string, ModelOverlay>>>>
}

interface Shelf {
  readonly offers: readonly Offer[]
  readonly byName: ReadonlyMap<string, Offer>
}

/** A catalog with an overlay on top. The one below is not changed. */
export function withOverlay(below: Catalog, overlay: Overlay): Catalog {
  const platforms = new Map(below.platforms)
  for (const [id, said] of Object.entries(overlay.platforms)) {
    const platform = platformWith(below, id, { said, file: overlay.file })
    if (platform !== undefined) platforms.set(id, platform)
  }
  const shelves = new Map<string, Shelf>()
  for (const [id, models] of Object.entries(overlay.models)) {
    shelves.set(
      id,
      shelfWith(below.offersOf(id), models, { file: overlay.file, regions: platforms.get(id)?.regions ?? [] }),
    )
  }
  const offersOf: Catalog['offersOf'] = (id) => shelves.get(id)?.offers ?? below.offersOf(id)
  const findOffer: Catalog['findOffer'] = (id, model) => {
    const shelf = shelves.get(id)
    return shelf === undefined ? below.findOffer(id, model) : shelf.byName.get(model)
  }
  return { platforms, offersOf, findOffer, resolve: (wanted) => resolveBy(findOffer, wanted) }
}

interface SaidOf<T> {
  readonly said: T
  readonly file: string
}

function platformWith(below: Catalog, id: string, { said, file }: SaidOf<PlatformOverlay>): Platform | undefined {
  const known = below.platforms.get(id)
  const base = known ?? (said.like === undefined ? undefined : newLike(below.platforms.get(said.like), id, said))
  if (base === undefined) return undefined
  const { like, regions = {}, endpoints = {}, quirks = {}, source, asOf, ...facts } = said
  return {
    ...base,
    ...facts,
    regions: regionsWith(base.regions, regions),
    endpoints: endpointsWith(base.endpoints, endpoints),
    quirks: quirksWith(base.quirks, quirks),
    sources: base.sources.includes(source) ? base.sources : [source, ...base.sources],
    checked: asOf,
    overlay: file,
  }
}

/** A new platform has the other's ways, none of its facts: not its sites if it names its own, its key or where its data is. */
function newLike(other: Platform | undefined, id: string, said: PlatformOverlay): Platform | undefined {
  if (other === undefined) return undefined
  const { auth, endpoints, quirks, errors, kind, services, variables } = other
  return {
    id,
    name: id,
    kind,
    regions: said.regions === undefined ? other.regions : [],
    keyVariables: [],
    auth,
    ...(variables === undefined ? {} : { variables }),
    endpoints,
    quirks,
    errors,
    ...(services === undefined ? {} : { services }),
    residency: { mainlandChina: 'not stated', restOfWorld: 'not stated' },
    unverified: [],
    sources: [],
    checked: said.asOf,
  }
}

function regionsWith(regions: readonly Region[], said: Readonly<Record<string, RegionOverlay>>): readonly Region[] {
  const corrected = regions.map((region) => ({ ...region, ...said[region.id] }))
  const added = Object.entries(said).flatMap(([id, { baseUrl, ...more }]) =>
    baseUrl === undefined || regions.some((region) => region.id === id) ? [] : [{ id, baseUrl, ...more }],
  )
  return [...corrected, ...added]
}

function endpointsWith(
  endpoints: readonly Endpoint[],
  said: NonNullable<PlatformOverlay['endpoints']>,
): readonly Endpoint[] {
  const corrected = endpoints.map((endpoint) => {
    const more = said[endpoint.dialect]
    return more === undefined ? endpoint : endpointWith(endpoint, more)
  })
  const added = entriesOf(said).flatMap(([dialect, { path, ...more }]) =>
    path === undefined || endpoints.some((endpoint) => endpoint.dialect === dialect)
      ? []
      : [{ dialect, path, ...more }],
  )
  return [...corrected, ...added]
}

function endpointWith(endpoint: Endpoint, { baseUrls, headers, quirks, ...more }: EndpointOverlay): Endpoint {
  return {
    ...endpoint,
    ...more,
    ...(baseUrls === undefined ? {} : { baseUrls: { ...endpoint.baseUrls, ...baseUrls } }),
    ...(headers === undefined ? {} : { headers: { ...endpoint.headers, ...headers } }),
    ...(quirks === undefined ? {} : { quirks: quirksWith(endpoint.quirks ?? {}, quirks) }),
  }
}

function entriesOf(said: NonNullable<PlatformOverlay['endpoints']>): [DialectId, EndpointOverlay][] {
  return Object.entries(said) as [DialectId, EndpointOverlay][]
}

/** As `mergeQuirks` does it: renamed fields, efforts and finish reasons key by key. */
function quirksWith(below: Partial<Quirks>, said: Partial<Quirks>): Partial<Quirks> {
  const { renamedFields, efforts, finishReasons } = said
  return {
    ...below,
    ...said,
    ...(renamedFields === undefined ? {} : { renamedFields: { ...below.renamedFields, ...renamedFields } }),
    ...(efforts === undefined ? {} : { efforts: { ...below.efforts, ...efforts } }),
    ...(finishReasons === undefined ? {} : { finishReasons: { ...below.finishReasons, ...finishReasons } }),
  }
}

/** Corrected rows in their places, new ones after them. */
function shelfWith(
  offers: readonly Offer[],
  said: Readonly<Record<string, ModelOverlay>>,
  context: { readonly file: string; readonly regions: readonly Region[] },
): Shelf {
  const known = new Set(offers.map(({ model }) => model))
  const corrected = offers.map((offer) => {
    const more = said[offer.model]
    return more === undefined ? offer : offerWith(offer, more, context)
  })
  const added = Object.entries(said)
    .filter(([model]) => !known.has(model))
    .map(([model, more]) => offerWith(unknownOffer(model, more), more, context))
  const all = [...corrected, ...added]
  const byName = new Map(all.flatMap((offer) => (offer.aliases ?? []).map((alias) => [alias, offer])))
  for (const offer of all) byName.set(offer.model, offer)
  return { offers: all, byName }
}

/** A model of which nothing is said: an absent capability is unknown then, not missing. */
function unknownOffer(model: string, { capabilities, source }: ModelOverlay): Offer {
  return {
    model,
    kind: 'chat',
    input: ['text'],
    output: ['text'],
    capabilities: [],
    ...(capabilities === undefined ? { capabilitiesOpen: true } : {}),
    status: 'active',
    prices: [],
    source,
  }
}

function offerWith(
  offer: Offer,
  said: ModelOverlay,
  { file, regions }: { readonly file: string; readonly regions: readonly Region[] },
): Offer {
  const { prices, quirks, limits, ...facts } = said
  return {
    ...offer,
    ...facts,
    ...(quirks === undefined ? {} : { quirks: quirksWith(offer.quirks ?? {}, quirks) }),
    ...(limits === undefined ? {} : { limits: { ...offer.limits, ...limits } }),
    prices: prices === undefined ? offer.prices : pricesWith(offer.prices, prices, { file, regions }),
    overlay: file,
  }
}
