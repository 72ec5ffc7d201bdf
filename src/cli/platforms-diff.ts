import { type Catalog, nearest, type Platform } from '#catalog/index.ts'
import { compare, type Compared, type Side, type State } from '#catalog/compare/compare.ts'
import { type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { type Language, say } from '#cli/language.ts'
import { table, wrap } from '#cli/table.ts'

/** Prints what an application loses and gains by moving from one platform or model to another. */
export function diffPlatforms(context: Context, catalog: Catalog): ExitCode {
  const { words, options, stdout, stderr, language } = context
  const [, from, to] = words
  if (from === undefined || to === undefined) throw new WrongUsage('diff needs two platforms, like openai dashscope')
  const [left, right] = [
    sideOf(catalog, from, options.text('from-model')),
    sideOf(catalog, to, options.text('to-model')),
  ]
  for (const side of [left, right]) if ('problem' in side) return refuse(context, side)
  if ('problem' in left || 'problem' in right) return 1
  const found = compare(catalog, left, right)
  if (!found.ok) {
    stderr.write(`tongwen: ${say(language, 'cannot-compare', { reason: found.reason })}\n`)
    return 1
  }
  const names = { from: nameOf(left), to: nameOf(right) }
  const json = options.flag('json')
  stdout.write(json ? `${JSON.stringify(info(names, found.rows))}\n` : text(names, found.rows, context))
  return 0
}

interface Problem {
  readonly problem: 'no-platform' | 'no-model-at'
  readonly id: string
  readonly near: readonly string[]
}

function sideOf(catalog: Catalog, id: string, model: string | undefined): Side | Problem {
  const platform: Platform | undefined = catalog.platforms.get(id)
  if (platform === undefined) return { problem: 'no-platform', id, near: nearest(id, catalog.platforms.keys(), 3) }
  if (model === undefined) return { platform }
  const offers = catalog.offersOf(id)
  // Servers run what they are given: they have no rows.
  if (offers.length === 0 || catalog.findOffer(id, model) !== undefined) return { platform, model }
  const names = offers.map((offer) => offer.model)
  return { problem: 'no-model-at', id: `${id}/${model}`, near: nearest(model, names, 3) }
}

function refuse({ stderr, language }: Context, { problem, id, near }: Problem): ExitCode {
  const hint = near.length === 0 ? '' : say(language, 'did-you-mean', { names: near.join(', ') })
  stderr.write(`tongwen: ${say(language, problem, { id })}${hint}\n`)
  return 1
}

function nameOf({ platform, model }: Side): string {
  return model === undefined ? platform.id : `${platform.id}/${model}`
}

interface Names {
  readonly from: string
  readonly to: string
}

const CHANGES = ['lost', 'gained', 'other', 'same'] as const

function countOf(rows: readonly Compared[]): Readonly<Record<Compared['change'], number>> {
  const counts = { lost: 0, gained: 0, other: 0, same: 0 }
  for (const { change } of rows) counts[change]++
  return counts
}

/** For machines: ids and English, whatever the language. */
function info({ from, to }: Names, rows: readonly Compared[]): unknown {
  return {
    from,
    to,
    summary: countOf(rows),
    features: rows.map(({ feature, title, parameters, change, ...sides }) => ({
      feature,
      title: title.en,
      parameters,
      change,
      verdict: sides.to.verdict,
      from: stateInfo(sides.from),
      to: stateInfo(sides.to),
    })),
  }
}

function stateInfo({ verdict, detail, remedy, models }: State): unknown {
  return {
    verdict,
    ...(detail === undefined ? {} : { detail: detail.en }),
    ...(remedy === undefined ? {} : { remedy: remedy.en }),
    ...(models === undefined ? {} : { models }),
  }
}

function text({ from, to }: Names, rows: readonly Compared[], { language, columns, options }: Context): string {
  const shown = options.flag('all') ? CHANGES : CHANGES.filter((change) => change !== 'same')
  const counts = countOf(rows)
  const head = [say(language, 'feature'), from, to, say(language, 'detail')]
  const sections = shown.flatMap((change) => {
    const lines = rows.filter((row) => row.change === change).map((row) => line(row, language))
    if (lines.length === 0) return []
    return [
      `${say(language, HEADINGS[change])}\n${table({ head, rows: lines, columns, flexible: [0, 1, 2, 3], indent: 2 })}`,
    ]
  })
  const summary = say(language, 'diff-summary', { from, to, ...counts })
  const hidden =
    counts.same > 0 && !options.flag('all') ? [`${say(language, 'diff-hidden', { count: counts.same })}\n`] : []
  return [`${summary}\n`, ...sections, `${wrap(say(language, 'verdicts-mean'), columns).join('\n')}\n`, ...hidden].join(
    '\n',
  )
}

const HEADINGS = { lost: 'diff-lost', gained: 'diff-gained', other: 'diff-other', same: 'diff-same' } as const

function line({ title, from, to, change }: Compared, language: Language): string[] {
  const [before, after] = [from.detail?.[language], to.detail?.[language]]
  const moved = before !== undefined && (change === 'other' || from.amount !== undefined)
  const detail = moved ? `${before} → ${after ?? say(language, 'verdict-works')}` : (after ?? '')
  const remedy = to.remedy?.[language]
  const advice =
    remedy === undefined ? '' : `${detail === '' ? '' : SEMICOLON[language]}${say(language, 'remedy', { remedy })}`
  return [title[language], stateText(from, language), stateText(to, language), `${detail}${advice}`]
}

const SEMICOLON = { en: '; ', zh: '；' } as const

/** `works`, or `works 30/53` where some models are worse off. */
function stateText({ verdict, models }: State, language: Language): string {
  const word = say(language, `verdict-${verdict}`)
  return models === undefined ? word : `${word} ${models.so}/${models.of}`
}
