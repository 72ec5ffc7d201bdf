import type { Platform } from '#catalog/schema.ts'
import type { Finding } from '#engine/config/findings.ts'
import { suggestion } from '#engine/config/suggestion.ts'
import type { ParsedProvider } from '#engine/config/schema.ts'

export type CatalogPlatform = Pick<
  Platform,
  'id' | 'kind' | 'regions' | 'keyVariables' | 'auth' | 'endpoints' | 'unavailable'
>

/** What an operator may say about where a provider is. */
type Wish = Pick<ParsedProvider, 'region' | 'baseUrl' | 'dialect'>

/** Where the catalog would send a provider's calls; a part that only the operator can know is absent. */
export interface CatalogAddress {
  readonly region?: string
  readonly baseUrl?: string
  readonly dialect?: string
}

/** The catalog's address for a wish: the wished region or the first, its first endpoint in the wished dialect or any. */
export function catalogAddress(platform: CatalogPlatform, wish: Wish): CatalogAddress {
  const site = siteOf(platform, wish.region)
  if (site === undefined) return {}
  const endpoint = endpointsIn(platform, site.id).find(({ dialect }) => (wish.dialect ?? dialect) === dialect)
  const base = endpoint?.baseUrls?.[site.id] ?? site.baseUrl
  const filled = wish.region === undefined ? base : base.replaceAll(REGION, wish.region)
  return {
    region: wish.region ?? site.id,
    ...(endpoint === undefined || filled.includes('{') ? {} : { baseUrl: filled }),
    ...(endpoint === undefined ? {} : { dialect: endpoint.dialect }),
  }
}

/** In a region's base URL: the operator's region stands here, whatever its name. */
const REGION = '{region}'
/** It becomes a part of a host's name. */
const REGION_NAME = /^[a-z0-9-]{1,40}$/

/** What is wrong with where a provider is said to be. */
export function addressFindings(id: string, wish: Wish, platform: CatalogPlatform | undefined): Finding[] {
  const findings: Finding[] = []
  const say = (key: keyof Wish, message: string | undefined): void => {
    if (message !== undefined) findings.push({ path: ['providers', id, key], message })
  }
  if (wish.baseUrl !== undefined) say('baseUrl', baseUrlProblem(wish.baseUrl))
  if (platform === undefined) return findings
  say('region', regionProblem(platform, wish))
  say('dialect', dialectProblem(platform, wish))
  if (findings.length === 0) say('baseUrl', addressProblem(platform, wish))
  return findings
}

/** Without its last slash: an endpoint's path is appended to it. */
export function trimmedUrl(url: string): string {
  return url.replace(/\/+$/, '')
}

function siteOf(platform: CatalogPlatform, region: string | undefined): CatalogPlatform['regions'][number] | undefined {
  if (region === undefined) return platform.regions[0]
  return (
    platform.regions.find(({ id }) => id === region) ?? platform.regions.find(({ baseUrl }) => baseUrl.includes(REGION))
  )
}

function endpointsIn(platform: CatalogPlatform, region: string): CatalogPlatform['endpoints'] {
  return platform.endpoints.filter(
    ({ regions, baseUrls }) =>
      (regions === undefined || regions.includes(region)) &&
      (baseUrls === undefined || Object.hasOwn(baseUrls, region)),
  )
}

function regionProblem(platform: CatalogPlatform, { region }: Wish): string | undefined {
  const site = siteOf(platform, region)
  if (region === undefined) return undefined
  if (site !== undefined)
    return site.id === region || REGION_NAME.test(region) ? undefined : 'is not the name of a region'
  const regions = platform.regions.map(({ id }) => id)
  return `platform "${platform.id}" has no region "${region}"${suggestion(region, regions)}`
}

function dialectProblem(platform: CatalogPlatform, { region, baseUrl, dialect }: Wish): string | undefined {
  if (dialect === undefined) return undefined
  const spoken = [...new Set(platform.endpoints.map((endpoint) => endpoint.dialect))]
  if (!spoken.includes(dialect)) {
    return `platform "${platform.id}" does not speak ${dialect}; it speaks ${spoken.join(', ')}`
  }
  const site = siteOf(platform, region)
  if (baseUrl !== undefined || site === undefined) return undefined
  const here = endpointsIn(platform, site.id).some((endpoint) => endpoint.dialect === dialect)
  return here ? undefined : `region "${site.id}" of platform "${platform.id}" does not speak ${dialect}`
}

function addressProblem(platform: CatalogPlatform, wish: Wish): string | undefined {
  if (wish.baseUrl !== undefined || catalogAddress(platform, wish).baseUrl !== undefined) return undefined
  const form = siteOf(platform, wish.region)?.baseUrl
  if (form === undefined || form.startsWith('{'))
    return `is needed: platform "${platform.id}" has no address of its own`
  const region = form.includes(REGION) && wish.region === undefined ? '; or name a region' : ''
  return `is needed: the address of platform "${platform.id}" has the form ${form}${region}`
}

function baseUrlProblem(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return 'must begin with http:// or https://'
  if (!URL.canParse(text)) return 'is not a URL'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password: use "apiKey"'
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) return 'must not have a query (?) or a fragment (#)'
  return /[{}\s]/.test(text) ? 'still holds a placeholder or a space' : undefined
}
