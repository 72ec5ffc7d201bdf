import type { Catalog } from '#catalog/index.ts'
import { type DatedRow, staleRows } from '#catalog/stale.ts'
import { type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { say } from '#cli/language.ts'
import { table } from '#cli/table.ts'

/** Lists the rows whose evidence is older than `--stale`; the answer is no where there are some. */
export function stalePlatforms(context: Context, catalog: Catalog): ExitCode {
  const { stdout, options, language, columns, now } = context
  const age = options.text('stale') ?? ''
  const found = staleRows(catalog, { now: now(), days: daysOf(age) })
  const { rows, history } = found
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ olderThan: age, rows: rows.map(info), history })}\n`)
    return rows.length === 0 ? 0 : 1
  }
  if (rows.length === 0) stdout.write(`${say(language, 'nothing-stale', { age })}\n`)
  else {
    const head = (['row', 'as-of-heading', 'days', 'source-heading'] as const).map((each) => say(language, each))
    const lines = rows.map(({ id, currency, asOf, days, source, overlay }) => [
      currency === undefined ? id : `${id} ${currency}`,
      asOf,
      String(days),
      overlay === undefined ? source : `${source} (${say(language, 'overlay')} ${overlay})`,
    ])
    stdout.write(table({ head, rows: lines, columns, flexible: [3], right: [2] }))
    stdout.write(`\n${say(language, 'stale', { count: rows.length, age })}\n`)
  }
  if (history > 0) stdout.write(`${say(language, 'stale-history', { count: history })}\n`)
  return rows.length === 0 ? 0 : 1
}

function info({ kind, id, currency, asOf, days, source, overlay }: DatedRow): unknown {
  return {
    row: kind,
    id,
    ...(currency === undefined ? {} : { currency }),
    asOf,
    days,
    source,
    origin: overlay === undefined ? 'release' : 'overlay',
    ...(overlay === undefined ? {} : { overlay }),
  }
}

const UNITS: Readonly<Record<string, number>> = { d: 1, w: 7 }

function daysOf(age: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,5})([dw])$/.exec(age) ?? []
  const days = UNITS[unit]
  if (days === undefined) throw new WrongUsage('--stale must be days or weeks, like 90d or 12w')
  return Number(amount) * days
}
