import type { Variable } from '#catalog/index.ts'
import type { CatalogPlatform } from '#engine/config/address.ts'
import { type Finding, pathText } from '#engine/config/findings.ts'
import { type Declared, firstSet, type Resolving } from '#engine/config/resolving.ts'
import { suggestion } from '#engine/config/suggestion.ts'
import { readServiceAccount } from '#engine/service-account.ts'

/** Stands for the region's name, which the file says under `region`. */
const REGION = 'region'
/** Parts of hosts and paths. */
const VALUE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/** What fills the platform's addresses beyond what the catalog knows: the file, else the environment, else the key file. */
export function variablesOf(
  resolving: Resolving,
  { id, parsed, platform }: Declared,
  serviceAccount: string | undefined,
): Readonly<Record<string, string>> {
  const said = parsed.variables ?? {}
  resolving.findings.push(...unknownNames(id, platform, Object.keys(said)))
  const filled: Record<string, string> = { ...said }
  for (const [name, known] of Object.entries(platform.variables ?? {})) {
    if (name === REGION || filled[name] !== undefined) continue
    const path = ['providers', id, 'variables', name]
    const held = firstSet(resolving.env, known.environment ?? [])
    const value = held?.value ?? fromKeyFile(known, serviceAccount)
    if (value !== undefined) filled[name] = value
    if (held === undefined) continue
    resolving.origins.set(pathText(path), { kind: 'environment', variables: [held.name] })
    if (VALUE.test(held.value)) continue
    resolving.findings.push({
      path,
      message: `environment variable ${held.name} holds nothing that can stand in an address`,
    })
  }
  return filled
}

/** The region that the environment names, where addresses or signatures need one and the file names none. */
export function regionFrom(resolving: Resolving, { id, parsed, platform }: Declared): string | undefined {
  if (parsed.region !== undefined) return parsed.region
  const held = firstSet(resolving.env, platform.variables?.[REGION]?.environment ?? [])
  if (held === undefined) return undefined
  resolving.origins.set(pathText(['providers', id, 'region']), { kind: 'environment', variables: [held.name] })
  return held.value
}

function fromKeyFile(known: Variable, serviceAccount: string | undefined): string | undefined {
  if (known.serviceAccount === undefined || serviceAccount === undefined) return undefined
  const read = readServiceAccount(serviceAccount)
  return read.ok ? read.account.projectId : undefined
}

function unknownNames(id: string, platform: CatalogPlatform, names: readonly string[]): Finding[] {
  const known = Object.keys(platform.variables ?? {}).filter((name) => name !== REGION)
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: ['providers', id, 'variables', name],
      atKey: true,
      message: `platform "${platform.id}" has no variable "${name}"${suggestion(name, known)}`,
    }))
}
