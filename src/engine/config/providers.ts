import { addressFindings, type CatalogPlatform, catalogAddress, trimmedUrl } from '#engine/config/address.ts'
import type { Origin, ProviderConfig } from '#engine/config/config.ts'
import { type Environment, variable } from '#engine/config/environment.ts'
import { type Finding, pathText } from '#engine/config/findings.ts'
import { suggestion } from '#engine/config/suggestion.ts'
import { type ParsedProvider, providerSchema } from '#engine/config/schema.ts'

/** What reading a configuration asks of the catalog: the module `#catalog/index.ts` is one. */
export interface ConfigCatalog {
  readonly platforms: ReadonlyMap<string, CatalogPlatform>
  /** Models that the catalog lists for a platform; more may exist. */
  offersOf(platform: string): readonly { readonly model: string; readonly aliases?: readonly string[] }[]
  /** Whether a model can be sent to, or a sentence that says why not; absent = the real catalog's. */
  resolve?(wanted: CatalogWanted): { readonly ok: true } | { readonly ok: false; readonly reason: string }
}

/** A model on a platform of the same catalog, with the operator's word on the account. */
export interface CatalogWanted extends Pick<ProviderConfig, 'region' | 'baseUrl' | 'dialect' | 'quirks'> {
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

interface Resolving extends ResolvedProviders {
  readonly env: Environment
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
}): ResolvedProviders {
  const { declared, env, catalog } = input
  const resolving: Resolving = { providers: [], findings: [], notes: [], origins: new Map(), env, catalog }
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
function implyFromKey(resolving: Resolving, platform: CatalogPlatform): void {
  const name = platform.keyVariables.find((each) => variable(resolving.env, each) !== undefined)
  const hosted = platform.kind === 'cloud' || platform.kind === 'aggregator'
  if (name === undefined || !hosted || platform.unavailable !== undefined) return
  if (catalogAddress(platform, {}).baseUrl === undefined) {
    resolving.notes.push(`${name} is set, but ${platform.id} has no address of its own: declare a provider to use it`)
    return
  }
  resolveProvider(resolving, platform.id, providerSchema.parse({ platform: platform.id }))
  resolving.origins.set(pathText(['providers', platform.id, 'platform']), { kind: 'environment', variables: [name] })
  resolving.notes.push(`provider "${platform.id}" is there because ${name} is set`)
}

function resolveProvider(resolving: Resolving, id: string, parsed: ParsedProvider): void {
  const path = ['providers', id]
  if (!ID.test(id)) {
    const message = 'a provider\'s name is letters, digits, ".", "_" and "-", at most 64 of them'
    resolving.findings.push({ path, atKey: true, message })
  }
  const platform = findPlatform(resolving, id, parsed)
  resolving.findings.push(...addressFindings(id, parsed, platform))
  if (platform === undefined) return
  const place = { id, parsed, platform }
  const { region, baseUrl, dialect, quirks, timeouts } = parsed
  resolving.providers.push({
    id,
    platform: platform.id,
    ...(region === undefined ? {} : { region }),
    ...(baseUrl === undefined ? {} : { baseUrl: trimmedUrl(baseUrl) }),
    ...(dialect === undefined ? {} : { dialect }),
    apiKeys: apiKeysOf(resolving, place),
    timeouts: {
      connectMs: timeouts.connect,
      firstByteMs: timeouts.firstByte,
      idleMs: timeouts.idle,
      totalMs: timeouts.total,
    },
    headers: Object.fromEntries(Object.entries(parsed.headers).map(([name, value]) => [name.toLowerCase(), value])),
    ...(quirks === undefined ? {} : { quirks }),
  })
}

/** A provider with its platform, while it is looked at. */
interface Declared {
  readonly id: string
  readonly parsed: ParsedProvider
  readonly platform: CatalogPlatform
}

function findPlatform(resolving: Resolving, id: string, parsed: ParsedProvider): CatalogPlatform | undefined {
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

function apiKeysOf(resolving: Resolving, { id, parsed, platform }: Declared): readonly string[] {
  const path = ['providers', id, 'apiKey']
  if (parsed.apiKey !== undefined) {
    const given = typeof parsed.apiKey === 'string' ? [parsed.apiKey] : parsed.apiKey
    const keys = [...new Set(given)]
    if (keys.length < given.length)
      resolving.notes.push(`${pathText(path)}: a key stands twice in the pool and is used once`)
    return keys
  }
  const name = platform.keyVariables.find((each) => variable(resolving.env, each) !== undefined)
  const key = name === undefined ? undefined : variable(resolving.env, name)
  if (name !== undefined && key !== undefined) {
    resolving.origins.set(pathText(path), { kind: 'environment', variables: [name] })
    return [checkedKey(resolving, { id, name, key })]
  }
  if (platform.auth.kind === 'none' || platform.keyVariables.length === 0) return []
  const names = platform.keyVariables.join(' or ')
  const message = `is needed: there is none here, nor is environment variable ${names} set`
  resolving.findings.push({ path, message })
  return []
}

/** A key that the file does not hold has passed no schema yet. */
function checkedKey(resolving: Resolving, { id, name, key }: { id: string; name: string; key: string }): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key
  const message = `environment variable ${name} must hold visible ASCII characters only, without spaces or line breaks`
  resolving.findings.push({ path: ['providers', id, 'apiKey'], message })
  return key
}
