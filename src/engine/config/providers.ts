import type { Shelves, Wanted } from '#catalog/index.ts'
import { addressFindings, type CatalogPlatform, catalogAddress, trimmedUrl } from '#engine/config/address.ts'
import type { Origin, ProviderConfig } from '#engine/config/config.ts'
import { credentialOf, type Held, heldBy } from '#engine/config/credentials.ts'
import type { Environment } from '#engine/config/environment.ts'
import { billingOf } from '#engine/config/billing.ts'
import { type Finding, pathText } from '#engine/config/findings.ts'
import { addressVariables, placeOf, regionFindings } from '#engine/config/place.ts'
import type { Declared, ReadFile, Resolving } from '#engine/config/resolving.ts'
import { suggestion } from '#engine/config/suggestion.ts'
import { type ParsedProvider, providerSchema } from '#engine/config/schema.ts'

/** What reading a configuration asks of the catalog: the module `#catalog/index.ts` is one. */
export interface ConfigCatalog {
  readonly platforms: ReadonlyMap<string, CatalogPlatform>
  /** Models that the catalog lists for a platform; more may exist. */
  offersOf(platform: string): readonly { readonly model: string; readonly aliases?: readonly string[] }[]
  /** The row of a model, by its id or an alias; absent = the catalog has no rows. */
  findOffer?: Shelves['findOffer']
  /** Whether a model can be sent to, or a sentence that says why not; absent = the real catalog's. */
  resolve?(wanted: CatalogWanted): { readonly ok: true } | { readonly ok: false; readonly reason: string }
}

/** A model on a platform of the same catalog, with the operator's word on the account. */
export interface CatalogWanted extends Omit<Wanted, 'platform' | 'model'> {
  readonly platform: CatalogPlatform
  readonly model: string
}

/** Providers held against the catalog, and what was found on the way. */
export interface ResolvedProviders {
  readonly providers: ProviderConfig[]
  readonly findings: Finding[]
  readonly notes: string[]
  /** Of values that the file does not hold. */
  readonly origins: Map<string, Origin>
}

interface Looking extends ResolvedProviders, Resolving {
  readonly catalog: ConfigCatalog
}

/** Names appear in URLs, headers and `provider/model`. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * Declared providers as they will be used, or why they cannot be. Without a section (`declared` undefined) every
 * platform whose key is in the environment is one; a simulator is always there.
 */
export function resolveProviders(input: {
  readonly declared: ReadonlyMap<string, ParsedProvider> | undefined
  readonly env: Environment
  readonly catalog: ConfigCatalog
  readonly readFile?: ReadFile | undefined
}): ResolvedProviders {
  const { declared, env, catalog, readFile } = input
  const resolving: Looking = { providers: [], findings: [], notes: [], origins: new Map(), env, catalog, readFile }
  for (const [id, parsed] of declared ?? []) resolveProvider(resolving, id, parsed)
  for (const platform of catalog.platforms.values()) {
    if (declared === undefined) implyFromKey(resolving, platform)
    if (platform.kind === 'simulator' && declared?.has(platform.id) !== true) {
      resolveProvider(resolving, platform.id, providerSchema.parse({ platform: platform.id }))
    }
  }
  return resolving
}

/** Self-hosted servers and generic platforms are never implied: their address is the operator's to say. */
function implyFromKey(resolving: Looking, platform: CatalogPlatform): void {
  const [held] = heldBy(resolving, platform)
  const hosted = platform.kind === 'cloud' || platform.kind === 'aggregator'
  if (held === undefined || !hosted || platform.unavailable !== undefined) return
  const names = [...new Set(held.variables.map(([, name]) => name))]
  const set = `${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} set`
  const parsed = providerSchema.parse({ platform: platform.id })
  const hindrance = hindranceOf(resolving, { id: platform.id, parsed, platform }, held)
  if (hindrance !== undefined) {
    resolving.notes.push(`${set}, but ${hindrance}`)
    return
  }
  resolveProvider(resolving, platform.id, parsed)
  resolving.origins.set(pathText(['providers', platform.id, 'platform']), { kind: 'environment', variables: names })
  resolving.notes.push(`provider "${platform.id}" is there because ${set}`)
}

/** Why the environment alone does not make a provider: nobody asked for one, so it is not an error. */
function hindranceOf(resolving: Looking, declared: Declared, held: Held): string | undefined {
  const { platform } = declared
  const tried: Resolving = { ...resolving, findings: [], notes: [], origins: new Map() }
  const several = held.found.credentials !== undefined
  const { wish } = placeOf(tried, declared, several ? credentialOf(tried, declared) : held.found)
  const [first] = tried.findings
  if (several && first !== undefined) return `${platform.id} cannot use that: ${first.message}`
  if (wish.baseUrl !== undefined || catalogAddress(platform, wish).baseUrl !== undefined) return undefined
  const names = addressVariables(platform, wish)
  const hint = names.length === 0 ? '' : `set ${names.join(' or ')}, or `
  return `${platform.id} has no address of its own: ${hint}declare a provider to use it`
}

function resolveProvider(resolving: Looking, id: string, parsed: ParsedProvider): void {
  const path = ['providers', id]
  if (!ID.test(id)) {
    const message = 'a provider\'s name is letters, digits, ".", "_" and "-", at most 64 of them'
    resolving.findings.push({ path, atKey: true, message })
  }
  const platform = findPlatform(resolving, id, parsed)
  if (platform === undefined) {
    resolving.findings.push(...addressFindings(id, parsed, undefined))
    return
  }
  const declared = { id, parsed, platform }
  const known = resolving.findings.length
  const credential = credentialOf(resolving, declared)
  const { wish, variables } = placeOf(resolving, declared, credential)
  const region = regionFindings(declared, wish)
  // Which address is missing follows from the credential and the region, where these are wrong themselves.
  const follows = parsed.baseUrl === undefined && (resolving.findings.length > known || region.length > 0)
  const address = addressFindings(id, wish, platform).filter(({ path }) => !follows || path[2] !== 'baseUrl')
  resolving.findings.push(...region, ...address)
  const { baseUrl } = wish
  const { timeouts } = parsed
  resolving.findings.push(...twins(path, parsed.packages ?? []))
  resolving.providers.push({
    id,
    platform: platform.id,
    ...(wish.region === undefined ? {} : { region: wish.region }),
    ...(baseUrl === undefined ? {} : { baseUrl: trimmedUrl(baseUrl) }),
    ...credential,
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
    timeouts: {
      connectMs: timeouts.connect,
      firstByteMs: timeouts.firstByte,
      idleMs: timeouts.idle,
      totalMs: timeouts.total,
    },
    headers: Object.fromEntries(Object.entries(parsed.headers).map(([name, value]) => [name.toLowerCase(), value])),
    ...said(id, parsed),
  })
}

/** What goes into the configuration as the operator said it. */
function said(id: string, parsed: ParsedProvider): Pick<ProviderConfig, 'dialect' | 'auth' | 'quirks' | 'billing'> {
  const { dialect, auth, quirks } = parsed
  const billing = billingOf(id, parsed)
  return {
    ...(dialect === undefined ? {} : { dialect }),
    ...(auth === undefined ? {} : { auth }),
    ...(quirks === undefined ? {} : { quirks }),
    ...(billing === undefined ? {} : { billing }),
  }
}

/** Packages are told apart by their names. */
function twins(path: readonly string[], packages: readonly { readonly name: string }[]): readonly Finding[] {
  return packages.flatMap(({ name }, index) =>
    packages.findIndex((other) => other.name === name) === index
      ? []
      : [{ path: [...path, 'packages', index, 'name'], message: `is the name of another package: "${name}"` }],
  )
}

function findPlatform(resolving: Looking, id: string, parsed: ParsedProvider): CatalogPlatform | undefined {
  const path = ['providers', id, 'platform']
  const platform = resolving.catalog.platforms.get(parsed.platform)
  if (platform === undefined) {
    const near = suggestion(parsed.platform, [...resolving.catalog.platforms.keys()])
    const hint = near === '' ? '; `tongwen platforms` lists them' : near
    resolving.findings.push({ path, message: `no platform is called "${parsed.platform}"${hint}` })
    return undefined
  }
  if (platform.unavailable === undefined) return platform
  resolving.findings.push({ path, message: `platform "${platform.id}" cannot be called: ${platform.unavailable}` })
  return undefined
}
