import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { DIMENSIONS, MEASURES } from '#store/sqlite/rollup.ts'
import { bigintOf, exactSum, textOf } from '#store/sqlite/statements.ts'
import type { UsageGroup, UsageQuery, UsageRow, UsageTokens } from '#store/usage.ts'

const DAY_MS = 86_400_000

/** A piece of SQL with its values, so that no caller's text is ever part of a statement. */
interface Fragment {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

const HOUR_MS = 3_600_000
const NAMES: Readonly<Record<string, string>> = { units: 'whole', nanos: 'rest' }
const SUMS = MEASURES.map((name) => `sum(${name}) AS ${NAMES[name] ?? name}`).join(', ')
const dimensions = DIMENSIONS.join(', ')
const measures = MEASURES.join(', ')

/** Sums of the ledger's ends and corrections; rows in the order of their groups. */
export function readUsage(db: DatabaseSync, query: UsageQuery): readonly UsageRow[] {
  const groups = (query.by ?? []).map((group) => groupFragment(group, query))
  const filters = filterFragments(query)
  const source = sourceOf(query)
  const columns = groups.map(({ sql }, index) => `${sql} AS g${index}`)
  const names = groups.map((_, index) => `g${index}`)
  const where = filters.length === 0 ? '' : `WHERE ${filters.map(({ sql }) => sql).join(' AND ')}`
  const order = [...names, 'currency'].join(', ')
  const statement = db.prepare(
    `SELECT ${[...columns, 'currency', SUMS].join(', ')} FROM (${source.sql}) ${where} GROUP BY ${order} ORDER BY ${order}`,
  )
  statement.setReadBigInts(true)
  const values = [...groups, source, ...filters].flatMap((fragment) => fragment.values)
  return usageRows(statement.all(...values), query.by ?? [])
}

/**
 * Whole hours from the sums, what is before and after them from the ledger. Days that do not begin with an hour of UTC
 * (India, Nepal) can be told from the ledger only.
 */
function sourceOf(query: UsageQuery): Fragment {
  const { since, until } = { since: 0, until: Number.MAX_SAFE_INTEGER, ...query }
  const first = Math.ceil(since / HOUR_MS)
  const last = Math.floor(until / HOUR_MS)
  if (first >= last || splitsHours(query)) return entriesBetween(since, until)
  const rollup = (table: string, tags: string, more: string): Fragment => ({
    sql: `SELECT hour * ${HOUR_MS} AS at, ${dimensions}, ${tags} AS tags, ${measures} FROM ${table}
      WHERE hour >= ? AND hour < ?${more}`,
    values: [first, last],
  })
  const parts = looksAtTags(query)
    ? [rollup('usage_hours', 'NULL', ' AND tagged = 0'), rollup('usage_tagged', 'tags', '')]
    : [rollup('usage_hours', 'NULL', '')]
  if (since < first * HOUR_MS) parts.push(entriesBetween(since, first * HOUR_MS))
  if (last * HOUR_MS < until && query.until !== undefined) parts.push(entriesBetween(last * HOUR_MS, until))
  return { sql: parts.map(({ sql }) => sql).join(' UNION ALL '), values: parts.flatMap(({ values }) => values) }
}

function splitsHours({ by, offsetMinutes = 0 }: UsageQuery): boolean {
  return by?.includes('day') === true && offsetMinutes % 60 !== 0
}

function looksAtTags({ tags = {}, by = [] }: UsageQuery): boolean {
  return Object.keys(tags).length > 0 || by.some((group) => typeof group === 'object')
}

function entriesBetween(since: number, until: number): Fragment {
  const sql = `SELECT at, ${dimensions}, tags, ${measures} FROM ledger_entries WHERE at >= ? AND at < ?`
  return { sql, values: [since, until] }
}

const COLUMN = { key: 'key_id', team: 'team', organisation: 'organisation', model: 'model', target: 'target' } as const
const PROVIDER = "substr(target, 1, instr(target, '/') - 1)"

function groupFragment(group: UsageGroup, { offsetMinutes = 0, platforms = {} }: UsageQuery): Fragment {
  if (typeof group === 'object')
    return { sql: '(SELECT value FROM json_each(tags) WHERE key = ?)', values: [group.tag] }
  if (group === 'day') return { sql: `(at + CAST(? AS INTEGER)) / ${DAY_MS}`, values: [offsetMinutes * 60_000] }
  if (group !== 'platform') return { sql: `nullif(${COLUMN[group]}, '')`, values: [] }
  const pairs = Object.entries(platforms)
  if (pairs.length === 0) return { sql: PROVIDER, values: [] }
  return { sql: `CASE ${PROVIDER} ${'WHEN ? THEN ? '.repeat(pairs.length)}ELSE ${PROVIDER} END`, values: pairs.flat() }
}

function filterFragments({ keyId, team, organisation, model, target, tags }: UsageQuery): readonly Fragment[] {
  const wanted = { key_id: keyId, team, organisation, model, target }
  const filters = Object.entries(wanted).flatMap(([column, value]): Fragment[] =>
    value === undefined ? [] : [{ sql: `${column} = ?`, values: [value] }],
  )
  for (const [tag, value] of Object.entries(tags ?? {})) {
    filters.push({ sql: 'EXISTS (SELECT 1 FROM json_each(tags) WHERE key = ? AND value = ?)', values: [tag, value] })
  }
  return filters
}

type Row = Record<string, unknown>

/** Rows of a query that groups by currency too, so that sums never mix; a row of ours lists its currencies. */
export function usageRows(rows: readonly Row[], by: readonly UsageGroup[]): readonly UsageRow[] {
  const merged: UsageRow[] = []
  let previous: string | undefined
  for (const row of rows) {
    const group = by.map((kind, index) => groupValue(kind, row[`g${index}`]))
    const identity = JSON.stringify(group)
    const next = usageRow(row, group)
    const last = merged.at(-1)
    if (last !== undefined && identity === previous) merged[merged.length - 1] = addRows(last, next)
    else merged.push(next)
    previous = identity
  }
  return merged
}

function groupValue(kind: UsageGroup, value: unknown): string | undefined {
  if (kind === 'day') return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10)
  return typeof value === 'bigint' ? String(value) : textOf(value)
}

function usageRow(row: Row, group: UsageRow['group']): UsageRow {
  const count = (name: string): number => Number(bigintOf(row[name]))
  const currency = textOf(row['currency']) ?? ''
  return {
    group,
    requests: count('requests'),
    released: count('released'),
    estimated: count('estimated'),
    unsettled: count('unsettled'),
    adjustments: count('adjustments'),
    tokens: {
      inputFresh: count('input_fresh'),
      inputCached: count('input_cached'),
      cacheWriteShort: count('cache_write_short'),
      cacheWriteLong: count('cache_write_long'),
      inputAudio: count('input_audio'),
      outputText: count('output_text'),
      outputReasoning: count('output_reasoning'),
      outputAudio: count('output_audio'),
    },
    costs: currency === '' ? [] : [{ nanos: exactSum(row), currency }],
  }
}

function addRows(a: UsageRow, b: UsageRow): UsageRow {
  return {
    group: a.group,
    requests: a.requests + b.requests,
    released: a.released + b.released,
    estimated: a.estimated + b.estimated,
    unsettled: a.unsettled + b.unsettled,
    adjustments: a.adjustments + b.adjustments,
    tokens: addTokens(a.tokens, b.tokens),
    costs: [...a.costs, ...b.costs],
  }
}

function addTokens(a: UsageTokens, b: UsageTokens): UsageTokens {
  return {
    inputFresh: a.inputFresh + b.inputFresh,
    inputCached: a.inputCached + b.inputCached,
    cacheWriteShort: a.cacheWriteShort + b.cacheWriteShort,
    cacheWriteLong: a.cacheWriteLong + b.cacheWriteLong,
    inputAudio: a.inputAudio + b.inputAudio,
    outputText: a.outputText + b.outputText,
    outputReasoning: a.outputReasoning + b.outputReasoning,
    outputAudio: a.outputAudio + b.outputAudio,
  }
}
