import { type Auth, askedWords, endpointFor, type Given, SCHEMES, takes, waysOf } from '#catalog/index.ts'
import { givenOf } from '#engine/account.ts'
import type { CatalogPlatform } from '#engine/config/address.ts'
import type { ParsedCredentials } from '#engine/config/credentials-schema.ts'
import { type Finding, type Path, pathText } from '#engine/config/findings.ts'
import { type Declared, firstSet, type Resolving } from '#engine/config/resolving.ts'
import { readServiceAccount } from '#engine/service-account.ts'

/** What a provider has to prove who it is. */
export interface FoundCredential {
  readonly apiKeys: readonly string[]
  readonly credentials?: ParsedCredentials
}

const NONE: FoundCredential = { apiKeys: [] }

/** The credential that the file holds, else the environment's, with what is wrong with it. */
export function credentialOf(resolving: Resolving, declared: Declared): FoundCredential {
  const { id, parsed } = declared
  const at = ['providers', id]
  if (parsed.credentials === undefined && parsed.apiKey === undefined) return fromEnvironment(resolving, declared)
  if (parsed.credentials !== undefined && parsed.apiKey !== undefined) {
    const message = 'stands beside "credentials": give one of the two'
    resolving.findings.push({ path: [...at, 'apiKey'], atKey: true, message })
    return NONE
  }
  const found =
    parsed.credentials === undefined
      ? { apiKeys: keysOf(resolving, declared) }
      : { apiKeys: [], credentials: wordsOf(resolving, at, parsed.credentials) }
  resolving.findings.push(...misfits(declared, found))
  return found
}

/** Declared keys, each once. */
function keysOf(resolving: Resolving, { id, parsed: { apiKey = [] } }: Declared): readonly string[] {
  const given = typeof apiKey === 'string' ? [apiKey] : apiKey
  const keys = [...new Set(given)]
  if (keys.length < given.length) {
    const path = pathText(['providers', id, 'apiKey'])
    resolving.notes.push(`${path}: a key stands twice in the pool and is used once`)
  }
  return keys
}

function wordsOf(resolving: Resolving, at: Path, credentials: ParsedCredentials): ParsedCredentials {
  const { serviceAccount } = credentials
  if (serviceAccount === undefined) return credentials
  const path = [...at, 'credentials', 'serviceAccount']
  return { ...credentials, serviceAccount: keyFile(resolving, { path, text: serviceAccount, named: 'in-the-file' }) }
}

interface KeyFile {
  readonly path: Path
  /** A path, or the text itself. */
  readonly text: string
  readonly named: 'in-the-file' | 'by-the-environment'
}

/** The text of a service account's key file. */
function keyFile({ readFile, findings }: Resolving, { path, text, named }: KeyFile): string {
  let content = text.trim()
  if (!content.startsWith('{')) {
    try {
      if (readFile === undefined) throw new Error('files are not read here')
      content = readFile(content, named)
    } catch (error) {
      findings.push({ path, message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` })
      return content
    }
  }
  const read = readServiceAccount(content)
  if (!read.ok) findings.push({ path, message: `the service account's key ${read.reason}` })
  return content
}

/** Why what was given does not fit the platform, the region or the scheme that was named. */
function misfits(declared: Declared, found: FoundCredential): Finding[] {
  const { id, parsed, platform } = declared
  const { auth, region, dialect } = parsed
  const given = givenOf({ ...found, ...(auth === undefined ? {} : { auth }) })
  const ways = allWays(platform)
  const at = ['providers', id]
  if (auth !== undefined && !ways.some(({ kind }) => kind === auth)) {
    const message = `platform "${platform.id}" does not take "${auth}"; it takes ${ways.map(({ kind }) => kind).join(', ')}`
    return [{ path: [...at, 'auth'], message }]
  }
  if (!ways.some((way) => takes(way, given))) {
    const several = found.credentials !== undefined
    return several ? wordFindings(at, ways, given) : [{ path: [...at, 'apiKey'], message: notAsked(ways, given) }]
  }
  const asked = waysHere(declared)
  // Where nothing is to be reached at all, that is told by others.
  if (asked.length === 0 || fitsHere(declared, given)) return []
  const here = [region === undefined ? [] : [`region "${region}"`], dialect === undefined ? [] : [dialect]].flat()
  const message = `${here.join(' with ')} of platform "${platform.id}" takes something else: ${askedWords(asked)}`
  return [{ path: [...at, found.credentials === undefined ? 'apiKey' : 'credentials'], message }]
}

/** Each word that is missing or too much for the scheme that was meant. */
function wordFindings(at: Path, ways: readonly Auth[], given: Given): Finding[] {
  const candidates = ways.filter(({ kind }) => given.auth === undefined || given.auth === kind)
  const several = candidates.filter(({ kind }) => SCHEMES[kind].key === undefined)
  const meant = several.toSorted((a, b) => known(b, given) - known(a, given))[0]
  if (meant === undefined || known(meant, given) === 0)
    return [{ path: [...at, 'credentials'], message: notAsked(ways, given) }]
  const { needed, optional } = SCHEMES[meant.kind]
  const fields: readonly string[] = [...needed, ...optional]
  const asked = askedWords([meant])
  return [
    ...needed
      .filter((word) => !given.words.includes(word))
      .map((word) => ({ path: [...at, 'credentials', word], message: `is needed: ${asked}` })),
    ...given.words
      .filter((word) => !fields.includes(word))
      .map((word) => ({ path: [...at, 'credentials', word], atKey: true, message: `is not asked for: ${asked}` })),
  ]
}

function notAsked(ways: readonly Auth[], { auth }: Given): string {
  return `is not what is asked for: ${askedWords(ways.filter(({ kind }) => auth === undefined || auth === kind))}`
}

/** How many of the words a way knows. */
function known({ kind }: Auth, { words }: Given): number {
  const { needed, optional } = SCHEMES[kind]
  const fields: readonly string[] = [...needed, ...optional]
  return words.filter((word) => fields.includes(word)).length
}

/** Every way of the platform, whichever region or endpoint it is for, each scheme once. */
export function allWays({ auth, regions, endpoints, services = {} }: CatalogPlatform): Auth[] {
  const places = [...regions, ...endpoints, ...Object.values(services).flat()]
  const ways = [auth, ...places.map((place) => place.auth)]
  const byKind = new Map(ways.flatMap((each) => (each === undefined ? [] : waysOf(each))).map((way) => [way.kind, way]))
  return [...byKind.values()]
}

/** Whether an endpoint of the named region, or of any, takes what was given. */
function fitsHere({ parsed, platform }: Pick<Declared, 'parsed' | 'platform'>, given: Given): boolean {
  return sites({ parsed, platform }).some((id) => endpointFor(platform, id, { ...parsed, given }) !== undefined)
}

/** The ways of the place that the file names. */
function waysHere({ parsed, platform }: Declared): Auth[] {
  return allWays(platform).filter(({ kind }) => {
    const { key, needed } = SCHEMES[kind]
    return fitsHere({ parsed, platform }, { auth: kind, key: key !== undefined, words: needed })
  })
}

function sites({ parsed: { region }, platform }: Pick<Declared, 'parsed' | 'platform'>): readonly string[] {
  return region === undefined ? platform.regions.map(({ id }) => id) : [region]
}

/** A credential that the environment holds, and the variables that it stands in, by path below the provider. */
export interface Held {
  readonly found: FoundCredential
  readonly variables: readonly (readonly [path: Path, name: string])[]
}

/** What the environment holds for a platform: its key, then the words of each scheme. */
export function heldBy({ env }: Pick<Resolving, 'env'>, platform: CatalogPlatform): Held[] {
  const key = firstSet(env, platform.keyVariables)
  const several = Object.entries(platform.credentialVariables ?? {}).flatMap(([kind, words]) => {
    const set = Object.entries(words).flatMap(([word, names]) => {
      const held = firstSet(env, names)
      return held === undefined ? [] : [{ word, ...held }]
    })
    const { needed } = schemeOf(platform, kind)
    if (!needed.every((word) => set.some((each) => each.word === word))) return []
    const credentials = Object.fromEntries(set.map(({ word, value }) => [word, value]))
    const variables = set.map(({ word, name }) => [['credentials', word], name] as const)
    return [{ found: { apiKeys: [], credentials }, variables }]
  })
  const one =
    key === undefined ? [] : [{ found: { apiKeys: [key.value] }, variables: [[['apiKey'], key.name] as const] }]
  return [...one, ...several]
}

function schemeOf(platform: CatalogPlatform, kind: string): { readonly needed: readonly string[] } {
  const way = allWays(platform).find((each) => each.kind === kind)
  return way === undefined ? { needed: [kind] } : SCHEMES[way.kind]
}

function fromEnvironment(resolving: Resolving, declared: Declared): FoundCredential {
  const { id, parsed, platform } = declared
  const { auth } = parsed
  const all = heldBy(resolving, platform)
  const fits = ({ found }: Held): boolean =>
    fitsHere(declared, givenOf({ ...found, ...(auth === undefined ? {} : { auth }) }))
  const held = all.find(fits)
  if (held === undefined) {
    const finding = missing(declared)
    if (finding !== undefined) resolving.findings.push(finding)
    return NONE
  }
  for (const [path, name] of held.variables)
    resolving.origins.set(pathText(['providers', id, ...path]), { kind: 'environment', variables: [name] })
  return checked(resolving, declared, held)
}

/** What the file does not hold has passed no schema yet. */
function checked(resolving: Resolving, { id }: Declared, { found, variables }: Held): FoundCredential {
  const { serviceAccount } = found.credentials ?? {}
  const names = new Map(variables.map(([path, name]) => [path.at(-1), name]))
  const values = { ...found.credentials, ...(found.apiKeys[0] === undefined ? {} : { apiKey: found.apiKeys[0] }) }
  for (const [word, value] of Object.entries(values)) {
    if (word === 'serviceAccount' || FREE_TEXT.has(word) || /^[\x21-\x7e]+$/.test(value)) continue
    const message = `environment variable ${names.get(word)} must hold visible ASCII characters only, without spaces or line breaks`
    const path = found.credentials === undefined ? ['apiKey'] : ['credentials', word]
    resolving.findings.push({ path: ['providers', id, ...path], message })
  }
  if (serviceAccount === undefined) return found
  const path = ['providers', id, 'credentials', 'serviceAccount']
  const text = keyFile(resolving, { path, text: serviceAccount, named: 'by-the-environment' })
  return { ...found, credentials: { ...found.credentials, serviceAccount: text } }
}

const FREE_TEXT: ReadonlySet<string> = new Set(['domain', 'user', 'password', 'project'])

/** That nothing was given, where something is asked for. */
function missing(declared: Declared): Finding | undefined {
  const { id, platform } = declared
  const ways = waysHere(declared)
  if (ways.length === 0 || ways.some(({ kind }) => SCHEMES[kind].key === 'optional')) return undefined
  const several = ways.filter(({ kind }) => SCHEMES[kind].key === undefined)
  const takesKey = several.length < ways.length
  if (platform.keyVariables.length === 0 && takesKey) return undefined
  const variables = several.flatMap(({ kind }) => Object.values(platform.credentialVariables?.[kind] ?? {})).flat()
  const nor = (names: readonly string[], joint: string): string =>
    names.length === 0 ? '' : `, nor is environment variable ${names.join(joint)} set`
  if (!takesKey) {
    const message = `is needed: ${askedWords(several)}; there is none here${nor(variables, ', ')}`
    return { path: ['providers', id, 'credentials'], message }
  }
  const besides = several.length === 0 ? '' : `; or give credentials: ${askedWords(several)}`
  const message = `is needed: there is none here${nor(platform.keyVariables, ' or ')}${besides}`
  return { path: ['providers', id, 'apiKey'], message }
}
