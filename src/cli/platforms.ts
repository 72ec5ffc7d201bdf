import { nearest, type Platform, platforms } from '#catalog/index.ts'
import { type Command, type Context, type ExitCode } from '#cli/command.ts'
import { authWords, namesOf, quirkWords } from '#cli/explain-route.ts'
import { type Language, say } from '#cli/language.ts'
import { quirkMeanings } from '#cli/quirk-meanings.ts'
import { table } from '#cli/table.ts'
import { platformDetail, platformSummary } from '#server/admin/catalog.ts'
import type { Quirks } from '#wire/quirks.ts'

/** The platforms of the catalog, or all about one. */
export const platformsCommand: Command = {
  name: 'platforms',
  summary: { en: 'the platforms of the catalog, or all about one', zh: '目录中的平台；加标识查看详情' },
  usage: 'platforms [id] [options]',
  example: 'tongwen platforms deepseek',
  options: [],
  most: 1,
  async run(context) {
    const [id] = context.words
    if (id === undefined) return list(context)
    const platform = platforms.get(id)
    if (platform === undefined) return unknown(context, id)
    const json = context.options.flag('json')
    const detail = { ...platformDetail(platform), errorRules: platform.errors.length }
    context.stdout.write(json ? `${JSON.stringify(detail)}\n` : detailText(platform, context))
    return 0
  },
}

function list({ stdout, options, language, columns }: Context): ExitCode {
  const all = [...platforms.values()]
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ platforms: all.map(platformSummary) })}\n`)
    return 0
  }
  const head = (['id', 'name', 'key-variable', 'models-heading'] as const).map((each) => say(language, each))
  const rows = all.map((platform) => row(platform, language))
  stdout.write(table({ head, rows, columns, flexible: [1, 2], right: [3] }))
  const closed = all.filter(({ unavailable }) => unavailable !== undefined)
  if (closed.length > 0) {
    const reasons = closed.map(({ id, unavailable = '' }) => [id, unavailable])
    stdout.write(`\n${say(language, 'cannot-call')}\n${table({ rows: reasons, columns, flexible: [1], indent: 2 })}`)
  }
  return 0
}

function row(platform: Platform, language: Language): string[] {
  const { id, keyVariables, unavailable } = platform
  const keys = keyVariables.length === 0 ? say(language, 'none') : keyVariables.join(' ')
  return [
    id,
    nameIn(platform, language),
    unavailable === undefined ? keys : say(language, 'unavailable'),
    String(platformSummary(platform).models),
  ]
}

function nameIn({ name, nameZh }: Platform, language: Language): string {
  return language === 'zh' ? (nameZh ?? name) : name
}

function unknown({ stderr, language }: Context, id: string): ExitCode {
  const near = nearest(id, platforms.keys(), 3)
  const hint = near.length === 0 ? '' : say(language, 'did-you-mean', { names: near.join(', ') })
  stderr.write(`tongwen: ${say(language, 'no-platform', { id })}${hint}\n`)
  return 1
}

type View = Pick<Context, 'language' | 'columns'>

function detailText(platform: Platform, view: View): string {
  const { language, columns } = view
  const sections = [
    ['section-regions', regionRows(platform)],
    ['section-endpoints', endpointRows(platform)],
    ['section-quirks', quirkRows(platform.quirks)],
    ['section-residency', residencyRows(platform)],
    ['section-unverified', platform.unverified.map((each) => [each])],
    ['section-sources', platform.sources.map((each) => [each])],
  ] as const
  const shown = sections.flatMap(([title, rows]) => {
    return rows.length === 0
      ? []
      : [`${say(language, title)}\n${table({ rows, columns, flexible: FLEXIBLE[title], indent: 2 })}`]
  })
  return [table({ rows: factRows(platform, language), columns, flexible: [1] }), ...shown].join('\n')
}

/** Ids and dialects stay whole. */
const FLEXIBLE = {
  'section-regions': [1],
  'section-endpoints': [1],
  'section-quirks': [0, 1],
  'section-residency': [1],
  'section-unverified': [0],
  'section-sources': [0],
} as const

function factRows(platform: Platform, language: Language): string[][] {
  const { id, name, nameZh, kind, keyVariables, auth, errors, checked, note, unavailable } = platform
  return [
    [say(language, 'id'), id],
    [say(language, 'name'), nameZh === undefined ? name : `${name} ${nameZh}`],
    [say(language, 'kind'), kind],
    ...(unavailable === undefined ? [] : [[say(language, 'unavailable'), unavailable]]),
    [
      say(language, 'key-variable'),
      keyVariables.length === 0 ? say(language, 'none') : keyVariables.join(` ${say(language, 'or')} `),
    ],
    [say(language, 'auth'), authWords(auth)],
    [say(language, 'models-heading'), String(platformSummary(platform).models)],
    [say(language, 'error-rules'), String(errors.length)],
    [say(language, 'checked'), checked],
    ...(note === undefined ? [] : [[say(language, 'note'), note]]),
  ]
}

function regionRows({ regions }: Platform): string[][] {
  return regions.map(({ id, baseUrl, residency, note }) => {
    const words = [residency, note].filter((each) => each !== undefined)
    return [id, `${baseUrl === '' ? '-' : baseUrl}${words.length === 0 ? '' : ` (${words.join('; ')})`}`]
  })
}

function endpointRows({ endpoints }: Platform): string[][] {
  return endpoints.flatMap(({ dialect, path, regions, baseUrls, auth, quirks }) => [
    [dialect, `${path}${regions === undefined ? '' : ` (${regions.join(', ')})`}`],
    ...Object.entries(baseUrls ?? {}).map(([region, url]) => ['', `${region}: ${url}`]),
    ...(auth === undefined ? [] : [['', authWords(auth)]]),
    ...namesOf(quirks ?? {}).map((name) => ['', `${name} = ${quirkWords(quirks?.[name])}`]),
  ])
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
