import { resolve, type Shelves } from '#catalog/index.ts'
import { accountOf } from '#engine/account.ts'
import type { ProviderConfig, RouteConfig } from '#engine/config/config.ts'
import { type Finding, pathText } from '#engine/config/findings.ts'
import type { CatalogWanted, ConfigCatalog } from '#engine/config/providers.ts'
import { suggestion } from '#engine/config/suggestion.ts'
import { checkSpace } from '#engine/config/vector-spaces.ts'

/** What holding the targets of routes against the catalog gave. */
export interface CheckedTargets {
  readonly findings: Finding[]
  readonly notes: string[]
}

/**
 * Whether the catalog can send to every target. A model that it has never heard of is a note: makers bring new ones
 * faster than catalogs learn them.
 */
export function checkTargets(
  routes: readonly RouteConfig[],
  providers: readonly ProviderConfig[],
  catalog: ConfigCatalog,
): CheckedTargets {
  const byId = new Map(providers.map((provider) => [provider.id, provider]))
  const checked: CheckedTargets = { findings: [], notes: [] }
  for (const route of routes) {
    const { name, targets } = route
    const { finding, note } = checkSpace(route, byId, shelvesOf(catalog))
    if (finding !== undefined) checked.findings.push(finding)
    if (note !== undefined) checked.notes.push(note)
    for (const [index, { target }] of targets.entries()) {
      const slash = target.indexOf('/')
      const provider = byId.get(target.slice(0, slash))
      if (provider === undefined) continue
      const path = ['routes', name, 'targets', index]
      const problem = targetProblem(provider, target.slice(slash + 1), catalog)
      if (problem !== undefined) checked.findings.push({ path, message: problem })
      const note = unknownModel(provider, target.slice(slash + 1), catalog)
      if (note !== undefined) checked.notes.push(`${pathText(path)}: ${note}`)
    }
  }
  return checked
}

/** A catalog that cannot be asked for single rows knows no embedding models. */
function shelvesOf(catalog: ConfigCatalog): Shelves {
  return { platforms: catalog.platforms, findOffer: (platform, model) => catalog.findOffer?.(platform, model) }
}

const REAL: Required<Pick<ConfigCatalog, 'resolve'>> = { resolve }

function targetProblem(provider: ProviderConfig, model: string, catalog: ConfigCatalog): string | undefined {
  const platform = catalog.platforms.get(provider.platform)
  if (platform === undefined) return undefined
  const wanted: CatalogWanted = { platform, model, ...accountOf(provider) }
  const resolution = catalog.resolve?.(wanted) ?? REAL.resolve(wanted)
  return resolution.ok ? undefined : `cannot be sent to: ${resolution.reason}`
}

function unknownModel(provider: ProviderConfig, model: string, catalog: ConfigCatalog): string | undefined {
  const names = catalog.offersOf(provider.platform).flatMap((offer) => [offer.model, ...(offer.aliases ?? [])])
  if (names.length === 0 || names.includes(model)) return undefined
  const hint = suggestion(model, names).replace(/^; there is.*/, '')
  return `the catalog does not know "${model}" on ${provider.platform}, so it has no price and no limits${hint}`
}
