import { CATALOG_OPTION, type Command, type Context, type ExitCode } from '#cli/command.ts'
import { loadConfiguration, problemLine } from '#cli/configuration.ts'
import { type Language, say } from '#cli/language.ts'
import { table } from '#cli/table.ts'
import { explainRoutes, type ExplainedRoute, type ExplainedTarget } from '#cli/explain-route.ts'
import type { ConfigProblem, Origin } from '#engine/config/config.ts'
import { explainConfig, type ExplainedValue } from '#engine/config/explain.ts'
import type { Loaded } from '#engine/config/load.ts'

/** Says whether the configuration can be used, what each value is and where it came from. Calls nobody. */
export const check: Command = {
  name: 'check',
  summary: {
    en: 'validate the configuration offline and explain each resolved value',
    zh: '离线校验配置，并说明每个最终取值的来源',
  },
  usage: 'check [options]',
  example: 'tongwen check --config tongwen.yaml',
  options: [CATALOG_OPTION],
  async run(context) {
    const { file, loaded } = loadConfiguration(context)
    if (!loaded.ok) return refuse(context, file, loaded.problems)
    const values = explainConfig(loaded, loaded.catalog)
    const routes = explainRoutes(loaded, context.now())
    if (context.options.flag('json')) {
      const known = { valid: true, ...(file === undefined ? {} : { file }) }
      context.stdout.write(`${JSON.stringify({ ...known, notes: loaded.notes, values, routes })}\n`)
    } else {
      context.stdout.write(report(context, { file, loaded, values, routes }))
    }
    return 0
  },
}

function refuse(
  { stdout, options, language }: Context,
  file: string | undefined,
  problems: readonly ConfigProblem[],
): ExitCode {
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ valid: false, ...(file === undefined ? {} : { file }), problems })}\n`)
    return 1
  }
  for (const problem of problems) stdout.write(`${problemLine(problem, file)}\n`)
  // Without a configuration it may be the catalog overlay that is wrong.
  const named = file ?? problems.find((problem) => problem.file !== undefined)?.file ?? 'environment'
  stdout.write(`${say(language, 'invalid', { file: named, count: problems.length })}\n`)
  return 1
}

interface Explained {
  readonly file: string | undefined
  readonly loaded: Loaded
  readonly values: readonly ExplainedValue[]
  readonly routes: readonly ExplainedRoute[]
}

function report({ columns, language }: Context, { file, loaded, values, routes }: Explained): string {
  const head = [say(language, 'path'), say(language, 'value'), say(language, 'from')]
  const rows = values.map(({ path, value, from }) => [path, value, fromWords(from, language)])
  const notes = loaded.notes.map((note) => `${say(language, 'note')}: ${note}\n`)
  return [
    file === undefined ? `${say(language, 'valid-defaults')}\n` : `${say(language, 'valid', { file })}\n`,
    ...(notes.length === 0 ? [] : [notes.join('')]),
    table({ head, rows, columns, flexible: [0, 1, 2] }),
    ...(routes.length === 0 ? [] : [routeReport(routes, { columns, language })]),
  ].join('\n')
}

function fromWords(origin: Origin, language: Language): string {
  switch (origin.kind) {
    case 'file':
      return say(language, 'from-file', { line: `${origin.line}:${origin.column}` })
    case 'environment': {
      const names = say(language, 'from-env', { names: origin.variables.join(', $') })
      return origin.line === undefined ? names : `${names}, ${say(language, 'from-file', { line: origin.line })}`
    }
    case 'catalog':
      return say(language, 'from-catalog')
    case 'default':
      return say(language, 'from-default')
  }
}

type View = Pick<Context, 'columns' | 'language'>

function routeReport(routes: readonly ExplainedRoute[], view: View): string {
  const blocks = routes.map(({ name, strategy, targets }) =>
    [`${name} (${strategy})\n`, ...targets.map((target, place) => targetReport(target, place, view))].join(''),
  )
  return `${say(view.language, 'routes')}\n${blocks.join('\n')}`
}

function targetReport(target: ExplainedTarget, place: number, { columns, language }: View): string {
  const { id, url, dialect, auth, quirks, price, status } = target
  const shown = quirks.map((quirk) => [
    '',
    `${quirk.name} ${quirk.value} (${say(language, 'dialect-default', { value: quirk.standard })})`,
  ])
  const [first = ['', say(language, 'no-quirks')], ...more] = shown
  const rows = [
    ['url', url],
    ['dialect', dialect],
    ['auth', auth],
    ['quirks', first[1] ?? ''],
    ...more,
    ['price', price ?? say(language, 'not-in-catalog')],
    ...(status === undefined || status === 'active' ? [] : [['status', status]]),
  ]
  return `  ${place + 1}. ${id}\n${table({ rows, columns, flexible: [1], indent: 5 })}`
}
