import { SHOWN_FIELDS } from '#catalog/index.ts'
import { accountOf } from '#engine/account.ts'
import { readServiceAccount } from '#engine/service-account.ts'
import { type CatalogPlatform, catalogAddress } from '#engine/config/address.ts'
import type { Config, KeyConfig, Origin, ProviderConfig, RouteConfig } from '#engine/config/config.ts'
import { type Path, pathText } from '#engine/config/findings.ts'
import type { Loaded } from '#engine/config/load.ts'
import type { Group } from '#engine/ports.ts'
import type { ConfigCatalog } from '#engine/config/providers.ts'
import { formatAge, formatDuration, formatSize } from '#engine/config/units.ts'

/** One value as it will be used, in the file's own words and units, and why it is that. Secrets are masked. */
export interface ExplainedValue {
  readonly path: string
  readonly value: string
  readonly from: Origin
}

/** Every value of a configuration with where it came from, in the file's order: for `tongwen check`. */
export function explainConfig(loaded: Loaded, catalog: ConfigCatalog): ExplainedValue[] {
  const { config, origins } = loaded
  const rows: Row[] = [
    ...serverRows(config),
    ...memoryRows(config),
    ...mediaRows(config),
    ...refuseRows([], config.refuse),
    ...config.providers.flatMap((provider) => providerRows(provider, catalog.platforms.get(provider.platform))),
    ...config.routes.flatMap(routeRows),
    ...config.groups.flatMap(groupRows),
    ...config.keys.flatMap(keyRows),
    ...currencyRows(config),
  ]
  // The file writes `X-Team` where the configuration has `x-team`.
  const anyCase = new Map([...origins].map(([path, origin]) => [path.toLowerCase(), origin]))
  return rows.map(({ path, value, from, also = [] }) => {
    const texts = [path, ...also].map(pathText)
    const found = texts.map((text) => origins.get(text) ?? anyCase.get(text)).find((origin) => origin !== undefined)
    return { path: pathText(path), value, from: found ?? from ?? { kind: 'default' } }
  })
}

/** Enough of a secret to recognize it, too little to use it: `sk-…abcd`; nothing of a short one. */
export function maskSecret(secret: string): string {
  return secret.length < 20 ? '…' : `${secret.slice(0, 3)}…${secret.slice(-4)}`
}

/** The words of a credential as they may be shown: names as they are, secrets masked, a key file by its account. */
export function maskedWords(credentials: NonNullable<ProviderConfig['credentials']>): Record<string, string> {
  const shown = Object.entries(credentials).map(([word, value]) => [word, maskedWord(word, value)])
  return Object.fromEntries(shown)
}

function maskedWord(word: string, value: string): string {
  if (word !== 'serviceAccount') return SHOWN_FIELDS.has(word) ? value : maskSecret(value)
  const read = readServiceAccount(value)
  return read.ok ? `key of ${read.account.email}` : maskSecret('')
}

interface Row {
  readonly path: Path
  readonly value: string
  /** Where it came from when the file and the environment are silent; absent = a default. */
  readonly from?: Origin
  /** Other paths under which the file may hold it. */
  readonly also?: readonly Path[]
}

function memoryRows({ memory }: Config): Row[] {
  const kept = (ms: number): string => (ms === 0 ? 'off' : formatAge(ms))
  return rowsOf(['memory'], {
    responses: kept(memory.responsesMs),
    reasoning: kept(memory.reasoningMs),
    maxSize: formatSize(memory.maxBytes),
  })
}

function mediaRows({ media }: Config): Row[] {
  const at = ['media']
  return [
    ...media.allowHosts.map((value, i): Row => ({ path: [...at, 'allowHosts', i], value })),
    ...rowsOf(at, { maxSize: formatSize(media.maxBytes), timeout: formatDuration(media.timeoutMs) }),
  ]
}

function refuseRows(at: Path, refuse: readonly string[] = []): Row[] {
  return refuse.map((value, i): Row => ({ path: [...at, 'refuse', i], value }))
}

/** An address as it may be shown: its password is the secret. */
function urlWithoutSecret(text: string): string {
  const url = new URL(text)
  if (url.password !== '') url.password = '…'
  return decodeURI(url.href)
}

function serverRows({ server, data, database, redis, catalog }: Config): Row[] {
  const { limits } = server
  const bounds = {
    body: formatSize(limits.bodyBytes),
    headerTime: formatDuration(limits.headersMs),
    bodyTime: formatDuration(limits.bodyMs),
    jsonDepth: String(limits.jsonDepth),
    frame: formatSize(limits.frameBytes),
    answer: formatSize(limits.answerBytes),
    stalledCaller: formatDuration(limits.stalledCallerMs),
  }
  return [
    { path: ['server', 'host'], value: server.host },
    { path: ['server', 'port'], value: String(server.port) },
    ...rowsOf(['server', 'limits'], bounds),
    { path: ['server', 'keepAlive'], value: server.keepAliveMs === 0 ? 'off' : formatDuration(server.keepAliveMs) },
    { path: ['server', 'drain'], value: formatDuration(server.drainMs) },
    { path: ['data'], value: data },
    ...(database === undefined ? [] : [{ path: ['database'], value: urlWithoutSecret(database) }]),
    ...(redis === undefined ? [] : [{ path: ['redis'], value: urlWithoutSecret(redis) }]),
    ...(catalog === undefined ? [] : [{ path: ['catalog'], value: catalog }]),
  ]
}

function providerRows(provider: ProviderConfig, platform: CatalogPlatform | undefined): Row[] {
  const { id, timeouts, headers, quirks } = provider
  const at = ['providers', id]
  const deadlines = {
    connect: formatDuration(timeouts.connectMs),
    firstByte: formatDuration(timeouts.firstByteMs),
    idle: formatDuration(timeouts.idleMs),
    total: formatDuration(timeouts.totalMs),
  }
  const shownHeaders = Object.entries(headers).map(([name, value]) => [
    name,
    isSecretName(name) ? maskSecret(value) : value,
  ])
  return [
    { path: [...at, 'platform'], value: provider.platform },
    ...addressRows(provider, platform),
    ...variableRows(provider, platform),
    ...apiKeyRows(provider),
    ...rowsOf([...at, 'credentials'], maskedWords(provider.credentials ?? {})),
    ...rowsOf([...at, 'timeouts'], deadlines),
    ...rowsOf([...at, 'headers'], Object.fromEntries(shownHeaders)),
    ...rowsOf([...at, 'quirks'], quirks ?? {}),
  ]
}

/** Region, base URL and dialect: the operator's, else the catalog's. */
function addressRows(provider: ProviderConfig, platform: CatalogPlatform | undefined): Row[] {
  const { id, region, baseUrl, dialect, auth } = provider
  const address = platform === undefined ? {} : catalogAddress(platform, accountOf(provider))
  // Which region an operator's own URL is in is his to say.
  const fallback = baseUrl === undefined ? address : { dialect: address.dialect, auth: address.auth }
  return (['region', 'baseUrl', 'dialect', 'auth'] as const).flatMap((key) => {
    const value = { region, baseUrl, dialect, auth }[key] ?? { ...NOWHERE, ...fallback }[key]
    return value === undefined ? [] : [{ path: ['providers', id, key], value, from: CATALOG }]
  })
}

/** What fills the catalog's addresses: the operator's words, else its own standards. */
function variableRows({ id, variables = {} }: ProviderConfig, platform: CatalogPlatform | undefined): Row[] {
  return Object.entries(platform?.variables ?? {}).flatMap(([name, { standard }]) => {
    const value = variables[name] ?? standard
    return value === undefined ? [] : [{ path: ['providers', id, 'variables', name], value, from: CATALOG }]
  })
}

const NOWHERE = { region: undefined, baseUrl: undefined, dialect: undefined, auth: undefined }
const CATALOG: Origin = { kind: 'catalog' }

function apiKeyRows({ id, apiKeys, credentials }: ProviderConfig): Row[] {
  const path = ['providers', id, 'apiKey']
  const [only] = apiKeys
  if (credentials !== undefined) return []
  if (only === undefined) return [{ path, value: 'none needed', from: CATALOG }]
  if (apiKeys.length === 1) return [{ path, value: maskSecret(only), also: [[...path, 0]] }]
  return apiKeys.map((key, index) => ({ path: [...path, index], value: maskSecret(key) }))
}

function routeRows({ name, targets, strategy, vectorSpace, refuse }: RouteConfig): Row[] {
  const rows = targets.flatMap(({ target, weight }, index): Row[] => {
    const path = ['routes', name, 'targets', index]
    const row = { path, value: target }
    return strategy === 'weighted' ? [row, { path: [...path, 'weight'], value: String(weight) }] : [row]
  })
  const space = vectorSpace === undefined ? [] : [{ path: ['routes', name, 'vectorSpace'], value: vectorSpace }]
  return [
    ...rows,
    { path: ['routes', name, 'strategy'], value: strategy },
    ...space,
    ...refuseRows(['routes', name], refuse),
  ]
}

function keyRows(key: KeyConfig, index: number): Row[] {
  const at = ['keys', index]
  return [
    { path: [...at, 'name'], value: key.name },
    { path: [...at, 'key'], value: maskSecret(key.key) },
    { path: [...at, 'role'], value: key.role },
    ...(key.team === undefined ? [] : [{ path: [...at, 'team'], value: key.team }]),
    ...boundRows(at, key),
  ]
}

function groupRows(group: Group): Row[] {
  const at = [`${group.kind}s`, group.name]
  const above = group.organisation === undefined ? [] : [{ path: [...at, 'organisation'], value: group.organisation }]
  return [...above, ...boundRows(at, group)]
}

function boundRows(
  at: Path,
  { models, limits, budget = {} }: Pick<Group, 'models' | 'limits'> & { budget?: object },
): Row[] {
  return [
    { path: [...at, 'models'], value: models.length === 0 ? 'every model' : models.join(', ') },
    ...rowsOf([...at, 'limits'], limits),
    ...rowsOf([...at, 'budget'], budget),
  ]
}

function currencyRows({ currencies }: Config): Row[] {
  if (currencies === undefined) return []
  return [
    { path: ['currencies', 'reporting'], value: currencies.reporting },
    ...currencies.rates.map(({ from, to, rate, since }, index) => ({
      path: ['currencies', 'rates', index],
      value: `1 ${from} = ${rate} ${to} since ${since}`,
    })),
  ]
}

function rowsOf(at: Path, values: object): Row[] {
  return Object.entries(values).map(([key, value]: [string, unknown]) => ({
    path: [...at, key],
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }))
}

const SECRET_WORDS = ['auth', 'key', 'token', 'secret', 'cookie', 'password', 'credential']

/** Does a header of this name carry a secret? Lower-case names. */
export function isSecretName(name: string): boolean {
  return SECRET_WORDS.some((word) => name.includes(word))
}
