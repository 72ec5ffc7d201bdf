import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { bigintOf, EXACT_SUM, exactSum, textOf } from '#store/sqlite/statements.ts'
import type { UsageGroup, UsageQuery, UsageRow, UsageTokens } from '#store/usage.ts'

const DAY_MS = 86_400_000

/** A piece of SQL with its values, so that no caller's text is ever part of a statement. */
interface Fragment {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

const MEASURES = `count(*) AS requests, sum(kind = 'released') AS released, sum(kind = 'unsettled') AS unsettled,
  sum(kind <> 'unsettled' AND estimated IS NOT NULL) AS estimated,
  sum(input_fresh) AS input_fresh, sum(input_cached) AS input_cached, sum(cache_write_short) AS cache_write_short,
  sum(cache_write_long) AS cache_write_long, sum(input_audio) AS input_audio, sum(output_text) AS output_text,
  sum(output_reasoning) AS output_reasoning, sum(output_audio) AS output_audio, ${EXACT_SUM}`

/** Sums of the ledger's ends; rows in the order of their groups. */
export function readUsage(db: DatabaseSync, query: UsageQuery): readonly UsageRow[] {
  const groups = (query.by ?? []).map((group) => groupFragment(group, query.offsetMinutes ?? 0))
  const filters = filterFragments(query)
  const columns = groups.map(({ sql }, index) => `${sql} AS g${index}`)
  const names = groups.map((_, index) => `g${index}`)
  const statement = db.prepare(
    `SELECT ${[...columns, 'currency', MEASURES].join(', ')} FROM ledger
     WHERE ${["kind <> 'intent'", ...filters.map(({ sql }) => sql)].join(' AND ')}
     GROUP BY ${[...names, 'currency'].join(', ')} ORDER BY ${[...names, 'currency'].join(', ')}`,
  )
  statement.setReadBigInts(true)
  const values = [...groups, ...filters].flatMap((fragment) => fragment.values)
  return usageRows(statement.all(...values), query.by ?? [])
}

function groupFragment(group: UsageGroup, offsetMinutes: number): Fragment {
  switch (group) {
    case 'key':
      return { sql: 'key_id', values: [] }
    case 'model':
      return { sql: 'model', values: [] }
    case 'target':
      return { sql: 'target', values: [] }
    case 'day':
      return { sql: `(at + CAST(? AS INTEGER)) / ${DAY_MS}`, values: [offsetMinutes * 60_000] }
    default:
      return { sql: '(SELECT value FROM json_each(ledger.tags) WHERE key = ?)', values: [group.tag] }
  }
}

function filterFragments({ since, until, keyId, model, target, tags }: UsageQuery): readonly Fragment[] {
  const filters: Fragment[] = []
  if (since !== undefined) filters.push({ sql: 'at >= ?', values: [since] })
  if (until !== undefined) filters.push({ sql: 'at < ?', values: [until] })
  if (keyId !== undefined) filters.push({ sql: 'key_id = ?', values: [keyId] })
  if (model !== undefined) filters.push({ sql: 'model = ?', values: [model] })
  if (target !== undefined) filters.push({ sql: 'target = ?', values: [target] })
  for (const [tag, value] of Object.entries(tags ?? {})) {
    filters.push({
      sql: 'EXISTS (SELECT 1 FROM json_each(ledger.tags) WHERE key = ? AND value = ?)',
      values: [tag, value],
    })
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
  const currency = textOf(row['currency'])
  return {
    group,
    requests: count('requests'),
    released: count('released'),
    estimated: count('estimated'),
    unsettled: count('unsettled'),
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
    costs: currency === undefined ? [] : [{ nanos: exactSum(row), currency }],
  }
}

function addRows(a: UsageRow, b: UsageRow): UsageRow {
  return {
    group: a.group,
    requests: a.requests + b.requests,
    released: a.released + b.released,
    estimated: a.estimated + b.estimated,
    unsettled: a.unsettled + b.unsettled,
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
