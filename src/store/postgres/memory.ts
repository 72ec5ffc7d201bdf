import type { Pool } from 'pg'
import { clean, inTransaction, type Queries, rowsOf } from '#store/postgres/connect.ts'
import type { ForgetQuery } from '#store/sqlite/messages.ts'
import type { KeptEntry, Recalled, RecallQuery } from '#store/sqlite/memory.ts'

/** How many of the oldest go at a time where room is needed. */
const OLDEST = 64
/** What a row costs beside its value. */
const ROW_BYTES = 100

export async function recall(queries: Queries, { owner, kind, keys }: RecallQuery): Promise<readonly Recalled[]> {
  const rows = await rowsOf(
    queries,
    'SELECT key, value, expires_at FROM memory WHERE owner = $1 AND kind = $2 AND key = ANY ($3::text[]) AND expires_at > $4',
    [owner, kind, keys, Date.now()],
  )
  return rows.map((row) => ({
    key: String(row['key']),
    value: String(row['value']),
    expiresAt: Number(row['expires_at']),
  }))
}

/** Keeps them all, each in place of what had its key. A request may outlive its key: nothing is kept for a revoked one. */
export async function keep(pool: Pool, entries: readonly KeptEntry[]): Promise<void> {
  const last = new Map(entries.map((entry) => [`${entry.owner}\n${entry.kind}\n${entry.key}`, entry]))
  const kept = [...last].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
  const column = (value: (entry: KeptEntry) => string | number): string[] =>
    kept.map((entry) => clean(String(value(entry))))
  await inTransaction(pool, async (queries) => {
    await queries.query(
      `INSERT INTO memory (owner, kind, key, expires_at, bytes, value)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
           AS e (owner, kind, key, expires_at, bytes, value)
         WHERE NOT EXISTS (SELECT 1 FROM keys WHERE keys.id = e.owner AND revoked_at IS NOT NULL)
       ON CONFLICT (owner, kind, key) DO UPDATE
         SET value = excluded.value, expires_at = excluded.expires_at, bytes = excluded.bytes`,
      [
        column(({ owner }) => owner),
        column(({ kind }) => kind),
        column(({ key }) => key),
        column(({ expiresAt }) => expiresAt),
        column(({ value }) => Buffer.byteLength(value) + ROW_BYTES),
        column(({ value }) => value),
      ],
    )
    await queries.query(
      `INSERT INTO meta (name, value) SELECT 'memory-kind-' || kind, 1 FROM unnest($1::text[]) AS k (kind)
         ON CONFLICT DO NOTHING`,
      [[...new Set(kept.map(({ kind }) => kind))].toSorted()],
    )
  })
}

export function forget(pool: Pool, { owner, kind, key }: ForgetQuery): Promise<boolean> {
  return inTransaction(pool, async (queries) => {
    const { rowCount } = await queries.query('DELETE FROM memory WHERE owner = $1 AND kind = $2 AND key = $3', [
      owner,
      kind,
      key,
    ])
    return (await counted(queries, rowCount ?? 0)) > 0
  })
}

/** Deletes up to `most` entries that have expired; answers how many. */
export async function sweep(queries: Queries, most: number): Promise<number> {
  const { rowCount } = await queries.query(
    'DELETE FROM memory WHERE id IN (SELECT id FROM memory WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)',
    [Date.now(), most],
  )
  return rowCount ?? 0
}

/** What is over the bound goes, oldest first. */
export async function makeRoom(queries: Queries, maxBytes: number): Promise<void> {
  for (;;) {
    const [row] = await rowsOf(queries, 'SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM memory')
    if (Number(row?.['bytes']) <= maxBytes) return
    await queries.query('DELETE FROM memory WHERE id IN (SELECT id FROM memory ORDER BY id LIMIT $1)', [OLDEST])
  }
}

/** Erases all that is kept for an owner, inside the caller's transaction; answers how many things that were. */
export async function eraseOwner(queries: Queries, owner: string): Promise<number> {
  const { rowCount } = await queries.query('DELETE FROM memory WHERE owner = $1', [owner])
  return counted(queries, rowCount ?? 0)
}

/** Tells other replicas, whose caches may have what was erased. */
async function counted(queries: Queries, erased: number): Promise<number> {
  if (erased === 0) return 0
  await queries.query("UPDATE meta SET value = value + 1 WHERE name = 'memory-erasures'")
  await queries.query("NOTIFY tongwen, 'erased'")
  return erased
}
