import type { Pool } from 'pg'
import type { Adjustment, BookedAdjustment, Discrepancy } from '#store/adjustment.ts'
import { cleanJson, inTransaction, type Queries, type Row, rowsOf } from '#store/postgres/connect.ts'
import { textOf } from '#store/sqlite/statements.ts'

const DAY_MS = 86_400_000
/** Ten million entries take a while. */
const PATIENCE_MS = 3_600_000
/** Most that is told of one check. */
const TOLD = 10

/** Books a correction; the one that has its id already, where there is one. */
export function adjust(pool: Pool, wanted: Adjustment): Promise<BookedAdjustment> {
  return inTransaction(pool, async (queries) => {
    const { id, at, keyId = '', above = [], model, target, nanos, currency, reason, actor, reference } = wanted
    const bookedAt = Date.now()
    const list = above.length === 0 ? null : cleanJson(above)
    const { rowCount } = await queries.query(
      `INSERT INTO adjustments
         (id, booked_at, at, key_id, above, model, target, nanos, currency, reason, actor, reference)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING`,
      [id, bookedAt, at, keyId, list, model, target, nanos, currency, reason, actor, reference ?? null],
    )
    if (rowCount === 0) {
      const [known] = await rowsOf(queries, 'SELECT * FROM adjustments WHERE id = $1', [id])
      if (known !== undefined) return adjustmentOf(known)
    }
    for (const scope of [`key:${keyId}`, ...above].toSorted())
      await queries.query(
        `INSERT INTO spent (scope, currency, day, nanos) VALUES ($1, $2, $3, $4)
           ON CONFLICT (scope, currency, day) DO UPDATE SET nanos = spent.nanos + excluded.nanos`,
        [scope, currency, Math.floor(at / DAY_MS), nanos],
      )
    return { ...wanted, bookedAt }
  })
}

/** Corrections of what counts from `since` on and before `until`, oldest first. */
export async function listAdjustments(
  queries: Queries,
  since: number,
  until: number,
): Promise<readonly BookedAdjustment[]> {
  const sql = 'SELECT * FROM adjustments WHERE at >= $1 AND at < $2 ORDER BY at, seq'
  return (await rowsOf(queries, sql, [since, until])).map(adjustmentOf)
}

function adjustmentOf(row: Row): BookedAdjustment {
  const keyId = textOf(row['key_id']) ?? ''
  const above = row['above']
  const reference = textOf(row['reference'])
  return {
    id: String(row['id']),
    at: Number(row['at']),
    ...(keyId === '' ? {} : { keyId }),
    ...(Array.isArray(above) ? { above: above.map(String) } : {}),
    model: String(row['model']),
    target: String(row['target']),
    nanos: BigInt(String(row['nanos'])),
    currency: String(row['currency']),
    reason: String(row['reason']),
    actor: String(row['actor']),
    ...(reference === undefined ? {} : { reference }),
    bookedAt: Number(row['booked_at']),
  }
}

/** Rows of which one side has another figure than the other. */
function differing(left: string, right: string): string {
  return `(SELECT * FROM (${left}) AS a EXCEPT SELECT * FROM (${right}) AS b)
    UNION ALL (SELECT * FROM (${right}) AS c EXCEPT SELECT * FROM (${left}) AS d)`
}

const SCOPED = `LATERAL (SELECT 'key:' || key_id UNION ALL
  SELECT jsonb_array_elements_text(coalesce(above, '[]'))) AS s (scope)`

/** What is spent and what is open are told twice, by entries and by what budgets and closing read: they must agree. */
const CHECKS: readonly { readonly check: Discrepancy['check']; readonly words: string; readonly sql: string }[] = [
  {
    check: 'held',
    words: 'what is held is not what open intents hold',
    sql: differing(
      `SELECT key_id, currency, sum(nanos) AS nanos FROM (
         SELECT key_id, currency, bound AS nanos FROM ledger WHERE kind = 'intent' AND bound IS NOT NULL
         UNION ALL SELECT key_id, held_currency, -held FROM ledger WHERE kind <> 'intent' AND held IS NOT NULL
       ) AS held GROUP BY 1, 2 HAVING sum(nanos) <> 0`,
      `SELECT key_id, currency, sum(bound) FROM open_intents WHERE bound IS NOT NULL GROUP BY 1, 2
         HAVING sum(bound) <> 0`,
    ),
  },
  {
    check: 'spent',
    words: 'what counts against budgets is not what the ledger says was spent',
    sql: differing(
      `SELECT scope, currency, day, sum(nanos) AS nanos FROM (
         SELECT scope, currency, coalesce(begun_at, at) / ${DAY_MS} AS day, nanos FROM ledger, ${SCOPED}
           WHERE kind <> 'intent' AND currency IS NOT NULL
         UNION ALL SELECT scope, currency, at / ${DAY_MS}, nanos FROM adjustments, ${SCOPED}
       ) AS entries GROUP BY 1, 2, 3 HAVING sum(nanos) <> 0`,
      'SELECT scope, currency, day, nanos FROM spent WHERE nanos <> 0',
    ),
  },
  {
    check: 'open',
    words: 'the open intents are not those without an end',
    sql: differing(
      `SELECT request_id FROM ledger i WHERE kind = 'intent'
         AND NOT EXISTS (SELECT 1 FROM ledger e WHERE e.request_id = i.request_id AND e.kind <> 'intent')`,
      'SELECT request_id FROM open_intents',
    ),
  },
]

/** Proves that entries, what is held and what is spent agree; empty where they do. Reads the whole ledger. */
export function verifyBooks(pool: Pool): Promise<readonly Discrepancy[]> {
  return inTransaction(pool, async (queries) => {
    await queries.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    await queries.query('SET LOCAL statement_timeout = 0')
    const found: Discrepancy[] = []
    for (const { check, words, sql } of CHECKS) {
      const long = { text: `SELECT * FROM (${sql}) AS differing LIMIT ${TOLD}`, query_timeout: PATIENCE_MS }
      const { rows } = await queries.query<Row>(long)
      for (const row of rows) found.push({ check, message: `${words}: ${Object.values(row).join(' ')}` })
    }
    return found
  })
}
