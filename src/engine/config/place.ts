import { defaultRegion, placeholdersOf, rowOf, SCHEMES, takes } from '#catalog/index.ts'
import { givenOf } from '#engine/account.ts'
import { type CatalogPlatform, catalogAddress, type Wish } from '#engine/config/address.ts'
import { allWays, type FoundCredential } from '#engine/config/credentials.ts'
import { type Finding, pathText } from '#engine/config/findings.ts'
import { type Declared, firstSet, type Resolving } from '#engine/config/resolving.ts'
import { regionFrom, variablesOf } from '#engine/config/variables.ts'

/** Where a provider is, and what fills the platform's addresses. */
export interface FoundPlace {
  readonly wish: Wish
  readonly variables: Readonly<Record<string, string>>
}

/** The file's word on where a provider is, else the environment's where the catalog leaves something open. */
export function placeOf(resolving: Resolving, declared: Declared, credential: FoundCredential): FoundPlace {
  const { id, parsed, platform } = declared
  const { dialect, auth, baseUrl } = parsed
  const variables = variablesOf(resolving, declared, credential.credentials?.serviceAccount)
  const known: Wish = {
    ...(dialect === undefined ? {} : { dialect }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    given: givenOf({ ...credential, ...(auth === undefined ? {} : { auth }) }),
    variables,
  }
  const region = regionMeant(platform, known, regionFrom(resolving, declared))
  const wish: Wish = region === undefined ? known : { ...known, region }
  if (baseUrl !== undefined || catalogAddress(platform, wish).baseUrl !== undefined) return { wish, variables }
  const held = firstSet(resolving.env, platform.baseUrlVariables ?? [])
  if (held === undefined) return { wish, variables }
  resolving.origins.set(pathText(['providers', id, 'baseUrl']), { kind: 'environment', variables: [held.name] })
  return { wish: { ...wish, baseUrl: held.value }, variables }
}

/** The region that was said, unless a variable's value means another one. */
function regionMeant(platform: CatalogPlatform, wish: Wish, said: string | undefined): string | undefined {
  const here = said ?? defaultRegion(platform, wish)
  if (here === undefined) return said
  for (const [name, { inRegion }] of Object.entries(platform.variables ?? {})) {
    const value = wish.variables?.[name]
    const meant = value === undefined ? undefined : inRegion?.[here]?.[value]
    if (meant !== undefined) return meant
  }
  return said
}

/** A signature that holds the region's name needs the operator to say it, also beside an address of his own. */
export function regionFindings({ id, platform }: Declared, { region, given }: Wish): Finding[] {
  const auth = given === undefined ? undefined : allWays(platform).find((way) => takes(way, given))
  if (auth === undefined || SCHEMES[auth.kind].region !== true || region !== undefined) return []
  return [{ path: ['providers', id, 'region'], message: `is needed: it is part of the signature (${auth.kind})` }]
}

/** Variables of the environment that would give the platform an address. */
export function addressVariables(platform: CatalogPlatform, { region }: Wish): string[] {
  const { variables = {}, baseUrlVariables = [] } = platform
  const row = region === undefined ? platform.regions[0] : rowOf(platform, region)
  const open = placeholdersOf(row?.baseUrl ?? '')
  return [...baseUrlVariables, ...open.flatMap((name) => variables[name]?.environment ?? [])]
}
