import { commonSpace, type Shelves, spacesNamed, spacesPromised, vectorSpaceOf } from '#catalog/index.ts'
import type { ProviderConfig, RouteConfig } from '#engine/config/config.ts'
import { type Finding, pathText } from '#engine/config/findings.ts'

/** What holding a route's vectors against the catalog gave. */
export interface CheckedSpace {
  readonly finding?: Finding
  readonly note?: string
}

/** A target that names its provider and its model. */
interface Place {
  readonly id: string
  readonly platform: string
  readonly model: string
}

/**
 * Whether all targets of a route that leads to embedding models embed into one space, and into the one that its name
 * promises. Routes without a model that is known to embed are not looked at: requests for vectors are, when they come.
 */
export function checkSpace(
  route: RouteConfig,
  providers: ReadonlyMap<string, ProviderConfig>,
  shelves: Shelves,
): CheckedSpace {
  const places = route.targets.flatMap(({ target }) => placeOf(target, providers))
  if (!places.some((place) => isEmbedding(place, shelves))) return {}
  const targets = places.map(({ id, platform, model }) => ({ id, space: vectorSpaceOf(shelves, platform, model) }))
  const promised = spacesPromised(shelves, route.name)
  const declared = route.vectorSpace
  const common = commonSpace(targets, { declared, promised })
  if (!common.ok) return { finding: { path: ['routes', route.name, 'targets'], message: common.message } }
  const unsaid = declared === undefined ? common : commonSpace(targets, { declared: undefined, promised })
  if (unsaid.ok) return {}
  const path = pathText(['routes', route.name, 'vectorSpace'])
  return { note: `${path}: by the operator's word. Without it, this route ${unsaid.message}` }
}

function placeOf(target: string, providers: ReadonlyMap<string, ProviderConfig>): readonly Place[] {
  const slash = target.indexOf('/')
  const provider = providers.get(target.slice(0, slash))
  return provider === undefined ? [] : [{ id: target, platform: provider.platform, model: target.slice(slash + 1) }]
}

function isEmbedding({ platform, model }: Place, shelves: Shelves): boolean {
  const own = shelves.findOffer(platform, model)
  return own === undefined ? spacesNamed(shelves, model).size > 0 : own.kind === 'embedding'
}
