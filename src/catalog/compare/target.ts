import type { Catalog } from '#catalog/catalog.ts'
import { DOCUMENTED, type Documented } from '#catalog/documented.ts'
import type { Capability, Offer, Platform } from '#catalog/schema.ts'
import type { DialectId } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'

/** All that a verdict may rest on: a model on a platform, or a platform with a model that the catalog does not know. */
export interface Target {
  readonly platform: Platform
  readonly offer: Offer | undefined
  /** Of the endpoint that is used where the operator names no dialect. */
  readonly dialect: DialectId
  /** Every dialect of its endpoints. */
  readonly dialects: readonly DialectId[]
  readonly quirks: Quirks
  readonly documented: Documented
  /** What its platform offers, for work beside chat. */
  readonly offers: readonly Offer[]
}

/** Why a side cannot be compared. */
export interface NoTarget {
  readonly reason: string
}

const ASKED: ReadonlySet<Offer['status']> = new Set(['active', 'legacy', 'deprecated'])

/**
 * The targets of one side: the model that is named, else every chat model that the platform offers, else one that
 * nothing is known of (servers that run what their operator gives them).
 */
export function targetsOf(catalog: Catalog, platform: Platform, model?: string): readonly Target[] | NoTarget {
  const offers = catalog.offersOf(platform.id)
  const chat = offers.filter(({ kind, status }) => kind === 'chat' && ASKED.has(status))
  const active = chat.filter(({ status }) => status === 'active')
  const names = model === undefined ? (active.length > 0 ? active : chat).map((offer) => offer.model) : [model]
  const targets: Target[] = []
  for (const name of names.length > 0 ? names : [UNKNOWN]) {
    const target = targetOf(catalog, platform, name)
    if ('reason' in target) return target
    targets.push(target)
  }
  return targets
}

/** No model's id: dialects and quirks are then those that hold for any. */
const UNKNOWN = 'any-model'

function targetOf(catalog: Catalog, platform: Platform, model: string): Target | NoTarget {
  const region = catalog.findOffer(platform.id, model)?.regions?.[0] ?? platform.regions[0]?.id
  const variables = Object.keys(platform.variables ?? {}).map((name) => [name, 'name'] as const)
  const resolved = catalog.resolve({
    platform,
    model,
    // The address does not matter here, and only the operator knows some.
    baseUrl: 'http://nowhere.invalid',
    variables: Object.fromEntries(variables),
    ...(region === undefined ? {} : { region }),
  })
  if (!resolved.ok) return { reason: resolved.reason }
  const { offer, dialect, quirks } = resolved.value
  return {
    platform,
    offer,
    dialect,
    dialects: [...new Set(platform.endpoints.map((endpoint) => endpoint.dialect))],
    quirks,
    documented: DOCUMENTED[platform.id] ?? { work: {} },
    offers: catalog.offersOf(platform.id),
  }
}

/** Whether the model can do it; undefined = not known. */
export function can({ offer }: Target, capability: Capability): boolean | undefined {
  if (offer === undefined) return undefined
  if (offer.capabilities.includes(capability)) return true
  return offer.capabilitiesOpen === true ? undefined : false
}
