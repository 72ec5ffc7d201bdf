import { type Given, isNothing, takes, waysOf } from '#catalog/auth.ts'
import type { Auth, Endpoint, Platform, Region } from '#catalog/schema.ts'
import type { DialectId } from '#wire/dialect.ts'

/** What finding a site asks of a platform. */
export type SitePlatform = Pick<Platform, 'regions' | 'endpoints' | 'auth'>

/** What an operator may have said about where his calls go, and as whom. */
export interface SiteWish {
  readonly dialect?: DialectId
  readonly given?: Given
  /** With a base URL of his own every endpoint is there, wherever the catalog knows it. */
  readonly baseUrl?: string
}

/** The row of that id, else the one whose address takes the name of any region. */
export function rowOf({ regions }: Pick<Platform, 'regions'>, id: string): Region | undefined {
  return regions.find((region) => region.id === id) ?? regions.find(({ baseUrl }) => baseUrl.includes('{region}'))
}

/** Endpoints that a region has. */
export function endpointsAt(platform: SitePlatform, region: string, { baseUrl }: SiteWish = {}): readonly Endpoint[] {
  const row = rowOf(platform, region)?.id ?? region
  return platform.endpoints.filter(
    ({ regions, baseUrls }) =>
      (regions === undefined || regions.includes(row)) &&
      (baseUrls === undefined || baseUrl !== undefined || Object.hasOwn(baseUrls, row)),
  )
}

/** The ways to prove who one is at an endpoint of a region: its own, else the region's, else the platform's. */
export function waysAt(
  platform: SitePlatform,
  region: Pick<Region, 'auth'> | undefined,
  endpoint: Endpoint | undefined,
): readonly Auth[] {
  return waysOf(endpoint?.auth ?? region?.auth ?? platform.auth)
}

/** Where the operator names no region: the first one, those with the model before others, that takes what he gave. */
export function defaultRegion(
  platform: SitePlatform,
  wish: SiteWish,
  offered: readonly string[] = [],
): string | undefined {
  const ids = [...offered, ...platform.regions.map(({ id }) => id)]
  const { given } = wish
  if (given === undefined || isNothing(given)) return ids[0]
  return ids.find((id) => endpointFor(platform, id, wish) !== undefined) ?? ids[0]
}

/** The region's first endpoint, of the wished dialect if there is one, that takes what was given. */
export function endpointFor(platform: SitePlatform, id: string, wish: SiteWish): Endpoint | undefined {
  const { dialect, given } = wish
  const region = rowOf(platform, id)
  return endpointsAt(platform, id, wish).find(
    (endpoint) =>
      (dialect === undefined || endpoint.dialect === dialect) &&
      (given === undefined || isNothing(given) || waysAt(platform, region, endpoint).some((way) => takes(way, given))),
  )
}
