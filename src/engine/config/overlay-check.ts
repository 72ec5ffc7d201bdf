import type { Catalog } from '#catalog/index.ts'
import { families } from '#catalog/families/index.ts'
import type { Finding, Path } from '#engine/config/findings.ts'
import { type ParsedModel, type ParsedPlatform, type ParsedPrice, RATES } from '#engine/config/overlay-schema.ts'
import { suggestion } from '#engine/config/suggestion.ts'

/** Ids appear in `platform/model` and in URLs. */
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** `dashscope/qwen3.8-max` → platform and model; the model's id may hold slashes of its own. */
export function splitName(name: string): [platform: string, model: string] {
  const slash = name.indexOf('/')
  return slash < 0 ? ['', name] : [name.slice(0, slash), name.slice(slash + 1)]
}

/** What is wrong with an overlay's platforms, held against the catalog below. */
export function checkPlatforms(platforms: ReadonlyMap<string, ParsedPlatform>, below: Catalog): Finding[] {
  return [...platforms].flatMap(([id, said]) => {
    const path = ['platforms', id]
    const known = below.platforms.get(id)
    const origin = known === undefined ? checkNew(path, said, below) : checkKnown(path, said)
    const base = known ?? (said.like === undefined ? undefined : below.platforms.get(said.like))
    return base === undefined ? origin : [...origin, ...checkSites(path, said, { base, isNew: known === undefined })]
  })
}

function checkKnown(path: Path, { like }: ParsedPlatform): Finding[] {
  if (like === undefined) return []
  return [{ path: [...path, 'like'], message: 'is only for a new platform: the catalog has this one' }]
}

function checkNew(path: Path, { like }: ParsedPlatform, below: Catalog): Finding[] {
  const id = String(path.at(-1))
  if (!ID.test(id)) {
    return [{ path, atKey: true, message: 'an id is small letters, digits, ".", "_" and "-", at most 64 of them' }]
  }
  const ids = [...below.platforms.keys()]
  if (like === undefined) {
    const near = suggestion(id, ids)
    return [{ path: [...path, 'like'], message: `is needed: the catalog has no platform "${id}"${near}` }]
  }
  const other = below.platforms.get(like)
  if (other === undefined)
    return [{ path: [...path, 'like'], message: `no platform is called "${like}"${suggestion(like, ids)}` }]
  if (other.unavailable === undefined) return []
  return [{ path: [...path, 'like'], message: `platform "${like}" cannot be called: ${other.unavailable}` }]
}

type Base = NonNullable<ReturnType<Catalog['platforms']['get']>>

function checkSites(path: Path, said: ParsedPlatform, { base, isNew }: { base: Base; isNew: boolean }): Finding[] {
  const { regions = {}, endpoints = {} } = said
  const known = isNew && said.regions !== undefined ? [] : base.regions.map(({ id }) => id)
  const all = new Set([...known, ...Object.keys(regions)])
  const sites = Object.entries(regions).flatMap(([id, { baseUrl }]) => {
    if (baseUrl !== undefined || known.includes(id)) return []
    return [
      { path: [...path, 'regions', id, 'baseUrl'], message: `is needed: this region is new${suggestion(id, known)}` },
    ]
  })
  const dialects = new Set(base.endpoints.map(({ dialect }) => dialect as string))
  const ways = Object.entries(endpoints).flatMap(([dialect, { path: way, baseUrls = {} }]) => {
    const at = [...path, 'endpoints', dialect]
    const missing: Finding[] =
      way !== undefined || dialects.has(dialect)
        ? []
        : [{ path: [...at, 'path'], message: 'is needed: this endpoint is new' }]
    return [...missing, ...Object.keys(baseUrls).flatMap((id) => unknownRegion([...at, 'baseUrls', id], id, all))]
  })
  return [...sites, ...ways]
}

function unknownRegion(path: Path, id: string, all: ReadonlySet<string>): Finding[] {
  return all.has(id) ? [] : [{ path, atKey: true, message: `there is no region "${id}"${suggestion(id, [...all])}` }]
}

interface Around {
  readonly platforms: ReadonlyMap<string, ParsedPlatform>
  readonly below: Catalog
}

/** What is wrong with an overlay's models, held against its own platforms and the catalog below. */
export function checkModels(models: ReadonlyMap<string, ParsedModel>, around: Around): Finding[] {
  const ids = new Set([...around.below.platforms.keys(), ...around.platforms.keys()])
  return [...models].flatMap(([name, said]) => {
    const path = ['models', name]
    const [platform, model] = splitName(name)
    if (platform === '' || model === '') return [{ path, atKey: true, message: 'a model is named as platform/model' }]
    if (!ids.has(platform)) {
      const message = `no platform is called "${platform}"${suggestion(platform, [...ids])}`
      return [{ path, atKey: true, message }]
    }
    return [
      ...checkNames(name, said, { models, below: around.below }),
      ...checkFamily(path, said),
      ...checkRegions(path, said, regionsOf(platform, around)),
      ...checkPrices(path, said.prices ?? []),
    ]
  })
}

function regionsOf(id: string, { platforms, below }: Around): ReadonlySet<string> {
  const said = platforms.get(id)
  const base =
    below.platforms.get(id) ?? (said?.regions === undefined ? below.platforms.get(said?.like ?? '') : undefined)
  return new Set([...(base?.regions.map((region) => region.id) ?? []), ...Object.keys(said?.regions ?? {})])
}

/** Each name of a platform's models leads to one of them. */
function checkNames(
  name: string,
  said: ParsedModel,
  { models, below }: { models: ReadonlyMap<string, ParsedModel>; below: Catalog },
): Finding[] {
  const path = ['models', name]
  const [platform, model] = splitName(name)
  const row = below.findOffer(platform, model)
  if (row !== undefined && row.model !== model) {
    return [{ path, atKey: true, message: `is another name of "${platform}/${row.model}": correct that one` }]
  }
  return (said.aliases ?? []).flatMap((alias, index): Finding[] => {
    const owner = below.findOffer(platform, alias)
    const others = [...models].filter(([other]) => other !== name && splitName(other)[0] === platform)
    const twin = others.find(([other, { aliases = [] }]) => splitName(other)[1] === alias || aliases.includes(alias))
    const taken = twin?.[0] ?? (owner === undefined || owner.model === model ? undefined : `${platform}/${owner.model}`)
    return taken === undefined ? [] : [{ path: [...path, 'aliases', index], message: `already means "${taken}"` }]
  })
}

function checkFamily(path: Path, { family }: ParsedModel): Finding[] {
  if (family === undefined || families.has(family)) return []
  const hint = suggestion(family, [...families.keys()])
  return [{ path: [...path, 'family'], message: `no family of models is called "${family}"${hint}` }]
}

function checkRegions(path: Path, { regions = [], prices = [] }: ParsedModel, all: ReadonlySet<string>): Finding[] {
  const named: [Path, string][] = [
    ...regions.map((id, index): [Path, string] => [[...path, 'regions', index], id]),
    ...prices.flatMap((price, row) =>
      (price.regions ?? []).map((id, index): [Path, string] => [[...path, 'prices', row, 'regions', index], id]),
    ),
  ]
  return named.flatMap(([at, id]) => unknownRegion(at, id, all))
}

function checkPrices(path: Path, prices: readonly ParsedPrice[]): Finding[] {
  return prices.flatMap((price, index): Finding[] => {
    const at = [...path, 'prices', index]
    const { from, until, windows = [] } = price
    const priced = Object.keys(price).some((key) => RATES.includes(key))
    const ends = isBefore(from, until)
    const twin = ends ? prices.slice(0, index).findIndex((other) => meets(other, price)) : -1
    return [
      ...(priced ? [] : [{ path: at, message: 'says no price: it needs `input` or another rate' }]),
      ...(ends ? [] : [{ path: [...at, 'until'], message: 'must be later than `from`' }]),
      ...(twin < 0 ? [] : [{ path: at, message: `holds at the same time as row ${twin + 1} of this list` }]),
      ...windows.flatMap((window, place): Finding[] =>
        window.from < window.until
          ? []
          : [
              {
                path: [...at, 'windows', place, 'until'],
                message: 'must be later than `from`: two windows reach past midnight',
              },
            ],
      ),
    ]
  })
}

function isBefore(from: string | undefined, until: string | undefined): boolean {
  return from === undefined || until === undefined || Date.parse(from) < Date.parse(until)
}

/** Two rows of one price list that hold at once: which one would count is nobody's guess to make. */
function meets(a: ParsedPrice, b: ParsedPrice): boolean {
  const shared =
    a.regions === undefined || b.regions === undefined
      ? a.regions === b.regions
      : a.regions.some((id) => b.regions?.includes(id) === true)
  return a.currency === b.currency && shared && isBefore(a.from, b.until) && isBefore(b.from, a.until)
}
