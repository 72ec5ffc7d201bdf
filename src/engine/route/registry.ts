import { type Catalog, nearest } from '#catalog/index.ts'
import { accountOf } from '#engine/account.ts'
import type { Config, ProviderConfig, RouteConfig, Strategy } from '#engine/config/config.ts'
import type { Target } from '#engine/target.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** What a name means: its targets in the declared order. */
export interface Found {
  readonly ok: true
  readonly name: string
  readonly strategy: Strategy
  readonly targets: readonly Target[]
  /** It is a route of the configuration, by the name that its operator chose. */
  readonly route?: RouteConfig
}

/** The names that callers may use under one configuration. */
export interface Registry {
  /** A route, `provider/model`, or a bare model id that exactly one provider has. */
  find(name: string): Found | { readonly ok: false; readonly failure: Failure }
  /** Every name of `find`, for `/v1/models`: routes first. */
  names(): readonly string[]
}

const REMEMBERED = 10_000

/** What names are looked up in. */
interface Book {
  readonly catalog: Catalog
  readonly providers: ReadonlyMap<string, ProviderConfig>
}

/** Resolves each route once; direct names as they come, remembered. The catalog is the one that the configuration was held against. */
export function registryOf(config: Config, catalog: Catalog): Registry {
  const book: Book = { catalog, providers: new Map(config.providers.map((provider) => [provider.id, provider])) }
  const routes = new Map(config.routes.map((route) => [route.name, foundRoute(route, book)]))
  const direct = new Map<string, ReturnType<Registry['find']>>()
  let names: readonly string[] | undefined
  const registry: Registry = {
    find(name) {
      const known = routes.get(name) ?? direct.get(name)
      if (known !== undefined) return known
      const found = findDirect(name, book) ?? notFound(name, registry.names())
      if (direct.size >= REMEMBERED) direct.clear()
      if (found.ok) direct.set(name, found)
      return found
    },
    names() {
      names ??= [...routes.keys(), ...config.providers.flatMap((provider) => directNames(provider, catalog))]
      return names
    },
  }
  return registry
}

function foundRoute(route: RouteConfig, book: Book): Found {
  const targets = route.targets.flatMap(({ target, weight }) => {
    const found = splitTarget(target, book)
    return found === undefined ? [] : [targetOf(book.catalog, found, weight)]
  })
  return {
    ok: true,
    name: route.name,
    strategy: route.strategy,
    targets: targets.filter((t) => t !== undefined),
    route,
  }
}

/** A provider's model. */
interface Place {
  readonly provider: ProviderConfig
  readonly model: string
}

function splitTarget(id: string, { providers }: Book): Place | undefined {
  const slash = id.indexOf('/')
  const provider = slash > 0 ? providers.get(id.slice(0, slash)) : undefined
  return provider === undefined || slash === id.length - 1 ? undefined : { provider, model: id.slice(slash + 1) }
}

/** A provider's target for a model, or undefined where the catalog cannot serve it (the configuration check says why). */
function targetOf(catalog: Catalog, { provider, model }: Place, weight = 1): Target | undefined {
  const platform = catalog.platforms.get(provider.platform)
  if (platform === undefined) return undefined
  const resolved = catalog.resolve({ platform, model, ...accountOf(provider) })
  return resolved.ok ? { id: `${provider.id}/${model}`, provider, resolved: resolved.value, weight } : undefined
}

function findDirect(name: string, book: Book): Found | { ok: false; failure: Failure } | undefined {
  const { catalog, providers } = book
  const named = splitTarget(name, book)
  if (named !== undefined) return single(name, targetOf(catalog, named))
  const owners = [...providers.values()].filter((provider) => catalog.findOffer(provider.platform, name) !== undefined)
  const [owner] = owners
  if (owner === undefined) return undefined
  if (owners.length === 1) return single(name, targetOf(catalog, { provider: owner, model: name }))
  const choices = owners.map((provider) => `${provider.id}/${name}`).join(', ')
  const message = `model "${name}" is offered by several providers: ask for one of ${choices}, or make a route`
  return { ok: false, failure: failure('invalid-request', message, { param: 'model' }) }
}

function single(name: string, target: Target | undefined): Found | undefined {
  return target === undefined ? undefined : { ok: true, name, strategy: 'priority', targets: [target] }
}

function notFound(name: string, names: readonly string[]): { ok: false; failure: Failure } {
  const near = nearest(name, names, 3)
  const hint = near.length > 0 ? `the nearest are ${near.join(', ')}` : 'see /v1/models for the names there are'
  return {
    ok: false,
    failure: failure('not-found', `no model or route is called "${name}"; ${hint}`, { param: 'model' }),
  }
}

/** Kinds of models that there are doors for. */
const CALLED: ReadonlySet<string> = new Set(['chat', 'embedding', 'rerank', 'moderation'])

function directNames(provider: ProviderConfig, catalog: Catalog): string[] {
  return catalog
    .offersOf(provider.platform)
    .filter(({ kind, status }) => CALLED.has(kind) && (status === 'active' || status === 'legacy'))
    .map((offer) => `${provider.id}/${offer.model}`)
}
