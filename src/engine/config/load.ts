import type { Config, ConfigProblem, KeyConfig, Origin, ServerConfig } from '#engine/config/config.ts'
import { type ReadDocument, readDocument } from '#engine/config/document.ts'
import { type Environment, variable } from '#engine/config/environment.ts'
import { type Finding, inFileOrder, pathText, type Place, type Places, problemOf } from '#engine/config/findings.ts'
import { findingsOf } from '#engine/config/issues.ts'
import { checkKeys, type Known, resolveRoutes } from '#engine/config/names.ts'
import { type ConfigCatalog, type ResolvedProviders, resolveProviders } from '#engine/config/providers.ts'
import {
  configSchema,
  keySchema,
  type ParsedProvider,
  type ParsedRoute,
  type ParsedServer,
  providerSchema,
  routeSchema,
  serverSchema,
} from '#engine/config/schema.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** What a configuration is made from. Without `text` there is no file: embedded defaults. */
export interface LoadInput {
  readonly text?: string
  /** Shown only. */
  readonly file?: string
  readonly format: 'yaml' | 'json'
  readonly env: Environment
  readonly catalog: ConfigCatalog
}

/** A configuration that can be used. */
export interface Loaded {
  readonly ok: true
  /** Frozen, all the way down. */
  readonly config: Config
  /** What the operator may want to know, though nothing is wrong. */
  readonly notes: readonly string[]
  /** Where values came from, by their path in the file; a path that is missing was a default. */
  readonly origins: ReadonlyMap<string, Origin>
}

export type LoadResult = Loaded | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/**
 * Reads a configuration: pure, never throws, nothing is half taken. All problems come at once, in the order of the
 * file's lines; no message holds what a variable held.
 */
export function loadConfig(input: LoadInput): LoadResult {
  const { env, catalog } = input
  const document = readDocument(input.text ?? '', input.format, env)
  const { value, places, outside } = withServerVariables(document, env)
  const whole = configSchema.safeParse(value)
  const parts = readParts(value)
  const providers = resolveProviders({ declared: parts.providers, env, catalog })
  const known = knownNames(value, providers, catalog)
  const routes = resolveRoutes(parts.routes, known)
  const keys = checkKeys(parts.keys, known)
  const findings = [
    ...outside,
    ...findingsOf(whole.error?.issues ?? [], value),
    ...providers.findings,
    ...routes.findings,
    ...keys.findings,
  ].filter(({ path }) => !isBroken(document.findings, pathText(path)))
  const hide = hiderOf(places, env)
  const problems = [...document.findings, ...findings].map((finding) => problemOf(finding, places))
  if (problems.length + document.syntax.length > 0 || whole.data === undefined) {
    const shown = [...document.syntax, ...problems].map((problem) => ({ ...problem, message: hide(problem.message) }))
    return { ok: false, problems: inFileOrder(shown) }
  }
  const config: Config = {
    ...(input.file === undefined ? {} : { file: input.file }),
    server: serverConfig(whole.data.server),
    data: whole.data.data,
    providers: providers.providers,
    routes: routes.routes,
    keys: whole.data.keys,
  }
  const origins = new Map([...originsOf(places), ...providers.origins])
  return { ok: true, config: freeze(config), notes: [...providers.notes, ...keys.notes].map(hide), origins }
}

/** Entries that are right by themselves; what is wrong with the others is among the findings already. */
interface Parts {
  readonly providers: ReadonlyMap<string, ParsedProvider> | undefined
  readonly routes: ReadonlyMap<string, ParsedRoute>
  readonly keys: ReadonlyMap<number, KeyConfig>
}

function readParts(value: JsonObject): Parts {
  const providers = value['providers']
  return {
    providers: providers === undefined ? undefined : entriesOf(providers, providerSchema),
    routes: entriesOf(value['routes'], routeSchema),
    keys: new Map([...entriesOf(value['keys'], keySchema)].map(([index, key]) => [Number(index), key])),
  }
}

function entriesOf<Entry>(
  section: unknown,
  schema: { safeParse(value: unknown): { data?: Entry | undefined } },
): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  if (!isObject(section) && !Array.isArray(section)) return entries
  for (const [name, value] of Object.entries(section)) {
    const { data } = schema.safeParse(value)
    if (data !== undefined) entries.set(name, data)
  }
  return entries
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

/** What a missing variable left behind says nothing more of its own. */
function isBroken(findings: readonly Finding[], path: string): boolean {
  return findings.some((finding) => {
    const broken = pathText(finding.path)
    return path === broken || path.startsWith(`${broken}.`)
  })
}

/** Puts a variable's name where its value stands. */
function hiderOf(places: Places, env: Environment): (message: string) => string {
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
