import type { Pool } from 'pg'
import { type Queries, type Row, rowsOf } from '#store/postgres/connect.ts'
import { usageRows } from '#store/sqlite/usage.ts'
import { textOf } from '#store/sqlite/statements.ts'
import type { RejectedLine, UnsettledEntry, UsageGroup, UsageQuery, UsageRow } from '#store/usage.ts'

const DAY_MS = 86_400_000

const COUNTS = ['requests', 'released', 'unsettled', 'estimated', 'adjustments', 'input_fresh', 'input_cached']
  .concat(['cache_write_short', 'cache_write_long', 'input_audio', 'output_text', 'output_reasoning', 'output_audio'])
  .map((column) => `coalesce(sum(${column}), 0)::bigint AS ${column}`)

const MEASURES = `${COUNTS.join(', ')}, div(sum(nanos), 1000000000)::bigint AS whole,
  (sum(nanos) % 1000000000)::bigint AS rest`

/** Sums of the ledger's ends and corrections; rows in the order of their groups. */
export async function readUsage(queries: Queries, query: UsageQuery): Promise<readonly UsageRow[]> {
  const values: unknown[] = []
  const put = (value: unknown): string => `$${values.push(value)}`
  const groups = (query.by ?? []).map((group) => groupSql(group, query, put))
  const names = [...groups.map((_, index) => `g${index}`), 'money']
  const columns = [...groups.map((sql, index) => `${sql} AS g${index}`), 'currency COLLATE "C" AS money']
  const where = filters(query, put)
  const rows = await rowsOf(
    queries,
    `SELECT ${columns.join(', ')}, ${MEASURES} FROM ledger_entries
     ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
     GROUP BY ${names.join(', ')} ORDER BY ${names.map((name) => `${name} NULLS FIRST`).join(', ')}`,
    values,
  )
  return usageRows(
    rows.map((row) => ({ ...row, currency: row['money'] })),
    query.by ?? [],
  )
}

type Put = (value: unknown) => string

const COLUMN = {
  key: 'key_id',
  team: "scope_in(above, 'team')",
  organisation: "scope_in(above, 'organisation')",
  model: 'model',
  target: 'target',
} as const
const PROVIDER = "split_part(target, '/', 1)"

function groupSql(group: UsageGroup, { offsetMinutes = 0, platforms = {} }: UsageQuery, put: Put): string {
  if (typeof group === 'object') return `(tags ->> ${put(group.tag)}::text) COLLATE "C"`
  if (group === 'day') return `floor((at + ${put(offsetMinutes * 60_000)}::bigint) / ${DAY_MS}::numeric)::bigint`
  if (group !== 'platform') return `nullif(${COLUMN[group]}, '') COLLATE "C"`
  const names = `${put(JSON.stringify(platforms))}::jsonb`
  return `coalesce(${names} ->> ${PROVIDER}, ${PROVIDER}) COLLATE "C"`
}

function filters({ since, until, tags, ...query }: UsageQuery, put: Put): string[] {
  const all: string[] = []
  if (since !== undefined) all.push(`at >= ${put(since)}`)
  if (until !== undefined) all.push(`at < ${put(until)}`)
  const { keyId: key, team, organisation, model, target } = query
  const wanted = { key, team, organisation, model, target }
  for (const name of ['key', 'team', 'organisation', 'model', 'target'] as const)
    if (wanted[name] !== undefined) all.push(`${COLUMN[name]} = ${put(wanted[name])}`)
  for (const [tag, value] of Object.entries(tags ?? {})) all.push(`tags ->> ${put(tag)}::text = ${put(value)}`)
  return all
}

export async function traceOf(queries: Queries, requestId: string): Promise<string | undefined> {
  const [row] = await rowsOf(queries, 'SELECT json FROM traces WHERE request_id = $1', [requestId])
  return textOf(row?.['json'])
}

export async function spentBy(
  queries: Queries,
  { keyId, currency, sinceMs }: { readonly keyId: string; readonly currency: string; readonly sinceMs: number },
): Promise<bigint> {
  const [row] = await rowsOf(
    queries,
    'SELECT coalesce(sum(nanos), 0)::text AS nanos FROM spent WHERE scope = $1 AND day >= $2 AND currency = $3',
    [`key:${keyId}`, Math.floor(sinceMs / DAY_MS), currency],
  )
  return BigInt(String(row?.['nanos']))
}

export async function unsettled(queries: Queries): Promise<readonly UnsettledEntry[]> {
  const rows = await rowsOf(
    queries,
    `SELECT request_id, key_id, at, model, target, nanos, currency, estimated FROM ledger
       WHERE kind = 'unsettled' ORDER BY at, seq`,
  )
  return rows.map(unsettledEntry)
}

function unsettledEntry(row: Row): UnsettledEntry {
  const currency = textOf(row['currency'])
  return {
    requestId: String(row['request_id']),
    keyId: String(row['key_id']),
    at: Number(row['at']),
    model: String(row['model']),
    target: String(row['target']),
    ...(currency === undefined ? {} : { cost: { nanos: BigInt(String(row['nanos'])), currency } }),
    reason: textOf(row['estimated']) ?? '',
  }
}

export async function rejected(queries: Queries): Promise<readonly RejectedLine[]> {
  const rows = await rowsOf(
    queries,
    `SELECT r.at, p.instance, r.segment, r.reason, r.line
       FROM journal_rejects r JOIN journal_progress p ON p.id = r.instance ORDER BY r.id`,
  )
  return rows.map((row) => ({
    at: Number(row['at']),
    instance: String(row['instance']),
    segment: Number(row['segment']),
    reason: String(row['reason']),
    line: String(row['line']),
  }))
}

/** Deletes up to `most` of the oldest traces: those from before `before`, and all but the newest `keep`; answers how many. */
export async function pruneTraces(
  pool: Pool,
  { before, keep, most }: { readonly before: number; readonly keep: number; readonly most: number },
): Promise<number> {
  const [over] = await rowsOf(pool, 'SELECT at FROM traces ORDER BY at DESC LIMIT 1 OFFSET $1', [keep])
  const limit = Math.max(before, Number(over?.['at'] ?? -1) + 1)
  const { rowCount } = await pool.query(
    'DELETE FROM traces WHERE request_id IN (SELECT request_id FROM traces WHERE at < $1 ORDER BY at LIMIT $2)',
    [limit, most],
  )
  return rowCount ?? 0
}
