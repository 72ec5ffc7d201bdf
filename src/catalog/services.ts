import { askedWords, chooseAuth, type Given, waysOf } from '#catalog/auth.ts'
import type { Auth, Offer, OfferKind, Platform, Region, ServiceRow } from '#catalog/schema.ts'
import { rowOf } from '#catalog/site.ts'
import { filled, joinUrl, type Variables } from '#catalog/url.ts'
import { SERVICE_QUIRKS, type ServiceOperation, type ServiceTarget } from '#wire/service.ts'

/** All that sending one kind of service call takes. */
export interface ResolvedService {
  readonly ok: true
  readonly url: string
  readonly auth: Auth
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Most tokens of all inputs of one call together. */
  readonly tokensMax: number
  readonly target: ServiceTarget
}

/** What a target does beside chat; `reason` is the end of a sentence that begins with the model. */
export type ResolvedServices = Readonly<
  Record<ServiceOperation, ResolvedService | { readonly ok: false; readonly reason: string }>
>

/** Where a model is, as far as it was found. */
export interface ServicePlace {
  readonly platform: Platform
  readonly region: Region
  readonly row: Offer | undefined
  /** The id to send. */
  readonly model: string
  /** The operator's own base URL. */
  readonly baseUrl: string | undefined
  readonly variables: Variables
  readonly given: Given | undefined
}

/** The kind of offer that each service is for. */
const KINDS: Readonly<Record<ServiceOperation, OfferKind>> = {
  embeddings: 'embedding',
  rerank: 'rerank',
  moderations: 'moderation',
}

/** What a model on a platform can be asked for beside chat, or why not. */
export function servicesOf(place: ServicePlace): ResolvedServices {
  return {
    embeddings: serviceOf(place, 'embeddings'),
    rerank: serviceOf(place, 'rerank'),
    moderations: serviceOf(place, 'moderations'),
  }
}

function serviceOf(place: ServicePlace, operation: ServiceOperation): ResolvedServices[ServiceOperation] {
  const row = rowFor(place, operation)
  if (typeof row === 'string') return no(row)
  const auth = authFor(place, row)
  if (auth === undefined)
    return no(`asks for ${askedWords(waysFor(place, row))} for ${operation}: what was given is something else`)
  const joined = urlOf(place, row)
  if (!joined.ok) return no(`cannot be called for ${operation}: ${joined.reason}`)
  return {
    ok: true,
    url: joined.url,
    auth: 'tokenUrl' in auth ? { ...auth, tokenUrl: filled(auth.tokenUrl, place.variables) } : auth,
    headers: row.headers ?? {},
    tokensMax: row.tokensMax ?? Number.POSITIVE_INFINITY,
    target: targetOf(place, row),
  }
}

/** Of the rows that the region has, those that the offer names before others: the first that takes what the operator gave; or why there is none. */
function rowFor(place: ServicePlace, operation: ServiceOperation): ServiceRow | string {
  const { platform, region, row: offer } = place
  const rows: readonly ServiceRow[] = platform.services?.[operation] ?? []
  if (rows.length === 0) return `is on ${platform.id}, which has no API for ${operation}`
  if (offer !== undefined && offer.kind !== KINDS[operation]) {
    return `is a model for ${offer.kind}, not for ${operation}`
  }
  const id = rowOf(platform, region.id)?.id ?? region.id
  const here = rows.filter(({ regions }) => regions === undefined || regions.includes(id))
  const named = here.filter(({ form }) => form === offer?.service)
  const fitting = named.length > 0 ? named : here
  return (
    fitting.find((row) => authFor(place, row) !== undefined) ??
    fitting[0] ??
    `is in region "${region.id}" of ${platform.id}, which has no API for ${operation}`
  )
}

function waysFor({ platform, region }: ServicePlace, row: ServiceRow): readonly Auth[] {
  return waysOf(row.auth ?? region.auth ?? platform.auth)
}

function authFor(place: ServicePlace, row: ServiceRow): Auth | undefined {
  return chooseAuth(waysFor(place, row), place.given)
}

function no(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason }
}

function urlOf(place: ServicePlace, row: ServiceRow): ReturnType<typeof joinUrl> {
  const { region, baseUrl, variables, model } = place
  const named: Variables = { ...variables, region: region.id }
  const own = filled(region.baseUrl, named)
  const base = baseUrl ?? (row.base === undefined ? own : filled(row.base, named))
  // Hugging Face's ids keep their slash in paths.
  const path = (row.paths?.[model] ?? row.path).replace('{modelPath}', () =>
    model.split('/').map(encodeURIComponent).join('/'),
  )
  return joinUrl(row.fromRoot === true ? rootOf(base, own) : base, filled(path, named), model)
}

/**
 * A base URL without the path that the region's own has: `https://host/compatible-mode/v1` → `https://host`. An
 * operator's URL that ends otherwise is taken to be the root.
 */
function rootOf(base: string, own: string): string {
  const path = own.replace(/^[a-z]+:\/\/[^/]*/, '').replace(/\/+$/, '')
  const trimmed = base.replace(/\/+$/, '')
  return path !== '' && trimmed.endsWith(path) ? trimmed.slice(0, -path.length) : trimmed
}

function targetOf({ platform, region, row: offer, model }: ServicePlace, row: ServiceRow): ServiceTarget {
  return {
    model,
    form: row.form,
    quirks: { ...SERVICE_QUIRKS, ...row.quirks },
    dimensions: offer?.dimensions ?? [],
    anyDimensions: offer?.anyDimensions ?? false,
    batchMax: offer?.batchMax ?? row.batchMax ?? Number.POSITIVE_INFINITY,
    region: region.id,
    name: `${model} on ${platform.id}`,
  }
}
