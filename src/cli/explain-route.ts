import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { Auth, Catalog, Resolved } from '#catalog/index.ts'
import { priceNow } from '#cli/price-now.ts'
import type { Config } from '#engine/config/config.ts'
import { registryOf } from '#engine/route/registry.ts'
import type { Target } from '#engine/target.ts'
import type { Quirks } from '#wire/quirks.ts'

/** Where a route leads, as sending will do it. */
export interface ExplainedRoute {
  readonly name: string
  readonly strategy: string
  readonly targets: readonly ExplainedTarget[]
}

export interface ExplainedTarget {
  /** `provider/model` */
  readonly id: string
  /** The id that is sent. */
  readonly model: string
  readonly weight: number
  readonly url: string
  readonly dialect: string
  readonly auth: string
  /** Only those that differ from the dialect's own. */
  readonly quirks: readonly ExplainedQuirk[]
  /** The catalog's status of the model; absent = the catalog does not know it. */
  readonly status?: string
  /** The price that holds now, or why there is none; absent = the catalog does not know the model. */
  readonly price?: string
}

export interface ExplainedQuirk {
  readonly name: keyof Quirks
  readonly value: string
  /** What the plain dialect does. */
  readonly standard: string
}

/** A configuration with the catalog that it was held against. */
interface Held {
  readonly config: Config
  readonly catalog: Catalog
}

/** Every route with its targets; `now` in Unix milliseconds decides on prices. */
export function explainRoutes({ config, catalog }: Held, now: number): ExplainedRoute[] {
  const registry = registryOf(config, catalog)
  return config.routes.map(({ name, strategy }) => {
    const found = registry.find(name)
    return { name, strategy, targets: found.ok ? found.targets.map((target) => explainTarget(target, now)) : [] }
  })
}

function explainTarget({ id, resolved, weight }: Target, now: number): ExplainedTarget {
  const { model, url, dialect, auth, offer } = resolved
  return {
    id,
    model,
    weight,
    url,
    dialect,
    auth: authWords(auth),
    quirks: departures(resolved),
    ...(offer === undefined ? {} : { status: offer.status, price: priceNow(offer, { at: now }).words }),
  }
}

function departures({ dialect, quirks }: Resolved): ExplainedQuirk[] {
  const standard = DIALECT_QUIRKS[dialect]
  return namesOf(quirks).flatMap((name) => {
    const value = quirkWords(quirks[name])
    const usual = quirkWords(standard[name])
    return value === usual ? [] : [{ name, value, standard: usual }]
  })
}

/** Names of the quirks that are set, in the order of their declaration. */
export function namesOf(quirks: Partial<Quirks>): (keyof Quirks)[] {
  const names: (keyof Quirks)[] = []
  for (const name in quirks) if (isQuirk(name, quirks)) names.push(name)
  return names
}

function isQuirk(name: string, quirks: Partial<Quirks>): name is keyof Quirks {
  return Object.hasOwn(quirks, name)
}

/** A quirk's value in one line. */
export function quirkWords(value: Quirks[keyof Quirks] | undefined): string {
  if (typeof value === 'string') return value
  if (value === Number.POSITIVE_INFINITY) return 'unlimited'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  if (typeof value !== 'object') return String(value)
  const pairs = Object.entries(value).map(([name, held]) => `${name}: ${String(held)}`)
  return pairs.length === 0 ? 'none' : pairs.join(', ')
}

/** `bearer`, `header x-api-key`, `aws-sigv4`. */
export function authWords(auth: Auth): string {
  if ('name' in auth) return `${auth.kind} ${auth.name}`
  if ('word' in auth) return `${auth.kind} ${auth.word}`
  return 'service' in auth ? `${auth.kind} ${auth.service}` : auth.kind
}
