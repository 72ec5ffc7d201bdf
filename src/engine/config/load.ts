import type { z } from 'zod'
import type { Config, ConfigProblem, Origin, ServerConfig } from '#engine/config/config.ts'
import { type ReadDocument, readDocument } from '#engine/config/document.ts'
import { type Environment, variable } from '#engine/config/environment.ts'
import { type Finding, inFileOrder, pathText, type Place, type Places, problemOf } from '#engine/config/findings.ts'
import { findingsOf } from '#engine/config/issues.ts'
import { keySchema, teamSchema } from '#engine/config/book-schema.ts'
import { checkGroups, groupsOf } from '#engine/config/groups.ts'
import { checkKeys, checkRoutes, type Known, routeConfig } from '#engine/config/names.ts'
import { type ConfigCatalog, type ResolvedProviders, resolveProviders } from '#engine/config/providers.ts'
import {
  configSchema,
  type ParsedConfig,
  type ParsedServer,
  providerSchema,
  serverSchema,
} from '#engine/config/schema.ts'
import type { ReadFile } from '#engine/config/resolving.ts'
import { checkTargets } from '#engine/config/targets.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** A catalog with the operator's overlay on top, or what is wrong with the overlay: nothing of it counts then. */
export type Overlaid<C> =
  | { readonly ok: true; readonly catalog: C; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/** How an overlay is found and read. */
export interface OverlaySource<C> {
  /** Instead of the one that the configuration names. */
  readonly file?: string
  /** Lays a file over the catalog; asked once, and only where there is one. */
  read(file: string): Overlaid<C>
}

/** What a configuration is made from. Without `text` there is no file: embedded defaults. */
export interface LoadInput<C extends ConfigCatalog = ConfigCatalog> {
  readonly text?: string
  /** Shown, never opened. */
  readonly file?: string
  /** Absent = by the file's name: JSON where it ends in `.json`, else YAML, of which JSON is a part. */
  readonly format?: 'yaml' | 'json'
  readonly env: Environment
  readonly catalog: C
  /** Reads a key file that the configuration names; absent = none can be read. */
  readonly readFile?: ReadFile
  /** Absent = an overlay that the file names is not looked at. */
  readonly overlay?: OverlaySource<C>
}

/** A configuration that can be used. */
export interface Loaded<C extends ConfigCatalog = ConfigCatalog> {
  readonly ok: true
  /** Frozen, all the way down. */
  readonly config: Config
  /** What it was held against: with the overlay, where it names one. */
  readonly catalog: C
  /** What the operator may want to know, though nothing is wrong. */
  readonly notes: readonly string[]
  /** Where values came from, by their path in the file; a path that is missing was a default. */
  readonly origins: ReadonlyMap<string, Origin>
}

export type LoadResult<C extends ConfigCatalog = ConfigCatalog> =
  | Loaded<C>
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/**
 * Reads a configuration: pure, never throws, nothing is half taken. All problems come at once, in the order of the
 * file's lines; no message holds what a variable held.
 */
export function loadConfig<C extends ConfigCatalog>(input: LoadInput<C>): LoadResult<C> {
  const { env } = input
  const document = readDocument(input.text ?? '', formatOf(input), env)
  const { value, places, outside } = withServerVariables(document, env)
  const whole = configSchema.safeParse(value)
  const { catalog, ...overlay } = overlaidBy(value['catalog'], input)
  const declared = value['providers'] === undefined ? undefined : entriesOf(value['providers'], providerSchema)
  const providers = resolveProviders({ declared, env, catalog, readFile: input.readFile })
  const known = knownNames(value, providers, catalog)
  const keyEntries = entriesOf(value['keys'], keySchema)
  const keys = checkKeys(keyEntries, known)
  const groups = checkGroups(value, { teams: entriesOf(value['teams'], teamSchema), keys: keyEntries })
  const routes = Object.entries(whole.data?.routes ?? {}).map(([name, route]) => routeConfig(name, route))
  // A provider that is wrong itself has targets that cannot be sent to: that would be told twice.
  const targets = checkTargets(routes, providers.findings.length > 0 ? [] : providers.providers, catalog)
  const names = [...checkRoutes(value['routes'], known), ...keys.findings, ...groups]
  const held = [[...providers.findings, ...names], targets.findings]
  const findings = tellOnce([
    [...document.findings, ...outside],
    findingsOf(whole.error?.issues ?? [], value),
    redisAlone(value),
    // Without its overlay the catalog lacks what the file relies on.
    ...(overlay.problems.length > 0 ? [] : held),
  ])
  const hide = hiderOf(places, env)
  const own = [...document.syntax, ...findings.map((finding) => problemOf(finding, places))]
  const problems = [...inFileOrder(own.map((each) => ({ ...each, message: hide(each.message) }))), ...overlay.problems]
  if (problems.length > 0 || whole.data === undefined) return { ok: false, problems }
  const config = configOf(whole.data, { file: input.file, providers: providers.providers, routes })
  const notes = [...overlay.notes, ...providers.notes, ...targets.notes, ...keys.notes]
  const origins = new Map([...originsOf(places), ...providers.origins])
  return { ok: true, config: freeze(config), catalog, notes: notes.map(hide), origins }
}

/** The processes of one machine share the embedded store, which needs no Redis beside it. */
function redisAlone({ redis, database }: JsonObject): Finding[] {
  if (redis === undefined || database !== undefined) return []
  const message = 'is for several replicas, which share a PostgreSQL: give `database` too, or remove this key'
  return [{ path: ['redis'], message }]
}

function configOf(
  {
    server,
    data,
    database,
    redis,
    replicas,
    memory,
    media,
    refuse,
    catalog,
    keys,
    currencies,
    ...parsed
  }: ParsedConfig,
  { file, providers, routes }: Pick<Config, 'providers' | 'routes'> & { readonly file: string | undefined },
): Config {
  return {
    ...(file === undefined ? {} : { file }),
    server: serverConfig(server),
    data,
    ...(database === undefined ? {} : { database }),
    ...(redis === undefined ? {} : { redis }),
    replicas: {
      leaseDoubtMs: replicas.leaseDoubt,
      redisDeadlineMs: replicas.redisDeadline,
      whenUnreachable: replicas.whenUnreachable,
    },
    memory: { responsesMs: memory.responses, reasoningMs: memory.reasoning, maxBytes: memory.maxSize },
    media: { allowHosts: media.allowHosts, maxBytes: media.maxSize, timeoutMs: media.timeout },
    refuse,
    ...(catalog === undefined ? {} : { catalog }),
    providers,
    routes,
    keys,
    groups: groupsOf(parsed),
    ...(currencies === undefined ? {} : { currencies }),
  }
}

/** The catalog that the file is to be held against, and what is wrong with the overlay that it names. */
function overlaidBy<C extends ConfigCatalog>(
  named: unknown,
  { catalog, overlay }: LoadInput<C>,
): { readonly catalog: C; readonly notes: readonly string[]; readonly problems: readonly ConfigProblem[] } {
  const plain = { catalog, notes: [], problems: [] }
  const file = overlay?.file ?? (typeof named === 'string' ? named.trim() : '')
  return overlay === undefined || file === '' ? plain : { ...plain, ...overlay.read(file) }
}

function formatOf({ format, file = '' }: Pick<LoadInput, 'format' | 'file'>): 'yaml' | 'json' {
  return format ?? (file.toLowerCase().endsWith('.json') ? 'json' : 'yaml')
}

/** Entries of a section by name or place, each without the parts that are wrong: the whole file's reading tells of those. */
export function entriesOf<Entry>(section: unknown, schema: z.ZodType<Entry>): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  if (!isObject(section) && !Array.isArray(section)) return entries
  for (const [name, value] of Object.entries(section)) {
    const deep = schema.safeParse(withoutFaults(value, schema, 2))
    const { data } = deep.success ? deep : schema.safeParse(withoutFaults(value, schema, 1))
    if (data !== undefined) entries.set(name, data)
  }
  return entries
}

/** An entry without its parts, or without the parts of its parts, that are wrong. */
function withoutFaults(entry: unknown, schema: z.ZodType, depth: 1 | 2): unknown {
  if (!isObject(entry)) return entry
  const issues = schema.safeParse(entry).error?.issues ?? []
  const faults = issues.flatMap((issue) => {
    const path = issue.path.map(String)
    return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
  })
  const kept = Object.entries(entry).flatMap(([key, value]) => {
    const here = faults.filter(([first]) => first === key)
    if (here.length === 0) return [[key, value] as const]
    if (depth === 1 || !isObject(value) || here.some((path) => path.length < 2)) return []
    const inner = new Set(here.map(([, second]) => second))
    return [[key, Object.fromEntries(Object.entries(value).filter(([name]) => !inner.has(name)))] as const]
  })
  return Object.fromEntries(kept)
}

/** Leaves out what only follows from an earlier group's finding: at the same place, below it, or around it. */
export function tellOnce(groups: readonly (readonly Finding[])[]): Finding[] {
  const told: Finding[] = []
  for (const group of groups) {
    const before = told.map(({ path }) => `${pathText(path)}.`).filter((each) => each !== '.')
    const fresh = group.filter(({ path, atKey = false }) => {
      const here = `${pathText(path)}.`
      return !before.some((each) => here.startsWith(each) || (!atKey && each.startsWith(here)))
    })
    told.push(...fresh)
  }
  return told
}

/** `HOST` and `PORT`, where the file does not say; and sections that are there but empty count as absent. */
function withServerVariables(
  document: ReadDocument,
  env: Environment,
): { value: JsonObject; places: Places; outside: Finding[] } {
  const value = Object.fromEntries(Object.entries(document.value).filter(([, section]) => section !== null))
  const server = value['server'] ?? {}
  const places = new Map(document.places)
  const outside: Finding[] = []
  if (!isObject(server)) return { value, places, outside }
  const filled: Record<string, unknown> = { ...server }
  for (const [key, name] of [
    ['host', 'HOST'],
    ['port', 'PORT'],
  ] as const) {
    const held = variable(env, name)
    if (held === undefined || filled[key] !== undefined) continue
    if (serverSchema.safeParse({ [key]: held }).success) {
      filled[key] = held
      places.set(`server.${key}`, { line: 0, column: 0, keyLine: 0, keyColumn: 0, variables: [name] })
    } else {
      const message = `environment variable ${name} does not hold a ${key}: it must be ${WANTED[key]}`
      outside.push({ path: ['server', key], message, outside: true })
    }
  }
  return { value: { ...value, server: filled }, places, outside }
}

const WANTED = { host: 'a host name or an IP address', port: 'a whole number from 0 to 65535' } as const

/** Providers that failed count as known, so that one mistake is told once. */
function knownNames(value: JsonObject, resolved: ResolvedProviders, catalog: ConfigCatalog): Known {
  const { providers, routes } = value
  const declared = isObject(providers) ? Object.keys(providers) : []
  const ids = new Set([...declared, ...resolved.providers.map(({ id }) => id)])
  const platforms = new Set(resolved.providers.map(({ platform }) => platform))
  return {
    providers: [...ids],
    routes: isObject(routes) ? Object.keys(routes) : [],
    models: [...platforms].flatMap((platform) => catalog.offersOf(platform).map(({ model }) => model)),
  }
}

/** Puts a variable's name where its value stands. */
export function hiderOf(places: Places, env: Environment): (message: string) => string {
  const names = new Set([...places.values()].flatMap(({ variables }) => variables))
  const held = [...names]
    .map((name) => [name, variable(env, name) ?? ''] as const)
    .filter(([, text]) => text.length > 5)
  return (message) => held.reduce((text, [name, value]) => text.replaceAll(value, `\${${name}}`), message)
}

function originsOf(places: Places): [string, Origin][] {
  return [...places].map(([path, place]) => [path, originOf(place)])
}

function originOf({ line, column, variables }: Place): Origin {
  if (variables.length === 0) return { kind: 'file', line, column }
  return { kind: 'environment', variables, ...(line === 0 ? {} : { line }) }
}

function serverConfig({ host, port, limits, keepAlive, drain }: ParsedServer): ServerConfig {
  return {
    host,
    port,
    limits: {
      bodyBytes: limits.body,
      jsonDepth: limits.jsonDepth,
      headersMs: limits.headerTime,
      bodyMs: limits.bodyTime,
      stalledCallerMs: limits.stalledCaller,
      frameBytes: limits.frame,
      answerBytes: limits.answer,
    },
    keepAliveMs: keepAlive,
    drainMs: drain,
  }
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) freeze(item)
  }
  return value
}
