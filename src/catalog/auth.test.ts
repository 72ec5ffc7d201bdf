import { expect, test } from 'vitest'
import { askedWords, chooseAuth, type Given, SCHEMES, waysOf } from '#catalog/auth.ts'
import { platforms, resolve } from '#catalog/index.ts'
import type { Auth, Platform } from '#catalog/schema.ts'
import { placeholdersOf } from '#catalog/url.ts'

const BEARER: Auth = { kind: 'bearer' }
const SIGV4: Auth = { kind: 'aws-sigv4', service: 'bedrock' }
const KEYS = ['accessKeyId', 'secretAccessKey']

/** The scheme that is chosen for what was given. */
function chosen(ways: readonly Auth[], given: Partial<Given>): string | undefined {
  return chooseAuth(ways, { key: false, words: [], ...given })?.kind
}

test('the first way that takes exactly what was given is chosen', () => {
  const ways = [BEARER, SIGV4, { kind: 'zhipu-jwt' }, { kind: 'none' }] as const
  expect([
    chosen(ways, { key: true }),
    chosen(ways, { words: KEYS }),
    chosen(ways, { words: [...KEYS, 'sessionToken'] }),
    chosen(ways, { words: [...KEYS, 'appId'] }),
    chosen(ways, { words: ['accessKeyId'] }),
    chosen(ways, { key: true, auth: 'zhipu-jwt' }),
    chosen(ways, { key: true, auth: 'aws-sigv4' }),
    chosen(ways, {}),
    chosen([SIGV4], { key: true }),
    chooseAuth(ways, undefined)?.kind,
  ]).toEqual([
    'bearer',
    'aws-sigv4',
    'aws-sigv4',
    undefined,
    undefined,
    'zhipu-jwt',
    undefined,
    'bearer',
    undefined,
    'bearer',
  ])
})

test('what ways ask for is told in words', () => {
  expect(askedWords([BEARER, SIGV4, { kind: 'none' }])).toBe(
    'bearer (apiKey), or aws-sigv4 (accessKeyId, secretAccessKey; optional: sessionToken), or none (nothing, or apiKey)',
  )
})

/** Every way of a platform with where it stands. */
function waysIn({ auth, regions, endpoints, services = {} }: Platform): Auth[] {
  const places = [{ auth }, ...regions, ...endpoints, ...Object.values(services).flat()]
  return places.flatMap((place) => (place.auth === undefined ? [] : waysOf(place.auth)))
}

test('variables of the environment are for words of a scheme that the platform has', () => {
  const wrong = [...platforms.values()].flatMap((platform) =>
    Object.entries(platform.credentialVariables ?? {}).flatMap(([kind, words]) => {
      const way = waysIn(platform).find((each) => each.kind === kind)
      if (way === undefined) return [`${platform.id}: ${kind}`]
      const { needed, optional } = SCHEMES[way.kind]
      const known: readonly string[] = [...needed, ...optional]
      const missing = needed.filter((word) => !Object.hasOwn(words, word))
      return [...missing, ...Object.keys(words).filter((word) => !known.includes(word))].map(
        (word) => `${platform.id}: ${kind} ${word}`,
      )
    }),
  )
  expect(wrong).toEqual([])
})

test('whatever stands as {name} in an address is a variable of the platform', () => {
  const elsewhere = ['model', 'modelPath', 'region', 'baseUrl', 'tenant']
  const wrong = [...platforms.values()].flatMap((platform) => {
    const { regions, endpoints, services = {} } = platform
    const templates = [
      ...regions.map(({ baseUrl }) => baseUrl),
      ...endpoints.flatMap(({ path, streamPath = '', baseUrls = {}, headers = {} }) => [
        path,
        streamPath,
        ...Object.values(baseUrls),
        ...Object.values(headers),
      ]),
      ...Object.values(services)
        .flat()
        .flatMap(({ path, base = '' }) => [path, base]),
      ...waysIn(platform).flatMap((way) => ('tokenUrl' in way ? [way.tokenUrl] : [])),
    ]
    return templates
      .flatMap((template) => placeholdersOf(template, elsewhere))
      .filter((name) => !Object.hasOwn(platform.variables ?? {}, name))
      .map((name) => `${platform.id}: {${name}}`)
  })
  expect(wrong).toEqual([])
})

test('every way of every platform that can be called is reached by what it asks for', () => {
  const reached = [...platforms.values()]
    .filter(({ unavailable }) => unavailable === undefined)
    .flatMap((platform) => {
      const chat = [{ auth: platform.auth }, ...platform.regions, ...platform.endpoints]
      const kinds = new Set(
        chat.flatMap(({ auth }) => (auth === undefined ? [] : waysOf(auth))).map(({ kind }) => kind),
      )
      return [...kinds].map((auth) => ({ platform, auth }))
    })
  const wrong = reached.flatMap(({ platform, auth }) => {
    const { needed, key } = SCHEMES[auth]
    const given: Given = { auth, key: key !== undefined, words: needed }
    const region = platform.regions[0]?.baseUrl.includes('{region}') === true ? { region: 'us-east-1' } : {}
    const resolved = resolve({ platform, model: 'm', baseUrl: 'https://h', variables: ANYTHING, given, ...region })
    return resolved.ok && resolved.value.auth.kind === auth
      ? []
      : [`${platform.id} by ${auth}: ${resolved.ok ? resolved.value.auth.kind : resolved.reason}`]
  })
  expect(wrong).toEqual([])
})

const ANYTHING = { projectId: 'p', deploymentId: 'd', project: 'p', resource: 'r', workspace: 'w' }
