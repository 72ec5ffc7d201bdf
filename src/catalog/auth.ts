import type { Auth, AuthWays } from '#catalog/schema.ts'

/** A word of a credential that consists of several. */
export type CredentialField = (typeof CREDENTIAL_FIELDS)[number]

/** Every word that some scheme asks for: the keys of `credentials` in the configuration. */
export const CREDENTIAL_FIELDS = [
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'secretId',
  'secretKey',
  'accessKey',
  'appId',
  'apiKey',
  'apiSecret',
  'appKey',
  'appSecret',
  'tenant',
  'clientId',
  'clientSecret',
  'scope',
  'domain',
  'user',
  'password',
  'project',
  'serviceAccount',
  'tokenUrl',
] as const

/** Words that are no secrets, and may be shown as they are. */
export const SHOWN_FIELDS: ReadonlySet<string> = new Set<CredentialField>([
  'appId',
  'tenant',
  'clientId',
  'scope',
  'domain',
  'user',
  'project',
  'tokenUrl',
])

/** What a scheme asks of the operator: one key, or several words. */
export interface Scheme {
  readonly key?: 'needed' | 'optional'
  readonly needed: readonly CredentialField[]
  readonly optional: readonly CredentialField[]
  /** The region's name goes into the proof, so the operator must say it. */
  readonly region?: true
}

const ONE_KEY: Scheme = { key: 'needed', needed: [], optional: [] }

function several(needed: readonly CredentialField[], optional: readonly CredentialField[] = []): Scheme {
  return { needed, optional }
}

/** What each scheme asks for. */
export const SCHEMES: Readonly<Record<Auth['kind'], Scheme>> = {
  none: { key: 'optional', needed: [], optional: [] },
  bearer: ONE_KEY,
  header: ONE_KEY,
  query: ONE_KEY,
  word: ONE_KEY,
  'zhipu-jwt': ONE_KEY,
  'access-key-jwt': several(['accessKey', 'secretKey']),
  'aws-sigv4': { ...several(['accessKeyId', 'secretAccessKey'], ['sessionToken']), region: true },
  tc3: several(['secretId', 'secretKey'], ['sessionToken']),
  'hmac-url': several(['appId', 'apiKey', 'apiSecret']),
  'baidu-token': several(['apiKey', 'secretKey'], ['tokenUrl']),
  'baidu-bearer': several(['accessKey', 'secretKey'], ['tokenUrl']),
  'client-credentials': several(['tenant', 'clientId', 'clientSecret'], ['scope', 'tokenUrl']),
  'huawei-iam': several(['domain', 'user', 'password', 'project'], ['tokenUrl']),
  'huawei-signature': several(['accessKey', 'secretKey'], ['sessionToken']),
  'google-service-account': several(['serviceAccount'], ['tokenUrl']),
  'md5-sign': several(['appKey', 'appSecret']),
  'baichuan-md5': several(['apiKey', 'secretKey']),
}

/** Every scheme. */
export const AUTH_KINDS: readonly Auth['kind'][] = Object.keys(SCHEMES).filter(isKind)

function isKind(name: string): name is Auth['kind'] {
  return Object.hasOwn(SCHEMES, name)
}

/** What the operator gave to prove who he is: which words, never their values. */
export interface Given {
  /** The scheme that he named. */
  readonly auth?: Auth['kind']
  readonly key: boolean
  readonly words: readonly string[]
}

/** The ways as a list, in order of preference. */
export function waysOf(ways: AuthWays): readonly Auth[] {
  return 'kind' in ways ? [ways] : ways
}

/** The first way that takes exactly what was given; without anything given the first of all. */
export function chooseAuth(ways: readonly Auth[], given: Given | undefined): Auth | undefined {
  return given === undefined || isNothing(given) ? ways[0] : ways.find((way) => takes(way, given))
}

/** Nothing was given: no key, no words, no scheme by name. */
export function isNothing({ auth, key, words }: Given): boolean {
  return auth === undefined && !key && words.length === 0
}

/** All words that the way needs, none that it does not know, and the scheme that was named, if one was. */
export function takes(way: Auth, { auth, key, words }: Given): boolean {
  if (auth !== undefined && auth !== way.kind) return false
  const scheme = SCHEMES[way.kind]
  if (words.length === 0) return key ? scheme.key !== undefined : scheme.key === 'optional' || auth !== undefined
  const known: readonly string[] = [...scheme.needed, ...scheme.optional]
  return scheme.needed.every((word) => words.includes(word)) && words.every((word) => known.includes(word))
}

/** What the ways ask for, for people: `bearer (apiKey), or aws-sigv4 (accessKeyId, secretAccessKey; optional: sessionToken)`. */
export function askedWords(ways: readonly Auth[]): string {
  return ways.map((way) => `${way.kind} (${asked(SCHEMES[way.kind])})`).join(', or ')
}

function asked({ key, needed, optional }: Scheme): string {
  if (key === 'optional') return 'nothing, or apiKey'
  if (key === 'needed') return 'apiKey'
  return needed.join(', ') + (optional.length === 0 ? '' : `; optional: ${optional.join(', ')}`)
}
