import {
  type Auth,
  chooseAuth,
  defaultRegion,
  endpointFor,
  endpointsAt,
  filled,
  placeholdersOf,
  type Platform,
  rowOf,
  type Wanted,
  waysAt,
} from '#catalog/index.ts'
import type { Finding } from '#engine/config/findings.ts'
import { suggestion } from '#engine/config/suggestion.ts'

export type CatalogPlatform = Pick<
  Platform,
  | 'id'
  | 'kind'
  | 'regions'
  | 'keyVariables'
  | 'credentialVariables'
  | 'baseUrlVariables'
  | 'variables'
  | 'auth'
  | 'endpoints'
  | 'services'
  | 'unavailable'
>

/** What an operator may say about where a provider is, and as whom he goes there. */
export type Wish = Pick<Wanted, 'region' | 'baseUrl' | 'dialect' | 'variables' | 'given'>

/** Where the catalog would send a provider's calls; a part that only the operator can know is absent. */
export interface CatalogAddress {
  readonly region?: string
  readonly baseUrl?: string
  readonly dialect?: string
  /** How requests there prove who they are; absent where nothing takes what was given. */
  readonly auth?: Auth['kind']
}

/**
 * The catalog's address for a wish: the wished region, or the first that takes what was given; its first endpoint in
 * the wished dialect, or in any.
 */
export function catalogAddress(platform: CatalogPlatform, wish: Wish): CatalogAddress {
  const { id, row } = siteOf(platform, wish)
  if (id === undefined || row === undefined) return {}
  const endpoint =
    endpointFor(platform, id, wish) ??
    endpointsAt(platform, id, wish).find(({ dialect }) => (wish.dialect ?? dialect) === dialect)
  const address = filled(endpoint?.baseUrls?.[row.id] ?? row.baseUrl, valuesFor(platform, wish))
  const auth = chooseAuth(waysAt(platform, row, endpoint), wish.given)?.kind
  return {
    region: id,
    ...(endpoint === undefined || address.includes('{') ? {} : { baseUrl: address }),
    ...(endpoint === undefined ? {} : { dialect: endpoint.dialect }),
    ...(auth === undefined ? {} : { auth }),
  }
}

/** The region that is meant, and its row. */
function siteOf(platform: CatalogPlatform, wish: Wish): { id: string | undefined; row: Region | undefined } {
  const id = wish.region ?? defaultRegion(platform, wish)
  return { id, row: id === undefined ? undefined : rowOf(platform, id) }
}

type Region = CatalogPlatform['regions'][number]

function valuesFor({ variables = {} }: CatalogPlatform, wish: Wish): Readonly<Record<string, string | undefined>> {
  const standards = Object.entries(variables).map(([name, { standard }]) => [name, standard] as const)
  return { ...Object.fromEntries(standards), ...wish.variables, region: wish.region }
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
  if (wish.baseUrl !== undefined) say('baseUrl', baseUrlProblem(wish.baseUrl, platform))
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

function regionProblem(platform: CatalogPlatform, { region }: Wish): string | undefined {
  if (region === undefined) return undefined
  const row = rowOf(platform, region)
  if (row !== undefined)
    return row.id === region || REGION_NAME.test(region) ? undefined : 'is not the name of a region'
  const regions = platform.regions.map(({ id }) => id)
  return `platform "${platform.id}" has no region "${region}"${suggestion(region, regions)}`
}

function dialectProblem(platform: CatalogPlatform, wish: Wish): string | undefined {
  const { baseUrl, dialect } = wish
  if (dialect === undefined) return undefined
  const spoken = [...new Set(platform.endpoints.map((endpoint) => endpoint.dialect))]
  if (!spoken.includes(dialect)) {
    return `platform "${platform.id}" does not speak ${dialect}; it speaks ${spoken.join(', ')}`
  }
  const { row } = siteOf(platform, wish)
  if (baseUrl !== undefined || row === undefined) return undefined
  const here = endpointsAt(platform, row.id).some((endpoint) => endpoint.dialect === dialect)
  return here ? undefined : `region "${row.id}" of platform "${platform.id}" does not speak ${dialect}`
}

function addressProblem(platform: CatalogPlatform, wish: Wish): string | undefined {
  if (wish.baseUrl !== undefined || catalogAddress(platform, wish).baseUrl !== undefined) return undefined
  const form = siteOf(platform, wish).row?.baseUrl
  if (form === undefined || form.startsWith('{'))
    return `is needed: platform "${platform.id}" has no address of its own`
  const region = form.includes(REGION) && wish.region === undefined ? ['name a region'] : []
  const open = placeholdersOf(filled(form, valuesFor(platform, wish)), ['region'])
  const names = [...new Set(open)].filter((name) => platform.variables?.[name] !== undefined)
  const besides = [...region, ...names.map((name) => `say variables.${name}`)].map((each) => `; or ${each}`)
  return `is needed: the address of platform "${platform.id}" has the form ${form}${besides.join('')}`
}

function schemeProblem(text: string, sockets: boolean): string | undefined {
  if (sockets)
    return /^(?:https?|wss?):\/\//i.test(text) ? undefined : 'must begin with http://, https://, ws:// or wss://'
  return /^https?:\/\//i.test(text) ? undefined : 'must begin with http:// or https://'
}

/** Some platform's addresses are those of WebSockets. */
function takesSockets({ regions, endpoints }: CatalogPlatform): boolean {
  const addresses = [
    ...regions.map(({ baseUrl }) => baseUrl),
    ...endpoints.flatMap((each) => Object.values(each.baseUrls ?? {})),
  ]
  return addresses.some((address) => address.startsWith('ws'))
}

function baseUrlProblem(text: string, platform: CatalogPlatform | undefined): string | undefined {
  const wrong = schemeProblem(text, platform !== undefined && takesSockets(platform))
  if (wrong !== undefined) return wrong
  if (!URL.canParse(text)) return 'is not a URL'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password: use "apiKey"'
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) return 'must not have a query (?) or a fragment (#)'
  return /[{}\s]/.test(text) ? 'still holds a placeholder or a space' : undefined
}
