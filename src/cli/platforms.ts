import { type Catalog, nearest, type Platform } from '#catalog/index.ts'
import { CATALOG_OPTION, type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { catalogOf } from '#cli/configuration.ts'
import { type Language, say } from '#cli/language.ts'
import { platformText } from '#cli/platform-text.ts'
import { diffPlatforms } from '#cli/platforms-diff.ts'
import { stalePlatforms } from '#cli/platforms-stale.ts'
import { table } from '#cli/table.ts'
import { platformDetail, platformSummary } from '#server/admin/catalog.ts'

/** The platforms of the catalog, all about one, what moving from one to another loses and gains, or rows that are old. */
export const platformsCommand: Command = {
  name: 'platforms',
  summary: {
    en: 'the platforms of the catalog, one of them, or what a move loses and gains',
    zh: '目录中的平台；加标识查看详情；diff 对比迁移得失',
  },
  usage: 'platforms [<id> | diff <from> <to>] [options]',
  example: 'tongwen platforms diff openai dashscope',
  options: [
    {
      name: 'from-model',
      kind: 'text',
      value: 'MODEL',
      about: {
        en: 'diff: the model that is left (default: all of the platform)',
        zh: 'diff：原模型（默认该平台全部）',
      },
    },
    {
      name: 'to-model',
      kind: 'text',
      value: 'MODEL',
      about: { en: 'diff: the model that is moved to', zh: 'diff：目标模型' },
    },
    {
      name: 'all',
      kind: 'flag',
      about: { en: 'diff: features too that stay as they are', zh: 'diff：包括没有变化的特性' },
    },
    {
      name: 'stale',
      kind: 'text',
      value: 'AGE',
      about: {
        en: 'rows whose evidence is older, like 90d or 12w; exit code 1 where there are some',
        zh: '证据早于该时长的条目，如 90d、12w；有则退出码为 1',
      },
    },
    CATALOG_OPTION,
  ],
  most: 3,
  async run(context) {
    const [first, second, third] = context.words
    const { options } = context
    if (options.text('stale') !== undefined) {
      if (first !== undefined) throw new WrongUsage('--stale is about all platforms: it takes no words')
      return stalePlatforms(context, catalogOf(context))
    }
    if (first === DIFF) return diffPlatforms(context, catalogOf(context))
    const misplaced = ['from-model', 'to-model'].find((name) => options.text(name) !== undefined)
    if (misplaced !== undefined) throw new WrongUsage(`--${misplaced} is for \`platforms diff <from> <to>\``)
    const extra = second ?? third
    if (extra !== undefined)
      throw new WrongUsage(`"${extra}" is one word too many; to compare two: platforms diff FROM TO`)
    return first === undefined ? list(context, catalogOf(context)) : one(context, catalogOf(context), first)
  },
}

/** The word that no platform may be called by. */
const DIFF = 'diff'

function one(context: Context, catalog: Catalog, id: string): ExitCode {
  const platform = catalog.platforms.get(id)
  if (platform === undefined) return unknown(context, catalog, id)
  const json = context.options.flag('json')
  const detail = { ...platformDetail(platform, catalog), errorRules: platform.errors.length }
  context.stdout.write(json ? `${JSON.stringify(detail)}\n` : platformText(platform, catalog, context))
  return 0
}

function list({ stdout, options, language, columns }: Context, catalog: Catalog): ExitCode {
  const all = [...catalog.platforms.values()]
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ platforms: all.map((each) => platformSummary(each, catalog)) })}\n`)
    return 0
  }
  const overlaid = all.some(({ overlay }) => overlay !== undefined)
  const heads = ['id', 'name', 'key-variable', 'models-heading', ...(overlaid ? (['origin'] as const) : [])] as const
  const head = heads.map((each) => say(language, each))
  const rows = all.map((platform) => row(platform, catalog, language))
  stdout.write(
    table({
      head,
      rows: overlaid ? rows : rows.map((each) => each.slice(0, 4)),
      columns,
      flexible: [1, 2],
      right: [3],
    }),
  )
  const closed = all.filter(({ unavailable }) => unavailable !== undefined)
  if (closed.length > 0) {
    const reasons = closed.map(({ id, unavailable = '' }) => [id, unavailable])
    stdout.write(`\n${say(language, 'cannot-call')}\n${table({ rows: reasons, columns, flexible: [1], indent: 2 })}`)
  }
  return 0
}

function row(platform: Platform, catalog: Catalog, language: Language): string[] {
  const { id, keyVariables, unavailable, overlay } = platform
  const keys = keyVariables.length === 0 ? say(language, 'none') : keyVariables.join(' ')
  return [
    id,
    nameIn(platform, language),
    unavailable === undefined ? keys : say(language, 'unavailable'),
    String(catalog.offersOf(id).length),
    overlay === undefined ? '' : say(language, 'overlay'),
  ]
}

function nameIn({ name, nameZh }: Platform, language: Language): string {
  return language === 'zh' ? (nameZh ?? name) : name
}

function unknown({ stderr, language }: Context, { platforms }: Catalog, id: string): ExitCode {
  const near = nearest(id, platforms.keys(), 3)
  const hint = near.length === 0 ? '' : say(language, 'did-you-mean', { names: near.join(', ') })
  stderr.write(`tongwen: ${say(language, 'no-platform', { id })}${hint}\n`)
  return 1
}
