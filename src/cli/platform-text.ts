import { type Catalog, type CredentialField, type Platform, SCHEMES, waysOf } from '#catalog/index.ts'
import type { Context } from '#cli/command.ts'
import { authWords, namesOf, quirkWords } from '#cli/explain-route.ts'
import { type Language, say } from '#cli/language.ts'
import { quirkMeanings } from '#cli/quirk-meanings.ts'
import { table } from '#cli/table.ts'
import { allWays } from '#engine/config/credentials.ts'
import type { Quirks } from '#wire/quirks.ts'

type View = Pick<Context, 'language' | 'columns'>

/** All that the catalog knows of a platform, its models apart; what the sources do not settle stands before what they do. */
export function platformText(platform: Platform, catalog: Catalog, { language, columns }: View): string {
  const sections = [
    ['section-unverified', platform.unverified.map((each) => [each])],
    ['section-regions', regionRows(platform)],
    ['section-endpoints', [...endpointRows(platform), ...serviceRows(platform)]],
    ['section-credentials', credentialRows(platform)],
    ['section-variables', variableRows(platform)],
    ['section-quirks', quirkRows(platform.quirks)],
    ['section-residency', residencyRows(platform)],
    ['section-sources', platform.sources.map((each) => [each])],
  ] as const
  const shown = sections.flatMap(([title, rows]) => {
    return rows.length === 0
      ? []
      : [`${say(language, title)}\n${table({ rows, columns, flexible: FLEXIBLE[title], indent: 2 })}`]
  })
  return [table({ rows: factRows(platform, catalog, language), columns, flexible: [1] }), ...shown].join('\n')
}

/** Ids and dialects stay whole. */
const FLEXIBLE = {
  'section-regions': [1],
  'section-endpoints': [1],
  'section-credentials': [1],
  'section-variables': [1],
  'section-quirks': [0, 1],
  'section-residency': [1],
  'section-unverified': [0],
  'section-sources': [0],
} as const

function factRows(platform: Platform, catalog: Catalog, language: Language): string[][] {
  const { id, name, nameZh, kind, keyVariables, auth, errors, checked, note, unavailable, unverified, overlay } =
    platform
  const keys = keyVariables.length === 0 ? say(language, 'none') : keyVariables.join(` ${say(language, 'or')} `)
  return [
    [say(language, 'id'), id],
    [say(language, 'name'), nameZh === undefined ? name : `${name} ${nameZh}`],
    [say(language, 'kind'), kind],
    ...(unavailable === undefined ? [] : [[say(language, 'unavailable'), unavailable]]),
    [say(language, 'key-variable'), keys],
    [
      say(language, 'auth'),
      waysOf(auth)
        .map(authWords)
        .join(` ${say(language, 'or')} `),
    ],
    [say(language, 'models-heading'), String(catalog.offersOf(id).length)],
    [say(language, 'error-rules'), String(errors.length)],
    [say(language, 'checked'), checked],
    ...(unverified.length === 0
      ? []
      : [[say(language, 'unverified'), say(language, 'facts-below', { count: unverified.length })]]),
    ...(overlay === undefined ? [] : [[say(language, 'origin'), `${say(language, 'overlay')} ${overlay}`]]),
    ...(note === undefined ? [] : [[say(language, 'note'), note]]),
  ]
}

function regionRows({ regions }: Platform): string[][] {
  return regions.map(({ id, baseUrl, residency, note, auth }) => {
    const ways = auth === undefined ? undefined : waysOf(auth).map(authWords).join(', ')
    const words = [residency, note, ways].filter((each) => each !== undefined)
    return [id, `${baseUrl === '' ? '-' : baseUrl}${words.length === 0 ? '' : ` (${words.join('; ')})`}`]
  })
}

function endpointRows({ endpoints }: Platform): string[][] {
  return endpoints.flatMap(({ dialect, path, regions, baseUrls, auth, quirks }) => [
    [dialect, `${path}${regions === undefined ? '' : ` (${regions.join(', ')})`}`],
    ...Object.entries(baseUrls ?? {}).map(([region, url]) => ['', `${region}: ${url}`]),
    ...(auth === undefined ? [] : [['', waysOf(auth).map(authWords).join(', ')]]),
    ...namesOf(quirks ?? {}).map((name) => ['', `${name} = ${quirkWords(quirks?.[name])}`]),
  ])
}

/** What it does beside chat: `embeddings  /embeddings (openai; 10 inputs a call)`. */
function serviceRows({ services = {} }: Platform): string[][] {
  return Object.entries(services).flatMap(([work, rows]) =>
    rows.map(({ form, base = '', path, batchMax, regions }) => {
      const bound = batchMax === undefined ? [] : [`≤ ${batchMax}`]
      return [work, `${base}${path} (${[form, ...bound, ...(regions ?? [])].join('; ')})`]
    }),
  )
}

/** Words that some ways ask for instead of one key, with the variables of the environment that hold them. */
function credentialRows(platform: Platform): string[][] {
  const several = allWays(platform).filter(({ kind }) => SCHEMES[kind].key === undefined)
  return several.map(({ kind }) => {
    const { needed, optional } = SCHEMES[kind]
    const named = (word: CredentialField): string => {
      const names = platform.credentialVariables?.[kind]?.[word] ?? []
      return names.length === 0 ? word : `${word} ($${names.join(', $')})`
    }
    const more = optional.map((word) => `[${named(word)}]`)
    return [kind, [...needed.map(named), ...more].join(', ')]
  })
}

function variableRows({ variables = {} }: Platform): string[][] {
  return Object.entries(variables).map(([name, { meaning, environment = [], standard }]) => {
    const from = environment.length === 0 ? [] : [`$${environment.join(', $')}`]
    const words = [...from, ...(standard === undefined ? [] : [`= ${standard}`])]
    return [name, `${meaning}${words.length === 0 ? '' : ` (${words.join('; ')})`}`]
  })
}

function quirkRows(quirks: Partial<Quirks>): string[][] {
  const meanings = quirkMeanings()
  return namesOf(quirks).map((name) => [`${name} = ${quirkWords(quirks[name])}`, meanings.get(name) ?? ''])
}

function residencyRows({ residency }: Platform): string[][] {
  const { dataRegion, mainlandChina, restOfWorld, registration } = residency
  return [
    ...(dataRegion === undefined ? [] : [['dataRegion', dataRegion]]),
    ['mainlandChina', String(mainlandChina)],
    ['restOfWorld', String(restOfWorld)],
    ...(registration === undefined ? [] : [['registration', registration]]),
  ]
}
